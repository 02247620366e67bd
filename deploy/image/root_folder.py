"""Puts files into the root folder of an image, so that the same files give the same
bytes: copies of this machine's, licences, and what no package brings.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess

import debian
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
OURS = ["/" + name for name in (*WRITTEN, *MERGED, LICENCE)]


def epoch():
    return int(os.environ.get("SOURCE_DATE_EPOCH", "0"))


def version():
    """Of the project."""
    declared = (SOURCE / "CMakeLists.txt").read_text()
    return re.search(r"^project\(pulsetaker VERSION (\S+)", declared, re.M)[1]


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


def packages_of(placed):
    """The packages that files are from, all of them."""
    found = debian.owners(placed)
    if strangers := placed - set(found):
        raise RuntimeError(f"of no Debian package: {sorted(strangers)}")
    return set(found.values())


def stage_libraries(root):
    """Returns the packages that they are from."""
    placed = set()
    for program in sorted((root / "usr/bin").iterdir()):
        for library in loaded(program):
            placed |= place(library, root)
    return packages_of(placed)


def stage_licences(packages, root):
    """Of each package what its authors want to be told with it, and what that
    refers to; and ours."""
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
    stage_text(LICENCE, (SOURCE / "LICENSE").read_text(), root)


def stage_text(name, text, root):
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)


def stage_own(root):
    """What is of no package, but for the licence."""
    for name, text in WRITTEN.items():
        stage_text(name, text, root)
    for name in MERGED:
        (root / name).symlink_to("usr/" + name)


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


def finish(root, name, contents):
    """Writes the bill of what is in it: sbom.Contents."""
    bill = sbom.bill(root, sbom.Image(name, version(), epoch(), OURS), contents)
    stage_text(sbom.PLACE, json.dumps(bill, indent=1) + "\n", root)
    settle(root)
