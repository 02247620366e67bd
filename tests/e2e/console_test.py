"""The console in a browser, with the real gateway and the real services, which ask
who calls. The pictures stay in the build folder, to be looked at by people too."""

import base64
import codecs
import csv
import io
import os
import pathlib
import re
import signal
import struct
import tempfile
import unittest
import zlib
from xml.etree import ElementTree

import console
import identity
import system
from console import NATION, place

NOBODY = "127.0.0.1:1"  # Where nothing listens.
REVERSE = "The innovation went into reverse."
EVIDENCE = "triangle.corners[authority].level.post_stratified"
# Everything of the first view but the sociogram; the promise is 300 kB.
FIRST_VIEW_BYTES_MAX = 300_000


class ConsoleTest(console.PagesTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = pathlib.Path(cls.enterClassContext(
            tempfile.TemporaryDirectory(prefix="pulsetaker-console-")))
        authority = cls.authority = identity.Authority(folder / "ca")
        cls.issuer = identity.Issuer(folder)
        cls.services = cls.enterClassContext(
            system.System(secure=(authority, cls.issuer)))
        cls.gateway = cls.enterClassContext(
            console.Gateway(cls.services, authority.ca))
        sample = cls.services.folder / "sample"
        os.environ["PULSETAKER_CA"] = str(authority.ca)
        os.environ["PULSETAKER_TOKEN"] = cls.token("tenant_admin")
        client = cls.services.client
        client("synth", "--preset=sample", "--seed=1", f"--out={sample}")
        client("import", sample, "--survey=sample")
        client("analyze", "--survey=sample", "--all")
        client("assess", "--survey=sample", "--all")
        cls.names = set()
        for people in sample.rglob("people.csv"):
            with open(people, encoding="utf-8", newline="") as file:
                cls.names |= {row["name"] for row in csv.DictReader(file)
                              if row.get("name")}
        cls.people = set(re.findall(r"\b[a-z]+_\d{3}\b", "".join(
            path.read_text(encoding="utf-8") for path in sample.rglob("*.csv"))))

    @classmethod
    def token(cls, *roles, tenant="local"):
        return cls.issuer.token(tenant, roles)

    def received(self, page):
        """The names and the ids of people that came over the wire."""
        bodies = b"\n".join(map(base64.b64decode, page["bodies"])).decode(
            "utf-8", "replace")
        return ({name for name in self.names if name in bodies},
                {person for person in self.people if person in bodies})

    def test_every_view_at_any_width_for_a_viewer_who_may_read_no_name(self):
        self.assertGreater(len(self.names), 50)
        self.assertGreater(len(self.people), 300)
        token = self.token("viewer")
        pages = self.walk(
            {"name": "start", "hash": "", "token": token, "expect": "Welcome"},
            {"name": "nation", "hash": NATION, "token": token,
             "expect": "6 places"},
            {"name": "nation-dark", "hash": NATION, "token": token, "dark": True,
             "expect": "6 places",
             "click": [["All places together", "In all"]]},
            {"name": "ashby", "hash": place("Ashby"), "token": token,
             "expect": "Open shared leadership",
             "click": [["All evidence for the phase", EVIDENCE],
                       ["Evidence for: The core could leave", "Source:"]]},
            {"name": "brackwell-dark", "hash": place("Brackwell"), "token": token,
             "dark": True, "expect": "Closed core",
             "click": [["With places of any size", "Beside similar places"]]},
            {"name": "elstow", "hash": place("Elstow"), "token": token,
             "expect": "No verdict"},
            {"name": "fenwick", "hash": place("Fenwick"), "token": token,
             "expect": REVERSE},
            {"name": "fenwick-before", "hash": place("Fenwick", 1), "token": token,
             "expect": "There is no closed wave before this one."},
            {"name": "answers", "hash": place("Fenwick", 2) + "/answers",
             "token": token, "expect": "The wave is closed"},
            {"name": "network-forbidden", "hash": place("Ashby", 1) + "/network",
             "token": token, "expect": "ROLES_READ"})
        self.assertEqual(len(pages), 20)
        for page in pages:
            self.assertEqual(self.received(page), (set(), set()), page["name"])
            if page["name"] == "nation":
                self.assertLess(page["bytes"], FIRST_VIEW_BYTES_MAX)

    def test_names_come_to_those_alone_who_may_read_them(self):
        network = {"hash": place("Ashby", 1) + "/network", "expect": "Who is marked",
                   "widths": [1280]}
        by_ids, by_names = self.walk(
            {**network, "name": "network", "token": self.token("analyst"),
             "widths": [390, 1280]},
            {**network, "name": "network-names",
             "token": self.token("analyst", "name_reader")})[1:]
        names, people = self.received(by_ids)
        self.assertEqual(names, set())
        self.assertGreater(len(people), 50)
        # So names would have been found.
        self.assertGreater(len(self.received(by_names)[0]), 20)

    def test_whoever_may_not_see_something_is_told_so(self):
        self.walk(
            {"name": "nobody", "hash": NATION, "widths": [390],
             "expect": "The services do not know who you are"},
            {"name": "forbidden", "hash": NATION, "widths": [390],
             "token": self.token("questionnaire"), "expect": "SURVEYS_READ"},
            {"name": "other-tenant", "hash": NATION, "widths": [390],
             "token": self.token("viewer", tenant="south"),
             "expect": "It is of another tenant than yours."},
            {"name": "empty", "hash": "#/tenants/south", "widths": [390],
             "token": self.token("viewer", tenant="south"),
             "expect": "This tenant has no places yet."},
            {"name": "missing", "hash": place("Nowhere"), "widths": [390],
             "token": self.token("viewer"), "expect": "There is nothing here"},
            {"name": "report-forbidden", "hash": place("Ashby"), "widths": [390],
             "token": self.token("viewer"), "expect": "Open shared leadership",
             "click": [["Save it for programs", "REPORTS_READ"]]})

    def test_the_report_is_saved_for_who_may_have_it(self):
        pages = self.walk({
            "name": "report", "hash": place("Ashby"), "widths": [1280],
            "token": self.token("analyst"), "expect": "Open shared leadership",
            "save": ["Save the report to read and print"]})
        self.assertEqual(pages[0]["saved"][0]["name"], "ashby-sample-1.html")

    def test_two_waves_stand_beside_each_other(self):
        token = self.token("viewer")
        both = {"hash": f"{place('Fenwick')}/compare/1..2", "token": token,
                "expect": REVERSE}
        pages = self.walk(
            {**both, "name": "compare"},
            {**both, "name": "compare-dark", "dark": True, "widths": [1280]},
            {"name": "compare-chosen", "hash": place("Fenwick"), "token": token,
             "widths": [390], "expect": REVERSE,
             "click": [["Show both", "Fenwick, waves 1 and 2"]]},
            {"name": "compare-missing", "hash": f"{place('Fenwick')}/compare/2..3",
             "token": token, "widths": [390], "expect": "Wave 3 has no assessment."})
        for page in pages:
            self.assertEqual(self.received(page), (set(), set()), page["name"])
        tables = pages[0]["tables"]
        levels = tables["Corners and arrows in both waves"]
        self.assertEqual(len(levels), 9)
        said = {row[0]: row[-1] for row in levels}
        self.assertIn("falls reliably", said.values())
        # What falls here is what the service says that falls, and no more.
        service = {row[0]: row[-1] for row in tables["Corners and arrows"]}
        for name, text in said.items():
            self.assertEqual(text == "falls reliably", service[name] == "yes", name)
        self.assertEqual(len(tables["Four dials from 0 to 1"]), 4)
        self.assertEqual(pages[-1]["tables"], {})

    def test_tables_and_pictures_are_saved_as_they_are_shown(self):
        triangle = "The strategic triangle"
        [page] = self.walk({
            "name": "saved", "hash": place("Fenwick", 2), "widths": [1280],
            "dark": True, "token": self.token("viewer"), "expect": REVERSE,
            "save": ["Save the table Corners", f"SVG of the picture: {triangle}",
                     f"PNG of the picture: {triangle}"]})
        names = [saved["name"] for saved in page["saved"]]
        self.assertEqual(names, ["fenwick-sample-2-corners.csv",
                                 "fenwick-sample-2-the-strategic-triangle.svg",
                                 "fenwick-sample-2-the-strategic-triangle.png"])
        table, drawing, dots = (base64.b64decode(saved["content"])
                                for saved in page["saved"])
        self.check_corners(table, page["tables"]["Corners"])
        self.check_drawing(drawing, page["tables"]["Corners"])
        self.check_dots(dots)

    def check_corners(self, file, shown):
        self.assertTrue(file.startswith(codecs.BOM_UTF8))
        self.assertEqual(file.count(b"\n"), file.count(b"\r\n"))
        rows = list(csv.DictReader(io.StringIO(file.decode("utf-8-sig"), newline="")))
        self.assertEqual(len(rows), len(shown))
        self.assertEqual(len(rows), 3)
        for row, (name, level, _, interval, agreement, weight) in zip(rows, shown):
            ends = [float(row[f"95 % interval, {end}"]) for end in ("low", "high")]
            self.assertEqual(row["Corner"], name)
            self.assertEqual(f"{float(row['Level']):.0f}", level)
            self.assertEqual("{:.0f} to {:.0f}".format(*ends), interval)
            self.assertEqual(f"{float(row['Agreement']):.2f}", agreement)
            self.assertEqual(f"{float(row['Weight in the phase']):.0%}",
                             weight.replace(" ", ""))

    def check_drawing(self, file, shown):
        svg = "{http://www.w3.org/2000/svg}"
        root = ElementTree.fromstring(file)
        self.assertEqual(root.tag, f"{svg}svg")
        self.assertEqual((root.get("width"), root.get("height")), ("480", "470"))
        self.assertEqual(root.find(f"{svg}title").text,
                         "The strategic triangle: fenwick, sample, wave 2")
        self.assertIn("filled up to its level", root.find(f"{svg}desc").text)
        self.assertEqual({element.tag.removeprefix(svg) for element in root.iter()},
                         {"svg", "title", "desc", "rect", "g", "line", "polygon",
                          "text"})
        for element in root.iter():
            for name, value in element.attrib.items():
                self.assertNotRegex(name, "^on|href|class|style")
                self.assertNotRegex(value, r"url\(|:|var\(")
        texts = {text.text: text for text in root.iter(f"{svg}text")}
        self.assertLessEqual({row[1] for row in shown}, set(texts))
        # The page was dark.
        self.assertEqual(texts["authority"].get("fill"), "rgb(23, 33, 43)")

    def check_dots(self, file):
        self.assertEqual(file[:8], b"\x89PNG\r\n\x1a\n")
        chunks, at = [], 8
        while at < len(file):
            size, kind = struct.unpack_from(">I4s", file, at)
            content = file[at + 8:at + 8 + size]
            self.assertEqual(zlib.crc32(kind + content),
                             struct.unpack_from(">I", file, at + 8 + size)[0])
            chunks.append((kind, content))
            at += 12 + size
        self.assertEqual(struct.unpack_from(">II", chunks[0][1]), (960, 940))
        self.assertIn((b"iTXt", b"Title\0\0\0\0\0"
                       b"The strategic triangle: fenwick, sample, wave 2"), chunks)
        dots = zlib.decompress(b"".join(
            content for kind, content in chunks if kind == b"IDAT"))
        self.assertGreater(len(set(dots)), 50, "hardly anything is painted")

    def test_a_service_that_does_not_answer_gives_a_clear_state(self):
        token = self.token("viewer")
        nation = {"hash": NATION, "token": token, "widths": [390]}
        ashby = {"hash": place("Ashby"), "token": token, "widths": [390]}
        self.walk({**nation, "name": "no-gateway", "block": True, "within": 30,
                   "expect": "The console cannot be reached"})
        with console.Gateway(self.services, self.authority.ca,
                             PULSETAKER_NETWORK_ADDRESS=NOBODY) as gateway:
            self.walk(
                {**ashby, "name": "no-network", "within": 30,
                 "expect": "The network service does not answer"},
                {**nation, "name": "nation-no-network", "within": 30,
                 "expect": "Leadership is not shown."}, gateway=gateway)
        # One that hangs takes connections, and says nothing.
        hanging = self.services.assessment.process
        hanging.send_signal(signal.SIGSTOP)
        try:
            self.walk({**ashby, "name": "hanging", "within": 40,
                       "expect": "The service takes too long"})
        finally:
            hanging.send_signal(signal.SIGCONT)
        self.walk({**ashby, "name": "again", "expect": "The strategic triangle"})

    def test_the_log_has_no_token_and_no_name(self):
        self.walk({"name": "logged", "hash": NATION, "widths": [390],
                   "token": self.token("viewer"), "expect": "6 places"})
        calls = [line for line in self.gateway.lines() if line["event"] == "call"]
        self.assertTrue(calls)
        for line in calls:
            self.assertEqual(set(line),
                             {"time", "event", "method", "code", "milliseconds"})


if __name__ == "__main__":
    unittest.main()
