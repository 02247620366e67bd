"""Starts the console's gateway before the services of a System."""

import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time

FILES = pathlib.Path(os.environ["PULSETAKER_CONSOLE"])


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
