#include "services/survey/store/erasure_rows.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/resource_id.h"
#include "common/base/status.h"
#include "common/crypto/signing.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/records.h"

namespace pulsetaker::survey {
namespace {

absl::StatusOr<Erasure> Decode(absl::string_view value) {
  PT_ASSIGN_OR_RETURN(const auto record,
                      ParseRecord<storage::ErasureRecord>(value, "an erasure"));
  return FromRecord(record);
}

bool IsSound(const Erasure& erasure) {
  const ErasureCounts& counts = erasure.receipt.counts;
  return IsResourceId(erasure.locality.tenant) &&
         IsResourceId(erasure.locality.locality) && !erasure.ids.empty() &&
         std::all_of(erasure.ids.begin(), erasure.ids.end(),
                     [](const std::string& id) { return IsResourceId(id); }) &&
         IsUuid(erasure.receipt.id) &&
         std::min({counts.roster_entries, counts.responses, counts.nominations,
                   counts.invitations, counts.findings, counts.merges}) >= 0 &&
         crypto::IsSignedBy(erasure.receipt.public_key,
                            ContentOf(erasure.receipt),
                            erasure.receipt.signature);
}

}  // namespace

storage::ErasureRecord ToRecord(const Erasure& erasure) {
  storage::ErasureRecord record;
  record.set_tenant(erasure.locality.tenant);
  record.set_locality(erasure.locality.locality);
  for (const std::string& id : erasure.ids) record.add_ids(id);
  const ErasureReceipt& receipt = erasure.receipt;
  record.set_receipt_id(receipt.id);
  record.set_erase_time_micros(absl::ToUnixMicros(receipt.erase_time));
  record.set_roster_entries(receipt.counts.roster_entries);
  record.set_responses(receipt.counts.responses);
  record.set_nominations(receipt.counts.nominations);
  record.set_invitations(receipt.counts.invitations);
  record.set_findings(receipt.counts.findings);
  record.set_merges(receipt.counts.merges);
  record.set_public_key(receipt.public_key);
  record.set_signature(receipt.signature);
  return record;
}

absl::StatusOr<Erasure> FromRecord(const storage::ErasureRecord& record) {
  const Erasure erasure = {
      .locality = {record.tenant(), record.locality()},
      .ids = {record.ids().begin(), record.ids().end()},
      .receipt = {
          .id = record.receipt_id(),
          .erase_time = absl::FromUnixMicros(record.erase_time_micros()),
          .counts = {.roster_entries = record.roster_entries(),
                     .responses = record.responses(),
                     .nominations = record.nominations(),
                     .invitations = record.invitations(),
                     .findings = record.findings(),
                     .merges = record.merges()},
          .public_key = record.public_key(),
          .signature = record.signature()}};
  if (!IsSound(erasure)) return kv::UnreadableError("an erasure");
  return erasure;
}

absl::StatusOr<std::optional<Erasure>> FindErasure(const Tables& tables,
                                                   const StoredReader& reader,
                                                   const LocalityKey& locality,
                                                   absl::string_view id) {
  std::string value;
  PT_ASSIGN_OR_RETURN(
      const bool found,
      reader.Get(tables.erasures,
                 absl::StrCat(keys::SurveysPrefix(locality), id), value));
  if (!found) return std::optional<Erasure>();
  return Decode(value);
}

absl::StatusOr<std::set<std::string>> ReadErasedIds(
    const Tables& tables, const StoredReader& reader,
    const LocalityKey& locality) {
  std::set<std::string> ids;
  const std::string prefix = keys::SurveysPrefix(locality);
  PT_RETURN_IF_ERROR(reader.Scan(
      tables.erasures, prefix, prefix,
      [&](absl::string_view key, absl::string_view) -> absl::StatusOr<bool> {
        PT_ASSIGN_OR_RETURN(std::string id, keys::IdOf(key, prefix));
        ids.insert(std::move(id));
        return true;
      }));
  return ids;
}

absl::StatusOr<std::vector<Erasure>> ReadErasures(const Tables& tables,
                                                  const StoredReader& reader) {
  std::vector<Erasure> erasures;
  PT_RETURN_IF_ERROR(reader.Scan(
      tables.erasures, "", "",
      [&](absl::string_view key,
          absl::string_view value) -> absl::StatusOr<bool> {
        PT_ASSIGN_OR_RETURN(Erasure erasure, Decode(value));
        // Each id has a row with all of it.
        const std::string first = absl::StrCat(
            keys::SurveysPrefix(erasure.locality), erasure.ids.front());
        if (key == first) erasures.push_back(std::move(erasure));
        return true;
      }));
  return erasures;
}

}  // namespace pulsetaker::survey
