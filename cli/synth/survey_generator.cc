#include "cli/synth/survey_generator.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/synth/normal.h"
#include "cli/synth/standard_items.h"
#include "common/base/random.h"

namespace pulsetaker::cli::synth {
namespace {

constexpr std::array<const char*, kNetworkCount> kNetworks = {
    "work",     "social",   "innovation", "expert",
    "guidance", "learning", "decision"};
constexpr std::array<const char*, 4> kLayers = {"systemic", "sectoral",
                                                "frontline", "public"};
// Share of the people in each layer.
constexpr std::array<double, 4> kLayerShares = {0.15, 0.25, 0.35, 0.25};

constexpr std::array<const char*, 24> kGivenNames = {
    "Ada",  "Bela",  "Cora", "Dan",   "Edith", "Femi", "Grace", "Hamid",
    "Ines", "Jonas", "Kiri", "Lena",  "Mara",  "Nils", "Olu",   "Petra",
    "Quin", "Rosa",  "Sami", "Tariq", "Una",   "Vik",  "Wanda", "Yara"};
constexpr std::array<const char*, 24> kFamilyNames = {
    "Abbot",  "Baker", "Carver",  "Draper", "Elder",  "Fisher",
    "Glover", "Hale",  "Ives",    "Joiner", "Keeper", "Lister",
    "Miller", "North", "Orchard", "Porter", "Quarry", "Reeve",
    "Sawyer", "Tyler", "Usher",   "Vale",   "Weaver", "York"};

constexpr double kCoreProminence = 1.5;  // At least.

struct Member {
  int sector = 0;
  int layer = 0;
  int organisation = 0;
  double prominence = 0;
  std::array<double, kNetworkCount> prominence_in{};  // Of each network.
  std::array<bool, kNetworkCount> core_of{};          // Of each network.
  bool outcast = false;
};

class PlaceGenerator {
 public:
  PlaceGenerator(const PlaceProfile& place, std::uint64_t seed,
                 SyntheticSurvey& survey)
      : place_(place), survey_(survey), random_(seed) {
    for (const char c : place.id) {  // Each place has a stream of its own.
      random_ = random_.Fork(static_cast<unsigned char>(c));
    }
  }

  void Generate() {
    DrawMembers();
    if (place_.own_cores) {
      ChooseOwnCores();
    } else {
      ChooseCore();
    }
    for (std::size_t w = 0; w < place_.waves.size(); ++w) {
      wave_ = static_cast<int>(w) + 1;
      DrawProminence(place_.waves[w].ties);
      AddPeople(place_.waves[w].response_rate);
      AddTies(place_.waves[w].ties);
      AddRatings(place_.waves[w].ratings);
    }
  }

 private:
  std::string IdOf(std::size_t i) const {
    return absl::StrFormat("%s_%03d", place_.id, i + 1);
  }

  void DrawMembers() {
    members_.resize(static_cast<std::size_t>(place_.person_count));
    const int sectors = static_cast<int>(Sectors().size());
    for (std::size_t i = 0; i < members_.size(); ++i) {
      Member& member = members_[i];
      member.layer = LayerOf(random_.UnitDouble());
      // Residents are the public; the others are of the other sectors.
      member.sector =
          member.layer == 3 ? sectors - 1 : static_cast<int>(i) % (sectors - 1);
      member.organisation =
          3 * member.sector + static_cast<int>(random_.Uniform(3));
      member.prominence = Normal(random_);
      member.outcast = member.sector == place_.outcast_sector;
    }
  }

  static int LayerOf(double u) {
    int layer = 0;
    for (double below = kLayerShares[0]; layer < 3 && u >= below;) {
      below += kLayerShares[static_cast<std::size_t>(++layer)];
    }
    return layer;
  }

  // The most prominent of those who can be in it.
  void ChooseCore() {
    std::vector<std::size_t> order(members_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return members_[a].prominence > members_[b].prominence;
    });
    std::size_t chosen = 0;
    for (const std::size_t i : order) {
      Member& member = members_[i];
      if (chosen == CoreSize()) break;
      if (!CanBeCore(member)) continue;
      member.core_of.fill(true);
      member.prominence = std::max(member.prominence, kCoreProminence);
      ++chosen;
    }
  }

