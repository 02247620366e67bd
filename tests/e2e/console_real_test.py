"""A real survey in every view of the console, at the widths of a phone and of a desk.

Reads the folder named by PULSETAKER_REAL_DATA; reports itself as skipped where that
is not set.
"""

import os
import pathlib
import sys
import unittest

import console
import system
from console import NATION, place

DATA = os.environ.get("PULSETAKER_REAL_DATA")
NAME = "korean_family_planning"


@unittest.skipUnless(DATA, "PULSETAKER_REAL_DATA is not set")
class ConsoleRealTest(console.PagesTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.services = cls.enterClassContext(system.System())
        folder = pathlib.Path(DATA) / NAME
        client = cls.services.client
        cls.survey = client("import", folder, "--print-survey-id").stdout.strip()
        client("import", folder)
        client("analyze", f"--survey={cls.survey}", "--all")
        client("assess", f"--survey={cls.survey}", "--all")
        cls.gateway = cls.enterClassContext(console.Gateway(cls.services))

    def test_every_view(self):
        wave = place("v01", 1, survey=self.survey)
        pages = self.walk(
            {"name": "nation", "hash": NATION, "expect": "25 places",
             "click": [["All places together", "This is not told"]]},
            # Its questions are of networks alone.
            {"name": "place", "hash": place("v01", survey=self.survey),
             "expect": "not measured"},
            {"name": "place-dark", "hash": place("v02", survey=self.survey),
             "dark": True, "expect": "not measured",
             "click": [["With places of any size", "Beside similar places"]]},
            {"name": "answers", "hash": wave + "/answers",
             "expect": "The wave is closed"},
            {"name": "network", "hash": wave + "/network", "expect": "Who is marked"},
            {"name": "departures", "hash": wave + "/network",
             "expect": "Who is marked", "steps": [
                 {"pick": 2}, {"click": "What if they left?"}, {"see": ", then "}]})
        self.assertEqual(len(pages), 12)


if __name__ == "__main__":
    if not DATA:
        print("PULSETAKER_REAL_DATA is not set: skipped")
        sys.exit(system.SKIPPED)
    unittest.main()
