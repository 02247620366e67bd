#pragma once

#include <istream>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "common/base/status.h"
#include "services/network/domain/graph.h"

// What programs that are compared with others read.

namespace pulsetaker::network {

// One network in the two forms that measures take.
struct Subject {
  std::string name;
  bool is_directed = true;
  Digraph digraph;
  Graph either;  // Tied if either names the other.
  Graph mean;    // One-sided ties halved; the ties themselves if undirected.
};

// Ends the process with the error, if it is one.
template <typename T>
T OrDie(absl::StatusOr<T> result) {
  if (!result.ok()) FailStop(result.status().ToString());
  return *std::move(result);
}

// The next graph of a text, nullopt at its end: a line "graph NAME
// directed|undirected NODES TIES", then TIES lines "FROM TO WEIGHT" with nodes
// from 0 on. Ends the process if the text is not so.
std::optional<Subject> ReadSubject(std::istream& in);

}  // namespace pulsetaker::network
