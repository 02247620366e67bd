#include "services/survey/store/committer.h"

#include <atomic>
#include <functional>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/mutex.h"
#include "common/base/status.h"
#include "gtest/gtest.h"
#include "rocksdb/env.h"

namespace pulsetaker::survey {
namespace {

// The file system in memory, which can be full.
class FillableDisk final : public rocksdb::EnvWrapper {
 public:
  explicit FillableDisk(rocksdb::Env* memory) : EnvWrapper(memory) {}
  const char* Name() const override { return "FillableDisk"; }

  rocksdb::Status NewWritableFile(const std::string& name,
                                  std::unique_ptr<rocksdb::WritableFile>* file,
                                  const rocksdb::EnvOptions& options) override {
    std::unique_ptr<rocksdb::WritableFile> inner;
    rocksdb::Status made = target()->NewWritableFile(name, &inner, options);
    if (made.ok()) *file = std::make_unique<File>(*this, std::move(inner));
    return made;
  }

  std::atomic<bool> full = false;

 private:
  class File final : public rocksdb::WritableFileWrapper {
   public:
    File(FillableDisk& disk, std::unique_ptr<rocksdb::WritableFile> inner)
        : WritableFileWrapper(inner.get()),
          disk_(disk),
          inner_(std::move(inner)) {}

    rocksdb::Status Append(const rocksdb::Slice& data) override {
      return disk_.full ? rocksdb::Status::NoSpace("injected")
                        : inner_->Append(data);
    }
    rocksdb::Status Append(
        const rocksdb::Slice& data,
        const rocksdb::DataVerificationInfo& /*info*/) override {
      return Append(data);
    }

   private:
    FillableDisk& disk_;
    const std::unique_ptr<rocksdb::WritableFile> inner_;
  };
};

class CommitterTest : public ::testing::Test {
 protected:
  kv::Rocks::Family* family() const { return rocks_->family("rows"); }

  std::optional<std::string> Read(const std::string& key,
                                  const rocksdb::Snapshot* snapshot) const {
    rocksdb::ReadOptions options;
    options.snapshot = snapshot;
    std::string value;
    const auto found = rocks_->db().Get(options, family(), key, &value);
    if (!found.ok()) return std::nullopt;
    return value;
  }

  // Work that puts a row.
  Committer::Work Put(const std::string& key, std::size_t bytes,
                      std::function<void(const absl::Status&)> done) {
    return {.bytes = bytes,
            .stage = [this, key](rocksdb::WriteBatch& batch) -> absl::Status {
              batch.Put(family(), key, "here");
              return absl::OkStatus();
            },
            .done = std::move(done)};
  }

  const std::unique_ptr<rocksdb::Env> env_{
      rocksdb::NewMemEnv(rocksdb::Env::Default())};
  FillableDisk disk_{env_.get()};
  const std::unique_ptr<kv::Rocks> rocks_ =
      *kv::OpenRocks({.path = "/db", .families = {"rows"}, .env = &disk_});
};

// The first piece holds the committer up while the others queue.
TEST_F(CommitterTest, SyncsOnceForAllThatWaits) {
  Committer committer(*rocks_, {});
  std::latch queued(1);
  std::atomic<int> told = 0;
  ASSERT_TRUE(
      committer
          .Submit({.bytes = 1,
                   .stage = [&](rocksdb::WriteBatch& batch) -> absl::Status {
                     queued.wait();
                     batch.Put(family(), "first", "here");
                     return absl::OkStatus();
                   },
                   .done = [&](const absl::Status&) { ++told; }})
          .ok());
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(committer
                    .Submit(Put(absl::StrCat(i), 1,
                                [&](const absl::Status& status) {
                                  EXPECT_TRUE(status.ok()) << status;
                                  ++told;
                                }))
                    .ok());
  }
  queued.count_down();
  ASSERT_TRUE(
      committer.Run(1, [](rocksdb::WriteBatch&) { return absl::OkStatus(); })
          .ok());
  EXPECT_EQ(told, 101);
  const Committer::Counts counts = committer.counts();
  EXPECT_EQ(counts.works, 102u);
  EXPECT_LE(counts.syncs, 3u);
  EXPECT_GE(counts.syncs, 1u);
}

TEST_F(CommitterTest, TellsOnlyWhatIsInTheDurableView) {
  Committer committer(*rocks_, {});
  std::latch told(50);
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(
        committer
            .Submit(
                Put(absl::StrCat(i), 1,
                    [&, i](const absl::Status&) {
                      const auto view = committer.durable_view();
                      EXPECT_TRUE(
                          Read(absl::StrCat(i), view->snapshot()).has_value());
                      told.count_down();
                    }))
            .ok());
  }
  told.wait();
}

