#include "tests/faults/store_script.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/random.h"
#include "common/base/status.h"
#include "services/survey/store/store_testing.h"

namespace pulsetaker::testing {
namespace {

using survey::RowVerdict;
using Kind = ScriptStep::Kind;

constexpr int kContentCount = 4;  // Few, so that the same comes again.

class ScriptMaker {
 public:
  ScriptMaker(std::uint64_t seed, const ScriptSize& size)
      : random_(seed), size_(size) {}

  std::vector<ScriptStep> Make() {
    for (const Kind kind : {Kind::kCreateLocality, Kind::kCreateInstrument,
                            Kind::kCreateSurvey, Kind::kCreateWave}) {
      Add({.kind = kind});
    }
    const int at_first = size_.people / 2;
    Add({.kind = Kind::kImport, .first_person = 0, .end_person = at_first});
    Add({.kind = Kind::kSetState, .state = survey::WaveState::kOpen});
    const int closing = size_.steps * 2 / 3;
    for (int i = static_cast<int>(script_.size()); i < size_.steps; ++i) {
      if (i == size_.steps / 3) {
        // Some of them are there already.
        Add({.kind = Kind::kImport,
             .first_person = at_first / 2,
             .end_person = size_.people});
      } else if (i == closing || i == closing + 3) {
        Add({.kind = Kind::kSetState,
             .state = i == closing ? survey::WaveState::kClosing
                                   : survey::WaveState::kOpen});
      } else if (random_.Uniform(4) == 0) {
        Add({.kind = Kind::kSubmit, .rows = {MakeRow(/*may_reject=*/false)}});
      } else {
        AddFrame(/*taken_in=*/i < closing || i > closing + 3);
      }
    }
    return std::move(script_);
  }

 private:
  void Add(ScriptStep step) {
    step.number = static_cast<int>(script_.size());
    script_.push_back(std::move(step));
  }

  ScriptRow MakeRow(bool may_reject) {
    ScriptRow row;
    row.person = static_cast<int>(
        random_.Uniform(static_cast<std::uint64_t>(size_.people)));
    row.content = static_cast<std::int32_t>(random_.Uniform(kContentCount));
    if (random_.Uniform(16) == 0) {
      row.expected_revision = static_cast<std::int64_t>(random_.Uniform(4));
    }
    row.rejected = may_reject && random_.Uniform(32) == 0;
    return row;
  }

  void AddFrame(bool taken_in) {
    ScriptStep step;
    step.upload = static_cast<int>(random_.Uniform(kUploadCount));
    std::int64_t& end = ends_[step.upload];
    // Now and then a frame comes again, or begins with what came before.
    step.offset =
        end - static_cast<std::int64_t>(random_.Uniform(8) == 0 && end >= 3
                                            ? 1 + random_.Uniform(3)
                                            : 0);
    const std::uint64_t rows =
        1 + random_.Uniform(static_cast<std::uint64_t>(size_.frame_rows_max));
    for (std::uint64_t i = 0; i < rows; ++i) {
      step.rows.push_back(MakeRow(/*may_reject=*/true));
    }
    if (taken_in) {
      end = std::max(end,
                     step.offset + static_cast<std::int64_t>(step.rows.size()));
    }
    Add(std::move(step));
  }

