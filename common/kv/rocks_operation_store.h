// The operation store on RocksDB. Layout 1, all in the family `operations`:
//
//   key                            value
//   0x01 'o' id                    OperationRow
//   0x01 'r' scope 0x00 request_id id
//   0x01 'u' id                    empty: the operation is not done
//
//   id, request_id  36 bytes, the text form of a UUID.
//   scope           text without 0x00.
//
// These bytes are on disks that we don't own.

#pragma once

#include <memory>

#include "common/base/operation.h"
#include "common/kv/rocks.h"

namespace pulsetaker::kv {

// A family that OpenRocks must be given for MakeRocksOperationStore.
inline constexpr char kOperationsFamily[] = "operations";

// `rocks` must outlive what is returned.
std::unique_ptr<OperationStore> MakeRocksOperationStore(Rocks& rocks);

}  // namespace pulsetaker::kv
