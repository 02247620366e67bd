"""Where properties are put, and what several of them need.

A property is a function that has the objects and what the programs say of
themselves (programs.py), and yields a sentence for each place where it does not
hold. Its name is the property.
"""

import re

PROPERTIES = {}
UID = 65532


def holds(check):
    PROPERTIES[check.__name__] = check
    return check


def quantity(text):
    """Of memory or storage: bytes."""
    number, unit = re.fullmatch(r"(\d+)(Ki|Mi|Gi|Ti)", str(text)).groups()
    return int(number) << {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40}[unit]


def seconds(text):
    number, unit = re.fullmatch(r"(\d+)(s|m|h)", text).groups()
    return int(number) * {"s": 1, "m": 60, "h": 3600}[unit]


def problems(objects, programs, name):
    try:
        return list(PROPERTIES[name](objects, programs))
    # What is not there to be looked at does not hold.
    except (KeyError, IndexError, TypeError, AttributeError, ValueError,
            StopIteration) as e:
        return [f"{type(e).__name__}: {e}"]
