#include "services/survey/rpc/invitation_handlers.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/resource_id.h"
#include "common/base/status.h"
#include "common/rpc/field_checks.h"
#include "common/rpc/page_token.h"
#include "common/rpc/resource_name.h"
#include "services/survey/rpc/convert.h"
#include "services/survey/rpc/invitation_messages.h"
#include "services/survey/rpc/page.h"

namespace pulsetaker::survey {
namespace {

// A consent text can be more than half a MB.
constexpr int kConsentPageSizeMax = 20;

constexpr char kConsentTextPattern[] =
    "tenants/{tenant}/localities/{locality}/surveys/{survey}/consentTexts/"
    "{consent_text}";

absl::Status NotOurToken() {
  return rpc::InvalidField("PAGE_TOKEN_MALFORMED", "page_token",
                           "was not given out by this server for this list");
}

absl::StatusOr<rpc::WaveChildName> ReadInvitationName(const std::string& name) {
  return rpc::ParseWaveChildName(name, rpc::kInvitations, "name");
}

// The people who are pending are a list by themselves, whatever they are
// invited with.
std::string PendingScope(const v1::CreateInvitationsRequest& request) {
  return absl::StrCat("CreateInvitations ", request.parent());
}

absl::StatusOr<InviteRequest> ReadInvite(
    const v1::CreateInvitationsRequest& request) {
  PT_ASSIGN_OR_RETURN(const rpc::WaveName parent,
                      rpc::ParseWaveName(request.parent(), "parent"));
  PT_RETURN_IF_ERROR(rpc::CheckRequestId(request.request_id()));
  InviteRequest invite;
  invite.wave = ToKey(parent);
  invite.request_id = request.request_id();
  invite.all_pending = request.all_pending();
  if (!request.page_token().empty() && !request.all_pending()) {
    return NotOurToken();
  }
  PT_ASSIGN_OR_RETURN(invite.after, rpc::ReadPageToken(request.page_token(),
                                                       PendingScope(request)));
  if (request.has_ttl()) {
    PT_ASSIGN_OR_RETURN(invite.ttl, ReadDuration("ttl", request.ttl()));
    invite.ttl = absl::Trunc(invite.ttl, absl::Microseconds(1));
  } else {
    PT_RETURN_IF_ERROR(
        rpc::CheckPresent("expire_time", request.has_expire_time()));
    PT_ASSIGN_OR_RETURN(invite.expire_time,
                        ReadTime("expire_time", request.expire_time()));
  }
  invite.persons.assign(request.persons().begin(), request.persons().end());
  invite.language = request.language();
  return invite;
}

absl::StatusOr<DueFilter> ReadDueFilter(
    const v1::ListDueRemindersRequest& request) {
  constexpr char kField[] = "min_time_since_contact";
  PT_RETURN_IF_ERROR(
      rpc::CheckPresent(kField, request.has_min_time_since_contact()));
  DueFilter filter;
  PT_ASSIGN_OR_RETURN(filter.quiet,
                      ReadDuration(kField, request.min_time_since_contact()));
  filter.reminder_count_max = request.max_reminder_count();
  PT_RETURN_IF_ERROR(CheckDueFilter(filter));
  return filter;
}

}  // namespace

absl::Status InvitationHandlers::Handle(
    const v1::PublishConsentTextRequest& request,
    v1::ConsentText& response) const {
  PT_ASSIGN_OR_RETURN(const rpc::SurveyName parent,
                      rpc::ParseSurveyName(request.parent(), "parent"));
  PT_RETURN_IF_ERROR(rpc::CheckRequestId(request.request_id()));
  const auto& texts = request.consent_text().texts();
  PT_ASSIGN_OR_RETURN(
      const ConsentText published,
      invitations_.PublishConsentText(
          ToKey(parent),
          std::map<std::string, std::string>(texts.begin(), texts.end()),
          request.request_id()));
  ToProto(published, response);
  return absl::OkStatus();
}

absl::Status InvitationHandlers::Handle(
    const v1::GetConsentTextRequest& request, v1::ConsentText& response) const {
  PT_ASSIGN_OR_RETURN(
      const std::vector<std::string> ids,
      rpc::ParseName(request.name(), kConsentTextPattern, "name"));
  PT_ASSIGN_OR_RETURN(
      const ConsentText found,
      consents_.GetConsentText({ids[0], ids[1], ids[2]},
                               ParseWaveId(ids[3]).value_or(0)));
  ToProto(found, response);
  return absl::OkStatus();
}

absl::Status InvitationHandlers::Handle(
    const v1::ListConsentTextsRequest& request,
    v1::ListConsentTextsResponse& response) const {
  PT_ASSIGN_OR_RETURN(const rpc::SurveyName parent,
                      rpc::ParseSurveyName(request.parent(), "parent"));
  PT_ASSIGN_OR_RETURN(const Page page, ReadPage(request, "ListConsentTexts",
                                                kConsentPageSizeMax));
  std::int32_t after = 0;
  if (!page.after.empty()) {
    const std::optional<std::int32_t> last = ParseWaveId(page.after);
    if (!last.has_value()) return NotOurToken();
    after = *last;
  }
  PT_ASSIGN_OR_RETURN(
      const std::vector<ConsentText> found,
      consents_.ListConsentTexts(ToKey(parent), after, page.read_limit()));
  response.set_next_page_token(FillPage(
      page, found, *response.mutable_consent_texts(),
      [](const ConsentText& text, v1::ConsentText& message) {
        ToProto(text, message);
      },
      [](const ConsentText& text) { return absl::StrCat(text.version); }));
  return absl::OkStatus();
}

absl::Status InvitationHandlers::Handle(
    const v1::CreateInvitationsRequest& request,
    v1::CreateInvitationsResponse& response) const {
  PT_ASSIGN_OR_RETURN(const InviteRequest invite, ReadInvite(request));
  PT_ASSIGN_OR_RETURN(const InviteResult result, invitations_.Invite(invite));
  for (const PersonToken& token : result.tokens) {
    v1::IssuedToken& added = *response.add_invitations();
    added.set_person(token.person);
    added.set_token(token.token);
    added.set_issue(token.issue);
  }
  if (!result.next_after.empty()) {
    response.set_next_page_token(
        rpc::MakePageToken(PendingScope(request), result.next_after));
  }
  return absl::OkStatus();
}

absl::Status InvitationHandlers::Handle(const v1::GetInvitationRequest& request,
                                        v1::Invitation& response) const {
  PT_ASSIGN_OR_RETURN(const rpc::WaveChildName name,
                      ReadInvitationName(request.name()));
  const WaveKey wave = ToKey(name.wave);
  PT_ASSIGN_OR_RETURN(const IssuedInvitation found,
                      store_.GetInvitation(wave, name.id));
  ToProto(wave, found, response);
  return absl::OkStatus();
}

absl::Status InvitationHandlers::Handle(
    const v1::ListInvitationsRequest& request,
    v1::ListInvitationsResponse& response) const {
  PT_ASSIGN_OR_RETURN(const rpc::WaveName parent,
                      rpc::ParseWaveName(request.parent(), "parent"));
  PT_ASSIGN_OR_RETURN(const Page page, ReadPage(request, "ListInvitations"));
  const WaveKey wave = ToKey(parent);
  PT_ASSIGN_OR_RETURN(
      const std::vector<IssuedInvitation> found,
      store_.ListInvitations(wave, page.after, page.read_limit()));
  response.set_next_page_token(FillPage(
      page, found, *response.mutable_invitations(),
      [&](const IssuedInvitation& invitation, v1::Invitation& message) {
        ToProto(wave, invitation, message);
      },
      [](const IssuedInvitation& invitation) { return invitation.person; }));
  return absl::OkStatus();
}

absl::Status InvitationHandlers::Handle(
    const v1::RevokeInvitationRequest& request,
    v1::Invitation& response) const {
  PT_ASSIGN_OR_RETURN(const rpc::WaveChildName name,
                      ReadInvitationName(request.name()));
  PT_RETURN_IF_ERROR(rpc::CheckRequestId(request.request_id()));
  const WaveKey wave = ToKey(name.wave);
  PT_ASSIGN_OR_RETURN(const IssuedInvitation revoked,
                      invitations_.Revoke(wave, name.id, request.request_id()));
  ToProto(wave, revoked, response);
  return absl::OkStatus();
}

absl::Status InvitationHandlers::Handle(
    const v1::RotateInvitationKeyRequest& request,
    v1::RotateInvitationKeyResponse& response) const {
  PT_ASSIGN_OR_RETURN(const rpc::TenantName parent,
                      rpc::ParseTenantName(request.parent(), "parent"));
  PT_RETURN_IF_ERROR(rpc::CheckRequestId(request.request_id()));
  PT_ASSIGN_OR_RETURN(
      const InvitationKey key,
      invitations_.RotateKey(parent.tenant, request.request_id()));
  response.set_key_number(key.number);
  *response.mutable_create_time() = ToTimestamp(key.create_time);
  return absl::OkStatus();
}

absl::Status InvitationHandlers::Handle(
    const v1::GetQuestionnaireRequest& request, const rpc::CallContext& call,
    v1::Questionnaire& response) const {
  // The token of another tenant is none.
  const auto token = invitations_.Identify(request.invitation_token());
  const bool is_foreign =
      token.ok() && !call.AdmitInvitation(token->wave.tenant);
  PT_ASSIGN_OR_RETURN(
      const Questionnaire questionnaire,
      invitations_.ReadQuestionnaire(
          is_foreign ? "" : request.invitation_token(), request.language()));
  ToProto(questionnaire, response);
  return absl::OkStatus();
}

absl::Status InvitationHandlers::Handle(
    const v1::SearchRosterRequest& request, const rpc::CallContext& call,
    v1::SearchRosterResponse& response) const {
  PT_ASSIGN_OR_RETURN(const NameQuery query,
                      NameQuery::Parse("query", PersonalText(request.query())));
  PT_ASSIGN_OR_RETURN(const InvitationToken token,
                      invitations_.Identify(request.invitation_token()));
  if (!call.AdmitInvitation(token.wave.tenant)) return InvalidTokenError();
  PT_ASSIGN_OR_RETURN(const RosterMatches found, search_.Search(token, query));
  ToProto(found, response);
  return absl::OkStatus();
}

absl::Status InvitationHandlers::Handle(
    const v1::ListDueRemindersRequest& request,
    v1::ListDueRemindersResponse& response) const {
  PT_ASSIGN_OR_RETURN(const rpc::WaveName parent,
                      rpc::ParseWaveName(request.parent(), "parent"));
  PT_ASSIGN_OR_RETURN(const DueFilter filter, ReadDueFilter(request));
  PT_ASSIGN_OR_RETURN(
      const Page page,
      ReadPage(request, absl::StrCat("ListDueReminders ",
                                     absl::FormatDuration(filter.quiet), " ",
                                     filter.reminder_count_max)));
  const WaveKey wave = ToKey(parent);
  PT_ASSIGN_OR_RETURN(
      const ScanPage<IssuedInvitation> due,
      invitations_.ListDue(wave, filter, page.after, page.size));
  for (const IssuedInvitation& invitation : due.entries) {
    ToProto(wave, invitation, *response.add_invitations());
  }
  if (!due.next_after.empty()) {
    response.set_next_page_token(
        rpc::MakePageToken(page.scope, due.next_after));
  }
  return absl::OkStatus();
}

absl::Status InvitationHandlers::Handle(
    const v1::RecordRemindersRequest& request,
    v1::RecordRemindersResponse& response) const {
  PT_ASSIGN_OR_RETURN(const rpc::WaveName parent,
                      rpc::ParseWaveName(request.parent(), "parent"));
  PT_RETURN_IF_ERROR(rpc::CheckRequestId(request.request_id()));
  std::optional<absl::Time> send_time;
  if (request.has_send_time()) {
    PT_ASSIGN_OR_RETURN(send_time, ReadTime("send_time", request.send_time()));
  }
  PT_ASSIGN_OR_RETURN(const std::int32_t recorded,
                      invitations_.RecordReminders(
                          ToKey(parent),
                          std::vector<std::string>(request.persons().begin(),
                                                   request.persons().end()),
                          send_time, request.request_id()));
  response.set_recorded_count(recorded);
  return absl::OkStatus();
}

}  // namespace pulsetaker::survey
