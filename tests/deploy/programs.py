"""What the programs say of themselves: flags, variables, ports, methods."""

import functools
import pathlib
import re
import subprocess

from rendered import ROOT

SERVICES = ("survey", "network", "assessment")
# In the image of its own that the console has.
GATEWAY = ["/usr/bin/node", "/usr/share/pulsetaker/console/gateway/gateway.mjs"]
OPERATIONS = "google.longrunning.Operations"


def _variables_of_gateway():
    """It has no --help: what it reads is what its source has."""
    text = (ROOT / "console/gateway/settings.ts").read_text()
    return set(re.findall(r"'(PULSETAKER_\w+)'", text)) | {
        f"PULSETAKER_{name.upper()}_ADDRESS" for name in SERVICES}


class Programs:

    services = SERVICES

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.paths = {"/usr/bin/pulsetaker"} | {
            "/usr/bin/pulsetaker-" + name for name in SERVICES}
        self.gateway = GATEWAY

    @functools.lru_cache(maxsize=None)
    def _help(self, words):
        program = self.folder / pathlib.PurePath(words[0]).name
        done = subprocess.run([program, *words[1:], "--help"], check=True,
                              capture_output=True, text=True)
        return done.stdout

    def _help_of(self, command):
        """That of the subcommand, if the command has one."""
        words = [command[0]]
        for word in command[1:]:
            if word.startswith("-"):
                break
            words.append(word)
        return self._help(tuple(words))

    def variables(self, command):
        if command == GATEWAY:
            return _variables_of_gateway()
        return set(re.findall(r"(?:\[|Env:)(PULSETAKER_\w+)[\])]",
                              self._help_of(command)))

    def options(self, command):
        if command == GATEWAY:
            return set()
        return set(re.findall(r"(--[\w-]+)", self._help_of(command)))

    def default_port(self, service, variable):
        said = self._help(("/usr/bin/pulsetaker-" + service,))
        found = re.search(rf"\[{variable}\].*?Default: \S+:(\d+)", said, re.S)
        return int(found[1])

    def peers(self, service):
        """The services that this one calls: it has a flag for where each is."""
        said = self.variables(["/usr/bin/pulsetaker-" + service])
        return {name for name in SERVICES
                if f"PULSETAKER_{name.upper()}_ADDRESS" in said}

    @functools.lru_cache(maxsize=None)
    def grpc_services(self, service):
        """Full names of what its contracts declare."""
        names = set()
        for path in sorted((ROOT / "proto/pulsetaker" / service).rglob(
                "*.proto")):
            text = path.read_text()
            package = re.search(r"^package ([\w.]+);", text, re.M)[1]
            names |= {f"{package}.{each}"
                      for each in re.findall(r"^service (\w+)", text, re.M)}
            if re.search(r"returns \(google\.longrunning\.Operation\)", text):
                names.add(OPERATIONS)
        return frozenset(names)
