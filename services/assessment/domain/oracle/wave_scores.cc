// Scores the wave on standard input, one JSON object, and prints the numbers
// that compare.py works out again. For tests.

#include <cstdint>
#include <iostream>
#include <optional>
#include <string>

#include "nlohmann/json.hpp"
#include "services/assessment/domain/phase.h"
#include "services/assessment/domain/triangle.h"
#include "services/assessment/domain/wave.h"

namespace pulsetaker::assessment {
namespace {

using nlohmann::json;

WaveData ParseWave(const json& from) {
  WaveData wave;
  for (const json& each : from.at("items")) {
    Item item;
    item.id = each.at("id").get<std::string>();
    item.kind =
        each.at("kind") == "corner" ? ItemKind::kCorner : ItemKind::kArrow;
    item.corner = static_cast<Corner>(each.at("of").get<int>());
    item.arrow = static_cast<Arrow>(each.at("of").get<int>());
    item.reverse_scored = each.at("reverse").get<bool>();
    item.scale_min = each.at("min").get<std::int32_t>();
    item.scale_max = each.at("max").get<std::int32_t>();
    wave.items.push_back(item);
  }
  for (const json& each : from.at("roster")) {
    wave.roster.push_back({static_cast<Layer>(each.at("layer").get<int>()),
                           each.at("sector").get<std::string>(),
                           each.at("invited").get<std::int32_t>()});
  }
  for (const json& each : from.at("respondents")) {
    Respondent respondent;
    respondent.person = each.at("person").get<std::string>();
    respondent.layer = static_cast<Layer>(each.at("layer").get<int>());
    respondent.sector = each.at("sector").get<std::string>();
    for (const auto& [id, rating] : each.at("ratings").items()) {
      respondent.answers.push_back(
          {id, AnswerKind::kRating, rating.get<std::int32_t>()});
    }
    wave.respondents.push_back(respondent);
  }
  return wave;
}

json Print(const Reading& reading) {
  return reading.measured() ? json(reading.value) : json(nullptr);
}

json Print(const Level& level) {
  if (!level.measured()) return nullptr;
  return {{"raw", level.raw},
          {"level", level.post_stratified},
          {"low", level.interval_low},
          {"high", level.interval_high},
          {"error", level.standard_error},
          {"count", level.respondent_count}};
}

int Run() {
  const json input = json::parse(std::cin);
  WaveData wave = ParseWave(input);
  if (const absl::Status status = Canonicalize(wave); !status.ok()) {
    std::cerr << status << '\n';
    return 1;
  }
  Parameters parameters;
  parameters.replicate_count = input.at("replicates").get<std::int32_t>();
  const Triangle triangle = ScoreTriangle(wave, parameters);
  std::optional<PhaseDistribution> previous;
  if (input.contains("previous")) {
    previous = input.at("previous").get<PhaseDistribution>();
  }
  const PhaseResult phase = ClassifyPhase(triangle, previous);

  json output;
  for (int f = 0; f < kFeatureCount; ++f) {
    output["features"].push_back(Print(triangle.feature(f)));
  }
  for (const CornerResult& corner : triangle.corners) {
    output["alpha"].push_back(Print(corner.alpha));
    output["agreement"].push_back(Print(corner.agreement));
  }
  output["posterior"] = phase.posterior;
  if (previous) {
    output["reversed"] = ReverseProbability(*previous, phase.likelihood);
  }
  std::cout << output << '\n';
  return 0;
}

}  // namespace
}  // namespace pulsetaker::assessment

int main() { return pulsetaker::assessment::Run(); }
