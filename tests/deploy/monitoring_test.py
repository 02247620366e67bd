"""The monitoring of deploy/k8s: rules and their cases by promtool, and what rules,
runbooks and dashboards name beside the servers as they run.

The cases of alerts/ are in promtool's format, less what the rule itself says of
each of its alerts (monitoring/promtool.py).
"""

import copy
import json
import os
import re
import unittest

import yaml

from monitoring import checks, exposition, faults, promtool, rules
from programs import Programs
from rendered import ROOT


def methods(programs):
    found = set()
    for path in (ROOT / "proto/pulsetaker").rglob("*.proto"):
        text = path.read_text()
        package = re.search(r"^package ([\w.]+);", text, re.M)[1]
        for service, body in re.findall(r"^service (\w+) \{(.*?)^\}", text,
                                        re.M | re.S):
            found |= {f"{package}.{service}/{each}"
                      for each in re.findall(r"^  rpc (\w+)", body, re.M)}
    if any("google.longrunning.Operations" in programs.grpc_services(each)
           for each in programs.services):
        found |= {f"google.longrunning.Operations/{each}Operation"
                  for each in ("Get", "List", "Cancel", "Delete", "Wait")}
    return found


class MonitoringTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.monitoring = checks.Monitoring(
            rules_of=rules.read(), cases=promtool.read_cases(),
            runbooks=(ROOT / checks.RUNBOOKS).read_text(),
            dashboards={path.stem: json.loads(path.read_text()) for path in
                        (rules.COMPONENT / "dashboards").glob("*.json")},
            metrics=exposition.of_running_servers(),
            methods=methods(Programs(os.environ["PULSETAKER_BIN"])))

    def test_every_check_holds(self):
        for name, check in checks.CHECKS.items():
            with self.subTest(check=name):
                self.assertEqual(list(check(self.monitoring)), [])
        print(f"{len(self.monitoring.metrics)} metrics of running servers; "
              f"{len(checks.CHECKS)} checks of "
              f"{len(self.monitoring.rules)} rules, "
              f"{sum(1 for _ in self.monitoring.panels())} panels")

    def test_each_fault_is_noticed(self):
        self.assertEqual({check for _, check, _ in faults.FAULTS},
                         set(checks.CHECKS))
        noticed = 0
        for name, check, change in faults.FAULTS:
            with self.subTest(fault=name):
                before = list(checks.CHECKS[check](self.monitoring))
                broken = copy.deepcopy(self.monitoring)
                change(broken)
                self.assertGreater(set(checks.CHECKS[check](broken)),
                                   set(before))
                noticed += 1
        print(f"{len(faults.FAULTS)} faults, {noticed} noticed")

    def test_rules_are_plain_files_once_the_object_is_taken_off(self):
        self.assertIn(f"sed '{rules.PLAIN}'", (
            ROOT / "docs/operations/monitoring.md").read_text())
        texts = {}
        for path in rules.FILES:
            texts[path.name] = rules.plain(path.read_text())
            self.assertEqual(yaml.safe_load(texts[path.name]),
                             yaml.safe_load(path.read_text())["spec"])
        content, said = promtool.check(texts)
        self.assertTrue(content, said)
        content, _ = promtool.check({"broken.yaml": texts["store.yaml"].replace(
            "predict_linear(", "predict_liner(")})
        self.assertFalse(content)

    def test_the_component_has_every_file(self):
        component = yaml.safe_load(
            (rules.COMPONENT / "kustomization.yaml").read_text())
        self.assertEqual(set(component["resources"]), {"podmonitor.yaml"} | {
            f"rules/{path.name}" for path in rules.FILES})
        self.assertEqual(
            set(component["configMapGenerator"][0]["files"]),
            {f"dashboards/{name}.json" for name in self.monitoring.dashboards})

    def test_alerts_fire_when_they_should_and_only_then(self):
        content, said = promtool.test(self.monitoring.rules_of,
                                      self.monitoring.cases)
        self.assertTrue(content, said)
        print(f"{len(rules.alerts(self.monitoring.rules))} alerts, " + str(sum(
            len(test["alert_rule_test"])
            for tests in self.monitoring.cases.values() for test in tests)) +
            " cases")

    def test_cases_notice_an_alert_that_always_or_never_fires(self):
        # Of one file: that promtool compares at all is what is in doubt.
        for expression in ("{} or vector(1)", "({}) unless on () vector(1)"):
            broken = copy.deepcopy(self.monitoring.rules_of["serving"])
            for rule in broken:
                rule["expr"] = expression.format(rule["expr"])
                rule.pop("for", None)
            _, said = promtool.test(
                {"serving": broken},
                {"serving": self.monitoring.cases["serving"]})
            for rule in broken:
                with self.subTest(alert=rule["alert"], expression=expression):
                    self.assertIn(f"alertname: {rule['alert']}, time:", said)


if __name__ == "__main__":
    unittest.main()
