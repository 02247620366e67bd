#include "common/crypto/root_key.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "gtest/gtest.h"

namespace pulsetaker::crypto {
namespace {

const char kA[] =
    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const char kB[] =
    "FFEEDDCCBBAA99887766554433221100ffeeddccbbaa99887766554433221100";

class RootKeyFileTest : public ::testing::Test {
 protected:
  RootKeyFileTest() { std::filesystem::create_directories(folder_); }
  ~RootKeyFileTest() override { std::filesystem::remove_all(folder_); }

  std::string Write(const std::string& content, mode_t mode = 0600) const {
    const std::string path = folder_ + "/root.key";
    std::ofstream(path) << content;
    EXPECT_EQ(::chmod(path.c_str(), mode), 0);
    return path;
  }

  const std::string folder_ =
      absl::StrCat(std::string(std::filesystem::temp_directory_path()),
                   "/root_key_test.", ::getpid());
};

TEST_F(RootKeyFileTest, ReadsKeysOfWhichTheFirstIsCurrent) {
  const auto former = ReadRootKeyFile(Write(absl::StrCat(kA, "\n")));
  ASSERT_TRUE(former.ok()) << former.status();
  const SecretKey key = SecretKey::Random();
  const auto wrapped = (*former)->Wrap(key, "north");
  ASSERT_TRUE(wrapped.ok());
  EXPECT_EQ(wrapped->root_key_id, (*former)->current_id());

  const auto both = ReadRootKeyFile(
      Write(absl::StrCat("# 2026\n", kB, "\n\n# 2025\n  ", kA, "\r\n"), 0640));
  ASSERT_TRUE(both.ok()) << both.status();
  EXPECT_NE((*both)->current_id(), (*former)->current_id());
  const auto unwrapped = (*both)->Unwrap(*wrapped, "north");
  ASSERT_TRUE(unwrapped.ok()) << unwrapped.status();
  EXPECT_EQ(unwrapped->bytes(), key.bytes());
  EXPECT_EQ(ReasonOf((*both)->Unwrap(*wrapped, "south").status()),
            "STORED_DATA_UNREADABLE");
  EXPECT_EQ((*both)->Wrap(key, "")->root_key_id, (*both)->current_id());

  const auto other = ReadRootKeyFile(Write(kB));
  ASSERT_TRUE(other.ok());
  EXPECT_EQ(ReasonOf((*other)->Unwrap(*wrapped, "north").status()),
            "ROOT_KEY_UNKNOWN");
}

TEST_F(RootKeyFileTest, HasAnIdThatDoesNotTellTheKey) {
  const auto root = ReadRootKeyFile(Write(kA));
  ASSERT_TRUE(root.ok());
  EXPECT_EQ((*root)->current_id().size(), 16u);
  EXPECT_FALSE(absl::StrContains(kA, (*root)->current_id()));
}

TEST_F(RootKeyFileTest, RefusesWhatIsNotAFileOfKeys) {
  std::string many;
  for (int i = 0; i <= kRootKeysMax; ++i) absl::StrAppend(&many, kA, "\n");
  const struct {
    std::string content;
    mode_t mode;
    const char* said;
  } cases[] = {
      {kA, 0644, "every user"},
      {kA, 0602, "every user"},
      {"", 0600, "has no key"},
      {"# nothing\n\n", 0600, "has no key"},
      {absl::StrCat(kA, "\n", std::string(kB).substr(1)), 0600, "line 2"},
      {absl::StrCat(kA, "00"), 0600, "line 1"},
      {std::string(64, 'g'), 0600, "line 1"},
      {std::string(10'000, '0'), 0600, "line 1"},
      {std::string(32, '\0'), 0600, "line 1"},
      {many, 0600, "more than 16"},
  };
  for (const auto& c : cases) {
    const absl::Status status =
        ReadRootKeyFile(Write(c.content, c.mode)).status();
    EXPECT_EQ(ReasonOf(status), "ROOT_KEY_FILE_INVALID") << c.said;
    EXPECT_TRUE(absl::StrContains(status.message(), c.said)) << status;
    EXPECT_TRUE(absl::StrContains(status.message(), "/root.key")) << status;
    EXPECT_FALSE(absl::StrContains(status.message(), "0011223344")) << status;
  }
  EXPECT_EQ(ReasonOf(ReadRootKeyFile(folder_).status()),
            "ROOT_KEY_FILE_INVALID");
  EXPECT_EQ(ReasonOf(ReadRootKeyFile(folder_ + "/none").status()),
            "ROOT_KEY_FILE_INVALID");
}

}  // namespace
}  // namespace pulsetaker::crypto
