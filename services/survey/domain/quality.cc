#include "services/survey/domain/quality.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/survey/domain/content_digest.h"
#include "services/survey/domain/response_check.h"

namespace pulsetaker::survey {
namespace {

constexpr std::size_t kReadCount = 1'000;

std::size_t AnswerCount(const Answers& answers) {
  std::size_t count = 0;
  for (const NetworkAnswer& answer : answers.networks) {
    count += answer.nominations.size();
  }
  for (const ItemAnswer& answer : answers.items) {
    count += answer.rating.has_value();
  }
  return count;
}

// Where on its scale a rating is: 0 at the lowest, 1 at the highest.
double PlaceOf(const Item& item, std::int32_t rating) {
  return static_cast<double>(rating - item.scale_min) /
         static_cast<double>(item.scale_max - item.scale_min);
}

// What the item is one of several for, or nothing to compare it with.
std::string SubjectOf(const Item& item) {
  if (!item.cluster.empty()) return item.cluster;
  switch (item.corner) {
    case Corner::kAuthority:
      return "authority";
    case Corner::kCapacity:
      return "capacity";
    case Corner::kValue:
      return "value";
    case Corner::kNone:
      break;
  }
  return std::string();
}

// The places of ratings: of statements, and of opposites.
struct Places {
  std::vector<double> straight;
  std::vector<double> reversed;

  void Add(const Places& other) {
    straight.insert(straight.end(), other.straight.begin(),
                    other.straight.end());
    reversed.insert(reversed.end(), other.reversed.begin(),
                    other.reversed.end());
  }

  bool Contradict() const {
    if (straight.size() < kContradictedStatementsMin ||
        reversed.size() < kContradictedOppositesMin) {
      return false;
    }
    const auto all = [this](auto&& holds) {
      return std::all_of(straight.begin(), straight.end(), holds) &&
             std::all_of(reversed.begin(), reversed.end(), holds);
    };
    return all([](double place) { return place >= kAgreement; }) ||
           all([](double place) { return place <= kDisagreement; });
  }
};

class Flaws {
 public:
  Flaws(const Instrument& instrument, absl::Time now)
      : index_(instrument), now_(now) {}

  absl::Status Add(const Response& response);
  std::vector<FlaggedResponse> Take();

 private:
  // One response of those with the same answers.
  struct Twin {
    absl::Time submit_time;
    std::string person;
    std::int64_t revision = 0;
  };

  absl::Status AddRatings(const Answers& answers,
                          std::vector<QualityFinding>& findings) const;
  absl::Status AddCaps(const Answers& answers,
                       std::vector<QualityFinding>& findings) const;
  FlaggedResponse& Flagged(const std::string& person, std::int64_t revision);
  void AddBursts(std::vector<Twin>& twins);

  const InstrumentIndex index_;
  const absl::Time now_;
  std::map<std::string, FlaggedResponse> flagged_;
  absl::flat_hash_map<std::string, std::vector<Twin>> twins_;  // By digest.
};

absl::Status Flaws::Add(const Response& response) {
  std::vector<QualityFinding> findings;
  PT_RETURN_IF_ERROR(AddRatings(response.answers, findings));
  PT_RETURN_IF_ERROR(AddCaps(response.answers, findings));
  if (!findings.empty()) {
    Flagged(response.person, response.revision).findings = std::move(findings);
  }
  if (AnswerCount(response.answers) >= kBurstAnswerCountMin) {
    twins_[RequestDigest("Answers").Add(response.answers).Finish()].push_back(
        {response.submit_time, response.person, response.revision});
  }
  return absl::OkStatus();
}

absl::Status Flaws::AddRatings(const Answers& answers,
                               std::vector<QualityFinding>& findings) const {
  std::map<std::string, Places> subjects;
  std::int64_t ratings = 0;
  bool same = true;
  bool reversed = false;
  std::optional<std::int32_t> first;
  for (const ItemAnswer& answer : answers.items) {
    const auto found = index_.FindItem(answer.item_id);
    if (!found.has_value()) {
      return MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE",
                       "an answer to an item that was not asked");
    }
    if (!answer.rating.has_value()) continue;
    const Item& item = index_.instrument().items[*found];
    ++ratings;
    if (!first.has_value()) first = answer.rating;
    same = same && answer.rating == first;
    reversed = reversed || item.reverse_scored;
    const std::string subject = SubjectOf(item);
    if (subject.empty()) continue;
    Places& places = subjects[subject];
    (item.reverse_scored ? places.reversed : places.straight)
        .push_back(PlaceOf(item, *answer.rating));
  }
  if (same && ratings >= std::int64_t{kStraightRatingCountMin}) {
    // Without an opposite among the statements, one may honestly agree with
    // all of them.
    findings.push_back({QualityFlag::kStraightLining, reversed, "", ratings});
  }
  // Where a subject has no opposite rated, there is nothing to contradict.
  Places opposed;
  for (const auto& [subject, places] : subjects) {
    if (!places.straight.empty() && !places.reversed.empty()) {
      opposed.Add(places);
    }
  }
  if (opposed.Contradict()) {
    const std::size_t items = opposed.straight.size() + opposed.reversed.size();
    findings.push_back({QualityFlag::kContradictory, true, "",
                        static_cast<std::int64_t>(items)});
  }
  return absl::OkStatus();
}

absl::Status Flaws::AddCaps(const Answers& answers,
                            std::vector<QualityFinding>& findings) const {
  for (const NetworkAnswer& answer : answers.networks) {
    const auto found = index_.FindNetwork(answer.network_id);
    if (!found.has_value()) {
      return MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE",
                       "an answer to a network that was not asked");
    }
    const std::int32_t cap =
        index_.instrument().networks[*found].nomination_cap;
    const auto named = static_cast<std::int64_t>(answer.nominations.size());
    if (cap == 0 || named < cap) continue;
    // They are often the best connected: to leave them out would bend more
    // than the cap does.
    findings.push_back({QualityFlag::kAtCap, false, answer.network_id, named});
  }
  return absl::OkStatus();
}

