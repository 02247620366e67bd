"""A small nation assessed as a whole, the assessment service killed in the
middle: it goes on, computes nothing twice, and comes to what single assessments
come to."""

import json
import pathlib
import signal
import tempfile
import time
import unittest

import survey_client
import system
from pulsetaker.assessment.v1 import (assessment_service_pb2,
                                      assessment_service_pb2_grpc,
                                      national_pb2, phase_pb2)
from pulsetaker.survey.v1 import locality_pb2
from survey_client import DEADLINE_SECONDS, request_id

TENANT = "tenants/local"
PLACES = 12
WAVES = 2
Place = national_pb2.NationalPlace


def false_discovery_rates(p_values):
    """By the definition of Benjamini and Hochberg, the slow way."""
    count = len(p_values)
    return [min(1, min(count * q / sum(r <= q for r in p_values)
                       for q in p_values if q >= p)) for p in p_values]


class NationTest(unittest.TestCase):

    def test_goes_on_after_a_kill(self):
        with system.System() as self.services:
            self.bring_in()
            name, computed = self.start_and_kill()
            self.services.assessment.start()
            operation, metadata = self.finish(name)
            national = national_pb2.NationalAssessment()
            self.assertTrue(operation.response.Unpack(national))
            # What the first run finished, the second one found.
            found = PLACES * WAVES - metadata.computed_count
            self.assertGreaterEqual(found, computed)
            self.assertGreater(computed, 0)
            self.assertGreater(metadata.computed_count, 0)
            self.check_places(national)
            self.check_falls(national)
            self.check_command(national)

    def bring_in(self):
        """Places with two closed waves each, and a locality without a survey."""
        with tempfile.TemporaryDirectory() as folder:
            data = pathlib.Path(folder) / "nation"
            self.services.client(
                "synth", f"--out={data}", "--preset=random",
                f"--places={PLACES}", "--people=40", f"--waves={WAVES}")
            self.services.client("import", data, "--survey=care")
        with system.channel(self.services.survey.address) as connection:
            survey_client.stub(connection).CreateLocality(
                locality_pb2.CreateLocalityRequest(
                    parent=TENANT, locality_id="zz-empty",
                    locality=locality_pb2.Locality(display_name="Empty"),
                    request_id=request_id()), timeout=DEADLINE_SECONDS)

    def stub(self, connection):
        return assessment_service_pb2_grpc.AssessmentServiceStub(connection)

    def start_and_kill(self):
        """The operation, and how many assessments it had stored when its server
        was killed, at least."""
        service = self.services.assessment
        with system.channel(service.address) as connection:
            operation = self.stub(connection).RunNationalAssessment(
                assessment_service_pb2.RunNationalAssessmentRequest(
                    parent=TENANT, request_id=request_id()),
                timeout=DEADLINE_SECONDS)
            operations = system.operations_pb2_grpc.OperationsStub(connection)
            metadata = (
                assessment_service_pb2.RunNationalAssessmentMetadata())
            deadline = time.monotonic() + system.DEADLINE_SECONDS
            while metadata.done_count < PLACES // 3:
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.02)
                operation = operations.GetOperation(
                    system.operations_pb2.GetOperationRequest(
                        name=operation.name), timeout=DEADLINE_SECONDS)
                self.assertFalse(operation.done)
                operation.metadata.Unpack(metadata)
        service.process.send_signal(signal.SIGKILL)
        service.process.wait()
        return operation.name, metadata.computed_count

    def finish(self, name):
        with system.channel(self.services.assessment.address) as connection:
            operation = system.wait_for(
                system.operations_pb2.Operation(name=name), connection)
        metadata = assessment_service_pb2.RunNationalAssessmentMetadata()
        self.assertTrue(operation.metadata.Unpack(metadata))
        self.assertTrue(operation.HasField("response"), operation.error)
        self.assertEqual(metadata.total_count, PLACES + 1)
        self.assertEqual(metadata.failed_count, 0)
        self.assertEqual(metadata.skipped_count, 1)
        return operation, metadata

    def check_places(self, national):
        """Each place has the assessment that AssessWave gives it."""
        self.assertEqual(len(national.places), PLACES + 1)
        self.assertEqual(national.places[-1].outcome, Place.OUTCOME_NO_SURVEY)
        single = json.loads(self.services.client(
            "assess", "--survey=care", "--all", "--output=json").stdout)
        self.assertEqual([p.assessment for p in national.places[:-1]],
                         [w["result"] for w in single["waves"]])
        self.assertEqual([p.wave for p in national.places[:-1]],
                         [w["wave"] for w in single["waves"]])

    def check_falls(self, national):
        """P- and q-values worked out again from the single assessments."""
        with system.channel(self.services.assessment.address) as connection:
            stub = self.stub(connection)
            tested = {}
            for place in national.places[:-1]:
                change = stub.GetAssessment(
                    assessment_service_pb2.GetAssessmentRequest(
                        name=place.assessment),
                    timeout=DEADLINE_SECONDS).change
                self.assertEqual(place.change, change.status)
                if change.status == phase_pb2.Change.STATUS_NOT_COMPARABLE:
                    self.assertFalse(place.HasField("fall_p_value"))
                    continue
                falls = sorted(f.p_value.value for f in change.features
                               if f.p_value.HasField("value"))
                tested[place.locality] = min(
                    1, min(len(falls) * p / (k + 1)
                           for k, p in enumerate(falls)))
        self.assertGreater(len(tested), PLACES // 2)
        rates = dict(zip(tested, false_discovery_rates(list(tested.values()))))
        claimed = 0
        for place in national.places:
            if place.locality not in tested:
                continue
            self.assertAlmostEqual(place.fall_p_value, tested[place.locality])
            self.assertAlmostEqual(place.fall_q_value, rates[place.locality])
            reverse = (place.change == phase_pb2.Change.STATUS_REGRESSION and
                       place.fall_q_value <= 0.1)
            self.assertEqual(place.national_regression, reverse)
            claimed += reverse
        self.assertEqual(national.falls.tested_count, len(tested))
        self.assertEqual(national.falls.regression_count, claimed)

    def check_command(self, national):
        """The command line finds the same, and tells what was skipped."""
        report = self.services.client("assess-nation").stdout
        self.assertIn(national.name, report.replace("\n", " "))
        self.assertIn("13 places", report)
        self.assertIn("zz-empty", report)
        self.assertNotIn("FAILED", report)
        found = json.loads(self.services.client(
            "assess-nation", "--output=json").stdout)
        self.assertEqual(found["name"], national.name)
        refused = self.services.client("assess-nation", "--survey=other",
                                       check=False)
        self.assertEqual(refused.returncode, 3)
        self.assertIn("NO_PLACES", refused.stderr)


if __name__ == "__main__":
    unittest.main()
