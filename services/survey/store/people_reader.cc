#include "services/survey/store/people_reader.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/survey/store/erasure_rows.h"
#include "services/survey/store/key_reader.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/people_records.h"
#include "services/survey/store/records.h"

namespace pulsetaker::survey {

absl::StatusOr<std::int64_t> PeopleReader::ReadRevision(
    const LocalityKey& locality) const {
  std::string value;
  PT_ASSIGN_OR_RETURN(const bool found,
                      reader_.Get(tables_.people_revisions,
                                  keys::ForLocality(locality), value));
  if (!found) return std::int64_t{0};
  PT_ASSIGN_OR_RETURN(const auto record,
                      ParseRecord<storage::PeopleRevisionRecord>(
                          value, "a revision of people"));
  return record.revision();
}

absl::StatusOr<Overlay> PeopleReader::ReadOverlay(
    const LocalityKey& locality) const {
  Overlay overlay;
  const std::string prefix = keys::SurveysPrefix(locality);
  PT_RETURN_IF_ERROR(reader_.Scan(
      tables_.opt_outs, prefix, prefix,
      [&](absl::string_view key, absl::string_view) -> absl::StatusOr<bool> {
        PT_ASSIGN_OR_RETURN(std::string person, keys::IdOf(key, prefix));
        overlay.opted_out.insert(std::move(person));
        return true;
      }));
  PT_ASSIGN_OR_RETURN(const std::vector<PersonAlias> merges,
                      ListMerges(locality));
  for (const PersonAlias& alias : merges) {
    if (!alias.split_time.has_value()) overlay.aliases[alias.from] = alias.into;
  }
  PT_ASSIGN_OR_RETURN(overlay.erased,
                      ReadErasedIds(tables_, reader_, locality));
  return overlay;
}

absl::StatusOr<Overlay> PeopleReader::ReadOverlay(const WaveKey& wave) const {
  PT_ASSIGN_OR_RETURN(Overlay overlay,
                      ReadOverlay(LocalityKey{wave.tenant, wave.locality}));
  const std::string prefix = keys::ForWave(wave);
  PT_RETURN_IF_ERROR(reader_.Scan(
      tables_.withdrawals, prefix, prefix,
      [&](absl::string_view key, absl::string_view) -> absl::StatusOr<bool> {
        PT_ASSIGN_OR_RETURN(std::string person, keys::IdOf(key, prefix));
        overlay.withdrawn.insert(std::move(person));
        return true;
      }));
  return overlay;
}

absl::StatusOr<std::optional<OptOut>> PeopleReader::FindOptOut(
    const LocalityKey& locality, absl::string_view person) const {
  std::string value;
  PT_ASSIGN_OR_RETURN(
      const bool found,
      reader_.Get(tables_.opt_outs,
                  absl::StrCat(keys::SurveysPrefix(locality), person), value));
  if (!found) return std::optional<OptOut>();
  return DecodeOptOut(person, value);
}

absl::StatusOr<std::vector<OptOut>> PeopleReader::ListOptOuts(
    const LocalityKey& locality, absl::string_view after,
    std::size_t limit) const {
  std::vector<OptOut> opt_outs;
  if (limit == 0) return opt_outs;
  const std::string prefix = keys::SurveysPrefix(locality);
  std::string start = absl::StrCat(prefix, after);
  if (!after.empty()) start.push_back('\0');  // The first key above it.
  PT_RETURN_IF_ERROR(reader_.Scan(
      tables_.opt_outs, prefix, start,
      [&](absl::string_view key,
          absl::string_view value) -> absl::StatusOr<bool> {
        PT_ASSIGN_OR_RETURN(const std::string person, keys::IdOf(key, prefix));
        PT_ASSIGN_OR_RETURN(OptOut opt_out, DecodeOptOut(person, value));
        opt_outs.push_back(std::move(opt_out));
        return opt_outs.size() < limit;
      }));
  return opt_outs;
}

absl::StatusOr<std::optional<PersonAlias>> PeopleReader::FindAlias(
    const LocalityKey& locality, absl::string_view from) const {
  const std::string locality_prefix = keys::SurveysPrefix(locality);
  const std::string prefix =
      absl::StrCat(locality_prefix, from, absl::string_view("\0", 1));
  const PersonOpener opener(tables_, reader_, locality);
  std::optional<PersonAlias> latest;
  PT_RETURN_IF_ERROR(reader_.Scan(
      tables_.person_aliases, prefix, prefix,
      [&](absl::string_view key,
          absl::string_view value) -> absl::StatusOr<bool> {
        PT_ASSIGN_OR_RETURN(const auto id,
                            keys::NumberedIdOf(key, locality_prefix));
        PT_ASSIGN_OR_RETURN(latest, DecodeAlias(opener, key, id, value));
        return true;
      }));
  return latest;
}

absl::StatusOr<std::vector<PersonAlias>> PeopleReader::ListMerges(
    const LocalityKey& locality) const {
  std::vector<PersonAlias> merges;
  const std::string prefix = keys::SurveysPrefix(locality);
  PT_RETURN_IF_ERROR(reader_.Scan(
      tables_.person_aliases, prefix, prefix,
      [&](absl::string_view key,
          absl::string_view value) -> absl::StatusOr<bool> {
        PT_ASSIGN_OR_RETURN(const auto id, keys::NumberedIdOf(key, prefix));
        PT_ASSIGN_OR_RETURN(PersonAlias merge, DecodeAliasLink(id, value));
        merges.push_back(std::move(merge));
        return true;
      }));
  return merges;
}

absl::StatusOr<std::vector<PersonAlias>> PeopleReader::ListAliases(
    const LocalityKey& locality, absl::string_view after_from,
    std::int64_t after_number, std::size_t limit) const {
  std::vector<PersonAlias> aliases;
  if (limit == 0) return aliases;
  const PersonOpener opener(tables_, reader_, locality);
  const std::string prefix = keys::SurveysPrefix(locality);
  std::string start = prefix;
  if (!after_from.empty()) {
    absl::StrAppend(&start, after_from, keys::NumberSuffix(after_number),
                    absl::string_view("\0", 1));
  }
  PT_RETURN_IF_ERROR(reader_.Scan(
      tables_.person_aliases, prefix, start,
      [&](absl::string_view key,
          absl::string_view value) -> absl::StatusOr<bool> {
        PT_ASSIGN_OR_RETURN(const auto id, keys::NumberedIdOf(key, prefix));
        PT_ASSIGN_OR_RETURN(PersonAlias alias,
                            DecodeAlias(opener, key, id, value));
        aliases.push_back(std::move(alias));
        return aliases.size() < limit;
      }));
  return aliases;
}

absl::StatusOr<std::optional<Withdrawal>> PeopleReader::FindWithdrawal(
    const WaveKey& wave, absl::string_view person) const {
  std::string value;
  PT_ASSIGN_OR_RETURN(
      const bool found,
      reader_.Get(tables_.withdrawals,
                  absl::StrCat(keys::ForWave(wave), person), value));
  if (!found) return std::optional<Withdrawal>();
  return DecodeWithdrawal(person, value);
}

absl::StatusOr<std::vector<Wave>> PeopleReader::ListWaves(
    const LocalityKey& locality) const {
  std::vector<Wave> waves;
  const std::string prefix = keys::SurveysPrefix(locality);
  PT_RETURN_IF_ERROR(reader_.Scan(
      tables_.waves, prefix, prefix,
      [&](absl::string_view key, absl::string_view) -> absl::StatusOr<bool> {
        PT_ASSIGN_OR_RETURN(const WaveKey wave_key, keys::ReadWaveKey(key));
        PT_ASSIGN_OR_RETURN(Wave wave, reader_.GetWave(wave_key));
        waves.push_back(std::move(wave));
        return true;
      }));
  return waves;
}

absl::StatusOr<std::vector<std::string>> PeopleReader::ListRosterIds(
    const WaveKey& wave) const {
  std::vector<std::string> ids;
  const std::string prefix = keys::ForWave(wave);
  PT_RETURN_IF_ERROR(reader_.Scan(
      tables_.participants, prefix, prefix,
      [&](absl::string_view key, absl::string_view) -> absl::StatusOr<bool> {
        PT_ASSIGN_OR_RETURN(std::string id, keys::IdOf(key, prefix));
        ids.push_back(std::move(id));
        return true;
      }));
  return ids;
}

absl::StatusOr<std::vector<Response>> PeopleReader::ListFormerRevisions(
    const ResponseKey& key, std::int64_t after, std::size_t limit) const {
  std::vector<Response> revisions;
  if (limit == 0) return revisions;
  const std::string wave_prefix = keys::ForWave(key.wave);
  const std::string prefix =
      absl::StrCat(wave_prefix, key.person, absl::string_view("\0", 1));
  const std::string start =
      absl::StrCat(wave_prefix, key.person, keys::NumberSuffix(after),
                   absl::string_view("\0", 1));
  PT_RETURN_IF_ERROR(reader_.Scan(
      tables_.response_revisions, prefix, start,
      [&](absl::string_view bytes,
          absl::string_view value) -> absl::StatusOr<bool> {
        PT_ASSIGN_OR_RETURN(const auto id,
                            keys::NumberedIdOf(bytes, wave_prefix));
        PT_ASSIGN_OR_RETURN(Response revision, DecodeResponse(id.id, value));
        if (revision.revision != id.number) {
          return kv::UnreadableError("a response has another revision's key");
        }
        revisions.push_back(std::move(revision));
        return revisions.size() < limit;
      }));
  return revisions;
}

}  // namespace pulsetaker::survey
