"""Ways to break the monitoring, and the check that must notice each. Each changes
a copy.
"""

from monitoring.rules import alerts

FAULTS = []


def noticed_by(check):
    def add(change):
        FAULTS.append((change.__name__, check, change))
        return change
    return add


def alert(m, name):
    return next(rule for rule in alerts(m.rules) if rule["alert"] == name)


def panel(m):
    return m.dashboards["pulsetaker-store"]["panels"][0]


@noticed_by("alerts_say_how_bad_what_and_how_much")
def an_alert_is_of_no_severity(m):
    del alert(m, "PulsetakerDiskFull")["labels"]


@noticed_by("alerts_say_how_bad_what_and_how_much")
def an_alert_tells_no_number(m):
    alert(m, "PulsetakerDiskLow")["annotations"]["description"] = \
        "{{ $labels.pod }} has little room."


@noticed_by("alerts_say_how_bad_what_and_how_much")
def two_alerts_have_one_name(m):
    alert(m, "PulsetakerDiskLow")["alert"] = "PulsetakerDiskFull"


@noticed_by("every_alert_has_its_runbook")
def an_alert_links_to_nothing(m):
    del alert(m, "PulsetakerNotReady")["annotations"]["runbook_url"]


@noticed_by("every_alert_has_its_runbook")
def a_runbook_is_missing(m):
    m.runbooks = m.runbooks.replace("## PulsetakerNotReady\n", "## Ready\n")


@noticed_by("every_runbook_has_its_alert")
def an_alert_is_gone(m):
    m.rules_of["store"].remove(alert(m, "PulsetakerLogLong"))


@noticed_by("every_runbook_has_its_alert")
def a_runbook_does_not_say_what_to_do(m):
    m.runbooks = m.runbooks.replace("- **Do:**", "- **See:**", 1)


@noticed_by("every_alert_has_a_case_that_fires_and_one_that_does_not")
def an_alert_has_no_silent_case(m):
    for test in m.cases["store"]:
        test["alert_rule_test"] = [
            case for case in test["alert_rule_test"] if case["exp_alerts"] or
            case["alertname"] != "PulsetakerDiskFull"]


@noticed_by("every_alert_has_a_case_that_fires_and_one_that_does_not")
def an_alert_never_fires(m):
    for test in m.cases["serving"]:
        test["alert_rule_test"] = [
            case for case in test["alert_rule_test"]
            if not case["exp_alerts"] or
            case["alertname"] != "PulsetakerTargetDown"]


@noticed_by("every_alert_has_a_case_that_fires_and_one_that_does_not")
def an_alert_is_silent_for_want_of_anything_known(m):
    for test in m.cases["store"]:
        for series in test["input_series"]:
            series["series"] = series["series"].replace(
                "pulsetaker_disk_full", "pulsetaker_disk_fool")


@noticed_by("every_case_is_of_an_alert")
def a_case_is_misspelt(m):
    m.cases["store"][0]["alert_rule_test"][0]["alertname"] = "PulsetakerDisc"


@noticed_by("every_metric_is_there")
def a_rule_reads_a_metric_that_there_is_not(m):
    alert(m, "PulsetakerDiskFull")["expr"] = "pulsetaker_disc_full == 1"


@noticed_by("every_metric_is_there")
def a_panel_shows_a_metric_that_there_is_not(m):
    panel(m)["targets"][0]["expr"] = "rate(pulsetaker_disc_free[5m])"


@noticed_by("every_metric_is_there")
def a_server_no_longer_has_a_metric(m):
    del m.metrics["pulsetaker_uptime_seconds"]


@noticed_by("every_label_is_there")
def a_label_is_misspelt(m):
    alert(m, "PulsetakerTargetDown")["expr"] = 'up{jobs="pulsetaker"} == 0'


@noticed_by("every_label_is_there")
def a_sum_is_by_a_label_that_there_is_not(m):
    alert(m, "PulsetakerLedgerWentBack")["expr"] = \
        "max by (tenant) (pulsetaker_ledger_mark) < 1"


@noticed_by("every_label_is_there")
def a_status_is_misspelt(m):
    rule = alert(m, "PulsetakerStoredDataUnreadable")
    rule["expr"] = rule["expr"].replace("DATA_LOSS", "DATALOSS")


@noticed_by("every_label_is_there")
def a_bucket_is_between_those_there_are(m):
    for rule in m.rules:
        rule["expr"] = rule["expr"].replace('le="0.25"', 'le="0.3"')


@noticed_by("every_label_is_there")
def a_method_is_renamed(m):
    m.methods = {each.replace("SubmitResponse", "PutResponse")
                 for each in m.methods}


@noticed_by("every_label_is_there")
def one_of_several_methods_is_misspelt(m):
    for rule in m.rules:
        rule["expr"] = rule["expr"].replace("StreamResponses", "StreamAnswers")


@noticed_by("texts_name_labels_that_are_left")
def a_text_names_a_label_that_there_is_not(m):
    alert(m, "PulsetakerDiskFull")["annotations"]["description"] = \
        "{{ $labels.disk }} is full: 1"


@noticed_by("dashboards_can_be_read")
def a_panel_has_no_unit(m):
    del panel(m)["fieldConfig"]["defaults"]["unit"]


@noticed_by("dashboards_can_be_read")
def a_panel_has_no_title(m):
    panel(m)["title"] = ""


@noticed_by("dashboards_can_be_read")
def a_panel_reads_somebody_s_own_prometheus(m):
    panel(m)["targets"][0]["datasource"]["uid"] = "P1809F7CD0C75ACF3"


@noticed_by("dashboards_can_be_read")
def the_source_of_data_cannot_be_chosen(m):
    m.dashboards["pulsetaker-work"]["templating"]["list"].pop(0)


@noticed_by("panels_do_not_overlap")
def a_panel_hides_another_one(m):
    panel(m)["gridPos"]["w"] = 20