TEST_F(CommitterTest, ShowsUnsyncedRowsToLaterWorkAndToNobodyElse) {
  Committer committer(*rocks_, {});
  ASSERT_TRUE(committer
                  .Run(1,
                       [&](rocksdb::WriteBatch& batch) {
                         batch.Put(family(), "a", "here");
                         return absl::OkStatus();
                       })
                  .ok());
  const auto before = committer.durable_view();
  std::latch queued(1);
  std::latch told(3);
  const auto done = [&](const absl::Status&) { told.count_down(); };
  // Holds the committer up, so that the other two share a sync.
  ASSERT_TRUE(committer
                  .Submit({.bytes = 1,
                           .stage = [&](rocksdb::WriteBatch&) -> absl::Status {
                             queued.wait();
                             return absl::OkStatus();
                           },
                           .done = done})
                  .ok());
  ASSERT_TRUE(committer.Submit(Put("b", 1, done)).ok());
  std::atomic<bool> seen = false;
  std::atomic<bool> seen_by_others = true;
  ASSERT_TRUE(committer
                  .Submit({.bytes = 1,
                           .stage = [&](rocksdb::WriteBatch&) -> absl::Status {
                             seen = Read("b", nullptr).has_value();
                             const auto view = committer.durable_view();
                             seen_by_others =
                                 Read("b", view->snapshot()).has_value();
                             return absl::OkStatus();
                           },
                           .done = done})
                  .ok());
  queued.count_down();
  told.wait();
  EXPECT_TRUE(seen);
  EXPECT_FALSE(seen_by_others);
  EXPECT_FALSE(Read("b", before->snapshot()).has_value());
  EXPECT_TRUE(Read("a", before->snapshot()).has_value());
  EXPECT_TRUE(Read("b", committer.durable_view()->snapshot()).has_value());
}

// The owner of the first piece holds the syncer up.
TEST_F(CommitterTest, WritesAheadOfTheSyncAndTellsInOrder) {
  constexpr std::size_t kWorthWaking = 1'000;
  Committer committer(*rocks_, {.ahead_bytes_min = kWorthWaking});
  std::latch syncer_held(1);
  std::latch go_on(1);
  std::latch told(4);
  Mutex mutex;
  std::string order;
  const auto submit = [&](const std::string& key, std::size_t bytes) {
    ASSERT_TRUE(committer
                    .Submit(Put(key, bytes,
                                [&, key](const absl::Status& status) {
                                  EXPECT_TRUE(status.ok()) << status;
                                  if (key == "a") {
                                    syncer_held.count_down();
                                    go_on.wait();
                                  }
                                  {
                                    MutexLock lock(mutex);
                                    order += key;
                                  }
                                  told.count_down();
                                }))
                    .ok());
  };
  const auto wait_until_written = [&](const std::string& key) {
    while (!Read(key, nullptr).has_value()) std::this_thread::yield();
  };
  submit("a", 1);
  syncer_held.wait();
  submit("b", 1);  // Nothing is unsynced: written at once.
  wait_until_written("b");
  submit("c", 1);  // Not worth it before the sync of "b" is over.
  EXPECT_FALSE(Read("c", nullptr).has_value());
  submit("d", kWorthWaking);
  wait_until_written("d");
  EXPECT_TRUE(Read("c", nullptr).has_value());
  const auto view = committer.durable_view();
  EXPECT_TRUE(Read("a", view->snapshot()).has_value());
  EXPECT_FALSE(Read("b", view->snapshot()).has_value());
  EXPECT_FALSE(Read("d", view->snapshot()).has_value());
  go_on.count_down();
  told.wait();
  EXPECT_TRUE(Read("d", committer.durable_view()->snapshot()).has_value());
  EXPECT_EQ(order, "abcd");
}

