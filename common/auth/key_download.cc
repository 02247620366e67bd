#include "common/auth/key_download.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "curl/curl.h"

namespace pulsetaker::auth {
namespace {

struct CloseTransfer {
  void operator()(CURL* transfer) const { curl_easy_cleanup(transfer); }
};
using Transfer = std::unique_ptr<CURL, CloseTransfer>;

struct CloseUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, CloseUrl>;

constexpr long kOk = 200;

// What a transfer has brought, for its callbacks.
struct Progress {
  const std::size_t bytes_max;
  const std::atomic<bool>& stop;
  std::string body = {};
  bool is_too_long = false;
};

std::size_t Append(char* bytes, std::size_t one, std::size_t count,
                   void* state) {
  Progress& progress = *static_cast<Progress*>(state);
  const std::size_t size = one * count;
  if (size > progress.bytes_max - progress.body.size()) {
    progress.is_too_long = true;
    return 0;  // Ends the transfer.
  }
  progress.body.append(bytes, size);
  return size;
}

int IsUnwanted(void* state, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Progress*>(state)->stop.load() ? 1 : 0;
}

absl::Status DownloadError(absl::string_view problem) {
  return MakeError(absl::StatusCode::kUnavailable, "TOKEN_KEYS_UNAVAILABLE",
                   absl::StrCat("the keys could not be fetched: ", problem));
}

absl::Status UrlError(absl::string_view problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, "KEY_SOURCE_INVALID",
                   absl::StrCat("the URL of the keys ", problem),
                   {{"field", "key_url"}});
}

std::string PartOf(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return "";
  std::string copy = text;
  curl_free(text);
  return copy;
}

bool IsLoopback(const std::string& host) {
  return host == "127.0.0.1" || host == "[::1]" || host == "localhost";
}

void StartCurlOnce() {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK) FailStop("libcurl does not start");
}

// Adds up what was refused, so that no option is left out unseen.
class Options {
 public:
  explicit Options(CURL* transfer) : transfer_(transfer) {}

  template <typename Value>
  Options& Set(CURLoption option, Value value) {
    const CURLcode code = curl_easy_setopt(transfer_, option, value);
    if (code != CURLE_OK) worst_ = code;
    return *this;
  }
  bool all_set() const { return worst_ == CURLE_OK; }

 private:
  CURL* const transfer_;
  CURLcode worst_ = CURLE_OK;
};

bool Prepare(CURL* transfer, const DownloadOptions& options,
             Progress& progress) {
  const auto timeout =
      static_cast<long>(absl::ToInt64Milliseconds(options.timeout));
  Options set(transfer);
  set.Set(CURLOPT_URL, options.url.c_str())
      .Set(CURLOPT_PROTOCOLS_STR, "http,https")
      .Set(CURLOPT_FOLLOWLOCATION, 0L)
      .Set(CURLOPT_TIMEOUT_MS, timeout)
      .Set(CURLOPT_CONNECTTIMEOUT_MS, timeout)
      // Signals are the process's, and other threads run.
      .Set(CURLOPT_NOSIGNAL, 1L)
      .Set(CURLOPT_SSL_VERIFYPEER, 1L)
      .Set(CURLOPT_SSL_VERIFYHOST, 2L)
      .Set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2))
      .Set(CURLOPT_MAXFILESIZE, static_cast<long>(options.bytes_max))
      .Set(CURLOPT_USERAGENT, "pulsetaker")
      .Set(CURLOPT_WRITEFUNCTION, &Append)
      .Set(CURLOPT_WRITEDATA, &progress)
      .Set(CURLOPT_XFERINFOFUNCTION, &IsUnwanted)
      .Set(CURLOPT_XFERINFODATA, &progress)
      .Set(CURLOPT_NOPROGRESS, 0L)
      // A proxy of the environment is for what leaves this host.
      .Set(CURLOPT_NOPROXY, "localhost,127.0.0.1,::1");
  if (!options.ca_file.empty()) {
    set.Set(CURLOPT_CAINFO, options.ca_file.c_str());
    set.Set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  return set.all_set();
}

}  // namespace

absl::Status CheckDownloadUrl(const std::string& url) {
  const Url parsed(curl_url());
  if (parsed == nullptr) FailStop("libcurl has no memory");
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) {
    return UrlError("is not a URL");
  }
  const std::string scheme = PartOf(parsed.get(), CURLUPART_SCHEME);
  const std::string host = PartOf(parsed.get(), CURLUPART_HOST);
  if (scheme != "https" && !(scheme == "http" && IsLoopback(host))) {
    return UrlError("is not of https, nor of http to this host");
  }
  if (!PartOf(parsed.get(), CURLUPART_USER).empty() ||
      !PartOf(parsed.get(), CURLUPART_PASSWORD).empty() ||
      !PartOf(parsed.get(), CURLUPART_FRAGMENT).empty()) {
    return UrlError("has a user, a password or a fragment");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> Download(const DownloadOptions& options,
                                     const std::atomic<bool>& stop) {
  PT_RETURN_IF_ERROR(CheckDownloadUrl(options.url));
  StartCurlOnce();
  const Transfer transfer(curl_easy_init());
  if (transfer == nullptr) FailStop("libcurl has no memory");
  Progress progress{.bytes_max = options.bytes_max, .stop = stop};
  if (!Prepare(transfer.get(), options, progress)) {
    return DownloadError("libcurl does not take an option");
  }
  const CURLcode code = curl_easy_perform(transfer.get());
  if (progress.is_too_long || code == CURLE_FILESIZE_EXCEEDED) {
    return DownloadError(
        absl::StrCat("the answer has more than ", options.bytes_max, " bytes"));
  }
  if (code != CURLE_OK) return DownloadError(curl_easy_strerror(code));
  long status = 0;
  curl_easy_getinfo(transfer.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status != kOk) {
    return DownloadError(absl::StrCat("the server answered ", status));
  }
  return std::move(progress.body);
}

}  // namespace pulsetaker::auth
