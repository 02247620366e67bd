"""Erasing a person takes along what was made of them: real services, one erasure,
and then no result, no operation and no file that has the person."""

import shutil
import time
import unittest
import urllib.request
import uuid

import grpc
import survey_client
import system
from google.longrunning import operations_pb2, operations_pb2_grpc
from pulsetaker.assessment.v1 import (assessment_service_pb2,
                                      assessment_service_pb2_grpc)
from pulsetaker.network.v1 import network_service_pb2, network_service_pb2_grpc
from pulsetaker.survey.v1 import people_service_pb2, people_service_pb2_grpc

SECONDS = 60
PEOPLE = 30
ERASED = survey_client.person_id(3)


class Place:
    """What was made of one locality: names."""

    def __init__(self, test, locality):
        self.name = f"tenants/north/localities/{locality}"
        self.wave = survey_client.whole_survey(
            survey_client.stub(test.channel("survey")), "north", locality,
            PEOPLE).name
        self.assessment = test.assess(self.wave)
        self.analysis = test.analyses(self.wave)[0]


class WithdrawalTest(unittest.TestCase):

    def setUp(self):
        self.services = system.System()
        self.services.__enter__()
        self.addCleanup(self.services.__exit__, None, None, None)
        self.channels = {}

    def channel(self, name):
        address = getattr(self.services, name).address
        if address not in self.channels:
            self.channels[address] = system.channel(address)
            self.addCleanup(self.channels[address].close)
        return self.channels[address]

    def network(self):
        return network_service_pb2_grpc.NetworkServiceStub(
            self.channel("network"))

    def assessments(self):
        return assessment_service_pb2_grpc.AssessmentServiceStub(
            self.channel("assessment"))

    def assess(self, wave):
        """The name of the wave's assessment, made if it is not there."""
        operation = self.assessments().AssessWave(
            assessment_service_pb2.AssessWaveRequest(
                parent=wave, request_id=str(uuid.uuid4())), timeout=SECONDS)
        done = system.wait_for(operation, self.channel("assessment"))
        self.assertTrue(done.HasField("response"), done)
        return self.assessments().ListAssessments(
            assessment_service_pb2.ListAssessmentsRequest(parent=wave),
            timeout=SECONDS).assessments[0].name

    def analyses(self, wave):
        return [analysis.name for analysis in self.network().ListAnalyses(
            network_service_pb2.ListAnalysesRequest(parent=wave),
            timeout=SECONDS).analyses]

    def operations(self, service):
        stub = operations_pb2_grpc.OperationsStub(self.channel(service))
        return len(stub.ListOperations(
            operations_pb2.ListOperationsRequest(name="operations"),
            timeout=SECONDS).operations)

    def erase(self, locality, person=ERASED):
        people_service_pb2_grpc.PeopleServiceStub(
            self.channel("survey")).ErasePerson(
                people_service_pb2.ErasePersonRequest(
                    name=f"{locality}/people/{person}",
                    request_id=str(uuid.uuid4())), timeout=SECONDS)

    def people_in(self, analysis):
        return {person.person for person in self.network().ListPersonRoles(
            network_service_pb2.ListPersonRolesRequest(
                parent=analysis, page_size=1000), timeout=SECONDS).person_roles}

    def reason(self, method, request):
        """Why it is refused; "" if it is not."""
        try:
            method(request, timeout=SECONDS)
        except grpc.RpcError as error:
            return system.error_details(error)[0].reason
        return ""

    def reasons(self, place):
        return [
            self.reason(self.network().GetAnalysis,
                        network_service_pb2.GetAnalysisRequest(
                            name=place.analysis)),
            self.reason(self.network().ListPersonRoles,
                        network_service_pb2.ListPersonRolesRequest(
                            parent=place.analysis)),
            self.reason(self.assessments().GetAssessment,
                        assessment_service_pb2.GetAssessmentRequest(
                            name=place.assessment))]

    def wait_until_withdrawn(self, place):
        deadline = time.monotonic() + SECONDS
        gone = ["ANALYSIS_WITHDRAWN"] * 2 + ["ASSESSMENT_WITHDRAWN"]
        while self.reasons(place) != gone:
            self.assertLess(time.monotonic(), deadline, self.reasons(place))
            time.sleep(0.2)

    def wait_for_followers(self):
        """Until both services have done all that the erasure asks of them."""
        now = time.time()
        deadline = time.monotonic() + SECONDS
        for name in ("network", "assessment"):
            while self.followed(name) < now:
                self.assertLess(time.monotonic(), deadline, name)
                time.sleep(0.2)

    def followed(self, name):
        wanted = "pulsetaker_erasures_followed_timestamp_seconds "
        address = getattr(self.services, name).admin_address
        with urllib.request.urlopen(f"http://{address}/metrics",
                                    timeout=SECONDS) as page:
            for line in page.read().decode().splitlines():
                if line.startswith(wanted):
                    return float(line.removeprefix(wanted))
        self.fail(f"{name} does not say when it followed erasures")

    def count_in_files(self, name):
        """How often the files of a store have the id, but for the audit log, which
        keeps who asked for which resource."""
        store = getattr(self.services, name).folder / "store"
        return sum(path.read_bytes().count(ERASED.encode())
                   for path in store.rglob("*")
                   if path.is_file() and "audit" not in path.parts)

    def test_nothing_of_an_erased_person_is_left(self):
        leeds, york = Place(self, "leeds"), Place(self, "york")
        self.assertEqual(self.reasons(leeds), ["", "", ""])
        operations = {name: self.operations(name)
                      for name in ("network", "assessment")}

        self.erase(leeds.name)
        self.wait_until_withdrawn(leeds)
        self.wait_for_followers()
        with self.subTest("results of other places are as they were"):
            self.assertEqual(self.reasons(york), ["", "", ""])
        with self.subTest("the operations that made them are gone"):
            for name, before in operations.items():
                self.assertEqual(self.operations(name), before - 1, name)
        with self.subTest("lists leave them out"):
            self.assertEqual(self.analyses(leeds.wave), [])
        with self.subTest("made anew, they are of the others"):
            anew = self.assess(leeds.wave)
            self.assertNotEqual(anew, leeds.assessment)
            people = self.people_in(self.analyses(leeds.wave)[0])
            self.assertEqual(len(people), PEOPLE - 1)
            self.assertNotIn(ERASED, people)
        with self.subTest("repeated by one who was erased before"):
            self.erase(leeds.name)
            self.wait_for_followers()
            self.assertEqual(self.assess(leeds.wave), anew)

    def test_no_file_has_the_person(self):
        leeds = Place(self, "leeds")
        self.assertGreater(self.count_in_files("network"), 0,
                           "this test would see it")
        self.erase(leeds.name)
        self.wait_until_withdrawn(leeds)
        self.wait_for_followers()
        for name in ("network", "assessment"):
            self.assertEqual(self.count_in_files(name), 0, name)

    def test_what_was_under_way_goes_as_well(self):
        """Erased at any moment of an analysis: before it read the snapshot, while
        it computes, or when it has just been kept."""
        wave = survey_client.whole_survey(
            survey_client.stub(self.channel("survey")), "north", "leeds",
            PEOPLE).name
        locality = wave.split("/surveys/")[0]
        begin = time.monotonic()
        self.wait_for_analysis(self.analyze(wave))
        whole = time.monotonic() - begin
        erased = set()
        for number in range(8):
            operation = self.analyze(wave)
            time.sleep(whole * number / 7)
            erased.add(survey_client.person_id(number))
            self.erase(locality, survey_client.person_id(number))
            self.wait_for_analysis(operation)
            self.wait_for_followers()
            for analysis in self.analyses(wave):
                self.assertFalse(erased & self.people_in(analysis))

    def analyze(self, wave):
        return self.network().AnalyzeWave(
            network_service_pb2.AnalyzeWaveRequest(
                parent=wave, request_id=str(uuid.uuid4())), timeout=SECONDS)

    def wait_for_analysis(self, operation):
        """To its end, or until it is forgotten, as its result is withdrawn."""
        try:
            system.wait_for(operation, self.channel("network"))
        except grpc.RpcError as error:
            self.assertEqual(error.code(), grpc.StatusCode.NOT_FOUND, error)

    def test_an_old_volume_is_caught_up_with(self):
        leeds = Place(self, "leeds")
        network = self.services.network
        network.stop()
        shutil.copytree(network.folder / "store", network.folder / "former")
        network.start()
        self.erase(leeds.name)
        deadline = time.monotonic() + SECONDS
        while self.reasons(leeds)[0] != "ANALYSIS_WITHDRAWN":
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.2)
        network.stop()
        shutil.rmtree(network.folder / "store")
        (network.folder / "former").rename(network.folder / "store")
        network.start()
        deadline = time.monotonic() + SECONDS
        while self.reasons(leeds)[0] != "ANALYSIS_WITHDRAWN":
            self.assertLess(time.monotonic(), deadline, self.reasons(leeds))
            time.sleep(0.2)


if __name__ == "__main__":
    unittest.main()
