#include "services/survey/rpc/erasure_handlers.h"

#include "common/base/status.h"
#include "common/rpc/field_checks.h"
#include "common/rpc/page_token.h"
#include "common/rpc/resource_name.h"
#include "services/survey/rpc/convert.h"
#include "services/survey/rpc/people_messages.h"

namespace pulsetaker::survey {
namespace {

void ToProto(const ErasureReceipt& receipt, v1::ErasureReceipt& message) {
  message.set_id(receipt.id);
  *message.mutable_erase_time() = ToTimestamp(receipt.erase_time);
  message.set_roster_entry_count(receipt.counts.roster_entries);
  message.set_response_count(receipt.counts.responses);
  message.set_nomination_count(receipt.counts.nominations);
  message.set_invitation_count(receipt.counts.invitations);
  message.set_finding_count(receipt.counts.findings);
  message.set_merge_count(receipt.counts.merges);
  message.set_content(ContentOf(receipt));
  message.set_digest(DigestOf(receipt));
  message.set_signature(receipt.signature);
  message.set_public_key(receipt.public_key);
  message.set_key_id(KeyIdOf(receipt));
}

}  // namespace

absl::Status ErasureHandlers::Handle(const v1::ErasePersonRequest& request,
                                     v1::ErasureReceipt& response) const {
  PT_ASSIGN_OR_RETURN(const PersonKey key,
                      ParsePersonName(request.name(), "name"));
  PT_RETURN_IF_ERROR(rpc::CheckRequestId(request.request_id()));
  PT_ASSIGN_OR_RETURN(const ErasureReceipt receipt,
                      erasures_.ErasePerson(key, request.request_id()));
  ToProto(receipt, response);
  return absl::OkStatus();
}

absl::Status ErasureHandlers::Handle(const v1::ListErasuresRequest& request,
                                     v1::ListErasuresResponse& response) const {
  PT_ASSIGN_OR_RETURN(const int limit, rpc::PageSizeOf(request.page_size()));
  const ErasureFeed::Page page =
      feed_.Read(request.feed(), request.offset(), limit);
  response.set_feed(feed_.name());
  response.set_next_offset(page.next_offset);
  for (const Erasure& erasure : page.erasures) {
    v1::Erasure& added = *response.add_erasures();
    added.set_locality(rpc::FormatName(
        rpc::LocalityName{erasure.locality.tenant, erasure.locality.locality}));
    *added.mutable_erase_time() = ToTimestamp(erasure.receipt.erase_time);
  }
  return absl::OkStatus();
}

}  // namespace pulsetaker::survey
