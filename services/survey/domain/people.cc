#include "services/survey/domain/people.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/survey/domain/content_digest.h"
#include "services/survey/domain/effective_snapshot.h"
#include "services/survey/domain/field_checks.h"

namespace pulsetaker::survey {
namespace {

// Others change the people of a locality rarely, and the state of its waves no
// more often.
constexpr int kTriesMax = 10;

absl::Status Precondition(absl::string_view reason, absl::string_view message,
                          const ErrorMetadata& metadata = {}) {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason, message,
                   metadata);
}

// PERSON_MERGED: the id of this field is an alias.
absl::Status CheckNoAlias(const Overlay& overlay, absl::string_view field,
                          const std::string& id) {
  const auto alias = overlay.aliases.find(id);
  if (alias == overlay.aliases.end()) return absl::OkStatus();
  return Precondition(
      "PERSON_MERGED",
      absl::StrCat(field, " ", id, " is an alias of ", alias->second),
      {{"field", std::string(field)}, {"person", alias->second}});
}

// PERSON_HAS_ALIASES.
absl::Status CheckHasNoAliases(const Overlay& overlay, absl::string_view field,
                               const std::string& id) {
  for (const auto& [alias, person] : overlay.aliases) {
    if (person != id) continue;
    return Precondition("PERSON_HAS_ALIASES",
                        absl::StrCat(field, " ", id, " has the alias ", alias),
                        {{"field", std::string(field)}, {"person", alias}});
  }
  return absl::OkStatus();
}

absl::Status CheckMerge(const Merge& merge) {
  if (merge.from == merge.into) {
    return FieldError("MERGE_WITH_ITSELF", "into_person",
                      "is the same as from_person");
  }
  return CheckRequiredText("reason", merge.reason, kNoteLengthMax);
}

// The result of this kind, which is the only one that the request can have had:
// another method would have given it another digest.
template <typename Result>
absl::StatusOr<Result> Get(absl::StatusOr<PeopleResult> result) {
  if (!result.ok()) return std::move(result).status();
  if (auto* const wanted = std::get_if<Result>(&*result)) {
    return *std::move(wanted);
  }
  return MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE",
                   "a request is of another kind");
}

// What is known of these ids goes with them.
void Erase(const std::vector<std::string>& ids, Overlay& overlay) {
  for (const std::string& id : ids) {
    overlay.opted_out.erase(id);
    overlay.withdrawn.erase(id);
    overlay.left_out.erase(id);
    overlay.erased.insert(id);
  }
  for (auto alias = overlay.aliases.begin(); alias != overlay.aliases.end();) {
    const bool is_gone = overlay.erased.count(alias->first) > 0 ||
                         overlay.erased.count(alias->second) > 0;
    alias = is_gone ? overlay.aliases.erase(alias) : std::next(alias);
  }
}

// Those of whom the view does not know.
absl::StatusOr<std::vector<Erasure>> NotErased(
    const PeopleView& view, const std::vector<Erasure>& erasures) {
  std::vector<Erasure> missing;
  for (const Erasure& erasure : erasures) {
    PT_ASSIGN_OR_RETURN(const auto before,
                        view.FindErasure(erasure.ids.front()));
    if (!before.has_value()) missing.push_back(erasure);
  }
  return missing;
}

Request ErasureRequest(const LocalityKey& locality, const std::string& person,
                       const std::string& id) {
  return {.id = id,
          .digest =
              RequestDigest("ErasePerson").Add(locality).Add(person).Finish()};
}

}  // namespace

Overlay Changed(Overlay overlay, const WaveKey& wave,
                const PeopleChange& change) {
  if (const auto* const add = std::get_if<AddOptOut>(&change)) {
    overlay.opted_out.insert(add->opt_out.person);
  } else if (const auto* const remove = std::get_if<RemoveOptOut>(&change)) {
    overlay.opted_out.erase(remove->person);
  } else if (const auto* const put = std::get_if<PutAlias>(&change)) {
    if (put->alias.split_time.has_value()) {
      overlay.aliases.erase(put->alias.from);
    } else {
      overlay.aliases[put->alias.from] = put->alias.into;
    }
  } else if (const auto* const erase = std::get_if<EraseResponses>(&change)) {
    if (erase->wave != wave) return overlay;
    // Left out is as good as erased, for what a snapshot shows.
    overlay.left_out.insert(erase->people.begin(), erase->people.end());
    overlay.withdrawn.insert(erase->people.begin(), erase->people.end());
  } else if (const auto* const review = std::get_if<PutReview>(&change)) {
    if (review->wave != wave) return overlay;
    if (IsLeftOut(review->reviewed)) {
      overlay.left_out.insert(review->reviewed.person);
    } else {
      overlay.left_out.erase(review->reviewed.person);
    }
  } else if (const auto* const erased = std::get_if<EraseIds>(&change)) {
    for (const Erasure& erasure : erased->erasures) {
      Erase(erasure.ids, overlay);
    }
  }
  return overlay;
}

