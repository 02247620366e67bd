"""The root folder of the image: what is in it, that it is told of, that it is
the same when it is staged again, and that its programs run in it.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import yaml

import image_checks
import sandbox
from programs import GATEWAY

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["PULSETAKER_BIN"]).parent
IMAGE = ROOT / "deploy/image"
SCHEMA_CHECK = pathlib.Path(__file__).parent / "bill_check.mjs"
UID = 65532


def stage(root):
    subprocess.run([sys.executable, "-B", IMAGE / "stage_root.py", BUILD, root],
                   check=True)


def archive(root):
    """The bytes of the whole folder, with modes, owners and times."""
    return subprocess.run(
        ["tar", "--sort=name", "--format=posix", "--numeric-owner",
         "--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime",
         "-cf", "-", "-C", root, "."], check=True, capture_output=True).stdout


def add_a_shell(root):
    shutil.copy("/bin/sh", root / "usr/bin/sh")


def remove_a_library(root):
    next((root / "usr/lib/x86_64-linux-gnu").glob("libz.so.1.*")).unlink()


def set_a_bit(root):
    (root / "usr/bin/pulsetaker").chmod(0o4755)


def let_others_write(root):
    (root / "etc/passwd").chmod(0o666)


def put_a_file_beside(root):
    (root / "opt").mkdir()
    (root / "opt/notes").write_text("?")


def put_a_file_that_nobody_tells_of(root):
    (root / "usr/lib/x86_64-linux-gnu/libextra.so.1").write_text("?")


def change_a_file(root):
    (root / "etc/nsswitch.conf").write_text("hosts: dns\n")


def remove_a_licence(root):
    (root / "usr/share/doc/librocksdb-dev/copyright").unlink()


FAULTS = [
    (add_a_shell, "programs_are_ours_and_no_others"),
    (remove_a_library, "everything_that_is_loaded_is_there"),
    (remove_a_library, "symbolic_links_lead_somewhere"),
    (set_a_bit, "nobody_gains_or_changes_anything"),
    (let_others_write, "nobody_gains_or_changes_anything"),
    (put_a_file_beside, "files_are_where_they_may_be"),
    (put_a_file_that_nobody_tells_of, "every_file_is_in_the_bill"),
    (remove_a_library, "every_file_is_in_the_bill"),
    (change_a_file, "every_file_is_in_the_bill"),
    (remove_a_licence, "licences_of_all_are_there"),
]


class ImageTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory(prefix="pulsetaker-image-")
        cls.folder = pathlib.Path(cls.scratch.name)
        cls.folder.chmod(0o755)  # Others than root go into it.
        cls.root = cls.folder / "root"
        stage(cls.root)

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def test_every_check_holds(self):
        for name in image_checks.CHECKS:
            with self.subTest(check=name):
                self.assertEqual(image_checks.problems(self.root, name), [])
        count = len(list(image_checks.files(self.root)))
        size = len(archive(self.root)) >> 20
        print(f"\n{count} files, {size} MiB")

    def test_each_fault_is_noticed(self):
        self.assertEqual({name for _, name in FAULTS}, set(image_checks.CHECKS))
        for number, (change, noticed_by) in enumerate(FAULTS):
            with self.subTest(fault=change.__name__, check=noticed_by):
                root = self.folder / f"fault{number}"
                shutil.copytree(self.root, root, symlinks=True)
                change(root)
                self.assertNotEqual(image_checks.problems(root, noticed_by), [])
                shutil.rmtree(root)

    def test_staged_again_it_is_the_same(self):
        again = self.folder / "again"
        stage(again)
        self.assertEqual(archive(again), archive(self.root))

    def test_the_bill_is_as_its_schema_says(self):
        bill = image_checks.bill_of(self.root)
        self.assertEqual(self.said_of(bill), "")
        for change in ({"components": [{"type": "library"}]},
                       {"serialNumber": "1"}, {"colour": "blue"},
                       {"components": [{"type": "library", "name": "x",
                                        "licenses": [{"license": {
                                            "id": "Expat"}}]}]}):
            with self.subTest(change=change):
                self.assertNotEqual(self.said_of({**bill, **change}), "")

    def said_of(self, bill):
        done = subprocess.run(["node", SCHEMA_CHECK], input=json.dumps(bill),
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1 if done.stdout else 0, done.stderr)
        return done.stdout

    def test_the_bill_tells_what_is_inside_the_programs(self):
        bill = image_checks.bill_of(self.root)
        names = {each["name"] for each in bill["components"]}
        # Of each kind some: archives, headers, shared libraries, from npm.
        for name in ("librocksdb-dev", "libgrpc++-dev", "nlohmann-json3-dev",
                     "libssl3", "libc6", "google-proto-files"):
            self.assertIn(name, names)
        without = [each["name"] for each in bill["components"]
                   if "licenses" not in each]
        print(f"\n{len(names)} components; of {len(without)} the licence is "
              f"for people to read: {', '.join(without)}")

    def test_programs_run_in_it_as_outside_it(self):
        root = sandbox.own_root(self.root, self.folder / "run")
        for path in sorted(image_checks.SERVICES.programs):
            for words in (["--help"], ["--no-such-option"]):
                with self.subTest(program=path, words=words):
                    inside, outside = (
                        subprocess.run(command, capture_output=True, text=True,
                                       stdin=subprocess.DEVNULL, check=False)
                        for command in (
                            sandbox.command(root, [path, *words],
                                            (UID, UID, UID)),
                            [BUILD / "bin" / pathlib.Path(path).name, *words]))
                    self.assertEqual(inside.returncode, outside.returncode,
                                     inside.stderr)
                    self.assertEqual(inside.stdout, outside.stdout)
                    self.assertNotEqual(inside.stdout + inside.stderr, "")

    def test_its_description_says_the_same(self):
        text = (IMAGE / "Dockerfile").read_text()
        build, final = text.split("FROM scratch")
        final = [line for line in final.splitlines()
                 if line and not line.startswith("#")]
        self.assertEqual(final, ["COPY --from=build /image/ /",
                                 f"USER {UID}:{UID}"])
        self.assertIn("stage_root.py build/release /image\n", build)
        self.assertEqual(
            {"/usr/" + each for each in re.findall(r"\bbin/pulsetaker[\w-]*",
                                                   build)},
            image_checks.SERVICES.programs)
        # What the build needs is told in one place.
        self.assertIn("RUN tools/setup --build\n", build)
        self.assertNotIn("apt", build)

    def test_manifests_run_what_is_in_it_as_its_user(self):
        # The console's are in its own: image_console_test.py.
        commands, users = set(), set()
        for path in sorted((ROOT / "deploy/k8s").rglob("*.yaml")):
            for each in yaml.safe_load_all(path.read_text()):
                for key, value in values(each):
                    if key == "command" and value != GATEWAY:
                        commands.add(value[0])
                    if key in ("runAsUser", "runAsGroup", "fsGroup"):
                        users.add(value)
        self.assertGreaterEqual(len(commands), 3)
        for each in commands:
            self.assertTrue(image_checks.exists_in(self.root, each), each)
        self.assertEqual(users, {UID})


def values(thing):
    """Every key of an object with its value, however deep."""
    if isinstance(thing, dict):
        for key, value in thing.items():
            yield key, value
            yield from values(value)
    elif isinstance(thing, list):
        for each in thing:
            yield from values(each)


if __name__ == "__main__":
    unittest.main()
