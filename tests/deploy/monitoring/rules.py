"""The rules of the component: each PrometheusRule, and as a plain file of rules.
"""

import subprocess

import yaml

from monitoring import promql
from rendered import ROOT

COMPONENT = ROOT / "deploy/k8s/components/monitoring"
FILES = sorted((COMPONENT / "rules").glob("*.yaml"))


# As docs/operations/monitoring.md has it.
PLAIN = "1,/^spec:/d; s/^  //"


def plain(text):
    return subprocess.run(["sed", PLAIN], input=text, check=True,
                          capture_output=True, text=True).stdout


def read():
    """The rules of each file, in order."""
    return {path.stem: [
        rule for group in yaml.safe_load(path.read_text())["spec"]["groups"]
        for rule in group["rules"]] for path in FILES}


def alerts(rules):
    return [rule for rule in rules if "alert" in rule]


def metrics_of(rule, rules, seen=()):
    """Those that it reads in the end, through any recording rules."""
    metrics = set()
    for selector in promql.parse(rule["expr"])[0]:
        makers = [each for each in rules if each.get("record") ==
                  selector.metric and selector.metric not in seen]
        if not makers:
            metrics.add(selector.metric)
        for maker in makers:
            metrics |= metrics_of(maker, rules, (*seen, selector.metric))
    return metrics
