// Random multigraphs in every format of an export, for other programs to read.
//
//   write_graphs FOLDER FIRST COUNT
//
// Writes graphs FIRST to FIRST + COUNT - 1 -- the number is the seed -- to
// FOLDER, which must be there: NUMBER.graphml, .gexf, .net, .ids.net,
// .nodes.csv and .edges.csv; and truth.jsonl, what is in them, an object a
// graph. Every 100th graph is empty.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <limits>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/random.h"
#include "common/base/status.h"
#include "nlohmann/json.hpp"
#include "services/network/domain/graph_export.h"
#include "services/network/domain/graph_source.h"

namespace pulsetaker::network {
namespace {

using nlohmann::json;

// What tends to go wrong: markup, quotes, escapes, controls, line breaks of all
// kinds, formulas, what is no character, and scripts of many widths.
constexpr absl::string_view kCharacters[] = {"a",
                                             "b",
                                             "Z",
                                             "0",
                                             "7",
                                             " ",
                                             ".",
                                             ",",
                                             ";",
                                             ":",
                                             "_",
                                             "-",
                                             "+",
                                             "=",
                                             "@",
                                             "'",
                                             "\"",
                                             "\\",
                                             "/",
                                             "<",
                                             ">",
                                             "&",
                                             "]",
                                             "%",
                                             "*",
                                             "#",
                                             "|",
                                             "\t",
                                             "\n",
                                             "\r",
                                             "\x01",
                                             "\x1b",
                                             "\x7f",
                                             "\xc2\x85",
                                             "\xc2\xa0",
                                             "\xc3\xa9",
                                             "e\xcc\x81",
                                             "\xd0\x96",
                                             "\xd7\x90",
                                             "\xe0\xa4\x95",
                                             "\xe2\x80\xa8",
                                             "\xe2\x82\xac",
                                             "\xe4\xb8\xad",
                                             "\xef\xbc\x9d",
                                             "\xef\xbb\xbf",
                                             "\xef\xbf\xbd",
                                             "\xef\xbf\xbe",
                                             "\xf0\x9f\x98\x80"};
constexpr absl::string_view kNameCharacters[] = {"a",
                                                 "b",
                                                 "Z",
                                                 "0",
                                                 "7",
                                                 ".",
                                                 ",",
                                                 ";",
                                                 ":",
                                                 "_",
                                                 "-",
                                                 "+",
                                                 "=",
                                                 "@",
                                                 "'",
                                                 "\"",
                                                 "\\",
                                                 "/",
                                                 "<",
                                                 ">",
                                                 "&",
                                                 "]",
                                                 "%",
                                                 "*",
                                                 "#",
                                                 "|",
                                                 "\xc3\xa9",
                                                 "e\xcc\x81",
                                                 "\xd0\x96",
                                                 "\xd7\x90",
                                                 "\xe0\xa4\x95",
                                                 "\xe2\x82\xac",
                                                 "\xe4\xb8\xad",
                                                 "\xef\xbc\x9d",
                                                 "\xf0\x9f\x98\x80"};

// A graph and all the text that it shows.
struct MadeUpGraph {
  GraphSchema schema;
  std::vector<std::string> ids;
  std::vector<std::string> labels;
  std::vector<std::vector<AttributeValue>> node_values;
  std::vector<ExportedNode> nodes;
  std::vector<std::vector<std::vector<AttributeValue>>> arc_values;
  std::vector<std::vector<ExportedArc>> arcs;  // By network.
  // Of values; what was put in stays where it is.
  std::set<std::string> texts;
};

void OrDie(const absl::Status& status) {
  if (!status.ok()) FailStop(status.ToString());
}

bool OneIn(std::uint64_t n, Random& random) { return random.Uniform(n) == 0; }

std::string TextOf(absl::Span<const absl::string_view> characters,
                   std::uint64_t length, Random& random) {
  std::string text;
  for (std::uint64_t i = 0; i < length; ++i) {
    absl::StrAppend(&text, characters[random.Uniform(characters.size())]);
  }
  return text;
}

std::string AnyText(Random& random) {
  std::string text = TextOf(kCharacters, random.Uniform(8), random);
  if (OneIn(20, random)) text.push_back('\0');
  return text;
}

// Not in `taken`, where it is put.
std::string NewName(std::set<std::string>& taken, Random& random) {
  for (;;) {
    const std::string name =
        TextOf(kNameCharacters, 1 + random.Uniform(6), random);
    if (taken.insert(name).second) return name;
  }
}

// Not subnormal: igraph reads no file with such a number.
double AnyDouble(Random& random) {
  for (;;) {
    double number = random.UnitDouble();
    if (OneIn(2, random)) {
      const std::uint64_t bits = random.Next();
      std::memcpy(&number, &bits, sizeof number);
    }
    if (std::isnormal(number)) return number;
  }
}

double AnyWeight(Random& random) {
  if (OneIn(2, random)) return static_cast<double>(1 + random.Uniform(5));
  return OneIn(2, random) ? random.UnitDouble() : AnyDouble(random);
}

std::int64_t AnyInteger(Random& random) {
  if (OneIn(8, random)) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(random.Next()) >> random.Uniform(64);
}

std::vector<AttributeColumn> AnyColumns(Random& random) {
  std::set<std::string> taken = {"id", "label", "weight", "kind", "key"};
  std::vector<AttributeColumn> columns(random.Uniform(5));
  for (AttributeColumn& column : columns) {
    column.name = NewName(taken, random);
    column.type = static_cast<AttributeType>(random.Uniform(4));
  }
  return columns;
}

std::vector<AttributeValue> AnyValues(
    const std::vector<AttributeColumn>& columns, std::set<std::string>& texts,
    Random& random) {
  std::vector<AttributeValue> values(columns.size());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (OneIn(4, random)) continue;
    switch (columns[i].type) {
      case AttributeType::kString:
        values[i] = absl::string_view(*texts.insert(AnyText(random)).first);
        break;
      case AttributeType::kDouble:
        values[i] = AnyDouble(random);
        break;
      case AttributeType::kInt64:
        values[i] = AnyInteger(random);
        break;
      case AttributeType::kBool:
        values[i] = OneIn(2, random);
        break;
    }
  }
  return values;
}

void AddNodes(MadeUpGraph& graph, Random& random) {
  const std::size_t count = 1 + random.Uniform(9);
  std::set<std::string> taken;
  for (std::size_t i = 0; i < count; ++i) {
    graph.ids.push_back(NewName(taken, random));
    graph.labels.push_back(OneIn(3, random) ? "" : AnyText(random));
    graph.node_values.push_back(
        AnyValues(graph.schema.node_attributes, graph.texts, random));
  }
  for (std::size_t i = 0; i < count; ++i) {
    graph.nodes.push_back(
        {graph.ids[i], graph.labels[i], graph.node_values[i]});
  }
}

// Few, so that some nodes have none; with repeats within a network.
void AddArcs(MadeUpGraph& graph, Random& random) {
  for (std::size_t k = 0; k < graph.schema.networks.size(); ++k) {
    const std::size_t count = random.Uniform(6);
    auto& values = graph.arc_values.emplace_back();
    auto& arcs = graph.arcs.emplace_back();
    for (std::size_t i = 0; i < count; ++i) {
      values.push_back(
          AnyValues(graph.schema.arc_attributes, graph.texts, random));
      arcs.push_back({static_cast<NodeId>(random.Uniform(graph.nodes.size())),
                      static_cast<NodeId>(random.Uniform(graph.nodes.size())),
                      AnyWeight(random),
                      {}});
    }
    for (std::size_t i = 0; i < count; ++i) arcs[i].attributes = values[i];
  }
}

MadeUpGraph MakeUp(std::uint64_t seed) {
  MadeUpGraph graph;
  if (seed % 100 == 0) return graph;
  Random random(seed);
  graph.schema.name = AnyText(random);
  std::set<std::string> taken;
  graph.schema.networks.resize(random.Uniform(4));
  for (ExportedNetwork& network : graph.schema.networks) {
    network.id = NewName(taken, random);
    if (OneIn(2, random)) network.label = AnyText(random);
  }
  graph.schema.node_attributes = AnyColumns(random);
  graph.schema.arc_attributes = AnyColumns(random);
  AddNodes(graph, random);
  AddArcs(graph, random);
  return graph;
}

json ToJson(const AttributeValue& value) {
  if (const auto* text = std::get_if<absl::string_view>(&value)) {
    return std::string(*text);
  }
  if (const auto* number = std::get_if<double>(&value)) return *number;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  if (const auto* truth = std::get_if<bool>(&value)) return *truth;
  return nullptr;
}

// By name; without those that are not there.
json ToJson(const std::vector<AttributeColumn>& columns,
            absl::Span<const AttributeValue> values) {
  json object = json::object();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (std::holds_alternative<std::monostate>(values[i])) continue;
    object[columns[i].name] = ToJson(values[i]);
  }
  return object;
}

