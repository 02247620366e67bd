"""Which metrics and labels an expression of PromQL names. promtool says whether it
makes sense as such; this says what it needs to be there.
"""

import re
from typing import NamedTuple

TOKEN = re.compile(r"""
    (?P<comment>\#[^\n]*)
  | (?P<string>"(?:[^"\\]|\\.)*")
  | (?P<range>\[[^\]]*\])
  | (?P<number>\d[\w.]*)
  | (?P<name>[a-zA-Z_:][\w:]*)
  | (?P<operator>=~|!~|!=|==|<=|>=|[-+*/%^(){},=<>@])
  | (?P<space>\s+)
  | (?P<unknown>.)
""", re.VERBOSE)
# Before a list of labels in parentheses.
GROUPING = {"by", "without", "on", "ignoring", "group_left", "group_right"}
WORDS = {"and", "or", "unless", "bool", "offset", "inf", "nan"}


class Matcher(NamedTuple):
    label: str
    operator: str
    value: str


class Selector(NamedTuple):
    metric: str
    matchers: tuple


def tokens(text):
    found = []
    for each in TOKEN.finditer(text):
        if each.lastgroup == "unknown":
            raise ValueError(f"{each[0]!r} in {text!r}")
        if each.lastgroup not in ("space", "comment", "range"):
            found.append((each.lastgroup, each[0]))
    return found


def matchers_from(found, position):
    """Those in braces, and where what follows them begins."""
    matchers = []
    while found[position][1] != "}":
        (_, label), (_, operator), (_, value) = found[position:position + 3]
        matchers.append(Matcher(label, operator, value[1:-1]))
        position += 3
        if found[position][1] == ",":
            position += 1
    return tuple(matchers), position + 1


def parse(text):
    """All selectors, and the set of labels that are grouped or joined by."""
    found = [*tokens(text), ("end", "")]
    selectors, grouped = [], set()
    position = 0
    while found[position][0] != "end":
        kind, word = found[position]
        position += 1
        following = found[position][1]
        if kind != "name" or word.lower() in WORDS:
            continue
        if word in GROUPING:
            if following == "(":
                end = found.index(("operator", ")"), position)
                grouped |= {each for kind, each in found[position:end]
                            if kind == "name"}
                position = end + 1
        elif following == "{":
            matchers, position = matchers_from(found, position + 1)
            selectors.append(Selector(word, matchers))
        elif following != "(" and following not in ("by", "without"):
            selectors.append(Selector(word, ()))
    return selectors, grouped