People::People(PeopleStore& people, const SurveyStore& store, Clock clock)
    : people_(people), store_(store), clock_(std::move(clock)) {}

absl::Time People::Now() const {
  return absl::FromUnixMicros(absl::ToUnixMicros(clock_()));
}

absl::StatusOr<std::vector<ClosedWave>> People::Digest(
    const Asked& asked, const PeopleView& view,
    const PeopleChange& change) const {
  std::vector<ClosedWave> closed;
  if (std::holds_alternative<std::monostate>(change)) return closed;
  PT_ASSIGN_OR_RETURN(const std::vector<Wave> waves, view.ListWaves());
  for (const Wave& wave : waves) {
    if (wave.state != WaveState::kClosed) continue;
    if (asked.wave.has_value() && *asked.wave != wave.key) continue;
    PT_ASSIGN_OR_RETURN(WaveRows read, view.ReadWave(wave.key));
    const Overlay overlay = Changed(std::move(read.overlay), wave.key, change);
    PT_ASSIGN_OR_RETURN(const std::unique_ptr<WaveSnapshot> snapshot,
                        MakeEffectiveSnapshot(std::move(read.rows), overlay));
    PT_ASSIGN_OR_RETURN(const Instrument instrument,
                        store_.GetInstrument(wave.instrument_revision_key()));
    PT_ASSIGN_OR_RETURN(std::string digest,
                        SnapshotDigest(*snapshot, instrument));
    closed.push_back({wave.key, wave.revision, std::move(digest)});
  }
  return closed;
}

absl::StatusOr<PeopleResult> People::Carry(const Asked& asked,
                                           const Planner& planner) {
  for (int i = 0; i < kTriesMax; ++i) {
    PT_ASSIGN_OR_RETURN(
        std::optional<PeopleResult> before,
        people_.FindResult(asked.locality, asked.wave, asked.request));
    if (before.has_value()) return *std::move(before);
    if (asked.wave.has_value()) {
      PT_RETURN_IF_ERROR(store_.GetWave(*asked.wave).status());
    }
    PT_ASSIGN_OR_RETURN(const std::unique_ptr<PeopleView> view,
                        people_.ReadPeople(asked.locality));
    PT_ASSIGN_OR_RETURN(Plan plan, planner(*view));
    PT_ASSIGN_OR_RETURN(std::vector<ClosedWave> closed,
                        Digest(asked, *view, plan.change));
    const PeopleCommit commit = {.locality = asked.locality,
                                 .request_wave = asked.wave,
                                 .request = asked.request,
                                 .revision = view->revision(),
                                 .change = std::move(plan.change),
                                 .result = std::move(plan.result),
                                 .closed_waves = std::move(closed)};
    PT_ASSIGN_OR_RETURN(std::optional<PeopleResult> committed,
                        people_.Commit(commit));
    if (committed.has_value()) return *std::move(committed);
  }
  return MakeError(absl::StatusCode::kAborted, "PEOPLE_CHANGED",
                   "other changes to the people or waves of the locality came "
                   "first, again and again");
}

absl::StatusOr<OptOut> People::OptOutPerson(const PersonKey& key,
                                            const std::string& request_id) {
  const absl::Time now = Now();
  const Request request = {.id = request_id,
                           .digest = RequestDigest("OptOutPerson")
                                         .Add(key.locality)
                                         .Add(key.person)
                                         .Finish()};
  return Get<OptOut>(Carry(
      {key.locality, std::nullopt, request},
      [&](const PeopleView& view) -> absl::StatusOr<Plan> {
        PT_RETURN_IF_ERROR(
            CheckNotErased(OverlayIndex(view.overlay()), key.person, "name"));
        PT_ASSIGN_OR_RETURN(const auto before, view.FindOptOut(key.person));
        if (before.has_value()) return Plan{std::monostate(), *before};
        const OptOut opt_out = {.person = key.person, .opt_out_time = now};
        return Plan{AddOptOut{opt_out}, opt_out};
      }));
}

