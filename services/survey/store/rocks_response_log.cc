#include "services/survey/store/rocks_response_log.h"

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/fault.h"
#include "common/base/status.h"
#include "services/survey/domain/erasure.h"
#include "services/survey/store/invitation_use.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/records.h"

namespace pulsetaker::survey {
namespace {

// What work holds besides the bytes of its rows, about.
constexpr std::size_t kWorkBytes = 512;
constexpr std::size_t kRowBytes = 128;

// A row on its way to the committer: encoded, so that what waits is small, and
// the one thread that all wait for has little left to do.
struct EncodedRow {
  std::string person;
  std::string answers;  // As EncodeAnswers; empty in a row that is rejected.
  std::optional<std::int64_t> expected_revision;
  std::unique_ptr<RowProblem> problem;  // Of a row that is rejected.
  std::int32_t consent_version = 0;
};

struct EncodedFrame {
  UploadKey upload;
  std::int64_t offset = 0;
  std::vector<EncodedRow> rows;
  absl::Time receive_time;
  std::size_t bytes = kWorkBytes;

  std::int64_t end() const {
    return offset + static_cast<std::int64_t>(rows.size());
  }
};

std::unique_ptr<RowProblem> ProblemOf(const absl::Status& error) {
  auto problem = std::make_unique<RowProblem>();
  problem->reason = ReasonOf(error);
  problem->message = std::string(error.message());
  for (const auto& [key, value] : MetadataOf(error)) {
    if (key == "field") problem->field = value;
  }
  return problem;
}

EncodedFrame Encode(Frame frame) {
  EncodedFrame encoded;
  encoded.upload = std::move(frame.upload);
  encoded.offset = frame.offset;
  encoded.receive_time = frame.receive_time;
  encoded.rows.reserve(frame.rows.size());
  for (FrameRow& row : frame.rows) {
    EncodedRow& added = encoded.rows.emplace_back();
    added.person = std::move(row.person);
    added.expected_revision = row.expected_revision;
    added.consent_version = row.consent_version;
    if (row.answers.ok()) {
      added.answers = EncodeAnswers(*row.answers);
    } else {
      added.problem = ProblemOf(row.answers.status());
    }
    encoded.bytes += kRowBytes + added.person.size() + added.answers.size();
  }
  return encoded;
}

// Puts responses of one wave into one batch, each with its verdict. It sees
// what is in the database, and what it has put into the batch itself.
class ResponseWriter {
 public:
  ResponseWriter(const Tables& tables, const StoredReader& now,
                 const WaveKey& wave)
      : tables_(tables), now_(now), key_(keys::ForWave(wave)) {
    prefix_size_ = key_.size();
  }

  // What became of a row, and the revision that is in place afterwards.
  struct Outcome {
    RowVerdict verdict = RowVerdict::kRejected;
    std::int64_t revision = 0;
    absl::Time submit_time;
  };

  // Decides on `row`, and puts it into `batch` if it is to be written. `row`
  // must outlive this.
  absl::StatusOr<Outcome> Write(const EncodedRow& row, absl::Time receive_time,
                                rocksdb::WriteBatch& batch) {
    key_.resize(prefix_size_);
    absl::StrAppend(&key_, row.person);
    PT_ASSIGN_OR_RETURN(const bool exists, ReadCurrent(row.person));
    if (!exists) {
      const RowVerdict verdict = VerdictOn(nullptr, {}, row.expected_revision);
      if (verdict != RowVerdict::kStored) return Outcome{verdict, 0, {}};
      return Put(row, {verdict, 1, receive_time}, batch);
    }
    PT_ASSIGN_OR_RETURN(const Response current,
                        DecodeResponse(row.person, value_));
    PT_ASSIGN_OR_RETURN(const RowVerdict verdict, Decide(row, current));
    if (verdict != RowVerdict::kSuperseded) {
      return Outcome{verdict, current.revision, current.submit_time};
    }
    batch.Delete(tables_.quality_reviews, key_);
    batch.Put(tables_.response_revisions,
              absl::StrCat(key_, keys::NumberSuffix(current.revision)), value_);
    const int step = PT_PLANTED_BUG("revision_kept") ? 0 : 1;
    return Put(row, {verdict, current.revision + step, receive_time}, batch);
  }

 private:
  // Sets value_ to the response in place, if there is one.
  absl::StatusOr<bool> ReadCurrent(absl::string_view person) {
    if (const auto own = written_.find(person); own != written_.end()) {
      value_ = own->second.row->answers;
      absl::StrAppend(&value_,
                      EncodeRevision(own->second.outcome.revision,
                                     own->second.outcome.submit_time,
                                     own->second.row->consent_version));
      return true;
    }
    return now_.Get(tables_.responses, key_, value_);
  }

