#include "services/survey/store/rocks_invitation_store.h"

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/secret.h"
#include "common/base/status.h"
#include "services/survey/domain/overlay.h"
#include "services/survey/domain/response_check.h"
#include "services/survey/store/invitation_rows.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/participant_record.h"
#include "services/survey/store/people_reader.h"
#include "services/survey/store/records.h"
#include "services/survey/store/request_results.h"

namespace pulsetaker::survey {
namespace {

// What a change holds in memory, about, and what each of its people adds.
constexpr std::size_t kWorkBytes = 4096;
constexpr std::size_t kPersonBytes = 256;

absl::Status InvitationNotFound() {
  return NotFound("INVITATION_NOT_FOUND",
                  "the wave has no invitation of this person");
}

// The rows of one piece of work, read and written.
class Work {
 public:
  Work(const Tables& tables, rocksdb::WriteBatch& batch)
      : tables_(tables), now_(tables, nullptr), batch_(batch) {}

  absl::StatusOr<IssuedBatch> Issue(const IssueOrder& order) {
    PT_ASSIGN_OR_RETURN(const Wave wave, now_.GetWave(order.wave));
    const std::string request_key = RequestKey(order.wave, order.request);
    PT_ASSIGN_OR_RETURN(const auto before,
                        now_.FindRequest(request_key, order.request));
    if (before.has_value()) return IssuedBefore(order.wave, *before);
    PT_RETURN_IF_ERROR(CheckInvitable(wave));
    PT_RETURN_IF_ERROR(CheckExpireTime(order.expire_time, order.now));
    IssuedBatch issued;
    issued.next_after = order.next_after;
    issued.expire_time = order.expire_time;
    PT_ASSIGN_OR_RETURN(issued.key, CurrentKey(order.wave.tenant, order.now));
    for (std::size_t i = 0; i < order.persons.size(); ++i) {
      PT_RETURN_IF_ERROR(IssueOne(order, i, issued));
    }
    PutRequest(request_key, order.request, ResultOf(issued));
    return issued;
  }

  absl::StatusOr<IssuedInvitation> Update(
      const WaveKey& wave, absl::string_view person, const Request& request,
      const Change<IssuedInvitation>& change) {
    const std::string request_key = RequestKey(wave, request);
    PT_ASSIGN_OR_RETURN(const auto before,
                        now_.FindRequest(request_key, request));
    if (before.has_value()) {
      if (!before->has_invitation()) return WrongKindOfRequest();
      return FromRecord(person, before->invitation());
    }
    PT_ASSIGN_OR_RETURN(const auto current,
                        FindInvitation(tables_, now_, wave, person));
    if (!current.has_value()) return InvitationNotFound();
    PT_ASSIGN_OR_RETURN(const IssuedInvitation changed, change(*current));
    Put(wave, changed);
    storage::RequestRecord record;
    *record.mutable_invitation() = ToRecord(changed);
    PutRequest(request_key, request, std::move(record));
    return changed;
  }

  absl::StatusOr<std::int32_t> RecordReminders(const ReminderOrder& order) {
    const std::string request_key = RequestKey(order.wave, order.request);
    PT_ASSIGN_OR_RETURN(const auto before,
                        now_.FindRequest(request_key, order.request));
    if (before.has_value()) {
      if (!before->has_reminders()) return WrongKindOfRequest();
      return before->reminders().recorded();
    }
    PT_RETURN_IF_ERROR(CheckSendTime(order.send_time, order.now));
    for (std::size_t i = 0; i < order.persons.size(); ++i) {
      PT_ASSIGN_OR_RETURN(
          const auto current,
          FindInvitation(tables_, now_, order.wave, order.persons[i]));
      if (!current.has_value()) {
        return MakeError(absl::StatusCode::kNotFound, "INVITATION_NOT_FOUND",
                         absl::StrCat("persons[", i, "] has no invitation"),
                         {{"field", absl::StrCat("persons[", i, "]")}});
      }
      Put(order.wave, Reminded(*current, order.send_time));
    }
    const auto recorded = static_cast<std::int32_t>(order.persons.size());
    storage::RequestRecord record;
    record.mutable_reminders()->set_recorded(recorded);
    PutRequest(request_key, order.request, std::move(record));
    return recorded;
  }

