#include "services/network/domain/graph_export.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/random.h"
#include "common/base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/xml_text.h"

namespace pulsetaker::network {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Le;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;

constexpr GraphFormat kFormats[] = {
    GraphFormat::kGraphMl,      GraphFormat::kGexf,    GraphFormat::kPajek,
    GraphFormat::kPajekWithIds, GraphFormat::kNodeCsv, GraphFormat::kEdgeCsv};

absl::StatusOr<std::string> TextOf(const GraphSource& source,
                                   GraphFormat format) {
  std::string text;
  const absl::Status status =
      WriteGraph(source, format, [&](absl::string_view piece) {
        absl::StrAppend(&text, piece);
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return text;
}

GraphSpans SpansOf(GraphSchema schema, const std::vector<ExportedNode>& nodes,
                   std::vector<absl::Span<const ExportedArc>> arcs) {
  auto spans = GraphSpans::Create(std::move(schema), nodes, std::move(arcs));
  EXPECT_TRUE(spans.ok()) << spans.status();
  return *std::move(spans);
}

// Three people and one whom nobody names, in two networks, one of them with two
// equal arcs.
class SmallGraph {
 public:
  SmallGraph()
      : ann_{absl::string_view("a \"b\" <c>"), 0.1, std::int64_t{-7}, true},
        bob_{absl::string_view(""), std::monostate(), std::monostate(), false},
        none_(4),
        often_{std::int64_t{3}},
        nothing_(1),
        nodes_{{"ann", "Ann & co", ann_},
               {"bob", "", bob_},
               {"=cy", "Zo\xc3\xab\n", none_},
               {"dee", "-1", none_}},
        advice_{{0, 1, 1.0, often_}, {0, 1, 1.0, often_}, {2, 0, .5, nothing_}},
        trust_{{1, 0, 1e22, nothing_}, {0, 1, 1.0 / 3, nothing_}} {}

  GraphSpans spans() const {
    return SpansOf(Schema(), nodes_, {advice_, trust_});
  }

 private:
  static GraphSchema Schema() {
    return {.name = "Leeds",
            .networks = {{"advice", "Who helps \"you\"?"}, {"trust", ""}},
            .node_attributes = {{"note", AttributeType::kString},
                                {"share", AttributeType::kDouble},
                                {"balance", AttributeType::kInt64},
                                {"hub", AttributeType::kBool}},
            .arc_attributes = {{"often", AttributeType::kInt64}}};
  }

  std::vector<AttributeValue> ann_;
  std::vector<AttributeValue> bob_;
  std::vector<AttributeValue> none_;
  std::vector<AttributeValue> often_;
  std::vector<AttributeValue> nothing_;
  std::vector<ExportedNode> nodes_;
  std::vector<ExportedArc> advice_;
  std::vector<ExportedArc> trust_;
};

TEST(GraphExportTest, WritesGraphMl) {
  EXPECT_EQ(TextOf(SmallGraph().spans(), GraphFormat::kGraphMl).value(),
            R"(<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
<key id="name" for="graph" attr.name="name" attr.type="string"/>
<key id="label" for="node" attr.name="label" attr.type="string"/>
<key id="weight" for="edge" attr.name="weight" attr.type="double"/>
<key id="network" for="edge" attr.name="network" attr.type="string"/>
<key id="n0" for="node" attr.name="note" attr.type="string"/>
<key id="n1" for="node" attr.name="share" attr.type="double"/>
<key id="n2" for="node" attr.name="balance" attr.type="long"/>
<key id="n3" for="node" attr.name="hub" attr.type="boolean"/>
<key id="e0" for="edge" attr.name="often" attr.type="long"/>
<graph edgedefault="directed">
<data key="name">Leeds</data>
<node id="ann"><data key="label">Ann &amp; co</data><data key="n0">a &quot;b&quot; &lt;c&gt;</data><data key="n1">0.1</data><data key="n2">-7</data><data key="n3">true</data></node>
<node id="bob"><data key="n0"></data><data key="n3">false</data></node>
<node id="=cy"><data key="label">Zoë&#10;</data></node>
<node id="dee"><data key="label">-1</data></node>
<edge id="e0" source="ann" target="bob"><data key="weight">1</data><data key="network">advice</data><data key="e0">3</data></edge>
<edge id="e1" source="ann" target="bob"><data key="weight">1</data><data key="network">advice</data><data key="e0">3</data></edge>
<edge id="e2" source="=cy" target="ann"><data key="weight">0.5</data><data key="network">advice</data></edge>
<edge id="e3" source="bob" target="ann"><data key="weight">1e+22</data><data key="network">trust</data></edge>
<edge id="e4" source="ann" target="bob"><data key="weight">0.3333333333333333</data><data key="network">trust</data></edge>
</graph>
</graphml>
)");
}

TEST(GraphExportTest, WritesGexf) {
  EXPECT_EQ(TextOf(SmallGraph().spans(), GraphFormat::kGexf).value(),
            R"(<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://gexf.net/1.3 http://gexf.net/1.3/gexf.xsd" version="1.3">
<meta><creator>pulsetaker</creator><description>Leeds</description></meta>
<graph mode="static" defaultedgetype="directed">
<attributes class="node">
<attribute id="0" title="note" type="string"/>
<attribute id="1" title="share" type="double"/>
<attribute id="2" title="balance" type="long"/>
<attribute id="3" title="hub" type="boolean"/>
</attributes>
<attributes class="edge">
<attribute id="0" title="network" type="string"/>
<attribute id="1" title="often" type="long"/>
</attributes>
<nodes>
<node id="ann" label="Ann &amp; co"><attvalues><attvalue for="0" value="a &quot;b&quot; &lt;c&gt;"/><attvalue for="1" value="0.1"/><attvalue for="2" value="-7"/><attvalue for="3" value="true"/></attvalues></node>
<node id="bob"><attvalues><attvalue for="0" value=""/><attvalue for="3" value="false"/></attvalues></node>
<node id="=cy" label="Zoë&#10;"><attvalues></attvalues></node>
<node id="dee" label="-1"><attvalues></attvalues></node>
</nodes>
<edges>
<edge id="0" source="ann" target="bob" kind="advice" weight="1"><attvalues><attvalue for="0" value="advice"/><attvalue for="1" value="3"/></attvalues></edge>
<edge id="1" source="ann" target="bob" kind="advice" weight="1"><attvalues><attvalue for="0" value="advice"/><attvalue for="1" value="3"/></attvalues></edge>
<edge id="2" source="=cy" target="ann" kind="advice" weight="0.5"><attvalues><attvalue for="0" value="advice"/></attvalues></edge>
<edge id="3" source="bob" target="ann" kind="trust" weight="1e+22"><attvalues><attvalue for="0" value="trust"/></attvalues></edge>
<edge id="4" source="ann" target="bob" kind="trust" weight="0.3333333333333333"><attvalues><attvalue for="0" value="trust"/></attvalues></edge>
</edges>
</graph>
</gexf>
)");
}

TEST(GraphExportTest, WritesPajek) {
  const std::string arcs =
      "*Arcs :1 \"Who helps 'you'?\"\n"
      "1 2 1\n1 2 1\n3 1 0.5\n"
      "*Arcs :2 \"trust\"\n"
      "2 1 1e+22\n1 2 0.3333333333333333\n";
  EXPECT_EQ(TextOf(SmallGraph().spans(), GraphFormat::kPajek).value(),
            absl::StrCat("\xef\xbb\xbf% Leeds\n*Vertices 4\n"
                         "1 \"Ann & co\"\n2 \"bob\"\n3 \"Zo\xc3\xab \"\n"
                         "4 \"-1\"\n",
                         arcs));
  EXPECT_EQ(TextOf(SmallGraph().spans(), GraphFormat::kPajekWithIds).value(),
            absl::StrCat("\xef\xbb\xbf% Leeds\n*Vertices 4\n"
                         "1 \"ann\"\n2 \"bob\"\n3 \"=cy\"\n4 \"dee\"\n",
                         arcs));
}

TEST(GraphExportTest, WritesCsv) {
  // Formulas are held back, but not numbers; no value is told from empty text.
  EXPECT_EQ(TextOf(SmallGraph().spans(), GraphFormat::kNodeCsv).value(),
            "id,label,note,share,balance,hub\n"
            "ann,Ann & co,\"a \"\"b\"\" <c>\",0.1,-7,true\n"
            "bob,,\"\",,,false\n"
            "'=cy,\"Zo\xc3\xab\n\",,,,\n"
            "dee,'-1,,,,\n");
  EXPECT_EQ(TextOf(SmallGraph().spans(), GraphFormat::kEdgeCsv).value(),
            "source,target,weight,network,often\n"
            "ann,bob,1,advice,3\n"
            "ann,bob,1,advice,3\n"
            "'=cy,ann,0.5,advice,\n"
            "bob,ann,1e+22,trust,\n"
            "ann,bob,0.3333333333333333,trust,\n");
}

TEST(GraphExportTest, WritesAnEmptyGraph) {
  const GraphSpans empty = SpansOf({}, {}, {});
  EXPECT_THAT(TextOf(empty, GraphFormat::kGraphMl).value(),
              HasSubstr("<graph edgedefault=\"directed\">\n</graph>"));
  EXPECT_THAT(TextOf(empty, GraphFormat::kGexf).value(),
              HasSubstr("<nodes>\n</nodes>\n<edges>\n</edges>"));
  EXPECT_EQ(TextOf(empty, GraphFormat::kPajek).value(),
            "\xef\xbb\xbf% \n*Vertices 0\n");
  EXPECT_EQ(TextOf(empty, GraphFormat::kNodeCsv).value(), "id,label\n");
  EXPECT_EQ(TextOf(empty, GraphFormat::kEdgeCsv).value(),
            "source,target,weight,network\n");
}

std::string XmlOf(absl::string_view text) {
  std::string xml;
  const auto sink = [&](absl::string_view piece) {
    absl::StrAppend(&xml, piece);
    return absl::OkStatus();
  };
  PieceBuffer out(sink);
  AppendXml(text, out);
  EXPECT_TRUE(out.Finish().ok());
  return xml;
}

TEST(GraphExportTest, EscapesWhatXmlReadersWouldChange) {
  EXPECT_EQ(XmlOf("a&b<c>d\"e'"), "a&amp;b&lt;c&gt;d&quot;e'");
  EXPECT_EQ(XmlOf("\t\n\r"), "&#9;&#10;&#13;");
  EXPECT_EQ(XmlOf("\xc2\x85\xe2\x80\xa8"), "&#133;&#8232;");
  EXPECT_EQ(XmlOf(absl::string_view("\0a\x1f", 3)),
            "\xef\xbf\xbd"
            "a\xef\xbf\xbd");
  EXPECT_EQ(XmlOf("\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd"),
            "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
  // Beside what is forbidden: U+0020, U+E000, U+FEFF, U+10FFFF.
  const std::string allowed = " \xee\x80\x80\xef\xbb\xbf\xf4\x8f\xbf\xbf";
  EXPECT_EQ(XmlOf(allowed), allowed);
}

TEST(GraphExportTest, HoldsBackFormulas) {
  const std::pair<const char*, const char*> cases[] = {
      {"=1+1", "'=1+1"},       {"+1", "'+1"},
      {"-1", "'-1"},           {"@SUM(A1)", "'@SUM(A1)"},
      {"\t=1", "'\t=1"},       {"\r=1", "\"'\r=1\""},
      {"\n=1", "\"'\n=1\""},   {"\xef\xbc\x9d", "'\xef\xbc\x9d"},
      {"'quoted", "''quoted"}, {"a=1", "a=1"},
      {" =1", " =1"},          {"=\"a\",b", "\"'=\"\"a\"\",b\""}};
  for (const auto& [label, field] : cases) {
    const std::vector<ExportedNode> nodes = {{"x", label, {}}};
    EXPECT_EQ(TextOf(SpansOf({}, nodes, {}), GraphFormat::kNodeCsv).value(),
              absl::StrCat("id,label\nx,", field, "\n"));
  }
}

TEST(GraphExportTest, WritesWeightsThatAreReadBackAsTheSameBits) {
  Random random(7);
  std::vector<double> weights = {5e-324, 1.7976931348623157e308, -0.0, 0.1,
                                 9007199254740993.0};
  while (weights.size() < 2000) {
    const std::uint64_t bits = random.Next();
    double weight = 0;
    std::memcpy(&weight, &bits, sizeof weight);
    if (std::isfinite(weight)) weights.push_back(weight);
  }
  const std::vector<ExportedNode> nodes = {{"a", "", {}}, {"b", "", {}}};
  std::vector<ExportedArc> arcs;
  for (const double weight : weights) arcs.push_back({0, 1, weight, {}});
  const GraphSpans spans = SpansOf({.networks = {{"n", ""}}}, nodes, {arcs});
  std::string text = TextOf(spans, GraphFormat::kEdgeCsv).value();
  std::size_t at = text.find('\n') + 1;
  for (const double weight : weights) {
    at += std::string("a,b,").size();
    const double read = std::strtod(text.c_str() + at, nullptr);
    EXPECT_EQ(std::memcmp(&read, &weight, sizeof read), 0) << weight;
    at = text.find('\n', at) + 1;
  }
}

// Made as it is asked for: nothing lies in memory.
class LongChain final : public GraphSource {
 public:
  explicit LongChain(NodeId node_count)
      : schema_{.networks = {{"n", ""}}}, node_count_(node_count) {}

  const GraphSchema& schema() const override { return schema_; }
  NodeId node_count() const override { return node_count_; }
  absl::string_view node_id(NodeId node) const override {
    id_ = absl::StrCat("p", node);
    return id_;
  }
  absl::Status VisitNodes(VisitNode visit) const override {
    for (NodeId u = 0; u < node_count_; ++u) {
      PT_RETURN_IF_ERROR(visit({node_id(u), "", {}}));
    }
    return absl::OkStatus();
  }
  absl::Status VisitArcs(std::size_t, VisitArc visit) const override {
    for (NodeId u = 1; u < node_count_; ++u) {
      PT_RETURN_IF_ERROR(visit({u - 1, u, 1.0, {}}));
    }
    return absl::OkStatus();
  }

 private:
  GraphSchema schema_;
  NodeId node_count_;
  mutable std::string id_;
};

TEST(GraphExportTest, CutsPiecesOfOneSize) {
  for (const GraphFormat format : kFormats) {
    std::vector<std::size_t> sizes;
    ASSERT_TRUE(
        WriteGraph(LongChain(20'000), format, [&](absl::string_view piece) {
          sizes.push_back(piece.size());
          return absl::OkStatus();
        }).ok());
    ASSERT_THAT(sizes, SizeIs(testing::Gt(2)));
    EXPECT_THAT(sizes.back(), AllOf(testing::Gt(0), Le(kPieceBytes)));
    sizes.pop_back();
    EXPECT_THAT(sizes, testing::Each(kPieceBytes));
  }
}

TEST(GraphExportTest, EndsWithTheFirstErrorOfTheSink) {
  for (const GraphFormat format : kFormats) {
    int calls = 0;
    const absl::Status status =
        WriteGraph(LongChain(20'000), format, [&](absl::string_view) {
          return ++calls == 2 ? absl::UnavailableError("full")
                              : absl::OkStatus();
        });
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
    EXPECT_EQ(calls, 2);
  }
  const absl::Status at_the_end = WriteGraph(
      LongChain(1), GraphFormat::kPajek,
      [](absl::string_view) { return absl::UnavailableError("full"); });
  EXPECT_EQ(at_the_end.code(), absl::StatusCode::kUnavailable);
}

struct Defect {
  std::string what;
  std::string reason;
  std::string field;
  GraphSchema schema = {};
  std::vector<ExportedNode> nodes = {};
  std::vector<ExportedArc> arcs = {};
};

std::vector<Defect> Defects() {
  static const auto* const values = new std::vector<AttributeValue>{1.0};
  static const auto* const infinite =
      new std::vector<AttributeValue>{std::numeric_limits<double>::infinity()};
  static const auto* const bad_text =
      new std::vector<AttributeValue>{absl::string_view("ab\xe4\xb8z")};
  const GraphSchema networks = {.networks = {{"n", ""}}};
  const std::vector<ExportedNode> two = {{"a", "", {}}, {"b", "", {}}};
  const auto with_column = [](AttributeType type) {
    return GraphSchema{.node_attributes = {{"x", type}}};
  };
  return {
      {"name", "INVALID_TEXT", "name", {.name = "\xff"}},
      {"network", "INVALID_NAME", "networks[0].id", {.networks = {{"", ""}}}},
      {"network twice",
       "INVALID_NAME",
       "networks[1].id",
       {.networks = {{"n", ""}, {"n", ""}}}},
      {"network label",
       "INVALID_TEXT",
       "networks[0].label",
       {.networks = {{"n", "\xc0\x80"}}}},
      {"reserved",
       "INVALID_NAME",
       "node_attributes[0].name",
       {.node_attributes = {{"label"}}}},
      {"reserved",
       "INVALID_NAME",
       "arc_attributes[0].name",
       {.arc_attributes = {{"weight"}}}},
      {"column twice",
       "INVALID_NAME",
       "node_attributes[1].name",
       {.node_attributes = {{"x"}, {"x"}}}},
      {"empty id", "INVALID_NAME", "nodes[0].id", {}, {{"", "", {}}}},
      {"blank", "INVALID_NAME", "nodes[1].id", {}, {{"a", "", {}}, {"b ", ""}}},
      {"control", "INVALID_NAME", "nodes[0].id", {}, {{"a\nb", "", {}}}},
      {"separator", "INVALID_NAME", "nodes[0].id", {}, {{"\xe2\x80\xa9", ""}}},
      {"id", "INVALID_TEXT", "nodes[0].id", {}, {{"\xed\xa0\x80", "", {}}}},
      {"label", "INVALID_TEXT", "nodes[0].label", {}, {{"a", "\xf5", {}}}},
      {"more values",
       "INVALID_ATTRIBUTE",
       "nodes[0]",
       {},
       {{"a", "", *values}}},
      {"type",
       "INVALID_ATTRIBUTE",
       "nodes[0].x",
       with_column(AttributeType::kBool),
       {{"a", "", *values}}},
      {"infinite",
       "INVALID_ATTRIBUTE",
       "nodes[0].x",
       with_column(AttributeType::kDouble),
       {{"a", "", *infinite}}},
      {"value",
       "INVALID_TEXT",
       "nodes[0].x",
       with_column(AttributeType::kString),
       {{"a", "", *bad_text}}},
      {"arc",
       "NODE_OUT_OF_RANGE",
       "networks[0].arcs[1]",
       networks,
       two,
       {{0, 1, 1.0, {}}, {0, 2, 1.0, {}}}},
      {"weight",
       "INVALID_WEIGHT",
       "networks[0].arcs[0]",
       networks,
       two,
       {{0, 1, std::nan(""), {}}}},
      {"arc values",
       "INVALID_ATTRIBUTE",
       "networks[0].arcs[0]",
       networks,
       two,
       {{0, 1, 1.0, *values}}},
  };
}

TEST(GraphExportTest, RefusesWhatNoReaderWouldUnderstand) {
  for (const Defect& defect : Defects()) {
    SCOPED_TRACE(absl::StrCat(defect.what, ", ", defect.field));
    std::vector<absl::Span<const ExportedArc>> arcs(
        defect.schema.networks.size());
    if (!arcs.empty()) arcs[0] = defect.arcs;
    // With two networks of one id, the schema is wrong before the arcs.
    const GraphSpans spans = SpansOf(defect.schema, defect.nodes, arcs);
    for (const GraphFormat format : kFormats) {
      if (format == GraphFormat::kNodeCsv && !defect.arcs.empty()) continue;
      const absl::Status status = TextOf(spans, format).status();
      EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
      EXPECT_EQ(ReasonOf(status), defect.reason);
      EXPECT_THAT(MetadataOf(status), Contains(Pair("field", defect.field)));
    }
  }
}

TEST(GraphExportTest, SaysWhichByteIsNotUtf8) {
  const std::vector<ExportedNode> nodes = {{"a", "h\xc3\xa9\xe4\xb8z", {}}};
  const absl::Status status =
      TextOf(SpansOf({}, nodes, {}), GraphFormat::kGraphMl).status();
  EXPECT_THAT(MetadataOf(status), Contains(Pair("byte", "3")));
  EXPECT_EQ(status.message(),
            "nodes[0].label is not UTF-8: no character has byte 0xe4 at 3");
}

TEST(GraphExportTest, RefusesTwoNodesOfOneId) {
  const std::vector<ExportedNode> nodes = {{"a", "", {}}, {"a", "", {}}};
  const absl::Status status = GraphSpans::Create({}, nodes, {}).status();
  EXPECT_EQ(ReasonOf(status), "INVALID_NAME");
  EXPECT_EQ(ReasonOf(GraphSpans::Create({}, {}, {{}}).status()),
            "INVALID_ATTRIBUTE");
}

// Says that it has another number of nodes than it shows.
class Miscounted final : public GraphSource {
 public:
  explicit Miscounted(NodeId claimed) : claimed_(claimed) {}
  const GraphSchema& schema() const override { return schema_; }
  NodeId node_count() const override { return claimed_; }
  absl::string_view node_id(NodeId) const override { return "a"; }
  absl::Status VisitNodes(VisitNode visit) const override {
    return visit({"a", "", {}});
  }
  absl::Status VisitArcs(std::size_t, VisitArc) const override {
    return absl::OkStatus();
  }

 private:
  GraphSchema schema_;
  NodeId claimed_;
};

TEST(GraphExportTest, RefusesASourceThatMiscounts) {
  for (const NodeId claimed : {0U, 2U}) {
    for (const GraphFormat format : kFormats) {
      EXPECT_EQ(ReasonOf(TextOf(Miscounted(claimed), format).status()),
                "NODE_OUT_OF_RANGE");
    }
  }
}

}  // namespace
}  // namespace pulsetaker::network
