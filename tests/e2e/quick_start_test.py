"""README's first command, on ports and in a folder of its own."""

import os
import re
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.request

import system

# What the page of each place says in short.
PLACES = {
    "Ashby": "OPEN SHARED LEADERSHIP",
    "Brackwell": "CLOSED CORE",
    "Corley": "Excluded: voluntary",
    "Dunmere": "Rebuild the links between frontline and senior people",
    "Elstow": "NO VERDICT",
    "Fenwick": "went into reverse",
}


def free_port_base():
    """A base with seven free ports: three for calls, the console's, and ten
    above the first for metrics."""
    for base in range(20000, 60000, 97):
        try:
            for port in [*range(base, base + 4), *range(base + 10, base + 13)]:
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
            return base
        except OSError:
            continue
    raise RuntimeError("no free ports")


class QuickStartTest(unittest.TestCase):

    def run_it(self, *arguments):
        begin = time.monotonic()
        done = subprocess.run(
            [system.SOURCE / "run", *arguments], env=self.environment,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=240)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout, time.monotonic() - begin

    def test_six_pages_and_three_healthy_services_twice(self):
        with tempfile.TemporaryDirectory(prefix="pulsetaker-run-") as folder:
            self.environment = dict(
                os.environ, PULSETAKER_STATE=os.path.join(folder, "state"),
                PULSETAKER_PORT_BASE=str(free_port_base()),
                PULSETAKER_BIN_DIR=str(system.BIN), PULSETAKER_SKIP_BUILD="1")
            try:
                pages, _ = self.run_it()
                for place, found in PLACES.items():
                    page = pages[pages.index(f"\n{place}  "):]
                    self.assertIn(found, page[:page.index("WHO ANSWERED")]
                                  .replace("\n              ", " "), place)
                self.assertEqual(pages.count("serving"), 3, pages[-2000:])
                console = re.search(r"http://127\.0\.0\.1:\d+/", pages)
                with urllib.request.urlopen(console[0], timeout=30) as page:
                    self.assertIn(b"<title>pulsetaker</title>", page.read())
                again, seconds = self.run_it()
                # What was imported is unchanged, so the pages are the same.
                self.assertIn("7 unchanged", again)
                first_page = "\nAshby  "
                self.assertEqual(again[again.index(first_page):],
                                 pages[pages.index(first_page):])
                print(f"\nsecond ./run: {seconds:.1f} s")
            finally:
                self.run_it("--reset")
            self.assertFalse(
                os.path.exists(self.environment["PULSETAKER_STATE"]))


if __name__ == "__main__":
    unittest.main()
