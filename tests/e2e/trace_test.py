"""One assessment is one trace through all three services: sent to a receiver,
read there with OpenTelemetry's own classes, and told by the logs."""

import http.server
import json
import os
import re
import subprocess
import threading
import time
import unittest
import uuid

import system
from pulsetaker.assessment.v1 import assessment_service_pb2
from pulsetaker.assessment.v1 import assessment_service_pb2_grpc

INTERNAL, SERVER, CLIENT = 1, 2, 3
SERVICES = {"pulsetaker-survey", "pulsetaker-network", "pulsetaker-assessment"}
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARTNER = "00f067aa0ba902b7"
ASSESS = "pulsetaker.assessment.v1.AssessmentService/AssessWave"
ANALYZE = "pulsetaker.network.v1.NetworkService/AnalyzeWave"
SNAPSHOT = "pulsetaker.survey.v1.SurveyService/StreamWaveSnapshot"


class Receiver:
    """A collector: keeps the bodies that it is sent. A context manager."""

    def __init__(self):
        self.bodies = []
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):

            def do_POST(self):  # noqa: N802
                length = int(self.headers["Content-Length"])
                body = self.rfile.read(length)
                assert self.path == "/v1/traces", self.path
                assert self.headers["Content-Type"] == "application/json"
                receiver.bodies.append(body.decode())
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def spans(self):
        done = subprocess.run(
            ["node", system.SOURCE / "tests" / "e2e" / "trace_spans.mjs"],
            input="\n".join(self.bodies), capture_output=True, text=True,
            check=False)
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]


def assess(services, wave, traceparent):
    """As a partner does that has a trace of its own. Returns the operation."""
    with system.channel(services.assessment.address) as connection:
        stub = assessment_service_pb2_grpc.AssessmentServiceStub(connection)
        operation = stub.AssessWave(
            assessment_service_pb2.AssessWaveRequest(
                parent=wave, request_id=str(uuid.uuid4())),
            metadata=[("traceparent", traceparent)], timeout=30)
        return system.wait_for(operation, connection)


class TraceTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        with Receiver() as receiver:
            os.environ["PULSETAKER_OTLP_ENDPOINT"] = receiver.endpoint
            try:
                cls.run_system(receiver)
            finally:
                del os.environ["PULSETAKER_OTLP_ENDPOINT"]
            # What was left was sent when the services stopped.
            cls.bodies = "\n".join(receiver.bodies)
            cls.all_spans = receiver.spans()
        cls.spans = [s for s in cls.all_spans if s["traceId"] == TRACE]
        cls.by_id = {span["spanId"]: span for span in cls.spans}

    @classmethod
    def run_system(cls, receiver):
        with system.System() as services:
            sample = services.folder / "sample"
            services.client("synth", "--preset=sample", "--seed=1",
                            f"--out={sample}")
            services.client("import", sample, "--survey=sample")
            wave = cls.first_wave(services)
            cls.operation = assess(services, wave, f"00-{TRACE}-{PARTNER}-01")
            cls.unsampled = assess(
                services, wave, "00-" + "1" * 32 + f"-{PARTNER}-00")
            cls.people = set(re.findall(
                r"\b[a-z]+_\d{3}\b", "".join(
                    path.read_text(encoding="utf-8")
                    for path in sample.rglob("*.csv"))))
            deadline = time.monotonic() + 30
            while ASSESS not in "".join(receiver.bodies):
                assert time.monotonic() < deadline, "no spans while it runs"
                time.sleep(0.1)
            cls.logs = {
                "pulsetaker-" + service.name: [
                    json.loads(line) for line in service.log_lines()]
                for service in services.services}

    @staticmethod
    def first_wave(services):
        shown = json.loads(services.client(
            "show", "--survey=sample", "--all", "--output=json").stdout)
        return re.search(r'"(tenants/[^"]+/waves/[^/"]+)"',
                         json.dumps(shown))[1]

    def path_to(self, span):
        path = []
        while span is not None:
            service = span["service"].removeprefix("pulsetaker-")
            path.insert(0, (service, span["name"], span["kind"]))
            span = self.by_id.get(span["parentSpanId"])
        return path

    def test_assesses(self):
        for operation in (self.operation, self.unsampled):
            self.assertFalse(operation.HasField("error"), operation)

    def test_has_spans_of_all_three_services(self):
        self.assertEqual({s["service"] for s in self.spans}, SERVICES)

    def test_is_a_tree_under_the_span_of_the_partner(self):
        self.assertEqual(len(self.by_id), len(self.spans), "ids repeat")
        roots = []
        for span in self.spans:
            if span["parentSpanId"] == PARTNER:
                roots.append(span["name"])
            else:
                self.assertIn(span["parentSpanId"], self.by_id, span)
        self.assertEqual(roots, [ASSESS])

    def test_goes_from_call_to_operation_to_call(self):
        """From the assessment by way of the analysis to the answers."""
        path = [("assessment", ASSESS, SERVER),
                ("assessment", "AssessWave", INTERNAL),
                ("assessment", ANALYZE, CLIENT),
                ("network", ANALYZE, SERVER),
                ("network", "AnalyzeWave", INTERNAL),
                ("network", SNAPSHOT, CLIENT),
                ("survey", SNAPSHOT, SERVER)]
        paths = [self.path_to(span) for span in self.spans
                 if span["name"] == SNAPSHOT and span["kind"] == SERVER]
        self.assertIn(path, paths)

    def test_times_are_in_order(self):
        for span in self.spans:
            self.assertLessEqual(int(span["begin"]), int(span["end"]))
            parent = self.by_id.get(span["parentSpanId"])
            if parent is not None:
                self.assertLessEqual(int(parent["begin"]), int(span["begin"]))

    def test_calls_have_their_names_and_codes(self):
        for span in self.spans:
            if span["kind"] == INTERNAL:
                continue
            attributes = span["attributes"]
            self.assertEqual(attributes["rpc.system"], "grpc")
            self.assertEqual(
                attributes["rpc.service"] + "/" + attributes["rpc.method"],
                span["name"])
            self.assertIn("rpc.grpc.status_code", attributes)
            failed = attributes["rpc.grpc.status_code"] != 0
            if span["kind"] == CLIENT:
                self.assertEqual(span["status"] == 2, failed)

    def test_leaves_out_what_the_partner_did_not_sample(self):
        self.assertNotIn("1" * 32, {s["traceId"] for s in self.all_spans})

    def test_is_in_the_logs_of_all_three_services(self):
        for service, lines in self.logs.items():
            spans = {line["span_id"] for line in lines
                     if line.get("trace_id") == TRACE}
            known = {s["spanId"] for s in self.spans
                     if s["service"] == service}
            self.assertTrue(spans, f"{service} logged nothing of the trace")
            self.assertLessEqual(spans, known)

    def test_names_nobody(self):
        self.assertGreater(len(self.people), 100)
        words = set(re.findall(r"[a-z]+_\d{3}", self.bodies))
        self.assertFalse(words & self.people)
        for word in ("tenants/", "participants/", "localities/"):
            self.assertNotIn(word, self.bodies)


if __name__ == "__main__":
    unittest.main()
