#include "cli/export/out_file.h"

#include "absl/strings/str_cat.h"

namespace pulsetaker::cli {

OutFile::OutFile(const std::string& path)
    : path_(path), partial_(path + ".part") {
  file_ = path == "-" ? stdout : std::fopen(partial_.c_str(), "wb");
}

OutFile::~OutFile() {
  if (file_ == nullptr || file_ == stdout) return;
  std::fclose(file_);
  std::remove(partial_.c_str());
}

absl::Status OutFile::Write(absl::string_view bytes) {
  if (file_ != nullptr &&
      std::fwrite(bytes.data(), 1, bytes.size(), file_) == bytes.size()) {
    return absl::OkStatus();
  }
  return CannotWrite();
}

absl::Status OutFile::Finish() {
  std::FILE* const file = file_;
  if (file == nullptr) return CannotWrite();
  if (file == stdout) {
    return std::fflush(file) == 0 ? absl::OkStatus() : CannotWrite();
  }
  file_ = nullptr;
  const bool closed = std::fclose(file) == 0;
  if (!closed || std::rename(partial_.c_str(), path_.c_str()) != 0) {
    std::remove(partial_.c_str());
    return CannotWrite();
  }
  return absl::OkStatus();
}

absl::Status OutFile::CannotWrite() const {
  return absl::InternalError(absl::StrCat("cannot write ", path_));
}

}  // namespace pulsetaker::cli
