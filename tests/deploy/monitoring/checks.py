"""What must hold of rules, cases, runbooks and dashboards.

A check has a Monitoring and yields a sentence for each place where it does not
hold.
"""

import re
from dataclasses import dataclass

from monitoring import kubernetes, promql
from monitoring.rules import alerts, metrics_of

CHECKS = {}
RUNBOOKS = "docs/operations/runbooks.md"
SEVERITIES = {"critical", "warning", "info"}
PARTS = ("Means", "Noticed", "Look", "Do")
# What Prometheus puts on whatever it reads from our pods (podmonitor.yaml).
TARGET = {"namespace", "pod", "service", "job", "instance", "container"}
STATUSES = {"OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT",
            "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
            "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
            "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL",
            "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED"}


@dataclass
class Monitoring:
    rules_of: dict    # By the name of the file.
    cases: dict       # The same.
    runbooks: str
    dashboards: dict  # By the name of the file.
    metrics: dict     # exposition.py.
    methods: set      # "pulsetaker.survey.v1.SurveyService/GetWave".

    @property
    def rules(self):
        return [rule for rules in self.rules_of.values() for rule in rules]

    def panels(self):
        for name, board in self.dashboards.items():
            for panel in board["panels"]:
                yield f"{name}: {panel.get('title')}", panel

    def expressions(self):
        """(where, expression) of every rule and panel."""
        for rule in self.rules:
            yield rule.get("alert") or rule["record"], rule["expr"]
        for where, panel in self.panels():
            for target in panel["targets"]:
                yield where, target["expr"]

    def recorders(self, metric):
        return [rule for rule in self.rules if rule.get("record") == metric]

    def labels(self, metric):
        """By label, the values that are known, or None for any. None if there is
        no such metric."""
        if self.recorders(metric):
            found = {}
            for rule in self.recorders(metric):
                for selector in promql.parse(rule["expr"])[0]:
                    found.update(self.labels(selector.metric) or {})
                for label, value in rule.get("labels", {}).items():
                    known = found.setdefault(label, set())
                    found[label] = known and known | {value} or {value}
            return found
        if metric == "ALERTS":
            return dict.fromkeys(
                TARGET | {"alertname", "alertstate", "severity"})
        if metric in kubernetes.LABELS:
            return dict.fromkeys(TARGET | kubernetes.LABELS[metric])
        if metric in self.metrics:
            return {**dict.fromkeys(TARGET), **self.metrics[metric]}
        return None


def check(function):
    CHECKS[function.__name__] = function
    return function


@check
def alerts_say_how_bad_what_and_how_much(m):
    names = [rule["alert"] for rule in alerts(m.rules)]
    for rule in alerts(m.rules):
        name, notes = rule["alert"], rule.get("annotations", {})
        if not name.startswith("Pulsetaker") or names.count(name) != 1:
            yield f"{name}: its name"
        if rule.get("labels", {}).get("severity") not in SEVERITIES:
            yield f"{name}: its severity"
        if not notes.get("summary") or "{{" in notes["summary"]:
            yield f"{name}: its summary is not the same each time"
        if not re.search(r"\$value|\d", notes.get("description", "")) and \
                "failed" not in notes.get("description", ""):
            yield f"{name}: no number in its description"
        if "$labels." not in notes.get("description", ""):
            yield f"{name}: its description does not say where"


def sections(runbooks):
    parts = re.split(r"^## (\w+)\n", runbooks, flags=re.M)[1:]
    return dict(zip(parts[::2], parts[1::2]))


@check
def every_alert_has_its_runbook(m):
    for rule in alerts(m.rules):
        url = rule.get("annotations", {}).get("runbook_url")
        if url != f"{RUNBOOKS}#{rule['alert'].lower()}":
            yield f"{rule['alert']}: {url}"
        if rule["alert"] not in sections(m.runbooks):
            yield f"{rule['alert']}: there is no section"


@check
def every_runbook_has_its_alert(m):
    names = {rule["alert"] for rule in alerts(m.rules)}
    for name, text in sections(m.runbooks).items():
        if name not in names:
            yield f"{name}: there is no such alert"
        found = re.findall(r"^- \*\*(\w+):\*\*", text, re.M)
        if tuple(found) != PARTS:
            yield f"{name}: {found}"
    for name in set(re.findall(r"\bPulsetaker\w+", m.runbooks)) - names:
        yield f"{name}: named, and not there"