absl::Status People::RevokeOptOut(const PersonKey& key,
                                  const std::string& request_id) {
  const Request request = {.id = request_id,
                           .digest = RequestDigest("RevokeOptOut")
                                         .Add(key.locality)
                                         .Add(key.person)
                                         .Finish()};
  return Get<Revoked>(
             Carry({key.locality, std::nullopt, request},
                   [&](const PeopleView& view) -> absl::StatusOr<Plan> {
                     PT_ASSIGN_OR_RETURN(const auto before,
                                         view.FindOptOut(key.person));
                     if (!before.has_value()) {
                       return MakeError(absl::StatusCode::kNotFound,
                                        "OPT_OUT_NOT_FOUND",
                                        "the person has not opted out");
                     }
                     return Plan{RemoveOptOut{key.person}, Revoked()};
                   }))
      .status();
}

absl::StatusOr<PersonAlias> People::MergePeople(const Merge& merge,
                                                const std::string& request_id) {
  PT_RETURN_IF_ERROR(CheckMerge(merge));
  const absl::Time now = Now();
  const Request request = {.id = request_id,
                           .digest = RequestDigest("MergePeople")
                                         .Add(merge.locality)
                                         .Add(merge.from)
                                         .Add(merge.into)
                                         .Add(merge.reason)
                                         .Finish()};
  return Get<PersonAlias>(Carry(
      {merge.locality, std::nullopt, request},
      [&](const PeopleView& view) -> absl::StatusOr<Plan> {
        const Overlay& overlay = view.overlay();
        const OverlayIndex index(overlay);
        PT_RETURN_IF_ERROR(CheckNotErased(index, merge.from, "from_person"));
        PT_RETURN_IF_ERROR(CheckNotErased(index, merge.into, "into_person"));
        PT_RETURN_IF_ERROR(CheckNoAlias(overlay, "from_person", merge.from));
        PT_RETURN_IF_ERROR(CheckNoAlias(overlay, "into_person", merge.into));
        PT_RETURN_IF_ERROR(
            CheckHasNoAliases(overlay, "from_person", merge.from));
        PT_ASSIGN_OR_RETURN(const auto last, view.FindAlias(merge.from));
        const PersonAlias alias = {
            .from = merge.from,
            .into = merge.into,
            .number = last.has_value() ? last->number + 1 : 1,
            .reason = merge.reason,
            .merge_time = now,
            .split_time = std::nullopt};
        return Plan{PutAlias{alias}, alias};
      }));
}

absl::StatusOr<PersonAlias> People::SplitPeople(const PersonKey& from,
                                                const std::string& request_id) {
  const absl::Time now = Now();
  const Request request = {.id = request_id,
                           .digest = RequestDigest("SplitPeople")
                                         .Add(from.locality)
                                         .Add(from.person)
                                         .Finish()};
  return Get<PersonAlias>(
      Carry({from.locality, std::nullopt, request},
            [&](const PeopleView& view) -> absl::StatusOr<Plan> {
              PT_ASSIGN_OR_RETURN(auto alias, view.FindAlias(from.person));
              if (!alias.has_value() || alias->split_time.has_value()) {
                return Precondition("PERSON_NOT_MERGED",
                                    "the id is not merged into another");
              }
              alias->split_time = now;
              return Plan{PutAlias{*alias}, *alias};
            }));
}

absl::StatusOr<Withdrawal> People::WithdrawResponse(
    const ResponseKey& key, const std::string& request_id) {
  const absl::Time now = Now();
  const Request request = {.id = request_id,
                           .digest = RequestDigest("WithdrawResponse")
                                         .Add(key.wave)
                                         .Add(key.person)
                                         .Finish()};
  const LocalityKey locality = {key.wave.tenant, key.wave.locality};
  return Get<Withdrawal>(Carry(
      {locality, key.wave, request},
      [&](const PeopleView& view) -> absl::StatusOr<Plan> {
        std::vector<std::string> ids =
            OverlayIndex(view.overlay()).IdsOf(key.person);
        PT_ASSIGN_OR_RETURN(const WaveRows read, view.ReadWave(key.wave));
        bool responded = false;
        for (const std::string& id : ids) {
          PT_ASSIGN_OR_RETURN(const auto response, read.rows->FindResponse(id));
          responded = responded || response.has_value();
        }
        PT_ASSIGN_OR_RETURN(const auto before,
                            view.FindWithdrawal(key.wave, key.person));
        if (!responded && before.has_value()) {
          return Plan{std::monostate(), *before};
        }
        const Withdrawal withdrawal = {.person = key.person,
                                       .withdraw_time = now};
        return Plan{EraseResponses{key.wave, std::move(ids), now}, withdrawal};
      }));
}