// The file system in memory, that calls back before each sync of a file.
class WatchedDisk final : public rocksdb::EnvWrapper {
 public:
  explicit WatchedDisk(rocksdb::Env* memory) : EnvWrapper(memory) {}
  const char* Name() const override { return "WatchedDisk"; }

  rocksdb::Status NewWritableFile(const std::string& name,
                                  std::unique_ptr<rocksdb::WritableFile>* file,
                                  const rocksdb::EnvOptions& options) override {
    std::unique_ptr<rocksdb::WritableFile> inner;
    rocksdb::Status made = target()->NewWritableFile(name, &inner, options);
    if (made.ok()) *file = std::make_unique<File>(*this, std::move(inner));
    return made;
  }

  std::function<void()> before_sync = [] {};

 private:
  class File final : public rocksdb::WritableFileWrapper {
   public:
    File(WatchedDisk& disk, std::unique_ptr<rocksdb::WritableFile> inner)
        : WritableFileWrapper(inner.get()),
          disk_(disk),
          inner_(std::move(inner)) {}
    rocksdb::Status Sync() override {
      disk_.before_sync();
      return inner_->Sync();
    }

   private:
    WatchedDisk& disk_;
    const std::unique_ptr<rocksdb::WritableFile> inner_;
  };
};

TEST_F(CommitterTest, TellsAndShowsNothingBeforeItsSync) {
  std::atomic<bool> watching = true;
  WatchedDisk disk(env_.get());
  const std::unique_ptr<kv::Rocks> rocks =
      *kv::OpenRocks({.path = "/watched", .families = {"rows"}, .env = &disk});
  kv::Rocks::Family* const rows = rocks->family("rows");
  Committer committer(*rocks, {});
  int row = 0;
  int syncs = 0;
  disk.before_sync = [&] {
    if (!watching) return;
    ++syncs;
    const auto view = committer.durable_view();
    rocksdb::ReadOptions options;
    options.snapshot = view->snapshot();
    std::string value;
    const auto found =
        rocks->db().Get(options, rows, absl::StrCat(row), &value);
    EXPECT_TRUE(found.IsNotFound()) << row;
  };
  for (row = 1; row <= 20; ++row) {
    std::latch told(1);
    ASSERT_TRUE(
        committer
            .Submit({.bytes = 1,
                     .stage = [&](rocksdb::WriteBatch& batch) -> absl::Status {
                       batch.Put(rows, absl::StrCat(row), "here");
                       return absl::OkStatus();
                     },
                     .done =
                         [&](const absl::Status&) {
                           EXPECT_GE(syncs, row);
                           told.count_down();
                         }})
            .ok());
    told.wait();
  }
  watching = false;
}

// The disk is filled after a row was written and before its sync. Nobody waits
// for room, and nobody is told that the row is kept before it is.
TEST_F(CommitterTest, SaysThatTheDiskIsFullWhenItCannotSync) {
  Committer committer(*rocks_, {});
  std::latch taken(1);
  std::latch queued(1);
  std::latch told(3);
  std::vector<absl::Status> outcomes(3);
  const auto keep = [&](std::size_t i) {
    return [&outcomes, &told, i](const absl::Status& status) {
      outcomes[i] = status;
      told.count_down();
    };
  };
  // Holds the committer up, alone, so that the other two are one group.
  ASSERT_TRUE(committer
                  .Submit({.bytes = 1,
                           .stage =
                               [&](rocksdb::WriteBatch&) {
                                 taken.count_down();
                                 queued.wait();
                                 return absl::OkStatus();
                               },
                           .done = keep(0)})
                  .ok());
  taken.wait();
  ASSERT_TRUE(committer.Submit(Put("before", 1, keep(1))).ok());
  Committer::Work fills = Put("after", 1, keep(2));
  fills.stage = [this, put = fills.stage](rocksdb::WriteBatch& batch) {
    disk_.full = true;
    return put(batch);
  };
  ASSERT_TRUE(committer.Submit(std::move(fills)).ok());
  queued.count_down();
  told.wait();
  EXPECT_EQ(ReasonOf(outcomes[1]), "DISK_FULL");
  EXPECT_EQ(ReasonOf(outcomes[2]), "DISK_FULL");
  const auto sees = [&](bool durable) {
    const auto view = committer.durable_view();
    return Read("before", durable ? view->snapshot() : nullptr).has_value();
  };
  const auto look = [](rocksdb::WriteBatch&) { return absl::OkStatus(); };
  // Work that looks sees the row, so it is not told before the row is kept.
  EXPECT_TRUE(sees(/*durable=*/false));
  EXPECT_FALSE(sees(/*durable=*/true));
  EXPECT_EQ(ReasonOf(committer.Run(1, look)), "DISK_FULL");
  EXPECT_EQ(ReasonOf(committer.Run(1,
                                   [](rocksdb::WriteBatch&) {
                                     return absl::AlreadyExistsError(
                                         "because of the row");
                                   })),
            "DISK_FULL");
  EXPECT_FALSE(sees(/*durable=*/true));

  disk_.full = false;
  absl::Status looked;
  for (int i = 0; i < 500; ++i) {
    looked = committer.Run(1, look);
    if (looked.ok()) break;
    absl::SleepFor(absl::Milliseconds(20));
  }
  EXPECT_TRUE(looked.ok()) << looked;
  EXPECT_TRUE(sees(/*durable=*/true));
}

