// Verifying an exported audit log, without any service.

#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace pulsetaker::cli {

struct AuditVerifyFlags {
  std::string file;
  // The key, or a file that has it; "" takes the key that the file has.
  std::string public_key;
  std::vector<std::string> earlier;  // Files with heads that were kept.
};

// Says on standard output that all is right, or which records are not. kOk: all
// is right. kUsage: the key or a kept head is none. kBadInput: the file cannot
// be read, or anything in it is not as the heads say.
ExitCode VerifyAuditExport(const AuditVerifyFlags& flags);

}  // namespace pulsetaker::cli
