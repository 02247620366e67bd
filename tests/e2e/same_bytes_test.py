"""One snapshot gives the same bytes with any number of threads, every time; the
same answers give the same results in whatever order they arrived."""

import unittest

import survey_client
import system
from pulsetaker.network.v1 import (analysis_pb2, network_service_pb2,
                                   network_service_pb2_grpc)
from survey_client import DEADLINE_SECONDS, request_id


def raw_call(connection, method, request):
    """The reply as it came over the wire."""
    call = connection.unary_unary(
        f"/pulsetaker.network.v1.NetworkService/{method}",
        request_serializer=type(request).SerializeToString,
        response_deserializer=None)
    return call(request, timeout=DEADLINE_SECONDS)


def analyze(address, wave):
    """The bytes of the analysis of `wave` and of all its person roles."""
    with system.channel(address) as connection:
        stub = network_service_pb2_grpc.NetworkServiceStub(connection)
        operation = system.wait_for(
            stub.AnalyzeWave(network_service_pb2.AnalyzeWaveRequest(
                parent=wave, request_id=request_id()),
                timeout=DEADLINE_SECONDS), connection)
        assert operation.HasField("response"), operation.error
        analysis = analysis_pb2.Analysis()
        operation.response.Unpack(analysis)
        name = analysis.name
        parts = [operation.response.value, raw_call(
            connection, "GetAnalysis",
            network_service_pb2.GetAnalysisRequest(name=name))]
        token = ""
        while True:
            page = raw_call(connection, "ListPersonRoles",
                            network_service_pb2.ListPersonRolesRequest(
                                parent=name, page_size=1000, page_token=token))
            parts.append(page)
            token = network_service_pb2.ListPersonRolesResponse.FromString(
                page).next_page_token
            if not token:
                return parts


def results(address, wave):
    """The same, without what tells one wave from another."""
    parts = analyze(address, wave)
    analysis = analysis_pb2.Analysis.FromString(parts[0])
    assert analysis.snapshot_digest and analysis.name
    analysis.snapshot_digest = analysis.name = ""
    return [analysis.SerializeToString(deterministic=True), *parts[2:]]


class SameBytesTest(unittest.TestCase):

    def test_same_bytes_for_any_threads_and_again(self):
        with system.System() as services:
            with system.channel(services.survey.address) as connection:
                wave = survey_client.whole_survey(
                    survey_client.stub(connection), "north", "ashby", count=80)
            results = []
            for run, threads in enumerate([1, 2, 8, 8]):
                service = services.start(
                    "network",
                    [f"--survey_address={services.survey.address}",
                     f"--analysis_threads={threads}"], folder=f"network-{run}")
                results.append(analyze(service.address, wave.name))
            self.assertGreater(len(results[0][0]), 1000)
            for again in results[1:]:
                self.assertEqual(again, results[0])
            # From the store, after a restart, without computing it again.
            service.stop()
            service.start()
            self.assertEqual(analyze(service.address, wave.name), results[0])


    def test_same_results_for_any_order_of_arrival(self):
        with system.System() as services:
            waves = {}
            with system.channel(services.survey.address) as connection:
                for locality, arrival in [("ashby", None), ("brook", 1),
                                          ("cliff", 2)]:
                    # Some rows are missing, so that their treatments count.
                    waves[locality] = survey_client.whole_survey(
                        survey_client.stub(connection), "north", locality,
                        count=70, answering=60, arrival=arrival)
            found = {}
            for locality, threads in [("ashby", 1), ("brook", 2), ("cliff", 8)]:
                service = services.start(
                    "network",
                    [f"--survey_address={services.survey.address}",
                     f"--analysis_threads={threads}"],
                    folder=f"network-{locality}")
                found[locality] = results(service.address, waves[locality].name)
            first = analysis_pb2.Analysis.FromString(found["ashby"][0])
            self.assertEqual(len(first.networks), 7)
            self.assertLess(first.networks[0].response_rate, 1)
            self.assertEqual(found["brook"], found["ashby"])
            self.assertEqual(found["cliff"], found["ashby"])


if __name__ == "__main__":
    unittest.main()
