"""What synthetic_places computes in its own process is what the services say of
the same place: `pulsetaker synth`, `import` and `assess`, bit for bit."""

import json
import os
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

import system  # noqa: E402
from pulsetaker.assessment.v1 import (assessment_service_pb2,  # noqa: E402
                                      assessment_service_pb2_grpc, finding_pb2,
                                      phase_pb2)
from pulsetaker.network.v1 import (clique_risk_pb2,  # noqa: E402
                                   network_service_pb2, network_service_pb2_grpc)

DEADLINE_SECONDS = 120
SEED = 5
# Of so many waves; the one with two compares them.
PRESETS = {"closed-core": 1, "no-effect": 2}


def name_of(enum, value, prefix):
    return enum.Name(value).removeprefix(prefix)


def value_of(measure):
    """Of a Measure or a Reading, None where it is missing."""
    return measure.value if measure.HasField("value") else None


class SamePathTest(unittest.TestCase):

    def test_services_find_the_same(self):
        with system.System() as running:
            for preset, waves in PRESETS.items():
                with self.subTest(preset=preset):
                    found = self.in_process(preset)
                    self.assertEqual(len(found["waves"]), waves)
                    self.import_place(running, preset)
                    for number, wave in enumerate(found["waves"], 1):
                        self.compare(running, preset, found["place"], number,
                                     wave)

    def in_process(self, preset):
        run = subprocess.run(
            [os.environ["PULSETAKER_SYNTHETIC_PLACES"], f"--preset={preset}",
             "--places=1", f"--seed={SEED}", "--networks"],
            stdout=subprocess.PIPE, text=True, check=True)
        return json.loads(run.stdout)

    def import_place(self, running, preset):
        folder = running.folder / preset
        running.client("synth", f"--out={folder}", f"--preset={preset}",
                       "--places=1", f"--seed={SEED}")
        running.client("import", folder, f"--survey={preset}")
        running.client("assess", f"--survey={preset}", "--all")

    def compare(self, running, preset, place, number, wave):
        parent = f"tenants/local/localities/{place}/surveys/{preset}/waves/{number}"
        with system.channel(running.network.address) as connection:
            analysis, = network_service_pb2_grpc.NetworkServiceStub(
                connection).ListAnalyses(
                    network_service_pb2.ListAnalysesRequest(parent=parent),
                    timeout=DEADLINE_SECONDS).analyses
            risk = network_service_pb2_grpc.NetworkServiceStub(
                connection).GetCliqueRisk(
                    network_service_pb2.GetCliqueRiskRequest(
                        name=analysis.name), timeout=DEADLINE_SECONDS)
        with system.channel(running.assessment.address) as connection:
            assessment, = (
                assessment_service_pb2_grpc.AssessmentServiceStub(connection)
                .ListAssessments(
                    assessment_service_pb2.ListAssessmentsRequest(
                        parent=parent), timeout=DEADLINE_SECONDS).assessments)
        Risk = clique_risk_pb2.CliqueRisk
        self.assertEqual(wave["clique"]["verdict"],
                         name_of(Risk.Verdict, risk.verdict, "VERDICT_"))
        self.assertEqual(wave["clique"]["fragile"], risk.fragile)
        self.assertEqual(wave["clique"]["recurrence"],
                         value_of(risk.recurrence))
        self.assertEqual(wave["clique"]["exclusivity"],
                         value_of(risk.exclusivity))
        self.assertEqual(
            wave["clique"]["sectors"],
            {standing.sector: name_of(clique_risk_pb2.SectorStanding.Status,
                                      standing.status, "STATUS_")
             for standing in risk.sectors})
        phase = assessment.phase
        self.assertEqual(
            wave["phase_verdict"],
            name_of(phase_pb2.PhaseResult.Verdict, phase.verdict, "VERDICT_"))
        self.assertEqual(wave["posterior"],
                         [p.posterior for p in phase.probabilities])
        self.assertEqual(
            wave["change"],
            name_of(phase_pb2.Change.Status, assessment.change.status,
                    "STATUS_"))
        self.assertEqual(wave["warnings"], list(assessment.change.warnings))
        self.assertEqual(
            wave["fired"],
            [finding.finding_id for finding in assessment.risks
             if finding.status == finding_pb2.Finding.STATUS_FIRED])


if __name__ == "__main__":
    unittest.main()
