#!/usr/bin/python3
"""Stages the root folder of the services' image: stage_root.py BUILD ROOT

BUILD is a folder in which the programs were built, as build/release; ROOT must
not be there. In it will be the programs, what they load, and nothing else: no
shell, no package manager. Two runs on the same machine give the same bytes;
times of files are SOURCE_DATE_EPOCH, or 1970.
"""

import pathlib
import subprocess
import sys

import linked
import root_folder
import sbom


def stage_programs(build, root):
    folder = root / "usr/bin"
    folder.mkdir(parents=True)
    for name in linked.PROGRAMS:
        subprocess.run(["strip", "-o", str(folder / name),
                        str(pathlib.Path(build) / "bin" / name)], check=True)
        (folder / name).chmod(0o755)


def stage_protos(root):
    """Returns what the bill has of them."""
    version, licence = linked.protos(root_folder.SOURCE)
    copy = f"usr/share/doc/{linked.PROTOS}/copyright"
    root_folder.stage_text(copy, licence.read_text(), root)
    return sbom.FromNpm(linked.PROTOS, version, "Apache-2.0",
                        ["generated code"], ["/" + copy])


def stage(build, root):
    root = pathlib.Path(root)
    root.mkdir(parents=True)
    stage_programs(build, root)
    inside = linked.packages(build)
    root_folder.stage_licences(root_folder.stage_libraries(root) | set(inside),
                               root)
    protos = stage_protos(root)
    root_folder.stage_own(root)
    root_folder.finish(root, "pulsetaker", sbom.Contents(
        {name: ["/usr/bin/" + name] for name in linked.PROGRAMS}, [protos],
        inside))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    stage(*sys.argv[1:])
