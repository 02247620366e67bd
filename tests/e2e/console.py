"""Starts the console's gateway before the services of a System, and looks at its
pages in a browser."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

FILES = pathlib.Path(os.environ["PULSETAKER_CONSOLE"])
NATION = "#/tenants/local"


def place(locality, wave=None, survey="sample"):
    hash_ = f"{NATION}/localities/{locality.lower()}/surveys/{survey}"
    return hash_ if wave is None else f"{hash_}/waves/{wave}"


class Gateway:
    """One process; `base` once it serves. A context manager."""

    def __init__(self, services, ca=None, **environment):
        self.environment = dict(
            os.environ, PULSETAKER_CONSOLE_LISTEN="127.0.0.1:0",
            PULSETAKER_SURVEY_ADDRESS=services.survey.address,
            PULSETAKER_NETWORK_ADDRESS=services.network.address,
            PULSETAKER_ASSESSMENT_ADDRESS=services.assessment.address,
            PULSETAKER_CA=str(ca or ""))
        self.environment.update(environment)
        self.log = pathlib.Path(tempfile.mkdtemp(dir=services.folder)) / "log"
        self.process = None
        self.base = None

    def __enter__(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                ["node", FILES / "gateway" / "gateway.mjs"],
                env=self.environment, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            for line in self.lines():
                if line["event"] == "serving":
                    self.base = f"http://127.0.0.1:{line['http_port']}"
                    return self
            time.sleep(0.05)
        self.process.kill()
        raise RuntimeError("the gateway did not start:\n" + self.log.read_text())

    def lines(self):
        return [json.loads(line) for line in self.log.read_text().splitlines()
                if line.startswith("{")]

    def __exit__(self, kind, value, trace):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=30)
        if code != 0 and kind is None:
            raise RuntimeError(f"the gateway stopped with {code}:\n" +
                               self.log.read_text())


class PagesTest(unittest.TestCase):
    """With `gateway`, and pictures of what it saw."""

    @classmethod
    def setUpClass(cls):
        cls.pictures = pathlib.Path(os.environ["PULSETAKER_PICTURES"])
        shutil.rmtree(cls.pictures, ignore_errors=True)
        cls.pictures.mkdir(parents=True)

    def walk(self, *visits, gateway=None, meanwhile=None):
        """Makes the visits, and expects of each what holds for all. `meanwhile`:
        what to do at the word that a step tells."""
        base = (gateway or self.gateway).base
        pages = []
        for page in self.seen(base, visits, meanwhile or {}):
            self.check(base, page)
            pages.append(page)
        return pages

    def seen(self, base, visits, meanwhile):
        with tempfile.TemporaryFile("w+") as errors, subprocess.Popen(
                ["node", pathlib.Path(__file__).with_name("console_pages.mjs"), base,
                 self.pictures], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=errors, text=True) as browser:
            self.send(browser, json.dumps(visits))
            for line in map(json.loads, browser.stdout):
                if "reached" in line:
                    meanwhile[line["reached"]]()
                    self.send(browser, "")
                else:
                    yield line
            code = browser.wait(timeout=60)
            errors.seek(0)
            self.assertEqual(code, 0, errors.read())

    @staticmethod
    def send(browser, line):
        browser.stdin.write(line + "\n")
        browser.stdin.flush()

    def check(self, base, page):
        where = f"{page['name']} at {page['width']}"
        print(f"{where}: {page['seconds']:.1f} s, {page['bytes']} bytes")
        for request in page["requests"]:
            self.assertTrue(request.startswith((base + "/", "blob:")),
                            f"{where}: {request}")
        self.assertIn("default-src 'none'", page["policy"], where)
        self.assertNotIn("unsafe", page["policy"], where)
        for message in page["messages"]:
            # A browser says of each call that failed that it did, and that it has
            # no graphics card.
            self.assertRegex(message, "Failed to load resource|GL Driver Message",
                             where)
        self.assertEqual(page["violations"], [], where)
        self.assertLessEqual(page["page_width"], page["width"], where)
        self.assertEqual(page["too_wide"], [], where)
        self.assertEqual(page["small"], [], where)
