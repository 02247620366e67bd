"""docs/api/policy.md says what the contracts say.

  policy_page_test.py          compares
  policy_page_test.py --write  writes the tables of the page anew
"""

import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/api/policy.md"
PROTO = ROOT / "proto/pulsetaker"
# Of a contract that is not ours.
OPERATIONS = {
    "OPERATIONS_READ": ["GetOperation", "ListOperations", "WaitOperation"],
    "OPERATIONS_WRITE": ["CancelOperation", "DeleteOperation"],
}


def comment_before(text, position):
    lines = []
    for line in reversed(text[:position].rstrip("\n").split("\n")):
        if not line.strip().startswith("//"):
            break
        lines.append(line.strip().removeprefix("//").strip())
    return " ".join(reversed(lines))


def permissions(text):
    """(permission, what it is, whether it is audited), in their order."""
    enum = text[text.index("enum Permission {"):text.index("enum Role {")]
    for match in re.finditer(r"^  PERMISSION_(\w+) = \d+( \[[^\]]*\])?;", enum,
                             re.MULTILINE):
        if match.group(1) != "UNSPECIFIED":
            yield (match.group(1), comment_before(enum, match.start()),
                   "audited" in (match.group(2) or ""))


def roles(text):
    enum = text[text.index("enum Role {"):]
    for match in re.finditer(r"^  ROLE_(\w+) = \d+ \[(.*?)^  \}\];", enum,
                             re.MULTILINE | re.DOTALL):
        yield (match.group(1).lower(), comment_before(enum, match.start()),
               re.findall(r"PERMISSION_(\w+)", match.group(2)))


def methods():
    """The methods of each permission, and whose data they are about."""
    found = {name: [f"Operations.{method}" for method in listed]
             for name, listed in OPERATIONS.items()}
    for path in sorted(PROTO.glob("*/v1/*_service.proto")):
        text = path.read_text(encoding="utf-8")
        service = re.search(r"^service (\w+)", text, re.MULTILINE).group(1)
        for match in re.finditer(
                r"^  rpc (\w+)\(.*?PERMISSION_(\w+)\n\s+reach: REACH_(\w+)"
                r"(\n\s+invitation_suffices: true)?", text,
                re.MULTILINE | re.DOTALL):
            found.setdefault(match.group(2), []).append(
                f"{service}.{match.group(1)}" +
                (" (or an invitation)" if match.group(4) else ""))
    return found


def tables():
    text = (PROTO / "policy/v1/policy.proto").read_text(encoding="utf-8")
    by_permission = methods()
    lines = ["| role | who | permits |", "|---|---|---|"]
    for name, who, granted in roles(text):
        lines.append(f"| `{name}` | {who} | {', '.join(granted)} |")
    lines += ["", "| permission | | audited | methods |", "|---|---|---|---|"]
    for name, what, audited in permissions(text):
        lines.append(f"| {name} | {what} | {'yes' if audited else ''} | "
                     f"{', '.join(sorted(by_permission.get(name, [])))} |")
    return "\n".join(lines)


MARKS = re.compile(r"(<!-- tables -->\n).*?(\n<!-- end of tables -->)", re.DOTALL)


class PolicyPageTest(unittest.TestCase):

    def test_the_page_says_what_the_contracts_say(self):
        page = PAGE.read_text(encoding="utf-8")
        self.assertEqual(page, MARKS.sub(
            lambda m: m.group(1) + tables() + m.group(2), page))

    def test_nothing_is_left_out(self):
        count = sum(len(listed) for listed in methods().values())
        declared = sum(len(re.findall(r"^  rpc ", path.read_text(encoding="utf-8"),
                                      re.MULTILINE))
                       for path in PROTO.glob("*/v1/*_service.proto"))
        self.assertEqual(count, declared + 5)


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        content = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(MARKS.sub(
            lambda m: m.group(1) + tables() + m.group(2), content),
            encoding="utf-8")
    else:
        unittest.main()
