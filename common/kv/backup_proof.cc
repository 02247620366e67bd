#include "common/kv/backup_proof.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/digest.h"
#include "common/base/fault.h"
#include "common/base/status.h"
#include "common/kv/backup_seal.pb.h"
#include "common/kv/files.h"

namespace pulsetaker::kv {
namespace {

constexpr absl::string_view kMagic = "PTPROVEN";
constexpr std::size_t kDigestLength = 32;

std::string DigestOf(const BackupSeal& seal) {
  return Sha256().Update(EncodeSeal(seal)).Finish();
}

}  // namespace

std::string EncodeProof(const BackupProof& proof) {
  storage::BackupProofRow row;
  row.set_seal_digest(proof.seal_digest);
  row.set_proven_time_micros(absl::ToUnixMicros(proof.proven_time));
  std::string bytes = absl::StrCat(kMagic, row.SerializeAsString());
  bytes += Sha256().Update(bytes).Finish();
  return bytes;
}

std::optional<BackupProof> DecodeProof(absl::string_view bytes) {
  if (bytes.size() < kMagic.size() + kDigestLength) return std::nullopt;
  const absl::string_view digest = bytes.substr(bytes.size() - kDigestLength);
  absl::string_view body = bytes.substr(0, bytes.size() - kDigestLength);
  if (Sha256().Update(body).Finish() != digest) return std::nullopt;
  storage::BackupProofRow row;
  if (!absl::ConsumePrefix(&body, kMagic) ||
      !row.ParseFromArray(body.data(), static_cast<int>(body.size()))) {
    return std::nullopt;
  }
  return BackupProof{
      .seal_digest = row.seal_digest(),
      .proven_time = absl::FromUnixMicros(row.proven_time_micros())};
}

std::string ProofPath(absl::string_view id, std::uint32_t engine_id) {
  return absl::StrCat("proven/", id, ".", engine_id);
}

absl::Status MarkProven(const BackupOptions& folder, const BackupSeal& seal,
                        absl::Time proven_time) {
  // It may have been deleted while it was looked at, which takes long.
  const auto found = ReadSeal(folder, SealPath(seal.id, seal.engine_id));
  if (absl::IsUnavailable(found.status())) return found.status();
  if (!found.ok() || *found != seal) {
    return MakeError(absl::StatusCode::kNotFound, "BACKUP_NOT_FOUND",
                     absl::StrCat("the backup ", seal.id,
                                  " is not there any more as it was restored"));
  }
  rocksdb::Env& env = *folder.env;
  const std::string path = ProofPath(seal.id, seal.engine_id);
  rocksdb::Status status = MakeFolders(env, folder.path + "/proven");
  if (status.ok()) {
    status = ReplaceFile(env, absl::StrCat(folder.path, "/", path),
                         EncodeProof({.seal_digest = DigestOf(seal),
                                      .proven_time = proven_time}));
  }
  return status.ok() ? absl::OkStatus() : FileError(path, status);
}

absl::StatusOr<std::optional<absl::Time>> ProvenTime(
    const BackupOptions& folder, const BackupSeal& seal) {
  const std::string path =
      absl::StrCat(folder.path, "/", ProofPath(seal.id, seal.engine_id));
  const auto bytes = ReadFile(*folder.env, path);
  if (absl::IsDataLoss(bytes.status())) return std::nullopt;
  PT_RETURN_IF_ERROR(bytes.status());
  const std::optional<BackupProof> proof = DecodeProof(*bytes);
  if (!proof.has_value()) return std::nullopt;
  if (proof->seal_digest != DigestOf(seal) &&
      !PT_PLANTED_BUG("mark_of_another_counted")) {
    return std::nullopt;
  }
  return proof->proven_time;
}

}  // namespace pulsetaker::kv
