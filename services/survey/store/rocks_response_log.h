// The response log on RocksDB: what the committer does with a frame, and with a
// single response.

#pragma once

#include <memory>

#include "services/survey/domain/response_log.h"
#include "services/survey/store/bars.h"
#include "services/survey/store/committer.h"
#include "services/survey/store/stored_reader.h"

namespace pulsetaker::survey {

// All must outlive what is returned.
std::unique_ptr<ResponseLog> MakeRocksResponseLog(const Tables& tables,
                                                  Committer& committer,
                                                  Bars& bars);

}  // namespace pulsetaker::survey
