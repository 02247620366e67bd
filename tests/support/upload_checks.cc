#include "tests/support/upload_checks.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/rpc/client_call.h"

namespace pulsetaker::testing {
namespace {

using Stub = survey::v1::SurveyService::Stub;

constexpr absl::Duration kPatience = absl::Seconds(60);

}  // namespace

absl::StatusOr<survey::v1::Upload> GetUpload(Stub& stub,
                                             const std::string& name) {
  survey::v1::GetUploadRequest request;
  request.set_name(name);
  auto upload =
      rpc::Call(stub, &Stub::GetUpload, request, absl::Now() + kPatience);
  if (absl::IsNotFound(upload.status())) return survey::v1::Upload();
  return upload;
}

std::string ProblemOf(const survey::v1::Upload& upload, const RowModel& model) {
  const struct {
    const char* name;
    std::int64_t got;
    survey::v1::RowVerdict verdict;
  } counts[] = {
      {"stored", upload.stored_count(), survey::v1::ROW_VERDICT_STORED},
      {"unchanged", upload.unchanged_count(),
       survey::v1::ROW_VERDICT_UNCHANGED},
      {"superseded", upload.superseded_count(),
       survey::v1::ROW_VERDICT_SUPERSEDED},
      {"conflict", upload.conflict_count(), survey::v1::ROW_VERDICT_CONFLICT},
      {"rejected", upload.rejected_count(), survey::v1::ROW_VERDICT_REJECTED},
  };
  std::string problem;
  for (const auto& count : counts) {
    const std::int64_t want =
        model.CountVerdicts(count.verdict, upload.committed_offset());
    if (count.got == want) continue;
    absl::StrAppend(&problem, count.got, " rows are ", count.name, ", want ",
                    want, "; ");
  }
  return problem;
}

std::string ProblemOf(const survey::v1::StreamResponsesResponse& response,
                      const RowModel& model) {
  const std::int64_t first = response.first_offset();
  if (first + response.verdicts_size() != response.committed_offset()) {
    return absl::StrCat(response.verdicts_size(), " verdicts from ", first,
                        " to ", response.committed_offset());
  }
  for (int i = 0; i < response.verdicts_size(); ++i) {
    if (response.verdicts(i) == model.verdict(first + i)) continue;
    return absl::StrCat("row ", first + i, " is ",
                        RowVerdict_Name(response.verdicts(i)), ", want ",
                        RowVerdict_Name(model.verdict(first + i)));
  }
  return "";
}

PersonCheck CheckPerson(Stub& stub, const std::string& wave,
                        const RowSource& source, const RowModel& model,
                        std::int64_t person) {
  const RowModel::Person& want =
      model.people()[static_cast<std::size_t>(person)];
  return CheckResponse(
      stub, absl::StrCat(wave, "/responses/", source.PersonId(person)),
      want.revision, want.content);
}

PersonCheck CheckResponse(Stub& stub, const std::string& name,
                          std::int64_t revision, std::int64_t content) {
  survey::v1::GetResponseRequest request;
  request.set_name(name);
  auto response =
      rpc::Call(stub, &Stub::GetResponse, request, absl::Now() + kPatience);
  if (absl::IsNotFound(response.status())) return {.lost = revision};
  if (!response.ok()) return {.problem = response.status().ToString()};
  PersonCheck check;
  if (response->revision() > revision) {
    check.twice = response->revision() - revision;
  } else {
    check.lost = revision - response->revision();
  }
  response->clear_name();
  response->clear_revision();
  response->clear_submit_time();
  response->clear_etag();
  if (revision > 0 && response->SerializeAsString() !=
                          ResponseOf(content).SerializeAsString()) {
    check.problem = absl::StrCat(name, " has other answers");
  }
  return check;
}

}  // namespace pulsetaker::testing
