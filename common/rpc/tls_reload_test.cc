#include "common/rpc/tls_reload.h"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/log.h"
#include "common/base/metrics.h"
#include "common/base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/certificates.h"

namespace pulsetaker::rpc {
namespace {

using pulsetaker::testing::CertificateAuthority;
using pulsetaker::testing::CertificateFolder;
using pulsetaker::testing::Identity;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string ContentOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::int64_t SecondOf(const std::string& path) {
  struct stat status{};
  EXPECT_EQ(stat(path.c_str(), &status), 0);
  return status.st_mtim.tv_sec;
}

TEST(MemoryFileTest, IsReplacedAsAWholeAndHasAnotherTimeEachTime) {
  const auto file = MemoryFile::Make();
  ASSERT_TRUE(file.ok()) << file.status();
  std::set<std::int64_t> seconds;
  for (const std::string& content :
       {std::string("short"), std::string(100'000, 'x'), std::string()}) {
    ASSERT_EQ((*file)->Replace(content), absl::OkStatus());
    EXPECT_EQ(ContentOf((*file)->path()), content);
    seconds.insert(SecondOf((*file)->path()));
  }
  EXPECT_EQ(seconds.size(), 3u);
}

TEST(MemoryFileTest, ReadersNeverSeeHalfOfAContent) {
  const auto file = MemoryFile::Make();
  ASSERT_TRUE(file.ok()) << file.status();
  ASSERT_EQ((*file)->Replace(std::string(50'000, 'a')), absl::OkStatus());
  std::atomic<bool> over = false;
  std::atomic<int> reads = 0;
  std::thread reader([&] {
    while (!over) {
      const std::string content = ContentOf((*file)->path());
      EXPECT_EQ(content.size(), 50'000u);
      EXPECT_EQ(content,
                std::string(50'000, content.empty() ? '?' : content[0]));
      ++reads;
    }
  });
  for (int i = 0; i < 2'000 || reads < 100; ++i) {
    ASSERT_EQ(
        (*file)->Replace(std::string(50'000, static_cast<char>('a' + i % 26))),
        absl::OkStatus());
  }
  over = true;
  reader.join();
}

class TlsReloadTest : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ =
        std::filesystem::path(::testing::TempDir()) /
        absl::StrCat(
            "tls_reload_", getpid(), "_",
            ::testing::UnitTest::GetInstance()->current_test_info()->name());
    folder_ = std::make_unique<CertificateFolder>(path_);
    folder_->Put(first_, authority_.certificate());
    log::SetSink([this](absl::string_view line) { lines_.emplace_back(line); });
  }
  void TearDown() override {
    log::SetSink(nullptr);
    std::filesystem::remove_all(path_);
  }

  TlsFiles files() const {
    return {.certificate = folder_->certificate(),
            .key = folder_->key(),
            .ca = folder_->ca()};
  }

  static std::string Copied(const Identity& identity) {
    return identity.certificate + "\n" + identity.key;
  }

  const CertificateAuthority authority_{"authority"};
  const Identity first_ = authority_.Issue({.valid_until = absl::Hours(1)});
  const Identity second_ = authority_.Issue({.valid_until = absl::Hours(2)});
  std::filesystem::path path_;
  std::unique_ptr<CertificateFolder> folder_;
  std::vector<std::string> lines_;
};

TEST_F(TlsReloadTest, TakesOverWhatHasChanged) {
  const auto reloaded = ReloadedTlsFiles::Open(files(), TlsRole::kServer);
  ASSERT_TRUE(reloaded.ok()) << reloaded.status();
  const TlsFiles copies = (*reloaded)->copies();
  EXPECT_EQ(ContentOf(copies.certificate), Copied(first_));
  EXPECT_EQ(copies.key, copies.certificate);
  EXPECT_EQ(ContentOf(copies.ca), authority_.certificate());
  const absl::Time expiry = (*reloaded)->expiry();
  (*reloaded)->Look();
  EXPECT_THAT(lines_, IsEmpty());
  const CertificateAuthority other("other");
  folder_->Put(second_, other.certificate());
  (*reloaded)->Look();
  EXPECT_EQ(ContentOf(copies.certificate), Copied(second_));
  EXPECT_EQ(ContentOf(copies.ca), other.certificate());
  EXPECT_GE((*reloaded)->expiry(), expiry + absl::Minutes(59));
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("tls_files_reloaded")));
}

TEST_F(TlsReloadTest, KeepsWhatWasThereWhileTheFilesCannotBeUsed) {
  const auto reloaded = ReloadedTlsFiles::Open(files(), TlsRole::kServer);
  ASSERT_TRUE(reloaded.ok()) << reloaded.status();
  const Identity broken[] = {
      {.certificate = "no certificate", .key = first_.key, .serial = ""},
      {.certificate = second_.certificate, .key = first_.key, .serial = ""},
      {.certificate = second_.certificate, .key = "", .serial = ""},
  };
  for (const Identity& identity : broken) {
    lines_.clear();
    folder_->Put(identity, authority_.certificate());
    (*reloaded)->Look();
    EXPECT_THAT(lines_, IsEmpty());
    EXPECT_FALSE((*reloaded)->rejects());
    (*reloaded)->Look();
    (*reloaded)->Look();
    EXPECT_THAT(lines_, ElementsAre(HasSubstr("tls_files_rejected")));
    EXPECT_THAT(lines_[0], Not(HasSubstr("PRIVATE")));
    EXPECT_TRUE((*reloaded)->rejects());
    EXPECT_EQ(ContentOf((*reloaded)->copies().certificate), Copied(first_));
    folder_->Put(first_, authority_.certificate());
    (*reloaded)->Look();
    EXPECT_FALSE((*reloaded)->rejects());
  }
  std::filesystem::remove_all(path_);
  (*reloaded)->Look();
  (*reloaded)->Look();
  EXPECT_TRUE((*reloaded)->rejects());
  EXPECT_EQ(ContentOf((*reloaded)->copies().certificate), Copied(first_));
}

TEST_F(TlsReloadTest, AClientMayHaveOnlyAnAuthority) {
  TlsFiles only_ca = files();
  only_ca.certificate.clear();
  only_ca.key.clear();
  const auto reloaded = ReloadedTlsFiles::Open(only_ca, TlsRole::kClient);
  ASSERT_TRUE(reloaded.ok()) << reloaded.status();
  EXPECT_EQ((*reloaded)->copies().certificate, "");
  EXPECT_EQ((*reloaded)->copies().key, "");
  EXPECT_EQ(ContentOf((*reloaded)->copies().ca), authority_.certificate());
  EXPECT_EQ((*reloaded)->expiry(), absl::InfiniteFuture());
  EXPECT_EQ(
      ReasonOf(ReloadedTlsFiles::Open(only_ca, TlsRole::kServer).status()),
      "TLS_FILES_INCOMPLETE");
}

TEST_F(TlsReloadTest, WhatIsKeptReloadedIsReloadedOnce) {
  const auto one = KeepReloading(files(), TlsRole::kServer);
  ASSERT_TRUE(one.ok()) << one.status();
  EXPECT_EQ(*KeepReloading(files(), TlsRole::kServer), *one);
  TlsFiles absent = files();
  absent.ca = "/absent";
  EXPECT_EQ(ReasonOf(KeepReloading(absent, TlsRole::kServer).status()),
            "TLS_FILE_UNREADABLE");
  EXPECT_EQ(ReasonOf(KeepReloading(absent, TlsRole::kServer).status()),
            "TLS_FILE_UNREADABLE");
}

TEST_F(TlsReloadTest, IsMeasured) {
  const auto reloaded = ReloadedTlsFiles::Open(files(), TlsRole::kServer);
  ASSERT_TRUE(reloaded.ok()) << reloaded.status();
  Metrics metrics;
  const auto registration = AddTlsMetrics(metrics, **reloaded);
  const auto values = [&] {
    std::vector<double> found;
    for (const MetricSample& sample : metrics.Collect()) {
      found.push_back(sample.value);
    }
    return found;
  };
  const auto seconds =
      static_cast<double>(absl::ToUnixSeconds((*reloaded)->expiry()));
  EXPECT_NEAR(seconds,
              static_cast<double>(absl::ToUnixSeconds(absl::Now())) + 3600, 60);
  EXPECT_THAT(values(), ElementsAre(seconds, 0));
  folder_->Put({.certificate = "", .key = "", .serial = ""}, "");
  (*reloaded)->Look();
  (*reloaded)->Look();
  EXPECT_THAT(values(), ElementsAre(seconds, 1));
  EXPECT_EQ(metrics.Collect()[0].name,
            "pulsetaker_tls_certificate_expiry_timestamp_seconds");
  EXPECT_EQ(metrics.Collect()[1].name, "pulsetaker_tls_files_rejected");
}

}  // namespace
}  // namespace pulsetaker::rpc
