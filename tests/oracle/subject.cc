#include "tests/oracle/subject.h"

#include <cstddef>
#include <vector>

namespace pulsetaker::network {

std::optional<Subject> ReadSubject(std::istream& in) {
  std::string keyword;
  if (!(in >> keyword)) return std::nullopt;
  Subject subject;
  std::string kind;
  NodeId nodes = 0;
  std::size_t ties = 0;
  if (keyword != "graph" || !(in >> subject.name >> kind >> nodes >> ties) ||
      (kind != "directed" && kind != "undirected")) {
    FailStop("want a line: graph NAME directed|undirected NODES TIES");
  }
  subject.is_directed = kind == "directed";
  std::vector<Arc> arcs(ties);
  for (Arc& arc : arcs) {
    if (!(in >> arc.from >> arc.to >> arc.weight)) {
      FailStop("want a line: FROM TO WEIGHT");
    }
  }
  if (subject.is_directed) {
    subject.digraph = OrDie(Digraph::FromArcs(nodes, arcs));
    subject.either = Graph::Symmetrized(subject.digraph, Symmetrization::kOr);
    subject.mean = Graph::Symmetrized(subject.digraph, Symmetrization::kMean);
  } else {
    subject.either = OrDie(Graph::FromEdges(nodes, arcs));
    subject.mean = subject.either;
    subject.digraph = subject.either.ToDigraph();
  }
  return subject;
}

}  // namespace pulsetaker::network
