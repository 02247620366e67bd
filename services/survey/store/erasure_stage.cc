#include "services/survey/store/erasure_stage.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/fault.h"
#include "common/base/status.h"
#include "common/crypto/signing.h"
#include "common/kv/keys.h"
#include "common/kv/purge.h"
#include "services/survey/store/erasure_rows.h"
#include "services/survey/store/key_reader.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/people_reader.h"
#include "services/survey/store/people_records.h"
#include "services/survey/store/records.h"
#include "services/survey/store/tenant_keys.h"

namespace pulsetaker::survey {
namespace {

constexpr absl::string_view kEnd("\0", 1);  // Of an id in a key.
constexpr std::size_t kSoughtMax = 8;

class Stage {
 public:
  Stage(const Tables& tables, std::vector<Erasure> erasures,
        rocksdb::WriteBatch& batch)
      : tables_(tables),
        batch_(batch),
        now_(tables, nullptr),
        people_(tables, nullptr),
        erasures_(std::move(erasures)),
        locality_(erasures_.front().locality),
        counts_(erasures_.size()) {
    for (std::size_t i = 0; i < erasures_.size(); ++i) {
      for (const std::string& id : erasures_[i].ids) {
        ids_.emplace(id, &counts_[i]);
      }
    }
  }

  absl::StatusOr<std::vector<Erasure>> Put() {
    PT_ASSIGN_OR_RETURN(const std::vector<Wave> waves,
                        people_.ListWaves(locality_));
    for (const Wave& wave : waves) PT_RETURN_IF_ERROR(EraseFromWave(wave));
    PT_RETURN_IF_ERROR(EraseAliases());
    PT_RETURN_IF_ERROR(EraseTenantRequests());
    for (const auto& [id, counts] : ids_) {
      const std::string key = keys::ForPersonKey(locality_, id);
      batch_.Delete(tables_.opt_outs, key);
      if (!PT_PLANTED_BUG("person_key_kept")) {
        batch_.Delete(tables_.person_keys, key);
      }
    }
    for (std::size_t i = 0; i < erasures_.size(); ++i) {
      PT_RETURN_IF_ERROR(PutRows(counts_[i], erasures_[i]));
    }
    return std::move(erasures_);
  }

 private:
  bool IsOne(absl::string_view id) const { return ids_.contains(id); }
  // To look for many ids takes longer than to decode the row.
  bool MayName(absl::string_view bytes) const {
    return ids_.size() > kSoughtMax ||
           std::any_of(ids_.begin(), ids_.end(), [&](const auto& id) {
             return absl::StrContains(bytes, id.first);
           });
  }

  // What keeps the person out, with the receipt.
  absl::Status PutRows(const ErasureCounts& counts, Erasure& erasure) {
    if (erasure.receipt.signature.empty()) {
      erasure.receipt.counts = counts;
      PT_RETURN_IF_ERROR(Sign(erasure.receipt));
    }
    const std::string value = ToRecord(erasure).SerializeAsString();
    for (const std::string& id : erasure.ids) {
      batch_.Put(tables_.erasures, keys::ForPersonKey(locality_, id), value);
    }
    return absl::OkStatus();
  }

  // Deletes the row, and says whether there was one.
  absl::StatusOr<bool> Delete(kv::Rocks::Family* family,
                              const std::string& key) {
    std::string value;
    PT_ASSIGN_OR_RETURN(const bool found, now_.Get(family, key, value));
    if (found) batch_.Delete(family, key);
    return found;
  }

  absl::Status EraseFromWave(Wave wave) {
    const std::string prefix = keys::ForWave(wave.key);
    for (const auto& [id, counts] : ids_) {
      PT_RETURN_IF_ERROR(EraseRowsOf(absl::StrCat(prefix, id), wave, *counts));
    }
    if (!PT_PLANTED_BUG("nominations_of_erased_kept")) {
      PT_RETURN_IF_ERROR(EraseNominations(prefix));
    }
    PT_RETURN_IF_ERROR(EraseRequests(prefix));
    ++wave.change_count;
    batch_.Put(tables_.wave_counts, prefix,
               ToCountsRecord(wave).SerializeAsString());
    return absl::OkStatus();
  }

