#include "common/rpc/call_token.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <system_error>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/base/mutex.h"
#include "common/base/status.h"

namespace pulsetaker::rpc {
namespace {

bool IsTokenCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         absl::string_view("-._~+/=").find(c) != absl::string_view::npos;
}

// Says nothing of the token itself: it is a secret, even if it is wrong.
absl::Status CheckToken(absl::string_view token, absl::string_view where) {
  const auto refuse = [&](absl::string_view problem) {
    return MakeError(absl::StatusCode::kInvalidArgument, "TOKEN_MALFORMED",
                     absl::StrCat("the token ", where, " ", problem),
                     {{"field", "token"}});
  };
  if (token.empty()) return refuse("is empty");
  if (token.size() > kTokenBytesMax) {
    return refuse(absl::StrCat("has more than ", kTokenBytesMax, " bytes"));
  }
  if (!std::all_of(token.begin(), token.end(), IsTokenCharacter)) {
    return refuse("has other characters than letters, digits and -._~+/=");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadToken(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  // With room for white space around it.
  std::string content(kTokenBytesMax + 64, '\0');
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  if (!file.is_open() || file.bad()) {
    return MakeError(absl::StatusCode::kInvalidArgument, "TOKEN_UNREADABLE",
                     absl::StrCat("cannot read the file of the token, ", path),
                     {{"field", "token_file"}});
  }
  content.resize(static_cast<std::size_t>(file.gcount()));
  std::string token(absl::StripAsciiWhitespace(content));
  PT_RETURN_IF_ERROR(CheckToken(token, absl::StrCat("in ", path)));
  return token;
}

// What tells that a file was replaced or written.
std::pair<std::filesystem::file_time_type, std::uintmax_t> StampOf(
    const std::string& path) {
  std::error_code time_error;
  std::error_code size_error;
  auto stamp =
      std::make_pair(std::filesystem::last_write_time(path, time_error),
                     std::filesystem::file_size(path, size_error));
  if (time_error || size_error) return {};
  return stamp;
}

class TokenPlugin final : public grpc::MetadataCredentialsPlugin {
 public:
  TokenPlugin(std::string path, std::string token)
      : path_(std::move(path)), token_(std::move(token)) {
    if (!path_.empty()) stamp_ = StampOf(path_);
  }

  // It reads a file of a few bytes, and only where it has changed.
  bool IsBlocking() const override { return false; }
  const char* GetType() const override { return "pulsetaker_token"; }
  grpc::string DebugString() override { return "a token"; }

  grpc::Status GetMetadata(
      grpc::string_ref /*service_url*/, grpc::string_ref /*method_name*/,
      const grpc::AuthContext& /*channel*/,
      std::multimap<grpc::string, grpc::string>* metadata) override {
    MutexLock lock(mutex_);
    if (!path_.empty()) {
      // Before it is read: what is written meanwhile is read next time.
      const auto stamp = StampOf(path_);
      if (stamp != stamp_ || token_.empty()) {
        absl::StatusOr<std::string> token = ReadToken(path_);
        if (!token.ok()) {
          token_.clear();
          return {grpc::StatusCode::UNAUTHENTICATED,
                  std::string(token.status().message())};
        }
        token_ = *std::move(token);
        stamp_ = stamp;
      }
    }
    metadata->emplace("authorization", absl::StrCat("Bearer ", token_));
    return grpc::Status::OK;
  }

 private:
  const std::string path_;  // Empty: the token stays as it is.
  Mutex mutex_;
  std::string token_ ABSL_GUARDED_BY(mutex_);
  std::pair<std::filesystem::file_time_type, std::uintmax_t> stamp_
      ABSL_GUARDED_BY(mutex_) = {};
};

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::CallCredentials>> TokenCredentials(
    const std::string& token) {
  PT_RETURN_IF_ERROR(CheckToken(token, "that was given"));
  return grpc::MetadataCredentialsFromPlugin(
      std::make_unique<TokenPlugin>("", token));
}

absl::StatusOr<std::shared_ptr<grpc::CallCredentials>> TokenFileCredentials(
    const std::string& path) {
  PT_ASSIGN_OR_RETURN(std::string token, ReadToken(path));
  return grpc::MetadataCredentialsFromPlugin(
      std::make_unique<TokenPlugin>(path, std::move(token)));
}

}  // namespace pulsetaker::rpc
