// Holds the tree to its own rules, so that no review has to. Runs from the root
// of the repository.

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace {

namespace fs = std::filesystem;

// What a layer may include of our own headers, of generated ones and of the
// engines'. SERVICE stands for the service that the folder belongs to, so no
// service ever includes another.
const std::map<std::string, std::string> kMayInclude = {
    {"common/audit",
     "(common/(audit|base|kv|rpc)|pulsetaker/audit/v1|rocksdb|grpcpp)/.*"},
    {"common/base", "common/base/.*"},
    {"common/auth", "common/(auth|base)/.*"},
    {"common/crypto", "common/(base|crypto)/.*"},
    {"common/erasure",
     "(common/(base|erasure|kv|rpc)|pulsetaker/survey/v1|rocksdb|grpcpp|google)"
     "/.*"},
    {"common/kv", "(common/(base|kv)|rocksdb)/.*"},
    {"common/rpc",
     "(common/(auth|base|rpc)|grpcpp|grpc|google|pulsetaker/policy)/.*|"
     "common/audit/audit_trail\\.h"},
    {"domain", "(common/base|services/SERVICE/domain)/.*"},
    {"store",
     "(common/(base|crypto|erasure|kv)|services/SERVICE/(domain|store)|rocksdb|"
     "google/protobuf/io)/.*"},
    {"rpc",
     "(common/(base|rpc)|services/SERVICE/(domain|rpc)|"
     "pulsetaker/SERVICE/v1|grpcpp|google)/.*|common/erasure/withdrawals\\.h"},
    {"clients",
     "(common/(base|rpc)|services/SERVICE/(domain|clients)|"
     "pulsetaker/[a-z]+/v1|grpcpp|google)/.*"},
};
const std::regex kWatched(
    "(common|services|pulsetaker|rocksdb|grpcpp|grpc|google)/.*");

constexpr int kHeaderLinesMax = 250;
constexpr int kSourceLinesMax = 500;
constexpr int kTestLinesMax = 800;

// `services/survey/store` is of layer `store`, `common/kv` of `common/kv`. What
// lies above the layers, such as a service's main.cc, may include anything.
std::regex Allowed(const fs::path& folder) {
  const std::vector<std::string> parts(folder.begin(), folder.end());
  if (parts[0] == "common") return std::regex(kMayInclude.at(folder.string()));
  if (parts[0] != "services" || parts.size() < 3) return std::regex(".*");
  return std::regex(std::regex_replace(kMayInclude.at(parts[2]),
                                       std::regex("SERVICE"), parts[1]));
}

bool IsTest(const fs::path& path) {
  const std::string stem = path.stem().string();
  return stem.ends_with("_test") || stem.ends_with("_testing");
}

int LinesMax(const fs::path& path) {
  if (IsTest(path)) return kTestLinesMax;
  return path.extension() == ".h" ? kHeaderLinesMax : kSourceLinesMax;
}

std::vector<fs::path> Sources() {
  std::vector<fs::path> paths;
  for (const char* root : {"common", "services", "cli", "tests", "bench"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
      const fs::path& path = entry.path();
      if (path.extension() == ".cc" || path.extension() == ".h") {
        paths.push_back(path);
      }
    }
  }
  return paths;
}

TEST(TidyTest, FoldersIncludeOnlyWhatTheyMay) {
  const std::regex include("#include \"([^\"]+)\"");
  int checked = 0;
  for (const fs::path& path : Sources()) {
    if (IsTest(path)) continue;
    const std::regex allowed = Allowed(path.parent_path());
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
      std::smatch match;
      if (!std::regex_match(line, match, include)) continue;
      const std::string header = match[1];
      ++checked;
      EXPECT_TRUE(!std::regex_match(header, kWatched) ||
                  std::regex_match(header, allowed))
          << path << " may not include " << header;
    }
  }
  EXPECT_GT(checked, 100) << "this test does not see the tree";
}

TEST(TidyTest, FilesHoldOneIdea) {
  for (const fs::path& path : Sources()) {
    std::ifstream file(path);
    int lines = 0;
    for (std::string line; std::getline(file, line); ++lines) {
    }
    EXPECT_LE(lines, LinesMax(path))
        << path << " has grown into more than one thing";
  }
}

}  // namespace
