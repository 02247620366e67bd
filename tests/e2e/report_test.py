"""Reports of the six places of the sample: checked with other parsers, and looked
at with a browser on a phone, a desk and paper. The pictures stay in the build
folder, to be looked at by people too."""

import hashlib
import importlib.util
import json
import os
import pathlib
import re
import shutil
import subprocess
import unittest

import system
from pulsetaker.assessment.v1 import assessment_service_pb2_grpc, report_pb2

PICTURES = pathlib.Path(os.environ["PULSETAKER_PICTURES"])
DOMAIN = system.SOURCE / "services" / "assessment" / "domain" / "report"
PLACES = {"ashby": "Open shared leadership", "brackwell": "Closed core",
          "corley": "voluntary", "dunmere": "Rebuild",
          "elstow": "No verdict", "fenwick": "went into reverse"}


def load_checks():
    spec = importlib.util.spec_from_file_location("check_report",
                                                  DOMAIN / "check_report.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class ReportTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        shutil.rmtree(PICTURES, ignore_errors=True)
        PICTURES.mkdir(parents=True)
        cls.services = cls.enterClassContext(system.System())
        sample = cls.services.folder / "sample"
        client = cls.services.client
        client("synth", "--preset=sample", "--seed=1", f"--out={sample}")
        client("import", sample, "--survey=sample")
        client("analyze", "--survey=sample", "--all")
        client("assess", "--survey=sample", "--all")
        for kind in ("html", "json"):
            client("report", "--survey=sample", "--all", f"--format={kind}",
                   f"--out={PICTURES}")
        cls.names = {}
        for page in sorted(PICTURES.glob("*.html")):
            cls.names[page.stem.partition("-")[0]] = page.stem
        cls.people = set(re.findall(
            r"\b[a-z]+_\d{3}\b", "".join(
                path.read_text(encoding="utf-8")
                for path in sample.rglob("*.csv"))))
        cls.full_names = set()
        shown = json.loads(client("show", "--survey=sample", "--all",
                                  "--output=json").stdout)
        for place in shown["places"]:
            cls.full_names |= set(place["names"].values())

    def read(self, place, kind):
        return (PICTURES / f"{self.names[place]}.{kind}").read_text(
            encoding="utf-8")

    def test_each_place_has_its_report(self):
        self.assertEqual(set(self.names), set(PLACES))
        for place, found in PLACES.items():
            for kind in ("html", "json"):
                self.assertIn(found, self.read(place, kind), f"{place} {kind}")
            self.assertIn(f">{place.capitalize()}</bdi>", self.read(place, "html"))

    def test_other_parsers_find_nothing_wrong(self):
        checks = load_checks()
        for place in PLACES:
            self.assertEqual(checks.problems(self.read(place, "html"),
                                             self.read(place, "json")), [], place)

    def test_nobody_is_named(self):
        self.assertGreater(len(self.people), 300)
        self.assertGreater(len(self.full_names), 20)
        for place in PLACES:
            for kind in ("html", "json"):
                text = self.read(place, kind)
                self.assertEqual(
                    set(re.findall(r"\b[a-z]+_\d{3}\b", text)) & self.people,
                    set(), place)
                for name in self.full_names:
                    self.assertNotIn(name, text, place)

    def test_gates_decide_what_is_drawn(self):
        drawn = {place: json.loads(self.read(place, "json"))["sociogram"]
                 for place in PLACES}
        self.assertGreater(len(drawn["ashby"]["people"]), 50)
        # Too few answered in Elstow for anything about a person.
        self.assertEqual(drawn["elstow"]["people"], [])
        self.assertIn("withheld", drawn["elstow"]["why_not"])

    def test_fenwick_shows_the_way_that_it_went(self):
        path = json.loads(self.read("fenwick", "json"))["phase"]["path"]
        self.assertEqual([step["wave"] for step in path], [1, 2])
        self.assertNotEqual(path[0]["phase"], path[1]["phase"])

    def test_same_bytes_again_and_with_their_digest(self):
        with system.channel(self.services.assessment.address) as connection:
            stub = assessment_service_pb2_grpc.AssessmentServiceStub(connection)
            for place in ("ashby", "elstow"):
                name = json.loads(self.read(place, "json"))["assessment"]
                for kind, number in [("html", report_pb2.REPORT_FORMAT_HTML),
                                     ("json", report_pb2.REPORT_FORMAT_JSON)]:
                    answer = stub.ExportReport(
                        report_pb2.ExportReportRequest(name=name, format=number),
                        timeout=60)
                    self.assertEqual(answer.content.decode(),
                                     self.read(place, kind))
                    self.assertEqual(answer.digest,
                                     hashlib.sha256(answer.content).digest())

    def test_one_file_or_a_folder(self):
        client = self.services.client
        printed = client("report", "--survey=sample", "--locality=ashby").stdout
        self.assertEqual(printed, self.read("ashby", "html"))
        refused = client("report", "--survey=sample", "--all", check=False)
        self.assertEqual(refused.returncode, 1, refused.stderr)
        self.assertIn("--out has to name a folder", refused.stderr)
        refused = client("report", "--survey=sample", "--locality=nowhere",
                         check=False)
        self.assertEqual(refused.returncode, 3, refused.stderr)

    def test_a_browser_shows_all_of_it_at_any_width(self):
        # With one whose names are as nobody should ever type them.
        shutil.copy(DOMAIN / "testdata" / "hostile.html", PICTURES)
        done = subprocess.run(
            ["node", pathlib.Path(__file__).with_name("report_pages.mjs"),
             PICTURES], stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=300)
        self.assertEqual(done.returncode, 0, done.stderr)
        pages = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual({page["name"] for page in pages},
                         set(self.names.values()) | {"hostile"})
        for page in pages:
            # The file, once a view, and nothing else: nothing left it.
            self.assertEqual(page["requests"], [page["url"]] * 3, page["name"])
            self.assertEqual(page["messages"], [], page["name"])
            self.assertEqual([view["width"] for view in page["views"]],
                             [360, 390, 1280])
            for view in page["views"]:
                where = f"{page['name']} at {view['width']}"
                self.assertLessEqual(view["page_width"], view["width"], where)
                self.assertEqual(view["too_wide"], [], where)
                self.assertEqual(view["small"], [], where)
            pdf = (PICTURES / f"{page['name']}.pdf").read_bytes()
            self.assertTrue(pdf.startswith(b"%PDF"), page["name"])
        print(f"\npictures: {PICTURES}")


if __name__ == "__main__":
    unittest.main()
