// What partners send to a server that may end at any instant, and what must be
// there afterwards.
//
// What must be there is kept out here: rows and changes follow from their
// numbers, and each acknowledgement is written down when it comes.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "pulsetaker/survey/v1/survey_service.grpc.pb.h"
#include "tests/support/made_up_rows.h"
#include "tests/support/submissions.h"

namespace pulsetaker::testing {

// What was found, in rows, responses and changes.
struct Findings {
  std::int64_t acknowledged = 0;
  std::int64_t lost = 0;      // Acknowledged, and not there.
  std::int64_t twice = 0;     // There with more effects than it was sent for.
  std::int64_t phantoms = 0;  // There, and nobody sent it.

  Findings& operator+=(const Findings& other);
};

// "N acknowledged, N lost, N twice, N phantoms".
std::string Describe(const Findings& findings);

// One upload. For one thread at a time, as all classes here.
class Upload {
 public:
  using Stub = survey::v1::SurveyService::Stub;

  explicit Upload(int number);

  const RowSource& source() const { return source_; }
  const Findings& findings() const { return findings_; }
  std::int64_t sent() const { return sent_; }

  // Asks how far the upload has come, and compares that with what was
  // acknowledged, row for row by their verdicts. False if the server is gone,
  // here and below.
  [[nodiscard]] bool Resume(Stub& stub);

  // Compares the response of a person with the model.
  [[nodiscard]] bool CheckPerson(Stub& stub, std::int64_t person);

  // Sends rows up to `end` or until the stream breaks. True if rows were on
  // their way, without an acknowledgement, when it broke.
  bool Send(Stub& stub, std::int64_t end);

 private:
  void CheckVerdicts(const survey::v1::StreamResponsesResponse& response,
                     std::int64_t next);

  const std::string name_;
  const RowSource source_;
  RowModel model_;
  std::int64_t sent_ = 0;
  std::int64_t acknowledged_ = 0;  // The highest watermark that came.
  std::int64_t committed_ = 0;     // What the running server began with.
  Findings findings_;
};

// Waves that are made, given a roster, opened, closed, reopened and closed
// again, one after the other, each change with a request id that is used again
// until there is an answer.
class WaveChanges {
 public:
  using Stub = survey::v1::SurveyService::Stub;

  const Findings& findings() const { return findings_; }
  std::int64_t acknowledged() const { return next_; }

  // Compares the wave of the last change with what was acknowledged.
  [[nodiscard]] bool Check(Stub& stub);

  // Makes changes until `end`, or until a call fails.
  void Send(Stub& stub, std::int64_t end);

 private:
  bool Change(Stub& stub, std::int64_t number);
  // Compares a wave with what it is after `steps` of its steps.
  static bool IsAfter(const survey::v1::Wave& wave, int steps);

  std::int64_t next_ = 0;  // The first that has no answer.
  bool underway_ = false;  // next_ was sent.
  std::string digest_;     // Of every wave that was closed: all have the same.
  Findings findings_;
};

// All of it at once, on one server.
class Traffic {
 public:
  using Stub = survey::v1::SurveyService::Stub;

  explicit Traffic(unsigned seed);

  // Makes what all of it needs. Once, on an empty server.
  void Prepare(Stub& stub);

  // Compares what a server has with what was acknowledged: all counts, and a
  // few responses, which are other ones each time.
  [[nodiscard]] bool Check(Stub& stub);

  // Sends from all sides while `life` runs, which brings the server to its end.
  // True if rows were on their way then.
  bool Run(Stub& stub, const std::function<void()>& life);

  // Brings everything to an end, compares every response, and closes the wave.
  // The wave must be equal to that of CloseUninterrupted.
  survey::v1::Wave Finish(Stub& stub);

  // Sends the same rows to an empty server, and closes the wave.
  survey::v1::Wave CloseUninterrupted(Stub& stub) const;

  Findings findings() const;

 private:
  // Compares the response to which the submissions of a person lead, the first
  // of their people being 0. False if the server is gone.
  [[nodiscard]] bool CheckSubmitter(Stub& stub, std::int64_t person);

  std::mt19937 random_;
  std::vector<std::unique_ptr<Upload>> uploads_;
  Submissions submissions_;
  WaveChanges changes_;
  Findings findings_;  // Of submissions.
};

}  // namespace pulsetaker::testing
