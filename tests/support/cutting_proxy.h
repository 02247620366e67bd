// A connection that breaks, wherever it is told to.

#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

namespace pulsetaker::testing {

// Stands before a server on this machine and hands on what comes, one
// connection at a time, until it resets it after some number of bytes: in the
// middle of a message, as a network does.
class CuttingProxy {
 public:
  // Ends the process if it cannot listen.
  explicit CuttingProxy(int server_port);
  ~CuttingProxy();
  CuttingProxy(const CuttingProxy&) = delete;
  CuttingProxy& operator=(const CuttingProxy&) = delete;

  int port() const { return port_; }

  // The connections that are made from here on are reset, on both sides, once
  // the client has sent so many bytes.
  void CutAfter(std::int64_t bytes) { cut_after_ = bytes; }

  // How many were.
  std::int64_t cut_count() const { return cut_count_; }

 private:
  void Serve();
  void Carry(int client, int server);

  const int server_port_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<std::int64_t> cut_after_ = 0;
  std::atomic<std::int64_t> cut_count_ = 0;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;  // Last: it uses all of the above.
};

}  // namespace pulsetaker::testing
