#include "services/network/rpc/graph_stream.h"

#include <string>
#include <vector>

#include "common/base/digest.h"
#include "gmock/gmock.h"
#include "services/network/domain/graph_export.h"
#include "services/network/domain/wave_graph.h"
#include "services/network/rpc/analyzed_fixture_test.h"

namespace pulsetaker::network {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

struct Export {
  grpc::Status status;
  std::string text;
  v1::GraphSummary summary;
};

class GraphStreamTest : public AnalyzedFixture {
 protected:
  Export Exported(const v1::ExportGraphRequest& request) {
    std::vector<v1::ExportGraphResponse> messages;
    Export result;
    result.status =
        ReadStream(&v1::NetworkService::Stub::ExportGraph, request, messages);
    for (std::size_t i = 0; i < messages.size(); ++i) {
      EXPECT_EQ(messages[i].has_summary(), i + 1 == messages.size());
      if (messages[i].has_summary()) {
        result.summary = messages[i].summary();
        continue;
      }
      EXPECT_EQ(messages[i].piece().offset(),
                static_cast<std::int64_t>(result.text.size()));
      EXPECT_FALSE(messages[i].piece().data().empty());
      result.text += messages[i].piece().data();
    }
    return result;
  }

  static v1::ExportGraphRequest Request(
      const std::string& name, v1::GraphFormat format,
      const std::vector<std::string>& networks = {}) {
    v1::ExportGraphRequest request;
    request.set_name(name);
    request.set_format(format);
    for (const std::string& id : networks) request.add_network_ids(id);
    return request;
  }
};

TEST_F(GraphStreamTest, StreamsWhatTheWriterWrites) {
  const std::string name = Analyzed(Town());
  const AnalyzedSnapshot analyzed = Read(name);
  const WaveGraph graph(analyzed, {0, 1, 2});
  const struct {
    v1::GraphFormat format;
    GraphFormat domain;
  } kFormats[] = {
      {v1::GRAPH_FORMAT_GRAPHML, GraphFormat::kGraphMl},
      {v1::GRAPH_FORMAT_GEXF, GraphFormat::kGexf},
      {v1::GRAPH_FORMAT_PAJEK, GraphFormat::kPajek},
      {v1::GRAPH_FORMAT_NODE_CSV, GraphFormat::kNodeCsv},
      {v1::GRAPH_FORMAT_EDGE_CSV, GraphFormat::kEdgeCsv},
  };
  for (const auto& c : kFormats) {
    SCOPED_TRACE(v1::GraphFormat_Name(c.format));
    std::string wanted;
    ASSERT_TRUE(WriteGraph(graph, c.domain, [&](absl::string_view piece) {
                  absl::StrAppend(&wanted, piece);
                  return absl::OkStatus();
                }).ok());
    const Export got = Exported(Request(name, c.format));
    ASSERT_TRUE(got.status.ok()) << got.status.error_message();
    EXPECT_EQ(got.text, wanted);
    EXPECT_EQ(got.summary.byte_count(),
              static_cast<std::int64_t>(wanted.size()));
    EXPECT_EQ(got.summary.digest(), Sha256().Update(wanted).Finish());
    EXPECT_EQ(got.summary.node_count(), kTownPeople);
    EXPECT_EQ(got.summary.arc_count(), graph.arc_count());
    EXPECT_THAT(got.summary.network_ids(), ElementsAre("n0", "n1", "n2"));
    EXPECT_THAT(got.summary.withheld_network_ids(), ElementsAre("few"));
    EXPECT_EQ(got.summary.snapshot_digest(), Town().digest);
  }
}

TEST_F(GraphStreamTest, NamesNobodyWhoMayNotBeNamed) {
  const std::string name = Analyzed(Town());
  for (const int format :
       {v1::GRAPH_FORMAT_GRAPHML, v1::GRAPH_FORMAT_GEXF, v1::GRAPH_FORMAT_PAJEK,
        v1::GRAPH_FORMAT_NODE_CSV, v1::GRAPH_FORMAT_EDGE_CSV}) {
    const std::string text =
        Exported(Request(name, static_cast<v1::GraphFormat>(format))).text;
    EXPECT_THAT(text, HasSubstr("p039"));
    for (const char* hidden : {"shy", "guest", "stranger", "few"}) {
      EXPECT_THAT(text, Not(HasSubstr(hidden))) << format;
    }
  }
}

TEST_F(GraphStreamTest, ExportsTheNetworksThatAreAskedFor) {
  const std::string name = Analyzed(Town());
  const Export one =
      Exported(Request(name, v1::GRAPH_FORMAT_EDGE_CSV, {"n1", "n1"}));
  ASSERT_TRUE(one.status.ok()) << one.status.error_message();
  EXPECT_THAT(one.summary.network_ids(), ElementsAre("n1"));
  EXPECT_THAT(one.summary.withheld_network_ids(), IsEmpty());
  EXPECT_THAT(one.text, HasSubstr(",n1\n"));
  EXPECT_THAT(one.text, Not(HasSubstr(",n0\n")));
}

TEST_F(GraphStreamTest, RefusesAsDocumented) {
  const std::string name = Analyzed(Town());
  ExpectInvalid(
      Exported(Request(AnalysisName(1), v1::GRAPH_FORMAT_UNSPECIFIED)).status,
      "EXPORT_FORMAT_UNKNOWN", "format");
  ExpectInvalid(
      Exported(Request(AnalysisName(1), static_cast<v1::GraphFormat>(6)))
          .status,
      "EXPORT_FORMAT_UNKNOWN", "format");
  ExpectError(
      Exported(Request(name, v1::GRAPH_FORMAT_GEXF, {"few", "none"})).status,
      grpc::StatusCode::NOT_FOUND, "NETWORK_NOT_FOUND");
  const Export withheld =
      Exported(Request(name, v1::GRAPH_FORMAT_GEXF, {"n0", "few"}));
  ExpectError(withheld.status, grpc::StatusCode::FAILED_PRECONDITION,
              "RESPONSE_TOO_LOW");
  EXPECT_EQ(withheld.text, "");
}

TEST_F(GraphStreamTest, ReportsErrorsOfReading) {
  ExpectErrorsOfReading([&](const std::string& name,
                            absl::Duration timeout =
                                absl::Seconds(60)) -> grpc::Status {
    std::vector<v1::ExportGraphResponse> messages;
    return ReadStream(&v1::NetworkService::Stub::ExportGraph,
                      Request(name, v1::GRAPH_FORMAT_GEXF), messages, timeout);
  });
}

}  // namespace
}  // namespace pulsetaker::network