  absl::StatusOr<InvitationKey> RotateKey(const std::string& tenant,
                                          const Request& request,
                                          absl::Time now) {
    const std::string request_key = RequestKey(tenant, request);
    PT_ASSIGN_OR_RETURN(const auto before,
                        now_.FindRequest(request_key, request));
    if (before.has_value()) {
      if (!before->has_invitation_key()) return WrongKindOfRequest();
      const auto& result = before->invitation_key();
      return InvitationKey{
          .number = result.number(),
          .secret = "",
          .create_time = absl::FromUnixMicros(result.create_time_micros())};
    }
    PT_ASSIGN_OR_RETURN(const std::int32_t newest,
                        NewestKeyNumber(tables_, now_, tenant));
    if (newest >= kInvitationKeysMax) {
      return MakeError(absl::StatusCode::kResourceExhausted, "TOO_MANY_KEYS",
                       absl::StrCat("the tenant has ", newest, " keys"));
    }
    InvitationKey key = MakeKey(tenant, newest + 1, now);
    key.secret.clear();
    storage::RequestRecord record;
    record.mutable_invitation_key()->set_number(key.number);
    record.mutable_invitation_key()->set_create_time_micros(
        absl::ToUnixMicros(key.create_time));
    PutRequest(request_key, request, std::move(record));
    return key;
  }

 private:
  InvitationKey MakeKey(const std::string& tenant, std::int32_t number,
                        absl::Time now) {
    InvitationKey key = {.number = number,
                         .secret = RandomBytes(kTokenSecretBytes),
                         .create_time = now};
    batch_.Put(tables_.invitation_keys, keys::ForInvitationKey(tenant, number),
               ToRecord(key).SerializeAsString());
    return key;
  }

  absl::StatusOr<InvitationKey> RequireKey(const std::string& tenant,
                                           std::int32_t number) const {
    PT_ASSIGN_OR_RETURN(auto key,
                        FindInvitationKey(tables_, now_, tenant, number));
    if (!key.has_value()) {
      return kv::UnreadableError("an invitation key is missing");
    }
    return *std::move(key);
  }

  absl::StatusOr<InvitationKey> CurrentKey(const std::string& tenant,
                                           absl::Time now) {
    PT_ASSIGN_OR_RETURN(const std::int32_t newest,
                        NewestKeyNumber(tables_, now_, tenant));
    if (newest == 0) return MakeKey(tenant, 1, now);
    return RequireKey(tenant, newest);
  }

  absl::Status IssueOne(const IssueOrder& order, std::size_t i,
                        IssuedBatch& issued) {
    const std::string& person = order.persons[i];
    PT_ASSIGN_OR_RETURN(const auto participant,
                        now_.FindParticipant(order.wave, person));
    const std::string field = absl::StrCat("persons[", i, "]");
    absl::Status may = CheckRespondent(
        participant.has_value() ? std::optional(participant->invitation)
                                : std::nullopt,
        field);
    // Read once for all of an order.
    if (!overlay_.has_value()) {
      PT_ASSIGN_OR_RETURN(
          const Overlay overlay,
          PeopleReader(tables_, nullptr).ReadOverlay(order.wave));
      overlay_.emplace(overlay);
    }
    may.Update(CheckMayRespond(*overlay_, person, field));
    PT_ASSIGN_OR_RETURN(const auto former,
                        FindInvitation(tables_, now_, order.wave, person));
    if (order.pending_only) {
      PT_ASSIGN_OR_RETURN(const auto response,
                          now_.FindResponse(order.wave, person));
      if (!may.ok() || former.has_value() || response.has_value()) {
        return absl::OkStatus();
      }
    }
    PT_RETURN_IF_ERROR(may);
    const IssuedInvitation next =
        NextIssue(person, former.has_value() ? &*former : nullptr,
                  {.key_number = issued.key.number,
                   .language = order.language,
                   .expire_time = order.expire_time,
                   .now = order.now});
    Put(order.wave, next);
    issued.entries.push_back({person, next.issue});
    return absl::OkStatus();
  }

  static storage::RequestRecord ResultOf(const IssuedBatch& issued) {
    storage::RequestRecord record;
    auto& result = *record.mutable_issue();
    result.set_key_number(issued.key.number);
    result.set_expire_time_micros(absl::ToUnixMicros(issued.expire_time));
    for (const IssuedBatch::Entry& entry : issued.entries) {
      result.add_persons(entry.person);
      result.add_issues(entry.issue);
    }
    result.set_next_after(issued.next_after);
    return record;
  }

  absl::StatusOr<IssuedBatch> IssuedBefore(
      const WaveKey& wave, const storage::RequestRecord& before) const {
    const auto& result = before.issue();
    if (!before.has_issue() || result.persons_size() != result.issues_size()) {
      return WrongKindOfRequest();
    }
    IssuedBatch issued;
    PT_ASSIGN_OR_RETURN(issued.key,
                        RequireKey(wave.tenant, result.key_number()));
    issued.expire_time = absl::FromUnixMicros(result.expire_time_micros());
    issued.next_after = result.next_after();
    for (int i = 0; i < result.persons_size(); ++i) {
      issued.entries.push_back({result.persons(i), result.issues(i)});
    }
    return issued;
  }

