// Reads counters of a running server from its metrics page.

#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace pulsetaker::bench {

// The value of the metric `name`, without labels, on the page that is served on
// 127.0.0.1:`admin_port`. Ends the process if it is not there.
double ReadMetric(int admin_port, absl::string_view name);

}  // namespace pulsetaker::bench
