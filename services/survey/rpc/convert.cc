#include "services/survey/rpc/convert.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "google/protobuf/util/time_util.h"

namespace pulsetaker::survey {
namespace {

constexpr absl::string_view kEtagPrefix = "r";
constexpr std::int64_t kNeverTheRevision = 0;

rpc::WaveName ToName(const WaveKey& key) {
  return {key.tenant, key.locality, key.survey, key.wave};
}

}  // namespace

LocalityKey ToKey(const rpc::LocalityName& name) {
  return {name.tenant, name.locality};
}

InstrumentKey ToKey(const rpc::InstrumentName& name) {
  return {name.tenant, name.instrument};
}

SurveyKey ToKey(const rpc::SurveyName& name) {
  return {name.tenant, name.locality, name.survey};
}

WaveKey ToKey(const rpc::WaveName& name) {
  return {name.tenant, name.locality, name.survey, name.wave};
}

std::string NameOf(const LocalityKey& key) {
  return rpc::FormatName(rpc::LocalityName{key.tenant, key.locality});
}

std::string NameOf(const InstrumentKey& key) {
  return rpc::FormatName(rpc::InstrumentName{key.tenant, key.instrument});
}

std::string NameOf(const SurveyKey& key) {
  return rpc::FormatName(rpc::SurveyName{key.tenant, key.locality, key.survey});
}

std::string NameOf(const WaveKey& key) { return rpc::FormatName(ToName(key)); }

std::string NameOf(const WaveKey& key, absl::string_view collection,
                   absl::string_view id) {
  return rpc::FormatName(rpc::WaveChildName{ToName(key), std::string(id)},
                         collection);
}

std::string EtagOf(std::int64_t revision) {
  return absl::StrCat(kEtagPrefix, revision);
}

std::optional<std::int64_t> ExpectedRevision(absl::string_view etag) {
  if (etag.empty()) return std::nullopt;
  std::int64_t revision = 0;
  absl::string_view digits = etag;
  if (absl::ConsumePrefix(&digits, kEtagPrefix) &&
      absl::SimpleAtoi(digits, &revision) && EtagOf(revision) == etag) {
    return revision;
  }
  return kNeverTheRevision;
}

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  return google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(
      absl::ToUnixMicros(time));
}

}  // namespace pulsetaker::survey