  void Put(const WaveKey& wave, const IssuedInvitation& invitation) {
    batch_.Put(tables_.invitations,
               absl::StrCat(keys::ForWave(wave), invitation.person),
               ToRecord(invitation).SerializeAsString());
  }

  void PutRequest(const std::string& key, const Request& request,
                  storage::RequestRecord record) {
    record.set_digest(request.digest);
    batch_.Put(tables_.request_ids, key, record.SerializeAsString());
  }

  const Tables& tables_;
  const StoredReader now_;
  std::optional<OverlayIndex> overlay_;
  rocksdb::WriteBatch& batch_;
};

class RocksInvitationStore final : public InvitationStore {
 public:
  RocksInvitationStore(const Tables& tables, Committer& committer)
      : tables_(tables), committer_(committer) {}

  absl::StatusOr<IssuedBatch> Issue(const IssueOrder& order) override {
    return Commit<IssuedBatch>(order.persons.size(),
                               [&](Work& work) { return work.Issue(order); });
  }

  absl::StatusOr<IssuedInvitation> GetInvitation(
      const WaveKey& wave, absl::string_view person) const override {
    const auto view = committer_.durable_view();
    PT_ASSIGN_OR_RETURN(
        auto found,
        FindInvitation(tables_, StoredReader(tables_, view->snapshot()), wave,
                       person));
    if (!found.has_value()) return InvitationNotFound();
    return *std::move(found);
  }

  absl::StatusOr<std::vector<IssuedInvitation>> ListInvitations(
      const WaveKey& wave, absl::string_view after,
      std::size_t limit) const override {
    const auto view = committer_.durable_view();
    const StoredReader reader(tables_, view->snapshot());
    std::vector<IssuedInvitation> found;
    if (limit == 0) return found;
    PT_RETURN_IF_ERROR(
        ScanPeople(reader, tables_.invitations, wave, after,
                   [&](const std::string& person,
                       absl::string_view value) -> absl::StatusOr<bool> {
                     PT_ASSIGN_OR_RETURN(found.emplace_back(),
                                         ReadInvitation(person, value));
                     return found.size() < limit;
                   }));
    return found;
  }

  absl::StatusOr<ScanPage<std::string>> ListPending(
      const WaveKey& wave, const ScanBounds& bounds) const override {
    const auto view = committer_.durable_view();
    const StoredReader reader(tables_, view->snapshot());
    PT_ASSIGN_OR_RETURN(const OverlayIndex overlay, ReadOverlay(*view, wave));
    return ScanBounded<std::string>(
        reader, tables_.participants, wave, bounds,
        [&](const std::string& person, absl::string_view value)
            -> absl::StatusOr<std::optional<std::string>> {
          PT_ASSIGN_OR_RETURN(const Invitation invitation,
                              DecodeInvitation(person, value));
          if (invitation != Invitation::kInvited ||
              !CheckMayRespond(overlay, person, "person").ok()) {
            return std::nullopt;
          }
          PT_ASSIGN_OR_RETURN(
              const bool has_invitation,
              HasRow(reader, tables_.invitations, wave, person));
          PT_ASSIGN_OR_RETURN(const bool has_response,
                              HasRow(reader, tables_.responses, wave, person));
          if (has_invitation || has_response) return std::nullopt;
          return std::optional<std::string>(person);
        });
  }

  absl::StatusOr<ScanPage<IssuedInvitation>> ListDue(
      const WaveKey& wave, const DueFilter& filter,
      const ScanBounds& bounds) const override {
    const auto view = committer_.durable_view();
    const StoredReader reader(tables_, view->snapshot());
    PT_ASSIGN_OR_RETURN(const OverlayIndex overlay, ReadOverlay(*view, wave));
    return ScanBounded<IssuedInvitation>(
        reader, tables_.invitations, wave, bounds,
        [&](const std::string& person, absl::string_view value)
            -> absl::StatusOr<std::optional<IssuedInvitation>> {
          PT_ASSIGN_OR_RETURN(IssuedInvitation invitation,
                              ReadInvitation(person, value));
          if (!IsDue(invitation, filter) ||
              !CheckMayRespond(overlay, person, "person").ok()) {
            return std::nullopt;
          }
          PT_ASSIGN_OR_RETURN(const auto participant,
                              reader.FindParticipant(wave, person));
          if (!participant.has_value() ||
              participant->invitation != Invitation::kInvited) {
            return std::nullopt;
          }
          PT_ASSIGN_OR_RETURN(const bool has_response,
                              HasRow(reader, tables_.responses, wave, person));
          if (has_response) return std::nullopt;
          return std::optional<IssuedInvitation>(std::move(invitation));
        });
  }

