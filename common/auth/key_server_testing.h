// A server of keys for tests, on the loopback address. It answers one
// connection after the other with what a test has it say.

#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "common/base/mutex.h"

namespace pulsetaker::auth::testing {

// A certificate of its own authority, for `name` ("localhost"), and its key.
struct Certificate {
  std::string certificate_pem;
  std::string key_pem;
};
Certificate MakeCertificate(absl::string_view name);

class KeyServer {
 public:
  // Of http, or of https with this certificate.
  KeyServer();
  explicit KeyServer(const Certificate& certificate);
  // Ends at once, whoever waits for an answer.
  ~KeyServer();
  KeyServer(const KeyServer&) = delete;
  KeyServer& operator=(const KeyServer&) = delete;

  int port() const { return port_; }
  // How many requests have come.
  int requests() const { return requests_; }

  // 200 with this body from now on.
  void Publish(absl::string_view body);
  // Any answer, as it goes over the wire; "" is none at all: the connection
  // stays open and silent.
  void Answer(absl::string_view answer);

 private:
  struct Tls;
  explicit KeyServer(std::unique_ptr<Tls> tls);

  void Run();
  void Serve(int connection);
  std::string CurrentAnswer() const;

  const std::unique_ptr<Tls> tls_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> requests_ = 0;
  std::atomic<bool> stop_ = false;
  mutable Mutex mutex_;
  std::string answer_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;  // Last: it uses all of the above.
};

}  // namespace pulsetaker::auth::testing
