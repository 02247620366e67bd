// Says of the leaves of an export whether they are what a signed head vouches
// for and, where they are not, which records were changed, dropped or moved.
//
// That anything is wrong follows from the root alone. What is wrong follows
// from the sequence numbers, and from the hash of the record before that each
// has: who has changed one record has made it differ from what the next says.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/audit/merkle.h"
#include "common/audit/tree_head.h"

namespace pulsetaker::audit {

struct Finding {
  enum class Kind : std::uint8_t {
    kChanged,     // Other bytes than the log had.
    kDropped,     // The log had them.
    kMoved,       // The log had it elsewhere.
    kAdded,       // A second time, or beyond the head.
    kRewritten,   // A kept head vouches for others.
    kUnreadable,  // From here on nothing can be said.
  };
  Kind kind = Kind::kChanged;
  // Sequence numbers, the last one included.
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::string text;  // A sentence that says so.
};

struct Verdict {
  std::uint64_t record_count = 0;  // That were read.
  // In the order of `first`. Empty exactly if all is as the heads say. At most
  // kFindingsMax.
  std::vector<Finding> findings;
};

inline constexpr std::size_t kFindingsMax = 1000;

// A value: copies go on by themselves.
class ExportVerifier {
 public:
  // Heads whose signatures were verified. `earlier` are those that were kept
  // elsewhere, in any order.
  ExportVerifier(SignedTreeHead head, std::vector<SignedTreeHead> earlier);

  // A leaf's hash, and what it says of itself.
  struct LeafFacts {
    Hash hash = {};
    bool is_readable = false;
    std::uint64_t sequence = 0;
    Hash previous_hash = {};
  };
  static LeafFacts Read(absl::string_view leaf);

  // The next leaf of the export.
  void Add(absl::string_view leaf) { Add(Read(leaf)); }
  // The same, for who has read it already.
  void Add(const LeafFacts& leaf);

  // Once, after all leaves. `read` is how the reading of the file ended.
  Verdict Finish(const absl::Status& read = absl::OkStatus());

 private:
  // Stands where another should.
  struct Misplaced {
    std::uint64_t place = 0;
    std::uint64_t sequence = 0;
  };
  struct Range {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
  };

  // `after` is the leaf that follows, if there is one.
  void Take(const LeafFacts& leaf, const LeafFacts* after);
  void TakeInPlace(const LeafFacts& leaf, const LeafFacts* after);
  void TakeElsewhere(const LeafFacts& leaf, const LeafFacts* after);
  void CompareKeptHeads();

  void Report(Finding::Kind kind, Range range, std::string text);
  void ReportOutOfPlace();
  void ReportEnd(bool is_readable);
  void ReportBrokenLinks();
  void ReportUnexplained();
  bool TakeMissing(std::uint64_t sequence);

  SignedTreeHead head_;
  std::vector<SignedTreeHead> earlier_;  // By size.
  std::size_t earlier_passed_ = 0;
  std::vector<SignedTreeHead> contradicting_;  // Of the earlier ones.
  std::uint64_t vouched_size_ = 0;             // Of the largest that agrees.

  CompactTree tree_;
  // From the first broken link on: the tree of the hashes that records give of
  // those before them.
  std::optional<CompactTree> claimed_tree_;
  std::uint64_t read_count_ = 0;
  std::uint64_t next_ = 0;  // The sequence number that should come.
  std::optional<LeafFacts> pending_;

  // Records whose hash is not what the next one says.
  std::vector<std::uint64_t> broken_;
  std::vector<Range> missing_;
  std::vector<Misplaced> replaced_;  // In the place of another record.
  std::vector<Misplaced> extra_;     // Before `place`, in no one's place.
  std::vector<Finding> findings_;
};

}  // namespace pulsetaker::audit
