"""Pods that are declared wrongly do not pass what pods_test.py asks of them."""

import contextlib
import copy
import os
import pathlib
import sys
import tempfile
import unittest

import network_of_its_own
from rendered import OVERLAYS, Objects, render

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["PULSETAKER_BIN"]).parent
sys.path[:0] = [str(SOURCE / "deploy/image"), str(SOURCE / "tests/e2e")]

if __name__ == "__main__":
    network_of_its_own.enter_or_skip()  # Before gRPC has threads.

import confinement  # noqa: E402
import grpc  # noqa: E402
import load  # noqa: E402
import stage_root  # noqa: E402
import survey_client  # noqa: E402
from fields import Untranslated  # noqa: E402
from mutations import job_pod, pod, server, variable  # noqa: E402
from mounted_secrets import TENANT  # noqa: E402
from node import Killed, Node, NotReady  # noqa: E402

PEOPLE = 20
NOT_TRANSLATED, SILENT, ENDED, STOPPED, WRONG = [], [], [], [], []


def fault(kind):
    def add(change):
        kind.append(change)
        return change
    return add


def impatient(o):
    """Fails a start sooner than the manifests do, so that it is soon seen."""
    server(o, "survey")["startupProbe"].update(
        periodSeconds=1, failureThreshold=10)


@fault(NOT_TRANSLATED)
def a_field_that_nobody_knows(o):
    server(o, "survey")["lifecycle"] = {"preStop": {"sleep": {"seconds": 5}}}


@fault(NOT_TRANSLATED)
def a_capability_comes_back(o):
    server(o, "survey")["securityContext"]["capabilities"]["add"] = ["CHOWN"]


@fault(NOT_TRANSLATED)
def a_pod_runs_as_root(o):
    pod(o, "survey")["securityContext"]["runAsUser"] = 0


@fault(NOT_TRANSLATED)
def volumes_belong_to_nobody(o):
    del pod(o, "survey")["securityContext"]["fsGroup"]


@fault(NOT_TRANSLATED)
def a_container_may_gain_privileges(o):
    server(o, "survey")["securityContext"]["allowPrivilegeEscalation"] = True


@fault(NOT_TRANSLATED)
def a_mount_has_no_volume(o):
    del job_pod(o)["volumes"][0]


@fault(SILENT)
def a_probe_asks_another_port(o):
    impatient(o)
    server(o, "survey")["startupProbe"]["httpGet"]["port"] = "grpc"


@fault(SILENT)
def a_server_listens_elsewhere(o):
    impatient(o)
    variable(o, "survey", "PULSETAKER_ADMIN_LISTEN")["value"] = "0.0.0.0:7499"


@fault(SILENT)
def a_server_hears_itself_only(o):
    impatient(o)
    variable(o, "survey", "PULSETAKER_ADMIN_LISTEN")[
        "value"] = "127.0.0.1:7411"


@fault(ENDED)
def a_store_has_no_volume(o):
    server(o, "survey")["volumeMounts"] = [
        m for m in server(o, "survey")["volumeMounts"] if m["name"] != "data"]


@fault(ENDED)
def a_store_cannot_be_written_to(o):
    server(o, "survey")["volumeMounts"][0]["readOnly"] = True


@fault(ENDED)
def a_key_is_not_mounted(o):
    server(o, "survey")["volumeMounts"] = [
        m for m in server(o, "survey")["volumeMounts"] if m["name"] != "tls"]


@fault(ENDED)
def a_key_is_for_root_alone(o):
    for each in pod(o, "survey")["volumes"]:
        if each["name"] == "tls":
            each["secret"]["defaultMode"] = 0o400


@fault(ENDED)
def the_root_key_is_not_mounted(o):
    server(o, "survey")["volumeMounts"] = [
        m for m in server(o, "survey")["volumeMounts"]
        if m["name"] != "root-key"]


@fault(ENDED)
def everybody_may_read_the_root_key(o):
    for each in pod(o, "survey")["volumes"]:
        if each["name"] == "root-key":
            each["secret"]["defaultMode"] = 0o444


@fault(ENDED)
def a_server_has_a_certificate_without_a_key(o):
    server(o, "survey")["env"].remove(
        variable(o, "survey", "PULSETAKER_TLS_KEY"))


@fault(ENDED)
def a_server_would_speak_plain_text(o):
    server(o, "survey")["env"] = [
        e for e in server(o, "survey")["env"]
        if not e["name"].startswith(("PULSETAKER_TLS_", "PULSETAKER_TRUSTED_"))]


@fault(ENDED)
def a_program_is_not_in_the_image(o):
    server(o, "survey")["command"] = ["/bin/sh", "-c", "pulsetaker-survey"]


