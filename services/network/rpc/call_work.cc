#include "services/network/rpc/call_work.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"

namespace pulsetaker::network {
namespace {

ErrorMetadata::iterator FieldIn(ErrorMetadata& metadata) {
  return std::find_if(metadata.begin(), metadata.end(),
                      [](const auto& entry) { return entry.first == "field"; });
}

}  // namespace

absl::Status RunLongWork(const rpc::CallContext& call,
                         absl::FunctionRef<absl::Status(IsCancelled)> work) {
  const absl::Status status = work([&call] { return !call.CheckAlive().ok(); });
  if (absl::IsCancelled(status)) PT_RETURN_IF_ERROR(call.CheckAlive());
  return status;
}

absl::StatusOr<rpc::WaveChildName> ParseAnalysisName(absl::string_view name,
                                                     absl::string_view field) {
  return rpc::ParseWaveChildName(name, rpc::kAnalyses, field);
}

WaveKey ToKey(const rpc::WaveName& name) {
  return {name.tenant, name.locality, name.survey, name.wave};
}

absl::StatusOr<AnalyzedSnapshot> ReadAnalyzed(const AnalysisReader& reader,
                                              const rpc::WaveChildName& name,
                                              IsCancelled is_cancelled) {
  return reader.Read(ToKey(name.wave), name.id, is_cancelled);
}

absl::Status WithinField(const absl::Status& error, absl::string_view parent) {
  ErrorMetadata metadata = MetadataOf(error);
  const auto field = FieldIn(metadata);
  if (field == metadata.end()) return error;
  field->second = absl::StrCat(parent, ".", field->second);
  return MakeError(error.code(), ReasonOf(error),
                   absl::StrCat(parent, ".", error.message()), metadata);
}

absl::Status AboutField(const absl::Status& error, absl::string_view field) {
  ErrorMetadata metadata = MetadataOf(error);
  if (!absl::IsInvalidArgument(error) || FieldIn(metadata) != metadata.end()) {
    return error;
  }
  metadata.emplace_back("field", std::string(field));
  return MakeError(error.code(), ReasonOf(error), error.message(), metadata);
}

}  // namespace pulsetaker::network
