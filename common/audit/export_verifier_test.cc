#include "common/audit/export_verifier.h"

#include <algorithm>
#include <functional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/audit/audit_testing.h"
#include "common/audit/export_file.h"
#include "common/base/status.h"
#include "gtest/gtest.h"

namespace pulsetaker::audit {
namespace {

using Kind = Finding::Kind;
using Leaves = std::vector<std::string>;

constexpr std::uint64_t kCount = 100;

TestLog LogOfHundred() {
  TestLog log;
  log.Append(kCount);
  return log;
}

Verdict Verify(const SignedTreeHead& head, const Leaves& leaves,
               std::vector<SignedTreeHead> earlier = {}) {
  ExportVerifier verifier(head, std::move(earlier));
  for (const std::string& leaf : leaves) verifier.Add(leaf);
  return verifier.Finish();
}

std::string TextOf(const Verdict& verdict) {
  std::string text;
  for (const Finding& finding : verdict.findings) {
    absl::StrAppend(&text, static_cast<int>(finding.kind), " ", finding.first,
                    "-", finding.last, ": ", finding.text, "\n");
  }
  return text;
}

std::string Altered(const std::string& leaf,
                    const std::function<void(LoggedRecord&)>& alter) {
  LoggedRecord record;
  EXPECT_TRUE(DecodeRecord(leaf, record).ok());
  alter(record);
  return EncodeRecord(record);
}

void Swap(Leaves& leaves, std::size_t a, std::size_t b) {
  std::swap(leaves[a], leaves[b]);
}

TEST(ExportVerifierTest, FindsNothingWhereNothingIsWrong) {
  const TestLog log = LogOfHundred();
  for (const std::uint64_t size : {0, 1, 2, 3, 64, 99, 100}) {
    const Leaves leaves(log.leaves.begin(),
                        log.leaves.begin() + static_cast<std::ptrdiff_t>(size));
    const Verdict verdict =
        Verify(log.HeadAt(size), leaves,
               {log.HeadAt(size), log.HeadAt(size / 2), log.HeadAt(0)});
    EXPECT_EQ(verdict.record_count, size);
    EXPECT_EQ(TextOf(verdict), "") << size;
  }
}

struct Tampering {
  const char* what;
  std::function<void(Leaves&)> tamper;
  Kind kind;
  std::uint64_t first;
  std::uint64_t last;
};

const Tampering kTamperings[] = {
    {"drops the first", [](Leaves& l) { l.erase(l.begin()); }, Kind::kDropped,
     0, 0},
    {"drops one", [](Leaves& l) { l.erase(l.begin() + 41); }, Kind::kDropped,
     41, 41},
    {"drops some", [](Leaves& l) { l.erase(l.begin() + 41, l.begin() + 50); },
     Kind::kDropped, 41, 49},
    {"drops the last", [](Leaves& l) { l.pop_back(); }, Kind::kDropped, 99, 99},
    {"drops the tail", [](Leaves& l) { l.resize(60); }, Kind::kDropped, 60, 99},
    {"drops the last but one", [](Leaves& l) { l.erase(l.begin() + 98); },
     Kind::kDropped, 98, 98},
    {"drops all", [](Leaves& l) { l.clear(); }, Kind::kDropped, 0, 99},
    {"repeats one", [](Leaves& l) { l.insert(l.begin() + 30, l[29]); },
     Kind::kAdded, 29, 29},
    {"repeats one elsewhere",
     [](Leaves& l) { l.insert(l.begin() + 30, l[77]); }, Kind::kAdded, 77, 77},
    {"repeats one at the end", [](Leaves& l) { l.push_back(l[5]); },
     Kind::kAdded, 5, 5},
    {"moves one on",
     [](Leaves& l) {
       std::rotate(l.begin() + 10, l.begin() + 11, l.begin() + 20);
     },
     Kind::kMoved, 10, 10},
    {"moves one back",
     [](Leaves& l) {
       std::rotate(l.begin() + 10, l.begin() + 19, l.begin() + 20);
     },
     Kind::kMoved, 19, 19},
    {"moves one to the end",
     [](Leaves& l) { std::rotate(l.begin() + 10, l.begin() + 11, l.end()); },
     Kind::kMoved, 10, 10},
    {"swaps neighbours", [](Leaves& l) { Swap(l, 50, 51); }, Kind::kMoved, 51,
     51},
    {"swaps the last two", [](Leaves& l) { Swap(l, 98, 99); }, Kind::kMoved, 99,
     99},
    {"is no record", [](Leaves& l) { l[33] = "x"; }, Kind::kChanged, 33, 33},
    {"replaces one by another", [](Leaves& l) { l[33] = l[70]; },
     Kind::kChanged, 33, 33},
    {"changes the subject",
     [](Leaves& l) {
       l[33] = Altered(l[33], [](auto& r) { r.record.subject = "user:0"; });
     },
     Kind::kChanged, 33, 33},
    {"changes the link",
     [](Leaves& l) {
       l[33] = Altered(l[33], [](auto& r) { r.previous_hash[3] ^= 1; });
     },
     Kind::kChanged, 33, 33},
    {"changes the number",
     [](Leaves& l) {
       l[33] = Altered(l[33], [](auto& r) { r.sequence = 71; });
     },
     Kind::kChanged, 33, 33},
    {"changes the first",
     [](Leaves& l) {
       l[0] = Altered(l[0], [](auto& r) { r.time_micros += 1; });
     },
     Kind::kChanged, 0, 0},
    {"changes the last but one",
     [](Leaves& l) {
       l[98] = Altered(l[98], [](auto& r) { r.time_micros += 1; });
     },
     Kind::kChanged, 98, 98},
    {"changes the link of the last but one",
     [](Leaves& l) {
       l[98] = Altered(l[98], [](auto& r) { r.previous_hash[3] ^= 1; });
     },
     Kind::kChanged, 98, 98},
    {"changes the last",
     [](Leaves& l) {
       l[99] = Altered(l[99], [](auto& r) { r.time_micros += 1; });
     },
     Kind::kChanged, 99, 99},
    {"changes the last one's link",
     [](Leaves& l) {
       l[99] = Altered(l[99], [](auto& r) { r.previous_hash[3] ^= 1; });
     },
     Kind::kChanged, 99, 99},
    {"changes the last one's number",
     [](Leaves& l) {
       l[99] = Altered(l[99], [](auto& r) { r.sequence = 150; });
     },
     Kind::kChanged, 99, 99},
};

TEST(ExportVerifierTest, SaysWhichRecordIsWrong) {
  const TestLog log = LogOfHundred();
  for (const Tampering& one : kTamperings) {
    Leaves leaves = log.leaves;
    one.tamper(leaves);
    const Verdict verdict = Verify(log.HeadAt(kCount), leaves);
    ASSERT_EQ(verdict.findings.size(), 1u)
        << one.what << ": " << TextOf(verdict);
    const Finding& finding = verdict.findings[0];
    EXPECT_EQ(finding.kind, one.kind) << one.what << ": " << finding.text;
    EXPECT_EQ(finding.first, one.first) << one.what << ": " << finding.text;
    EXPECT_EQ(finding.last, one.last) << one.what << ": " << finding.text;
  }
}

TEST(ExportVerifierTest, NamesBothOfASwap) {
  const TestLog log = LogOfHundred();
  for (const std::size_t other : {22u, 23u, 60u, 99u}) {
    Leaves leaves = log.leaves;
    Swap(leaves, 20, other);
    const Verdict verdict = Verify(log.HeadAt(kCount), leaves);
    ASSERT_EQ(verdict.findings.size(), 2u) << TextOf(verdict);
    EXPECT_EQ(verdict.findings[0].kind, Kind::kMoved);
    EXPECT_EQ(verdict.findings[0].first, 20u);
    EXPECT_EQ(verdict.findings[1].kind, Kind::kMoved);
    EXPECT_EQ(verdict.findings[1].first, other);
  }
}

TEST(ExportVerifierTest, NamesEachOfSeveral) {
  const TestLog log = LogOfHundred();
  Leaves leaves = log.leaves;
  for (const std::size_t i : {10, 11, 12, 40}) {
    leaves[i] = Altered(leaves[i], [](auto& r) { r.record.code = 1; });
  }
  const Verdict verdict = Verify(log.HeadAt(kCount), leaves);
  ASSERT_EQ(verdict.findings.size(), 2u) << TextOf(verdict);
  EXPECT_EQ(verdict.findings[0].first, 10u);
  EXPECT_EQ(verdict.findings[0].last, 12u);
  EXPECT_EQ(verdict.findings[1].first, 40u);

  leaves = log.leaves;
  leaves.erase(leaves.begin() + 80);
  leaves.erase(leaves.begin() + 20);
  const Verdict dropped = Verify(log.HeadAt(kCount), leaves);
  ASSERT_EQ(dropped.findings.size(), 2u) << TextOf(dropped);
  EXPECT_EQ(dropped.findings[0].first, 20u);
  EXPECT_EQ(dropped.findings[1].first, 80u);
}

// All is written anew from a record on, by someone without the key: numbers and
// links are right.
Leaves RewrittenFrom(const TestLog& log, std::uint64_t from) {
  TestLog other = log;
  other.leaves.resize(from);
  other.hashes.resize(from);
  for (std::uint64_t i = from; i < log.leaves.size(); ++i) {
    LoggedRecord record = other.NextRecord();
    if (i == from) record.record.subject = "user:none";
    other.leaves.push_back(EncodeRecord(record));
    other.hashes.push_back(HashLeaf(other.leaves.back()));
  }
  return other.leaves;
}

TEST(ExportVerifierTest, FindsAChainWrittenAnew) {
  const TestLog log = LogOfHundred();
  for (const std::uint64_t from : {0, 1, 50, 99}) {
    const Leaves leaves = RewrittenFrom(log, from);
    const Verdict verdict = Verify(log.HeadAt(kCount), leaves);
    ASSERT_EQ(verdict.findings.size(), 1u) << TextOf(verdict);
    EXPECT_EQ(verdict.findings[0].last, kCount - 1);
    const Verdict bounded = Verify(log.HeadAt(kCount), leaves,
                                   {log.HeadAt(from), log.HeadAt(from + 1)});
    ASSERT_GE(bounded.findings.size(), 1u);
    EXPECT_EQ(bounded.findings[0].kind, Kind::kRewritten) << TextOf(bounded);
    EXPECT_EQ(bounded.findings[0].first, from);
    EXPECT_EQ(bounded.findings[0].last, from);
  }
}

// The owner of the key takes records out and signs what is left.
TEST(ExportVerifierTest, KeptHeadsHoldAgainstTheOwnerOfTheKey) {
  const TestLog log = LogOfHundred();
  TestLog shorter = log;
  shorter.leaves.resize(80);
  shorter.hashes.resize(80);
  EXPECT_EQ(TextOf(Verify(shorter.HeadAt(80), shorter.leaves)), "");
  const Verdict cut =
      Verify(shorter.HeadAt(80), shorter.leaves, {log.HeadAt(kCount)});
  ASSERT_EQ(cut.findings.size(), 1u) << TextOf(cut);
  EXPECT_EQ(cut.findings[0].kind, Kind::kDropped);
  EXPECT_EQ(cut.findings[0].first, 80u);
  EXPECT_EQ(cut.findings[0].last, 99u);

  TestLog other = log;
  other.leaves = RewrittenFrom(log, 30);
  for (std::size_t i = 0; i < kCount; ++i) {
    other.hashes[i] = HashLeaf(other.leaves[i]);
  }
  EXPECT_EQ(TextOf(Verify(other.HeadAt(kCount), other.leaves)), "");
  const Verdict forked =
      Verify(other.HeadAt(kCount), other.leaves,
             {log.HeadAt(90), log.HeadAt(20), log.HeadAt(40)});
  ASSERT_EQ(forked.findings.size(), 2u) << TextOf(forked);
  EXPECT_EQ(forked.findings[0].kind, Kind::kRewritten);
  EXPECT_EQ(forked.findings[0].first, 20u);
  EXPECT_EQ(forked.findings[0].last, 39u);
}

TEST(ExportVerifierTest, RefusesWhatIsBeyondTheHead) {
  const TestLog log = LogOfHundred();
  const Verdict verdict = Verify(log.HeadAt(90), log.leaves);
  ASSERT_EQ(verdict.findings.size(), 1u) << TextOf(verdict);
  EXPECT_EQ(verdict.findings[0].kind, Kind::kAdded);
  EXPECT_EQ(verdict.findings[0].first, 90u);
  EXPECT_EQ(verdict.findings[0].last, 99u);
}

std::string FileOf(const TestLog& log) {
  std::string file =
      EncodeExportStart({.key = log.key, .head = log.HeadAt(kCount)});
  for (const std::string& leaf : log.leaves) AppendExportLeaf(leaf, file);
  return file;
}

// How an export is verified with a key that is known.
bool IsSound(const std::string& file, const VerifierKey& key) {
  std::istringstream in(file);
  ExportReader reader(in);
  const auto start = reader.ReadStart();
  if (!start.ok() || start->key != key || !VerifyHead(start->head, key).ok()) {
    return false;
  }
  ExportVerifier verifier(start->head, {});
  std::string leaf;
  for (;;) {
    const auto more = reader.ReadLeaf(leaf);
    if (!more.ok()) return verifier.Finish(more.status()).findings.empty();
    if (!*more) return verifier.Finish().findings.empty();
    verifier.Add(leaf);
  }
}

TEST(ExportFileTest, NoByteCanBeChangedOrLost) {
  TestLog log;
  log.Append(3);
  std::string file = EncodeExportStart({.key = log.key, .head = log.HeadAt(3)});
  for (const std::string& leaf : log.leaves) AppendExportLeaf(leaf, file);
  ASSERT_TRUE(IsSound(file, log.key));
  for (std::size_t i = 0; i < file.size(); ++i) {
    for (const int bit : {1, 64}) {
      std::string other = file;
      other[i] = static_cast<char>(other[i] ^ bit);
      EXPECT_FALSE(IsSound(other, log.key)) << i;
    }
    EXPECT_FALSE(IsSound(file.substr(0, i), log.key)) << i;
  }
  EXPECT_FALSE(IsSound(file + "x", log.key));
  EXPECT_FALSE(IsSound(file + std::string(4, '\0'), log.key));
}

TEST(ExportFileTest, SaysWhereItCannotBeRead) {
  std::string file = FileOf(LogOfHundred());
  file.resize(file.size() - 5);
  std::istringstream in(file);
  ExportReader reader(in);
  ASSERT_TRUE(reader.ReadStart().ok());
  std::string leaf;
  int count = 0;
  absl::StatusOr<bool> more = reader.ReadLeaf(leaf);
  for (; more.ok() && *more; more = reader.ReadLeaf(leaf)) ++count;
  EXPECT_EQ(count, 99);
  EXPECT_EQ(ReasonOf(more.status()), "AUDIT_EXPORT_UNREADABLE");
  EXPECT_TRUE(absl::StrContains(more.status().message(), "ends within"))
      << more.status();
}

}  // namespace
}  // namespace pulsetaker::audit
