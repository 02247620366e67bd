// What tests of audit logs share: records, and logs that are made in memory,
// the way a server makes them.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "common/audit/merkle.h"
#include "common/audit/record.h"
#include "common/audit/signing_key.h"
#include "common/audit/tree_head.h"

namespace pulsetaker::audit {

inline const absl::Time kTestTime =
    absl::FromUnixMicros(1'767'225'600'123'456);  // 2026-01-01.

// One that follows from its number, and that no other number has.
inline AuditRecord NumberedRecord(std::uint64_t number) {
  return {.subject = absl::StrCat("user:", number % 97),
          .tenant = number % 3 == 0 ? "north" : "south",
          .method = "pulsetaker.survey.v1.SurveyService/GetParticipant",
          .resource = absl::StrCat("tenants/north/localities/leeds/surveys/care"
                                   "/waves/1/participants/p",
                                   number),
          .code = number % 7 == 0 ? 5 : 0,
          .reason = number % 7 == 0 ? "PARTICIPANT_NOT_FOUND" : "",
          .trace_id = absl::StrFormat("%032x", number + 1),
          .item_count = static_cast<std::int64_t>(number % 50)};
}

// A log in memory.
struct TestLog {
  std::shared_ptr<const SigningKey> signing =
      std::make_shared<const SigningKey>(SigningKey::Generate());
  VerifierKey key = MakeVerifierKey("survey", signing->public_key());
  std::vector<std::string> leaves;
  std::vector<Hash> hashes;

  // The record that comes next, as a server would log it.
  LoggedRecord NextRecord() const {
    const std::uint64_t number = leaves.size();
    return {.sequence = number,
            .time_micros = absl::ToUnixMicros(kTestTime) +
                           static_cast<std::int64_t>(number),
            .service = "survey",
            .record = NumberedRecord(number),
            .nonce = absl::StrFormat("%016x", number * 31),
            .previous_hash = hashes.empty() ? Hash{} : hashes.back()};
  }

  void Append(std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
      leaves.push_back(EncodeRecord(NextRecord()));
      hashes.push_back(HashLeaf(leaves.back()));
    }
  }

  // The head of the first `size` leaves.
  SignedTreeHead HeadAt(std::uint64_t size) const {
    CompactTree tree;
    for (std::uint64_t i = 0; i < size; ++i) tree.Append(hashes[i]);
    return SignHead({.log_id = key.log_id,
                     .size = size,
                     .root = tree.Root(),
                     .time = kTestTime + absl::Seconds(size)},
                    *signing, key);
  }
};

}  // namespace pulsetaker::audit
