// Any bytes as a value or key of the survey store: refused as damaged, or read.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/stubs/logging.h"
#include "services/survey/store/invitation_rows.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/participant_record.h"
#include "services/survey/store/records.h"
#include "services/survey/store/retention_rows.h"
#include "tests/fuzz/fuzz_target.h"

namespace survey = pulsetaker::survey;
namespace storage = survey::storage;
using pulsetaker::testing::Require;

namespace {

survey::Answers SomeAnswers() {
  survey::Answers answers;
  answers.networks = {
      {"social", survey::AnswerState::kRespondedNobody, {}},
      {"work", survey::AnswerState::kResponded, {{"p1", 1}, {"p2", 3}}}};
  answers.items = {{"au1", 4, survey::NonAnswer::kNone},
                   {"va1", std::nullopt, survey::NonAnswer::kDontKnow}};
  return answers;
}

template <typename Record, typename Key>
void Read(absl::string_view value, const Key& key) {
  const auto record = survey::ParseRecord<Record>(value, "a record");
  if (!record.ok()) return;
  const auto read = survey::FromRecord(key, *record);
  if (!read.ok()) return;
  // What was read is what would be written.
  const auto again = survey::FromRecord(key, survey::ToRecord(*read));
  Require(again.ok() && *again == *read);
}

}  // namespace

std::vector<std::string> pulsetaker::testing::Seeds() {
  const survey::WaveKey wave = {"north", "leeds", "care", 3};
  survey::storage::ParticipantRecord participant;
  participant.set_invitation(1);
  survey::Upload upload;
  upload.key = {wave, "u1"};
  upload.committed_offset = upload.stored_count = 7;
  survey::IssuedInvitation invitation =
      survey::NextIssue("p1", nullptr,
                        {.key_number = 1,
                         .language = "en",
                         .expire_time = absl::FromUnixSeconds(1'700'000'000),
                         .now = absl::FromUnixSeconds(1'690'000'000)});
  invitation.use_time = invitation.revoke_time = invitation.create_time;
  invitation.used_by = "00000001-0000-4000-8000-000000000000";
  return {
      survey::EncodeAnswers(SomeAnswers()) +
          survey::EncodeRevision(3, absl::FromUnixSeconds(1'700'000'000)),
      survey::EncodeAnswers(SomeAnswers()) +
          survey::EncodeRevision(3, absl::FromUnixSeconds(1'700'000'000), 2),
      survey::ToRecord(invitation).SerializeAsString(),
      participant.SerializeAsString(),
      survey::ToRecord(upload).SerializeAsString(),
      survey::ToRecord(
          survey::Changed(survey::RetentionPolicy{.tenant = "north"}, 365,
                          absl::FromUnixSeconds(1'700'000'000)))
          .SerializeAsString(),
      survey::keys::ForWave(wave),
      survey::keys::ForWave(wave) + "p1"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static const google::protobuf::LogSilencer silence;
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  const survey::WaveKey wave = {"north", "leeds", "care", 3};
  if (const auto response = survey::DecodeResponse("p1", bytes);
      response.ok()) {
    const auto again = survey::DecodeResponse(
        "p1",
        survey::EncodeAnswers(response->answers) +
            survey::EncodeRevision(response->revision, response->submit_time,
                                   response->consent_version));
    Require(again.ok() && *again == *response);
  }
  (void)survey::DecodeInvitation("p1", bytes);
  Read<storage::InvitationRecord>(bytes, absl::string_view("p1"));
  Read<storage::UploadRecord>(bytes, survey::UploadKey{wave, "u1"});
  Read<storage::LocalityRecord>(bytes, survey::LocalityKey{"north", "leeds"});
  Read<storage::SurveyRecord>(bytes, survey::SurveyKey{"north", "leeds", "c"});
  if (const auto policy = survey::DecodeRetentionPolicy("north", bytes);
      policy.ok()) {
    const auto again = survey::DecodeRetentionPolicy(
        "north", survey::ToRecord(*policy).SerializeAsString());
    Require(again.ok() && *again == *policy);
  }
  const std::string prefix = survey::keys::ForWave(wave);
  if (const auto id = survey::keys::IdOf(bytes, prefix); id.ok()) {
    Require(prefix + *id == bytes);
  }
  const std::string waves =
      survey::keys::WavesPrefix({"north", "leeds", "care"});
  if (const auto number = survey::keys::WaveOf(bytes, waves); number.ok()) {
    Require(survey::keys::ForWave({"north", "leeds", "care", *number}) ==
            bytes);
  }
  return 0;
}
