#pragma once

namespace pulsetaker::cli {

// instruments/standard.json, as it was when this was built.
extern const char kStandardInstrumentJson[];

}  // namespace pulsetaker::cli