  // People who can be in a core, each in at most one until all are in one.
  void ChooseOwnCores() {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < members_.size(); ++i) {
      if (CanBeCore(members_[i])) order.push_back(i);
    }
    random_.Shuffle(absl::MakeSpan(order));
    const std::size_t size = std::min(CoreSize(), order.size());
    std::size_t next = 0;
    for (std::size_t network = 0; network < kNetworkCount; ++network) {
      for (std::size_t k = 0; k < size; ++k) {
        members_[order[next++ % order.size()]].core_of[network] = true;
      }
    }
  }

  std::size_t CoreSize() const {
    return static_cast<std::size_t>(
        std::lround(place_.core_share * static_cast<double>(members_.size())));
  }

  bool CanBeCore(const Member& member) const {
    return !member.outcast && !(place_.narrow_core && member.sector > 1);
  }

  void DrawProminence(const TieProfile& ties) {
    const double common = std::sqrt(ties.prominence_correlation);
    const double own = std::sqrt(1 - ties.prominence_correlation);
    for (Member& member : members_) {
      for (std::size_t network = 0; network < kNetworkCount; ++network) {
        double& prominence = member.prominence_in[network];
        prominence = common * member.prominence + own * Normal(random_);
        if (place_.own_cores && member.core_of[network]) {
          prominence = std::max(prominence, kCoreProminence);
        }
      }
    }
  }

  void AddPeople(double response_rate) {
    const auto answering = static_cast<std::size_t>(
        std::lround(response_rate * static_cast<double>(members_.size())));
    std::vector<std::size_t> order(members_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    random_.Shuffle(absl::MakeSpan(order));
    answered_.assign(members_.size(), false);
    for (std::size_t i = 0; i < answering; ++i) answered_[order[i]] = true;
    for (std::size_t i = 0; i < members_.size(); ++i) {
      const Member& member = members_[i];
      const std::string& sector =
          Sectors()[static_cast<std::size_t>(member.sector)];
      survey_.people.push_back(
          {.id = IdOf(i),
           .locality = place_.name,
           .wave = wave_,
           .name = absl::StrCat(
               kGivenNames[i % kGivenNames.size()], " ",
               kFamilyNames[(i * 7 + i / 24) % kFamilyNames.size()]),
           .organisation =
               absl::StrCat(sector, "-", member.organisation % 3 + 1),
           .sector = sector,
           .layer = kLayers[static_cast<std::size_t>(member.layer)],
           .answered = answered_[i]});
    }
  }

  // What it does to be of one sector, organisation or layer.
  static void Approach(const TieProfile& ties, const Member& from,
                       const Member& to, double& weight) {
    if (from.sector == to.sector) weight *= ties.same_sector;
    if (from.organisation == to.organisation) weight *= ties.same_organisation;
    const int distance = std::abs(from.layer - to.layer);
    if (distance == 1) weight *= ties.adjacent_layer;
    if (distance > 1) weight *= ties.distant_layer;
  }

  double Attraction(const TieProfile& ties, std::size_t network, std::size_t i,
                    std::size_t j) const {
    const Member& from = members_[i];
    const Member& to = members_[j];
    const bool from_core = from.core_of[network];
    const bool to_core = to.core_of[network];
    double weight = std::exp(ties.prominence_pull * to.prominence_in[network]);
    if (!ties.core_bridges || !(from_core || to_core)) {
      Approach(ties, from, to, weight);
    }
    if (from_core) {
      weight *= to_core ? ties.core_to_core : ties.core_to_periphery;
      if (to.outcast) weight *= ties.core_to_outcast;
    } else if (to_core) {
      weight *= ties.periphery_to_core;
    }
    return weight;
  }

  void AddTies(const TieProfile& ties) {
    const std::size_t n = members_.size();
    for (std::size_t network = 0; network < kNetworkCount; ++network) {
      std::vector<std::vector<bool>> named(n, std::vector<bool>(n, false));
      for (std::size_t i = 0; i < n; ++i) {
        std::vector<double> weights(n, 0);
        for (std::size_t j = 0; j < n; ++j) {
          if (i == j) continue;
          weights[j] = Attraction(ties, network, i, j) *
                       (named[j][i] ? ties.reciprocation : 1);
        }
        const std::vector<std::size_t> chosen = Choose(
            std::move(weights), ties.nominations_min, ties.nominations_max);
        for (const std::size_t j : chosen) named[i][j] = true;
        if (answered_[i]) AddTiesOf(network, i, chosen);
      }
    }
  }

  // Distinct people, each with a chance in proportion to its weight.
  std::vector<std::size_t> Choose(std::vector<double> weights, int low,
                                  int high) {
    const int count = low + static_cast<int>(random_.Uniform(
                                static_cast<std::uint64_t>(high - low + 1)));
    std::vector<std::size_t> chosen;
    for (int k = 0; k < count; ++k) {
      double total = 0;
      for (const double weight : weights) total += weight;
      if (total <= 0) break;
      double point = random_.UnitDouble() * total;
      std::size_t j = 0;
      while (j + 1 < weights.size() && point >= weights[j])
        point -= weights[j++];
      if (weights[j] == 0) break;  // Rounding ran past the last.
      weights[j] = 0;
      chosen.push_back(j);
    }
    std::sort(chosen.begin(), chosen.end());
    return chosen;
  }

  void AddTiesOf(std::size_t network, std::size_t i,
                 const std::vector<std::size_t>& chosen) {
    for (const std::size_t j : chosen) {
      survey_.ties.push_back({.locality = place_.name,
                              .wave = wave_,
                              .network = kNetworks[network],
                              .from = IdOf(i),
                              .to = IdOf(j)});
    }
  }

  void AddRatings(const RatingProfile& ratings) {
    for (std::size_t i = 0; i < members_.size(); ++i) {
      const double lean = ratings.layer_gap * (1.5 - members_[i].layer) +
                          ratings.spread * Normal(random_);
      for (const StandardItem& item : StandardItems()) {
        const std::string answer = Answer(ratings, item, lean);
        if (!answered_[i]) continue;
        survey_.ratings.push_back({.person = IdOf(i),
                                   .wave = wave_,
                                   .item = item.id,
                                   .answer = answer});
      }
    }
  }

  std::string Answer(const RatingProfile& ratings, const StandardItem& item,
                     double lean) {
    const double u = random_.UnitDouble();
    const double noise = ratings.noise * Normal(random_);
    if (u < ratings.dont_know_share) return "dk";
    if (u < ratings.dont_know_share + ratings.not_applicable_share) return "na";
    double level = 50;
    switch (item.kind) {
      case StandardItem::Kind::kCorner:
        level = ratings.corner[static_cast<std::size_t>(item.index)];
        break;
      case StandardItem::Kind::kArrow:
        level = ratings.arrow[static_cast<std::size_t>(item.index)];
        break;
      case StandardItem::Kind::kPhase:
        return absl::StrCat(ratings.phase + 1);
      case StandardItem::Kind::kOther:
        break;
    }
    double scored = std::clamp(level + lean + noise, 0.0, 100.0);
    if (item.reverse) scored = 100 - scored;
    return absl::StrCat(1 + std::lround(scored / 25));
  }

  const PlaceProfile& place_;
  SyntheticSurvey& survey_;
  Random random_;
  std::vector<Member> members_;
  std::vector<bool> answered_;
  int wave_ = 1;
};

}  // namespace

