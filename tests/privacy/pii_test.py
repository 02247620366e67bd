"""A personal value gets nowhere by accident: the compiler refuses.

Each way to put one into a log, a message, a stream, a key or another type is
compiled, and must not be; the same with `.Reveal()`, which reviews look for,
must compile, or the test would accept any program that is broken.
"""

import os
import pathlib
import re
import subprocess
import unittest

SOURCE = pathlib.Path(os.environ["PULSETAKER_SOURCE"])

PROGRAM = """
#include <functional>
#include <sstream>
#include <string>

#include "absl/hash/hash.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/strings/substitute.h"
#include "common/base/log.h"
#include "common/base/pii.h"
#include "common/base/status.h"

namespace pulsetaker {
void Use(const PersonalText& name) {
  std::string text;
  std::ostringstream stream;
  STATEMENT
}
}  // namespace pulsetaker
"""

# VALUE is the name, or what it reveals.
WAYS = {
    "log line": 'log::Info("event", {{"name", VALUE}});',
    "StrCat": "text = absl::StrCat(VALUE);",
    "StrAppend": "absl::StrAppend(&text, VALUE);",
    "StrFormat": 'text = absl::StrFormat("%s", VALUE);',
    "Substitute": 'text = absl::Substitute("$0", VALUE);',
    "stream": "stream << VALUE;",
    "string": "const std::string other = VALUE;",
    "explicit string": "const std::string other(VALUE);",
    "view": "const absl::string_view other = VALUE;",
    "assignment": "text = VALUE;",
    "concatenation": 'text = "a" + VALUE;',
    "error message":
        'MakeError(absl::StatusCode::kInternal, "R", VALUE).IgnoreError();',
    "error metadata":
        'MakeError(absl::StatusCode::kInternal, "R", "m", {{"name", VALUE}})'
        '.IgnoreError();',
    "hash": "(void)absl::Hash<std::decay_t<decltype(VALUE)>>()(VALUE);",
    "order": "(void)(VALUE < VALUE);",
}


def compiler_says(*statements):
    """The lines of what the compiler says, none if all compiles. Each statement
    is line 1 of a file `way<its number>`."""
    lines = "\n".join(f'#line 1 "way{number}"\n{{ {statement} }}'
                      for number, statement in enumerate(statements))
    done = subprocess.run(
        [os.environ["PULSETAKER_CXX"], "-std=c++20", "-fsyntax-only",
         f"-I{SOURCE}", "-x", "c++", "-"],
        input=PROGRAM.replace("STATEMENT", lines), text=True,
        capture_output=True, check=False)
    return [] if done.returncode == 0 else done.stderr.splitlines()


class PiiTest(unittest.TestCase):

    def test_what_is_revealed_compiles(self):
        ways = [way.replace("VALUE", "name.Reveal()") for way in WAYS.values()]
        self.assertEqual(compiler_says(*ways, "(void)(name == name);"), [])

    def test_what_is_not_revealed_does_not(self):
        ways = [way.replace("VALUE", "name") for way in WAYS.values()]
        said = compiler_says("(void)name.Reveal();", *ways)
        refused = {line.split(":")[0] for line in said
                   if re.match(r"way\d+:1:\d+:", line)}
        self.assertNotIn("way0", refused, "\n".join(said))
        for number, way in enumerate(WAYS, start=1):
            self.assertIn(f"way{number}", refused, f"{way} compiles")


if __name__ == "__main__":
    unittest.main()
