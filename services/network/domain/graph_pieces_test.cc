#include "services/network/domain/graph_pieces.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/random.h"
#include "common/base/status.h"
#include "gtest/gtest.h"

namespace pulsetaker::network {
namespace {

constexpr GraphFormat kFormats[] = {GraphFormat::kGraphMl, GraphFormat::kGexf,
                                    GraphFormat::kPajek, GraphFormat::kNodeCsv,
                                    GraphFormat::kEdgeCsv};

// People and ties by chance, in two networks.
class RandomGraph {
 public:
  RandomGraph(std::uint64_t seed, int people, int ties) {
    Random random(seed);
    for (int i = 0; i < people; ++i) ids_.push_back(absl::StrCat("person-", i));
    for (const std::string& id : ids_) nodes_.push_back({.id = id});
    for (auto& arcs : arcs_) {
      for (int i = 0; i < ties; ++i) {
        arcs.push_back({.from = static_cast<NodeId>(
                            random.Uniform(static_cast<std::uint64_t>(people))),
                        .to = static_cast<NodeId>(random.Uniform(
                            static_cast<std::uint64_t>(people)))});
      }
    }
  }

  GraphSpans spans() const {
    return *GraphSpans::Create({.networks = {{"a", ""}, {"b", ""}}}, nodes_,
                               {arcs_[0], arcs_[1]});
  }

 private:
  std::vector<std::string> ids_;
  std::vector<ExportedNode> nodes_;
  std::vector<ExportedArc> arcs_[2];
};

std::string Whole(const GraphSource& graph, GraphFormat format) {
  std::string text;
  const absl::Status status =
      WriteGraph(graph, format, [&](absl::string_view piece) {
        absl::StrAppend(&text, piece);
        return absl::OkStatus();
      });
  EXPECT_TRUE(status.ok()) << status;
  return text;
}

// That the pieces are what WriteGraph writes, however they are cut.
void ExpectWhole(const GraphSource& graph, GraphFormat format,
                 std::size_t window, std::size_t piece_max) {
  SCOPED_TRACE(absl::StrCat("window ", window, ", piece ", piece_max));
  GraphPieces pieces(graph, format, window, piece_max);
  std::string text;
  for (;;) {
    EXPECT_EQ(pieces.offset(), static_cast<std::int64_t>(text.size()));
    const auto piece = pieces.Next(kNeverCancelled);
    ASSERT_TRUE(piece.ok()) << piece.status();
    if (piece->empty()) break;
    EXPECT_LE(piece->size(), piece_max);
    text += *piece;
  }
  EXPECT_TRUE(pieces.Next(kNeverCancelled)->empty());
  EXPECT_EQ(text, Whole(graph, format));
}

TEST(GraphPiecesTest, AreTheFileHoweverItIsCut) {
  const RandomGraph small(1, 3, 2);
  const RandomGraph large(2, 300, 1'500);
  for (const GraphFormat format : kFormats) {
    const std::size_t size = Whole(large.spans(), format).size();
    SCOPED_TRACE(size);
    for (const std::size_t window :
         {kPieceBytes - 1, kPieceBytes, kPieceBytes + 1, size - 1, size,
          size + 1, GraphPieces::kWindowBytes}) {
      for (const std::size_t piece_max : {50'000, 1 << 20}) {
        ExpectWhole(large.spans(), format, window, piece_max);
      }
    }
    for (const std::size_t window : {1, 7, 100}) {
      ExpectWhole(small.spans(), format, window, 5);
    }
  }
}

TEST(GraphPiecesTest, HandsOnWhatIsWrong) {
  const std::vector<ExportedNode> nodes = {{.id = "a\n"}};
  const auto spans = GraphSpans::Create({}, nodes, {});
  GraphPieces pieces(*spans, GraphFormat::kNodeCsv);
  EXPECT_EQ(ReasonOf(pieces.Next(kNeverCancelled).status()), "INVALID_NAME");
}

TEST(GraphPiecesTest, SaysWhenItIsCancelled) {
  const RandomGraph graph(3, 5, 5);
  const GraphSpans spans = graph.spans();
  GraphPieces pieces(spans, GraphFormat::kGexf);
  EXPECT_TRUE(absl::IsCancelled(pieces.Next([] { return true; }).status()));
}

}  // namespace
}  // namespace pulsetaker::network
