// StreamWaveSnapshot, through the stub.

#include <string>
#include <vector>

#include "services/survey/rpc/service_fixture_test.h"

namespace pulsetaker::survey {
namespace {

using Message = v1::StreamWaveSnapshotResponse;

struct Read {
  std::vector<Message> messages;
  absl::Status status;
};

class SnapshotStreamTest : public ServiceFixture {
 protected:
  SnapshotStreamTest() { MakeWaveAndAbove(); }

  Read ReadAll(const std::string& name = kWaveName) {
    grpc::ClientContext context;
    rpc::SetDeadline(context, Deadline());
    v1::StreamWaveSnapshotRequest request;
    request.set_name(name);
    const auto reader = stub_->StreamWaveSnapshot(&context, request);
    Read read;
    Message message;
    while (reader->Read(&message)) read.messages.push_back(message);
    read.status = rpc::FromGrpcStatus(reader->Finish());
    return read;
  }

  void ImportMany(int count) {
    std::vector<v1::Participant> people;
    for (int i = 0; i < count; ++i) {
      people.push_back(Person(absl::StrFormat("p%05d", i)));
      (*people.back().mutable_attributes())["note"] = std::string(400, 'x');
    }
    Must(&Stub::ImportRoster, RosterRequest(people));
  }
};

TEST_F(SnapshotStreamTest, GivesAllOfAClosedWaveAndNoNames) {
  ImportPeople();
  Open();
  Submit(ResponseOf("p2", {"p1", "out"}));
  Submit(ResponseOf("p1", {"p2"}));
  const v1::Wave closed = Close();
  const Read read = ReadAll();
  ASSERT_TRUE(read.status.ok()) << read.status;
  ASSERT_EQ(read.messages.size(), 3u);
  ASSERT_TRUE(read.messages[0].has_header());
  const v1::SnapshotHeader& header = read.messages[0].header();
  EXPECT_EQ(header.wave().DebugString(), closed.DebugString());
  EXPECT_EQ(header.instrument().name(), kInstrumentName);
  EXPECT_EQ(header.snapshot_digest(), closed.snapshot_digest());
  EXPECT_EQ(header.participant_count(), 6);
  EXPECT_EQ(header.response_count(), 2);

  const auto& people = read.messages[1].participants().participants();
  std::vector<std::string> ids;
  for (const auto& person : people) ids.push_back(person.person());
  EXPECT_EQ(ids,
            (std::vector<std::string>{"gone", "out", "p1", "p2", "p3", "p4"}));
  EXPECT_EQ(people[0].invitation(), v1::Participant::INVITATION_OPTED_OUT);
  EXPECT_EQ(people[2].sector(), "health");
  EXPECT_EQ(people[2].layer(), v1::LAYER_FRONTLINE);

  const auto& responses = read.messages[2].responses().responses();
  ASSERT_EQ(responses.size(), 2);
  EXPECT_EQ(responses[0].person(), "p1");
  EXPECT_EQ(responses[1].person(), "p2");
  EXPECT_EQ(responses[1].network_answers(1).nominations(0).person(), "out");
  for (const Message& message : read.messages) {
    EXPECT_EQ(message.SerializeAsString().find("Name of"), std::string::npos);
  }
}

TEST_F(SnapshotStreamTest, GivesAWaveOfNobody) {
  Open();
  Close();
  const Read read = ReadAll();
  ASSERT_TRUE(read.status.ok()) << read.status;
  ASSERT_EQ(read.messages.size(), 1u);
  EXPECT_EQ(read.messages[0].header().participant_count(), 0);
}

TEST_F(SnapshotStreamTest, KeepsBatchesWithinTheirSize) {
  constexpr int kPeople = 4'000;  // Of some 450 bytes each.
  ImportMany(kPeople);
  Open();
  Close();
  const Read read = ReadAll();
  ASSERT_TRUE(read.status.ok()) << read.status;
  ASSERT_EQ(read.messages.size(), 3u);
  int count = 0;
  std::string last;
  for (std::size_t i = 1; i < read.messages.size(); ++i) {
    EXPECT_LE(read.messages[i].ByteSizeLong(), std::size_t{1} << 20);
    for (const auto& person : read.messages[i].participants().participants()) {
      EXPECT_LT(last, person.person());
      last = person.person();
      ++count;
    }
  }
  EXPECT_EQ(count, kPeople);
}

TEST_F(SnapshotStreamTest, RefusesAsDocumented) {
  const struct {
    std::string name;
    absl::StatusCode code;
    std::string reason;
  } cases[] = {
      {kSurveyName, absl::StatusCode::kInvalidArgument, "NAME_MALFORMED"},
      {std::string(kSurveyName) + "/waves/9", absl::StatusCode::kNotFound,
       "WAVE_NOT_FOUND"},
      {kWaveName, absl::StatusCode::kFailedPrecondition, "WAVE_NOT_CLOSED"},
  };
  for (const auto& c : cases) {
    const Read read = ReadAll(c.name);
    EXPECT_EQ(read.status.code(), c.code) << read.status;
    EXPECT_EQ(ReasonOf(read.status), c.reason);
    EXPECT_TRUE(read.messages.empty());
  }
  Open();
  EXPECT_EQ(ReasonOf(ReadAll().status), "WAVE_NOT_CLOSED");
}

// The same people and answers in another order, with other names and at other
// times, in another wave: the same digest.
TEST_F(SnapshotStreamTest, DigestsWhatWasAnsweredAndNotHowItCameIn) {
  ImportPeople();
  Open();
  Submit(ResponseOf("p1", {"p2"}));
  Submit(ResponseOf("p2", {"p1", "out"}));
  const std::string digest = Close().snapshot_digest();

  now_micros_ += 5'000'000;
  MakeWave("4");
  const std::string other = std::string(kSurveyName) + "/waves/4";
  const auto rename = [&](std::string name) {
    return other + name.substr(sizeof(kWaveName) - 1);
  };
  v1::ListParticipantsRequest list;
  list.set_parent(kWaveName);
  const auto people = Must(&Stub::ListParticipants, list);
  for (int i = people.participants_size(); i-- > 0;) {
    v1::ImportRosterRequest import;
    import.set_parent(other);
    v1::Participant& person = *import.add_participants();
    person = people.participants(i);
    person.set_name(rename(person.name()));
    person.set_display_name("Someone");
    import.set_request_id(NextUuid());
    Must(&Stub::ImportRoster, import);
  }
  v1::OpenWaveRequest open;
  open.set_name(other);
  open.set_request_id(NextUuid());
  Must(&Stub::OpenWave, open);
  for (const auto& [person, named] :
       {std::pair<std::string, std::vector<std::string>>{"p2", {"p3"}},
        {"p2", {"out", "p1"}},
        {"p1", {"p2"}}}) {
    v1::Response response = ResponseOf(person, named);
    response.set_name(rename(response.name()));
    Submit(response);
  }
  v1::CloseWaveRequest close;
  close.set_name(other);
  close.set_request_id(NextUuid());
  EXPECT_EQ(Must(&Stub::CloseWave, close).snapshot_digest(), digest);

  Reopen();
  Submit(ResponseOf("p3", {"p1"}));
  EXPECT_NE(Close().snapshot_digest(), digest);
}

// What is read was on the disk at one instant.
TEST_F(SnapshotStreamTest, GoesOnAsItWasWhenTheWaveIsReopened) {
  ImportMany(4'000);
  Open();
  Submit(ResponseOf("p00001", {"p00002"}));
  Close();
  grpc::ClientContext context;
  rpc::SetDeadline(context, Deadline());
  v1::StreamWaveSnapshotRequest request;
  request.set_name(kWaveName);
  const auto reader = stub_->StreamWaveSnapshot(&context, request);
  Message message;
  ASSERT_TRUE(reader->Read(&message));
  Reopen();
  Submit(ResponseOf("p00002", {"p00001"}));
  int people = 0;
  int responses = 0;
  while (reader->Read(&message)) {
    people += message.participants().participants_size();
    responses += message.responses().responses_size();
  }
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(people, 4'000);
  EXPECT_EQ(responses, 1);
}

TEST_F(SnapshotStreamTest, EndsWhenItsReaderLeaves) {
  ImportMany(5'000);
  Open();
  Close();
  for (int i = 0; i < 20; ++i) {
    grpc::ClientContext context;
    v1::StreamWaveSnapshotRequest request;
    request.set_name(kWaveName);
    const auto reader = stub_->StreamWaveSnapshot(&context, request);
    Message message;
    if (i % 2 == 0) {
      ASSERT_TRUE(reader->Read(&message));
    }
    context.TryCancel();
    EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  EXPECT_TRUE(ReadAll().status.ok());
}

}  // namespace
}  // namespace pulsetaker::survey
