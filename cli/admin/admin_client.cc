#include "cli/admin/admin_client.h"

#include <array>
#include <memory>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "civetweb.h"
#include "common/base/status.h"
#include "common/rpc/address.h"

namespace pulsetaker::cli {
namespace {

// Far more than any answer has.
constexpr std::size_t kBodyBytesMax = std::size_t{1} << 20;

struct Closer {
  void operator()(mg_connection* connection) const {
    mg_close_connection(connection);
  }
};
using Connection = std::unique_ptr<mg_connection, Closer>;

absl::StatusOr<Connection> Connect(const std::string& address,
                                   std::array<char, 256>& problem) {
  PT_RETURN_IF_ERROR(rpc::CheckAddress(address));
  const std::size_t colon = address.rfind(':');
  absl::string_view host = absl::string_view(address).substr(0, colon);
  if (absl::ConsumePrefix(&host, "[")) absl::ConsumeSuffix(&host, "]");
  int port = 0;
  if (!absl::SimpleAtoi(address.substr(colon + 1), &port)) {
    return absl::InternalError("a port is no number");
  }
  Connection connection(mg_connect_client(std::string(host).c_str(), port,
                                          /*use_ssl=*/0, problem.data(),
                                          problem.size()));
  if (connection == nullptr) return absl::UnavailableError(problem.data());
  return connection;
}

std::string ReadBody(mg_connection* connection) {
  std::string body;
  std::array<char, 4096> buffer;
  while (body.size() < kBodyBytesMax) {
    const int read = mg_read(connection, buffer.data(), buffer.size());
    if (read <= 0) break;
    body.append(buffer.data(), static_cast<std::size_t>(read));
  }
  return body;
}

}  // namespace

std::string AdminReply::error() const {
  const auto found = body.find("error");
  return found != body.end() && found->is_string() ? std::string(*found)
                                                   : body.dump();
}

absl::StatusOr<AdminReply> CallAdmin(const AdminCall& call) {
  std::array<char, 256> problem{};
  PT_ASSIGN_OR_RETURN(const Connection connection,
                      Connect(call.address, problem));
  const std::string request = absl::StrCat(
      call.method, " ", call.path, " HTTP/1.1\r\nHost: ", call.address,
      "\r\nConnection: close\r\nContent-Length: ", call.body.size(), "\r\n\r\n",
      call.body);
  if (mg_write(connection.get(), request.data(), request.size()) <= 0) {
    return absl::UnavailableError("the connection broke");
  }
  const auto millis = static_cast<int>(absl::ToInt64Milliseconds(call.timeout));
  if (mg_get_response(connection.get(), problem.data(), problem.size(),
                      millis) < 0) {
    return absl::UnavailableError(
        absl::StrCat("no answer within ", absl::FormatDuration(call.timeout),
                     problem[0] == '\0' ? "" : ": ", problem.data()));
  }
  AdminReply reply;
  reply.code = mg_get_response_info(connection.get())->status_code;
  reply.body = nlohmann::json::parse(ReadBody(connection.get()), nullptr,
                                     /*allow_exceptions=*/false);
  if (!reply.body.is_object()) {
    return absl::UnavailableError(
        "what answers there is no port for operators");
  }
  return reply;
}

}  // namespace pulsetaker::cli
