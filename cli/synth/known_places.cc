#include "cli/synth/known_places.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "cli/synth/normal.h"
#include "common/base/random.h"

namespace pulsetaker::cli::synth {
namespace {

constexpr int kPhasePeopleMax = 200;
constexpr int kPeopleMax = 120;
constexpr int kPeopleMin = 40;
constexpr int kMobilisationPhase = 2;

// Draws the profile of one place.
class Drawing {
 public:
  explicit Drawing(Random random) : random_(random) {}

  double Between(double low, double high) {
    return low + (high - low) * random_.UnitDouble();
  }

  // As likely to be twice as half of the middle.
  double Factor(double low, double high) {
    return std::exp(Between(std::log(low), std::log(high)));
  }

  std::int64_t People(int max) {
    return kPeopleMin + static_cast<std::int64_t>(random_.Uniform(
                            static_cast<std::uint64_t>(max - kPeopleMin + 1)));
  }

  // What any place has, whatever its kind.
  WaveProfile Wave() {
    WaveProfile wave;
    wave.response_rate = Between(0.6, 0.95);
    wave.ties.same_sector = Between(1, 2);
    wave.ties.same_organisation = Between(1, 2);
    wave.ties.adjacent_layer = Between(0.5, 1);
    wave.ties.distant_layer = wave.ties.adjacent_layer * Between(0.5, 1);
    wave.ties.reciprocation = Between(1, 3);
    return wave;
  }

  RatingProfile Ratings(int phase, double departure) {
    RatingProfile ratings = RatingsOfPhase(phase);
    for (double& level : ratings.corner) Depart(departure, level);
    for (double& level : ratings.arrow) Depart(departure, level);
    ratings.layer_gap = Between(0, 10);
    ratings.spread = Between(10, 20);
    ratings.noise = Between(8, 20);
    ratings.dont_know_share = Between(0.02, 0.15);
    return ratings;
  }

  // Of a core that is `closure` times as likely to name itself, and not others,
  // as those others are.
  void AddCore(double closure, TieProfile& ties) {
    ties.prominence_correlation = Between(0.9, 1);
    ties.prominence_pull = Between(0.8, 1.3);
    ties.core_to_periphery = 1;
    ties.periphery_to_core = Factor(6, 14);
    ties.core_to_core = closure * ties.periphery_to_core;
  }

 private:
  void Depart(double deviation, double& level) {
    level = std::clamp(level + deviation * Normal(random_), 0.0, 100.0);
  }