  absl::StatusOr<IssuedInvitation> UpdateInvitation(
      const WaveKey& wave, absl::string_view person, const Request& request,
      const Change<IssuedInvitation>& change) override {
    return Commit<IssuedInvitation>(1, [&](Work& work) {
      return work.Update(wave, person, request, change);
    });
  }

  absl::StatusOr<std::int32_t> RecordReminders(
      const ReminderOrder& order) override {
    return Commit<std::int32_t>(order.persons.size(), [&](Work& work) {
      return work.RecordReminders(order);
    });
  }

  absl::StatusOr<InvitationKey> RotateKey(const std::string& tenant,
                                          const Request& request,
                                          absl::Time now) override {
    return Commit<InvitationKey>(
        0, [&](Work& work) { return work.RotateKey(tenant, request, now); });
  }

  absl::StatusOr<std::optional<InvitationKey>> FindKey(
      absl::string_view tenant, std::int32_t number) const override {
    const auto view = committer_.durable_view();
    return FindInvitationKey(tables_, StoredReader(tables_, view->snapshot()),
                             tenant, number);
  }

 private:
  // Who is not to be asked, whatever the roster says.
  absl::StatusOr<OverlayIndex> ReadOverlay(const DurableView& view,
                                           const WaveKey& wave) const {
    PT_ASSIGN_OR_RETURN(
        const Overlay overlay,
        PeopleReader(tables_, view.snapshot()).ReadOverlay(wave));
    return OverlayIndex(overlay);
  }

  using Row = std::function<absl::StatusOr<bool>(const std::string& person,
                                                 absl::string_view value)>;

  template <typename T>
  absl::StatusOr<T> Commit(
      std::size_t person_count,
      const std::function<absl::StatusOr<T>(Work& work)>& stage) {
    T result{};
    PT_RETURN_IF_ERROR(
        committer_.Run(kWorkBytes + kPersonBytes * person_count,
                       [&](rocksdb::WriteBatch& batch) -> absl::Status {
                         Work work(tables_, batch);
                         PT_ASSIGN_OR_RETURN(result, stage(work));
                         return absl::OkStatus();
                       }));
    return result;
  }

  absl::StatusOr<bool> HasRow(const StoredReader& reader,
                              kv::Rocks::Family* family, const WaveKey& wave,
                              absl::string_view person) const {
    std::string value;
    return reader.Get(family, absl::StrCat(keys::ForWave(wave), person), value);
  }

  // Calls `row` with what the wave has of people above `after` in the family.
  static absl::Status ScanPeople(const StoredReader& reader,
                                 kv::Rocks::Family* family, const WaveKey& wave,
                                 absl::string_view after, const Row& row) {
    const std::string prefix = keys::ForWave(wave);
    std::string start = absl::StrCat(prefix, after);
    if (!after.empty()) start.push_back('\0');  // The first key above it.
    return reader.Scan(family, prefix, start,
                       [&](absl::string_view key,
                           absl::string_view value) -> absl::StatusOr<bool> {
                         PT_ASSIGN_OR_RETURN(const std::string person,
                                             keys::IdOf(key, prefix));
                         return row(person, value);
                       });
  }

  // A page of what `find` makes of the rows, nothing for those to pass over.
  template <typename T>
  static absl::StatusOr<ScanPage<T>> ScanBounded(
      const StoredReader& reader, kv::Rocks::Family* family,
      const WaveKey& wave, const ScanBounds& bounds,
      const std::function<absl::StatusOr<std::optional<T>>(
          const std::string& person, absl::string_view value)>& find) {
    ScanPage<T> page;
    std::string last;
    std::size_t seen = 0;
    PT_RETURN_IF_ERROR(ScanPeople(
        reader, family, wave, bounds.after,
        [&](const std::string& person,
            absl::string_view value) -> absl::StatusOr<bool> {
          // Only a further row shows that the page is not the last.
          if (page.entries.size() >= bounds.limit ||
              seen >= bounds.row_count_max) {
            page.next_after = last;
            return false;
          }
          ++seen;
          last = person;
          PT_ASSIGN_OR_RETURN(std::optional<T> entry, find(person, value));
          if (entry.has_value()) page.entries.push_back(*std::move(entry));
          return true;
        }));
    return page;
  }

  const Tables& tables_;
  Committer& committer_;
};

}  // namespace

std::unique_ptr<InvitationStore> MakeRocksInvitationStore(
    const Tables& tables, Committer& committer) {
  return std::make_unique<RocksInvitationStore>(tables, committer);
}

}  // namespace pulsetaker::survey
