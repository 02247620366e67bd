#!/usr/bin/python3
"""Stages the root folder of the console's image: stage_console.py DIST ROOT

DIST is the folder of a build, console/dist; ROOT must not be there. In it will be
the gateway, the files of the page, this machine's Node.js with what it loads, and
nothing else: no shell, no npm. Two runs on the same machine give the same bytes;
times of files are SOURCE_DATE_EPOCH, or 1970.
"""

import pathlib
import re
import shutil
import sys

import bundled
import root_folder
import sbom

NODE = "/usr/bin/node"
PLACE = "usr/share/pulsetaker/console"
APACHE = "/usr/share/common-licenses/Apache-2.0"


def read_at_the_start(library):
    """Files that a Node.js of Debian has beside it, not in it, and reads before
    anything else; one of others has none."""
    content = pathlib.Path(library).read_bytes()
    found = re.findall(rb"/usr/share/nodejs/[\w./-]+\.js(?=\0)", content)
    return {path.decode() for path in found}


def stage_node(root):
    """Returns the packages that it is from."""
    placed = root_folder.place(NODE, root)
    for binary in (NODE, *root_folder.loaded(NODE)):
        for path in sorted(read_at_the_start(binary)):
            placed |= root_folder.place(path, root)
    return root_folder.packages_of(placed) | root_folder.stage_libraries(root)


def stage_files(dist, root):
    """The gateway and the page. Returns their paths."""
    for part in bundled.PARTS:
        shutil.copytree(dist / part, root / PLACE / part)
    return sorted(f"/{path.relative_to(root)}"
                  for path in (root / PLACE).rglob("*") if path.is_file())


def stage_notices(dist, root):
    """Returns what the bill has of the packages from npm."""
    found = []
    for each in bundled.packages(dist):
        name = f"usr/share/doc/{each['name']}/copyright"
        root_folder.stage_text(name, each["notice"], root)
        if "Apache-2.0" in each["license"]:
            root_folder.place(APACHE, root)
        found.append(sbom.FromNpm(
            each["name"], each["version"], each["license"],
            [f"bundled in the {part}" for part in each["parts"]], ["/" + name]))
    return found


def stage(dist, root):
    dist, root = pathlib.Path(dist), pathlib.Path(root)
    root.mkdir(parents=True)
    root_folder.stage_licences(stage_node(root), root)
    files = stage_files(dist, root)
    from_npm = stage_notices(dist, root)
    root_folder.stage_own(root)
    root_folder.finish(root, "pulsetaker-console", sbom.Contents(
        {"pulsetaker-console": files}, from_npm, {}))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    stage(*sys.argv[1:])
