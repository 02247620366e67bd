// A file that appears under its name when it is whole; "-" is standard output.

#pragma once

#include <cstdio>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace pulsetaker::cli {

class OutFile {
 public:
  explicit OutFile(const std::string& path);
  ~OutFile();
  OutFile(const OutFile&) = delete;
  OutFile& operator=(const OutFile&) = delete;

  // INTERNAL: what is written does not arrive, or not all of it.
  absl::Status Write(absl::string_view bytes);
  absl::Status Finish();

 private:
  absl::Status CannotWrite() const;

  const std::string path_;
  const std::string partial_;
  std::FILE* file_ = nullptr;
};

}  // namespace pulsetaker::cli