  // The bytes tell at once that answers are the same. If they differ, the
  // domain compares what they say. The same answers under another consent are
  // another response: it says something else of what may be done with them.
  absl::StatusOr<RowVerdict> Decide(const EncodedRow& row,
                                    const Response& current) const {
    RowVerdict verdict = RowVerdict::kConflict;
    if (absl::StartsWith(value_, row.answers)) {
      verdict = VerdictOn(&current, current.answers, row.expected_revision);
    } else {
      PT_ASSIGN_OR_RETURN(const Answers answers, DecodeAnswers(row.answers));
      verdict = VerdictOn(&current, answers, row.expected_revision);
    }
    const bool other_consent = row.consent_version != current.consent_version;
    return verdict == RowVerdict::kUnchanged && other_consent
               ? RowVerdict::kSuperseded
               : verdict;
  }

  Outcome Put(const EncodedRow& row, const Outcome& outcome,
              rocksdb::WriteBatch& batch) {
    const std::string revision = EncodeRevision(
        outcome.revision, outcome.submit_time, row.consent_version);
    const rocksdb::Slice key(key_);
    const rocksdb::Slice value[] = {row.answers, revision};
    batch.Put(tables_.responses, rocksdb::SliceParts(&key, 1),
              rocksdb::SliceParts(value, 2));
    PT_KILL_POINT("log.row_put");
    written_.insert_or_assign(row.person, Written{&row, outcome});
    return outcome;
  }

  struct Written {
    const EncodedRow* row;
    Outcome outcome;
  };

