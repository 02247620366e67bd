#include "tests/crash/traffic.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/upload_checks.h"
#include "tests/support/upload_client.h"

namespace pulsetaker::testing {
namespace {

using survey::v1::SurveyService;

constexpr int kUploads = 2;
constexpr std::int64_t kPeopleOfAnUpload = 2'000;
constexpr int kPeopleOfACheck = 5;
constexpr std::int64_t kWindow = 400;
// Nobody gets so far; the end of the server comes first.
constexpr std::int64_t kEndless = std::int64_t{1} << 40;

void SetDeadline(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::seconds(60));
}

bool IsGone(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::UNAVAILABLE ||
         status.error_code() == grpc::StatusCode::CANCELLED;
}

// A call fails while the server ends, and for no other reason.
void ExpectGone(const grpc::Status& status) {
  EXPECT_TRUE(IsGone(status))
      << status.error_code() << " " << status.error_message();
}

grpc::Status GetResponse(SurveyService::Stub& stub, const std::string& person,
                         survey::v1::Response& response) {
  grpc::ClientContext context;
  SetDeadline(context);
  survey::v1::GetResponseRequest request;
  request.set_name(absl::StrCat(kWave, "/responses/", person));
  const grpc::Status status = stub.GetResponse(&context, request, &response);
  EXPECT_TRUE(status.ok() || IsGone(status) ||
              status.error_code() == grpc::StatusCode::NOT_FOUND)
      << status.error_message();
  return status;
}

void ExpectContent(survey::v1::Response response, std::int64_t content) {
  const std::string name = response.name();
  response.clear_name();
  response.clear_revision();
  response.clear_submit_time();
  response.clear_etag();
  EXPECT_EQ(response.SerializeAsString(),
            ResponseOf(content).SerializeAsString())
      << name;
}

std::vector<std::string> AllPeople(
    const std::vector<std::unique_ptr<Upload>>& uploads) {
  std::vector<std::string> people;
  for (const auto& upload : uploads) {
    for (std::int64_t i = 0; i < kPeopleOfAnUpload; ++i) {
      people.push_back(upload->source().PersonId(i));
    }
  }
  for (std::string& id : Submissions().PersonIds()) {
    people.push_back(std::move(id));
  }
  return people;
}

std::vector<std::unique_ptr<Upload>> MakeUploads() {
  std::vector<std::unique_ptr<Upload>> uploads;
  for (int i = 0; i < kUploads; ++i) {
    uploads.push_back(std::make_unique<Upload>(i));
  }
  return uploads;
}

survey::v1::Wave CloseWave(SurveyService::Stub& stub) {
  grpc::ClientContext context;
  SetDeadline(context);
  survey::v1::CloseWaveRequest request;
  request.set_name(kWave);
  request.set_request_id(UuidOf(6));
  survey::v1::Wave wave;
  const grpc::Status status = stub.CloseWave(&context, request, &wave);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return wave;
}

}  // namespace

Findings& Findings::operator+=(const Findings& other) {
  acknowledged += other.acknowledged;
  lost += other.lost;
  twice += other.twice;
  phantoms += other.phantoms;
  return *this;
}

std::string Describe(const Findings& findings) {
  return absl::StrCat(findings.acknowledged, " acknowledged, ", findings.lost,
                      " lost, ", findings.twice, " twice, ", findings.phantoms,
                      " phantoms");
}

Upload::Upload(int number)
    : name_(absl::StrCat(kWave, "/uploads/u", number)),
      source_(absl::StrCat("u", number, "-"), kPeopleOfAnUpload),
      model_(source_) {}

bool Upload::Resume(Stub& stub) {
  grpc::ClientContext context;
  SetDeadline(context);
  survey::v1::GetUploadRequest request;
  request.set_name(name_);
  survey::v1::Upload upload;
  const grpc::Status status = stub.GetUpload(&context, request, &upload);
  if (IsGone(status)) return false;
  EXPECT_TRUE(status.ok() || status.error_code() == grpc::StatusCode::NOT_FOUND)
      << status.error_message();
  committed_ = upload.committed_offset();
  if (committed_ < acknowledged_) findings_.lost += acknowledged_ - committed_;
  if (committed_ > sent_) findings_.phantoms += committed_ - sent_;
  EXPECT_GE(committed_, acknowledged_);
  EXPECT_LE(committed_, sent_);
  // Rows that are there count as acknowledged from here on.
  findings_.acknowledged += committed_ - acknowledged_;
  acknowledged_ = committed_;
  model_.AdvanceTo(committed_);
  EXPECT_EQ(ProblemOf(upload, model_), "");
  return true;
}

bool Upload::CheckPerson(Stub& stub, std::int64_t person) {
  survey::v1::Response response;
  const grpc::Status status =
      GetResponse(stub, source_.PersonId(person), response);
  if (IsGone(status)) return false;
  const RowModel::Person& want =
      model_.people()[static_cast<std::size_t>(person)];
  if (want.revision == 0) {
    if (status.ok()) ++findings_.phantoms;
    return true;
  }
  if (response.revision() > want.revision) ++findings_.twice;
  if (response.revision() < want.revision) ++findings_.lost;
  ExpectContent(response, want.content);
  return true;
}

