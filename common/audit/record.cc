#include "common/audit/record.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/resource_id.h"
#include "common/base/status.h"
#include "pulsetaker/audit/v1/audit_record.pb.h"

namespace pulsetaker::audit {
namespace {

constexpr std::size_t kSubjectLengthMax = 255;
constexpr std::size_t kMethodLengthMax = 255;
constexpr std::size_t kResourceLengthMax = 1023;
constexpr std::size_t kReasonLengthMax = 63;
constexpr std::size_t kTraceIdLength = 32;
constexpr std::int32_t kCodeMax = 16;  // UNAUTHENTICATED.

struct Text {
  const char* field;
  absl::string_view text;
  std::size_t length_min;
  std::size_t length_max;
  const char* marks;  // Allowed besides letters and digits.
};

absl::Status Malformed(absl::string_view field, absl::string_view wanted) {
  return MakeError(
      absl::StatusCode::kInvalidArgument, "AUDIT_RECORD_MALFORMED",
      absl::StrCat("an audit record's ", field, " must be ", wanted),
      {{"field", std::string(field)}});
}

absl::Status CheckOne(const Text& text) {
  const absl::string_view marks = text.marks;
  const bool allowed =
      std::all_of(text.text.begin(), text.text.end(), [&](char c) {
        return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
               marks.find(c) != absl::string_view::npos;
      });
  if (allowed && text.text.size() >= text.length_min &&
      text.text.size() <= text.length_max) {
    return absl::OkStatus();
  }
  return Malformed(text.field,
                   absl::StrCat(text.length_min, " to ", text.length_max,
                                " letters, digits and characters of ", marks));
}

bool IsTraceId(absl::string_view id) {
  return id.size() == kTraceIdLength &&
         id.find_first_not_of("0123456789abcdef") == absl::string_view::npos;
}

bool IsReason(absl::string_view reason) {
  return reason.size() <= kReasonLengthMax &&
         std::all_of(reason.begin(), reason.end(), [](char c) {
           const auto letter = static_cast<unsigned char>(c);
           return absl::ascii_isupper(letter) || absl::ascii_isdigit(letter) ||
                  c == '_';
         });
}

absl::Status Unreadable(absl::string_view problem) {
  return MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE",
                   absl::StrCat("no record of an audit log: ", problem));
}

}  // namespace

absl::Status CheckRecord(const AuditRecord& record) {
  PT_RETURN_IF_ERROR(CheckOne({.field = "subject",
                               .text = record.subject,
                               .length_min = 1,
                               .length_max = kSubjectLengthMax,
                               .marks = "._:/|=+~-"}));
  if (!record.tenant.empty() && !IsResourceId(record.tenant)) {
    return Malformed("tenant", "a resource id or empty");
  }
  PT_RETURN_IF_ERROR(CheckOne({.field = "method",
                               .text = record.method,
                               .length_min = 1,
                               .length_max = kMethodLengthMax,
                               .marks = "._/-"}));
  PT_RETURN_IF_ERROR(CheckOne({.field = "resource",
                               .text = record.resource,
                               .length_min = 0,
                               .length_max = kResourceLengthMax,
                               .marks = "._~/-"}));
  if (record.code < 0 || record.code > kCodeMax) {
    return Malformed("code", absl::StrCat("0 to ", kCodeMax));
  }
  if (!IsReason(record.reason)) {
    return Malformed("reason", absl::StrCat("up to ", kReasonLengthMax,
                                            " characters of A-Z, 0-9 and _"));
  }
  if (!record.trace_id.empty() && !IsTraceId(record.trace_id)) {
    return Malformed("trace_id", "32 digits of 0-9 and a-f, or empty");
  }
  if (record.item_count < 0) return Malformed("item_count", "0 or more");
  return absl::OkStatus();
}

std::string EncodeRecord(const LoggedRecord& record) {
  v1::AuditRecord message;
  message.set_sequence(static_cast<std::int64_t>(record.sequence));
  message.set_time_micros(record.time_micros);
  message.set_service(record.service);
  message.set_subject(record.record.subject);
  message.set_tenant(record.record.tenant);
  message.set_method(record.record.method);
  message.set_resource(record.record.resource);
  message.set_code(record.record.code);
  message.set_reason(record.record.reason);
  message.set_trace_id(record.record.trace_id);
  message.set_item_count(record.record.item_count);
  message.set_nonce(record.nonce);
  message.set_previous_hash(record.previous_hash.data(), kHashBytes);
  return message.SerializeAsString();
}

absl::Status DecodeRecord(absl::string_view leaf, LoggedRecord& record) {
  v1::AuditRecord message;
  if (!message.ParseFromArray(leaf.data(), static_cast<int>(leaf.size()))) {
    return Unreadable("it cannot be parsed");
  }
  if (message.sequence() < 0) return Unreadable("its sequence is negative");
  if (message.nonce().size() != kNonceBytes) {
    return Unreadable("its nonce has another length");
  }
  if (!FromBytes(message.previous_hash(), record.previous_hash)) {
    return Unreadable("its previous_hash has another length");
  }
  record.sequence = static_cast<std::uint64_t>(message.sequence());
  record.time_micros = message.time_micros();
  record.service = message.service();
  record.record = {.subject = message.subject(),
                   .tenant = message.tenant(),
                   .method = message.method(),
                   .resource = message.resource(),
                   .code = message.code(),
                   .reason = message.reason(),
                   .trace_id = message.trace_id(),
                   .item_count = message.item_count()};
  record.nonce = message.nonce();
  // Fields in another order, twice, or unknown ones: another leaf, same record.
  if (EncodeRecord(record) != leaf) {
    return Unreadable("it is not as the service writes it");
  }
  const absl::Status checked = CheckRecord(record.record);
  if (!checked.ok()) return Unreadable(checked.message());
  return absl::OkStatus();
}

}  // namespace pulsetaker::audit
