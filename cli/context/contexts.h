// Named sets of what it takes to reach the services of one place: addresses,
// the tenant, whom to trust, and where the caller's token is. Pure: text in,
// text out.

#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace pulsetaker::cli {

inline constexpr int kContextsMax = 1'000;

// Names no context: for `--context none`, where there is a current one.
inline constexpr char kNoContext[] = "none";

// What is empty is not said by the context. Files are absolute paths; what is
// in them is nowhere copied.
struct Context {
  std::string survey_address = {};  // As "survey.example.org:443".
  std::string network_address = {};
  std::string assessment_address = {};
  std::string tenant = {};              // An id.
  std::string ca_file = {};             // PEM; TLS is used if there is one.
  std::string token_file = {};          // The token, and nothing else.
  std::string client_certificate = {};  // PEM, with the key or neither.
  std::string client_key = {};

  bool operator==(const Context&) const = default;
};

// A field of Context by its name in the file.
struct ContextField {
  const char* name;
  std::string Context::* value;
};
const std::vector<ContextField>& ContextFields();

struct Contexts {
  std::map<std::string, Context> by_name = {};
  std::string current = {};  // A name in `by_name`, or empty for none.

  bool operator==(const Contexts&) const = default;
};

// OK if a context can have this name: 1 to 63 of [a-z0-9_-], the first a letter
// or digit, and not "none". INVALID_ARGUMENT, CONTEXT_NAME_MALFORMED.
absl::Status CheckContextName(absl::string_view name);

// The context of this name. NOT_FOUND, CONTEXT_NOT_FOUND says which there are.
absl::StatusOr<Context> FindContext(const Contexts& contexts,
                                    const std::string& name);

// Reads what FormatContexts wrote. INVALID_ARGUMENT, CONTEXTS_MALFORMED, with
// the metadata `field`: it is not JSON of this shape, has a field that is not
// known, a name that CheckContextName refuses, more than kContextsMax contexts,
// or a current one that is not there.
absl::StatusOr<Contexts> ParseContexts(absl::string_view json);

// JSON, two spaces deep, names in ascending order, with a newline at the end.
std::string FormatContexts(const Contexts& contexts);

}  // namespace pulsetaker::cli
