#include "cli/import/wave_sender.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/import/text.h"
#include "cli/import/uploader.h"
#include "cli/rpc/patient_call.h"
#include "common/base/digest.h"
#include "common/base/status.h"

namespace pulsetaker::cli {
namespace {

namespace v1 = survey::v1;

constexpr std::size_t kRosterChunk = 1'000;
// How often the same answers may be sent into the same wave, which takes a
// reopening each time.
constexpr int kUploadsMax = 1'000;

}  // namespace

absl::StatusOr<v1::Wave> WaveSender::Get() {
  v1::GetWaveRequest request;
  request.set_name(target_.name);
  return CallPatiently(stub_, &Stub::GetWave, request, Deadline());
}

template <typename Request>
absl::StatusOr<v1::Wave> WaveSender::Change(
    grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                 v1::Wave*),
    const v1::Wave& wave) {
  Request request;
  request.set_name(wave.name());
  request.set_etag(wave.etag());
  request.set_request_id(DerivedUuid(absl::StrCat(
      Request::descriptor()->full_name(), wave.name(), " ", wave.etag())));
  return CallPatiently(stub_, method, request, Deadline());
}

absl::Status WaveSender::Send(
    WaveOutcome& outcome, const std::function<void(std::int64_t)>& on_more) {
  PT_ASSIGN_OR_RETURN(v1::Wave wave, Ready());
  PT_RETURN_IF_ERROR(SendRoster());
  if (wave.state() == v1::Wave::STATE_DRAFT) {
    PT_RETURN_IF_ERROR(Change(&Stub::OpenWave, wave).status());
  }
  PT_RETURN_IF_ERROR(SendResponses(outcome, on_more));
  if (!target_.leaves_open) PT_RETURN_IF_ERROR(CloseAndVerify());
  outcome.kind = WaveOutcome::Kind::kImported;
  return absl::OkStatus();
}

// The wave, there and in a state in which it takes responses or can be opened.
absl::StatusOr<v1::Wave> WaveSender::Ready() {
  const std::size_t cut = target_.name.rfind("/waves/");
  v1::CreateWaveRequest request;
  request.set_parent(target_.name.substr(0, cut));
  request.set_wave_id(absl::StrCat(wave_.wave));
  request.mutable_wave()->set_instrument(target_.instrument);
  PT_RETURN_IF_ERROR(Ensure(stub_, &Stub::CreateWave, request, Deadline()));
  PT_ASSIGN_OR_RETURN(v1::Wave wave, Get());
  const bool is_shut = wave.state() == v1::Wave::STATE_CLOSED ||
                       wave.state() == v1::Wave::STATE_CLOSING;
  // CLOSING: an earlier import was cut off while it closed the wave.
  if (wave.state() == v1::Wave::STATE_CLOSING || (is_shut && target_.reopens)) {
    return Change(&Stub::ReopenWave, wave);
  }
  return wave;
}

absl::Status WaveSender::SendRoster() {
  for (std::size_t begin = 0; begin < wave_.roster.size();
       begin += kRosterChunk) {
    const std::size_t end = std::min(begin + kRosterChunk, wave_.roster.size());
    v1::ImportRosterRequest request;
    request.set_parent(target_.name);
    Sha256 digest;
    for (std::size_t i = begin; i < end; ++i) {
      *request.add_participants() =
          ToParticipant(wave_.roster[i], target_.name);
      digest.UpdateText(DigestOf(wave_.roster[i]));
    }
    request.set_request_id(DerivedUuid(absl::StrCat(
        "ImportRoster ", target_.name, " ", begin, " ", digest.FinishHex())));
    PT_RETURN_IF_ERROR(
        CallPatiently(stub_, &Stub::ImportRoster, request, Deadline())
            .status());
  }
  return absl::OkStatus();
}

absl::Status WaveSender::SendResponses(
    WaveOutcome& outcome, const std::function<void(std::int64_t)>& on_more) {
  const auto total = static_cast<std::int64_t>(wave_.responses.size());
  if (total == 0) return absl::OkStatus();
  const std::string base = absl::StrCat(target_.name, "/uploads/import-",
                                        ContentDigest(wave_).substr(0, 24));
  Uploader uploader(stub_, {.patience = target_.deadline});
  std::int64_t reported = 0;
  const auto on_progress = [&](std::int64_t committed) {
    if (committed <= reported) return;
    on_more(committed - reported);
    reported = committed;
  };
  for (int i = 0; i < kUploadsMax; ++i) {
    const std::string name = absl::StrCat(base, "-", i);
    PT_ASSIGN_OR_RETURN(const v1::Upload there, uploader.Get(name));
    // A complete one is of an earlier import; the answers may be others since.
    if (there.committed_offset() >= total) continue;
    PT_ASSIGN_OR_RETURN(UploadResult result,
                        uploader.Send(name, wave_.responses, on_progress));
    outcome.upload = std::move(result.upload);
    outcome.row_problems = std::move(result.problems);
    const std::int64_t refused =
        outcome.upload.rejected_count() + outcome.upload.conflict_count();
    if (refused == 0) return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrCat(Counted(refused, "response was", "responses were"),
                     " rejected; the wave stays open"));
  }
  return absl::FailedPreconditionError(
      absl::StrCat("the same answers were sent ", kUploadsMax, " times"));
}

absl::Status WaveSender::CloseAndVerify() {
  PT_ASSIGN_OR_RETURN(const v1::Wave wave, Get());
  PT_RETURN_IF_ERROR(Change(&Stub::CloseWave, wave).status());
  PT_ASSIGN_OR_RETURN(const bool holds,
                      HoldsWave(stub_, {target_.name, target_.deadline}, wave_,
                                /*exactly=*/false));
  if (holds) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "the closed wave holds other answers than were sent: somebody else "
      "changed them meanwhile; import again with --reopen");
}

absl::StatusOr<bool> HoldsWave(WaveSender::Stub& stub,
                               const SnapshotSource& source,
                               const PlannedWave& wave, bool exactly) {
  const absl::Time deadline = absl::Now() + source.deadline;
  Backoff backoff;
  while (true) {
    grpc::ClientContext context;
    rpc::SetDeadline(context, deadline);
    v1::StreamWaveSnapshotRequest request;
    request.set_name(source.wave_name);
    const auto reader = stub.StreamWaveSnapshot(&context, request);
    SnapshotComparison comparison(wave);
    const absl::Status read = rpc::ReadStream<v1::StreamWaveSnapshotResponse>(
        context, *reader, [&](v1::StreamWaveSnapshotResponse& piece) {
          comparison.Take(piece);
          return absl::OkStatus();
        });
    if (read.ok()) return exactly ? comparison.IsSame() : comparison.HasAll();
    if (!HasRoomBefore(deadline, read)) return read;
    backoff.Wait(read);
  }
}

}  // namespace pulsetaker::cli
