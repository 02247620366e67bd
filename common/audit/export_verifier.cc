#include "common/audit/export_verifier.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/audit/record.h"
#include "common/base/fault.h"

namespace pulsetaker::audit {
namespace {

std::string Records(std::uint64_t first, std::uint64_t last) {
  return first == last ? absl::StrCat("record ", first)
                       : absl::StrCat("records ", first, " to ", last);
}

std::string KeptHead(const SignedTreeHead& head) {
  return absl::StrCat("the head of ",
                      absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", head.head.time,
                                       absl::UTCTimeZone()),
                      ", of ", head.head.size, " records,");
}

// Lists are kept short: where this much is wrong, more says no more.
template <typename T>
void PushBounded(T value, std::vector<T>& list) {
  if (list.size() < kFindingsMax) list.push_back(std::move(value));
}

}  // namespace

ExportVerifier::ExportVerifier(SignedTreeHead head,
                               std::vector<SignedTreeHead> earlier)
    : head_(std::move(head)), earlier_(std::move(earlier)) {
  std::stable_sort(earlier_.begin(), earlier_.end(),
                   [](const SignedTreeHead& a, const SignedTreeHead& b) {
                     return a.head.size < b.head.size;
                   });
  CompareKeptHeads();
}

ExportVerifier::LeafFacts ExportVerifier::Read(absl::string_view leaf) {
  LeafFacts read;
  read.hash = HashLeaf(leaf);
  LoggedRecord record;
  if (DecodeRecord(leaf, record).ok()) {
    read.is_readable = true;
    read.sequence = record.sequence;
    read.previous_hash = record.previous_hash;
  }
  return read;
}

void ExportVerifier::Add(const LeafFacts& leaf) {
  ++read_count_;
  if (pending_.has_value()) Take(*pending_, &leaf);
  pending_ = leaf;
}

Verdict ExportVerifier::Finish(const absl::Status& read) {
  if (pending_.has_value()) Take(*pending_, nullptr);
  pending_.reset();
  if (!read.ok()) {
    Report(Finding::Kind::kUnreadable,
           {next_, std::max(next_, head_.head.size)},
           absl::StrCat("after ", read_count_, " records, ",
                        std::string(read.message())));
  }
  ReportEnd(read.ok());
  ReportOutOfPlace();
  ReportBrokenLinks();
  ReportUnexplained();
  std::stable_sort(
      findings_.begin(), findings_.end(),
      [](const Finding& a, const Finding& b) { return a.first < b.first; });
  return {.record_count = read_count_, .findings = std::move(findings_)};
}

void ExportVerifier::Take(const LeafFacts& leaf, const LeafFacts* after) {
  if (leaf.is_readable && leaf.sequence == next_) {
    TakeInPlace(leaf, after);
  } else if (leaf.is_readable) {
    TakeElsewhere(leaf, after);
  } else {
    Report(Finding::Kind::kChanged, {next_, next_},
           absl::StrCat("record ", next_, " is no record of an audit log"));
    ++next_;
  }
  tree_.Append(leaf.hash);
  CompareKeptHeads();
}

void ExportVerifier::TakeInPlace(const LeafFacts& leaf,
                                 const LeafFacts* after) {
  const bool is_followed = after != nullptr && after->is_readable &&
                           after->sequence == leaf.sequence + 1;
  const Hash claimed = is_followed ? after->previous_hash : leaf.hash;
  if (claimed != leaf.hash) {
    if (!claimed_tree_.has_value()) claimed_tree_ = tree_;
    PushBounded(leaf.sequence, broken_);
  }
  if (leaf.sequence == 0 && leaf.previous_hash != Hash{}) {
    Report(Finding::Kind::kChanged, {0, 0},
           "record 0 is changed: it names a record before it");
  }
  if (claimed_tree_.has_value()) claimed_tree_->Append(claimed);
  ++next_;
}

void ExportVerifier::TakeElsewhere(const LeafFacts& leaf,
                                   const LeafFacts* after) {
  const bool knows_after = after != nullptr && after->is_readable;
  if (knows_after && after->sequence == next_) {
    PushBounded(Misplaced{.place = next_, .sequence = leaf.sequence}, extra_);
    return;
  }
  if (leaf.sequence > next_ &&
      ((knows_after && after->sequence == leaf.sequence + 1) ||
       (after == nullptr && leaf.sequence < head_.head.size))) {
    PushBounded(Range{.first = next_, .last = leaf.sequence - 1}, missing_);
    next_ = leaf.sequence + 1;
    return;
  }
  if (after == nullptr && next_ >= head_.head.size) {
    PushBounded(Misplaced{.place = next_, .sequence = leaf.sequence}, extra_);
    return;
  }
  PushBounded(Misplaced{.place = next_, .sequence = leaf.sequence}, replaced_);
  ++next_;
}

void ExportVerifier::CompareKeptHeads() {
  while (earlier_passed_ < earlier_.size() &&
         earlier_[earlier_passed_].head.size == tree_.size()) {
    const SignedTreeHead& kept = earlier_[earlier_passed_++];
    if (kept.head.root == tree_.Root() ||
        PT_PLANTED_BUG("audit_kept_heads_ignored")) {
      vouched_size_ = tree_.size();
    } else {
      PushBounded(kept, contradicting_);
    }
  }
}

