"""The console's gateway: for those who work with findings, and for those who
answer. Where no overlay has it, there is nothing to hold."""

import re

from properties.callers import policies_of
from properties.registry import holds, seconds
from properties.trust import certificates, network_name
from rendered import environment, labels_match, ports

# What each of them passes on, and from which proxies it takes calls.
AUDIENCES = {"console": "everybody", "answers": "respondents"}
PROXIES = {"console": "gateway", "answers": "gateway-answers"}
CALLED = {"console": {"survey", "network", "assessment"}, "answers": {"survey"}}
# The page's longest patience, which a call that is under way has.
PATIENCE_SECONDS = 18


def deployments(objects):
    return [(each["metadata"]["name"], each["spec"])
            for each in objects.of_kind("Deployment")]


def probes(pod):
    for each in pod.containers:
        for name in ("startupProbe", "readinessProbe", "livenessProbe"):
            yield name, each.get(name, {})


def of_service(objects, kind, service):
    return [each for each in objects.of_kind(kind)
            for rule in each["spec"]["rules"]
            for backend in rule["backendRefs"] if backend["name"] == service]


@holds
def gateways_are_those_that_are_known(objects, programs):
    for pod in objects.gateways():
        said = environment(pod.containers[-1])
        if said.get("PULSETAKER_CONSOLE_AUDIENCE") != AUDIENCES[pod.service]:
            yield f"{pod.owner}: {said.get('PULSETAKER_CONSOLE_AUDIENCE')}"


@holds
def gateways_know_those_whom_their_audience_calls_and_no_others(objects,
                                                               programs):
    for pod in objects.gateways():
        said = environment(pod.containers[-1])
        found = {name for name in programs.services
                 if f"PULSETAKER_{name.upper()}_ADDRESS" in said}
        if found != CALLED[pod.service]:
            yield f"{pod.owner}: {sorted(found)}"


@holds
def one_gateway_may_be_lost(objects, programs):
    for name, spec in deployments(objects):
        if spec.get("replicas", 1) < 2:
            yield name


@holds
def a_gateway_stops_once_another_one_is_ready(objects, programs):
    for name, spec in deployments(objects):
        strategy = spec.get("strategy", {})
        rolling = strategy.get("rollingUpdate", {})
        if strategy.get("type") != "RollingUpdate" or \
                rolling.get("maxUnavailable") != 0 or \
                rolling.get("maxSurge", 0) < 1:
            yield f"{name}: {strategy}"


@holds
def selectors_of_deployments_match_their_pods(objects, programs):
    for name, spec in deployments(objects):
        if not labels_match(spec["selector"],
                            spec["template"]["metadata"]["labels"]):
            yield name


@holds
def a_gateway_s_pods_spread_among_themselves(objects, programs):
    # Spread over those of others, both could be on one node.
    for pod in objects.gateways():
        for each in pod.spec["topologySpreadConstraints"]:
            if each["labelSelector"] != {"matchLabels": {
                    "app.kubernetes.io/name": pod.service}}:
                yield f"{pod.owner}: {each['topologyKey']}"


@holds
def probes_of_gateways_ask_their_own_port_by_tls(objects, programs):
    for pod in objects.gateways():
        for name, probe in probes(pod):
            if probe.get("httpGet") != {"path": "/healthz", "port": "https",
                                        "scheme": "HTTPS"}:
                yield f"{pod.owner}: {name}"


@holds
def a_gateway_that_drains_is_not_killed_for_it(objects, programs):
    # It says that it is not ready until its time is over.
    for pod in objects.gateways():
        probe = pod.containers[-1]["livenessProbe"]
        if probe.get("periodSeconds", 10) * probe.get("failureThreshold", 3) < \
                pod.spec["terminationGracePeriodSeconds"]:
            yield pod.owner


@holds
def gateways_have_time_to_drain_and_to_answer(objects, programs):
    for pod in objects.gateways():
        said = environment(pod.containers[-1])
        drain, grace = (seconds(said[f"PULSETAKER_CONSOLE_{name}"])
                        for name in ("DRAIN", "GRACE"))
        if drain < 5:
            yield f"{pod.owner}: {drain} s until proxies have looked away"
        if grace < PATIENCE_SECONDS:
            yield f"{pod.owner}: {grace} s for a call that is under way"
        if pod.spec.get("terminationGracePeriodSeconds", 30) < \
                drain + grace + 10:
            yield f"{pod.owner}: is killed before"