json ColumnsToJson(const std::vector<AttributeColumn>& columns) {
  constexpr const char* kTypes[] = {"string", "double", "long", "boolean"};
  json list = json::array();
  for (const AttributeColumn& column : columns) {
    list.push_back({{"name", column.name},
                    {"type", kTypes[static_cast<std::size_t>(column.type)]}});
  }
  return list;
}

json TruthOf(const MadeUpGraph& graph) {
  json networks = json::array();
  json arcs = json::array();
  for (std::size_t k = 0; k < graph.schema.networks.size(); ++k) {
    const ExportedNetwork& network = graph.schema.networks[k];
    networks.push_back({{"id", network.id}, {"label", network.label}});
    for (const ExportedArc& arc : graph.arcs[k]) {
      arcs.push_back({{"source", graph.ids[arc.from]},
                      {"target", graph.ids[arc.to]},
                      {"weight", arc.weight},
                      {"network", network.id},
                      {"attributes",
                       ToJson(graph.schema.arc_attributes, arc.attributes)}});
    }
  }
  json nodes = json::array();
  for (const ExportedNode& node : graph.nodes) {
    nodes.push_back({{"id", std::string(node.id)},
                     {"label", std::string(node.label)},
                     {"attributes",
                      ToJson(graph.schema.node_attributes, node.attributes)}});
  }
  return {{"name", graph.schema.name},
          {"networks", networks},
          {"node_attributes", ColumnsToJson(graph.schema.node_attributes)},
          {"arc_attributes", ColumnsToJson(graph.schema.arc_attributes)},
          {"nodes", nodes},
          {"arcs", arcs}};
}

