#include "common/rpc/tls_files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/log.h"
#include "common/base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/certificates.h"

namespace pulsetaker::rpc {
namespace {

using pulsetaker::testing::CertificateAuthority;
using pulsetaker::testing::Identity;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr char kEncryptedKey[] =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MIGjMF8GCSqGSIb3DQEFDTBSMDEGCSqGSIb3DQEFDDAkBBDBhP1wAAAAAAAAAAAA\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";

// Reads and checks, and writes what warnings there are.
absl::Status Check(const TlsFiles& files, TlsRole role, absl::Time now) {
  const absl::StatusOr<TlsContent> content = ReadTlsFiles(files, role);
  if (!content.ok()) return content.status();
  const absl::StatusOr<absl::Time> expiry = CheckTlsContent(*content, files);
  if (expiry.ok()) WarnOfTlsFiles(files, *expiry, now);
  return expiry.status();
}

absl::Status CheckServer(const TlsFiles& files, absl::Time now) {
  return Check(files, TlsRole::kServer, now);
}

absl::Status CheckClient(const TlsFiles& files, absl::Time now) {
  return Check(files, TlsRole::kClient, now);
}

class TlsFilesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::path(::testing::TempDir()) /
        absl::StrCat(
            "tls_files_", getpid(), "_",
            ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directory(folder_);
    log::SetSink([this](absl::string_view line) { lines_.emplace_back(line); });
  }
  void TearDown() override {
    log::SetSink(nullptr);
    std::filesystem::remove_all(folder_);
  }

  std::string Put(const std::string& name, const std::string& content,
                  mode_t mode = 0600) {
    const std::string path = (folder_ / name).string();
    std::ofstream(path, std::ios::binary) << content;
    chmod(path.c_str(), mode);
    return path;
  }

  TlsFiles PutAll(const Identity& identity) {
    return {.certificate = Put("tls.crt", identity.certificate),
            .key = Put("tls.key", identity.key),
            .ca = Put("ca.crt", authority_.certificate())};
  }

  const CertificateAuthority authority_{"authority"};
  const Identity identity_ = authority_.Issue({.dns_names = {"survey"}});
  std::filesystem::path folder_;
  std::vector<std::string> lines_;
};

TEST_F(TlsFilesTest, TakesWhatBelongsTogether) {
  const TlsFiles files = PutAll(identity_);
  EXPECT_EQ(CheckServer(files, absl::Now()), absl::OkStatus());
  EXPECT_EQ(CheckClient(files, absl::Now()), absl::OkStatus());
  EXPECT_EQ(
      CheckClient({.certificate = "", .key = "", .ca = files.ca}, absl::Now()),
      absl::OkStatus());
  EXPECT_THAT(lines_, IsEmpty());
}

TEST_F(TlsFilesTest, TakesAChainAndABundle) {
  const TlsFiles files = {
      .certificate =
          Put("chain", identity_.certificate + authority_.certificate()),
      .key = Put("key", identity_.key),
      .ca = Put("bundle", CertificateAuthority("old").certificate() + "\n" +
                              authority_.certificate())};
  EXPECT_EQ(CheckServer(files, absl::Now()), absl::OkStatus());
}

TEST_F(TlsFilesTest, SaysWhichFileIsWrongAndWhy) {
  struct Row {
    const char* name;
    std::string field;
    std::string reason;
    TlsFiles files;
  };
  const TlsFiles good = PutAll(identity_);
  const auto with = [&](std::string TlsFiles::* file, const std::string& path) {
    TlsFiles files = good;
    files.*file = path;
    return files;
  };
  const std::string absent = (folder_ / "absent").string();
  const std::string half =
      identity_.certificate.substr(0, identity_.certificate.size() / 2);
  const Row rows[] = {
      {"no certificate", "tls_certificate", "TLS_FILES_INCOMPLETE",
       with(&TlsFiles::certificate, "")},
      {"no key", "tls_key", "TLS_FILES_INCOMPLETE", with(&TlsFiles::key, "")},
      {"no authority", "tls_ca", "TLS_FILES_INCOMPLETE",
       with(&TlsFiles::ca, "")},
      {"certificate absent", "tls_certificate", "TLS_FILE_UNREADABLE",
       with(&TlsFiles::certificate, absent)},
      {"key absent", "tls_key", "TLS_FILE_UNREADABLE",
       with(&TlsFiles::key, absent)},
      {"authority absent", "tls_ca", "TLS_FILE_UNREADABLE",
       with(&TlsFiles::ca, absent)},
      {"certificate is a folder", "tls_certificate", "TLS_FILE_UNREADABLE",
       with(&TlsFiles::certificate, folder_.string())},
      {"certificate empty", "tls_certificate", "TLS_FILE_MALFORMED",
       with(&TlsFiles::certificate, Put("empty", ""))},
      {"certificate is text", "tls_certificate", "TLS_FILE_MALFORMED",
       with(&TlsFiles::certificate, Put("text", "no certificate"))},
      {"certificate is a key", "tls_certificate", "TLS_FILE_MALFORMED",
       with(&TlsFiles::certificate, good.key)},
      {"certificate cut", "tls_certificate", "TLS_FILE_MALFORMED",
       with(&TlsFiles::certificate, Put("cut", half))},
      {"second certificate cut", "tls_ca", "TLS_FILE_MALFORMED",
       with(&TlsFiles::ca, Put("cut2", authority_.certificate() + half))},
      {"certificate too large", "tls_certificate", "TLS_FILE_MALFORMED",
       with(&TlsFiles::certificate,
            Put("large", std::string(std::size_t{5} << 20, ' ')))},
      {"key is a certificate", "tls_key", "TLS_FILE_MALFORMED",
       with(&TlsFiles::key, good.certificate)},
      {"key has a password", "tls_key", "TLS_FILE_MALFORMED",
       with(&TlsFiles::key, Put("encrypted", kEncryptedKey))},
      {"key of another", "tls_key", "TLS_KEY_MISMATCH",
       with(&TlsFiles::key, Put("other", authority_.Issue({}).key))},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const absl::Status status = CheckServer(row.files, absl::Now());
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ReasonOf(status), row.reason);
    EXPECT_THAT(MetadataOf(status), ElementsAre(Pair("field", row.field)));
    EXPECT_THAT(std::string(status.message()), HasSubstr("--" + row.field));
  }
}

