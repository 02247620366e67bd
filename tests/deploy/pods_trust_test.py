"""Pods and their secrets, as docs/operations says: the root key mounted, changed,
and needed to restore a backup, what happens without it; and the certificate by
which the job of backups is known."""

import contextlib
import os
import pathlib
import re
import shutil
import sys
import tempfile
import unittest

import yaml

import network_of_its_own
from rendered import OVERLAYS, Objects, render

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["PULSETAKER_BIN"]).parent
sys.path[:0] = [str(SOURCE / "deploy/image"), str(SOURCE / "tests/e2e")]

if __name__ == "__main__":
    network_of_its_own.enter_or_skip()  # Before gRPC has threads.

import grpc  # noqa: E402
import stage_root  # noqa: E402
import survey_client  # noqa: E402
from mounted_secrets import TENANT, random_key  # noqa: E402
from node import Node, NotReady  # noqa: E402
from pulsetaker.survey.v1 import participant_pb2  # noqa: E402

PEOPLE = 5
READY_SECONDS = 60
GUIDE = SOURCE / "docs/operations/kubernetes.md"


def restore_pod():
    """The one that the guide has an operator write."""
    for text in re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(), re.S):
        found = yaml.safe_load(text)
        if found.get("kind") == "Pod":  # Others are parts of an overlay.
            return found
    raise AssertionError(f"{GUIDE} has no pod")


class PodsTrustTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="pulsetaker-pods-")
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        cls.folder.chmod(0o755)
        cls.images = {"pulsetaker": cls.folder / "image"}
        stage_root.stage(BUILD, cls.images["pulsetaker"])
        cls.objects = render(OVERLAYS["everything"])

    def setUp(self):
        folder = tempfile.TemporaryDirectory(dir=self.folder)
        self.addCleanup(folder.cleanup)
        os.chmod(folder.name, 0o755)
        self.node = Node(self.images, folder.name,
                         Objects([*self.objects, restore_pod()]))
        self.addCleanup(self.node.close)
        self.secrets = self.node.secrets
        self.survey = None
        self.start()
        with self.channel() as channel:
            self.wave, _ = survey_client.open_wave(
                survey_client.stub(channel), TENANT, "leeds", PEOPLE)
        self.known = self.names()
        self.assertEqual(len(set(self.known)), PEOPLE + 2)

    def start(self):
        self.survey = self.node.start("survey-0")
        self.survey.wait_until_ready()

    def restart(self):
        self.assertEqual(self.survey.stop()[0], 0, self.survey.log.read_text())
        self.start()

    @contextlib.contextmanager
    def channel(self):
        # Not as those of load.py, who give a handshake a tenth of a second.
        target = self.survey.target
        channel = grpc.secure_channel(target.address, target.credentials, options=[
            ("grpc.ssl_target_name_override", target.server_name)])
        with contextlib.closing(channel):
            grpc.channel_ready_future(channel).result(READY_SECONDS)
            yield channel

    def names(self):
        """Of all people, which are sealed."""
        with self.channel() as channel:
            return [each.display_name for each in
                    survey_client.stub(channel).ListParticipants(
                        participant_pb2.ListParticipantsRequest(
                            parent=self.wave), timeout=60).participants]

    def back_up(self):
        good, said = self.node.run_job("survey-backup")
        self.assertTrue(good, said)

    def lose_the_store(self):
        """Stops the server, and takes its volume away."""
        self.assertEqual(self.survey.stop()[0], 0)
        shutil.rmtree(self.node.claim("data-survey-0"))

    def kept(self):
        """The files of the store and of its backups."""
        return [path for claim in ("data-survey-0", "survey-backups")
                for path in self.node.claim(claim).rglob("*") if path.is_file()]

    def test_a_key_is_nowhere_among_what_it_opens(self):
        self.back_up()
        key = self.secrets.root_key.strip()
        files = self.kept()
        self.assertGreater(len(files), 10)
        for path in files:
            content = path.read_bytes()
            self.assertNotIn(key, content, path)
            self.assertNotIn(bytes.fromhex(key.decode()), content, path)
        self.assertNotIn(key.decode(), self.survey.log.read_text())

    def test_a_store_that_is_lost_is_restored_with_its_key(self):
        self.back_up()
        self.lose_the_store()
        good, said = self.node.run_job("restore")
        self.assertTrue(good, said)
        self.start()
        self.assertEqual(self.names(), self.known)

    def test_without_its_key_nobody_proves_or_restores_a_backup(self):
        self.back_up()
        self.secrets.set_root_key(random_key())
        good, said = self.node.run_job("survey-backup")
        self.assertFalse(good)
        self.assertEqual((said[-1][0], said[-2][:2]), ("prove", ("create", 0)))
        self.assertIn("ROOT_KEY_UNKNOWN", said[-1][2])
        self.lose_the_store()
        good, said = self.node.run_job("restore")
        self.assertFalse(good)
        self.assertIn("ROOT_KEY_UNKNOWN", said[-1][2])
        self.assertFalse((self.node.claim("data-survey-0") / "store/CURRENT")
                         .exists())

    def test_a_server_does_not_start_with_a_key_that_is_not_its_own(self):
        self.assertEqual(self.survey.stop()[0], 0)
        self.secrets.set_root_key(random_key())
        with self.assertRaisesRegex(NotReady, "ROOT_KEY_UNKNOWN"):
            self.start()

    def test_a_key_is_changed_and_the_former_one_opens_old_backups_only(self):
        self.back_up()
        former, new = self.secrets.root_key, random_key()
        self.secrets.set_root_key(new + former)
        self.back_up()  # Proven before the server has the new one.
        self.restart()
        self.assertEqual(self.names(), self.known)
        self.back_up()
        self.secrets.set_root_key(new)
        self.restart()
        self.assertEqual(self.names(), self.known)
        self.back_up()
        # What was made since then cannot be read with the former one.
        self.secrets.set_root_key(former)
        good, said = self.node.run_job("survey-backup")
        self.assertFalse(good)
        self.assertIn("ROOT_KEY_UNKNOWN", said[-1][2])
        # And a backup of before can.
        self.restore_as(min(self.backups()))
        self.assertEqual(self.names(), self.known)

    def backups(self):
        """The ids of all that are sealed: times at which they were made."""
        sealed = self.node.claim("survey-backups") / "survey/sealed"
        return [each.name.partition(".")[0] for each in sealed.iterdir()]

    def restore_as(self, backup):
        command = self.node.pods["restore"].containers[0].command
        command[command.index("--backup") + 1] = backup
        self.lose_the_store()
        good, said = self.node.run_job("restore")
        self.assertTrue(good, said)
        self.start()

    def test_a_job_s_certificate_is_renewed_and_another_s_is_not_taken(self):
        self.back_up()
        self.secrets.renew("survey-backup-tls")
        self.back_up()
        # A service may not make backups: it is no operator.
        self.secrets.change("survey-backup-tls",
                            self.secrets.content["network-tls"])
        good, said = self.node.run_job("survey-backup")
        self.assertFalse(good)
        self.assertEqual(said[-1][0], "create")
        self.assertIn("PERMISSION_MISSING", said[-1][2])


if __name__ == "__main__":
    unittest.main()