bool Upload::Send(Stub& stub, std::int64_t end) {
  std::int64_t next = committed_;
  const auto make_frame = [&](std::int64_t row) {
    survey::v1::StreamResponsesRequest frame;
    const std::int64_t rows = std::min(end - row, 1 + (row * 7919) % 60);
    for (std::int64_t i = 0; i < rows; ++i) {
      *frame.add_rows() = source_.MakeRow(row + i);
    }
    return frame;
  };
  const UploadOutcome outcome = SendRows(
      stub, {.upload = name_,
             .begin = committed_,
             .end = end,
             .window = kWindow,
             .frame = make_frame,
             .acknowledged =
                 [&](const survey::v1::StreamResponsesResponse& response) {
                   CheckVerdicts(response, next);
                   next = response.committed_offset();
                 }});
  sent_ = std::max(sent_, outcome.sent);
  findings_.acknowledged += outcome.acknowledged - acknowledged_;
  acknowledged_ = outcome.acknowledged;
  if (end < kEndless) {
    EXPECT_TRUE(outcome.status.ok()) << outcome.status.error_message();
    EXPECT_EQ(acknowledged_, end);
  } else {
    ExpectGone(outcome.status);
  }
  return outcome.sent > outcome.acknowledged;
}

void Upload::CheckVerdicts(const survey::v1::StreamResponsesResponse& response,
                           std::int64_t next) {
  EXPECT_EQ(response.first_offset(), next);
  model_.AdvanceTo(response.committed_offset());
  EXPECT_EQ(ProblemOf(response, model_), "");
}

Traffic::Traffic(unsigned seed) : random_(seed), uploads_(MakeUploads()) {}

void Traffic::Prepare(Stub& stub) {
  const grpc::Status survey = MakeSurvey(stub);
  EXPECT_TRUE(survey.ok()) << survey.error_message();
  const grpc::Status wave = MakeOpenWave(stub, 1, AllPeople(uploads_));
  EXPECT_TRUE(wave.ok()) << wave.error_message();
}

bool Traffic::Check(Stub& stub) {
  for (const auto& upload : uploads_) {
    if (!upload->Resume(stub)) return false;
    for (int i = 0; i < kPeopleOfACheck; ++i) {
      const auto person =
          static_cast<std::int64_t>(random_() % kPeopleOfAnUpload);
      if (!upload->CheckPerson(stub, person)) return false;
    }
  }
  for (std::int64_t ago = 0; ago < kPeopleOfACheck; ++ago) {
    const std::int64_t person =
        (submissions_.acknowledged() + Submissions::kPeopleCount - ago) %
        Submissions::kPeopleCount;
    if (!CheckSubmitter(stub, person)) return false;
  }
  return changes_.Check(stub);
}

bool Traffic::Run(Stub& stub, const std::function<void()>& life) {
  std::atomic<bool> interrupted = false;
  std::vector<std::thread> senders;
  for (const auto& upload : uploads_) {
    senders.emplace_back([&stub, &interrupted, upload = upload.get()] {
      if (upload->Send(stub, kEndless)) interrupted = true;
    });
  }
  senders.emplace_back([&] {
    const absl::Status status = submissions_.Send(stub, kEndless);
    EXPECT_TRUE(absl::IsUnavailable(status) || absl::IsCancelled(status))
        << status;
  });
  senders.emplace_back([&] { changes_.Send(stub, kEndless); });
  life();
  for (std::thread& sender : senders) sender.join();
  return interrupted;
}

survey::v1::Wave Traffic::Finish(Stub& stub) {
  EXPECT_TRUE(Check(stub));
  for (const auto& upload : uploads_) {
    upload->Send(stub, upload->sent() + 100);
    for (std::int64_t i = 0; i < kPeopleOfAnUpload; ++i) {
      EXPECT_TRUE(upload->CheckPerson(stub, i));
    }
  }
  const absl::Status submitted =
      submissions_.Send(stub, submissions_.acknowledged() + 10);
  EXPECT_TRUE(submitted.ok()) << submitted;
  for (std::int64_t i = 0; i < Submissions::kPeopleCount; ++i) {
    EXPECT_TRUE(CheckSubmitter(stub, i));
  }
  changes_.Send(stub, changes_.acknowledged() + 10);
  EXPECT_TRUE(changes_.Check(stub));
  return CloseWave(stub);
}

survey::v1::Wave Traffic::CloseUninterrupted(Stub& stub) const {
  const std::vector<std::unique_ptr<Upload>> uploads = MakeUploads();
  const grpc::Status survey = MakeSurvey(stub);
  EXPECT_TRUE(survey.ok()) << survey.error_message();
  const grpc::Status wave = MakeOpenWave(stub, 1, AllPeople(uploads));
  EXPECT_TRUE(wave.ok()) << wave.error_message();
  for (std::size_t i = 0; i < uploads.size(); ++i) {
    uploads[i]->Send(stub, uploads_[i]->sent());
  }
  const absl::Status submitted =
      Submissions().Send(stub, submissions_.acknowledged());
  EXPECT_TRUE(submitted.ok()) << submitted;
  return CloseWave(stub);
}

Findings Traffic::findings() const {
  Findings all;
  for (const auto& upload : uploads_) all += upload->findings();
  all += findings_;
  all.acknowledged += submissions_.acknowledged();
  all += changes_.findings();
  return all;
}

bool Traffic::CheckSubmitter(Stub& stub, std::int64_t person) {
  constexpr std::int64_t kPeople = Submissions::kPeopleCount;
  // Those of this person: person, person + kPeople, ...
  const std::int64_t next = submissions_.acknowledged();
  const std::int64_t told = (next - person + kPeople - 1) / kPeople;
  // The next one may be there without an answer.
  const std::int64_t most = told + (next % kPeople == person ? 1 : 0);
  survey::v1::Response response;
  const grpc::Status status = GetResponse(
      stub, submissions_.PersonIds()[static_cast<std::size_t>(person)],
      response);
  if (IsGone(status)) return false;
  const std::int64_t found = response.revision();
  if (found < told) findings_.lost += told - found;
  if (found > most) {
    (most == 0 ? findings_.phantoms : findings_.twice) += found - most;
  }
  if (status.ok()) ExpectContent(response, person + (found - 1) * kPeople);
  return true;
}

}  // namespace pulsetaker::testing
