#include "cli/import/problem.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/import/text.h"

namespace pulsetaker::cli {

absl::string_view ProblemKindName(ProblemKind kind) {
  switch (kind) {
    case ProblemKind::kFileMissing:
      return "file missing";
    case ProblemKind::kFileEmpty:
      return "file empty";
    case ProblemKind::kFileUnreadable:
      return "file unreadable";
    case ProblemKind::kColumnMissing:
      return "column missing";
    case ProblemKind::kColumnRepeated:
      return "column repeated";
    case ProblemKind::kUnclosedQuote:
      return "quote never closed";
    case ProblemKind::kInstrumentInvalid:
      return "instrument invalid";
    case ProblemKind::kTooManyNetworks:
      return "too many networks";
    case ProblemKind::kIdCollision:
      return "names that give one id";
    case ProblemKind::kRowTooLong:
      return "row too long";
    case ProblemKind::kNotText:
      return "not UTF-8 text";
    case ProblemKind::kStrayQuote:
      return "stray quote";
    case ProblemKind::kFieldCount:
      return "wrong number of fields";
    case ProblemKind::kCutRow:
      return "row cut off";
    case ProblemKind::kValueMissing:
      return "value missing";
    case ProblemKind::kValueInvalid:
      return "value invalid";
    case ProblemKind::kValueTooLong:
      return "value too long";
    case ProblemKind::kPersonRepeated:
      return "person repeated";
    case ProblemKind::kPersonUnknown:
      return "person unknown";
    case ProblemKind::kOutsider:
      return "nominee unknown";
    case ProblemKind::kNotRespondent:
      return "answer of someone who did not answer";
    case ProblemKind::kLocalityUnknown:
      return "locality unknown";
    case ProblemKind::kLocalityMismatch:
      return "locality of someone else";
    case ProblemKind::kNetworkUnknown:
      return "network unknown";
    case ProblemKind::kItemUnknown:
      return "item unknown";
    case ProblemKind::kItemRepeated:
      return "item answered twice";
    case ProblemKind::kSelfNomination:
      return "self-nomination";
    case ProblemKind::kNominationRepeated:
      return "nomination repeated";
    case ProblemKind::kNominationCap:
      return "too many nominations";
    case ProblemKind::kOffScale:
      return "off the scale";
    case ProblemKind::kWaveClosed:
      return "wave closed";
  }
  return "problem";
}

bool IsFatal(ProblemKind kind) { return kind <= ProblemKind::kIdCollision; }

std::string ProblemText(const Problem& problem) {
  std::string text = problem.file;
  if (problem.line > 0) absl::StrAppend(&text, ":", problem.line);
  absl::StrAppend(&text, ": ");
  if (!problem.field.empty()) {
    absl::StrAppend(&text, problem.field, " ", Quoted(problem.value), " ");
  }
  absl::StrAppend(&text, problem.found, "; want ", problem.want);
  return text;
}

void ProblemLog::Add(Problem problem) {
  ++count_;
  ++by_kind_[problem.kind];
  has_fatal_ = has_fatal_ || IsFatal(problem.kind);
  if (kept_.size() < kKeptMax) kept_.push_back(std::move(problem));
}

}  // namespace pulsetaker::cli
