// The part of an audit that reads what callers of requests were told.

#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/survey/store/key_reader.h"
#include "services/survey/store/record.pb.h"
#include "services/survey/store/stored_reader.h"

namespace pulsetaker::survey {

// Whether the request with this key in `request_ids` (`row` are its bytes) has
// a result that it can have been told. DATA_LOSS, STORED_DATA_UNREADABLE.
absl::Status CheckRequestResult(const Tables& tables,
                                const StoredReader& reader,
                                const keys::StoredRequestKey& request,
                                absl::string_view row,
                                const storage::RequestRecord& record);

}  // namespace pulsetaker::survey
