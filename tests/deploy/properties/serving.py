"""Ports, probes, the end of a server, and what it is called."""

import re

from properties.registry import holds, seconds
from rendered import environment, labels_match, ports


@holds
def ports_are_those_that_the_program_opens(objects, programs):
    for pod in objects.servers():
        server = pod.containers[-1]
        said = environment(server)
        for name, variable in (("grpc", "PULSETAKER_LISTEN"),
                               ("admin", "PULSETAKER_ADMIN_LISTEN")):
            port = int(said[variable].rpartition(":")[2])
            default = programs.default_port(pod.service, variable)
            if ports(server).get(name) != port or port != default:
                yield f"{pod.owner}: {name}"


@holds
def servers_listen_on_the_pod_s_address(objects, programs):
    for pod in objects.servers():
        said = environment(pod.containers[-1])
        for variable in ("PULSETAKER_LISTEN", "PULSETAKER_ADMIN_LISTEN"):
            if not said[variable].startswith("0.0.0.0:"):
                yield f"{pod.owner}: {said[variable]}"


@holds
def probes_ask_the_operators_port(objects, programs):
    # A kubelet's probes for gRPC speak no TLS.
    for pod in objects.servers():
        for each in pod.spec["containers"]:
            for probe in ("startupProbe", "readinessProbe"):
                if each.get(probe, {}).get("httpGet") != {
                        "path": "/healthz", "port": "admin"}:
                    yield f"{pod.owner}: {probe}"


@holds
def opening_a_store_may_take_ten_minutes(objects, programs):
    for pod in objects.servers():
        for each in pod.spec["containers"]:
            probe = each.get("startupProbe", {})
            if probe.get("periodSeconds", 10) * \
                    probe.get("failureThreshold", 3) < 600:
                yield pod.owner


@holds
def unready_servers_are_left_alone_soon(objects, programs):
    for pod in objects.servers():
        for each in pod.spec["containers"]:
            probe = each.get("readinessProbe", {})
            if probe.get("periodSeconds", 10) * \
                    probe.get("failureThreshold", 3) > 15:
                yield pod.owner


@holds
def a_slow_disk_is_no_reason_to_kill(objects, programs):
    for pod in objects.servers():
        for each in pod.spec["containers"]:
            if "livenessProbe" in each:
                yield pod.owner


@holds
def servers_have_time_to_drain_and_to_close(objects, programs):
    for pod in objects.servers():
        said = environment(pod.containers[-1])
        wanted = seconds(said["PULSETAKER_DRAIN"]) + \
            seconds(said["PULSETAKER_GRACE"]) + 15
        if pod.spec.get("terminationGracePeriodSeconds", 30) < wanted:
            yield f"{pod.owner}: want {wanted} s"


@holds
def draining_outlasts_readiness(objects, programs):
    # Callers look away once the probe has seen it, not before.
    for pod in objects.servers():
        server = pod.containers[-1]
        drain = seconds(environment(server)["PULSETAKER_DRAIN"])
        if drain < server["readinessProbe"]["periodSeconds"]:
            yield f"{pod.owner}: {drain} s"


@holds
def callers_look_for_pods_anew(objects, programs):
    for pod in objects.servers():
        age = environment(pod.containers[-1])["PULSETAKER_CONNECTION_AGE_MAX"]
        if not 60 <= seconds(age) <= 3600:
            yield f"{pod.owner}: {age}"


@holds
def no_tenant_has_a_server_to_itself(objects, programs):
    for pod in objects.servers():
        said = environment(pod.containers[-1])
        # A page of a browser makes tens of calls at once; one processor answers
        # some thousands a second.
        calls = int(said["PULSETAKER_TENANT_CALLS_PER_SECOND"])
        burst = seconds(said.get("PULSETAKER_TENANT_CALL_BURST", "10s"))
        if not 100 <= calls <= 2000 or not 1 <= burst <= 60:
            yield f"{pod.owner}: {calls} calls a second, a burst of {burst} s"


@holds
def selectors_of_sets_match_their_pods(objects, programs):
    for each in objects.stateful_sets():
        if not labels_match(each["spec"]["selector"],
                            each["spec"]["template"]["metadata"]["labels"]):
            yield each["metadata"]["name"]


@holds
def services_are_headless(objects, programs):
    for each in objects.of_kind("Service"):
        if each["spec"].get("clusterIP") != "None":
            yield each["metadata"]["name"]


@holds
def a_service_has_the_pods_of_its_name(objects, programs):
    for each in objects.of_kind("Service"):
        found = [p.service for p in objects.pods()
                 if labels_match({"matchLabels": each["spec"]["selector"]},
                                 p.labels)]
        if found != [each["metadata"]["name"]]:
            yield f"{each['metadata']['name']}: {found}"


@holds
def ports_of_services_are_ports_of_pods(objects, programs):
    for each in objects.of_kind("Service"):
        pod = next(p for p in objects.serving()
                   if p.service == each["metadata"]["name"])
        known = ports(pod.containers[-1])
        for port in each["spec"]["ports"]:
            if port["targetPort"] not in known or \
                    port["port"] != known[port["targetPort"]]:
                yield f"{each['metadata']['name']}: {port['name']}"


@holds
def services_say_that_they_speak_tls(objects, programs):
    for each in objects.of_kind("Service"):
        for port in each["spec"]["ports"]:
            if port.get("appProtocol") != "https":
                yield f"{each['metadata']['name']}: {port['name']}"


@holds
def the_operators_port_is_in_no_service(objects, programs):
    for each in objects.of_kind("Service"):
        for port in each["spec"]["ports"]:
            if port["targetPort"] not in ("grpc", "https"):
                yield f"{each['metadata']['name']}: {port['targetPort']}"


@holds
def sets_name_a_service_that_is_there(objects, programs):
    for each in objects.stateful_sets():
        if objects.named("Service", each["spec"]["serviceName"]) is None:
            yield each["metadata"]["name"]


@holds
def addresses_of_peers_are_services_of_ours(objects, programs):
    for pod in objects.pods():
        # The console's gateway has its own resolver, and no schemes of gRPC.
        scheme = "" if pod.owner.startswith("Deployment/") else "dns:///"
        for each in pod.containers:
            for name, value in environment(each).items():
                if not name.endswith("_ADDRESS"):
                    continue
                found = re.fullmatch(scheme + r"(\w+):(\d+)", value)
                wanted = name.removeprefix("PULSETAKER_").removesuffix(
                    "_ADDRESS").lower()
                service = objects.named("Service", wanted)
                if not found or found[1] != wanted or service is None or \
                        int(found[2]) != service["spec"]["ports"][0]["port"]:
                    yield f"{pod.owner}: {name} is {value}"


@holds
def every_peer_of_a_program_has_its_address(objects, programs):
    for pod in objects.servers():
        said = environment(pod.containers[-1])
        for peer in programs.peers(pod.service):
            if f"PULSETAKER_{peer.upper()}_ADDRESS" not in said:
                yield f"{pod.owner}: {peer}"
