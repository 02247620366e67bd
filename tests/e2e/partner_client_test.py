"""A partner's Python program drives the whole job over the real binaries."""

import random
import unittest
import urllib.request

import grpc
import survey_client
import system
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from pulsetaker.assessment.v1 import (assessment_pb2, assessment_service_pb2,
                                      assessment_service_pb2_grpc, finding_pb2)
from pulsetaker.network.v1 import (analysis_pb2, network_service_pb2,
                                   network_service_pb2_grpc)
from pulsetaker.survey.v1 import (participant_pb2, response_pb2, wave_pb2)
from survey_client import DEADLINE_SECONDS, request_id

TENANT = "north"


def grpc_messages():
    """Message classes of grpc.health.v1 and of reflection, by full name."""
    with open(f"{system.os.environ['PULSETAKER_PYTHON']}/grpc.binpb", "rb") as file:
        files = descriptor_pb2.FileDescriptorSet.FromString(file.read())
    pool = descriptor_pool.DescriptorPool()
    for proto in files.file:
        pool.Add(proto)
    factory = message_factory.MessageFactory(pool)
    return lambda name: factory.GetPrototype(pool.FindMessageTypeByName(name))


class PartnerClientTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.system = system.System()
        cls.system.__enter__()
        cls.survey_channel = system.channel(cls.system.survey.address)
        cls.network_channel = system.channel(cls.system.network.address)
        cls.assessment_channel = system.channel(cls.system.assessment.address)
        cls.survey = survey_client.stub(cls.survey_channel)
        cls.network = network_service_pb2_grpc.NetworkServiceStub(
            cls.network_channel)
        cls.assessment = assessment_service_pb2_grpc.AssessmentServiceStub(
            cls.assessment_channel)
        cls.message = staticmethod(grpc_messages())

    @classmethod
    def tearDownClass(cls):
        for connection in (cls.survey_channel, cls.network_channel,
                           cls.assessment_channel):
            connection.close()
        cls.system.__exit__(None, None, None)

    def analyze(self, wave):
        operation = self.network.AnalyzeWave(
            network_service_pb2.AnalyzeWaveRequest(parent=wave,
                                                   request_id=request_id()),
            timeout=DEADLINE_SECONDS)
        operation = system.wait_for(operation, self.network_channel)
        self.assertTrue(operation.HasField("response"), operation.error)
        analysis = analysis_pb2.Analysis()
        self.assertTrue(operation.response.Unpack(analysis))
        return analysis

    def assess(self, wave):
        operation = self.assessment.AssessWave(
            assessment_service_pb2.AssessWaveRequest(parent=wave,
                                                     request_id=request_id()),
            timeout=DEADLINE_SECONDS)
        operation = system.wait_for(operation, self.assessment_channel)
        self.assertTrue(operation.HasField("response"), operation.error)
        assessment = assessment_pb2.Assessment()
        self.assertTrue(operation.response.Unpack(assessment))
        return assessment

    def person_roles(self, analysis, page_size=17):
        people, token = [], ""
        while True:
            page = self.network.ListPersonRoles(
                network_service_pb2.ListPersonRolesRequest(
                    parent=analysis.name, page_size=page_size, page_token=token),
                timeout=DEADLINE_SECONDS)
            people.extend(page.person_roles)
            token = page.next_page_token
            if not token:
                return people

    def test_whole_job(self):
        wave = survey_client.whole_survey(self.survey, TENANT, "ashby")
        self.assertEqual(wave.state, wave_pb2.Wave.STATE_CLOSED)
        self.assertEqual(len(wave.snapshot_digest), 64)
        self.assertEqual(wave.participant_count, 62)
        self.assertEqual(wave.response_count, 60)

        analysis = self.analyze(wave.name)
        self.assertEqual(analysis.snapshot_digest, wave.snapshot_digest)
        self.assertEqual(analysis.participants.invited, 60)
        self.assertEqual(analysis.participants.not_invited, 2)
        self.assertEqual(len(analysis.networks), 7)
        for network in analysis.networks:
            self.assertEqual(network.node_count, 60)
            self.assertEqual(network.arc_count, 300)
            self.assertAlmostEqual(network.density.value, 300 / (60 * 59))
        people = self.person_roles(analysis)
        self.assertEqual([p.person for p in people],
                         sorted(survey_client.person_id(n) for n in range(60)))
        for person in people:
            for measures in person.networks:
                self.assertEqual(measures.out_degree, 5)

        assessment = self.assess(wave.name)
        self.assertEqual(assessment.inputs.snapshot_digest, wave.snapshot_digest)
        self.assertEqual(assessment.inputs.analysis, analysis.name)
        self.assertEqual(len(assessment.triangle.corners), 3)
        for corner in assessment.triangle.corners:
            self.assertTrue(0 < corner.level.post_stratified < 100)
        self.assertAlmostEqual(
            sum(p.posterior for p in assessment.phase.probabilities), 1)
        self.assertTrue(assessment.risks)
        self.assertTrue(assessment.recommendations)
        for finding in [*assessment.risks, *assessment.recommendations]:
            if finding.status == finding_pb2.Finding.STATUS_FIRED:
                self.assertTrue(finding.evidence, finding.finding_id)

        stored = self.assessment.GetAssessment(
            assessment_service_pb2.GetAssessmentRequest(name=assessment.name),
            timeout=DEADLINE_SECONDS)
        self.assertEqual(stored.SerializeToString(deterministic=True),
                         assessment.SerializeToString(deterministic=True))

    def test_finds_the_same_again(self):
        wave = survey_client.whole_survey(self.survey, TENANT, "bede", seed=2)
        first, second = self.analyze(wave.name), self.analyze(wave.name)
        self.assertEqual(first.SerializeToString(deterministic=True),
                         second.SerializeToString(deterministic=True))

    def test_names_nobody_where_too_few_answered(self):
        wave = survey_client.whole_survey(self.survey, TENANT, "carr",
                                          answering=30)
        analysis = self.analyze(wave.name)
        for network in analysis.networks:
            self.assertEqual(network.response_rate, 0.5)
            self.assertFalse(network.roles)
            self.assertTrue(network.withheld_roles)
        for person in self.person_roles(analysis):
            for measures in person.networks:
                self.assertFalse(measures.roles)
                self.assertFalse(measures.HasField("in_degree"))

    def test_names_do_not_leave_the_survey_service(self):
        wave = survey_client.whole_survey(self.survey, TENANT, "dene", seed=3)
        person = self.survey.GetParticipant(
            participant_pb2.GetParticipantRequest(
                name=f"{wave.name}/participants/p001"),
            timeout=DEADLINE_SECONDS)
        self.assertEqual(person.display_name, "Person 1")
        snapshot = b"".join(
            part.SerializeToString() for part in self.survey.StreamWaveSnapshot(
                wave_pb2.StreamWaveSnapshotRequest(name=wave.name),
                timeout=DEADLINE_SECONDS))
        self.assertIn(b"p001", snapshot)
        self.assertNotIn(b"Person 1", snapshot)
        self.analyze(wave.name)
        self.assess(wave.name)
        for service in (self.system.network, self.system.assessment):
            for file in service.folder.rglob("*"):
                if file.is_file():
                    self.assertNotIn(b"Person 1", file.read_bytes(), file)
        for service in self.system.services:
            self.assertNotIn("Person 1", "".join(service.log_lines()))

    def test_resumes_an_upload(self):
        wave, instrument = survey_client.open_wave(self.survey, TENANT, "eden", 40)
        chance = random.Random(4)
        rows = [survey_client.row(
            survey_client.person_id(n),
            survey_client.response(instrument, n, 40, chance)) for n in range(40)]
        upload = f"{wave}/uploads/cut"
        for _ in self.survey.StreamResponses(
                survey_client.frames(upload, rows[:20], 10),
                timeout=DEADLINE_SECONDS):
            pass
        kept = self.survey.GetUpload(
            response_pb2.GetUploadRequest(name=upload), timeout=DEADLINE_SECONDS)
        self.assertEqual(kept.committed_offset, 20)
        # Everything once more from the start: what is there is not stored twice.
        last = None
        for last in self.survey.StreamResponses(
                survey_client.frames(upload, rows, 10), timeout=DEADLINE_SECONDS):
            pass
        self.assertEqual(last.committed_offset, 40)
        kept = self.survey.GetUpload(
            response_pb2.GetUploadRequest(name=upload), timeout=DEADLINE_SECONDS)
        self.assertEqual((kept.stored_count, kept.unchanged_count), (40, 0))
        self.assertEqual(
            survey_client.close_wave(self.survey, wave).response_count, 40)

    def test_says_which_field_is_wrong(self):
        wave, _ = survey_client.open_wave(self.survey, TENANT, "firth", 10)
        answer = response_pb2.Response(name=f"{wave}/responses/p001")
        answer.network_answers.add(
            network_id="work",
            state=response_pb2.NetworkAnswer.STATE_RESPONDED).nominations.add(
                person="p001")
        with self.assertRaises(grpc.RpcError) as caught:
            self.survey.SubmitResponse(response_pb2.SubmitResponseRequest(
                response=answer, request_id=request_id()),
                timeout=DEADLINE_SECONDS)
        self.assertEqual(caught.exception.code(), grpc.StatusCode.INVALID_ARGUMENT)
        info, bad_request = system.error_details(caught.exception)
        self.assertEqual(info.domain, "survey.pulsetaker")
        self.assertEqual(info.reason, "SELF_NOMINATION")
        self.assertEqual([v.field for v in bad_request.field_violations],
                         ["response.network_answers[0].nominations[0].person"])

    def test_analysis_of_an_open_wave_is_refused(self):
        wave, _ = survey_client.open_wave(self.survey, TENANT, "gill", 10)
        operation = self.network.AnalyzeWave(
            network_service_pb2.AnalyzeWaveRequest(parent=wave,
                                                   request_id=request_id()),
            timeout=DEADLINE_SECONDS)
        operation = system.wait_for(operation, self.network_channel)
        self.assertEqual(operation.error.code,
                         grpc.StatusCode.FAILED_PRECONDITION.value[0])

    def test_health(self):
        services = {
            self.survey_channel: "pulsetaker.survey.v1.SurveyService",
            self.network_channel: "pulsetaker.network.v1.NetworkService",
            self.assessment_channel: "pulsetaker.assessment.v1.AssessmentService",
        }
        request = self.message("grpc.health.v1.HealthCheckRequest")
        reply = self.message("grpc.health.v1.HealthCheckResponse")
        for connection, name in services.items():
            check = connection.unary_unary(
                "/grpc.health.v1.Health/Check",
                request_serializer=request.SerializeToString,
                response_deserializer=reply.FromString)
            for service in ("", name):
                self.assertEqual(
                    check(request(service=service), timeout=DEADLINE_SECONDS).status,
                    reply.ServingStatus.Value("SERVING"))
            with self.assertRaises(grpc.RpcError) as caught:
                check(request(service="nobody"), timeout=DEADLINE_SECONDS)
            self.assertEqual(caught.exception.code(), grpc.StatusCode.NOT_FOUND)

    def test_reflection(self):
        request = self.message(
            "grpc.reflection.v1alpha.ServerReflectionRequest")
        reply = self.message(
            "grpc.reflection.v1alpha.ServerReflectionResponse")
        expected = {
            self.survey_channel: {"pulsetaker.survey.v1.SurveyService"},
            self.network_channel: {"pulsetaker.network.v1.NetworkService",
                                   "google.longrunning.Operations"},
            self.assessment_channel: {
                "pulsetaker.assessment.v1.AssessmentService",
                "google.longrunning.Operations"},
        }
        for connection, names in expected.items():
            ask = connection.stream_stream(
                "/grpc.reflection.v1alpha.ServerReflection/"
                "ServerReflectionInfo",
                request_serializer=request.SerializeToString,
                response_deserializer=reply.FromString)
            listed = next(ask(iter([request(list_services="")]),
                              timeout=DEADLINE_SECONDS))
            found = {s.name for s in listed.list_services_response.service}
            self.assertLessEqual(names | {"grpc.health.v1.Health"}, found)
            for name in found:
                described = next(ask(iter([request(file_containing_symbol=name)]),
                                     timeout=DEADLINE_SECONDS))
                self.assertTrue(
                    described.file_descriptor_response.file_descriptor_proto,
                    f"{name}: {described}")

    def test_metrics(self):
        for service in self.system.services:
            with urllib.request.urlopen(
                    f"http://{service.admin_address}/metrics", timeout=10) as page:
                self.assertIn(b"# TYPE", page.read())


if __name__ == "__main__":
    unittest.main()
