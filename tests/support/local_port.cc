#include "tests/support/local_port.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <random>

#include "common/base/status.h"

namespace pulsetaker::testing {
namespace {

constexpr int kBacklog = 16;
// Below those that Linux gives out.
constexpr int kFirstPort = 20'000;
constexpr int kPortCount = 12'000;

sockaddr_in Loopback(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<in_port_t>(port));
  return address;
}

}  // namespace

int FreePort() {
  std::random_device random;
  for (int i = 0; i < kPortCount; ++i) {
    const int port = kFirstPort + static_cast<int>(random() % kPortCount);
    const int listener = ListenLocally(port);
    if (listener < 0) continue;
    close(listener);
    return port;
  }
  FailStop("there is no free port");
}

int ListenLocally(int port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(port);
  if (bind(listener, reinterpret_cast<const sockaddr*>(&address),
           sizeof(address)) == 0 &&
      listen(listener, kBacklog) == 0) {
    return listener;
  }
  close(listener);
  return -1;
}

int PortOf(int listener) {
  sockaddr_in address = {};
  socklen_t size = sizeof(address);
  if (getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) !=
      0) {
    return 0;
  }
  return ntohs(address.sin_port);
}

int ConnectLocally(int port) {
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(port);
  if (connect(connection, reinterpret_cast<const sockaddr*>(&address),
              sizeof(address)) == 0) {
    return connection;
  }
  close(connection);
  return -1;
}

}  // namespace pulsetaker::testing