@fault(STOPPED)
def a_grace_is_shorter_than_the_drain(o):
    pod(o, "survey")["terminationGracePeriodSeconds"] = 2


@fault(WRONG)
def a_root_can_be_written_to(o):
    server(o, "survey")["securityContext"]["readOnlyRootFilesystem"] = False


@fault(WRONG)
def a_port_is_declared_that_nobody_opens(o):
    # Not the one of the probes, or it would never be ready.
    server(o, "survey")["ports"][0]["containerPort"] = 7402


@fault(WRONG)
def memory_is_less_than_it_takes(o):
    server(o, "survey")["resources"]["limits"]["memory"] = "1Mi"


class PodsFaultsTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="pulsetaker-pods-")
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        cls.folder.chmod(0o755)
        cls.images = {"pulsetaker": cls.folder / "image"}
        stage_root.stage(BUILD, cls.images["pulsetaker"])
        cls.objects = render(OVERLAYS["everything"])

    @contextlib.contextmanager
    def node(self, change):
        objects = copy.deepcopy(self.objects)
        change(objects)
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            os.chmod(folder, 0o755)
            node = Node(self.images, folder, Objects(objects))
            try:
                yield node
            finally:
                node.close()

    @contextlib.contextmanager
    def ready(self, change):
        with self.node(change) as node:
            survey = node.start("survey-0")
            survey.wait_until_ready()
            yield node, survey

    def test_without_a_fault_all_is_well(self):
        with self.ready(impatient) as (node, survey):
            self.assertEqual(list(confinement.problems(survey)), [])
            self.assertEqual(self.list_backups(node).returncode, 0)
            self.assertEqual(survey.stop()[0], 0)

    def test_what_cannot_be_translated_is_an_error(self):
        for change in NOT_TRANSLATED:
            with self.subTest(fault=change.__name__), \
                    self.assertRaises(Untranslated), self.node(change):
                pass

    def test_a_pod_that_cannot_serve_is_not_ready(self):
        for change in SILENT:
            with self.subTest(fault=change.__name__), \
                    self.assertRaisesRegex(NotReady, "startupProbe failed"), \
                    self.ready(change):
                pass

    def test_a_pod_that_ends_is_not_ready(self):
        for change in ENDED:
            with self.subTest(fault=change.__name__), \
                    self.assertRaisesRegex(NotReady, "ended with [1-9]"), \
                    self.ready(change):
                pass

    def test_a_pod_that_does_not_stop_in_time_is_killed(self):
        for change in STOPPED:
            with self.subTest(fault=change.__name__), \
                    self.ready(change) as (node, survey):
                self.assertEqual(self.list_backups(node).returncode, 0)
                self.assertRaises(Killed, survey.stop)

    def test_a_container_that_may_more_than_declared_is_noticed(self):
        for change in WRONG:
            with self.subTest(fault=change.__name__), \
                    self.ready(change) as (_, survey):
                self.assertNotEqual(list(confinement.problems(survey)), [])

    def test_a_store_that_ends_with_its_pod_is_noticed(self):
        def change(o):
            pod(o, "survey")["volumes"].append({"name": "data", "emptyDir": {}})
            del Objects(o).named("StatefulSet", "survey")["spec"][
                "volumeClaimTemplates"]
        with self.ready(change) as (node, survey):
            with load.connect(survey.target) as channel:
                api = survey_client.stub(channel)
                wave, instrument = survey_client.open_wave(
                    api, TENANT, "leeds", PEOPLE)
                submitter = load.Submitter(
                    survey.target, wave, instrument, range(PEOPLE), PEOPLE)
                submitter.step()
                self.assertEqual(submitter.lost(api), [])
            survey.kill()
            node.start("survey-0").wait_until_ready()
            # The former channel may still be about to see that its server died.
            with load.connect(survey.target) as channel, \
                    self.assertRaisesRegex(grpc.RpcError, "NOT_FOUND"):
                submitter.lost(survey_client.stub(channel))

    def test_a_job_fails_when_its_server_is_not_there(self):
        with self.node(lambda o: None) as node:
            good, said = node.run_job("survey-backup")
            self.assertFalse(good)
            self.assertEqual(len(said), node.pods["survey-backup"].attempts)

    @staticmethod
    def list_backups(node):
        return node.client(
            "survey-0", ["/usr/bin/pulsetaker", "backup", "list"],
            token=node.secrets.operator_token(),
            PULSETAKER_SURVEY_ADDRESS="dns:///survey:7401")


if __name__ == "__main__":
    unittest.main()