// A process that died before its sync leaves rows that can be read, and that
// power could still take away.
TEST_F(CommitterTest, SyncsWhatItFinds) {
  rocksdb::WriteBatch batch = kv::NewBatch();
  batch.Put(family(), "a", "here");
  ASSERT_TRUE(rocks_->WriteUnsynced(batch).ok());
  const auto mark = [&] {
    return (*kv::Ledger::Open(*env_, "/db/ledger"))->mark();
  };
  EXPECT_EQ(mark(), 0u);
  const Committer committer(*rocks_, {});
  EXPECT_EQ(mark(), rocks_->db().GetLatestSequenceNumber());
  EXPECT_TRUE(Read("a", committer.durable_view()->snapshot()).has_value());
}

TEST_F(CommitterTest, WritesNothingOfWorkThatFails) {
  Committer committer(*rocks_, {});
  const absl::Status failed =
      committer.Run(1, [&](rocksdb::WriteBatch& batch) -> absl::Status {
        batch.Put(family(), "a", "here");
        return absl::AbortedError("no");
      });
  EXPECT_EQ(failed, absl::AbortedError("no"));
  EXPECT_FALSE(Read("a", nullptr).has_value());
  EXPECT_EQ(committer.counts().syncs, 0u);
}

TEST_F(CommitterTest, TurnsAwayWhatDoesNotFit) {
  Committer committer(*rocks_, {.queued_bytes_max = 100});
  std::latch queued(1);
  std::latch told(2);
  const auto done = [&](const absl::Status& status) {
    EXPECT_TRUE(status.ok()) << status;
    told.count_down();
  };
  ASSERT_TRUE(committer
                  .Submit({.bytes = 60,
                           .stage = [&](rocksdb::WriteBatch&) -> absl::Status {
                             queued.wait();
                             return absl::OkStatus();
                           },
                           .done = done})
                  .ok());
  ASSERT_TRUE(committer.Submit(Put("a", 40, done)).ok());
  const absl::Status full = committer.Submit(
      Put("b", 1, [](const absl::Status&) { ADD_FAILURE() << "was told"; }));
  EXPECT_EQ(full.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(full), "OVERLOADED");
  queued.count_down();
  told.wait();
  EXPECT_FALSE(Read("b", nullptr).has_value());
  // There is room again, and a piece that is larger than all of it may come.
  EXPECT_TRUE(
      committer.Run(1000, [](rocksdb::WriteBatch&) { return absl::OkStatus(); })
          .ok());
}

TEST_F(CommitterTest, CarriesOutEverythingBeforeItEnds) {
  std::atomic<int> told = 0;
  {
    Committer committer(*rocks_, {});
    for (int i = 0; i < 200; ++i) {
      ASSERT_TRUE(committer
                      .Submit(Put(absl::StrCat(i), 1,
                                  [&](const absl::Status&) { ++told; }))
                      .ok());
    }
  }
  EXPECT_EQ(told, 200);
  EXPECT_TRUE(Read("199", nullptr).has_value());
}

}  // namespace
}  // namespace pulsetaker::survey
