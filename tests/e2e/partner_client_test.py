"""A partner's Python program drives the whole job over the real binaries."""

import hashlib
import random
import unittest
import urllib.request
import xml.etree.ElementTree

import grpc
import survey_client
import system
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from pulsetaker.assessment.v1 import (assessment_pb2, assessment_service_pb2,
                                      assessment_service_pb2_grpc, finding_pb2)
from pulsetaker.network.v1 import (analysis_pb2, graphs_pb2, introductions_pb2,
                                   network_service_pb2,
                                   network_service_pb2_grpc, roles_pb2,
                                   wave_comparison_pb2, what_if_pb2)
from pulsetaker.survey.v1 import (instrument_pb2, participant_pb2, response_pb2,
                                  wave_pb2)
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

    def export(self, request):
        """The file and the summary of an ExportGraph."""
        file, summary = b"", None
        for part in self.network.ExportGraph(request, timeout=DEADLINE_SECONDS):
            self.assertIsNone(summary)
            if part.HasField("summary"):
                summary = part.summary
            else:
                self.assertEqual(part.piece.offset, len(file))
                file += part.piece.data
        self.assertEqual(summary.byte_count, len(file))
        self.assertEqual(summary.digest, hashlib.sha256(file).digest())
        return file, summary

    def test_graphs(self):
        wave = survey_client.whole_survey(self.survey, TENANT, "hale", seed=5)
        analysis = self.analyze(wave.name)
        file, summary = self.export(graphs_pb2.ExportGraphRequest(
            name=analysis.name, format=graphs_pb2.GRAPH_FORMAT_GRAPHML))
        self.assertEqual((summary.node_count, summary.arc_count), (60, 2100))
        self.assertFalse(summary.withheld_network_ids)
        tag = "{http://graphml.graphdrawing.org/xmlns}"
        graph = xml.etree.ElementTree.fromstring(file).find(f"{tag}graph")
        self.assertEqual({node.get("id") for node in graph.iter(f"{tag}node")},
                         {survey_client.person_id(n) for n in range(60)})
        self.assertEqual(len(list(graph.iter(f"{tag}edge"))), 2100)

        ties = {}
        for line in self.export(graphs_pb2.ExportGraphRequest(
                name=analysis.name,
                format=graphs_pb2.GRAPH_FORMAT_EDGE_CSV))[0].splitlines()[1:]:
            source, target, _, network = line.decode().split(",")
            ties.setdefault(network, set()).add((source, target))
        nodes, drawn = [], {}
        for part in self.network.GetSociogram(
                graphs_pb2.GetSociogramRequest(name=analysis.name),
                timeout=DEADLINE_SECONDS):
            nodes.extend(part.nodes.nodes)
            for tie in part.ties.ties:
                drawn.setdefault(part.ties.network_id, set()).add(
                    (nodes[tie.source].person, nodes[tie.target].person))
        self.assertEqual(drawn, ties)
        self.assertEqual(len({(node.x, node.y) for node in nodes}), 60)

    def test_simulations_and_comparisons(self):
        first = survey_client.whole_survey(self.survey, TENANT, "ings", seed=6)
        survey = first.name.rpartition("/waves/")[0]
        instrument = self.survey.GetInstrument(
            instrument_pb2.GetInstrumentRequest(name=first.instrument),
            timeout=DEADLINE_SECONDS)
        second = survey_client.next_wave(self.survey, survey, 2, instrument,
                                         seed=7)
        analysis, later = self.analyze(first.name), self.analyze(second.name)

        departed = self.network.SimulateDepartures(
            what_if_pb2.SimulateDeparturesRequest(
                name=analysis.name,
                worst=what_if_pb2.WorstPeople(network_id="work", count=2)),
            timeout=DEADLINE_SECONDS)
        self.assertEqual(len(departed.persons), 2)
        for network in departed.networks:
            self.assertEqual(network.effect.before.person_count, 60)
            self.assertEqual(network.effect.after.person_count, 58)
        tied = self.network.SimulateTies(
            what_if_pb2.SimulateTiesRequest(name=analysis.name, ties=[
                what_if_pb2.AddedTie(person="p059", named_person="p058",
                                     network_id="work")] * 2),
            timeout=DEADLINE_SECONDS)
        self.assertEqual(len(tied.outcomes), 2)
        self.assertNotEqual(tied.outcomes[0], what_if_pb2.TIE_OUTCOME_REPEATED)
        self.assertNotEqual(tied.outcomes[1], what_if_pb2.TIE_OUTCOME_ADDED)

        compared = self.network.CompareWaves(
            wave_comparison_pb2.CompareWavesRequest(previous=analysis.name,
                                                    current=later.name),
            timeout=DEADLINE_SECONDS)
        self.assertEqual(compared.roster.both_count, 60)
        for network in compared.networks:
            ties = network.ties
            self.assertEqual(ties.sender_count, 60)
            self.assertEqual(ties.kept_count + ties.dissolved_count, 300)
            self.assertEqual(ties.kept_count + ties.new_count, 300)
        suggested = self.network.SuggestIntroductions(
            introductions_pb2.SuggestIntroductionsRequest(
                name=analysis.name, known_by=introductions_pb2.
                KNOWN_BY_THEIR_NETWORKS, pairings=[
                    {"first": {"role": roles_pb2.ROLE_HUB},
                     "second": {"role": roles_pb2.ROLE_GATEKEEPER}}]),
            timeout=DEADLINE_SECONDS)
        for introduction in suggested.introductions:
            self.assertLess(introduction.person, introduction.other_person)

        risk = self.network.GetCliqueRisk(
            network_service_pb2.GetCliqueRiskRequest(name=analysis.name),
            timeout=DEADLINE_SECONDS)
        self.assertEqual(risk, analysis.clique_risk)
        links = self.network.GetLayerLinks(
            network_service_pb2.GetLayerLinksRequest(name=analysis.name,
                                                     network_id="work"),
            timeout=DEADLINE_SECONDS)
        self.assertEqual(links, analysis.networks[0].layer_links)

    # An analysis of what a wave showed once says nothing of what it shows now.
    def test_refuses_to_simulate_what_has_changed(self):
        wave = survey_client.whole_survey(self.survey, TENANT, "joss", seed=8)
        analysis = self.analyze(wave.name)
        self.survey.WithdrawResponse(
            response_pb2.WithdrawResponseRequest(
                name=f"{wave.name}/responses/p001", request_id=request_id()),
            timeout=DEADLINE_SECONDS)
        with self.assertRaises(grpc.RpcError) as caught:
            self.network.SimulateDepartures(
                what_if_pb2.SimulateDeparturesRequest(
                    name=analysis.name,
                    people=what_if_pb2.NamedPeople(persons=["p002"])),
                timeout=DEADLINE_SECONDS)
        self.assertEqual(caught.exception.code(),
                         grpc.StatusCode.FAILED_PRECONDITION)
        self.assertEqual(system.error_details(caught.exception)[0].reason,
                         "SNAPSHOT_CHANGED")

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
        with self.assertRaises(grpc.RpcError) as caught:
            self.export(graphs_pb2.ExportGraphRequest(
                name=analysis.name, format=graphs_pb2.GRAPH_FORMAT_EDGE_CSV))
        self.assertEqual(system.error_details(caught.exception)[0].reason,
                         "RESPONSE_TOO_LOW")

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
