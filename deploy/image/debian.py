"""What Debian's database knows of files and packages."""

import re
import subprocess

DOCUMENTS = "/usr/share/doc/"
# Debian's short names where SPDX has others.
SPDX = {
    "apache-2": "Apache-2.0", "apache-2.0": "Apache-2.0",
    "boost-1.0": "BSL-1.0", "bsl-1.0": "BSL-1.0",
    "bsd-2-clause": "BSD-2-Clause", "bsd-3-clause": "BSD-3-Clause",
    "cc0-1.0": "CC0-1.0", "curl": "curl", "expat": "MIT", "mit": "MIT",
    "gpl-2": "GPL-2.0-only", "gpl-2+": "GPL-2.0-or-later",
    "gpl-2.0+": "GPL-2.0-or-later",
    "gpl-3": "GPL-3.0-only", "gpl-3+": "GPL-3.0-or-later",
    "lgpl-2.1": "LGPL-2.1-only", "lgpl-2.1+": "LGPL-2.1-or-later",
    "isc": "ISC", "zlib": "Zlib",
}


def _unmerged(path):
    """Packages may own what is in /usr/lib by its older name, in /lib."""
    return path[4:] if path.startswith(("/usr/lib", "/usr/bin")) else path


def owners(paths):
    """Of each path that a package brings: the name of the package."""
    asked = sorted({name for path in paths for name in (path, _unmerged(path))})
    # It exits with 1 when it knows one of them only by the other name.
    done = subprocess.run(["dpkg-query", "--search", *asked], text=True,
                          capture_output=True, check=False)
    known = {}
    for line in done.stdout.splitlines():
        found = re.fullmatch(r"([^ ,:]+)(?::\w+)?(?:, [^:]+(?::\w+)?)*: (/.*)",
                             line)
        if found:
            known[found[2]] = found[1]
    found = {path: known.get(path) or known.get(_unmerged(path))
             for path in paths}
    return {path: package for path, package in found.items() if package}


def facts(package):
    """(version, architecture, source) of an installed package."""
    said = subprocess.run(
        ["dpkg-query", "--show", "--showformat",
         "${Version}\t${Architecture}\t${source:Package}\n", package],
        capture_output=True, text=True, check=True).stdout
    return said.splitlines()[0].split("\t")


def licences(package):
    """Short names in its copyright file; none if the file is not for machines
    to read."""
    with open(f"{DOCUMENTS}{package}/copyright", encoding="utf-8",
              errors="replace") as file:
        text = file.read()
    if not re.match(r"Format:\s*\S*copyright-format", text):
        return []
    names = set()
    for paragraph in re.split(r"\n\s*\n", text):
        name = re.search(r"^License:[ \t]*(\S.*)$", paragraph, re.M)
        if name and re.search(r"^Files:", paragraph, re.M):
            names.add(name[1].strip())
    return sorted(names)
