// Rows of uploads that follow from their numbers, and what must come of them.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "grpcpp/support/status.h"
#include "pulsetaker/survey/v1/survey_service.grpc.pb.h"

namespace pulsetaker::testing {

inline constexpr char kWave[] =
    "tenants/north/localities/leeds/surveys/care/waves/1";

// The text form of a UUID with this number in it.
std::string UuidOf(std::int64_t number);

// Makes what all waves need: their locality, instrument and survey.
grpc::Status MakeSurvey(survey::v1::SurveyService::Stub& stub);

// The name of a wave of that survey. kWave is the first.
std::string WaveName(int number);

// Makes the wave, with a roster of `people`, and opens it.
grpc::Status MakeOpenWave(survey::v1::SurveyService::Stub& stub, int number,
                          const std::vector<std::string>& people);

// A response of some 300 bytes that says something else for each `content`.
survey::v1::Response ResponseOf(std::int64_t content);

// An endless run of rows, in which people come again and again, with other
// answers than before or with the same. The same for the same arguments.
class RowSource {
 public:
  // The ids of its `people_count` people begin with `prefix`. One row in
  // `spoiled_every`, if that is not 0, has a wrong checksum, each time it is
  // sent.
  RowSource(std::string prefix, std::int64_t people_count,
            std::int64_t spoiled_every = 0)
      : prefix_(std::move(prefix)),
        people_count_(people_count),
        spoiled_every_(spoiled_every) {}

  std::int64_t people_count() const { return people_count_; }
  std::string PersonId(std::int64_t person) const;

  // Which person answers what in a row.
  std::int64_t PersonOf(std::int64_t row) const;
  std::int64_t ContentOf(std::int64_t row) const;
  bool IsSpoiled(std::int64_t row) const;

  // The row as it is sent.
  survey::v1::UploadRow MakeRow(std::int64_t row) const;

 private:
  const std::string prefix_;
  const std::int64_t people_count_;
  const std::int64_t spoiled_every_;
};

// What must be in place once the rows up to some row were taken in, each once.
class RowModel {
 public:
  explicit RowModel(const RowSource& source)
      : source_(source),
        people_(static_cast<std::size_t>(source.people_count())) {}

  struct Person {
    std::int64_t content = -1;
    std::int64_t revision = 0;  // 0: no response.
  };

  // Takes in the rows up to `end`. Rows are taken in once.
  void AdvanceTo(std::int64_t end);

  std::int64_t end() const {
    return static_cast<std::int64_t>(verdicts_.size());
  }
  const std::vector<Person>& people() const { return people_; }
  survey::v1::RowVerdict verdict(std::int64_t row) const {
    return verdicts_[static_cast<std::size_t>(row)];
  }

  // How many of the rows below `end` got this verdict. Quick for all of them.
  std::int64_t CountVerdicts(survey::v1::RowVerdict verdict,
                             std::int64_t end) const;

 private:
  const RowSource& source_;
  std::vector<Person> people_;
  std::vector<survey::v1::RowVerdict> verdicts_;
  std::array<std::int64_t, survey::v1::RowVerdict_ARRAYSIZE> counts_{};
};

}  // namespace pulsetaker::testing
