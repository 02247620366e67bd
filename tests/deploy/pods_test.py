"""The pods that deploy/k8s declares, run on this machine without a cluster: as
the manifests say, from the image's files. They become ready as their probes ask,
do the main job, are backed up, stop and are killed under load, and lose nothing.
"""

import json
import os
import pathlib
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
import unittest

import network_of_its_own
from rendered import OVERLAYS, Objects, render

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["PULSETAKER_BIN"]).parent
sys.path[:0] = [str(SOURCE / "deploy/image"), str(SOURCE / "tests/e2e")]

if __name__ == "__main__":
    network_of_its_own.enter_or_skip()  # Before gRPC has threads.

import confinement  # noqa: E402
import load  # noqa: E402
import pod_spec  # noqa: E402
import stage_root  # noqa: E402
import survey_client  # noqa: E402
import system  # noqa: E402
from mounted_secrets import TENANT  # noqa: E402
from node import Node  # noqa: E402
from properties.registry import seconds  # noqa: E402
from pulsetaker.assessment.v1 import (  # noqa: E402
    assessment_service_pb2, assessment_service_pb2_grpc)
from pulsetaker.network.v1 import (  # noqa: E402
    analysis_pb2, network_service_pb2, network_service_pb2_grpc)
from pulsetaker.survey.v1 import locality_pb2  # noqa: E402

DEADLINE_SECONDS = 60
LOAD_SECONDS = 1.5
PEOPLE = 90
RENEWAL_SECONDS_MAX = 10
NULL_DRAWS = 4999  # Five times as many as usual, so that it takes a while.
# Calls that begin in the moment in which a drain ends may find it over.
MOMENT_SECONDS = 0.3


def network_stub(channel):
    return network_service_pb2_grpc.NetworkServiceStub(channel)


def assessment_stub(channel):
    return assessment_service_pb2_grpc.AssessmentServiceStub(channel)


class PodsTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory(prefix="pulsetaker-pods-")
        cls.addClassCleanup(cls.scratch.cleanup)
        folder = pathlib.Path(cls.scratch.name)
        folder.chmod(0o755)  # Others than root go into it.
        images = {"pulsetaker": folder / "image"}
        stage_root.stage(BUILD, images["pulsetaker"])
        objects = Objects(render(OVERLAYS["everything"]))
        cls.addresses = {
            f"PULSETAKER_{each['metadata']['name'].upper()}_ADDRESS":
                f"dns:///{each['metadata']['name']}:"
                f"{each['spec']['ports'][0]['port']}"
            for each in objects.of_kind("Service")
            if each["spec"]["ports"][0]["name"] == "grpc"}
        cls.node = Node(images, folder, objects)
        cls.addClassCleanup(cls.node.close)
        cls.pods = {}
        for name in ("survey-0", "network-0", "assessment-0"):
            cls.pods[name] = cls.node.start(name)
        for pod in cls.pods.values():
            pod.wait_until_ready()
        cls.import_sample(folder / "sample")

    @classmethod
    def client(cls, *words, binds=()):
        return cls.node.client("survey-0", ["/usr/bin/pulsetaker", *words],
                               binds, **cls.addresses)

    @classmethod
    def import_sample(cls, folder):
        folder.mkdir()
        folder.chmod(0o777)
        for words in (("synth", "--preset=sample", "--seed=1", "--out=/work/s"),
                      ("import", "/work/s", "--survey=sample")):
            done = cls.client(*words, binds=[(folder, "/work", False)])
            assert done.returncode == 0, done.stdout + done.stderr
        cls.results = {}
        for verb in ("analyze", "assess"):
            done = cls.client(verb, "--survey=sample", "--all", "--output=json")
            assert done.returncode == 0, done.stdout + done.stderr
            cls.results[verb] = [each["result"]
                                 for each in json.loads(done.stdout)["waves"]]

    def channel(self, name):
        channel = load.connect(self.pods[name].target)
        self.addCleanup(channel.close)
        return channel

    def test_every_pod_of_every_overlay_can_be_translated(self):
        of_services = {"survey-0", "network-0", "assessment-0", "survey-backup"}
        for name, folder in OVERLAYS.items():
            more = {"console", "answers"} if name == "everything" else set()
            self.assertEqual(set(pod_spec.of(Objects(render(folder)))),
                             of_services | more)

    def test_what_was_found_can_be_shown(self):
        done = self.client("show", "--survey=sample", "--all")
        self.assertEqual(done.returncode, 0, done.stderr)
        for place, found in (("Ashby", "OPEN SHARED LEADERSHIP"),
                             ("Brackwell", "CLOSED CORE"),
                             ("Elstow", "NO VERDICT")):
            page = done.stdout[done.stdout.index(f"{place}  "):]
            self.assertIn(found, page[:page.index("WHO ANSWERED")]
                          .replace("\n              ", " "))
        self.assertEqual(self.client("health").returncode, 0)

    def test_they_are_as_confined_as_they_are_declared(self):
        for name, pod in self.pods.items():
            self.assertEqual(list(confinement.problems(pod)), [])
            print(f"\n{name}: at most {pod.status()['VmHWM'].strip()}", end="")

    def test_the_backup_job_succeeds_unless_something_is_damaged(self):
        self.assertTrue(self.submit_once())
        good, said = self.node.run_job("survey-backup")
        self.assertTrue(good, said)
        kept = self.node.claim("survey-backups")
        shutil.copytree(kept, kept.with_suffix(".kept"))
        flipped = 0
        for path in sorted(kept.rglob("*.sst")):
            content = bytearray(path.read_bytes())
            content[len(content) // 2] ^= 1
            path.write_bytes(content)
            flipped += 1
        self.assertGreater(flipped, 0)
        good, said = self.node.run_job("survey-backup")
        self.assertFalse(good)
        print(f"\ndamaged: {said[-1][0]} ended with {said[-1][1]}, after "
              f"{len(said)} containers", end="")
        shutil.copytree(kept.with_suffix(".kept"), kept, dirs_exist_ok=True)
        good, said = self.node.run_job("survey-backup")
        self.assertTrue(good, said)

    def submit_once(self):
        """So that there is something that the last backup has not."""
        api = survey_client.stub(self.channel("survey-0"))
        return survey_client.open_wave(api, TENANT,
                                       f"place{time.monotonic_ns()}", 5)

    def restart(self, name, callers):
        """Stops a pod that is called and starts it again, then kills it and
        starts it again. Of the calls that began before its drain was over none
        may have failed."""
        time.sleep(LOAD_SECONDS)
        drain = seconds(
            self.pods[name].container.environment["PULSETAKER_DRAIN"])
        confined = list(confinement.problems(self.pods[name]))
        begin = time.monotonic()
        code, took = self.pods[name].stop()
        self.assertEqual(code, 0, self.pods[name].log.read_text())
        self.assertGreaterEqual(took, drain)
        self.assertEqual(confined, [])
        until = begin + drain - MOMENT_SECONDS
        answered = 0
        for caller in callers:
            if caller.failure is not None:
                raise caller.failure
            self.assertEqual(caller.turned_away_between(0, until), [])
            answered += len(caller.answered_between(begin, until))
        self.assertGreater(answered, 0)
        self.come_back(name)
        time.sleep(LOAD_SECONDS)
        self.pods[name].kill()
        self.come_back(name)
        time.sleep(LOAD_SECONDS)
        for caller in callers:
            caller.finish()
            self.assertGreater(
                len(caller.answered_between(begin + took, float("inf"))), 0,
                caller.turned_away_with)
        calls = sum(len(caller.calls) for caller in callers)
        print(f"\n{name}: stopped in {took:.1f} s, {answered} calls answered "
              f"meanwhile, none turned away; {calls} calls in all", end="")

    def come_back(self, name):
        self.pods[name] = self.node.start(name)
        self.pods[name].wait_until_ready()

    def test_survey_stops_under_load_and_loses_nothing(self):
        api = survey_client.stub(self.channel("survey-0"))
        wave, instrument = survey_client.open_wave(api, TENANT, "loaded",
                                                   PEOPLE)
        target, third = self.pods["survey-0"].target, PEOPLE // 3
        submitters = [load.Submitter(target, wave, instrument,
                                     range(n * third, (n + 1) * third), PEOPLE)
                      for n in range(2)]
        uploader = load.Uploader(target, wave, instrument,
                                 range(2 * third, PEOPLE), PEOPLE)
        for each in (*submitters, uploader):
            each.start()
        self.restart("survey-0", submitters)
        uploader.finish()
        again = survey_client.stub(self.channel("survey-0"))
        for submitter in submitters:
            self.assertEqual(submitter.lost(again), [])
        self.assertEqual(uploader.lost, 0)
        self.assertGreaterEqual(uploader.streams, 3)
        self.assertEqual(uploader.committed(again), uploader.watermark)
        print(f"; {sum(each.count_acknowledged() for each in submitters)} "
              f"responses and {uploader.watermark} rows of "
              f"{uploader.streams} streams", end="")

    def test_network_stops_under_load_and_an_analysis_goes_on(self):
        survey = survey_client.stub(self.channel("survey-0"))
        wave = survey_client.whole_survey(survey, TENANT, "analysed", 60)
        connection = self.channel("network-0")
        operation = network_stub(connection).AnalyzeWave(
            network_service_pb2.AnalyzeWaveRequest(
                parent=wave.name, request_id=survey_client.request_id(),
                parameters=analysis_pb2.AnalysisParameters(
                    null_draw_count=NULL_DRAWS)), timeout=DEADLINE_SECONDS)
        reader = load.Reader(
            self.pods["network-0"].target,
            lambda c: network_stub(c).GetAnalysis,
            network_service_pb2.GetAnalysisRequest(
                name=self.results["analyze"][0]))
        reader.start()
        self.assertFalse(self.state(operation, connection).done)
        self.restart("network-0", [reader])
        self.assertEqual(len(reader.answers), 1)
        begin = time.monotonic()
        self.finish(operation, self.channel("network-0"),
                    analysis_pb2.Analysis())
        print(f"; its analysis ended {time.monotonic() - begin:.1f} s after",
              end="")

    def state(self, operation, connection):
        return system.operations_pb2_grpc.OperationsStub(
            connection).GetOperation(system.operations_pb2.GetOperationRequest(
                name=operation.name), timeout=DEADLINE_SECONDS)

    def finish(self, operation, connection, result):
        ended = system.wait_for(operation, connection)
        self.assertTrue(ended.HasField("response"), ended.error)
        self.assertTrue(ended.response.Unpack(result))

    def test_assessment_stops_under_load_and_goes_on(self):
        connection = self.channel("assessment-0")
        reader = load.Reader(
            self.pods["assessment-0"].target,
            lambda c: assessment_stub(c).GetAssessment,
            assessment_service_pb2.GetAssessmentRequest(
                name=self.results["assess"][0]))
        reader.start()
        self.restart("assessment-0", [reader])
        self.assertEqual(len(reader.answers), 1)
        done = self.client("assess", "--survey=sample", "--all",
                           "--output=json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([each["result"]
                          for each in json.loads(done.stdout)["waves"]],
                         self.results["assess"])

    def shown(self, name):
        """The certificate that a pod shows to who connects, in PEM."""
        pod = self.pods[name]
        return ssl.get_server_certificate(
            (pod.address, pod.container.ports["grpc"]))

    def shake_hands(self, pod, version):
        """Whether there is a connection of this version of TLS."""
        done = subprocess.run(
            ["openssl", "s_client", f"-tls{version}", "-alpn", "h2",
             "-verify_return_error", "-verify_hostname", pod.pod.service,
             "-CAfile", self.node.secrets.ca, "-connect",
             f"{pod.address}:{pod.container.ports['grpc']}"],
            stdin=subprocess.DEVNULL, capture_output=True, check=False)
        # It also writes what the server says in HTTP/2.
        return done.returncode == 0 and b"Verification: OK" in done.stdout

    def test_they_speak_tls_1_3_and_nothing_older(self):
        for name, pod in self.pods.items():
            with self.subTest(pod=name):
                self.assertTrue(self.shake_hands(pod, "1_3"))
                self.assertFalse(self.shake_hands(pod, "1_2"))

    def test_certificates_change_under_load_and_no_call_is_lost(self):
        readers = {
            "survey-0": load.Reader(
                self.pods["survey-0"].target,
                lambda c: survey_client.stub(c).ListLocalities,
                locality_pb2.ListLocalitiesRequest(parent=f"tenants/{TENANT}",
                                                   page_size=1)),
            "network-0": load.Reader(
                self.pods["network-0"].target,
                lambda c: network_stub(c).GetAnalysis,
                network_service_pb2.GetAnalysisRequest(
                    name=self.results["analyze"][0])),
            "assessment-0": load.Reader(
                self.pods["assessment-0"].target,
                lambda c: assessment_stub(c).GetAssessment,
                assessment_service_pb2.GetAssessmentRequest(
                    name=self.results["assess"][0]))}
        for reader in readers.values():
            reader.start()
        begin = time.monotonic()
        for name, pod in self.pods.items():
            before = self.shown(name)
            self.node.secrets.renew(f"{pod.pod.service}-tls")
            until = time.monotonic() + RENEWAL_SECONDS_MAX
            while self.shown(name) == before and time.monotonic() < until:
                time.sleep(0.1)
            self.assertNotEqual(self.shown(name), before)
        took = time.monotonic() - begin
        # The services call each other with their new certificates.
        done = self.client("assess", "--survey=sample", "--all",
                           "--output=json")
        self.assertEqual(done.returncode, 0, done.stderr)
        for name, reader in readers.items():
            reader.finish()
            self.assertEqual(
                [call for call in reader.calls
                 if call[2] != load.grpc.StatusCode.OK], [], name)
        print(f"\n{len(readers)} certificates changed in {took:.1f} s, "
              f"{sum(len(r.calls) for r in readers.values())} calls meanwhile, "
              f"none lost", end="")


if __name__ == "__main__":
    unittest.main()