absl::StatusOr<Erasure> People::ErasePerson(const PersonKey& key,
                                            const std::string& request_id) {
  const absl::Time now = Now();
  return Get<Erasure>(Carry(
      {key.locality, std::nullopt,
       ErasureRequest(key.locality, key.person, request_id)},
      [&](const PeopleView& view) -> absl::StatusOr<Plan> {
        PT_ASSIGN_OR_RETURN(const auto before, view.FindErasure(key.person));
        if (before.has_value()) return Plan{std::monostate(), *before};
        Erasure erasure;
        erasure.locality = key.locality;
        erasure.ids = OverlayIndex(view.overlay()).IdsOf(key.person);
        // The id that was asked for comes first: a replay makes the same
        // request.
        std::iter_swap(
            erasure.ids.begin(),
            std::find(erasure.ids.begin(), erasure.ids.end(), key.person));
        erasure.receipt.id = request_id;
        erasure.receipt.erase_time = now;
        return Plan{EraseIds{.erasures = {erasure}}, erasure};
      }));
}

absl::StatusOr<int> People::EraseAgain(const LocalityKey& locality,
                                       const std::vector<Erasure>& erasures) {
  const auto view = people_.ReadPeople(locality);
  // A backup of before the locality was made has nothing to erase.
  if (absl::IsNotFound(view.status())) return 0;
  PT_RETURN_IF_ERROR(view.status());
  PT_ASSIGN_OR_RETURN(std::vector<Erasure> missing,
                      NotErased(**view, erasures));
  if (missing.empty()) return 0;
  const Erasure& first = missing.front();
  PT_RETURN_IF_ERROR(
      Carry({locality, std::nullopt,
             ErasureRequest(locality, first.ids.front(), first.receipt.id)},
            [&](const PeopleView&) -> absl::StatusOr<Plan> {
              return Plan{EraseIds{.erasures = missing}, missing.front()};
            })
          .status());
  return static_cast<int>(missing.size());
}

absl::StatusOr<std::vector<Erasure>> People::EraseChosen(
    const LocalityKey& locality, const std::string& request_id,
    const ChooseErasures& choose) {
  std::vector<Erasure> chosen;
  const Request request = {
      .id = request_id,
      .digest = RequestDigest("EraseChosen").Add(locality).Finish()};
  const absl::Status carried =
      Carry({locality, std::nullopt, request},
            [&](const PeopleView& view) -> absl::StatusOr<Plan> {
              PT_ASSIGN_OR_RETURN(chosen, choose(view));
              if (chosen.empty()) return absl::NotFoundError("nobody");
              return Plan{EraseIds{.erasures = chosen, .only_if_closed = true},
                          chosen.front()};
            })
          .status();
  if (chosen.empty() && absl::IsNotFound(carried)) return chosen;
  PT_RETURN_IF_ERROR(carried);
  PT_ASSIGN_OR_RETURN(const auto view, people_.ReadPeople(locality));
  for (Erasure& erasure : chosen) {
    PT_ASSIGN_OR_RETURN(auto erased, view->FindErasure(erasure.ids.front()));
    if (erased.has_value()) erasure = *std::move(erased);
  }
  return chosen;
}

absl::StatusOr<FlaggedResponse> People::ReviewResponse(
    const Review& review, const std::string& request_id) {
  PT_RETURN_IF_ERROR(CheckText("note", review.note, kNoteLengthMax));
  const absl::Time now = Now();
  const WaveKey& wave = review.response.wave;
  const Request request = {
      .id = request_id,
      .digest = RequestDigest("ReviewResponse")
                    .Add(wave)
                    .Add(review.response.person)
                    .Add(review.revision)
                    .Add(std::int64_t{static_cast<int>(review.decision)})
                    .Add(review.note)
                    .Finish()};
  const LocalityKey locality = {wave.tenant, wave.locality};
  return Get<FlaggedResponse>(Carry(
      {locality, wave, request},
      [&](const PeopleView& view) -> absl::StatusOr<Plan> {
        PT_ASSIGN_OR_RETURN(std::optional<FlaggedResponse> flagged,
                            view.FindFlagged(wave, review.response.person));
        if (!flagged.has_value()) {
          return MakeError(absl::StatusCode::kNotFound,
                           "FLAGGED_RESPONSE_NOT_FOUND",
                           "no findings are kept of this response");
        }
        PT_RETURN_IF_ERROR(
            CheckRevision("revision", review.revision, flagged->revision));
        flagged->state = review.decision;
        flagged->review_time = now;
        flagged->note = review.note;
        return Plan{PutReview{wave, *flagged}, *flagged};
      }));
}

}  // namespace pulsetaker::survey
