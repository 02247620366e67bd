// Who has which role in the waves on standard input, as one JSON object a line:
// {"wave": NAME, "people": {PERSON: {NETWORK: {"in_degree": N, "roles":
// [...]}}}}.
//
// Input: for each wave a line "wave NAME NETWORKS PEOPLE TIES", then NETWORKS
// lines "ID directed|undirected", PEOPLE lines "ID asked|named_only" and TIES
// lines "NETWORK FROM TO". Whoever was asked answered for all networks. Names
// and ids are words. In-degrees are absent where a gate withholds them.

#include <cstddef>
#include <cstdio>
#include <exception>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/status.h"
#include "nlohmann/json.hpp"
#include "services/network/domain/analyze.h"
#include "services/network/domain/parameters.h"
#include "services/network/domain/snapshot.h"
#include "tests/oracle/subject.h"

namespace pulsetaker::network {
namespace {

using nlohmann::json;

struct NamedWave {
  std::string name;
  WaveSnapshot snapshot;
};

// By person, by network.
using Named =
    std::map<std::string, std::map<std::string, std::vector<Nomination>>>;

void ReadNetworks(std::istream& in, std::size_t count, WaveSnapshot& snapshot) {
  std::string kind;
  for (std::size_t i = 0; i < count; ++i) {
    NetworkDefinition& network = snapshot.networks.emplace_back();
    if (!(in >> network.id >> kind) ||
        (kind != "directed" && kind != "undirected")) {
      FailStop("want a line: ID directed|undirected");
    }
    network.directed = kind == "directed";
  }
}

void ReadPeople(std::istream& in, std::size_t count, WaveSnapshot& snapshot) {
  std::string kind;
  for (std::size_t i = 0; i < count; ++i) {
    Participant& person = snapshot.participants.emplace_back();
    if (!(in >> person.id >> kind) ||
        (kind != "asked" && kind != "named_only")) {
      FailStop("want a line: ID asked|named_only");
    }
    person.invitation =
        kind == "asked" ? Invitation::kInvited : Invitation::kNotInvited;
  }
}

Named ReadTies(std::istream& in, std::size_t count) {
  Named named;
  std::string network;
  std::string from;
  std::string to;
  for (std::size_t i = 0; i < count; ++i) {
    if (!(in >> network >> from >> to)) {
      FailStop("want a line: NETWORK FROM TO");
    }
    named[from][network].push_back({.person = to});
  }
  return named;
}

// Answers for all networks by everybody who was asked.
void AddResponses(Named named, WaveSnapshot& snapshot) {
  for (const Participant& person : snapshot.participants) {
    if (person.invitation != Invitation::kInvited) continue;
    Response& response = snapshot.responses.emplace_back();
    response.person = person.id;
    for (const NetworkDefinition& network : snapshot.networks) {
      NetworkAnswer& answer = response.answers.emplace_back();
      answer.network_id = network.id;
      answer.nominations = std::move(named[person.id][network.id]);
      answer.state = answer.nominations.empty() ? AnswerState::kRespondedNobody
                                                : AnswerState::kResponded;
    }
  }
}

// nullopt at the end of the input; ends the process if it is not as it should
// be.
std::optional<NamedWave> ReadWave(std::istream& in) {
  std::string keyword;
  if (!(in >> keyword)) return std::nullopt;
  NamedWave wave;
  std::size_t networks = 0;
  std::size_t people = 0;
  std::size_t ties = 0;
  if (keyword != "wave" || !(in >> wave.name >> networks >> people >> ties)) {
    FailStop("want a line: wave NAME NETWORKS PEOPLE TIES");
  }
  wave.snapshot.digest = std::string(64, '0');
  ReadNetworks(in, networks, wave.snapshot);
  ReadPeople(in, people, wave.snapshot);
  AddResponses(ReadTies(in, ties), wave.snapshot);
  return wave;
}

const char* NameOf(Role role) {
  switch (role) {
    case Role::kHub:
      return "hub";
    case Role::kGatekeeper:
      return "gatekeeper";
    case Role::kPulsetaker:
      return "pulsetaker";
    case Role::kNone:
      break;
  }
  FailStop("a person has the role of none");
}

json RolesOf(const NamedWave& wave) {
  NoObserver observer;
  const AnalysisResult result =
      OrDie(AnalyzeWave(wave.snapshot, AnalysisParameters(), observer, 1));
  json people = json::object();
  for (const PersonRoles& person : result.persons) {
    json& of_person = people[person.person] = json::object();
    for (const PersonNetworkMeasures& measures : person.networks) {
      json& of_network = of_person[measures.network_id];
      of_network = {{"roles", json::array()}};
      if (measures.in_degree.has_value()) {
        of_network["in_degree"] = *measures.in_degree;
      }
      for (const Role role : measures.roles) {
        of_network["roles"].push_back(NameOf(role));
      }
    }
  }
  return {{"wave", wave.name}, {"people", people}};
}

}  // namespace
}  // namespace pulsetaker::network

int main() {
  try {
    while (const auto wave = pulsetaker::network::ReadWave(std::cin)) {
      std::cout << pulsetaker::network::RolesOf(*wave).dump() << '\n';
    }
    return 0;
  } catch (const std::exception& problem) {  // Of the JSON library.
    std::fputs(problem.what(), stderr);
    return 1;
  }
}
