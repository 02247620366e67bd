#include "bench/place/drawn_place.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/random.h"

namespace pulsetaker::network {
namespace {

constexpr int kSectors = 5;
constexpr double kNominations = 6.0;
constexpr double kSameSector = 3.0;  // Times as likely to be named.
constexpr double kReputation = 0.8;  // Correlation between networks.

double Normal(Random& random) {
  const double radius = std::sqrt(-2 * std::log(1 - random.UnitDouble()));
  return radius * std::cos(2 * std::acos(-1.0) * random.UnitDouble());
}

}  // namespace

WaveSnapshot DrawnPlace(int people, int response_percent) {
  Random random(1);
  WaveSnapshot snapshot;
  snapshot.digest = std::string(64, 'a');
  std::vector<int> sector;
  std::vector<double> reputation;
  for (int i = 0; i < people; ++i) {
    sector.push_back(static_cast<int>(random.Uniform(kSectors)));
    reputation.push_back(Normal(random));
    Participant participant;
    participant.id = absl::StrFormat("p%05d", i);
    participant.sector = absl::StrCat("s", sector.back());
    participant.layer = static_cast<Layer>(1 + random.Uniform(4));
    snapshot.participants.push_back(participant);
    if (random.Uniform(100) < static_cast<std::uint64_t>(response_percent)) {
      snapshot.responses.push_back({participant.id, {}});
    }
  }
  for (int network = 0; network < kDrawnNetworks; ++network) {
    const std::string id = absl::StrCat("n", network);
    snapshot.networks.push_back({id, true, 0});
    std::vector<double> prominence;
    double sum = 0.0;
    for (int i = 0; i < people; ++i) {
      const double z = std::sqrt(kReputation) * reputation[i] +
                       std::sqrt(1 - kReputation) * Normal(random);
      prominence.push_back(std::exp(z));
      sum += prominence.back();
    }
    for (Response& response : snapshot.responses) {
      const int from = std::stoi(response.person.substr(1));
      NetworkAnswer answer;
      answer.network_id = id;
      for (int to = 0; to < people; ++to) {
        const double same = sector[to] == sector[from] ? kSameSector : 1.0;
        const double chance = kNominations * same * prominence[to] / sum /
                              (1 + (kSameSector - 1) / kSectors);
        if (to == from || random.UnitDouble() >= chance) continue;
        answer.nominations.push_back({absl::StrFormat("p%05d", to), 1});
      }
      answer.state = answer.nominations.empty() ? AnswerState::kRespondedNobody
                                                : AnswerState::kResponded;
      response.answers.push_back(std::move(answer));
    }
  }
  return snapshot;
}

}  // namespace pulsetaker::network
