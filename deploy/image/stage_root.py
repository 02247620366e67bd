#!/usr/bin/python3
"""Stages the root folder of the image: stage_root.py BUILD ROOT

BUILD is a folder in which the programs were built, as build/release; ROOT must
not be there. In it will be the programs, what they load, and nothing else: no
shell, no package manager. Two runs on the same machine give the same bytes;
times of files are SOURCE_DATE_EPOCH, or 1970.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import debian
import linked
import sbom

SOURCE = pathlib.Path(__file__).resolve().parents[2]
UID = 65532
MERGED = ("lib", "lib64")  # Links to folders in /usr, as Debian has them.
COMMON = "base-files"  # Has the licences that many packages refer to.
LICENCE = "usr/share/doc/pulsetaker/copyright"
WRITTEN = {
    "etc/group": f"root:x:0:\nnonroot:x:{UID}:\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
    "etc/passwd": "root:x:0:0::/nonexistent:/nonexistent\n"
                  f"nonroot:x:{UID}:{UID}::/nonexistent:/nonexistent\n",
}


def epoch():
    return int(os.environ.get("SOURCE_DATE_EPOCH", "0"))


def place(path, root):
    """Copies a file of this machine to its place under `root`, and each link
    that leads to it. Returns the paths that it has there."""
    path = os.path.join(os.path.realpath(os.path.dirname(path)),
                        os.path.basename(path))
    copy = root / path[1:]
    copy.parent.mkdir(parents=True, exist_ok=True)
    if not os.path.islink(path):
        if not copy.exists():
            shutil.copyfile(path, copy)
            copy.chmod(0o755 if os.access(path, os.X_OK) else 0o644)
        return {path}
    if not copy.is_symlink():
        copy.symlink_to(os.readlink(path))
    target = os.path.join(os.path.dirname(path), os.readlink(path))
    if os.path.isdir(target):
        return {path}
    return {path} | place(target, root)


def loaded(program):
    """What the loader would load for it, and the loader."""
    said = subprocess.run(["ldd", str(program)], capture_output=True, text=True,
                          check=True, env={"LC_ALL": "C"}).stdout
    if "not found" in said:
        raise RuntimeError(f"{program}:\n{said}")
    return sorted(set(re.findall(r"(/\S+) \(0x", said)))


def stage_programs(build, root):
    folder = root / "usr/bin"
    folder.mkdir(parents=True)
    for name in linked.PROGRAMS:
        subprocess.run(["strip", "-o", str(folder / name),
                        str(pathlib.Path(build) / "bin" / name)], check=True)
        (folder / name).chmod(0o755)


def stage_libraries(root):
    """Returns the packages that they are from."""
    placed = set()
    for program in sorted((root / "usr/bin").iterdir()):
        for library in loaded(program):
            placed |= place(library, root)
    found = debian.owners(placed)
    if strangers := placed - set(found):
        raise RuntimeError(f"of no Debian package: {sorted(strangers)}")
    return set(found.values())


def stage_licences(packages, root):
    """Of each package what its authors want to be told with it, and what that
    refers to."""
    for package in sorted(packages | {COMMON}):
        folder = debian.DOCUMENTS + package
        if os.path.islink(folder):
            place(folder, root)
        text = os.path.realpath(folder + "/copyright")
        place(text, root)
        words = pathlib.Path(text).read_text(errors="replace")
        for path in re.findall(r"/usr/share/common-licenses/[\w.+-]*\w", words):
            if os.path.exists(path):
                place(path, root)
    of_protos = f"usr/share/doc/{linked.PROTOS}/copyright"
    for copy, licence in ((LICENCE, SOURCE / "LICENSE"),
                          (of_protos, linked.protos(SOURCE)[1])):
        (root / copy).parent.mkdir(parents=True)
        shutil.copyfile(licence, root / copy)


def settle(root):
    """Gives files and folders modes and times that depend on nothing."""
    for folder, _, names in os.walk(root, topdown=False):
        for name in names:
            path = pathlib.Path(folder, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
        os.chmod(folder, 0o755)
        for path in (*pathlib.Path(folder).iterdir(), folder):
            os.utime(path, (epoch(), epoch()), follow_symlinks=False)


def stage(build, root):
    root = pathlib.Path(root)
    root.mkdir(parents=True)
    stage_programs(build, root)
    inside = linked.packages(build)
    stage_licences(stage_libraries(root) | set(inside), root)
    for name, text in WRITTEN.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    for name in MERGED:
        (root / name).symlink_to("usr/" + name)
    ours = ["/" + name for name in (*WRITTEN, *MERGED, LICENCE)]
    bill = sbom.bill(root, inside, ours, linked.version(build), epoch())
    (root / sbom.PLACE).write_text(json.dumps(bill, indent=1) + "\n")
    settle(root)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    stage(*sys.argv[1:])
