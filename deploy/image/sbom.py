"""What an image consists of, as CycloneDX 1.5: every file in it, and what is
inside the programs. It depends on the files alone: no number is drawn, no clock
is read.
"""

import dataclasses
import datetime
import hashlib
import os
import pathlib
import urllib.parse

import debian

PLACE = "usr/share/doc/pulsetaker/sbom.cdx.json"


@dataclasses.dataclass
class Image:
    name: str
    version: str
    epoch: int
    ours: list  # Paths that are of no package.


@dataclasses.dataclass
class FromNpm:
    name: str
    version: str
    licence: str
    uses: list
    paths: list  # Of the files that are its own.


@dataclasses.dataclass
class Contents:
    programs: dict  # Of ours, by name: their files.
    from_npm: list
    inside: dict  # Debian's packages that are in our programs, and as what.


def _files(root):
    """All that is in the root and no folder, as paths from it."""
    for folder, folders, names in os.walk(root):
        for name in names + [each for each in folders
                             if os.path.islink(os.path.join(folder, each))]:
            path = "/" + os.path.relpath(os.path.join(folder, name), root)
            if path != "/" + PLACE:
                yield path


def _file(root, path):
    component = {"type": "file", "name": path}
    copy = pathlib.Path(root, path[1:])
    if not copy.is_symlink():
        component["hashes"] = [
            {"alg": "SHA-256",
             "content": hashlib.sha256(copy.read_bytes()).hexdigest()}]
    return component


def _licence(name):
    known = debian.SPDX.get(name.lower())
    return {"license": {"id": known} if known else {"name": name}}


def _package(root, name, uses, paths):
    version, architecture, source = debian.facts(name)
    quoted = urllib.parse.quote(version, safe="~")
    reference = f"pkg:deb/debian/{name}@{quoted}?arch={architecture}"
    component = {
        "type": "library", "bom-ref": reference, "name": name,
        "version": version, "purl": reference,
        "properties": [{"name": "pulsetaker:use", "value": use}
                       for use in sorted(uses)] +
                      [{"name": "debian:source", "value": source}]}
    said = [_licence(each) for each in debian.licences(name)]
    if said:
        component["licenses"] = [each for n, each in enumerate(said)
                                 if each not in said[:n]]
    if paths:
        component["components"] = [_file(root, path) for path in sorted(paths)]
    return component


def _program(root, name, version, paths):
    files = [_file(root, path) for path in paths]
    component = {"type": "application", "bom-ref": name, "name": name,
                 "version": version, "licenses": [_licence("Apache-2.0")]}
    if len(files) == 1:
        component["hashes"] = files[0]["hashes"]
    return {**component, "components": files}


def _from_npm(root, package):
    quoted = urllib.parse.quote(package.name, safe="/")
    reference = f"pkg:npm/{quoted}@{package.version}"
    expression = package.licence.startswith("(")
    return {"type": "library", "bom-ref": reference, "name": package.name,
            "version": package.version, "purl": reference,
            "licenses": [{"expression": package.licence} if expression else
                         _licence(package.licence)],
            "properties": [{"name": "pulsetaker:use", "value": use}
                           for use in package.uses],
            "components": [_file(root, path) for path in package.paths]}


def _use(path):
    if path.startswith(("/usr/share/doc/", "/usr/share/common-licenses/")):
        return "licence"
    if path.startswith("/usr/bin/"):
        return "program"
    return "shared library" if "/lib" in path[:9] else "script"


def _packages(root, paths, inside):
    """Debian's, of which the paths are."""
    owner = debian.owners(paths)
    if strangers := set(paths) - set(owner):
        raise RuntimeError(f"nobody's: {sorted(strangers)}")
    for name in sorted(set(owner.values()) | set(inside)):
        own = [path for path in paths if owner[path] == name]
        uses = {_use(path) for path in own}
        yield _package(root, name, uses | ({inside[name]} if name in inside
                                           else set()), own)


def bill(root, image, contents):
    known = {path for paths in contents.programs.values() for path in paths}
    known |= {path for each in contents.from_npm for path in each.paths}
    paths = sorted(set(_files(root)) - known - set(image.ours))
    time = datetime.datetime.fromtimestamp(image.epoch, datetime.timezone.utc)
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {"type": "container",
                          "bom-ref": f"{image.name}-image@{image.version}",
                          "name": image.name, "version": image.version,
                          "components": [_file(root, path)
                                         for path in sorted(image.ours)]}},
        "components": [
            *(_program(root, name, image.version, files)
              for name, files in contents.programs.items()),
            *(_from_npm(root, each) for each in contents.from_npm),
            *_packages(root, paths, contents.inside)]}