void WriteFiles(const MadeUpGraph& graph, const std::string& stem) {
  const absl::StatusOr<GraphSpans> source = GraphSpans::Create(
      graph.schema, graph.nodes, {graph.arcs.begin(), graph.arcs.end()});
  OrDie(source.status());
  constexpr std::pair<GraphFormat, const char*> kFiles[] = {
      {GraphFormat::kGraphMl, ".graphml"},
      {GraphFormat::kGexf, ".gexf"},
      {GraphFormat::kPajek, ".net"},
      {GraphFormat::kPajekWithIds, ".ids.net"},
      {GraphFormat::kNodeCsv, ".nodes.csv"},
      {GraphFormat::kEdgeCsv, ".edges.csv"}};
  for (const auto& [format, ending] : kFiles) {
    std::ofstream file(stem + ending, std::ios::binary);
    OrDie(WriteGraph(*source, format, [&](absl::string_view piece) {
      file.write(piece.data(), static_cast<std::streamsize>(piece.size()));
      return absl::OkStatus();
    }));
    file.close();
    if (!file) FailStop("cannot write " + stem + ending);
  }
}

int Run(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: write_graphs FOLDER FIRST COUNT\n";
    return 2;
  }
  const std::string folder = argv[1];
  const std::uint64_t first = std::stoull(argv[2]);
  const std::uint64_t count = std::stoull(argv[3]);
  std::ofstream truth(folder + "/truth.jsonl", std::ios::binary);
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const MadeUpGraph graph = MakeUp(seed);
    WriteFiles(graph, absl::StrCat(folder, "/", seed));
    truth << TruthOf(graph).dump() << '\n';
  }
  truth.close();
  return truth ? 0 : 1;
}

}  // namespace
}  // namespace pulsetaker::network

int main(int argc, char** argv) {
  try {
    return pulsetaker::network::Run(argc, argv);
  } catch (const std::exception& problem) {  // Of the JSON library, or FIRST.
    std::fputs(problem.what(), stderr);
    return 1;
  }
}
