#include "tests/support/cutting_proxy.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "common/base/status.h"
#include "tests/support/local_port.h"

namespace pulsetaker::testing {
namespace {

constexpr int kPollMillis = 20;

// Hands on what can be read from `from`, at most `bytes_max`. The number of
// bytes, 0 if one of the two sides is gone.
std::int64_t HandOn(int from, int to, std::int64_t bytes_max) {
  std::array<char, 16'384> buffer;
  const auto size =
      static_cast<std::size_t>(std::min<std::int64_t>(bytes_max, 16'384));
  const ssize_t count = recv(from, buffer.data(), size, 0);
  for (ssize_t sent = 0; sent < count;) {
    const ssize_t more =
        send(to, buffer.data() + sent, static_cast<std::size_t>(count - sent),
             MSG_NOSIGNAL);
    if (more <= 0) return 0;
    sent += more;
  }
  return std::max<std::int64_t>(count, 0);
}

// With a reset, not in an orderly way.
void Cut(int connection) {
  const linger at_once = {.l_onoff = 1, .l_linger = 0};
  setsockopt(connection, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  close(connection);
}

}  // namespace

CuttingProxy::CuttingProxy(int server_port)
    : server_port_(server_port), listener_(ListenLocally(0)) {
  port_ = PortOf(listener_);
  if (port_ == 0) FailStop("the proxy cannot listen");
  thread_ = std::thread([this] { Serve(); });
}

CuttingProxy::~CuttingProxy() {
  stopping_ = true;
  thread_.join();
  close(listener_);
}

void CuttingProxy::Serve() {
  while (!stopping_) {
    pollfd waiting = {.fd = listener_, .events = POLLIN, .revents = 0};
    if (poll(&waiting, 1, kPollMillis) <= 0) continue;
    const int client = accept(listener_, nullptr, nullptr);
    if (client < 0) continue;
    const int server = ConnectLocally(server_port_);
    if (server >= 0) {
      Carry(client, server);
      Cut(server);
    }
    Cut(client);
  }
}

void CuttingProxy::Carry(int client, int server) {
  std::int64_t left = cut_after_;
  while (!stopping_) {
    std::array<pollfd, 2> sides = {
        pollfd{.fd = client, .events = POLLIN, .revents = 0},
        pollfd{.fd = server, .events = POLLIN, .revents = 0}};
    if (poll(sides.data(), sides.size(), kPollMillis) <= 0) continue;
    if (sides[1].revents != 0 && HandOn(server, client, 16'384) == 0) return;
    if (sides[0].revents == 0) continue;
    const std::int64_t sent = HandOn(client, server, left);
    if (sent == 0) return;
    left -= sent;
    if (left == 0) {
      ++cut_count_;
      return;
    }
  }
}

}  // namespace pulsetaker::testing
