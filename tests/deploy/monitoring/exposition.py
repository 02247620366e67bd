"""The metrics that the real servers have, read from their /metrics."""

import pathlib
import re
import sys
import urllib.request

from rendered import ROOT

SAMPLE = re.compile(r"^([\w:]+)(?:\{(.*)\})? \S+$")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


def parse(text):
    """By name: by label, the values it has."""
    metrics = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        name, labels = SAMPLE.match(line).groups()
        values = metrics.setdefault(name, {})
        for label, value in LABEL.findall(labels or ""):
            values.setdefault(label, set()).add(value)
    return metrics


def read(service):
    with urllib.request.urlopen(
            f"http://{service.admin_address}/metrics", timeout=30) as page:
        return parse(page.read().decode())


def of_running_servers():
    """Those of all three together, after each has done some of its work."""
    sys.path.append(str(ROOT / "tests/e2e"))
    import identity  # pylint: disable=import-outside-toplevel
    import system  # pylint: disable=import-outside-toplevel

    class Watched(system.System):
        """With a folder for backups."""

        def start(self, name, flags=(), folder=None):
            if name == "survey":
                flags = [*flags, f"--backup_dir={self.folder / 'backups'}"]
            return super().start(name, flags, folder)

    with Watched() as running:
        sample = pathlib.Path(running.folder) / "sample"
        running.client("synth", "--preset=random", "--places=1", "--people=30",
                       f"--out={sample}")
        running.client("import", sample, "--survey=care")
        running.client("assess", "--survey=care", "--all")
        running.client("backup", "create")
        running.client("call", "SurveyService.GetLocality",
                       '{"name": "tenants/local/localities/none"}', check=False)
        # One more, with TLS and tokens, which nobody calls.
        running.start("network", [
            f"--survey_address={running.survey.address}",
            *identity.flags_of(
                identity.Authority(running.folder / "authority"),
                identity.Issuer(running.folder), "network")], "secure")
        merged = {}
        for service in running.services:
            for name, labels in read(service).items():
                for label, values in labels.items() or [("", set())]:
                    merged.setdefault(name, {}).setdefault(
                        label, set()).update(values)
        return merged
