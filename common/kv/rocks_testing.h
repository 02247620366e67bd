// What tests of a database share: a disk with faults, and a database on it.

#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/kv/rocks.h"
#include "gtest/gtest.h"
#include "rocksdb/env.h"

namespace pulsetaker::kv {

inline constexpr char kFamily[] = "rows";
inline constexpr char kDb[] = "/data/store/db";

// A disk that can be full, and whose syncs can fail.
class FaultyEnv final : public rocksdb::EnvWrapper {
 public:
  explicit FaultyEnv(rocksdb::Env* base) : EnvWrapper(base) {}
  const char* Name() const override { return "FaultyEnv"; }

  rocksdb::Status NewWritableFile(const std::string& name,
                                  std::unique_ptr<rocksdb::WritableFile>* file,
                                  const rocksdb::EnvOptions& options) override {
    std::unique_ptr<rocksdb::WritableFile> inner;
    rocksdb::Status made = target()->NewWritableFile(name, &inner, options);
    if (made.ok()) {
      *file = std::make_unique<FaultyFile>(*this, std::move(inner));
    }
    return made;
  }

  rocksdb::Status GetFreeSpace(const std::string& /*path*/,
                               std::uint64_t* free_bytes) override {
    *free_bytes = reported_free_bytes;
    return rocksdb::Status::OK();
  }

  std::atomic<bool> full = false;
  // Whether files can have room set aside, which is theirs on a full disk.
  std::atomic<bool> allocates = false;
  std::atomic<bool> syncs_fail = false;
  std::atomic<int> syncs = 0;
  std::atomic<std::uint64_t> reported_free_bytes = std::uint64_t{1} << 40;

 private:
  class FaultyFile final : public rocksdb::WritableFileWrapper {
   public:
    FaultyFile(FaultyEnv& env, std::unique_ptr<rocksdb::WritableFile> inner)
        : WritableFileWrapper(inner.get()),
          env_(env),
          inner_(std::move(inner)) {}

    rocksdb::Status Allocate(std::uint64_t offset,
                             std::uint64_t length) override {
      if (!env_.allocates) return rocksdb::Status::NotSupported();
      if (env_.full) return rocksdb::Status::NoSpace("injected");
      allocated_ = offset + length;
      return rocksdb::Status::OK();
    }
    rocksdb::Status Append(const rocksdb::Slice& data) override {
      if (env_.full && inner_->GetFileSize() + data.size() > allocated_) {
        return rocksdb::Status::NoSpace("injected");
      }
      return inner_->Append(data);
    }
    rocksdb::Status Append(
        const rocksdb::Slice& data,
        const rocksdb::DataVerificationInfo& /*info*/) override {
      return Append(data);
    }
    rocksdb::Status Sync() override {
      ++env_.syncs;
      if (env_.syncs_fail) return rocksdb::Status::IOError("injected");
      return inner_->Sync();
    }

   private:
    FaultyEnv& env_;
    const std::unique_ptr<rocksdb::WritableFile> inner_;
    std::uint64_t allocated_ = 0;
  };
};

// The files of a disk, by their paths.
using Files = std::map<std::string, std::string>;

class RocksTest : public ::testing::Test {
 protected:
  RocksTest() { SetDisk({}); }

  absl::Status Open() {
    rocks_.reset();  // One process, one handle.
    RocksOptions options = options_;
    options.env = env_.get();
    auto rocks = OpenRocks(options);
    if (rocks.ok()) rocks_ = *std::move(rocks);
    return rocks.status();
  }

  // What a crash at this moment would leave, RocksDB's own log aside.
  Files Disk() {
    Files files;
    for (const std::string folder : {"/data/store", kDb}) {
      std::vector<std::string> names;
      EXPECT_TRUE(env_->GetChildren(folder, &names).ok());
      for (const std::string& name : names) {
        const std::string path = absl::StrCat(folder, "/", name);
        bool is_folder = false;
        if (absl::StartsWith(name, "LO") ||
            (env_->IsDirectory(path, &is_folder).ok() && is_folder)) {
          continue;
        }
        EXPECT_TRUE(
            rocksdb::ReadFileToString(env_.get(), path, &files[path]).ok());
      }
    }
    return files;
  }

  // A disk with these files and no others.
  void SetDisk(const Files& files) {
    rocks_.reset();
    env_.reset();
    memory_.reset(rocksdb::NewMemEnv(rocksdb::Env::Default()));
    env_ = std::make_unique<FaultyEnv>(memory_.get());
    if (!files.empty()) {
      for (const char* folder : {"/data", "/data/store", kDb}) {
        ASSERT_TRUE(env_->CreateDirIfMissing(folder).ok());
      }
    }
    for (const auto& [path, bytes] : files) {
      ASSERT_TRUE(rocksdb::WriteStringToFile(env_.get(), bytes, path).ok());
    }
  }

  absl::Status Put(const std::string& key, const std::string& value) {
    rocksdb::WriteBatch batch = NewBatch();
    batch.Put(rocks_->family(kFamily), key, value);
    return rocks_->Commit(batch);
  }

  void PutMany(int from, int to) {
    for (int i = from; i < to; ++i) {
      const absl::Status put =
          Put(absl::StrCat("key", i), std::string(100, 'v'));
      ASSERT_TRUE(put.ok()) << put;
    }
  }

  std::map<std::string, std::string> All() {
    std::map<std::string, std::string> all;
    const auto it = rocks_->NewPrefixIterator(rocks_->family(kFamily), "");
    for (; it->Valid(); it->Next()) {
      all.emplace(std::string(it->key()), std::string(it->value()));
    }
    EXPECT_TRUE(it->status().ok()) << it->status();
    return all;
  }

  // The log that is not empty.
  static std::string LogPath(const Files& disk) {
    for (const auto& [path, bytes] : disk) {
      if (absl::EndsWith(path, ".log") && !bytes.empty()) return path;
    }
    ADD_FAILURE() << "there is no log";
    return "";
  }

  RocksOptions options_ = {.path = "/data/store", .families = {kFamily}};
  std::unique_ptr<rocksdb::Env> memory_;
  std::unique_ptr<FaultyEnv> env_;
  std::unique_ptr<Rocks> rocks_;
};

}  // namespace pulsetaker::kv