TEST_F(TlsFilesTest, AClientHasBothCertificateAndKeyOrNeither) {
  TlsFiles files = PutAll(identity_);
  files.key.clear();
  EXPECT_EQ(ReasonOf(CheckClient(files, absl::Now())), "TLS_FILES_INCOMPLETE");
}

TEST_F(TlsFilesTest, WarnsOfAKeyThatOthersMayRead) {
  const TlsFiles files = PutAll(identity_);
  chmod(files.key.c_str(), 0640);
  EXPECT_EQ(CheckServer(files, absl::Now()), absl::OkStatus());
  EXPECT_THAT(lines_, IsEmpty());
  chmod(files.key.c_str(), 0604);
  EXPECT_EQ(CheckServer(files, absl::Now()), absl::OkStatus());
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("tls_key_readable_by_others")));
}

TEST_F(TlsFilesTest, WarnsOfACertificateThatHasExpired) {
  const TlsFiles files = PutAll(identity_);
  const absl::Time expiry =
      *CheckTlsContent(*ReadTlsFiles(files, TlsRole::kServer), files);
  EXPECT_EQ(CheckServer(files, expiry - absl::Seconds(1)), absl::OkStatus());
  EXPECT_THAT(lines_, IsEmpty());
  EXPECT_EQ(CheckServer(files, expiry), absl::OkStatus());
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("tls_certificate_expired")));
}

TEST_F(TlsFilesTest, TellsWhenTheFirstCertificateExpires) {
  const absl::Time now = absl::Now();
  TlsFiles files = PutAll(identity_);
  files.certificate =
      Put("chain", identity_.certificate + authority_.certificate());
  const auto expiry =
      CheckTlsContent(*ReadTlsFiles(files, TlsRole::kServer), files);
  ASSERT_TRUE(expiry.ok()) << expiry.status();
  EXPECT_GE(*expiry, now + absl::Minutes(59));
  EXPECT_LE(*expiry, now + absl::Minutes(61));
  const TlsFiles only_ca = {.certificate = "", .key = "", .ca = files.ca};
  EXPECT_EQ(*CheckTlsContent(*ReadTlsFiles(only_ca, TlsRole::kClient), only_ca),
            absl::InfiniteFuture());
}

}  // namespace
}  // namespace pulsetaker::rpc