FlaggedResponse& Flaws::Flagged(const std::string& person,
                                std::int64_t revision) {
  FlaggedResponse& flagged = flagged_[person];
  flagged.person = person;
  flagged.revision = revision;
  flagged.check_time = now_;
  return flagged;
}

// Twins are in a burst if a window of time holds enough of them.
void Flaws::AddBursts(std::vector<Twin>& twins) {
  std::sort(twins.begin(), twins.end(), [](const Twin& a, const Twin& b) {
    return std::pair(a.submit_time, a.person) <
           std::pair(b.submit_time, b.person);
  });
  std::vector<std::int64_t> burst(twins.size(), 0);
  std::size_t begin = 0;
  for (std::size_t end = 1; end <= twins.size(); ++end) {
    while (twins[end - 1].submit_time - twins[begin].submit_time >
           kBurstWindow) {
      ++begin;
    }
    const std::size_t people = end - begin;
    if (people < kBurstPeopleMin) continue;
    for (std::size_t i = begin; i < end; ++i) {
      burst[i] = std::max(burst[i], static_cast<std::int64_t>(people));
    }
  }
  for (std::size_t i = 0; i < twins.size(); ++i) {
    if (burst[i] == 0) continue;
    std::vector<QualityFinding>& findings =
        Flagged(twins[i].person, twins[i].revision).findings;
    findings.insert(
        findings.begin(),
        QualityFinding{QualityFlag::kIdenticalBurst, true, "", burst[i]});
  }
}

std::vector<FlaggedResponse> Flaws::Take() {
  for (auto& [digest, twins] : twins_) AddBursts(twins);
  std::vector<FlaggedResponse> taken;
  taken.reserve(flagged_.size());
  for (auto& [person, flagged] : flagged_) {
    const bool quarantines = std::any_of(
        flagged.findings.begin(), flagged.findings.end(),
        [](const QualityFinding& finding) { return finding.quarantines; });
    flagged.state =
        quarantines ? ReviewState::kQuarantined : ReviewState::kFlagged;
    taken.push_back(std::move(flagged));
  }
  return taken;
}

}  // namespace

bool IsLeftOut(const FlaggedResponse& flagged) {
  return flagged.state == ReviewState::kQuarantined ||
         flagged.state == ReviewState::kExcluded;
}

absl::StatusOr<std::vector<FlaggedResponse>> FindFlaws(
    WaveSnapshot& snapshot, const Instrument& instrument, absl::Time now) {
  Flaws flaws(instrument, now);
  std::string after;
  for (;;) {
    PT_ASSIGN_OR_RETURN(const std::vector<Response> responses,
                        snapshot.ReadResponses(after, kReadCount));
    if (responses.empty()) return flaws.Take();
    for (const Response& response : responses) {
      PT_RETURN_IF_ERROR(flaws.Add(response));
    }
    after = responses.back().person;
  }
}

FlaggedResponse WithDecision(const std::optional<FlaggedResponse>& former,
                             const FlaggedResponse& found) {
  FlaggedResponse reviewed = found;
  if (former.has_value() && former->revision == found.revision &&
      former->review_time.has_value()) {
    reviewed.state = former->state;
    reviewed.review_time = former->review_time;
    reviewed.note = former->note;
  }
  return reviewed;
}

}  // namespace pulsetaker::survey
