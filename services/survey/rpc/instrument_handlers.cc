#include "services/survey/rpc/instrument_handlers.h"

#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "common/rpc/field_checks.h"
#include "common/rpc/resource_name.h"
#include "services/survey/rpc/convert.h"
#include "services/survey/rpc/instrument_messages.h"
#include "services/survey/rpc/page.h"

namespace pulsetaker::survey {
namespace {

// An instrument can be more than 1 MB.
constexpr int kInstrumentPageSizeMax = 50;

// Request is that of PublishInstrument or DiscardInstrumentDraft.
template <typename Request>
absl::StatusOr<DraftAction> ReadDraftAction(const Request& request) {
  PT_ASSIGN_OR_RETURN(const rpc::InstrumentName name,
                      rpc::ParseInstrumentName(request.name(), "name"));
  PT_RETURN_IF_ERROR(rpc::CheckRequestId(request.request_id()));
  return DraftAction{.key = ToKey(name),
                     .etag = request.etag(),
                     .request_id = request.request_id()};
}

// The last revision of the page before, 0 for the first page.
absl::StatusOr<std::int32_t> RevisionBefore(const Page& page) {
  std::int32_t revision = 0;
  if (page.after.empty() ||
      (absl::SimpleAtoi(page.after, &revision) && revision > 0)) {
    return revision;
  }
  return rpc::InvalidField("PAGE_TOKEN_MALFORMED", "page_token",
                           "was not given out by this server");
}

void InstrumentToProto(const Instrument& instrument, v1::Instrument& message) {
  ToProto(instrument, message);
}

}  // namespace

absl::Status InstrumentHandlers::Handle(
    const v1::CreateInstrumentRequest& request,
    v1::Instrument& response) const {
  PT_ASSIGN_OR_RETURN(const rpc::TenantName parent,
                      rpc::ParseTenantName(request.parent(), "parent"));
  PT_RETURN_IF_ERROR(
      rpc::CheckResourceId("instrument_id", request.instrument_id()));
  PT_RETURN_IF_ERROR(rpc::CheckRequestId(request.request_id()));
  const InstrumentKey key = {parent.tenant, request.instrument_id()};
  const Instrument content = FromProto(key, request.instrument());
  PT_ASSIGN_OR_RETURN(
      const Instrument created,
      request.draft() ? instruments_.CreateDraft(content, request.request_id())
                      : instruments_.Create(content, request.request_id()));
  ToProto(created, response);
  return absl::OkStatus();
}

absl::Status InstrumentHandlers::Handle(const v1::GetInstrumentRequest& request,
                                        v1::Instrument& response) const {
  PT_ASSIGN_OR_RETURN(const rpc::InstrumentName name,
                      rpc::ParseInstrumentName(request.name(), "name"));
  PT_ASSIGN_OR_RETURN(
      const Instrument found,
      instruments_.Get(ToKey(name), {.draft = request.draft(),
                                     .revision = request.revision()}));
  ToProto(found, response);
  return absl::OkStatus();
}

absl::Status InstrumentHandlers::Handle(
    const v1::ListInstrumentsRequest& request,
    v1::ListInstrumentsResponse& response) const {
  PT_ASSIGN_OR_RETURN(const rpc::TenantName parent,
                      rpc::ParseTenantName(request.parent(), "parent"));
  PT_ASSIGN_OR_RETURN(const Page page, ReadPage(request, "ListInstruments",
                                                kInstrumentPageSizeMax));
  PT_ASSIGN_OR_RETURN(
      const std::vector<Instrument> found,
      store_.ListInstruments(parent.tenant, page.after, page.read_limit()));
  response.set_next_page_token(FillPage(
      page, found, *response.mutable_instruments(), InstrumentToProto,
      [](const Instrument& instrument) { return instrument.key.instrument; }));
  return absl::OkStatus();
}

absl::Status InstrumentHandlers::Handle(
    const v1::UpdateInstrumentRequest& request,
    v1::Instrument& response) const {
  const v1::Instrument& message = request.instrument();
  PT_ASSIGN_OR_RETURN(
      const rpc::InstrumentName name,
      rpc::ParseInstrumentName(message.name(), "instrument.name"));
  PT_RETURN_IF_ERROR(rpc::CheckRequestId(request.request_id()));
  PT_ASSIGN_OR_RETURN(
      const Instrument draft,
      instruments_.Update(FromProto(ToKey(name), message), message.etag(),
                          request.request_id()));
  ToProto(draft, response);
  return absl::OkStatus();
}

absl::Status InstrumentHandlers::Handle(
    const v1::PublishInstrumentRequest& request,
    v1::Instrument& response) const {
  PT_ASSIGN_OR_RETURN(const DraftAction action, ReadDraftAction(request));
  PT_ASSIGN_OR_RETURN(const Instrument published, instruments_.Publish(action));
  ToProto(published, response);
  return absl::OkStatus();
}

absl::Status InstrumentHandlers::Handle(
    const v1::DiscardInstrumentDraftRequest& request,
    v1::Instrument& response) const {
  PT_ASSIGN_OR_RETURN(const DraftAction action, ReadDraftAction(request));
  PT_ASSIGN_OR_RETURN(const Instrument discarded, instruments_.Discard(action));
  ToProto(discarded, response);
  return absl::OkStatus();
}

absl::Status InstrumentHandlers::Handle(
    const v1::ListInstrumentRevisionsRequest& request,
    v1::ListInstrumentRevisionsResponse& response) const {
  PT_ASSIGN_OR_RETURN(const rpc::InstrumentName name,
                      rpc::ParseInstrumentName(request.name(), "name"));
  PT_ASSIGN_OR_RETURN(const Page page, ReadPageOf(request.name(), request,
                                                  "ListInstrumentRevisions",
                                                  kInstrumentPageSizeMax));
  PT_ASSIGN_OR_RETURN(const std::int32_t after, RevisionBefore(page));
  PT_ASSIGN_OR_RETURN(
      const std::vector<Instrument> found,
      store_.ListInstrumentRevisions(ToKey(name), after, page.read_limit()));
  response.set_next_page_token(
      FillPage(page, found, *response.mutable_instruments(), InstrumentToProto,
               [](const Instrument& instrument) {
                 return absl::StrCat(instrument.revision);
               }));
  return absl::OkStatus();
}

absl::Status InstrumentHandlers::Handle(
    const v1::CompareInstrumentRevisionsRequest& request,
    v1::CompareInstrumentRevisionsResponse& response) const {
  PT_ASSIGN_OR_RETURN(const rpc::InstrumentName name,
                      rpc::ParseInstrumentName(request.name(), "name"));
  PT_ASSIGN_OR_RETURN(const ComparedInstruments compared,
                      instruments_.Compare(ToKey(name),
                                           {.draft = request.from_draft(),
                                            .revision = request.from_revision(),
                                            .field = "from_revision"},
                                           {.draft = request.to_draft(),
                                            .revision = request.to_revision(),
                                            .field = "to_revision"}));
  ToProto(compared, response);
  return absl::OkStatus();
}

}  // namespace pulsetaker::survey