void ExportVerifier::Report(Finding::Kind kind, Range range, std::string text) {
  PushBounded(Finding{.kind = kind,
                      .first = range.first,
                      .last = range.last,
                      .text = std::move(text)},
              findings_);
}

void ExportVerifier::ReportEnd(bool is_readable) {
  const std::uint64_t size = head_.head.size;
  if (is_readable && next_ < size) {
    PushBounded(Range{.first = next_, .last = size - 1}, missing_);
  }
  if (next_ > size) {
    Report(Finding::Kind::kAdded, {size, next_ - 1},
           absl::StrCat(Records(size, next_ - 1),
                        " are beyond the head, which counts ", size));
  }
}

// Takes `sequence` out of what is missing; false if it is not.
bool ExportVerifier::TakeMissing(std::uint64_t sequence) {
  for (std::size_t i = 0; i < missing_.size(); ++i) {
    const Range range = missing_[i];
    if (sequence < range.first || sequence > range.last) continue;
    missing_.erase(missing_.begin() + static_cast<std::ptrdiff_t>(i));
    if (sequence > range.first) {
      missing_.push_back({.first = range.first, .last = sequence - 1});
    }
    if (sequence < range.last) {
      missing_.push_back({.first = sequence + 1, .last = range.last});
    }
    return true;
  }
  return false;
}

void ExportVerifier::ReportOutOfPlace() {
  const std::vector<Misplaced> replaced = replaced_;
  const auto is_replaced = [&](std::uint64_t sequence) {
    return std::any_of(
        replaced.begin(), replaced.end(),
        [&](const Misplaced& other) { return other.place == sequence; });
  };
  for (const Misplaced& one : replaced) {
    if (is_replaced(one.sequence) || TakeMissing(one.sequence)) {
      Report(Finding::Kind::kMoved, {one.sequence, one.sequence},
             absl::StrCat("record ", one.sequence, " stands in the place of ",
                          one.place));
    } else {
      Report(Finding::Kind::kChanged, {one.place, one.place},
             absl::StrCat("record ", one.place,
                          " is changed: in its place stands one with the "
                          "number ",
                          one.sequence));
    }
  }
  for (const Misplaced& one : extra_) {
    if (TakeMissing(one.sequence)) {
      Report(Finding::Kind::kMoved, {one.sequence, one.sequence},
             absl::StrCat("record ", one.sequence, " stands before record ",
                          one.place));
    } else {
      Report(Finding::Kind::kAdded, {one.sequence, one.sequence},
             absl::StrCat("a record with the number ", one.sequence,
                          " was put in before record ", one.place));
    }
  }
  for (const Range& range : missing_) {
    Report(Finding::Kind::kDropped, range,
           absl::StrCat(Records(range.first, range.last), " dropped"));
  }
}

// Who changed one record, changed it so that the next one gives another hash of
// it; and, if he changed what it says of the one before, that link breaks, too.
void ExportVerifier::ReportBrokenLinks() {
  const bool are_claims_right = claimed_tree_.has_value() &&
                                claimed_tree_->size() == head_.head.size &&
                                claimed_tree_->Root() == head_.head.root;
  for (std::size_t begin = 0; begin < broken_.size();) {
    std::size_t end = begin + 1;
    while (end < broken_.size() && broken_[end] == broken_[end - 1] + 1) ++end;
    Range range = {.first = broken_[begin], .last = broken_[end - 1]};
    begin = end;
    if (!are_claims_right && range.first < range.last) {
      // The first link broke with what the second record says.
      ++range.first;
    } else if (!are_claims_right && range.last + 2 == next_) {
      // Nobody vouches for the last record but the head, which does not.
      ++range.last;
      if (broken_.size() == 1) range.first = range.last;
    }
    Report(Finding::Kind::kChanged, range,
           absl::StrCat(
               Records(range.first, range.last),
               range.first == range.last ? " is changed" : " are changed"));
  }
}

// What only the roots tell.
void ExportVerifier::ReportUnexplained() {
  const TreeHead& head = head_.head;
  for (; earlier_passed_ < earlier_.size(); ++earlier_passed_) {
    const SignedTreeHead& kept = earlier_[earlier_passed_];
    if (kept.head.size <= head.size) continue;
    Report(Finding::Kind::kDropped, {head.size, kept.head.size - 1},
           absl::StrCat(Records(head.size, kept.head.size - 1),
                        " dropped: ", KeptHead(kept), " has them"));
  }
  if (!findings_.empty()) return;
  for (const SignedTreeHead& kept : contradicting_) {
    const std::uint64_t last = std::max<std::uint64_t>(kept.head.size, 1) - 1;
    Report(Finding::Kind::kRewritten, {vouched_size_, last},
           absl::StrCat("among ", Records(vouched_size_, last),
                        " are others than those that ", KeptHead(kept),
                        " vouches for"));
  }
  if (!findings_.empty()) return;
  // All numbers and all links are right, so that all records would be if the
  // last one were.
  if ((tree_.size() != head.size || tree_.Root() != head.root) &&
      !PT_PLANTED_BUG("audit_root_not_compared")) {
    const std::uint64_t last = head.size == 0 ? 0 : head.size - 1;
    Report(Finding::Kind::kChanged, {last, last},
           absl::StrCat(
               "record ", last,
               " is changed, or all from one before it on were "
               "written anew",
               vouched_size_ == 0
                   ? std::string()
                   : absl::StrCat("; not one of the first ", vouched_size_)));
  }
}

}  // namespace pulsetaker::audit
