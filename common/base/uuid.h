#pragma once

#include <string>

namespace pulsetaker {

// A random UUID (version 4, RFC 4122) in lower case, from the generator that
// OpenSSL uses for keys. Ends the process if the system gives no randomness.
std::string NewUuid();

}  // namespace pulsetaker