  Random random_;
};

// No label counts, nobody is in a core, and prominence is another's in each
// network.
TieProfile EvenTies() {
  TieProfile ties;
  ties.prominence_correlation = 0;
  ties.same_sector = 1;
  ties.same_organisation = 1;
  ties.adjacent_layer = 1;
  ties.distant_layer = 1;
  ties.reciprocation = 1;
  return ties;
}

void DrawPhase(int phase, double departure, Drawing& draw,
               PlaceProfile& place) {
  place.person_count = draw.People(kPhasePeopleMax);
  place.waves = {draw.Wave()};
  place.waves[0].ratings = draw.Ratings(phase, departure);
}

void DrawLeadership(PlaceKind kind, Drawing& draw, PlaceProfile& place) {
  place.person_count = draw.People(kPeopleMax);
  place.core_share = draw.Between(0.08, 0.15);
  WaveProfile wave = draw.Wave();
  switch (kind) {
    case PlaceKind::kOpenSharedLeadership:
      draw.AddCore(draw.Factor(0.2, 0.7), wave.ties);
      break;
    case PlaceKind::kClosedCore:
      draw.AddCore(draw.Factor(3, 12), wave.ties);
      place.narrow_core = true;
      break;
    case PlaceKind::kParallelCliques:
      draw.AddCore(draw.Factor(3, 12), wave.ties);
      place.own_cores = true;
      wave.ties.prominence_correlation = draw.Between(0, 0.2);
      break;
    case PlaceKind::kDiffuse:
      draw.AddCore(draw.Factor(0.2, 0.7), wave.ties);
      place.own_cores = true;
      wave.ties.prominence_correlation = draw.Between(0, 0.2);
      break;
    case PlaceKind::kFragileCore:
      draw.AddCore(draw.Factor(0.3, 1), wave.ties);
      wave.ties.core_bridges = true;
      wave.ties.same_sector = draw.Factor(20, 60);
      break;
    default:  // kTooFewAnswers.
      wave.response_rate = draw.Between(0.2, 0.45);
      break;
  }
  place.waves = {wave};
}

void DrawEvenCore(Drawing& draw, PlaceProfile& place) {
  place.person_count = draw.People(kPeopleMax);
  place.core_share = draw.Between(0.08, 0.15);
  WaveProfile wave;
  wave.response_rate = draw.Between(0.6, 0.95);
  wave.ties = EvenTies();
  draw.AddCore(/*closure=*/1, wave.ties);
  place.waves = {wave};
}

// Levels at which no condition of a risk holds.
void DrawNoEffect(Drawing& draw, PlaceProfile& place) {
  place.person_count = draw.People(kPeopleMax);
  place.core_share = 0;
  WaveProfile wave;
  wave.response_rate = draw.Between(0.6, 0.95);
  wave.ties = EvenTies();
  wave.ratings = RatingsOfPhase(kMobilisationPhase);
  wave.ratings.layer_gap = 0;
  place.waves = {wave, wave};
}

}  // namespace

absl::string_view PresetOf(PlaceKind kind) {
  switch (kind) {
    case PlaceKind::kLatent:
      return "phase-latent";
    case PlaceKind::kDesign:
      return "phase-design";
    case PlaceKind::kMobilisation:
      return "phase-mobilisation";
    case PlaceKind::kMainstreaming:
      return "phase-mainstreaming";
    case PlaceKind::kEmbedding:
      return "phase-embedding";
    case PlaceKind::kOpenSharedLeadership:
      return "open-shared-leadership";
    case PlaceKind::kClosedCore:
      return "closed-core";
    case PlaceKind::kParallelCliques:
      return "parallel-cliques";
    case PlaceKind::kDiffuse:
      return "diffuse";
    case PlaceKind::kFragileCore:
      return "fragile-core";
    case PlaceKind::kTooFewAnswers:
      return "too-few-answers";
    case PlaceKind::kEvenCore:
      return "even-core";
    case PlaceKind::kNoEffect:
      return "no-effect";
  }
  return "";
}

const std::vector<PlaceKind>& PlaceKinds() {
  static const auto& kinds = *new std::vector<PlaceKind>{
      PlaceKind::kLatent,        PlaceKind::kDesign,
      PlaceKind::kMobilisation,  PlaceKind::kMainstreaming,
      PlaceKind::kEmbedding,     PlaceKind::kOpenSharedLeadership,
      PlaceKind::kClosedCore,    PlaceKind::kParallelCliques,
      PlaceKind::kDiffuse,       PlaceKind::kFragileCore,
      PlaceKind::kTooFewAnswers, PlaceKind::kEvenCore,
      PlaceKind::kNoEffect};
  return kinds;
}

std::vector<PlaceProfile> KnownPlaces(PlaceKind kind, int place_count,
                                      std::uint64_t seed, double departure) {
  std::vector<PlaceProfile> places;
  for (int i = 0; i < place_count; ++i) {
    Drawing draw(Random(seed)
                     .Fork(static_cast<std::uint64_t>(kind))
                     .Fork(static_cast<std::uint64_t>(i)));
    PlaceProfile place;
    place.name = absl::StrFormat("%s %04d", PresetOf(kind), i + 1);
    place.id = absl::StrReplaceAll(place.name, {{" ", "-"}});
    switch (kind) {
      case PlaceKind::kLatent:
      case PlaceKind::kDesign:
      case PlaceKind::kMobilisation:
      case PlaceKind::kMainstreaming:
      case PlaceKind::kEmbedding:
        DrawPhase(static_cast<int>(kind), departure, draw, place);
        break;
      case PlaceKind::kEvenCore:
        DrawEvenCore(draw, place);
        break;
      case PlaceKind::kNoEffect:
        DrawNoEffect(draw, place);
        break;
      default:
        DrawLeadership(kind, draw, place);
        break;
    }
    places.push_back(std::move(place));
  }
  return places;
}

}  // namespace pulsetaker::cli::synth
