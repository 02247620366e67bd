"""The root folder of the console's image, as image_test.py has it of the services':
what is in it, that it is told of, that it is the same when it is staged again, and
that the gateway serves from it.
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

import image_checks
import sandbox
from image_test import IMAGE, SCHEMA_CHECK, UID, archive
from programs import GATEWAY

DIST = pathlib.Path(os.environ["PULSETAKER_CONSOLE"])
START_SECONDS = 60
SIZE_MIB_MAX = 160


def stage(dist, root):
    subprocess.run([sys.executable, "-B", IMAGE / "stage_console.py", dist, root],
                   check=True)


def files_of(root):
    return root / image_checks.CONSOLE_FILES


def add_npm(root):
    shutil.copy("/bin/true", root / "usr/bin/npm")


def add_a_shell(root):
    shutil.copy("/bin/sh", root / "usr/bin/sh")


def remove_a_library(root):
    next((root / "usr/lib/x86_64-linux-gnu").glob("libstdc++.so.6.*")).unlink()


def put_what_the_builder_wrote_beside(root):
    shutil.copy(DIST / "page.packages.json", files_of(root))


def put_a_script_that_nobody_tells_of(root):
    (files_of(root) / "page/assets/extra.js").write_text("?")


def change_the_gateway(root):
    with open(files_of(root) / "gateway/gateway.mjs", "a",
              encoding="utf-8") as file:
        file.write("// ?")


def remove_a_licence(root):
    (root / "usr/share/doc/preact/copyright").unlink()


def let_others_write(root):
    (files_of(root) / "page/index.html").chmod(0o666)


FAULTS = [
    (add_npm, "programs_are_ours_and_no_others"),
    (add_a_shell, "programs_are_ours_and_no_others"),
    (remove_a_library, "everything_that_is_loaded_is_there"),
    (remove_a_library, "symbolic_links_lead_somewhere"),
    (let_others_write, "nobody_gains_or_changes_anything"),
    (put_what_the_builder_wrote_beside, "files_are_where_they_may_be"),
    (put_a_script_that_nobody_tells_of, "every_file_is_in_the_bill"),
    (change_the_gateway, "every_file_is_in_the_bill"),
    (remove_a_licence, "licences_of_all_are_there"),
]


class ImageConsoleTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="pulsetaker-image-")
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        cls.folder.chmod(0o755)  # Others than root go into it.
        cls.root = cls.folder / "root"
        stage(DIST, cls.root)
        cls.bill = image_checks.bill_of(cls.root)

    def problems(self, root, name):
        return image_checks.problems(root, name, image_checks.CONSOLE)

    def test_every_check_holds(self):
        for name in image_checks.CHECKS:
            with self.subTest(check=name):
                self.assertEqual(self.problems(self.root, name), [])
        size = len(archive(self.root)) >> 20
        self.assertLess(size, SIZE_MIB_MAX)
        count = len(list(image_checks.files(self.root)))
        print(f"\n{count} files, {size} MiB")

    def test_each_fault_is_noticed(self):
        self.assertEqual({name for _, name in FAULTS}, set(image_checks.CHECKS))
        for number, (change, noticed_by) in enumerate(FAULTS):
            with self.subTest(fault=change.__name__, check=noticed_by):
                root = self.folder / f"fault{number}"
                shutil.copytree(self.root, root, symlinks=True)
                change(root)
                self.assertNotEqual(self.problems(root, noticed_by), [])
                shutil.rmtree(root)

    def test_staged_again_it_is_the_same(self):
        stage(DIST, self.folder / "again")
        self.assertEqual(archive(self.folder / "again"), archive(self.root))

    def test_the_bill_is_as_its_schema_says(self):
        done = subprocess.run(["node", SCHEMA_CHECK], text=True, check=False,
                              input=json.dumps(self.bill), capture_output=True)
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)

    def test_the_bill_tells_what_is_bundled_and_where(self):
        uses = {each["name"]: {p["value"] for p in each["properties"]
                               if p["name"] == "pulsetaker:use"}
                for each in self.bill["components"] if each["type"] == "library"}
        page, gateway = "bundled in the page", "bundled in the gateway"
        for name, wanted in (("preact", {page}), ("sigma", {page}),
                             ("@connectrpc/connect-web", {page}),
                             ("@connectrpc/connect-node", {gateway}),
                             ("@connectrpc/connect", {page, gateway}),
                             ("@bufbuild/protobuf", {page, gateway}),
                             ("nodejs", {"program", "licence"})):
            self.assertLessEqual(wanted, uses.get(name, set()), name)
        from_npm = [each for each in self.bill["components"]
                    if each.get("purl", "").startswith("pkg:npm/")]
        for each in from_npm:
            self.assertRegex(each["version"], r"^\d+\.\d+\.\d+")
            self.assertEqual(len(each["licenses"]), 1)
            text = (self.root / "usr/share/doc" / each["name"] /
                    "copyright").read_text()
            self.assertIn("opyright", text, each["name"])
        # Nothing of npm but what its manifest asks for, or what that needs.
        self.assertLess(len(from_npm), 20)
        print(f"\n{', '.join(each['name'] for each in from_npm)}")

    def test_what_is_not_said_to_be_bundled_fails_the_staging(self):
        dist = self.folder / "dist"
        shutil.copytree(DIST, dist)
        (dist / "page.packages.json").write_text("[]")
        with self.assertRaises(subprocess.CalledProcessError):
            stage(dist, self.folder / "untold")

    def test_the_gateway_serves_from_it(self):
        root = sandbox.own_root(self.root, self.folder / "run")
        with tempfile.TemporaryFile() as log:
            process = subprocess.Popen(
                sandbox.command(root, GATEWAY, (UID, UID, UID), environment={
                    "PULSETAKER_CONSOLE_LISTEN": "127.0.0.1:0"}),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            self.addCleanup(process.kill)
            port = self.port_of(process, log)
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as answer:
                page = answer.read()
            self.assertEqual(page, (DIST / "page/index.html").read_bytes())
        # bwrap ends with what runs in it.
        process.send_signal(signal.SIGKILL)
        process.wait()

    def port_of(self, process, log):
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and process.poll() is None:
            log.seek(0)
            for line in log.read().decode().splitlines():
                if '"serving"' in line:
                    return json.loads(line)["http_port"]
            time.sleep(0.1)
        log.seek(0)
        self.fail(log.read().decode())

    def test_its_description_says_the_same(self):
        text = (IMAGE / "console.Dockerfile").read_text()
        build, final = text.split("FROM scratch")
        final = [line for line in final.splitlines()
                 if line and not line.startswith("#")]
        self.assertEqual(final, ["COPY --from=build /image/ /",
                                 f"USER {UID}:{UID}",
                                 f"CMD {json.dumps(GATEWAY)}"])
        self.assertIn("tools/setup --console", build)
        self.assertIn("stage_console.py console/dist /image\n", build)
        self.assertNotIn("apt", build)
        for path in GATEWAY:
            self.assertTrue(image_checks.exists_in(self.root, path), path)


if __name__ == "__main__":
    unittest.main()
