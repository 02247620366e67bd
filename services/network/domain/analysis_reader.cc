#include "services/network/domain/analysis_reader.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/network/domain/told_cores.h"

namespace pulsetaker::network {
namespace {

constexpr int kPersonsReadAtOnce = 1'000;

absl::StatusOr<EncodedAnalysis> ReadStored(const AnalysisStore& store,
                                           const WaveKey& wave,
                                           absl::string_view id) {
  EncodedAnalysis encoded;
  encoded.id = std::string(id);
  PT_ASSIGN_OR_RETURN(encoded.analysis, store.Get(wave, id));
  std::string after;
  for (;;) {
    PT_ASSIGN_OR_RETURN(std::vector<EncodedPerson> page,
                        store.ListPersons(wave, id, after, kPersonsReadAtOnce));
    const bool is_last = page.size() < kPersonsReadAtOnce;
    for (EncodedPerson& person : page) {
      encoded.persons.push_back(std::move(person));
    }
    if (is_last) return encoded;
    after = encoded.persons.back().person;
  }
}

absl::Status CheckDigest(const WaveSnapshot& snapshot,
                         const Analysis& analysis) {
  if (snapshot.digest == analysis.snapshot_digest) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kFailedPrecondition, "SNAPSHOT_CHANGED",
      absl::StrCat("the wave has the snapshot ", snapshot.digest,
                   ", the analysis is of ", analysis.snapshot_digest,
                   ": analyse the wave again"),
      {{"analysed_digest", analysis.snapshot_digest},
       {"snapshot_digest", snapshot.digest}});
}

}  // namespace

absl::StatusOr<AnalyzedSnapshot> AnalysisReader::Read(
    const WaveKey& wave, absl::string_view id, IsCancelled is_cancelled) const {
  PT_ASSIGN_OR_RETURN(const EncodedAnalysis encoded,
                      ReadStored(store_, wave, id));
  AnalyzedSnapshot read;
  read.key = wave;
  PT_ASSIGN_OR_RETURN(read.result, decoder_.Decode(encoded));
  PT_ASSIGN_OR_RETURN(const WaveSnapshot snapshot,
                      source_.Read(wave, is_cancelled));
  PT_RETURN_IF_ERROR(CheckDigest(snapshot, read.result.analysis));
  PT_RETURN_IF_ERROR(CheckSnapshot(snapshot));
  PT_ASSIGN_OR_RETURN(read.wave, BuildWave(snapshot));
  // One snapshot, so this says that what was stored is not what was found.
  if (const absl::Status fits = CheckAnalysisOf(read.result, read.wave);
      !fits.ok()) {
    return MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE",
                     absl::StrCat("analysis ", id, ": ", fits.message()));
  }
  return read;
}

}  // namespace pulsetaker::network
