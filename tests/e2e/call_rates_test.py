"""A tenant that calls one of the three servers too often is told when to come back,
and nobody else notices; as operators set it, in the environment of real servers."""

import os
import pathlib
import sys
import tempfile
import time
import unittest
import unittest.mock

import identity
import system
import grpc
from google.rpc import error_details_pb2, status_pb2
from pulsetaker.assessment.v1 import assessment_service_pb2
from pulsetaker.network.v1 import network_service_pb2
from pulsetaker.survey.v1 import wave_pb2

WAVE = "tenants/{}/localities/l1/surveys/s1/waves/1"
CALLS = {
    "survey": ("pulsetaker.survey.v1.SurveyService/GetWave",
               wave_pb2.GetWaveRequest, ""),
    "network": ("pulsetaker.network.v1.NetworkService/GetAnalysis",
                network_service_pb2.GetAnalysisRequest, "/analyses/a1"),
    "assessment": ("pulsetaker.assessment.v1.AssessmentService/GetAssessment",
                   assessment_service_pb2.GetAssessmentRequest,
                   "/assessments/a1"),
}
CALLS_PER_SECOND, BURST_SECONDS = 1, 5
AT_ONCE = CALLS_PER_SECOND * BURST_SECONDS + 1  # The last one overdraws.
LIMITS = {"PULSETAKER_TENANT_CALLS_PER_SECOND": str(CALLS_PER_SECOND),
          "PULSETAKER_TENANT_CALL_BURST": f"{BURST_SECONDS}s"}


def detail(error, message):
    """The detail of this type that a call ended with."""
    for key, value in error.trailing_metadata():
        if key == "grpc-status-details-bin":
            for each in status_pb2.Status.FromString(value).details:
                if each.Unpack(message):
                    return message
    raise AssertionError(f"no {message.DESCRIPTOR.full_name}")


class CallRatesTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="pulsetaker-rates-")
        cls.authority = identity.Authority(pathlib.Path(cls.folder.name) / "tls")
        cls.issuer = identity.Issuer(cls.folder.name)
        with unittest.mock.patch.dict(os.environ, LIMITS):
            cls.system = system.System(
                secure=(cls.authority, cls.issuer)).__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.system.__exit__(None, None, None)
        cls.folder.cleanup()

    def call(self, service, tenant, certificate=None):
        """The error that a call of the tenant ends with: nothing is there."""
        method, request, rest = CALLS[service]
        token = self.issuer.token(tenant, ["viewer"])
        metadata = [] if certificate else [("authorization", f"Bearer {token}")]
        with self.assertRaises(grpc.RpcError) as raised:
            self.system.secure_channel(service, certificate).unary_unary(
                "/" + method,
                request_serializer=lambda m: m.SerializeToString())(
                    request(name=WAVE.format(tenant) + rest), timeout=30,
                    metadata=metadata)
        return raised.exception

    def test_who_calls_too_often_is_told_when_to_come_back(self):
        for service in CALLS:
            with self.subTest(service=service):
                begin = time.monotonic()
                errors = [self.call(service, "north") for _ in range(30)]
                time_taken = time.monotonic() - begin
                refused = [e for e in errors if
                           e.code() == grpc.StatusCode.RESOURCE_EXHAUSTED]
                let_in = len(errors) - len(refused)
                self.assertGreaterEqual(let_in, AT_ONCE)
                self.assertLessEqual(
                    let_in, AT_ONCE + CALLS_PER_SECOND * time_taken)
                info = detail(refused[-1], error_details_pb2.ErrorInfo())
                self.assertEqual(info.reason, "TENANT_QUOTA_EXCEEDED")
                self.assertEqual(info.domain, f"{service}.pulsetaker")
                failure = detail(refused[-1], error_details_pb2.QuotaFailure())
                self.assertEqual([v.subject for v in failure.violations],
                                 ["tenants/north"])
                delay = detail(refused[-1], error_details_pb2.RetryInfo()
                               ).retry_delay.ToTimedelta().total_seconds()
                self.assertGreater(delay, 0)
                self.assertLessEqual(delay, 1 / CALLS_PER_SECOND)
                time.sleep(delay)
                self.assertNotEqual(self.call(service, "north").code(),
                                    grpc.StatusCode.RESOURCE_EXHAUSTED)

    def test_nobody_else_notices(self):
        certificate = self.authority.issue("pulsetaker-network")
        for service in CALLS:
            with self.subTest(service=service):
                for _ in range(30):
                    self.call(service, "east")
                self.assertNotEqual(self.call(service, "south").code(),
                                    grpc.StatusCode.RESOURCE_EXHAUSTED)
                for _ in range(30):
                    self.assertNotIn(
                        self.call(service, "east", certificate).code(),
                        (grpc.StatusCode.RESOURCE_EXHAUSTED,
                         grpc.StatusCode.UNAUTHENTICATED))

    def test_the_client_comes_back_as_it_is_told(self):
        sample = pathlib.Path(self.folder.name) / "sample"
        self.system.client("synth", "--preset=random", "--places=1",
                           "--people=30", f"--out={sample}")
        for _ in range(2 * AT_ONCE):
            self.call("survey", "west")
        who = {"PULSETAKER_CA": str(self.authority.ca),
               "PULSETAKER_TENANT": "west",
               "PULSETAKER_TOKEN": self.issuer.token("west", ["tenant_admin"])}
        begin = time.monotonic()
        with unittest.mock.patch.dict(os.environ, who):
            said = self.system.client("import", sample, "--survey=care").stdout
        # It makes more calls than this, and the bucket is empty.
        self.assertGreater(time.monotonic() - begin, 4 / CALLS_PER_SECOND, said)
        print(f"an import in {time.monotonic() - begin:.0f} s")


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)
    unittest.main()