  absl::Status EraseRowsOf(const std::string& key, Wave& wave,
                           ErasureCounts& counts) {
    PT_ASSIGN_OR_RETURN(const bool on_roster,
                        Delete(tables_.participants, key));
    PT_ASSIGN_OR_RETURN(const bool responded, Delete(tables_.responses, key));
    PT_ASSIGN_OR_RETURN(const bool invited, Delete(tables_.invitations, key));
    PT_ASSIGN_OR_RETURN(const bool flagged,
                        Delete(tables_.quality_reviews, key));
    batch_.Delete(tables_.withdrawals, key);
    const std::string revisions = absl::StrCat(key, kEnd);
    PT_RETURN_IF_ERROR(now_.Scan(
        tables_.response_revisions, revisions, revisions,
        [&](absl::string_view row, absl::string_view) -> absl::StatusOr<bool> {
          batch_.Delete(tables_.response_revisions, kv::ToSlice(row));
          return true;
        }));
    wave.participant_count -= on_roster ? 1 : 0;
    wave.response_count -= responded ? 1 : 0;
    counts.roster_entries += on_roster ? 1 : 0;
    counts.responses += responded ? 1 : 0;
    counts.invitations += invited ? 1 : 0;
    counts.findings += flagged ? 1 : 0;
    return absl::OkStatus();
  }

  // Writes the answers of others in the wave again, without the ids.
  absl::Status EraseNominations(const std::string& prefix) {
    PT_RETURN_IF_ERROR(now_.Scan(
        tables_.responses, prefix, prefix,
        [&](absl::string_view key,
            absl::string_view value) -> absl::StatusOr<bool> {
          PT_ASSIGN_OR_RETURN(const std::string id, keys::IdOf(key, prefix));
          return EraseFromResponse(tables_.responses, key, id, value);
        }));
    return now_.Scan(tables_.response_revisions, prefix, prefix,
                     [&](absl::string_view key,
                         absl::string_view value) -> absl::StatusOr<bool> {
                       PT_ASSIGN_OR_RETURN(const auto id,
                                           keys::NumberedIdOf(key, prefix));
                       return EraseFromResponse(tables_.response_revisions, key,
                                                id.id, value);
                     });
  }

  // Always true: to go on.
  absl::StatusOr<bool> EraseFromResponse(kv::Rocks::Family* family,
                                         absl::string_view key,
                                         absl::string_view person,
                                         absl::string_view value) {
    if (!MayName(value) || IsOne(person)) return true;
    PT_ASSIGN_OR_RETURN(Response response, DecodeResponse(person, value));
    const auto is_one = [this](absl::string_view id) {
      const auto owner = ids_.find(id);
      if (owner == ids_.end()) return false;
      ++owner->second->nominations;
      return true;
    };
    if (RemoveNominations(is_one, response.answers) == 0) return true;
    batch_.Put(
        family, kv::ToSlice(key),
        absl::StrCat(EncodeAnswers(response.answers),
                     EncodeRevision(response.revision, response.submit_time,
                                    response.consent_version)));
    return true;
  }

  absl::Status EraseAliases() {
    const std::string prefix = keys::SurveysPrefix(locality_);
    return now_.Scan(tables_.person_aliases, prefix, prefix,
                     [&](absl::string_view key,
                         absl::string_view value) -> absl::StatusOr<bool> {
                       PT_ASSIGN_OR_RETURN(const auto id,
                                           keys::NumberedIdOf(key, prefix));
                       PT_ASSIGN_OR_RETURN(const PersonAlias alias,
                                           DecodeAliasLink(id, value));
                       const std::set<ErasureCounts*> owners =
                           CountsOf({alias.from, alias.into});
                       if (owners.empty()) return true;
                       batch_.Delete(tables_.person_aliases, kv::ToSlice(key));
                       for (ErasureCounts* const owner : owners) {
                         ++owner->merges;
                       }
                       return true;
                     });
  }

  // Of whom these ids are, each once.
  std::set<ErasureCounts*> CountsOf(const std::vector<std::string>& ids) const {
    std::set<ErasureCounts*> counts;
    for (const std::string& id : ids) {
      const auto owner = ids_.find(id);
      if (owner != ids_.end()) counts.insert(owner->second);
    }
    return counts;
  }

  absl::Status EraseRequests(const std::string& prefix) {
    return now_.Scan(tables_.request_ids, prefix, prefix,
                     [&](absl::string_view key,
                         absl::string_view value) -> absl::StatusOr<bool> {
                       PT_RETURN_IF_ERROR(EraseFromRequest(key, value));
                       return true;
                     });
  }

