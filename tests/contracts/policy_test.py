"""A method without a policy ends the build: the build's own commands, run on
contracts to which one was added."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["PULSETAKER_BUILD"])
PROTO = ROOT / "proto"
SERVICES = sorted(
    str(path.relative_to(PROTO))
    for path in (PROTO / "pulsetaker").glob("*/v1/*_service.proto"))
METHOD = "  rpc LeakEverything(google.protobuf.Empty) returns (google.protobuf.Empty)"
POLICIES = {
    "none": ";",
    "no reach": """ {
    option (pulsetaker.policy.v1.policy) = {permission: PERMISSION_SURVEYS_READ};
  }""",
    "no permission": """ {
    option (pulsetaker.policy.v1.policy) = {reach: REACH_SERVER};
  }""",
    "a tenant's, and nothing says whose": """ {
    option (pulsetaker.policy.v1.policy) = {
      permission: PERMISSION_SURVEYS_READ
      reach: REACH_TENANT
    };
  }""",
}
WHOLE = """ {
    option (pulsetaker.policy.v1.policy) = {
      permission: PERMISSION_BACKUPS_READ
      reach: REACH_SERVER
    };
  }"""


def commands():
    """The build's command for the stubs of each contract."""
    listed = subprocess.run(["ninja", "-C", BUILD, "-t", "commands"], check=True,
                            capture_output=True, text=True).stdout
    found = {}
    for line in listed.splitlines():
        match = re.search(r"grpc_cpp_plugin .* (pulsetaker/\S+_service\.proto)", line)
        if match:  # Without what it says to the build afterwards.
            found[match.group(1)] = line[:line.index(" && ", match.end())]
    return found


class PolicyTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.commands = commands()

    def generate(self, contract, addition):
        """Runs the build's command on a copy with another method."""
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder) / "proto"
            shutil.copytree(PROTO / "pulsetaker", copy / "pulsetaker")
            out = pathlib.Path(folder) / "out"
            out.mkdir()
            path = copy / contract
            text = path.read_text(encoding="utf-8")
            if addition is not None:
                end = re.search(r"^service \w+ \{.*?^\}", text,
                                re.DOTALL | re.MULTILINE).end() - 1
                text = text[:end] + METHOD + addition + "\n" + text[end:]
                imports = 'import "google/protobuf/empty.proto";\n'
                if imports not in text:
                    text = text.replace("\nimport ", "\n" + imports + "import ", 1)
                path.write_text(text, encoding="utf-8")
            command = self.commands[contract]
            gen = re.search(r"--grpc_out=(\S+)", command).group(1)
            command = command.replace(gen, str(out))
            command = re.sub(rf"{re.escape(str(PROTO))}(?=\s|$)", str(copy), command)
            self.assertIn(str(copy), command)
            return subprocess.run(["sh", "-c", command], cwd=BUILD, check=False,
                                  capture_output=True, text=True)

    def test_the_contracts_are_built(self):
        self.assertGreater(len(SERVICES), 7)
        self.assertEqual(sorted(self.commands), SERVICES)
        for contract in SERVICES:
            with self.subTest(contract=contract):
                done = self.generate(contract, None)
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_method_with_a_whole_policy_is_built(self):
        for contract in SERVICES:
            with self.subTest(contract=contract):
                done = self.generate(contract, WHOLE)
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_method_without_a_policy_is_not(self):
        for contract in SERVICES:
            for name, policy in POLICIES.items():
                with self.subTest(contract=contract, policy=name):
                    done = self.generate(contract, policy)
                    self.assertNotEqual(done.returncode, 0)
                    self.assertIn("LeakEverything", done.stderr)


if __name__ == "__main__":
    unittest.main()