  const Tables& tables_;
  const StoredReader& now_;
  std::string key_;  // Of the wave, then the person of the row.
  std::size_t prefix_size_ = 0;
  std::string value_;
  absl::flat_hash_map<absl::string_view, Written> written_;
};

// Why the row is rejected, by the checks before the log or because the one who
// answers may not.
std::optional<RowProblem> ProblemOf(const EncodedRow& row,
                                    const OverlayIndex& overlay) {
  if (row.problem != nullptr) return *row.problem;
  const absl::Status barred = CheckMayRespond(overlay, row.person, "person");
  if (barred.ok()) return std::nullopt;
  return *ProblemOf(barred);
}

// The row without nominations of people who were erased: itself if it has none,
// or one that is put into `changed`, which keeps its place there.
absl::StatusOr<const EncodedRow*> WithoutErased(
    const EncodedRow& row, const OverlayIndex& overlay,
    std::deque<EncodedRow>& changed) {
  if (overlay.erased().empty()) return &row;
  PT_ASSIGN_OR_RETURN(Answers answers, DecodeAnswers(row.answers));
  const std::int64_t removed = RemoveNominations(
      [&](absl::string_view id) { return overlay.IsErased(id); }, answers);
  if (removed == 0) return &row;
  changed.push_back({.person = row.person,
                     .answers = EncodeAnswers(answers),
                     .expected_revision = row.expected_revision,
                     .problem = nullptr,
                     .consent_version = row.consent_version});
  return &changed.back();
}

// What was written to a wave.
struct Written {
  std::int64_t stored = 0;
  std::int64_t superseded = 0;
};

// Adds what was written to the counts of the wave.
void CountResponses(const Tables& tables, Wave wave, const Written& written,
                    rocksdb::WriteBatch& batch) {
  if (written.stored == 0 && written.superseded == 0) return;
  wave.response_count += written.stored;
  ++wave.change_count;
  batch.Put(tables.wave_counts, keys::ForWave(wave.key),
            ToCountsRecord(wave).SerializeAsString());
}

// Carries out a frame.
absl::StatusOr<FrameResult> StageFrame(const Tables& tables, Bars& bars,
                                       const EncodedFrame& frame,
                                       rocksdb::WriteBatch& batch) {
  const StoredReader now(tables, nullptr);
  PT_ASSIGN_OR_RETURN(const Wave wave, now.GetWave(frame.upload.wave));
  PT_ASSIGN_OR_RETURN(std::optional<Upload> found,
                      now.FindUpload(frame.upload));
  Upload upload = found.has_value() ? *std::move(found)
                                    : Upload{.key = frame.upload,
                                             .create_time = frame.receive_time,
                                             .update_time = frame.receive_time};
  if (PT_PLANTED_BUG("rows_taken_in_again")) {
    upload.committed_offset = std::min(upload.committed_offset, frame.offset);
  }
  if (frame.offset > upload.committed_offset) {
    return MakeError(
        absl::StatusCode::kOutOfRange, "OFFSET_GAP",
        absl::StrCat("offset is ", frame.offset, ", but the upload has ",
                     upload.committed_offset, " rows"),
        {{"field", "offset"},
         {"committed_offset", absl::StrCat(upload.committed_offset)}});
  }
  FrameResult result;
  result.first_offset = upload.committed_offset;
  result.committed_offset = upload.committed_offset;
  if (frame.end() <= upload.committed_offset) return result;
  if (!PT_PLANTED_BUG("closed_wave_takes_rows")) {
    PT_RETURN_IF_ERROR(CheckOpen(wave));
  }

  PT_ASSIGN_OR_RETURN(const auto overlay, bars.Find(wave.key));
  const Written before = {upload.stored_count, upload.superseded_count};
  std::deque<EncodedRow> changed;
  ResponseWriter writer(tables, now, frame.upload.wave);
  result.verdicts.reserve(frame.rows.size());
  while (upload.committed_offset < frame.end()) {
    const auto i =
        static_cast<std::size_t>(upload.committed_offset - frame.offset);
    const EncodedRow& row = frame.rows[i];
    if (PT_PLANTED_BUG("frame_in_pieces") && i > frame.rows.size() / 2) {
      tables.rocks.WriteUnsynced(batch).IgnoreError();
      batch.Clear();
    }
    RowVerdict verdict = RowVerdict::kRejected;
    if (const auto problem = ProblemOf(row, *overlay); problem.has_value()) {
      result.problems.push_back(*problem);
      result.problems.back().offset = upload.committed_offset;
    } else {
      PT_ASSIGN_OR_RETURN(const EncodedRow* const kept,
                          WithoutErased(row, *overlay, changed));
      PT_ASSIGN_OR_RETURN(const auto outcome,
                          writer.Write(*kept, frame.receive_time, batch));
      verdict = outcome.verdict;
    }
    result.verdicts.push_back(verdict);
    upload.Count(verdict);
  }
  PT_KILL_POINT("log.rows_put");
  result.committed_offset = upload.committed_offset;
  if (PT_PLANTED_BUG("watermark_off_by_one")) ++result.committed_offset;
  upload.update_time = frame.receive_time;
  batch.Put(tables.uploads,
            absl::StrCat(keys::ForWave(frame.upload.wave), upload.key.upload),
            ToRecord(upload).SerializeAsString());
  if (PT_PLANTED_BUG("counts_in_own_batch")) {
    tables.rocks.WriteUnsynced(batch).IgnoreError();
    batch.Clear();
  }
  PT_KILL_POINT("log.watermark_put");
  CountResponses(tables, wave,
                 {upload.stored_count - before.stored,
                  upload.superseded_count - before.superseded},
                 batch);
  return result;
}

// What the submission is answered with. Its answers are those that are in
// place: it brought them, or found the same.
Response ResponseOf(const Submission& submission, std::int64_t revision,
                    absl::Time submit_time) {
  return {.person = submission.key.person,
          .answers = submission.answers,
          .revision = revision,
          .submit_time = submit_time,
          .consent_version = submission.consent_version};
}

// A response on its way to the committer.
struct EncodedSubmission {
  Submission submission;
  EncodedRow row;
};

EncodedSubmission Encode(Submission submission) {
  EncodedRow row = {.person = submission.key.person,
                    .answers = EncodeAnswers(submission.answers),
                    .expected_revision = submission.expected_revision,
                    .problem = nullptr,
                    .consent_version = submission.consent_version};
  return {std::move(submission), std::move(row)};
}

// Carries out a single response.
absl::StatusOr<Response> StageSubmission(const Tables& tables, Bars& bars,
                                         const EncodedSubmission& encoded,
                                         rocksdb::WriteBatch& batch) {
  const Submission& submission = encoded.submission;
  const StoredReader now(tables, nullptr);
  const WaveKey& key = submission.key.wave;
  PT_ASSIGN_OR_RETURN(const Wave wave, now.GetWave(key));
  PT_ASSIGN_OR_RETURN(const auto overlay, bars.Find(key));
  // A repeat, too, would be told of answers that are erased.
  PT_RETURN_IF_ERROR(
      CheckNotWithdrawn(*overlay, submission.key.person, "response.name"));
  const std::string request_key =
      absl::StrCat(keys::ForWave(key), submission.request.id);
  PT_ASSIGN_OR_RETURN(const auto before,
                      now.FindRequest(request_key, submission.request));
  if (before.has_value() && !PT_PLANTED_BUG("request_id_forgotten")) {
    if (!before->has_response()) {
      return kv::UnreadableError("a request is not of a response");
    }
    return ResponseOf(
        submission, before->response().revision(),
        absl::FromUnixMicros(before->response().submit_time_micros()));
  }
  PT_RETURN_IF_ERROR(CheckOpen(wave));
  PT_RETURN_IF_ERROR(
      CheckMayRespond(*overlay, submission.key.person, "response.name"));
  PT_RETURN_IF_ERROR(StageTokenUse(tables, now, submission, batch));

  std::deque<EncodedRow> changed;
  PT_ASSIGN_OR_RETURN(const EncodedRow* const kept,
                      WithoutErased(encoded.row, *overlay, changed));
  ResponseWriter writer(tables, now, key);
  PT_ASSIGN_OR_RETURN(const auto outcome,
                      writer.Write(*kept, submission.receive_time, batch));
  if (outcome.verdict == RowVerdict::kConflict) {
    return MakeError(absl::StatusCode::kAborted, "ETAG_MISMATCH",
                     "the response in place has another etag, or there is none",
                     {{"field", "response.etag"}});
  }
  storage::RequestRecord request;
  request.set_digest(submission.request.digest);
  request.mutable_response()->set_revision(outcome.revision);
  request.mutable_response()->set_submit_time_micros(
      absl::ToUnixMicros(outcome.submit_time));
  batch.Put(tables.request_ids, request_key, request.SerializeAsString());
  PT_KILL_POINT("log.request_put");
  CountResponses(tables, wave,
                 {outcome.verdict == RowVerdict::kStored ? 1 : 0,
                  outcome.verdict == RowVerdict::kSuperseded ? 1 : 0},
                 batch);
  return ResponseOf(submission, outcome.revision, outcome.submit_time);
}

class RocksResponseLog final : public ResponseLog {
 public:
  RocksResponseLog(const Tables& tables, Committer& committer, Bars& bars)
      : tables_(tables), committer_(committer), bars_(bars) {}

