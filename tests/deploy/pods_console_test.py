"""The pods of the console, run like those of pods_test.py: they serve the page, pass
calls on to the survey service's pod, and stop under load without losing one.
"""

import contextlib
import copy
import json
import os
import pathlib
import ssl
import sys
import tempfile
import time
import unittest
import unittest.mock

import network_of_its_own
from rendered import OVERLAYS, Objects, render

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["PULSETAKER_BIN"]).parent
sys.path[:0] = [str(SOURCE / "deploy/image"), str(SOURCE / "tests/e2e")]

if __name__ == "__main__":
    network_of_its_own.enter_or_skip()  # Before gRPC has threads.

import confinement  # noqa: E402
import console_mutations  # noqa: E402
import grpc  # noqa: E402
import load  # noqa: E402
import stage_console  # noqa: E402
import stage_root  # noqa: E402
import survey_client  # noqa: E402
from browser import SURVEYS, Browser, Connection  # noqa: E402
from mounted_secrets import TENANT  # noqa: E402
from node import Node, NotReady  # noqa: E402
from properties.registry import seconds  # noqa: E402

PLACE = "leeds"
PEOPLE = 5
BROWSERS = 4
READY_SECONDS = 60
LOAD_SECONDS = 1.5
# Calls that begin in the moment in which a drain ends may find it over.
MOMENT_SECONDS = 0.3
RENEWAL_SECONDS_MAX = 10
PARENT = {"parent": f"tenants/{TENANT}"}


class PodsConsoleTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="pulsetaker-pods-")
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        cls.folder.chmod(0o755)  # Others than root go into it.
        cls.images = {"pulsetaker": cls.folder / "image",
                      "pulsetaker-console": cls.folder / "console"}
        stage_root.stage(BUILD, cls.images["pulsetaker"])
        stage_console.stage(os.environ["PULSETAKER_CONSOLE"],
                            cls.images["pulsetaker-console"])
        cls.objects = render(OVERLAYS["everything"])
        cls.node = cls.enterClassContext(cls.a_node(lambda objects: None))
        cls.ca = cls.node.secrets.ca
        survey = cls.node.start("survey-0")
        survey.wait_until_ready()
        with load.connect(survey.target) as channel:
            grpc.channel_ready_future(channel).result(READY_SECONDS)
            survey_client.open_wave(survey_client.stub(channel), TENANT, PLACE,
                                    PEOPLE)

    @classmethod
    @contextlib.contextmanager
    def a_node(cls, change):
        objects = copy.deepcopy(cls.objects)
        change(objects)
        with tempfile.TemporaryDirectory(dir=cls.folder) as folder:
            os.chmod(folder, 0o755)
            node = Node(cls.images, folder, Objects(objects))
            with contextlib.closing(node):
                yield node

    @contextlib.contextmanager
    def running(self, name, node=None):
        pod = (node or self.node).start(name)
        try:
            pod.wait_until_ready()
            yield pod
        finally:
            if pod.process.poll() is None:
                pod.kill()

    def ask(self, pod, *words, **more):
        with contextlib.closing(Connection(pod, self.ca)) as connection:
            return connection.ask(*words, **more)

    def test_the_page_is_served_and_calls_are_passed_on(self):
        token = self.node.secrets.token()
        with self.running("console") as pod:
            status, headers, page = self.ask(pod, "/")
            self.assertEqual(status, 200)
            self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
            self.assertIn(b"<script", page)
            status, _, said = self.ask(pod, SURVEYS + "ListLocalities", PARENT,
                                       token)
            self.assertEqual(status, 200, said)
            self.assertEqual([each["name"]
                              for each in json.loads(said)["localities"]],
                             [f"tenants/{TENANT}/localities/{PLACE}"])
            # It has no rights of its own.
            self.assertEqual(
                self.ask(pod, SURVEYS + "ListLocalities", PARENT)[0], 401)
            self.assertTrue(pod.serves(pod.container.liveness))

    def test_a_service_that_is_gone_is_told_of(self):
        with self.running("console") as pod:
            status, _, said = self.ask(
                pod, "/pulsetaker.network.v1.NetworkService/GetCliqueRisk", {},
                self.node.secrets.token())
        self.assertEqual(status, 503)
        self.assertEqual(json.loads(said)["message"],
                         "the network service cannot be reached")

    def test_respondents_reach_three_methods_and_no_more(self):
        token = self.node.secrets.token()
        with self.running("answers") as pod:
            self.assertEqual(self.ask(pod, "/")[0], 200)
            for method in ("ListLocalities", "ListParticipants", "GetWave",
                           "CloseWave"):
                self.assertEqual(
                    self.ask(pod, SURVEYS + method, PARENT, token)[0], 404)
            # The survey service refuses it, and not the gateway.
            status, _, said = self.ask(
                pod, "/pulsetaker.survey.v1.InvitationService/GetQuestionnaire",
                {"invitationToken": "x"})
            self.assertIn("code", json.loads(said))
            self.assertNotIn(status, (200, 404, 503), said)
            self.assertEqual(list(confinement.problems(pod)), [])

    def test_it_is_as_confined_as_it_is_declared(self):
        with self.running("console") as pod:
            self.assertEqual(list(confinement.problems(pod)), [])
            print(f"\nconsole: at most {pod.status()['VmHWM'].strip()}", end="")

    def browsers(self, pod, count):
        token = self.node.secrets.token()
        found = [Browser(pod, self.ca, SURVEYS + "ListLocalities", PARENT, token)
                 for _ in range(count - 1)] + [Browser(pod, self.ca, "/")]
        for each in found:
            each.start()
        return found

    def told_while_stopping(self, pod):
        """Stops it under load: what was said to calls that began while it drains
        as declared, and the seconds that it took."""
        drain = seconds(self.node.pods["console"].containers[0].environment[
            "PULSETAKER_CONSOLE_DRAIN"])
        browsers = self.browsers(pod, BROWSERS)
        time.sleep(LOAD_SECONDS)
        begin = time.monotonic()
        code, took = pod.stop()
        self.assertEqual(code, 0, pod.log.read_text())
        for each in browsers:
            each.finish()
        told = [said for each in browsers
                for said in each.told_between(0, begin + drain - MOMENT_SECONDS)]
        meanwhile = [said for each in browsers for said in each.told_between(
            begin, begin + drain - MOMENT_SECONDS)]
        self.assertGreater(len(meanwhile), 0)
        return told, meanwhile, took

    def test_it_stops_under_load_and_loses_no_call(self):
        with self.running("console") as pod:
            told, meanwhile, took = self.told_while_stopping(pod)
        self.assertEqual([said for said in told if said != 200], [])
        print(f"\nconsole: stopped in {took:.1f} s, {len(meanwhile)} calls answered "
              f"meanwhile, none lost of {len(told)}", end="")

    def test_one_that_does_not_drain_is_noticed(self):
        def change(objects):
            console_mutations.forget(objects, "console",
                                     "PULSETAKER_CONSOLE_DRAIN")
        with self.a_node(change) as node, self.running("console", node) as pod:
            with unittest.mock.patch.object(self, "ca", node.secrets.ca):
                told, _, _ = self.told_while_stopping(pod)
        self.assertNotEqual([said for said in told if isinstance(said, str)], [])

    def test_one_whose_probe_speaks_no_tls_is_not_ready(self):
        def change(objects):
            probe = console_mutations.gateway(objects, "console")["startupProbe"]
            del probe["httpGet"]["scheme"]
            probe["failureThreshold"] = 5
        with self.a_node(change) as node, \
                self.assertRaisesRegex(NotReady, "startupProbe failed"), \
                self.running("console", node):
            pass

    def test_its_certificate_changes_under_load_and_no_call_is_lost(self):
        with self.running("console") as pod:
            def shown():
                return ssl.get_server_certificate(
                    (pod.address, pod.container.ports["https"]))
            browsers, before = self.browsers(pod, BROWSERS), shown()
            self.node.secrets.renew("console-tls")
            until = time.monotonic() + RENEWAL_SECONDS_MAX
            while shown() == before and time.monotonic() < until:
                time.sleep(0.2)
            self.assertNotEqual(shown(), before)
            for each in browsers:
                each.finish()
        self.assertEqual([said for each in browsers
                          for said in each.told_between(0, float("inf"))
                          if said != 200], [])


if __name__ == "__main__":
    unittest.main()