  Random random_;
  const ScriptSize size_;
  std::vector<ScriptStep> script_;
  std::int64_t ends_[kUploadCount] = {};
};

absl::Time TimeOf(const ScriptStep& step) {
  return survey::At(1'000 + step.number);
}

// Decides on a row by itself, not by what the store decides with.
RowVerdict ApplyRow(const ScriptRow& row, absl::Time time,
                    StoreContent& content) {
  if (row.rejected) return RowVerdict::kRejected;
  const std::string person = PersonId(row.person);
  const auto found = content.responses.find(person);
  const bool exists = found != content.responses.end();
  if (row.expected_revision.has_value() &&
      (!exists || found->second.revision != *row.expected_revision)) {
    return RowVerdict::kConflict;
  }
  const survey::Answers answers = survey::AnswersOf(row.content);
  if (exists && found->second.answers == answers) return RowVerdict::kUnchanged;
  const std::int64_t revision = exists ? found->second.revision + 1 : 1;
  content.responses[person] = {.person = person,
                               .answers = answers,
                               .revision = revision,
                               .submit_time = time};
  if (exists) return RowVerdict::kSuperseded;
  ++content.wave->response_count;
  return RowVerdict::kStored;
}

void CountRow(RowVerdict verdict, survey::Upload& upload) {
  ++upload.committed_offset;
  switch (verdict) {
    case RowVerdict::kStored:
      ++upload.stored_count;
      return;
    case RowVerdict::kUnchanged:
      ++upload.unchanged_count;
      return;
    case RowVerdict::kSuperseded:
      ++upload.superseded_count;
      return;
    case RowVerdict::kConflict:
      ++upload.conflict_count;
      return;
    case RowVerdict::kRejected:
      ++upload.rejected_count;
      return;
  }
}

std::string ApplyFrame(const ScriptStep& step, StoreContent& content) {
  const std::string id = UploadId(step.upload);
  const auto found = content.uploads.find(id);
  const bool exists = found != content.uploads.end();
  survey::FrameResult result;
  result.first_offset = exists ? found->second.committed_offset : 0;
  result.committed_offset = result.first_offset;
  const auto end = step.offset + static_cast<std::int64_t>(step.rows.size());
  if (step.offset > result.first_offset) return "OFFSET_GAP";
  if (end <= result.first_offset) return AnswerText(result);
  if (content.wave->state != survey::WaveState::kOpen) return "WAVE_NOT_OPEN";
  survey::Upload& upload = content.uploads[id];
  if (!exists) {
    upload.key = {FaultWave(), id};
    upload.create_time = TimeOf(step);
  }
  upload.update_time = TimeOf(step);
  for (std::int64_t row = result.first_offset; row < end; ++row) {
    const RowVerdict verdict =
        ApplyRow(step.rows[static_cast<std::size_t>(row - step.offset)],
                 TimeOf(step), content);
    CountRow(verdict, upload);
    result.verdicts.push_back(verdict);
  }
  result.committed_offset = end;
  return AnswerText(result);
}

std::string ApplySubmission(const ScriptStep& step, StoreContent& content) {
  if (content.wave->state != survey::WaveState::kOpen) return "WAVE_NOT_OPEN";
  const RowVerdict verdict = ApplyRow(step.rows[0], TimeOf(step), content);
  if (verdict == RowVerdict::kConflict) return "ETAG_MISMATCH";
  return AnswerText(content.responses.at(PersonId(step.rows[0].person)));
}

std::string ApplyImport(const ScriptStep& step, StoreContent& content) {
  survey::RosterCounts counts;
  for (survey::Participant& person : PeopleOf(step)) {
    const bool added = content.people.emplace(person.person, person).second;
    ++(added ? counts.created : counts.unchanged);
  }
  content.wave->participant_count += counts.created;
  return AnswerText(counts);
}

}  // namespace

std::vector<ScriptStep> MakeScript(std::uint64_t seed, const ScriptSize& size) {
  return ScriptMaker(seed, size).Make();
}

std::string ApplyStep(const ScriptStep& step, StoreContent& content) {
  const survey::WaveKey& wave = FaultWave();
  switch (step.kind) {
    case Kind::kCreateLocality:
      content.locality = survey::LocalityOf({wave.tenant, wave.locality});
      return "created";
    case Kind::kCreateInstrument:
      content.instrument = survey::InstrumentOf({wave.tenant, "standard"});
      return "created";
    case Kind::kCreateSurvey:
      content.survey =
          survey::SurveyOf({wave.tenant, wave.locality, wave.survey});
      return "created";
    case Kind::kCreateWave:
      content.wave = survey::WaveOf(wave);
      return AnswerText(*content.wave);
    case Kind::kImport:
      return ApplyImport(step, content);
    case Kind::kSetState:
      content.wave->state = step.state;
      ++content.wave->revision;
      return AnswerText(*content.wave);
    case Kind::kFrame:
      return ApplyFrame(step, content);
    case Kind::kSubmit:
      return ApplySubmission(step, content);
  }
  return "";
}

std::int64_t RowCount(const ScriptStep& step) {
  return static_cast<std::int64_t>(step.rows.size());
}

std::string PersonId(int person) { return absl::StrCat("p", person); }

survey::Request RequestOf(const ScriptStep& step) {
  return survey::RequestOf(step.number, absl::StrCat("step ", step.number));
}

survey::Frame FrameOf(const ScriptStep& step) {
  survey::Frame frame = {.upload = {FaultWave(), UploadId(step.upload)},
                         .offset = step.offset,
                         .rows = {},
                         .receive_time = TimeOf(step)};
  for (const ScriptRow& row : step.rows) {
    survey::FrameRow& added = frame.rows.emplace_back(survey::RowOf(
        PersonId(row.person), row.content, row.expected_revision));
    if (row.rejected) {
      added.answers = MakeError(absl::StatusCode::kInvalidArgument,
                                "NETWORK_UNKNOWN", "no such network");
    }
  }
  return frame;
}

survey::Submission SubmissionOf(const ScriptStep& step) {
  const ScriptRow& row = step.rows[0];
  return {.key = {FaultWave(), PersonId(row.person)},
          .answers = survey::AnswersOf(row.content),
          .expected_revision = row.expected_revision,
          .request = RequestOf(step),
          .receive_time = TimeOf(step)};
}

std::vector<survey::Participant> PeopleOf(const ScriptStep& step) {
  std::vector<survey::Participant> people;
  for (int i = step.first_person; i < step.end_person; ++i) {
    people.push_back(survey::ParticipantOf(PersonId(i)));
  }
  return people;
}

std::string AnswerText(const survey::FrameResult& result) {
  std::string text =
      absl::StrCat(result.first_offset, "-", result.committed_offset, ":");
  for (const RowVerdict verdict : result.verdicts) {
    absl::StrAppend(&text, static_cast<int>(verdict));
  }
  return text;
}

std::string AnswerText(const survey::Response& response) {
  return absl::StrCat(response.person, " revision ", response.revision, " at ",
                      absl::ToUnixMicros(response.submit_time));
}

std::string AnswerText(const survey::RosterCounts& counts) {
  return absl::StrCat(counts.created, " created, ", counts.updated,
                      " updated, ", counts.unchanged, " unchanged");
}

std::string AnswerText(const survey::Wave& wave) {
  return absl::StrCat(survey::NameOf(wave.state), " revision ", wave.revision);
}

}  // namespace pulsetaker::testing
