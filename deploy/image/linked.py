"""What is inside the programs and not beside them."""

import os
import pathlib
import re
import subprocess

import debian

PROGRAMS = ("pulsetaker", "pulsetaker-assessment", "pulsetaker-network",
            "pulsetaker-survey")
PROTOS = "google-proto-files"  # From npm; what is generated of it is linked.


def _ninja(build, *arguments):
    return subprocess.run(["ninja", "-C", str(build), "-t", *arguments],
                          capture_output=True, text=True, check=True).stdout


def _headers(build, objects):
    """What the compiler read for any of these object files."""
    wanted, found = False, set()
    for line in _ninja(build, "deps").splitlines():
        if line and not line.startswith(" "):
            wanted = line.partition(": #deps")[0] in objects
        elif wanted and line.startswith("    /usr/"):
            found.add(os.path.realpath(line.strip()))
    return found


def packages(build):
    """Debian packages of which code is in our programs: name to how it got
    there, "archive", "generated code" or "headers"."""
    inputs = set(_ninja(build, "inputs",
                        *(f"bin/{name}" for name in PROGRAMS)).splitlines())
    uses = {
        "headers": _headers(build, {p for p in inputs if p.endswith(".o")}),
        "generated code": {p for p in inputs if re.match(r"/usr/.*\.proto", p)},
        "archive": {p for p in inputs if re.match(r"/usr/.*\.a$", p)},
    }
    if not uses["headers"]:
        raise RuntimeError(f"{build} does not tell what was compiled")
    return {package: use for use, paths in uses.items()
            for package in debian.owners(paths).values()}


def protos(source):
    """(version, licence file) of the protos from npm."""
    folder = pathlib.Path(source) / "proto/node_modules" / PROTOS
    declared = (folder / "package.json").read_text()
    return re.search(r'"version": "([^"]+)"', declared)[1], folder / "LICENSE"
