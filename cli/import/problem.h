// What is wrong with input files, said so that the sender can repair them: the
// file, the line, the field, what it holds and what it may hold.

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace pulsetaker::cli {

enum class ProblemKind {
  // The file as a whole: never skipped.
  kFileMissing,
  kFileEmpty,
  kFileUnreadable,
  kColumnMissing,
  kColumnRepeated,
  kUnclosedQuote,
  kInstrumentInvalid,
  kTooManyNetworks,
  kIdCollision,
  // One row: skipped if asked.
  kRowTooLong,
  kNotText,
  kStrayQuote,
  kFieldCount,
  kCutRow,
  kValueMissing,
  kValueInvalid,
  kValueTooLong,
  kPersonRepeated,
  kPersonUnknown,
  kOutsider,
  kNotRespondent,
  kLocalityUnknown,
  kLocalityMismatch,
  kNetworkUnknown,
  kItemUnknown,
  kItemRepeated,
  kSelfNomination,
  kNominationRepeated,
  kNominationCap,
  kOffScale,
  kWaveClosed,
};

// "self-nomination": how a summary counts skipped rows.
absl::string_view ProblemKindName(ProblemKind kind);

// True if the file cannot be trusted as a whole, so that no row can be skipped.
bool IsFatal(ProblemKind kind);

struct Problem {
  ProblemKind kind;
  std::string file;
  std::int64_t line = 0;  // 0: the file as a whole.
  std::string field;      // Empty: the row as a whole; `value` then as well.
  std::string value;
  std::string found;  // "is not in people.csv"
  std::string want;   // "a person_id of people.csv"

  friend bool operator==(const Problem&, const Problem&) = default;
};

// ties.csv:7: to_person "p99" is not in people.csv; want a person_id of
// people.csv, or --outsiders=keep
std::string ProblemText(const Problem& problem);

// Counts every problem and keeps the first kKeptMax, so that a file of nothing
// but mistakes costs no memory.
class ProblemLog {
 public:
  static constexpr std::size_t kKeptMax = 50;

  void Add(Problem problem);

  bool empty() const { return count_ == 0; }
  std::int64_t count() const { return count_; }
  bool has_fatal() const { return has_fatal_; }
  const std::vector<Problem>& kept() const { return kept_; }
  const std::map<ProblemKind, std::int64_t>& by_kind() const {
    return by_kind_;
  }

 private:
  std::int64_t count_ = 0;
  bool has_fatal_ = false;
  std::vector<Problem> kept_;
  std::map<ProblemKind, std::int64_t> by_kind_;
};

}  // namespace pulsetaker::cli