  // Among those of the tenant lie those of its waves, which are passed over a
  // locality at a time.
  absl::Status EraseTenantRequests() {
    const std::string prefix = keys::TenantPrefix(locality_.tenant);
    const auto it =
        tables_.rocks.NewPrefixIterator(tables_.request_ids, prefix);
    while (it->Valid()) {
      const absl::string_view rest = it->key().substr(prefix.size());
      const std::size_t end = rest.find('\0');
      if (end == absl::string_view::npos) {
        PT_RETURN_IF_ERROR(EraseFromRequest(it->key(), it->value()));
        it->Next();
      } else {
        it->Seek(kv::PrefixEnd(
            std::string(it->key().substr(0, prefix.size() + end + 1))));
      }
    }
    return it->status();
  }

  // What someone was told of them is not told again: the request is forgotten,
  // or, if it was of many people, goes without them.
  absl::Status EraseFromRequest(absl::string_view key,
                                absl::string_view value) {
    if (!MayName(value)) return absl::OkStatus();
    PT_ASSIGN_OR_RETURN(
        auto record, ParseRecord<storage::RequestRecord>(value, "a request"));
    using Record = storage::RequestRecord;
    switch (record.result_case()) {
      case Record::kOptOut:
        return Forget(key, IsOne(record.opt_out().person()));
      case Record::kAlias:
        return Forget(key, IsOne(record.alias().from()) ||
                               IsOne(record.alias().alias().into()));
      case Record::kWithdrawal:
        return Forget(key, IsOne(record.withdrawal().person()));
      case Record::kReview:
        return Forget(key, IsOne(record.review().person()));
      case Record::kIssue:
        return EraseFromIssue(key, record);
      default:
        return absl::OkStatus();
    }
  }

  absl::Status Forget(absl::string_view key, bool is_theirs) {
    if (is_theirs) batch_.Delete(tables_.request_ids, kv::ToSlice(key));
    return absl::OkStatus();
  }

  absl::Status EraseFromIssue(absl::string_view key,
                              storage::RequestRecord& record) {
    const storage::RequestRecord::IssueResult former = record.issue();
    if (former.persons_size() != former.issues_size()) {
      return kv::UnreadableError("an issue of tokens");
    }
    storage::RequestRecord::IssueResult& issue = *record.mutable_issue();
    issue.clear_persons();
    issue.clear_issues();
    for (int i = 0; i < former.persons_size(); ++i) {
      if (IsOne(former.persons(i))) continue;
      issue.add_persons(former.persons(i));
      issue.add_issues(former.issues(i));
    }
    if (issue.persons_size() == former.persons_size()) return absl::OkStatus();
    batch_.Put(tables_.request_ids, kv::ToSlice(key),
               record.SerializeAsString());
    return absl::OkStatus();
  }

  absl::Status Sign(ErasureReceipt& receipt) {
    const std::string& tenant = locality_.tenant;
    PT_ASSIGN_OR_RETURN(TenantKeys::Key key, tables_.tenant_key_ring.Find(
                                                 tenant, TenantKeys::kNumber));
    if (key == nullptr) {
      PT_ASSIGN_OR_RETURN(key, tables_.tenant_key_ring.Make(tenant, batch_));
    }
    const crypto::SecretKey seed =
        crypto::DeriveKey(*key, "pulsetaker erasure receipts");
    receipt.public_key = crypto::PublicKeyOf(seed);
    receipt.signature = crypto::Sign(seed, ContentOf(receipt));
    return absl::OkStatus();
  }

  const Tables& tables_;
  rocksdb::WriteBatch& batch_;
  const StoredReader now_;
  const PeopleReader people_;
  std::vector<Erasure> erasures_;
  const LocalityKey locality_;
  std::vector<ErasureCounts> counts_;  // Of each of them.
  // Of all of them, with the counts of whose it is.
  absl::flat_hash_map<std::string, ErasureCounts*> ids_;
};

}  // namespace

absl::StatusOr<std::vector<Erasure>> StageErasures(
    const Tables& tables, std::vector<Erasure> erasures,
    rocksdb::WriteBatch& batch) {
  return Stage(tables, std::move(erasures), batch).Put();
}

absl::Status PurgeErasedRows(const Tables& tables,
                             const LocalityKey& locality) {
  const std::string prefix = keys::SurveysPrefix(locality);
  std::vector<kv::RowRange> ranges = {
      {tables.request_ids, keys::TenantPrefix(locality.tenant)}};
  for (kv::Rocks::Family* const family :
       {tables.participants, tables.responses, tables.response_revisions,
        tables.invitations, tables.quality_reviews, tables.withdrawals,
        tables.opt_outs, tables.person_aliases, tables.person_keys}) {
    ranges.push_back({family, prefix});
  }
  return kv::PurgeDeleted(tables.rocks, ranges);
}

}  // namespace pulsetaker::survey
