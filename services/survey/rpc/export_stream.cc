#include "services/survey/rpc/export_stream.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "common/rpc/field_checks.h"
#include "common/rpc/page_token.h"
#include "common/rpc/pulled_stream.h"
#include "common/rpc/resource_name.h"
#include "services/survey/domain/wave_export.h"
#include "services/survey/rpc/convert.h"

namespace pulsetaker::survey {
namespace {

// In a token, the digest of the snapshot comes before the position.
constexpr std::size_t kSnapshotDigestLength = 64;

struct Resumed {
  std::string snapshot_digest;  // Empty: from the start.
  ExportPosition position;
};

std::string ScopeOf(const v1::ExportWaveRequest& request) {
  return absl::StrCat("ExportWave ", request.name(), " ",
                      static_cast<int>(request.format()));
}

absl::StatusOr<ExportFormat> ReadFormat(const v1::ExportWaveRequest& request) {
  const ExportFormat format = ToEnum(request.format(), ExportFormat::kCsvLong);
  if (format == ExportFormat::kUnknown || format > ExportFormat::kCsvLong) {
    return rpc::InvalidField("EXPORT_FORMAT_UNKNOWN", "format",
                             "is unset or unknown");
  }
  return format;
}

absl::StatusOr<Resumed> ReadResumeToken(const v1::ExportWaveRequest& request) {
  Resumed resumed;
  if (request.resume_token().empty()) return resumed;
  const auto key = rpc::ReadPageToken(request.resume_token(), ScopeOf(request));
  if (!key.ok() || key->size() < kSnapshotDigestLength) {
    return rpc::InvalidField("RESUME_TOKEN_MALFORMED", "resume_token",
                             "was not given out for this export");
  }
  resumed.snapshot_digest = key->substr(0, kSnapshotDigestLength);
  PT_ASSIGN_OR_RETURN(resumed.position,
                      DecodePosition(key->substr(kSnapshotDigestLength)));
  return resumed;
}

class ExportReader {
 public:
  ExportReader(const v1::ExportWaveRequest& request, const SurveyStore& store)
      : request_(request), store_(store) {}

  // False after the summary.
  absl::StatusOr<bool> Read(v1::ExportWaveResponse& message) {
    if (ended_) return false;
    if (!export_.has_value()) PT_RETURN_IF_ERROR(Begin());
    PT_ASSIGN_OR_RETURN(std::string data, export_->Next());
    const ExportPosition& position = export_->position();
    if (data.empty()) {
      ended_ = true;
      Summarise(position, *message.mutable_summary());
      return true;
    }
    v1::ExportPiece& piece = *message.mutable_piece();
    piece.set_offset(position.bytes - static_cast<std::int64_t>(data.size()));
    piece.set_data(std::move(data));
    piece.set_digest(position.digest);
    piece.set_resume_token(rpc::MakePageToken(
        ScopeOf(request_), absl::StrCat(snapshot_->wave().snapshot_digest,
                                        EncodePosition(position))));
    return true;
  }

 private:
  absl::Status Begin() {
    PT_ASSIGN_OR_RETURN(const rpc::WaveName name,
                        rpc::ParseWaveName(request_.name(), "name"));
    PT_ASSIGN_OR_RETURN(const ExportFormat format, ReadFormat(request_));
    PT_ASSIGN_OR_RETURN(Resumed resumed, ReadResumeToken(request_));
    PT_ASSIGN_OR_RETURN(snapshot_, store_.ReadSnapshot(ToKey(name)));
    const Wave& wave = snapshot_->wave();
    PT_RETURN_IF_ERROR(CheckClosed(wave));
    if (!resumed.snapshot_digest.empty() &&
        resumed.snapshot_digest != wave.snapshot_digest) {
      return MakeError(absl::StatusCode::kAborted, "SNAPSHOT_CHANGED",
                       "the wave has another snapshot than the one that the "
                       "export began with; begin again");
    }
    PT_ASSIGN_OR_RETURN(instrument_,
                        store_.GetInstrument(wave.instrument_revision_key()));
    export_.emplace(format, instrument_, *snapshot_,
                    std::move(resumed.position));
    return absl::OkStatus();
  }

  void Summarise(const ExportPosition& position, v1::ExportSummary& summary) {
    summary.set_byte_count(position.bytes);
    summary.set_participant_count(position.people);
    summary.set_response_count(position.responses);
    summary.set_digest(position.digest);
    summary.set_snapshot_digest(snapshot_->wave().snapshot_digest);
  }

  const v1::ExportWaveRequest& request_;
  const SurveyStore& store_;
  std::unique_ptr<WaveSnapshot> snapshot_;
  Instrument instrument_;
  std::optional<WaveExport> export_;
  bool ended_ = false;
};

}  // namespace

grpc::ServerWriteReactor<v1::ExportWaveResponse>* NewExportStream(
    grpc::CallbackServerContext* context, const v1::ExportWaveRequest& request,
    const SurveyStore& store, BoundedExecutor& executor) {
  const auto reader = std::make_shared<ExportReader>(request, store);
  return new rpc::PulledStream<v1::ExportWaveResponse>(
      context, executor, kErrorDomain,
      [reader](v1::ExportWaveResponse& message) {
        return reader->Read(message);
      });
}

}  // namespace pulsetaker::survey
