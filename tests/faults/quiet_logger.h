// RocksDB's own log, for tests that open thousands of databases.

#pragma once

#include <cstdarg>
#include <cstddef>

#include "rocksdb/env.h"

namespace pulsetaker::testing {

// Keeps nothing.
class QuietLogger final : public rocksdb::Logger {
 public:
  using Logger::Logv;
  void Logv(const char* /*format*/, va_list /*arguments*/) override {}
  std::size_t GetLogFileSize() const override { return 0; }
};

}  // namespace pulsetaker::testing
