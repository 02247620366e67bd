#include "services/survey/rpc/people_handlers.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/status.h"
#include "common/rpc/field_checks.h"
#include "common/rpc/resource_name.h"
#include "services/survey/domain/duplicate_search.h"
#include "services/survey/rpc/convert.h"
#include "services/survey/rpc/page.h"
#include "services/survey/rpc/people_messages.h"
#include "services/survey/rpc/response_messages.h"

namespace pulsetaker::survey {
namespace {

// Fewer than of other resources: a response can be a megabyte.
constexpr int kRevisionCountMax = 100;

absl::StatusOr<ResponseKey> ReadResponseName(const std::string& name) {
  PT_ASSIGN_OR_RETURN(const rpc::WaveChildName parsed,
                      rpc::ParseWaveChildName(name, rpc::kResponses, "name"));
  return ResponseKey{ToKey(parsed.wave), parsed.id};
}

absl::StatusOr<LocalityKey> ReadParent(const std::string& parent) {
  PT_ASSIGN_OR_RETURN(const rpc::LocalityName name,
                      rpc::ParseLocalityName(parent, "parent"));
  return ToKey(name);
}

absl::Status NotOurToken() {
  return rpc::InvalidField("PAGE_TOKEN_MALFORMED", "page_token",
                           "was not given out by this server");
}

// ReadPage, for a list of what has a `name` and no `parent`.
absl::StatusOr<Page> ReadRevisionsPage(
    const v1::ListResponseRevisionsRequest& request) {
  Page page;
  PT_ASSIGN_OR_RETURN(const int size, rpc::PageSizeOf(request.page_size()));
  page.size = static_cast<std::size_t>(std::min(size, kRevisionCountMax));
  page.scope = absl::StrCat("ListResponseRevisions ", request.name());
  PT_ASSIGN_OR_RETURN(page.after,
                      rpc::ReadPageToken(request.page_token(), page.scope));
  return page;
}

// Where a page of aliases begins: "<id> <number>" in its token.
struct AliasPosition {
  std::string from;
  std::int64_t number = 0;
};
absl::StatusOr<AliasPosition> ReadAliasPosition(const std::string& after) {
  AliasPosition position;
  if (after.empty()) return position;
  const std::pair<std::string, std::string> parts =
      absl::StrSplit(after, absl::MaxSplits(' ', 1));
  position.from = parts.first;
  if (!absl::SimpleAtoi(parts.second, &position.number)) return NotOurToken();
  return position;
}

// Where a page of pairs begins: "<id> <id>" in its token.
absl::StatusOr<PairOfPeople> ReadPairPosition(const std::string& after) {
  if (after.empty()) return PairOfPeople();
  const std::vector<std::string> ids = absl::StrSplit(after, ' ');
  if (ids.size() != 2) return NotOurToken();
  return PairOfPeople(ids[0], ids[1]);
}

}  // namespace

absl::Status PeopleHandlers::Handle(
    const v1::ListResponseRevisionsRequest& request,
    v1::ListResponseRevisionsResponse& response) const {
  PT_ASSIGN_OR_RETURN(const ResponseKey key, ReadResponseName(request.name()));
  PT_ASSIGN_OR_RETURN(const Page page, ReadRevisionsPage(request));
  std::int64_t after = 0;
  if (!page.after.empty() && !absl::SimpleAtoi(page.after, &after)) {
    return NotOurToken();
  }
  PT_ASSIGN_OR_RETURN(
      const std::vector<Response> found,
      store_.ListResponseRevisions(key, after, page.read_limit()));
  response.set_next_page_token(FillPage(
      page, found, *response.mutable_revisions(),
      [&](const Response& revision, v1::Response& message) {
        ToProto(key.wave, revision, message);
      },
      [](const Response& revision) {
        return absl::StrCat(revision.revision);
      }));
  return absl::OkStatus();
}

absl::Status PeopleHandlers::Handle(const v1::WithdrawResponseRequest& request,
                                    v1::Withdrawal& response) const {
  PT_ASSIGN_OR_RETURN(const ResponseKey key, ReadResponseName(request.name()));
  PT_RETURN_IF_ERROR(rpc::CheckRequestId(request.request_id()));
  PT_ASSIGN_OR_RETURN(const Withdrawal withdrawal,
                      people_.WithdrawResponse(key, request.request_id()));
  ToProto(key, withdrawal, response);
  return absl::OkStatus();
}

absl::Status PeopleHandlers::Handle(const v1::OptOutPersonRequest& request,
                                    v1::OptOut& response) const {
  PT_ASSIGN_OR_RETURN(const PersonKey key,
                      ParsePersonName(request.name(), "name"));
  PT_RETURN_IF_ERROR(rpc::CheckRequestId(request.request_id()));
  PT_ASSIGN_OR_RETURN(const OptOut opt_out,
                      people_.OptOutPerson(key, request.request_id()));
  ToProto(key.locality, opt_out, response);
  return absl::OkStatus();
}

absl::Status PeopleHandlers::Handle(const v1::GetOptOutRequest& request,
                                    v1::OptOut& response) const {
  PT_ASSIGN_OR_RETURN(const PersonKey key,
                      ParsePersonName(request.name(), "name"));
  PT_ASSIGN_OR_RETURN(const OptOut opt_out, store_.GetOptOut(key));
  ToProto(key.locality, opt_out, response);
  return absl::OkStatus();
}

absl::Status PeopleHandlers::Handle(const v1::ListOptOutsRequest& request,
                                    v1::ListOptOutsResponse& response) const {
  PT_ASSIGN_OR_RETURN(const LocalityKey locality, ReadParent(request.parent()));
  PT_ASSIGN_OR_RETURN(const Page page, ReadPage(request, "ListOptOuts"));
  PT_ASSIGN_OR_RETURN(
      const std::vector<OptOut> found,
      store_.ListOptOuts(locality, page.after, page.read_limit()));
  response.set_next_page_token(FillPage(
      page, found, *response.mutable_opt_outs(),
      [&](const OptOut& opt_out, v1::OptOut& message) {
        ToProto(locality, opt_out, message);
      },
      [](const OptOut& opt_out) { return opt_out.person; }));
  return absl::OkStatus();
}

absl::Status PeopleHandlers::Handle(
    const v1::RevokeOptOutRequest& request,
    v1::RevokeOptOutResponse& /*response*/) const {
  PT_ASSIGN_OR_RETURN(const PersonKey key,
                      ParsePersonName(request.name(), "name"));
  PT_RETURN_IF_ERROR(rpc::CheckRequestId(request.request_id()));
  return people_.RevokeOptOut(key, request.request_id());
}

absl::Status PeopleHandlers::Handle(const v1::MergePeopleRequest& request,
                                    v1::PersonAlias& response) const {
  PT_ASSIGN_OR_RETURN(const LocalityKey locality, ReadParent(request.parent()));
  PT_RETURN_IF_ERROR(
      rpc::CheckResourceId("from_person", request.from_person()));
  PT_RETURN_IF_ERROR(
      rpc::CheckResourceId("into_person", request.into_person()));
  PT_RETURN_IF_ERROR(rpc::CheckRequestId(request.request_id()));
  PT_ASSIGN_OR_RETURN(const PersonAlias alias,
                      people_.MergePeople({.locality = locality,
                                           .from = request.from_person(),
                                           .into = request.into_person(),
                                           .reason = request.reason()},
                                          request.request_id()));
  ToProto(locality, alias, response);
  return absl::OkStatus();
}

absl::Status PeopleHandlers::Handle(const v1::SplitPeopleRequest& request,
                                    v1::PersonAlias& response) const {
  PT_ASSIGN_OR_RETURN(const PersonKey key,
                      ParsePersonName(request.name(), "name"));
  PT_RETURN_IF_ERROR(rpc::CheckRequestId(request.request_id()));
  PT_ASSIGN_OR_RETURN(const PersonAlias alias,
                      people_.SplitPeople(key, request.request_id()));
  ToProto(key.locality, alias, response);
  return absl::OkStatus();
}

absl::Status PeopleHandlers::Handle(
    const v1::ListPersonAliasesRequest& request,
    v1::ListPersonAliasesResponse& response) const {
  PT_ASSIGN_OR_RETURN(const LocalityKey locality, ReadParent(request.parent()));
  PT_ASSIGN_OR_RETURN(const Page page, ReadPage(request, "ListPersonAliases"));
  PT_ASSIGN_OR_RETURN(const AliasPosition after, ReadAliasPosition(page.after));
  PT_ASSIGN_OR_RETURN(const std::vector<PersonAlias> found,
                      store_.ListAliases(locality, after.from, after.number,
                                         page.read_limit()));
  response.set_next_page_token(FillPage(
      page, found, *response.mutable_aliases(),
      [&](const PersonAlias& alias, v1::PersonAlias& message) {
        ToProto(locality, alias, message);
      },
      [](const PersonAlias& alias) {
        return absl::StrCat(alias.from, " ", alias.number);
      }));
  return absl::OkStatus();
}

absl::Status PeopleHandlers::Handle(
    const v1::ListLikelyDuplicatesRequest& request,
    v1::ListLikelyDuplicatesResponse& response) const {
  PT_ASSIGN_OR_RETURN(const LocalityKey locality, ReadParent(request.parent()));
  PT_ASSIGN_OR_RETURN(const Page page,
                      ReadPage(request, "ListLikelyDuplicates"));
  PT_ASSIGN_OR_RETURN(const PairOfPeople after, ReadPairPosition(page.after));
  PT_ASSIGN_OR_RETURN(
      const std::vector<LikelyDuplicate> found,
      SearchDuplicates(store_, locality, after, page.read_limit()));
  response.set_next_page_token(FillPage(
      page, found, *response.mutable_duplicates(),
      [&](const LikelyDuplicate& pair, v1::LikelyDuplicate& message) {
        ToProto(locality, pair, message);
      },
      [](const LikelyDuplicate& pair) {
        return absl::StrCat(pair.first, " ", pair.second);
      }));
  return absl::OkStatus();
}

}  // namespace pulsetaker::survey
