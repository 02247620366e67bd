#include "common/audit/keys.h"

#include "common/base/big_endian.h"
#include "common/kv/keys.h"

namespace pulsetaker::audit {
namespace {

constexpr char kLayout = 0x01;

}  // namespace

std::string RecordKey(std::uint64_t sequence) {
  std::string key(1, kLayout);
  AppendBigEndian64(sequence, key);
  return key;
}

std::string NodeKey(const NodeId& id) {
  std::string key(1, kLayout);
  key.push_back(static_cast<char>(id.level));
  AppendBigEndian64(id.index, key);
  return key;
}

std::string TenantPrefix(absl::string_view tenant) {
  std::string key(1, kLayout);
  kv::AppendText(tenant, key);
  return key;
}

std::string TenantKey(absl::string_view tenant, std::uint64_t sequence) {
  std::string key = TenantPrefix(tenant);
  AppendBigEndian64(sequence, key);
  return key;
}

std::string HeadKey() { return std::string(1, kLayout); }

bool ParseRecordKey(absl::string_view key, std::uint64_t& sequence) {
  return kv::ConsumeLayout(key, kLayout) && ConsumeBigEndian64(key, sequence) &&
         key.empty();
}

bool ParseTenantKey(absl::string_view key, std::string& tenant,
                    std::uint64_t& sequence) {
  return kv::ConsumeLayout(key, kLayout) && kv::ConsumeText(key, tenant) &&
         ConsumeBigEndian64(key, sequence) && key.empty();
}

}  // namespace pulsetaker::audit