  void AppendFrame(Frame frame, FrameDone done) override {
    auto encoded =
        std::make_shared<const EncodedFrame>(Encode(std::move(frame)));
    const std::size_t bytes = encoded->bytes;
    PT_KILL_POINT("log.frame_encoded");
    Enqueue<FrameResult>(
        bytes,
        [this, encoded = std::move(encoded)](rocksdb::WriteBatch& batch) {
          return StageFrame(tables_, bars_, *encoded, batch);
        },
        std::move(done));
  }

  void Submit(Submission submission, SubmitDone done) override {
    auto encoded = std::make_shared<const EncodedSubmission>(
        Encode(std::move(submission)));
    const std::size_t bytes = kWorkBytes + encoded->row.answers.size();
    Enqueue<Response>(
        bytes,
        [this, encoded = std::move(encoded)](rocksdb::WriteBatch& batch) {
          return StageSubmission(tables_, bars_, *encoded, batch);
        },
        std::move(done));
  }

 private:
  // Has the committer run `stage`, and gives `done` what it returned.
  template <typename T>
  void Enqueue(
      std::size_t bytes,
      std::function<absl::StatusOr<T>(rocksdb::WriteBatch& batch)> stage,
      std::function<void(absl::StatusOr<T>)> done) {
    struct State {
      std::function<absl::StatusOr<T>(rocksdb::WriteBatch& batch)> stage;
      std::function<void(absl::StatusOr<T>)> done;
      T result;
    };
    auto state = std::make_shared<State>();
    state->stage = std::move(stage);
    state->done = std::move(done);
    const absl::Status submitted = committer_.Submit(
        {.bytes = bytes,
         .stage = [state](rocksdb::WriteBatch& batch) -> absl::Status {
           PT_ASSIGN_OR_RETURN(state->result, state->stage(batch));
           return absl::OkStatus();
         },
         .done =
             [state](const absl::Status& status) {
               if (status.ok()) {
                 state->done(std::move(state->result));
               } else {
                 state->done(status);
               }
             }});
    if (!submitted.ok()) state->done(submitted);
  }

  const Tables& tables_;
  Committer& committer_;
  Bars& bars_;
};

}  // namespace

std::unique_ptr<ResponseLog> MakeRocksResponseLog(const Tables& tables,
                                                  Committer& committer,
                                                  Bars& bars) {
  return std::make_unique<RocksResponseLog>(tables, committer, bars);
}

}  // namespace pulsetaker::survey
