"""What an operator does with `pulsetaker admin`, on the real programs."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request

import survey_client
import system

UNREACHABLE = "127.0.0.1:9"  # Nobody listens on the port of discard.


class AdminTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="pulsetaker-e2e-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.backups = cls.folder / "backups"
        cls.services = {
            "survey": system.Service("survey", cls.folder / "survey",
                                     [f"--backup_dir={cls.backups}"]),
            "network": system.Service("network", cls.folder / "network"),
            "assessment": system.Service("assessment",
                                         cls.folder / "assessment")}
        for service in cls.services.values():
            service.start()
            cls.addClassCleanup(service.stop)
        with system.channel(cls.services["survey"].address) as channel:
            cls.wave = survey_client.whole_survey(
                survey_client.stub(channel), "north", "leeds", 20)

    def environment(self):
        found = dict(os.environ, PULSETAKER_SURVEY_ADDRESS=self.services[
            "survey"].address)
        for name, service in self.services.items():
            found[f"PULSETAKER_{name.upper()}_ADMIN_ADDRESS"] = (
                service.admin_address)
        return found

    def client(self, *words, code=0):
        done = subprocess.run([system.BIN / "pulsetaker", *map(str, words)],
                              env=self.environment(), capture_output=True,
                              stdin=subprocess.DEVNULL, text=True,
                              check=False)
        self.assertEqual(done.returncode, code,
                         f"{words}:\n{done.stdout}{done.stderr}")
        return done.stdout if code == 0 else done.stderr

    def status(self, name):
        address = self.services[name].admin_address
        with urllib.request.urlopen(f"http://{address}/status",
                                    timeout=10) as page:
            return json.load(page)

    def health(self, name):
        address = self.services[name].admin_address
        try:
            with urllib.request.urlopen(f"http://{address}/healthz",
                                        timeout=10) as page:
                return page.status
        except urllib.error.HTTPError as error:
            error.close()
            return error.code

    def test_status_shows_each_service(self):
        lines = self.client("admin", "status").splitlines()
        self.assertEqual([line.split()[0] for line in lines],
                         ["survey", "network", "assessment"])
        for line, service in zip(lines, self.services.values()):
            self.assertIn(service.admin_address, line)
            self.assertRegex(line, r"serving +\d+\.\d+\.\d+ +since \S+Z +log "
                                   r"info +store [\d.]+ MiB, free [\d.]+ MiB")
        for name in self.services:
            told = self.status(name)
            self.assertEqual(told["service"], f"pulsetaker-{name}")
            self.assertGreater(told["store"]["disk_bytes"], 0)
            self.assertIsNone(told["store"]["background_error"])
        one = self.client("admin", "status", "--service", "network")
        self.assertEqual(len(one.splitlines()), 1)

    def test_status_tells_who_does_not_answer(self):
        done = subprocess.run(
            [system.BIN / "pulsetaker", "admin", "status",
             "--network-admin-address", UNREACHABLE],
            env=self.environment(), capture_output=True, text=True,
            check=False)
        self.assertEqual(done.returncode, 4)
        states = [line.split()[2:4] for line in done.stdout.splitlines()]
        self.assertEqual([s[0] for s in states], ["serving", "no", "serving"])

    def test_a_drained_service_answers_and_stops_as_always(self):
        said = self.client("admin", "drain", "--service", "survey")
        self.assertIn("draining", said)
        self.assertEqual(self.health("survey"), 503)
        self.assertIn("draining", self.client("admin", "status", "--service",
                                              "survey"))
        self.client("backup", "list")  # It answers.
        self.assertIn("serving", self.client("admin", "resume", "--service",
                                             "survey"))
        self.assertEqual(self.health("survey"), 200)

        self.client("admin", "drain", "--service", "network")
        network = self.services["network"]
        network.process.send_signal(signal.SIGTERM)
        self.assertEqual(network.process.wait(timeout=30), 0)
        network.process = None
        network.start()
        self.assertEqual(self.health("network"), 200)

    def test_log_level_holds_until_it_is_set_again(self):
        self.client("admin", "log-level", "error", "--service", "assessment")
        self.assertEqual(self.status("assessment")["log_level"], "error")
        self.client("admin", "log-level", "info", "--service", "assessment")
        self.assertEqual(self.status("assessment")["log_level"], "info")
        self.client("admin", "log-level", "loud", "--service", "assessment",
                    code=1)

    def test_compacts_and_verifies_each_store(self):
        for name in self.services:
            self.assertRegex(
                self.client("admin", "compact", "--service", name),
                r"compacted: \d+ bytes before, \d+ after")
            self.assertRegex(
                self.client("admin", "verify", "--service", name),
                r"whole: \d+ bytes in \d+ table files")

    def test_verify_names_the_file_that_is_damaged(self):
        damaged = system.Service("survey", self.folder / "damaged")
        damaged.start()
        try:
            with system.channel(damaged.address) as channel:
                survey_client.whole_survey(survey_client.stub(channel),
                                           "north", "leeds", 10)
            where = ["--service", "survey", "--survey-admin-address",
                     damaged.admin_address]
            self.client("admin", "compact", *where)  # Into table files.
            table = max((damaged.folder / "store" / "db").glob("*.sst"))
            with open(table, "r+b") as file:
                file.seek(table.stat().st_size // 2)
                byte = file.read(1)[0]
                file.seek(-1, os.SEEK_CUR)
                file.write(bytes([byte ^ 1]))
            said = self.client("admin", "verify", *where, code=5)
            self.assertIn(table.name, said)
            self.assertIn("STORED_DATA_UNREADABLE", said)
        finally:
            damaged.stop()

    def test_backs_up_proves_and_restores(self):
        made = self.client("admin", "backup", "--keep", "10")
        self.assertRegex(made, r"^\d{8}-\d{6}-\d{6} made: \d+ bytes")
        self.assertIn("not proven", self.client("backup", "list"))
        proven = subprocess.run(
            [system.BIN / "pulsetaker-survey", "prove", "--backup-dir",
             self.backups, "--backup", "latest", "--scratch-dir",
             self.folder / "scratch"],
            capture_output=True, text=True, check=True)
        self.assertIn("proven: restored and verified; ", proven.stdout)
        self.assertIn(" 1 of them closed with their digests", proven.stdout)
        self.assertEqual(list((self.folder / "scratch").iterdir()), [])
        self.assertRegex(self.client("backup", "list"),
                         r"proven \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")

        target = self.folder / "restored" / "store"
        restore = ["admin", "restore", "--backup-dir", self.backups,
                   "--backup", "latest", "--data-dir", target]
        self.assertIn("restored backup", self.client(*restore))
        self.assertIn("holds a store", self.client(*restore, code=3))
        self.assertIn("whole", self.client("admin", "verify", "--data-dir",
                                           target))
        restored = system.Service("survey", target.parent)
        restored.start()
        try:
            with system.channel(restored.address) as channel:
                wave = survey_client.stub(channel).GetWave(
                    survey_client.wave_pb2.GetWaveRequest(
                        name=self.wave.name), timeout=60)
            self.assertEqual(wave, self.wave)
        finally:
            restored.stop()

    def test_says_what_is_wrong(self):
        where = ["--service", "survey", "--survey-admin-address"]
        self.client("admin", "drain", *where, UNREACHABLE, code=4)
        # Someone else's port: that for calls.
        self.client("admin", "drain", *where,
                    self.services["survey"].address, "--wait", "2s", code=4)
        self.client("admin", "drain", *where, "nonsense", code=1)
        self.client("admin", "drain", code=1)
        self.client("admin", "drain", "--service", "nonsense", code=1)
        self.client("admin", "verify", code=1)
        self.client("admin", "verify", "--service", "survey", "--data-dir",
                    "/nowhere", code=1)
        self.assertIn("holds no store", self.client(
            "admin", "verify", "--data-dir", self.folder / "nothing", code=3))


if __name__ == "__main__":
    unittest.main()
