#include "bench/support/metrics_page.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/status.h"

namespace pulsetaker::bench {
namespace {

std::string Fetch(int port) {
  const int connection = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connection < 0 ||
      connect(connection, reinterpret_cast<const sockaddr*>(&address),
              sizeof address) != 0) {
    FailStop("cannot connect to the metrics page");
  }
  const std::string request =
      "GET /metrics HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  if (write(connection, request.data(), request.size()) !=
      static_cast<ssize_t>(request.size())) {
    FailStop("cannot ask for the metrics page");
  }
  std::string page;
  std::array<char, 4096> part;
  for (ssize_t size = 1; size > 0;) {
    size = read(connection, part.data(), part.size());
    if (size > 0) page.append(part.data(), static_cast<std::size_t>(size));
  }
  close(connection);
  return page;
}

}  // namespace

double ReadMetric(int admin_port, absl::string_view name) {
  const std::string page = Fetch(admin_port);
  for (const absl::string_view line : absl::StrSplit(page, '\n')) {
    const std::vector<absl::string_view> words =
        absl::StrSplit(line, absl::ByAnyChar(" \r"), absl::SkipEmpty());
    double value = 0;
    if (words.size() >= 2 && words[0] == name &&
        absl::SimpleAtod(words[1], &value)) {
      return value;
    }
  }
  FailStop(absl::StrCat("the metrics page has no ", name));
}

}  // namespace pulsetaker::bench
