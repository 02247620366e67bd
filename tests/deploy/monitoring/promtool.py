"""promtool over the rules of the component and the cases of tests/deploy/alerts."""

import copy
import pathlib
import subprocess
import tempfile

import yaml

from rendered import ROOT

PROMTOOL = ROOT / "tests/deploy/promtool/promtool"
CASES = sorted((ROOT / "tests/deploy/alerts").glob("*.yaml"))


def read_cases():
    """The tests of every file."""
    return {path.stem: yaml.safe_load(path.read_text())["tests"]
            for path in CASES}


def complete(tests, rules):
    """With what promtool wants to see of an alert, and the rule says of every
    one: its severity, summary and runbook."""
    by_name = {rule["alert"]: rule for rule in rules if "alert" in rule}
    tests = copy.deepcopy(tests)
    for test in tests:
        for case in test["alert_rule_test"]:
            rule = by_name.get(case["alertname"])
            for alert in case["exp_alerts"] if rule else []:
                alert["exp_labels"].update(rule["labels"])
                for key in ("summary", "runbook_url"):
                    alert["exp_annotations"][key] = rule["annotations"].get(key)
    return tests


def run(arguments):
    """(whether it was content, what it said)"""
    done = subprocess.run([PROMTOOL, *arguments], capture_output=True, text=True,
                          check=False)
    return done.returncode == 0, done.stdout + done.stderr


def test(rules_of, cases):
    """The cases of each file against the rules of the file of its name."""
    with tempfile.TemporaryDirectory(prefix="pulsetaker-rules-") as folder:
        folder = pathlib.Path(folder)
        paths = []
        for name, tests in cases.items():
            rules = rules_of[name]
            (folder / f"{name}.rules").write_text(yaml.safe_dump({"groups": [
                {"name": name, "interval": "1m", "rules": rules}]}))
            paths.append(folder / f"{name}.yaml")
            paths[-1].write_text(yaml.safe_dump({
                "rule_files": [f"{name}.rules"], "evaluation_interval": "1m",
                "tests": complete(tests, rules)}))
        return run(["test", "rules", *map(str, paths)])


def check(texts):
    """promtool check rules, of the texts of plain files of rules."""
    with tempfile.TemporaryDirectory(prefix="pulsetaker-rules-") as folder:
        paths = []
        for name, text in texts.items():
            paths.append(pathlib.Path(folder) / name)
            paths[-1].write_text(text)
        return run(["check", "rules", "--lint-fatal", *map(str, paths)])