@check
def every_alert_has_a_case_that_fires_and_one_that_does_not(m):
    for file, rules in m.rules_of.items():
        for rule in alerts(rules):
            wanted = metrics_of(rule, m.rules)
            seen = set()
            for test in m.cases.get(file, []):
                given = {promql.parse(series["series"])[0][0].metric
                         for series in test["input_series"]}
                for case in test["alert_rule_test"]:
                    # What nothing is known of is silent anyway.
                    if case["alertname"] == rule["alert"] and given & wanted:
                        seen.add(bool(case["exp_alerts"]))
            for kind, word in ((True, "fires"), (False, "is silent")):
                if kind not in seen:
                    yield f"{rule['alert']}: no case in which it {word}"


@check
def every_case_is_of_an_alert(m):
    for file, tests in m.cases.items():
        names = {rule["alert"] for rule in alerts(m.rules_of.get(file, []))}
        for test in tests:
            for case in test["alert_rule_test"]:
                if case["alertname"] not in names:
                    yield f"{file}: {case['alertname']}"


@check
def every_metric_is_there(m):
    for where, expression in m.expressions():
        for selector in promql.parse(expression)[0]:
            if m.labels(selector.metric) is None:
                yield f"{where}: {selector.metric}"


def alternatives(pattern):
    """Of a regular expression: one for each way through its groups."""
    group = re.search(r"\(([^()]*)\)", pattern)
    if group is None:
        return set(pattern.split("|"))
    return set().union(*(
        alternatives(pattern[:group.start()] + each + pattern[group.end():])
        for each in group[1].split("|")))


def values_in_vain(m, matcher, known):
    """Those of a matcher that nothing can have."""
    if matcher.value.startswith("$"):  # A variable of Grafana.
        return []
    if matcher.label == "grpc_method":
        known = m.methods
    elif matcher.label == "grpc_status":
        known = STATUSES
    if not known:
        return []
    wanted = alternatives(matcher.value) if "~" in matcher.operator else {
        re.escape(matcher.value)}
    return [each for each in sorted(wanted)
            if not any(re.fullmatch(each, value) for value in known)]


@check
def every_label_is_there(m):
    for where, expression in m.expressions():
        selectors, grouped = promql.parse(expression)
        labels = {}
        for selector in selectors:
            of_this = m.labels(selector.metric)
            if of_this is None:
                continue
            labels.update(of_this)
            for matcher in selector.matchers:
                if matcher.label not in of_this:
                    yield f"{where}: {selector.metric} has no {matcher.label}"
                for value in values_in_vain(m, matcher,
                                            of_this.get(matcher.label)):
                    yield f"{where}: {matcher.label} is never {value}"
        for label in grouped - labels.keys():
            if all(m.labels(each.metric) is not None for each in selectors):
                yield f"{where}: there is no label {label}"


@check
def texts_name_labels_that_are_left(m):
    for rule in alerts(m.rules):
        selectors, _ = promql.parse(rule["expr"])
        labels = set(TARGET)
        for selector in selectors:
            labels |= set(m.labels(selector.metric) or {})
        for name in re.findall(r"\$labels\.(\w+)",
                               str(rule.get("annotations"))):
            if name not in labels:
                yield f"{rule['alert']}: {name}"


@check
def dashboards_can_be_read(m):
    uids = [board.get("uid") for board in m.dashboards.values()]
    for name, board in m.dashboards.items():
        if not board.get("title") or uids.count(board.get("uid")) != 1:
            yield f"{name}: its title or uid"
        if [v["type"] for v in board["templating"]["list"]].count(
                "datasource") != 1:
            yield f"{name}: the source of its data cannot be chosen"
    for where, panel in m.panels():
        if not panel.get("title") or not panel.get("description"):
            yield f"{where}: title and description"
        if not panel["fieldConfig"]["defaults"].get("unit"):
            yield f"{where}: no unit"
        for each in (panel, *panel["targets"]):
            if each.get("datasource", {}).get("uid") != "${datasource}":
                yield f"{where}: a source of data of its own"
        if not panel["targets"]:
            yield f"{where}: nothing to show"


@check
def panels_do_not_overlap(m):
    for name, board in m.dashboards.items():
        taken = set()
        for panel in board["panels"]:
            at = panel["gridPos"]
            cells = {(at["x"] + x, at["y"] + y)
                     for x in range(at["w"]) for y in range(at["h"])}
            if cells & taken or at["x"] + at["w"] > 24:
                yield f"{name}: {panel['title']}"
            taken |= cells
