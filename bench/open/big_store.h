// A store of many waves, made without the server that will open it.

#pragma once

#include <cstdint>
#include <string>

namespace pulsetaker::bench {

// Makes the store `path`, with `bytes` of responses in table files, of waves
// that only a reader of the keys would find. Ends the process if it cannot.
void MakeBigStore(const std::string& path, std::uint64_t bytes);

}  // namespace pulsetaker::bench
