// What the fault tests do to a survey database, step by step, and what must
// come of it. Steps are carried out in their order, by one committer: so after
// any fault the database holds what a first part of the steps made.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/survey/domain/wave.h"
#include "services/survey/store/survey_database.h"
#include "tests/faults/store_content.h"

namespace pulsetaker::testing {

struct ScriptRow {
  int person = 0;
  std::int32_t content = 0;
  std::optional<std::int64_t> expected_revision = {};
  bool rejected = false;  // By the checks before the store.
};

struct ScriptStep {
  enum class Kind : std::uint8_t {
    kCreateLocality,
    kCreateInstrument,
    kCreateSurvey,
    kCreateWave,
    kImport,    // The people from first_person up to end_person.
    kSetState,  // Of the wave, to `state`.
    kFrame,     // `rows`, to `upload` at `offset`.
    kSubmit,    // The only one of `rows`, by itself.
  };

  Kind kind = Kind::kFrame;
  int number = 0;  // From 0. Its request id and its time follow from it.
  int first_person = 0;
  int end_person = 0;
  survey::WaveState state = survey::WaveState::kOpen;
  int upload = 0;
  std::int64_t offset = 0;
  std::vector<ScriptRow> rows = {};
};

struct ScriptSize {
  int steps = 250;
  int people = 60;
  int frame_rows_max = 16;
};

// Makes a wave and streams to it from several uploads, with single responses,
// imports, a closing and a reopening in between. The same for the same seed.
std::vector<ScriptStep> MakeScript(std::uint64_t seed, const ScriptSize& size);

// Carries out a step on what should be there, and returns what the database has
// to answer, as AnswerText puts it.
std::string ApplyStep(const ScriptStep& step, StoreContent& content);

// How many rows a step has that are kept, once it is acknowledged.
std::int64_t RowCount(const ScriptStep& step);

// The arguments of a step, for the store.
std::string PersonId(int person);
survey::Request RequestOf(const ScriptStep& step);
survey::Frame FrameOf(const ScriptStep& step);
survey::Submission SubmissionOf(const ScriptStep& step);
std::vector<survey::Participant> PeopleOf(const ScriptStep& step);

// Answers of the database as text: equal texts say the same. The reason of an
// error is its text.
std::string AnswerText(const survey::FrameResult& result);
std::string AnswerText(const survey::Response& response);
std::string AnswerText(const survey::RosterCounts& counts);
std::string AnswerText(const survey::Wave& wave);

}  // namespace pulsetaker::testing
