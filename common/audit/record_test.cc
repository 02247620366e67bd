#include "common/audit/record.h"

#include <functional>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/audit/audit_testing.h"
#include "common/base/status.h"
#include "gtest/gtest.h"
#include "pulsetaker/audit/v1/audit_record.pb.h"

namespace pulsetaker::audit {
namespace {

TEST(RecordTest, ComesBackFromItsLeaf) {
  TestLog log;
  log.Append(8);
  for (std::uint64_t i = 0; i < 8; ++i) {
    LoggedRecord record;
    ASSERT_TRUE(DecodeRecord(log.leaves[i], record).ok());
    EXPECT_EQ(record.sequence, i);
    EXPECT_EQ(record.record, NumberedRecord(i));
    EXPECT_EQ(record.previous_hash, i == 0 ? Hash{} : log.hashes[i - 1]);
    EXPECT_EQ(EncodeRecord(record), log.leaves[i]);
  }
}

// What was hashed is never written otherwise.
TEST(RecordTest, HasTheseBytes) {
  const LoggedRecord record = {.sequence = 1,
                               .time_micros = 2,
                               .service = "survey",
                               .record = {.subject = "u",
                                          .tenant = "t",
                                          .method = "m",
                                          .resource = "r",
                                          .code = 5,
                                          .reason = "R",
                                          .trace_id = std::string(32, 'a'),
                                          .item_count = 3},
                               .nonce = std::string(16, 'n'),
                               .previous_hash = {1}};
  EXPECT_EQ(
      absl::BytesToHexString(EncodeRecord(record)),
      absl::StrCat("080110021a067375727665792201752a017432016d3a01724005"
                   "4a01525220",
                   absl::BytesToHexString(std::string(32, 'a')), "58036210",
                   absl::BytesToHexString(std::string(16, 'n')), "6a2001",
                   std::string(62, '0')));
}

TEST(RecordTest, RefusesWhatMayNotBeRecorded) {
  struct Case {
    const char* field;
    std::function<void(AuditRecord&)> spoil;
  };
  const Case cases[] = {
      {"subject", [](AuditRecord& r) { r.subject = ""; }},
      {"subject", [](AuditRecord& r) { r.subject = "Ada Lovelace"; }},
      {"subject", [](AuditRecord& r) { r.subject = "ada@leeds.example"; }},
      {"subject", [](AuditRecord& r) { r.subject = "Bj\xc3\xb6rn"; }},
      {"subject", [](AuditRecord& r) { r.subject = std::string(256, 'a'); }},
      {"tenant", [](AuditRecord& r) { r.tenant = "North"; }},
      {"tenant", [](AuditRecord& r) { r.tenant = "a/b"; }},
      {"method", [](AuditRecord& r) { r.method = ""; }},
      {"method", [](AuditRecord& r) { r.method = "Get it"; }},
      {"method", [](AuditRecord& r) { r.method = std::string(256, 'a'); }},
      {"resource", [](AuditRecord& r) { r.resource = "people/Ada L"; }},
      {"resource", [](AuditRecord& r) { r.resource = "a\n"; }},
      {"resource", [](AuditRecord& r) { r.resource = std::string(1024, 'a'); }},
      {"code", [](AuditRecord& r) { r.code = -1; }},
      {"code", [](AuditRecord& r) { r.code = 17; }},
      {"reason", [](AuditRecord& r) { r.reason = "Not found"; }},
      {"reason", [](AuditRecord& r) { r.reason = std::string(64, 'A'); }},
      {"trace_id", [](AuditRecord& r) { r.trace_id = "abc"; }},
      {"trace_id", [](AuditRecord& r) { r.trace_id = std::string(32, 'A'); }},
      {"item_count", [](AuditRecord& r) { r.item_count = -1; }},
  };
  for (const Case& one : cases) {
    AuditRecord record = NumberedRecord(1);
    ASSERT_TRUE(CheckRecord(record).ok());
    one.spoil(record);
    const absl::Status checked = CheckRecord(record);
    EXPECT_EQ(checked.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ReasonOf(checked), "AUDIT_RECORD_MALFORMED");
    const ErrorMetadata field = {{"field", one.field}};
    EXPECT_EQ(MetadataOf(checked), field);
    EXPECT_FALSE(absl::StrContains(checked.message(), "Ada"));
  }
}

TEST(RecordTest, TakesTheLongestAndTheShortest) {
  AuditRecord record = {.subject = "s", .method = "m"};
  EXPECT_TRUE(CheckRecord(record).ok());
  record = {.subject = std::string(255, '~'),
            .tenant = std::string(63, 'a'),
            .method = std::string(255, '/'),
            .resource = std::string(1023, '-'),
            .code = 16,
            .reason = std::string(63, '_'),
            .trace_id = std::string(32, 'f'),
            .item_count = INT64_MAX};
  EXPECT_TRUE(CheckRecord(record).ok());
}

TEST(RecordTest, RefusesOtherBytesOfTheSameRecord) {
  TestLog log;
  log.Append(1);
  const std::string leaf = log.leaves[0];
  LoggedRecord record;
  v1::AuditRecord message;
  ASSERT_TRUE(message.ParseFromString(leaf));
  message.set_nonce("short");
  v1::AuditRecord odd;
  ASSERT_TRUE(odd.ParseFromString(leaf));
  odd.set_previous_hash("short");
  v1::AuditRecord negative;
  ASSERT_TRUE(negative.ParseFromString(leaf));
  negative.set_sequence(-1);
  v1::AuditRecord personal;
  ASSERT_TRUE(personal.ParseFromString(leaf));
  personal.set_subject("Ada Lovelace");
  const std::string bad[] = {
      "",
      "x",
      leaf.substr(0, leaf.size() - 1),
      leaf + std::string("\x58\x03", 2),      // A field again.
      leaf + std::string("\xa0\x06\x01", 3),  // A field that nobody knows.
      message.SerializeAsString(),
      odd.SerializeAsString(),
      negative.SerializeAsString(),
  };
  for (const std::string& one : bad) {
    const absl::Status decoded = DecodeRecord(one, record);
    EXPECT_EQ(decoded.code(), absl::StatusCode::kDataLoss)
        << absl::CEscape(one);
    EXPECT_EQ(ReasonOf(decoded), "STORED_DATA_UNREADABLE");
  }
  EXPECT_FALSE(DecodeRecord(personal.SerializeAsString(), record).ok());
}

}  // namespace
}  // namespace pulsetaker::audit