SyntheticSurvey GenerateSurvey(absl::Span<const PlaceProfile> places,
                               std::uint64_t seed) {
  SyntheticSurvey survey;
  for (const PlaceProfile& place : places) {
    PlaceGenerator(place, seed, survey).Generate();
  }
  return survey;
}

std::string PeopleCsv(const SyntheticSurvey& survey) {
  std::string csv =
      "person_id,locality,wave,name,organisation,sector,layer,answered\n";
  for (const SyntheticPerson& p : survey.people) {
    absl::StrAppend(&csv, p.id, ",", p.locality, ",", p.wave, ",", p.name, ",",
                    p.organisation, ",", p.sector, ",", p.layer, ",",
                    p.answered ? 1 : 0, "\n");
  }
  return csv;
}

std::string TiesCsv(const SyntheticSurvey& survey) {
  std::string csv = "locality,wave,network,from_person,to_person\n";
  for (const SyntheticTie& t : survey.ties) {
    absl::StrAppend(&csv, t.locality, ",", t.wave, ",", t.network, ",", t.from,
                    ",", t.to, "\n");
  }
  return csv;
}

std::string ItemsCsv(const SyntheticSurvey& survey) {
  std::string csv = "person_id,wave,item_id,answer\n";
  for (const SyntheticRating& r : survey.ratings) {
    absl::StrAppend(&csv, r.person, ",", r.wave, ",", r.item, ",", r.answer,
                    "\n");
  }
  return csv;
}

}  // namespace pulsetaker::cli::synth
