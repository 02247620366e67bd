"""What the image consists of, as CycloneDX 1.5: every file in it, and what is
inside the programs. It depends on the files alone: no number is drawn, no clock
is read.
"""

import datetime
import hashlib
import os
import pathlib
import urllib.parse

import debian
import linked

PLACE = "usr/share/doc/pulsetaker/sbom.cdx.json"
SOURCE = pathlib.Path(__file__).resolve().parents[2]


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


def _program(root, name, version):
    path = "/usr/bin/" + name
    return {"type": "application", "bom-ref": name, "name": name,
            "version": version, "licenses": [_licence("Apache-2.0")],
            "hashes": _file(root, path)["hashes"],
            "components": [_file(root, path)]}


def _protos(root, paths):
    version, _ = linked.protos(SOURCE)
    reference = f"pkg:npm/{linked.PROTOS}@{version}"
    return {"type": "library", "bom-ref": reference, "name": linked.PROTOS,
            "version": version, "purl": reference,
            "licenses": [_licence("Apache-2.0")],
            "properties": [{"name": "pulsetaker:use",
                            "value": "generated code"}],
            "components": [_file(root, path) for path in paths]}


def _use(path):
    return "shared library" if "/lib" in path[:9] else "licence"


def bill(root, inside, ours, version, epoch):
    """`inside` tells which packages are in the programs: linked.packages().
    `ours` are the paths that are of no package."""
    programs = {"/usr/bin/" + name for name in linked.PROGRAMS}
    paths = sorted(set(_files(root)) - programs)
    from_npm = [p for p in paths if p.split("/")[-2] == linked.PROTOS]
    known = {*from_npm, *ours}
    owner = debian.owners([p for p in paths if p not in known])
    if strangers := set(paths) - set(owner) - known:
        raise RuntimeError(f"nobody's: {sorted(strangers)}")
    packages = sorted(set(owner.values()) | set(inside))
    of_package = {name: [p for p in paths if owner.get(p) == name]
                  for name in packages}
    image = f"pulsetaker-image@{version}"
    time = datetime.datetime.fromtimestamp(epoch, datetime.timezone.utc)
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {"type": "container", "bom-ref": image,
                          "name": "pulsetaker", "version": version,
                          "components": [_file(root, path)
                                         for path in sorted(ours)]}},
        "components": [
            *(_program(root, name, version) for name in linked.PROGRAMS),
            _protos(root, from_npm),
            *(_package(root, name,
                       {_use(path) for path in of_package[name]} |
                       ({inside[name]} if name in inside else set()),
                       of_package[name]) for name in packages)]}
