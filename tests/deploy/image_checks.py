"""What must hold of the root folder of an image.

A check is a function that has the folder and yields a sentence for each place
where it does not hold. Some ask what kind of image it is, too.
"""

import dataclasses
import hashlib
import json
import os
import pathlib
import re
import stat
import subprocess

CHECKS = {}
BILL = "usr/share/doc/pulsetaker/sbom.cdx.json"
COMMON = (r"lib|lib64|etc/(group|nsswitch\.conf|passwd)|"
          r"usr/lib(64|/x86_64-linux-gnu)/[\w.+-]+\.so[\w.]*|"
          r"usr/share/(common-licenses|doc)/.+")


@dataclasses.dataclass
class Kind:
    programs: set  # And no others.
    allowed: re.Pattern  # Where files may be.


SERVICES = Kind(
    {"/usr/bin/pulsetaker", "/usr/bin/pulsetaker-survey",
     "/usr/bin/pulsetaker-network", "/usr/bin/pulsetaker-assessment"},
    re.compile(rf"/({COMMON}|usr/bin/pulsetaker[a-z-]*)"))
CONSOLE_FILES = "usr/share/pulsetaker/console"
CONSOLE = Kind(
    {"/usr/bin/node"},
    # Of the last Debian's Node.js has a few, and that of others none.
    re.compile(rf"/({COMMON}|usr/bin/node|{CONSOLE_FILES}/gateway/gateway\.mjs|"
               rf"{CONSOLE_FILES}/page/[\w./-]+\.(html|js|css|svg)|"
               rf"usr/share/nodejs/(acorn|acorn-walk|cjs-module-lexer|undici)/"
               rf"[\w./-]+\.js)"))
LIBRARY_FOLDERS = ("usr/lib/x86_64-linux-gnu", "usr/lib64")


def check(function):
    CHECKS[function.__name__] = lambda root, _: function(root)
    return function


def check_of_kind(function):
    CHECKS[function.__name__] = function
    return function


def bill_of(root):
    return json.loads((pathlib.Path(root) / BILL).read_text())


def everything(root):
    """Paths from the root, folders too."""
    for folder, folders, names in os.walk(root):
        for name in folders + names:
            yield "/" + os.path.relpath(os.path.join(folder, name), root)


def files(root):
    for path in everything(root):
        outside = pathlib.Path(root, path[1:])
        if outside.is_symlink() or not outside.is_dir():
            yield path


def programs_and_libraries(root):
    for path in files(root):
        outside = pathlib.Path(root, path[1:])
        if not outside.is_symlink():
            with open(outside, "rb") as file:
                if file.read(4) == b"\x7fELF":
                    yield path


def told(component):
    """The files that a component and those in it tell of: path to digest."""
    found = {}
    if component["type"] == "file":
        found[component["name"]] = next(
            (each["content"] for each in component.get("hashes", [])), None)
    for each in component.get("components", []):
        found.update(told(each))
    return found


@check
def every_file_is_in_the_bill(root):
    bill = bill_of(root)
    known = told(bill["metadata"]["component"])
    for each in bill["components"]:
        known.update(told(each))
    there = set(files(root)) - {"/" + BILL}
    for path in sorted(there ^ set(known)):
        yield f"{path}: {'in the bill' if path in known else 'there'} only"
    for path in sorted(there & set(known)):
        outside = pathlib.Path(root, path[1:])
        digest = None if outside.is_symlink() else hashlib.sha256(
            outside.read_bytes()).hexdigest()
        if digest != known[path]:
            yield f"{path}: is not what the bill says"


@check_of_kind
def programs_are_ours_and_no_others(root, kind):
    """So there is no shell, and nothing that installs."""
    can_run = {path for path in files(root)
               if os.access(pathlib.Path(root, path[1:]), os.X_OK) and
               not pathlib.Path(root, path[1:]).is_dir() and
               ".so" not in path}
    for path in sorted(can_run ^ kind.programs):
        yield path
    for path in files(root):
        if re.fullmatch(r"(ba|da|z|k|c|tc)?sh|busybox|env|perl|python.*|apt.*|"
                        r"dpkg.*|npm|npx|corepack", os.path.basename(path)) and \
                not path.startswith("/usr/share/doc/"):
            yield path


@check_of_kind
def files_are_where_they_may_be(root, kind):
    for path in files(root):
        if not kind.allowed.fullmatch(path):
            yield path


@check
def nobody_gains_or_changes_anything(root):
    for path in everything(root):
        found = os.lstat(pathlib.Path(root, path[1:]))
        if stat.S_ISLNK(found.st_mode):
            continue
        if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
            yield f"{path}: neither file nor folder"
        if found.st_mode & (stat.S_ISUID | stat.S_ISGID | stat.S_ISVTX):
            yield f"{path}: {stat.filemode(found.st_mode)}"
        if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            yield f"{path}: {stat.filemode(found.st_mode)}"
        if (found.st_uid, found.st_gid) != (0, 0):
            yield f"{path}: is {found.st_uid}:{found.st_gid}'s"
        if "security.capability" in os.listxattr(pathlib.Path(root, path[1:])):
            yield f"{path}: gives capabilities"


@check
def everything_that_is_loaded_is_there(root):
    for path in programs_and_libraries(root):
        said = subprocess.run(
            ["readelf", "--wide", "--dynamic", "--program-headers",
             os.path.join(root, path[1:])],
            capture_output=True, text=True, check=True).stdout
        for name in re.findall(r"\(NEEDED\).*\[(.+)\]", said):
            if not any(exists_in(root, f"{folder}/{name}")
                       for folder in LIBRARY_FOLDERS):
                yield f"{path}: {name}"
        for name in re.findall(r"interpreter: (\S+)\]", said):
            if not exists_in(root, name.lstrip("/")):
                yield f"{path}: {name}"


def exists_in(root, path):
    """With links followed as they are for one who has `root` as his root."""
    to_go, at = pathlib.PurePath("/", path).parts[1:], []
    for _ in range(100):
        if not to_go:
            return pathlib.Path(root, *at).exists()
        part, to_go = to_go[0], to_go[1:]
        outside = pathlib.Path(root, *at, part)
        if outside.is_symlink():
            target = pathlib.PurePath(os.readlink(outside))
            if target.is_absolute():
                at, target = [], target.relative_to("/")
            to_go = target.parts + to_go
        elif part == "..":
            at = at[:-1]
        else:
            at.append(part)
    return False


@check
def symbolic_links_lead_somewhere(root):
    for path in files(root):
        if pathlib.Path(root, path[1:]).is_symlink() and \
                not exists_in(root, path[1:]):
            yield path


@check
def licences_of_all_are_there(root):
    for each in bill_of(root)["components"]:
        if each["type"] == "library" and not exists_in(
                root, f"usr/share/doc/{each['name']}/copyright"):
            yield each["name"]


def problems(root, name, kind=SERVICES):
    return list(CHECKS[name](root, kind))
