#include "common/rpc/admin.h"

#include <array>
#include <atomic>
#include <thread>
#include <utility>
#include <vector>

#include "CivetServer.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/status.h"
#include "common/rpc/address.h"

namespace pulsetaker::rpc {
namespace {

// What only browsers and proxies send.
constexpr const char* kIndirectHeaders[] = {"Origin", "Forwarded",
                                            "X-Forwarded-For"};

std::string ReadBody(mg_connection* connection) {
  // One more than there may be, so that too much is seen.
  std::array<char, kAdminBodyBytesMax + 1> buffer{};
  std::size_t size = 0;
  while (size < buffer.size()) {
    const int read =
        mg_read(connection, buffer.data() + size, buffer.size() - size);
    if (read <= 0) break;
    size += static_cast<std::size_t>(read);
  }
  return std::string(buffer.data(), size);
}

AdminRequest FromConnection(mg_connection* connection) {
  const mg_request_info& info = *mg_get_request_info(connection);
  AdminRequest request;
  request.method = info.request_method;
  request.path = info.local_uri == nullptr ? "" : info.local_uri;
  request.peer = info.remote_addr;
  for (const char* const header : kIndirectHeaders) {
    if (mg_get_header(connection, header) != nullptr) {
      request.is_indirect = true;
    }
  }
  if (request.method == "PUT") request.body = ReadBody(connection);
  return request;
}

void Send(mg_connection* connection, const AdminAnswer& answer) {
  std::string text = absl::StrCat(
      "HTTP/1.1 ", answer.code, " ",
      mg_get_response_code_text(connection, answer.code),
      "\r\nContent-Type: ", answer.content_type,
      "\r\nContent-Length: ", answer.body.size(), "\r\nConnection: close\r\n");
  if (!answer.allow.empty()) {
    absl::StrAppend(&text, "Allow: ", answer.allow, "\r\n");
  }
  absl::StrAppend(&text, "\r\n", answer.body);
  mg_write(connection, text.data(), text.size());
}

// An address at which what listens there can be reached from here.
std::string ReachableHost(const std::string& listen) {
  std::string host = listen.substr(0, listen.rfind(':'));
  if (host == "0.0.0.0") return "127.0.0.1";
  if (host == "[::]") return "::1";
  if (host.front() == '[') return host.substr(1, host.size() - 2);
  return host;
}

// Four threads: one may be at work on the store for long. No CORS: by default
// civetweb tells any web page that it may do anything.
std::vector<std::string> OptionsFor(const std::string& listen) {
  return {"listening_ports",
          listen,
          "num_threads",
          "4",
          "request_timeout_ms",
          "5000",
          "access_control_allow_origin",
          "",
          "access_control_allow_methods",
          "",
          "access_control_allow_headers",
          ""};
}

// What runs ends soon after it is told to.
constexpr absl::Duration kAnswersEndMax = absl::Seconds(5);

class CivetAdminServer final : public AdminServer {
 public:
  // Throws CivetException if it cannot listen.
  CivetAdminServer(const std::string& listen, const AdminParts& parts)
      : requests_(parts),
        host_(ReachableHost(listen)),
        server_(OptionsFor(listen)) {
    mg_set_request_handler(
        const_cast<mg_context*>(server_.getContext()),  // For C.
        "**", Handle, this);
    const std::vector<int> ports = server_.getListeningPorts();
    port_ = ports.empty() ? 0 : ports[0];
  }

  // Civetweb looks whether it is to stop only when a connection comes, or every
  // two seconds. A process that stops should not take that long.
  ~CivetAdminServer() override {
    requests_.BeginStop();
    // Once it is told to stop, civetweb sends nothing more, answers included.
    const absl::Time end = absl::Now() + kAnswersEndMax;
    while (unanswered_ > 0 && absl::Now() < end) {
      absl::SleepFor(absl::Milliseconds(2));
    }
    std::atomic<bool> closed = false;
    std::thread closer([&] {
      server_.close();
      closed = true;
    });
    while (!closed) {
      Touch();
      absl::SleepFor(absl::Milliseconds(2));
    }
    closer.join();
  }

  int port() const override { return port_; }

 private:
  static int Handle(mg_connection* connection, void* admin_server) {
    auto& self = *static_cast<CivetAdminServer*>(admin_server);
    ++self.unanswered_;
    const AdminAnswer answer =
        self.requests_.Answer(FromConnection(connection));
    Send(connection, answer);
    --self.unanswered_;
    return answer.code;  // The request is done with.
  }

  void Touch() const {
    std::array<char, 128> problem{};
    mg_connection* const connection = mg_connect_client(
        host_.c_str(), port_, /*use_ssl=*/0, problem.data(), problem.size());
    if (connection != nullptr) mg_close_connection(connection);
  }

  AdminRequests requests_;
  std::atomic<int> unanswered_ = 0;
  const std::string host_;
  CivetServer server_;  // Last: it uses the requests until it is destroyed.
  int port_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<AdminServer>> StartAdminServer(
    const std::string& listen, const AdminParts& parts) {
  PT_RETURN_IF_ERROR(CheckAddress(listen));
  // Civetweb knows addresses, not names; this is the one name that has one
  // meaning.
  std::string address = listen;
  if (absl::StartsWith(address, "localhost:")) {
    address = absl::StrCat("127.0.0.1", address.substr(address.rfind(':')));
  }
  try {
    return std::make_unique<CivetAdminServer>(address, parts);
  } catch (const CivetException& e) {
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", listen, ": ", e.what()));
  }
}

}  // namespace pulsetaker::rpc
