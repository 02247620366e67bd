"""What the console's build put from npm into its files, as it wrote down itself:
console/bundled.ts."""

import json

PARTS = ("gateway", "page")


def packages(dist):
    """Of each package name, version, license and notice, and in which parts of
    the console it is."""
    found = {}
    for part in PARTS:
        told = json.loads((dist / f"{part}.packages.json").read_text())
        if not told:
            raise RuntimeError(f"{part}: nothing is said to be in it")
        for each in told:
            found.setdefault(each["name"], {**each, "parts": []})
            found[each["name"]]["parts"].append(part)
    return [found[name] for name in sorted(found)]