@holds
def gateways_listen_where_they_say(objects, programs):
    for pod in objects.gateways():
        gateway = pod.containers[-1]
        listen = environment(gateway)["PULSETAKER_CONSOLE_LISTEN"]
        if listen != f"0.0.0.0:{ports(gateway)['https']}":
            yield f"{pod.owner}: {listen}"


@holds
def gateways_serve_by_tls(objects, programs):
    for pod in objects.gateways():
        said = environment(pod.containers[-1])
        for name in ("PULSETAKER_TLS_CERTIFICATE", "PULSETAKER_TLS_KEY"):
            if not said.get(name, "").startswith("/"):
                yield f"{pod.owner}: {name}"


@holds
def nobody_takes_a_gateway_for_a_service(objects, programs):
    for pod in objects.gateways():
        made = certificates(objects)[f"{pod.service}-tls"]
        if sorted(made["usages"]) != ["digital signature", "server auth"]:
            yield f"{pod.owner}: {made['usages']}"
        others = [name for name in made["dnsNames"]
                  if name.split(".")[0] not in (pod.service, "localhost")]
        if others or network_name(objects, pod.service) not in made["dnsNames"]:
            yield f"{pod.owner}: {made['dnsNames']}"
    for server in objects.servers():
        for variable in ("PULSETAKER_TRUSTED_SERVICES",
                         "PULSETAKER_TRUSTED_OPERATORS"):
            said = environment(server.containers[-1]).get(variable, "")
            for name in AUDIENCES:
                if re.search(rf"\b{name}\b", said):
                    yield f"{server.owner}: {variable} has {name}"


@holds
def gateways_are_reached_from_their_proxies_alone(objects, programs):
    for pod in objects.gateways():
        wanted = [({"namespaceSelector": {"matchLabels": {
            "kubernetes.io/metadata.name": PROXIES[pod.service]}}},
            [{"port": "https", "protocol": "TCP"}])]
        found = [(peer, rule["ports"])
                 for p in policies_of(objects, pod, "Ingress")
                 for rule in p["spec"].get("ingress", [])
                 for peer in rule["from"]]
        if found != wanted:
            yield f"{pod.owner}: {found}"


@holds
def proxies_of_answers_reach_nothing_else(objects, programs):
    for pod in objects.servers() + objects.jobs() + [
            each for each in objects.gateways() if each.service != "answers"]:
        for policy in policies_of(objects, pod, "Ingress"):
            for rule in policy["spec"].get("ingress", []):
                if PROXIES["answers"] in str(rule["from"]):
                    yield f"{pod.owner}: {policy['metadata']['name']}"


@holds
def browsers_know_a_gateway_by_the_names_of_its_route(objects, programs):
    for pod in objects.gateways():
        said = environment(pod.containers[-1])["PULSETAKER_CONSOLE_HOSTS"]
        routes = of_service(objects, "HTTPRoute", pod.service)
        names = {name for route in routes
                 for name in route["spec"].get("hostnames", [])}
        if not names or set(said.split(",")) != names:
            yield f"{pod.owner}: {said}, {sorted(names)}"


@holds
def http_routes_lead_to_gateways_of_the_console(objects, programs):
    known = {pod.service for pod in objects.gateways()}
    for route in objects.of_kind("HTTPRoute"):
        for rule in route["spec"]["rules"]:
            for backend in rule["backendRefs"]:
                service = objects.named("Service", backend["name"])
                if backend["name"] not in known or service is None or \
                        backend["port"] != service["spec"]["ports"][0]["port"]:
                    yield f"{route['metadata']['name']}: {backend}"


@holds
def the_internet_reaches_those_who_answer_alone(objects, programs):
    """A proxy that has the route of answers has no other one."""
    routes = objects.of_kind("GRPCRoute") + objects.of_kind("HTTPRoute")
    open_to_all = {parent["name"]
                   for route in of_service(objects, "HTTPRoute", "answers")
                   for parent in route["spec"]["parentRefs"]}
    for route in routes:
        parents = {each["name"] for each in route["spec"]["parentRefs"]}
        backends = {backend["name"] for rule in route["spec"]["rules"]
                    for backend in rule["backendRefs"]}
        if parents & open_to_all and backends != {"answers"}:
            yield f"{route['metadata']['name']}: {sorted(parents)}"
