"""Who is watched by Prometheus, and that it is for something."""

from properties.registry import holds, seconds
from rendered import labels_match, ports

SERVICE_OF_POD = "__meta_kubernetes_pod_label_app_kubernetes_io_name"


def monitors_of(objects, pod):
    return [each["spec"] for each in objects.of_kind("PodMonitor")
            if labels_match(each["spec"]["selector"], pod.labels)]


def endpoints(objects):
    return [(each["metadata"]["name"], endpoint)
            for each in objects.of_kind("PodMonitor")
            for endpoint in each["spec"]["podMetricsEndpoints"]]


@holds
def each_server_is_watched_once(objects, programs):
    if not objects.of_kind("PodMonitor"):
        return
    for pod in objects.pods():
        found = len(monitors_of(objects, pod))
        if found != (1 if pod.service in programs.services else 0):
            yield f"{pod.owner}: by {found}"


@holds
def metrics_are_read_where_they_are(objects, programs):
    for pod in objects.servers():
        for monitor in monitors_of(objects, pod):
            for each in monitor["podMetricsEndpoints"]:
                if each["port"] not in ports(pod.containers[-1]) or \
                        (each["port"], each["path"]) != ("admin", "/metrics"):
                    yield f"{pod.owner}: {each['port']}{each['path']}"


@holds
def targets_are_called_what_the_rules_call_them(objects, programs):
    for name, endpoint in endpoints(objects):
        given = {r["targetLabel"]: (r.get("sourceLabels"), r.get("replacement"))
                 for r in endpoint["relabelings"]}
        if given != {"job": (None, "pulsetaker"),
                     "service": ([SERVICE_OF_POD], None)}:
            yield f"{name}: {given}"


@holds
def targets_are_read_often_enough_for_the_rules(objects, programs):
    # The shortest range is 2 minutes; a rate wants four samples.
    for name, endpoint in endpoints(objects):
        if seconds(endpoint["interval"]) > 30 or \
                seconds(endpoint["scrapeTimeout"]) > seconds(
                    endpoint["interval"]):
            yield f"{name}: {endpoint['interval']}"


@holds
def what_is_watched_has_rules_and_dashboards(objects, programs):
    if not objects.of_kind("PodMonitor"):
        return
    rules = [rule for each in objects.of_kind("PrometheusRule")
             for group in each["spec"]["groups"] for rule in group["rules"]]
    if not any("alert" in rule for rule in rules):
        yield "nobody is told of anything"
    if not any(each["metadata"].get("labels", {}).get("grafana_dashboard") == "1"
               for each in objects.of_kind("ConfigMap")):
        yield "there is no dashboard that Grafana finds"
