#include "common/kv/file_content.h"

#include <cstddef>
#include <memory>

#include "absl/strings/string_view.h"
#include "common/base/big_endian.h"
#include "common/base/status.h"
#include "common/kv/files.h"
#include "rocksdb/file_checksum.h"

namespace pulsetaker::kv {
namespace {

constexpr std::size_t kReadBytes = std::size_t{1} << 20;

}  // namespace

absl::StatusOr<FileContent> ReadContent(rocksdb::Env& env,
                                        const std::string& path,
                                        const std::string& name,
                                        const StillWanted& wanted) {
  std::unique_ptr<rocksdb::SequentialFile> file;
  rocksdb::Status status =
      env.NewSequentialFile(path, &file, rocksdb::EnvOptions());
  if (!status.ok()) return FileError(name, status);
  const auto checksum =
      rocksdb::GetFileChecksumGenCrc32cFactory()->CreateFileChecksumGenerator(
          {});
  const auto buffer = std::make_unique<char[]>(kReadBytes);
  FileContent content;
  for (;;) {
    PT_RETURN_IF_ERROR(wanted());
    rocksdb::Slice read;
    status = file->Read(kReadBytes, &read, buffer.get());
    if (!status.ok()) return FileError(name, status);
    if (read.empty()) break;
    checksum->Update(read.data(), read.size());
    content.size_bytes += static_cast<std::int64_t>(read.size());
  }
  checksum->Finalize();
  const std::string bytes = checksum->GetChecksum();
  absl::string_view rest(bytes.data(), bytes.size());
  if (!ConsumeBigEndian32(rest, content.crc32c) || !rest.empty()) {
    return absl::InternalError("RocksDB's checksum is not one of 4 bytes");
  }
  return content;
}

}  // namespace pulsetaker::kv
