"""Who may call whom, from inside and from outside."""

import re

from properties.registry import holds
from rendered import environment, labels_match, ports

MONITORING = "monitoring"


def policies_of(objects, pod, direction):
    return [p for p in objects.of_kind("NetworkPolicy")
            if direction in p["spec"]["policyTypes"] and
            labels_match(p["spec"]["podSelector"], pod.labels)]


def callers_of(objects, callee):
    """Which of our pods may reach the gRPC port of `callee`."""
    grpc = ports(callee.containers[-1])["grpc"]
    for caller in objects.pods():
        out = [rule for p in policies_of(objects, caller, "Egress")
               for rule in p["spec"].get("egress", [])
               if any("podSelector" in to and "namespaceSelector" not in to and
                      labels_match(to["podSelector"], callee.labels)
                      for to in rule.get("to", [])) and
               any(port["port"] in (grpc, "grpc") for port in rule["ports"])]
        into = [rule for p in policies_of(objects, callee, "Ingress")
                for rule in p["spec"].get("ingress", [])
                if any("podSelector" in each and
                       "namespaceSelector" not in each and
                       labels_match(each["podSelector"], caller.labels)
                       for each in rule.get("from", [])) and
                any(port["port"] in (grpc, "grpc") for port in rule["ports"])]
        if out and into:
            yield caller.service


def elsewhere(objects, pod):
    """What the pod may reach outside of its namespace: name and rule."""
    for each in policies_of(objects, pod, "Egress"):
        for rule in each["spec"].get("egress", []):
            for to in rule["to"]:
                if "namespaceSelector" in to:
                    yield to["namespaceSelector"]["matchLabels"][
                        "kubernetes.io/metadata.name"], rule


@holds
def nothing_is_allowed_unless_it_is_named(objects, programs):
    for each in objects.of_kind("NetworkPolicy"):
        spec = each["spec"]
        if spec["podSelector"] == {} and not spec.get("ingress") and \
                not spec.get("egress") and \
                sorted(spec["policyTypes"]) == ["Egress", "Ingress"]:
            return
    yield "there is no policy that denies all"


@holds
def calls_are_allowed_as_they_are_made(objects, programs):
    for callee in objects.servers():
        wanted = {name for name in programs.services
                  if callee.service in programs.peers(name)}
        if callee.service == "survey":
            wanted |= {job.service for job in objects.jobs()}
        address = f"PULSETAKER_{callee.service.upper()}_ADDRESS"
        wanted |= {gateway.service for gateway in objects.gateways()
                   if address in environment(gateway.containers[-1])}
        found = set(callers_of(objects, callee))
        if found != wanted:
            yield f"{callee.service}: {sorted(found)}, want {sorted(wanted)}"


@holds
def no_rule_takes_in_everybody(objects, programs):
    for each in objects.of_kind("NetworkPolicy"):
        for rule in each["spec"].get("ingress", []):
            peers = rule.get("from", [])
            if not peers or any(not p.get("podSelector", {"-": 0}) and
                                "namespaceSelector" not in p or
                                p.get("namespaceSelector") == {}
                                for p in peers) or not rule.get("ports"):
                yield each["metadata"]["name"]
        for rule in each["spec"].get("egress", []):
            if not rule.get("to") or not rule.get("ports") or \
                    any("ipBlock" in to for to in rule["to"]):
                yield each["metadata"]["name"]


@holds
def every_pod_can_resolve_names_and_no_more(objects, programs):
    for pod in objects.pods():
        found = {(namespace, port["port"], port["protocol"])
                 for namespace, rule in elsewhere(objects, pod)
                 for port in rule["ports"]}
        found -= {(MONITORING, 4318, "TCP")}  # Spans: see below.
        if found != {("kube-system", 53, "TCP"), ("kube-system", 53, "UDP")}:
            yield f"{pod.owner}: {found}"


@holds
def spans_go_to_the_collector_and_nowhere_else(objects, programs):
    for pod in objects.pods():
        endpoints = [environment(each)["PULSETAKER_OTLP_ENDPOINT"]
                     for each in pod.containers
                     if "PULSETAKER_OTLP_ENDPOINT" in environment(each)]
        rules = [rule for namespace, rule in elsewhere(objects, pod)
                 if namespace == MONITORING]
        peers = [to for rule in rules for to in rule["to"]]
        if bool(endpoints) != bool(rules) or \
                any("podSelector" not in to for to in peers):
            yield f"{pod.owner}: {endpoints}, {peers}"
        for endpoint in endpoints:
            found = re.fullmatch(rf"http://([\w-]+)\.{MONITORING}:(\d+)",
                                 endpoint)
            if not found or [int(found[2])] != [
                    port["port"] for rule in rules for port in rule["ports"]]:
                yield f"{pod.owner}: {endpoint}"


@holds
def only_prometheus_reads_metrics(objects, programs):
    prometheus = {
        "namespaceSelector": {"matchLabels": {
            "kubernetes.io/metadata.name": MONITORING}},
        "podSelector": {"matchLabels": {"app.kubernetes.io/name": "prometheus"}}}
    for pod in objects.pods():
        wanted = [prometheus] if pod.service in programs.services else []
        admin = ("admin", ports(pod.containers[-1]).get("admin"))
        peers = [peer for p in policies_of(objects, pod, "Ingress")
                 for rule in p["spec"].get("ingress", [])
                 if any(port["port"] in admin for port in rule["ports"])
                 for peer in rule["from"]]
        if peers != wanted:
            yield f"{pod.owner}: {peers}"


@holds
def the_gateway_speaks_tls_only(objects, programs):
    for gateway in objects.of_kind("Gateway"):
        for listener in gateway["spec"]["listeners"]:
            if listener["protocol"] != "HTTPS" or \
                    listener.get("tls", {}).get("mode") != "Terminate" or \
                    not listener["tls"].get("certificateRefs"):
                yield f"{gateway['metadata']['name']}: {listener['name']}"


@holds
def routes_lead_to_services_that_have_the_methods(objects, programs):
    for route in objects.of_kind("GRPCRoute"):
        for rule in route["spec"]["rules"]:
            for backend in rule["backendRefs"]:
                service = objects.named("Service", backend["name"])
                if service is None or backend["port"] != \
                        service["spec"]["ports"][0]["port"]:
                    yield f"{route['metadata']['name']}: {backend}"
            for match in rule.get("matches", [{}]):
                name = match.get("method", {}).get("service")
                if name not in programs.grpc_services(
                        rule["backendRefs"][0]["name"]):
                    yield f"{route['metadata']['name']}: {name}"


@holds
def routes_leave_out_what_is_for_operators(objects, programs):
    if not objects.of_kind("GRPCRoute"):
        return
    open_to_all = {(rule["backendRefs"][0]["name"], match["method"]["service"])
                   for route in objects.of_kind("GRPCRoute")
                   for rule in route["spec"]["rules"]
                   for match in rule["matches"]}
    wanted = {(name, each) for name in programs.services
              for each in programs.grpc_services(name)
              if each != "pulsetaker.survey.v1.BackupService"}
    if open_to_all != wanted:
        yield str(sorted(open_to_all ^ wanted))


@holds
def routes_belong_to_a_listener(objects, programs):
    for route in objects.of_kind("GRPCRoute") + objects.of_kind("HTTPRoute"):
        for parent in route["spec"]["parentRefs"]:
            gateway = objects.named("Gateway", parent["name"])
            names = [] if gateway is None else [
                each["name"] for each in gateway["spec"]["listeners"]]
            if parent.get("sectionName") not in names:
                yield f"{route['metadata']['name']}: {parent}"
