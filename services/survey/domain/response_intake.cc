#include "services/survey/domain/response_intake.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/survey/domain/consent.h"
#include "services/survey/domain/content_digest.h"
#include "services/survey/domain/field_checks.h"

namespace pulsetaker::survey {
namespace {

// The same error about a field of the field that it was about, as seen from
// there.
absl::Status Within(absl::string_view outer, const absl::Status& error) {
  ErrorMetadata metadata = MetadataOf(error);
  for (auto& [key, value] : metadata) {
    if (key == "field") value = absl::StrCat(outer, ".", value);
  }
  return MakeError(error.code(), ReasonOf(error),
                   absl::StrCat(outer, ".", error.message()), metadata);
}

absl::StatusOr<Answers> CheckRow(const WaveRules& rules, FrameRow& row,
                                 std::optional<Invitation> invitation) {
  PT_RETURN_IF_ERROR(row.answers.status());
  PT_RETURN_IF_ERROR(CheckId("person", row.person));
  PT_RETURN_IF_ERROR(CheckRespondent(invitation, "person"));
  PT_RETURN_IF_ERROR(CheckConsent(rules.consent_version, row.consent_version,
                                  "consent_version"));
  return CheckAnswers(rules.index, row.person, *std::move(row.answers));
}

std::string DigestOf(const Submission& submission) {
  RequestDigest digest("SubmitResponse");
  digest.Add(submission.key.wave)
      .Add(submission.key.person)
      .Add(submission.answers)
      .Add(submission.expected_revision);
  // Only if they are there: the digests of requests without are on disk.
  if (submission.consent_version != 0) {
    digest.Add("consent_version").Add(submission.consent_version);
  }
  if (submission.token.has_value()) {
    digest.Add("invitation").Add(submission.token->issue);
  }
  return digest.Finish();
}

}  // namespace

ResponseIntake::ResponseIntake(const SurveyStore& store, ResponseLog& log,
                               Clock clock)
    : store_(store), log_(log), clock_(std::move(clock)) {}

absl::StatusOr<std::shared_ptr<const WaveRules>> ResponseIntake::ReadRules(
    const WaveKey& wave) const {
  if (auto cached = rules_.Find(wave); cached != nullptr) return cached;
  PT_ASSIGN_OR_RETURN(const Wave found, store_.GetWave(wave));
  PT_ASSIGN_OR_RETURN(Instrument instrument,
                      store_.GetInstrument(found.instrument_revision_key()));
  auto rules = std::make_shared<const WaveRules>(wave, std::move(instrument),
                                                 found.consent_version);
  rules_.Put(rules);
  return rules;
}

absl::Status ResponseIntake::CheckFrame(const Frame& frame) {
  if (frame.rows.empty() || frame.rows.size() > kFrameRowCountMax) {
    return FieldError("ROW_COUNT_INVALID", "rows",
                      absl::StrCat("has ", frame.rows.size(), ", want 1 to ",
                                   kFrameRowCountMax));
  }
  return CheckNumber("offset", frame.offset,
                     {0, std::numeric_limits<std::int64_t>::max() -
                             static_cast<std::int64_t>(kFrameRowCountMax)});
}

void ResponseIntake::Append(const WaveRules& rules, Frame frame,
                            ResponseLog::FrameDone done) const {
  std::vector<absl::string_view> people;
  people.reserve(frame.rows.size());
  for (const FrameRow& row : frame.rows) people.push_back(row.person);
  const auto invitations = store_.FindInvitations(rules.wave, people);
  if (!invitations.ok()) return done(invitations.status());

  for (std::size_t i = 0; i < frame.rows.size(); ++i) {
    FrameRow& row = frame.rows[i];
    row.answers = CheckRow(rules, row, (*invitations)[i]);
  }
  frame.receive_time = absl::FromUnixMicros(absl::ToUnixMicros(clock_()));
  log_.AppendFrame(std::move(frame), std::move(done));
}

void ResponseIntake::Submit(Submission submission,
                            ResponseLog::SubmitDone done) const {
  const auto check = [&]() -> absl::Status {
    const std::string& person = submission.key.person;
    PT_ASSIGN_OR_RETURN(const auto rules, ReadRules(submission.key.wave));
    PT_ASSIGN_OR_RETURN(const auto invitations,
                        store_.FindInvitations(rules->wave, {person}));
    PT_RETURN_IF_ERROR(CheckRespondent(invitations[0], "response.name"));
    PT_RETURN_IF_ERROR(CheckConsent(rules->consent_version,
                                    submission.consent_version,
                                    "response.consent_version"));
    auto answers =
        CheckAnswers(rules->index, person, std::move(submission.answers));
    if (!answers.ok()) return Within("response", answers.status());
    submission.answers = *std::move(answers);
    return absl::OkStatus();
  };
  if (absl::Status checked = check(); !checked.ok()) return done(checked);

  submission.request.digest = DigestOf(submission);
  submission.receive_time = absl::FromUnixMicros(absl::ToUnixMicros(clock_()));
  log_.Submit(std::move(submission), std::move(done));
}

}  // namespace pulsetaker::survey
