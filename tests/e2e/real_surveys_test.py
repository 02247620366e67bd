"""Real surveys through the whole system, every figure of every person compared
with networkx and igraph, which run here and now.

Reads the folder named by PULSETAKER_REAL_DATA; reports itself as skipped where
that is not set.
"""

import collections
import csv
import os
import pathlib
import sys
import unittest

import survey_client
import system
from google.protobuf import json_format  # noqa: F401  Loads well-known types.
from pulsetaker.network.v1 import (network_service_pb2, network_service_pb2_grpc)
from pulsetaker.survey.v1 import locality_pb2, participant_pb2, wave_pb2
from survey_client import DEADLINE_SECONDS

sys.path.insert(0, str(system.SOURCE / "tests" / "oracle"))
import oracle  # noqa: E402

DATA = os.environ.get("PULSETAKER_REAL_DATA")
TENANT = "local"

# Field of PersonNetworkMeasures -> measure of the oracle, all per person.
MEASURES = {
    "betweenness": "betweenness",
    "harmonic_in_closeness": "harmonic_in",
    "information": "information",
    "constraint": "constraint",
    "effective_size": "effective_size",
    "core_number": "core_number",
}


def rows(folder, name):
    with open(folder / name, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Imported:
    """A folder of data, imported and analysed by the command-line client."""

    def __init__(self, services, name):
        self.services = services
        self.folder = pathlib.Path(DATA) / name
        self.survey = services.client(
            "import", self.folder, "--print-survey-id").stdout.strip()
        services.client("import", self.folder)
        services.client("analyze", f"--survey={self.survey}", "--all")
        services.client("assess", f"--survey={self.survey}", "--all")
        self.people = rows(self.folder, "people.csv")
        self.ties = rows(self.folder, "ties.csv")

    def localities(self):
        """{name in the data: resource name} of the places."""
        with system.channel(self.services.survey.address) as connection:
            listed = survey_client.stub(connection).ListLocalities(
                locality_pb2.ListLocalitiesRequest(
                    parent=f"tenants/{TENANT}", page_size=1000),
                timeout=DEADLINE_SECONDS)
        wanted = {person["locality"] for person in self.people}
        return {place.display_name: place.name for place in listed.localities
                if place.display_name in wanted}

    def analysis(self, locality):
        """The analysis of the first wave, and its person roles by person."""
        with system.channel(self.services.network.address) as connection:
            api = network_service_pb2_grpc.NetworkServiceStub(connection)
            parent = f"{locality}/surveys/{self.survey}/waves/1"
            listed = api.ListAnalyses(
                network_service_pb2.ListAnalysesRequest(parent=parent),
                timeout=DEADLINE_SECONDS)
            analysis, = listed.analyses
            people = {}
            request = network_service_pb2.ListPersonRolesRequest(
                parent=analysis.name, page_size=1000)
            while True:
                page = api.ListPersonRoles(request, timeout=DEADLINE_SECONDS)
                people.update((p.person, p) for p in page.person_roles)
                request.page_token = page.next_page_token
                if not request.page_token:
                    return analysis, people

    def participation(self, locality):
        with system.channel(self.services.survey.address) as connection:
            return survey_client.stub(connection).GetParticipation(
                wave_pb2.GetParticipationRequest(
                    name=f"{locality}/surveys/{self.survey}/waves/1"),
                timeout=DEADLINE_SECONDS)


@unittest.skipUnless(DATA, "PULSETAKER_REAL_DATA is not set")
class RealSurveysTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.system = system.System()
        cls.system.__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.system.__exit__(None, None, None)

    def compare(self, imported):
        """Every person, network and measure, to 1e-9."""
        localities = imported.localities()
        analyses = {name: imported.analysis(locality)
                    for name, locality in localities.items()}
        compared, worst = 0, 0.0
        differences = []
        networks = oracle.load_dataset(imported.folder)
        for network in networks:
            # As analysed: each tie once, whatever its weight.
            network.ties = [(a, b, 1.0) for a, b, _ in network.ties]
            _, locality, _, network_id = network.name.split("/")
            _, people = analyses[locality.replace("_", " ")]
            self.assertEqual(len(people), network.nodes)
            pairs = 1 if network.directed else 2  # We count ordered ones.
            for program, values in oracle.peers(network).items():
                for field, measure in MEASURES.items():
                    if measure not in values:
                        continue
                    theirs = values[measure]
                    indices = (theirs if isinstance(theirs, dict)
                               else range(len(theirs)))
                    for i in indices:
                        person = people[network.labels[i]]
                        measures, = [m for m in person.networks
                                     if m.network_id == network_id]
                        ours = (getattr(measures, field)
                                if measures.HasField(field) else None)
                        expected = theirs[i]
                        if field == "betweenness":
                            expected *= pairs
                        off = oracle.error(ours, expected)
                        compared += 1
                        worst = max(worst, off)
                        if off > oracle.TOLERANCE:
                            differences.append(
                                f"{network.name} {network.labels[i]} {field}: "
                                f"{ours}, {program} gives {expected}")
        self.assertFalse(differences[:20], len(differences))
        print(f"\n{imported.survey}: {len(networks)} networks, {compared} values "
              f"of persons compared, worst difference {worst:.1e}")
        return analyses

    def check_recurrence(self, analysis, people):
        """The counts of clique risk, from who is in which core."""
        risk = analysis.clique_risk
        cores = collections.Counter(
            sum(m.in_core for m in person.networks) for person in people.values())
        count = risk.network_count
        self.assertEqual(list(risk.core_count_histogram),
                         [cores[w] for w in range(count + 1)])
        self.assertEqual(risk.all_networks_count, cores[count])
        self.assertEqual(risk.recurrence_threshold, -(-count * 5 // 7))
        self.assertEqual(risk.pooled_core_count, sum(
            cores[w] for w in range(risk.recurrence_threshold, count + 1)))

    def test_korean_family_planning(self):
        imported = Imported(self.system, "korean_family_planning")
        localities = imported.localities()
        self.assertEqual(len(localities), 25)
        asked = {p["person_id"] for p in imported.people if p["respondent"] == "1"}
        self.assertEqual(len(asked), 1047)

        totals = collections.Counter()
        for locality in localities.values():
            participation = imported.participation(locality)
            totals["invited"] += participation.networks[0].total.invited_count
            totals["not invited"] += (
                participation.networks[0].total.not_invited_count)
            for network in participation.networks:
                totals["inside"] += network.total.nominations_inside_count
                totals["outside"] += (
                    network.total.nominations_to_not_invited_count +
                    network.total.nominations_off_roster_count)
        self.assertEqual(totals["invited"], 1047)
        self.assertEqual(totals["not invited"], 449)
        self.assertEqual(totals["inside"] + totals["outside"], 18445)
        self.assertEqual(totals["outside"], sum(
            tie["to_person"] not in asked for tie in imported.ties))

        recurrence = []
        for name, (analysis, people) in sorted(self.compare(imported).items()):
            self.assertEqual(len(analysis.networks), 7)
            self.check_recurrence(analysis, people)
            risk = analysis.clique_risk
            recurrence.append(f"{name} {risk.all_networks_count}/"
                              f"{risk.pooled_core_count}")
        print("all-7/5-of-7:", ", ".join(recurrence))

        shown = self.system.client("show", f"--survey={imported.survey}", "--all")
        for name in localities:
            self.assertIn(name, shown.stdout)
        self.assertIn("not measured", shown.stdout)

    def test_ckm_physicians(self):
        imported = Imported(self.system, "ckm_physicians")
        self.assertEqual(len(imported.localities()), 4)
        for analysis, people in self.compare(imported).values():
            self.assertEqual(len(analysis.networks), 3)
            self.check_recurrence(analysis, people)

    def test_tobacco_indiana(self):
        imported = Imported(self.system, "tobacco_indiana")
        localities = imported.localities()
        self.assertEqual(len(localities), 1)
        (analysis, people), = self.compare(imported).values()
        self.check_recurrence(analysis, people)
        for network in analysis.networks:
            self.assertFalse(network.directed)
        # An undirected tie is one row of the data and an arc each way.
        self.assertEqual(sum(n.arc_count for n in analysis.networks),
                         2 * len(imported.ties))
        locality, = localities.values()
        with system.channel(self.system.survey.address) as connection:
            listed = survey_client.stub(connection).ListParticipants(
                participant_pb2.ListParticipantsRequest(
                    parent=f"{locality}/surveys/{imported.survey}/waves/1",
                    page_size=1000), timeout=DEADLINE_SECONDS)
        self.assertEqual(
            {p.display_name for p in listed.participants},
            {person["name"] for person in imported.people})


if __name__ == "__main__":
    if not DATA:
        print("PULSETAKER_REAL_DATA is not set: skipped")
        sys.exit(system.SKIPPED)
    unittest.main()
