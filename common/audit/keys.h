// The key space of an audit log, in its families:
//
//   records  01 sequence8            the leaf
//   nodes    01 level1 index8        the hash of a full subtree of 2^level
//                                    leaves, level 1 and up; 32 bytes
//   tenants  01 tenant 00 sequence8  empty: the record is of this tenant
//   head     01                      the signed head, a checkpoint, of exactly
//                                    the records that there are
//
// Numbers are big-endian.

#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "common/audit/merkle.h"

namespace pulsetaker::audit {

inline constexpr char kRecordsFamily[] = "records";
inline constexpr char kNodesFamily[] = "nodes";
inline constexpr char kTenantsFamily[] = "tenants";
inline constexpr char kHeadFamily[] = "head";

std::string RecordKey(std::uint64_t sequence);
std::string NodeKey(const NodeId& id);
// What the keys of all records of the tenant begin with.
std::string TenantPrefix(absl::string_view tenant);
std::string TenantKey(absl::string_view tenant, std::uint64_t sequence);
std::string HeadKey();

// False if no key that the functions above make.
[[nodiscard]] bool ParseRecordKey(absl::string_view key,
                                  std::uint64_t& sequence);
[[nodiscard]] bool ParseTenantKey(absl::string_view key, std::string& tenant,
                                  std::uint64_t& sequence);

}  // namespace pulsetaker::audit
