// Digests of what resources say, for three uses: to tell whether two
// instruments or two snapshots are the same, and whether a request came before.
//
// The first two are part of the API, which says what is digested byte by byte:
// Instrument.content_digest and SnapshotHeader.snapshot_digest. Others compute
// them, too; they never change.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/base/digest.h"
#include "services/survey/domain/instrument.h"
#include "services/survey/domain/locality.h"
#include "services/survey/domain/participant.h"
#include "services/survey/domain/response.h"
#include "services/survey/domain/survey.h"
#include "services/survey/domain/survey_store.h"
#include "services/survey/domain/wave.h"

namespace pulsetaker::survey {

// 64 digits of [0-9a-f]. Covers what is asked: neither the key nor the times,
// nor whether and as what it was published.
std::string ContentDigest(const Instrument& instrument);

// The digest of all of a snapshot, 64 digits of [0-9a-f]. `instrument` is the
// wave's. Fails if the snapshot cannot be read, or with DATA_LOSS,
// STORED_DATA_UNREADABLE if it has not as many people or responses as its wave
// says. Time and reads O(snapshot), memory O(1).
absl::StatusOr<std::string> SnapshotDigest(WaveSnapshot& snapshot,
                                           const Instrument& instrument);

// What a request asks for: the method and everything that it was given but the
// request id. For Request::digest; kept as long as requests are remembered.
class RequestDigest {
 public:
  explicit RequestDigest(absl::string_view method);

  RequestDigest& Add(const LocalityKey& key);
  RequestDigest& Add(const SurveyKey& key);
  RequestDigest& Add(const WaveKey& key);
  RequestDigest& Add(const InstrumentKey& key);
  RequestDigest& Add(absl::string_view text);
  RequestDigest& Add(std::int64_t number);
  RequestDigest& Add(const std::map<std::string, std::string>& entries);
  RequestDigest& Add(const Answers& answers);
  // With the personal name, which an import may change, too.
  RequestDigest& Add(absl::Span<const Participant> people);

  // Nothing differs from every value.
  template <typename T>
  RequestDigest& Add(const std::optional<T>& value) {
    Add(std::int64_t{value.has_value()});
    return value.has_value() ? Add(*value) : *this;
  }

  // 32 bytes. Ends the digest.
  std::string Finish();

 private:
  Sha256 sha_;
};

}  // namespace pulsetaker::survey
