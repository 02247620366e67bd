"""A second tenant learns nothing of the first one: what is there, and what never
was, get the same answer, byte for byte, from real services with a whole survey,
its analysis and its assessment in them."""

import pathlib
import sys
import tempfile
import unittest
import uuid

import access_matrix_test as matrix
import identity
import survey_client
import system
import grpc
from google.longrunning import operations_pb2, operations_pb2_grpc
from google.protobuf import duration_pb2
from pulsetaker.assessment.v1 import (assessment_service_pb2,
                                      assessment_service_pb2_grpc)
from pulsetaker.network.v1 import network_service_pb2, network_service_pb2_grpc
from pulsetaker.policy.v1 import policy_pb2
from pulsetaker.survey.v1 import (export_pb2, invitation_pb2,
                                  invitation_service_pb2_grpc, participant_pb2,
                                  response_pb2, survey_service_pb2_grpc)

FIRST, SECOND = "north", "south"
DEADLINE_SECONDS = 60
EVERYTHING = ["tenant_admin", "data_protection", "questionnaire"]


class WithToken(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor,
                grpc.StreamStreamClientInterceptor):
    """Sends a token with every call."""

    def __init__(self, token):
        self.metadata = [("authorization", f"Bearer {token}")]

    def _details(self, details):
        return details._replace(
            metadata=list(details.metadata or []) + self.metadata)

    def intercept_unary_unary(self, go_on, details, request):
        return go_on(self._details(details), request)

    def intercept_unary_stream(self, go_on, details, request):
        return go_on(self._details(details), request)

    def intercept_stream_stream(self, go_on, details, requests):
        return go_on(self._details(details), requests)


class SecondTenantTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="pulsetaker-tenants-")
        authority = identity.Authority(pathlib.Path(cls.folder.name) / "tls")
        cls.issuer = identity.Issuer(cls.folder.name)
        cls.system = system.System(secure=(authority, cls.issuer)).__enter__()
        try:
            cls.fill()
        except BaseException:
            cls.tearDownClass()
            raise

    @classmethod
    def tearDownClass(cls):
        cls.system.__exit__(None, None, None)
        cls.folder.cleanup()

    @classmethod
    def channel(cls, server, tenant):
        return grpc.intercept_channel(
            cls.system.secure_channel(server),
            WithToken(cls.issuer.token(tenant, EVERYTHING)))

    @classmethod
    def fill(cls):
        """All that the first tenant has."""
        cls.survey = survey_service_pb2_grpc.SurveyServiceStub(
            cls.channel("survey", FIRST))
        cls.wave = survey_client.whole_survey(cls.survey, FIRST, "leeds").name
        cls.open, _ = survey_client.open_wave(cls.survey, FIRST, "york", 20)
        network = network_service_pb2_grpc.NetworkServiceStub(
            cls.channel("network", FIRST))
        begun = network.AnalyzeWave(network_service_pb2.AnalyzeWaveRequest(
            parent=cls.wave, request_id=survey_client.request_id()),
            timeout=DEADLINE_SECONDS)
        cls.analysis_operation = begun.name
        done = system.wait_for(begun, cls.channel("network", FIRST))
        analysis = network.ListAnalyses(network_service_pb2.ListAnalysesRequest(
            parent=cls.wave), timeout=DEADLINE_SECONDS).analyses[0]
        assert done.HasField("response"), done
        cls.analysis = analysis.name
        assessment = assessment_service_pb2_grpc.AssessmentServiceStub(
            cls.channel("assessment", FIRST))
        begun = assessment.AssessWave(assessment_service_pb2.AssessWaveRequest(
            parent=cls.wave, request_id=survey_client.request_id()),
            timeout=DEADLINE_SECONDS)
        cls.assessment_operation = begun.name
        done = system.wait_for(begun, cls.channel("assessment", FIRST))
        # Services called each other with their certificates.
        assert done.HasField("response"), done
        cls.assessment = assessment.ListAssessments(
            assessment_service_pb2.ListAssessmentsRequest(parent=cls.wave),
            timeout=DEADLINE_SECONDS).assessments[0].name

    def answers(self, server, path, request_type, response_type, requests,
                streams=(False, False)):
        """The answers to several requests of the second tenant."""
        connection = self.system.secure_channel(server)
        make = {(False, False): connection.unary_unary,
                (False, True): connection.unary_stream,
                (True, True): connection.stream_stream}[streams]
        call = make(path, request_serializer=request_type.SerializeToString,
                    response_deserializer=response_type.FromString)
        token = self.issuer.token(SECOND, EVERYTHING)
        return [matrix.outcome(call, request, streams,
                               [("authorization", f"Bearer {token}")])
                for request in requests]

    def assert_alike(self, answers, reason):
        self.assertEqual(answers[0], answers[1])
        self.assertEqual(answers[0][1], reason)

    def test_names(self):
        """Every method of one tenant, with the names of what is there."""
        matrix.load_descriptors()
        requests = matrix.Requests()
        there = {"locality": "leeds", "survey": "care", "wave": "1",
                 "person": "p001", "participant": "p001", "response": "p001",
                 "upload": "first", "instrument": "standard-leeds",
                 "analysis": self.analysis.rsplit("/", 1)[1],
                 "assessment": self.assessment.rsplit("/", 1)[1]}
        count = 0
        token = self.issuer.token(SECOND, EVERYTHING)
        for package, method, _, reach in matrix.AccessMatrixTest.methods(self):
            if reach != policy_pb2.Policy.REACH_TENANT:
                continue
            streams, call = matrix.AccessMatrixTest.callable(self, package, method)
            outcomes = []
            for ids in (there, {}):
                matrix.IDS.update(ids)
                request = requests.make(method, FIRST)
                outcomes.append(matrix.outcome(
                    call, request, streams,
                    [("authorization", f"Bearer {token}")]))
                for key in ids:
                    matrix.IDS.pop(key)
                matrix.IDS["wave"] = "1"
            with self.subTest(method=method.full_name):
                self.assert_alike(outcomes, "TENANT_FORBIDDEN")
            count += 1
        print(f"\n{count} methods", file=sys.stderr)
        self.assertGreater(count, 70)

    def test_operations(self):
        none = f"operations/{uuid.uuid4()}"
        for server, name in (("network", self.analysis_operation),
                             ("assessment", self.assessment_operation)):
            stub = operations_pb2_grpc.OperationsStub(self.channel(server, FIRST))
            stub.GetOperation(operations_pb2.GetOperationRequest(name=name),
                              timeout=DEADLINE_SECONDS)
            for method, request_type, response_type in (
                    ("Get", operations_pb2.GetOperationRequest,
                     operations_pb2.Operation),
                    ("Cancel", operations_pb2.CancelOperationRequest, None),
                    ("Delete", operations_pb2.DeleteOperationRequest, None),
                    ("Wait", operations_pb2.WaitOperationRequest,
                     operations_pb2.Operation)):
                with self.subTest(server=server, method=method):
                    self.assert_alike(self.answers(
                        server, f"/google.longrunning.Operations/{method}Operation",
                        request_type, response_type or operations_pb2.Operation,
                        [request_type(name=name), request_type(name=none)]),
                        "OPERATION_NOT_FOUND")
            listed = operations_pb2_grpc.OperationsStub(
                self.channel(server, SECOND)).ListOperations(
                    operations_pb2.ListOperationsRequest(name="operations"),
                    timeout=DEADLINE_SECONDS)
            self.assertFalse(listed.operations)

    def test_who_reads_findings_sees_no_person(self):
        """Within a tenant: analyses without the roles of people, for a viewer."""
        def analyses(*roles):
            stub = network_service_pb2_grpc.NetworkServiceStub(
                grpc.intercept_channel(
                    self.system.secure_channel("network"),
                    WithToken(self.issuer.token(FIRST, roles))))
            got = stub.GetAnalysis(network_service_pb2.GetAnalysisRequest(
                name=self.analysis), timeout=DEADLINE_SECONDS)
            listed = stub.ListAnalyses(network_service_pb2.ListAnalysesRequest(
                parent=self.wave), timeout=DEADLINE_SECONDS)
            return [got, *listed.analyses]
        people = [survey_client.person_id(number).encode()
                  for number in range(60)]

        def named(analysis):
            content = analysis.SerializeToString()
            return any(person in content for person in people)
        for analysis in analyses("analyst"):
            self.assertTrue(named(analysis), "this test would see it")
        for analysis in analyses("viewer"):
            self.assertFalse(named(analysis))
            self.assertGreater(analysis.networks[0].arc_count, 0)

    def test_page_tokens(self):
        page = self.survey.ListParticipants(
            participant_pb2.ListParticipantsRequest(parent=self.wave, page_size=5),
            timeout=DEADLINE_SECONDS)
        self.assertTrue(page.next_page_token)
        own = self.wave.replace(FIRST, SECOND)
        self.assert_alike(self.answers(
            "survey", "/pulsetaker.survey.v1.SurveyService/ListParticipants",
            participant_pb2.ListParticipantsRequest,
            participant_pb2.ListParticipantsResponse,
            [participant_pb2.ListParticipantsRequest(parent=own, page_token=token)
             for token in (page.next_page_token, "nonsense")]),
            "PAGE_TOKEN_MALFORMED")

    def test_uploads(self):
        answer = survey_client.row("p001", response_pb2.Response())
        self.assert_alike(self.answers(
            "survey", "/pulsetaker.survey.v1.SurveyService/StreamResponses",
            response_pb2.StreamResponsesRequest,
            response_pb2.StreamResponsesResponse,
            [response_pb2.StreamResponsesRequest(upload=name, offset=0,
                                                 rows=[answer])
             for name in (f"{self.open}/uploads/first",
                          f"tenants/{FIRST}/localities/none/surveys/none/waves/1"
                          "/uploads/none")], streams=(True, True)),
            "TENANT_FORBIDDEN")
        self.assertEqual(self.survey.GetWave(
            survey_client.wave_pb2.GetWaveRequest(name=self.open),
            timeout=DEADLINE_SECONDS).response_count, 0)

    def test_exports(self):
        """The token to go on with an export is of one wave."""
        piece = next(iter(self.survey.ExportWave(export_pb2.ExportWaveRequest(
            name=self.wave, format=export_pb2.EXPORT_FORMAT_JSON_LINES),
            timeout=DEADLINE_SECONDS))).piece
        self.assertTrue(piece.resume_token)
        own = self.wave.replace(FIRST, SECOND)
        self.assert_alike(self.answers(
            "survey", "/pulsetaker.survey.v1.SurveyService/ExportWave",
            export_pb2.ExportWaveRequest, export_pb2.ExportWaveResponse,
            [export_pb2.ExportWaveRequest(
                name=own, format=export_pb2.EXPORT_FORMAT_JSON_LINES,
                resume_token=token)
             for token in (piece.resume_token, "nonsense")],
            streams=(False, True)), "RESUME_TOKEN_MALFORMED")

    def test_invitations(self):
        """A token of the first tenant's invitation is, to another, none."""
        invitations = invitation_service_pb2_grpc.InvitationServiceStub(
            self.channel("survey", FIRST))
        made = invitations.CreateInvitations(
            invitation_pb2.CreateInvitationsRequest(
                parent=self.open, persons=["p001"],
                ttl=duration_pb2.Duration(seconds=3600),
                request_id=survey_client.request_id()), timeout=DEADLINE_SECONDS)
        token = made.invitations[0].token
        invitations.GetQuestionnaire(invitation_pb2.GetQuestionnaireRequest(
            invitation_token=token), timeout=DEADLINE_SECONDS)
        self.assert_alike(self.answers(
            "survey", "/pulsetaker.survey.v1.InvitationService/GetQuestionnaire",
            invitation_pb2.GetQuestionnaireRequest, invitation_pb2.Questionnaire,
            [invitation_pb2.GetQuestionnaireRequest(invitation_token=t)
             for t in (token, "nonsense")]), "INVITATION_INVALID")
        self.assert_alike(self.answers(
            "survey", "/pulsetaker.survey.v1.InvitationService/SearchRoster",
            invitation_pb2.SearchRosterRequest,
            invitation_pb2.SearchRosterResponse,
            [invitation_pb2.SearchRosterRequest(invitation_token=t, query="an")
             for t in (token, "nonsense")]), "INVITATION_INVALID")
        self.assert_alike(self.answers(
            "survey", "/pulsetaker.survey.v1.SurveyService/SubmitResponse",
            response_pb2.SubmitResponseRequest, response_pb2.Response,
            [response_pb2.SubmitResponseRequest(
                invitation_token=t, request_id=survey_client.request_id())
             for t in (token, "nonsense")]), "INVITATION_INVALID")


if __name__ == "__main__":
    unittest.main()
