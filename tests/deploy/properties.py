"""What must hold of every overlay, each as a function that says what does not.

A function has the objects and what the programs say of themselves (programs.py),
and yields a sentence for each place where it does not hold. Its name is the
property.
"""

import re

import yaml

from rendered import environment, labels_match, ports

PROPERTIES = {}
UID = 65532


def holds(check):
    PROPERTIES[check.__name__] = check
    return check


def quantity(text):
    """Of memory or storage: bytes."""
    number, unit = re.fullmatch(r"(\d+)(Ki|Mi|Gi|Ti)", str(text)).groups()
    return int(number) << {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40}[unit]


def seconds(text):
    number, unit = re.fullmatch(r"(\d+)(s|m|h)", text).groups()
    return int(number) * {"s": 1, "m": 60, "h": 3600}[unit]


# Who runs, and what it may do.


@holds
def pods_run_as_an_unprivileged_user(objects, programs):
    for pod in objects.pods():
        context = pod.spec.get("securityContext", {})
        if context.get("runAsNonRoot") is not True:
            yield f"{pod.owner}: runAsNonRoot"
        for field in ("runAsUser", "runAsGroup", "fsGroup"):
            if context.get(field) != UID:
                yield f"{pod.owner}: {field} is {context.get(field)}"


@holds
def pods_have_the_runtime_s_seccomp_profile(objects, programs):
    for pod in objects.pods():
        profile = pod.spec.get("securityContext", {}).get("seccompProfile", {})
        if profile.get("type") != "RuntimeDefault":
            yield pod.owner


@holds
def containers_cannot_gain_privileges(objects, programs):
    for pod in objects.pods():
        for each in pod.containers:
            context = each.get("securityContext", {})
            if context.get("allowPrivilegeEscalation") is not False or \
                    context.get("privileged"):
                yield f"{pod.owner} {each['name']}"


@holds
def containers_drop_every_capability(objects, programs):
    for pod in objects.pods():
        for each in pod.containers:
            capabilities = each.get("securityContext", {}).get(
                "capabilities", {})
            if capabilities.get("drop") != ["ALL"] or capabilities.get("add"):
                yield f"{pod.owner} {each['name']}"


@holds
def containers_do_not_take_another_user(objects, programs):
    for pod in objects.pods():
        for each in pod.containers:
            context = each.get("securityContext", {})
            for field in ("runAsUser", "runAsGroup", "runAsNonRoot",
                          "seccompProfile"):
                if field in context:
                    yield f"{pod.owner} {each['name']}: {field}"


@holds
def root_file_systems_are_read_only(objects, programs):
    for pod in objects.pods():
        for each in pod.containers:
            if each.get("securityContext", {}).get(
                    "readOnlyRootFilesystem") is not True:
                yield f"{pod.owner} {each['name']}"


@holds
def pods_do_not_share_the_node(objects, programs):
    for pod in objects.pods():
        for field in ("hostNetwork", "hostPID", "hostIPC"):
            if pod.spec.get(field):
                yield f"{pod.owner}: {field}"
        for volume in pod.spec.get("volumes", []):
            if "hostPath" in volume:
                yield f"{pod.owner}: hostPath {volume['name']}"
        for each in pod.containers:
            if any("hostPort" in port for port in each.get("ports", [])):
                yield f"{pod.owner} {each['name']}: hostPort"


@holds
def pods_have_no_token_of_kubernetes(objects, programs):
    for pod in objects.pods():
        if pod.spec.get("automountServiceAccountToken") is not False:
            yield pod.owner


@holds
def the_service_account_has_no_token_either(objects, programs):
    for account in objects.of_kind("ServiceAccount"):
        if account.get("automountServiceAccountToken") is not False:
            yield account["metadata"]["name"]


@holds
def pods_use_an_account_that_is_there(objects, programs):
    for pod in objects.pods():
        name = pod.spec.get("serviceAccountName", "default")
        if objects.named("ServiceAccount", name) is None:
            yield f"{pod.owner}: {name}"


@holds
def nobody_is_given_rights_in_the_cluster(objects, programs):
    for each in objects.all:
        if each["kind"] in ("Role", "ClusterRole", "RoleBinding",
                            "ClusterRoleBinding"):
            yield each["metadata"]["name"]


@holds
def the_namespace_enforces_restricted_pods(objects, programs):
    spaces = objects.of_kind("Namespace")
    if len(spaces) != 1:
        yield f"{len(spaces)} namespaces"
    for space in spaces:
        for mode in ("enforce", "audit", "warn"):
            label = "pod-security.kubernetes.io/" + mode
            if space["metadata"]["labels"].get(label) != "restricted":
                yield label


@holds
def every_object_is_in_the_namespace(objects, programs):
    name = objects.of_kind("Namespace")[0]["metadata"]["name"]
    for each in objects.all:
        if each["kind"] != "Namespace" and \
                each["metadata"].get("namespace") != name:
            yield f"{each['kind']}/{each['metadata']['name']}"


@holds
def no_secret_is_in_the_manifests(objects, programs):
    for each in objects.of_kind("Secret"):
        yield each["metadata"]["name"]
    for pod in objects.pods():
        for each in pod.containers:
            for name in environment(each):
                if re.search("PASSWORD|SECRET|TOKEN|PRIVATE", name):
                    yield f"{pod.owner} {each['name']}: {name}"


@holds
def names_are_unique(objects, programs):
    seen = set()
    for each in objects.all:
        key = (each["kind"], each["metadata"]["name"])
        if key in seen:
            yield "/".join(key)
        seen.add(key)


@holds
def every_object_says_what_it_belongs_to(objects, programs):
    for each in objects.all:
        if each["kind"] in ("ServiceAccount", "StatefulSet", "Service", "CronJob",
                            "PodDisruptionBudget", "PersistentVolumeClaim"):
            if each["metadata"].get("labels", {}).get(
                    "app.kubernetes.io/part-of") != "pulsetaker":
                yield f"{each['kind']}/{each['metadata']['name']}"


# Stores and their one writer.


@holds
def the_three_services_are_there(objects, programs):
    found = sorted(s["metadata"]["name"] for s in objects.stateful_sets())
    if found != sorted(programs.services):
        yield str(found)


@holds
def a_store_has_one_writer(objects, programs):
    for each in objects.stateful_sets():
        if each["spec"].get("replicas") != 1:
            yield f"{each['metadata']['name']}: {each['spec'].get('replicas')}"
    for each in objects.of_kind("HorizontalPodAutoscaler"):
        yield "scaled by " + each["metadata"]["name"]


@holds
def stores_are_on_a_claim_of_the_set(objects, programs):
    for pod in objects.servers():
        server = pod.containers[-1]
        folder = environment(server).get("PULSETAKER_DATA_DIR", "")
        claims = {t["metadata"]["name"] for t in objects.claim_templates(pod)}
        if not any(m["name"] in claims and not m.get("readOnly") and
                   folder.startswith(m["mountPath"] + "/")
                   for m in server.get("volumeMounts", [])):
            yield f"{pod.owner}: {folder}"


@holds
def a_store_s_volume_has_one_node_at_most(objects, programs):
    for each in objects.stateful_sets():
        for claim in each["spec"].get("volumeClaimTemplates", []):
            modes = claim["spec"]["accessModes"]
            if modes not in (["ReadWriteOncePod"], ["ReadWriteOnce"]):
                yield f"{each['metadata']['name']}: {modes}"


@holds
def stores_outlive_their_set(objects, programs):
    for each in objects.stateful_sets():
        policy = each["spec"].get("persistentVolumeClaimRetentionPolicy", {})
        if policy != {"whenDeleted": "Retain", "whenScaled": "Retain"}:
            yield each["metadata"]["name"]


@holds
def nothing_is_kept_where_it_goes_with_the_pod(objects, programs):
    for pod in objects.servers():
        for volume in pod.spec.get("volumes", []):
            if "emptyDir" in volume:
                yield f"{pod.owner}: {volume['name']}"


@holds
def every_mount_has_its_volume(objects, programs):
    for pod in objects.pods():
        names = pod.volume_names(objects.claim_templates(pod))
        for each in pod.containers:
            for mount in each.get("volumeMounts", []):
                if mount["name"] not in names:
                    yield f"{pod.owner} {each['name']}: {mount['name']}"


@holds
def every_claim_of_a_pod_is_there(objects, programs):
    for pod in objects.pods():
        for volume in pod.spec.get("volumes", []):
            claim = volume.get("persistentVolumeClaim", {}).get("claimName")
            if claim and objects.named("PersistentVolumeClaim", claim) is None:
                yield f"{pod.owner}: {claim}"


# What runs, with what.


@holds
def every_image_is_pinned(objects, programs):
    for pod in objects.pods():
        for each in pod.containers:
            image = each["image"]
            if not re.search(r"@sha256:[0-9a-f]{64}$|:\d+\.\d+\.\d+$", image):
                yield f"{pod.owner} {each['name']}: {image}"


@holds
def one_version_runs(objects, programs):
    images = {c["image"] for pod in objects.pods() for c in pod.containers}
    if len(images) != 1:
        yield str(sorted(images))


@holds
def containers_run_programs_of_the_image(objects, programs):
    for pod in objects.pods():
        for each in pod.containers:
            command = each.get("command", [""])[0]
            if command not in programs.paths:
                yield f"{pod.owner} {each['name']}: {command}"
            elif "args" in each:
                yield f"{pod.owner} {each['name']}: args beside a command"


@holds
def servers_run_their_own_program(objects, programs):
    for pod in objects.servers():
        for each in pod.spec["containers"]:
            if each["command"] != ["/usr/bin/pulsetaker-" + pod.service]:
                yield f"{pod.owner}: {each['command']}"


@holds
def every_variable_is_one_that_the_program_reads(objects, programs):
    for pod in objects.pods():
        for each in pod.containers:
            known = programs.variables(each["command"])
            for variable in each.get("env", []):
                if variable["name"] not in known:
                    yield f"{pod.owner} {each['name']}: {variable['name']}"


@holds
def every_option_is_one_that_the_program_has(objects, programs):
    for pod in objects.pods():
        for each in pod.containers:
            known = programs.options(each["command"])
            for word in each["command"][1:]:
                if word.startswith("--") and word not in known:
                    yield f"{pod.owner} {each['name']}: {word}"


@holds
def a_variable_is_set_once(objects, programs):
    for pod in objects.pods():
        for each in pod.containers:
            names = [e["name"] for e in each.get("env", [])]
            for name in sorted(set(names)):
                if names.count(name) > 1:
                    yield f"{pod.owner} {each['name']}: {name}"


@holds
def analyses_have_the_threads_that_the_pod_may_use(objects, programs):
    pod = next(p for p in objects.servers() if p.service == "network")
    server = pod.containers[-1]
    for variable in server["env"]:
        if variable["name"] == "PULSETAKER_ANALYSIS_THREADS":
            field = variable.get("valueFrom", {}).get("resourceFieldRef", {})
            if field.get("resource") != "limits.cpu":
                yield str(variable)
            if "cpu" not in server["resources"].get("limits", {}):
                yield "there is no limit to take it from"
            return
    yield "the node's processors are taken for the pod's"


@holds
def kubernetes_puts_no_variables_of_its_own(objects, programs):
    # PULSETAKER_<SERVICE>_PORT of a service of that name would be taken for a
    # flag of ours.
    for pod in objects.pods():
        if pod.spec.get("enableServiceLinks") is not False:
            yield pod.owner


# Ports, probes, and the end.


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
def probes_ask_the_port_of_grpc(objects, programs):
    for pod in objects.servers():
        for each in pod.spec["containers"]:
            for probe in ("startupProbe", "readinessProbe"):
                port = each.get(probe, {}).get("grpc", {}).get("port")
                if port is None or port != ports(each).get("grpc"):
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


# Room.


@holds
def memory_is_never_promised_twice(objects, programs):
    for pod in objects.pods():
        for each in pod.containers:
            resources = each.get("resources", {})
            asked = resources.get("requests", {}).get("memory")
            if asked is None or \
                    asked != resources.get("limits", {}).get("memory"):
                yield f"{pod.owner} {each['name']}"


@holds
def processors_are_asked_for(objects, programs):
    for pod in objects.pods():
        for each in pod.containers:
            if "cpu" not in each.get("resources", {}).get("requests", {}):
                yield f"{pod.owner} {each['name']}"


@holds
def servers_have_the_memory_that_was_measured(objects, programs):
    measured = {"survey": "512Mi", "network": "1Gi", "assessment": "256Mi"}
    for pod in objects.servers():
        given = pod.containers[-1]["resources"]["limits"]["memory"]
        if quantity(given) < quantity(measured[pod.service]):
            yield f"{pod.owner}: {given}"


@holds
def pods_spread_over_nodes(objects, programs):
    for pod in objects.servers():
        keys = [c["topologyKey"] for c in
                pod.spec.get("topologySpreadConstraints", [])
                if labels_match(c["labelSelector"], pod.labels)]
        if "kubernetes.io/hostname" not in keys:
            yield pod.owner


@holds
def every_server_has_a_budget_that_lets_nodes_drain(objects, programs):
    for pod in objects.servers():
        budgets = [b for b in objects.of_kind("PodDisruptionBudget")
                   if labels_match(b["spec"]["selector"], pod.labels)]
        if len(budgets) != 1:
            yield f"{pod.owner}: {len(budgets)}"
        for budget in budgets:
            if budget["spec"].get("maxUnavailable") != 1:
                yield f"{pod.owner}: would stop a node's upgrade for ever"


@holds
def sizes_that_are_learnt_have_bounds(objects, programs):
    for scaler in objects.of_kind("VerticalPodAutoscaler"):
        name = scaler["spec"]["targetRef"]["name"]
        target = objects.named(scaler["spec"]["targetRef"]["kind"], name)
        if target is None:
            yield name
            continue
        if scaler["spec"]["updatePolicy"]["updateMode"] != "Initial":
            yield f"{name}: would restart a server for its size"
        names = {c["name"] for c in
                 target["spec"]["template"]["spec"]["containers"]}
        for policy in scaler["spec"]["resourcePolicy"]["containerPolicies"]:
            if policy["containerName"] not in names:
                yield f"{name}: {policy['containerName']}"
            if quantity(policy["maxAllowed"]["memory"]) <= \
                    quantity(policy["minAllowed"]["memory"]):
                yield f"{name}: bounds"


# Names and addresses.


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
        pod = next(p for p in objects.servers()
                   if p.service == each["metadata"]["name"])
        known = ports(pod.containers[-1])
        for port in each["spec"]["ports"]:
            if port["targetPort"] not in known or \
                    port["port"] != known[port["targetPort"]]:
                yield f"{each['metadata']['name']}: {port['name']}"


@holds
def services_say_that_they_speak_http_2(objects, programs):
    for each in objects.of_kind("Service"):
        for port in each["spec"]["ports"]:
            if port.get("appProtocol") != "kubernetes.io/h2c":
                yield f"{each['metadata']['name']}: {port['name']}"


@holds
def the_operators_port_is_in_no_service(objects, programs):
    for each in objects.of_kind("Service"):
        for port in each["spec"]["ports"]:
            if port["targetPort"] != "grpc":
                yield f"{each['metadata']['name']}: {port['targetPort']}"


@holds
def sets_name_a_service_that_is_there(objects, programs):
    for each in objects.stateful_sets():
        if objects.named("Service", each["spec"]["serviceName"]) is None:
            yield each["metadata"]["name"]


@holds
def addresses_of_peers_are_services_of_ours(objects, programs):
    for pod in objects.pods():
        for each in pod.containers:
            for name, value in environment(each).items():
                if not name.endswith("_ADDRESS"):
                    continue
                found = re.fullmatch(r"dns:///(\w+):(\d+)", value)
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


# Who may call whom.


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
        found = [port for p in policies_of(objects, pod, "Egress")
                 for rule in p["spec"].get("egress", [])
                 for to in rule["to"] if "namespaceSelector" in to
                 for port in rule["ports"]]
        if sorted((p["port"], p["protocol"]) for p in found) != \
                [(53, "TCP"), (53, "UDP")]:
            yield f"{pod.owner}: {found}"


@holds
def only_prometheus_reads_metrics(objects, programs):
    for pod in objects.servers():
        rules = [rule for p in policies_of(objects, pod, "Ingress")
                 for rule in p["spec"].get("ingress", [])
                 if any(port["port"] in
                        ("admin", ports(pod.containers[-1])["admin"])
                        for port in rule["ports"])]
        peers = [peer for rule in rules for peer in rule["from"]]
        if len(peers) != 1 or "podSelector" not in peers[0] or \
                "namespaceSelector" not in peers[0]:
            yield f"{pod.owner}: {peers}"


# Backups.


@holds
def the_survey_service_is_backed_up(objects, programs):
    server = next(p for p in objects.servers() if p.service == "survey")
    folder = environment(server.containers[-1]).get("PULSETAKER_BACKUP_DIR", "")
    store = environment(server.containers[-1])["PULSETAKER_DATA_DIR"]
    mounts = {m["name"]: m["mountPath"]
              for m in server.containers[-1]["volumeMounts"]}
    holder = [name for name, path in mounts.items()
              if folder.startswith(path + "/")]
    if not holder:
        yield f"the folder of backups is {folder or 'not set'}"
    elif store.startswith(mounts[holder[0]] + "/"):
        yield "backups are on the volume of the store"
    if not objects.of_kind("CronJob"):
        yield "nobody makes them"


@holds
def a_backup_counts_once_it_was_restored_and_verified(objects, programs):
    for pod in objects.jobs():
        steps = [c["command"][1:] for c in pod.containers]
        if [" ".join(s[:2]) if s[0] == "backup" else s[0] for s in steps] != \
                ["backup create", "restore", "verify"]:
            yield f"{pod.owner}: {steps}"
            continue
        restored = steps[1][steps[1].index("--data-dir") + 1]
        if steps[2][steps[2].index("--data-dir") + 1] != restored:
            yield f"{pod.owner}: verifies something else than it restored"
        if steps[1][steps[1].index("--backup") + 1] != "latest":
            yield f"{pod.owner}: restores another backup than it made"


@holds
def a_backup_is_restored_from_where_the_server_puts_it(objects, programs):
    server = next(p for p in objects.servers() if p.service == "survey")
    folder = environment(server.containers[-1]).get("PULSETAKER_BACKUP_DIR")
    claims = {v["persistentVolumeClaim"]["claimName"]
              for v in server.spec.get("volumes", [])
              if "persistentVolumeClaim" in v}
    for pod in objects.jobs():
        step = pod.containers[1]
        command = step["command"]
        if command[command.index("--backup-dir") + 1] != folder:
            yield f"{pod.owner}: another folder"
        volumes = {v["name"]: v for v in pod.spec["volumes"]}
        read = [volumes[m["name"]] for m in step["volumeMounts"]
                if folder and folder.startswith(m["mountPath"] + "/")]
        if not read or read[0].get("persistentVolumeClaim", {}).get(
                "claimName") not in claims:
            yield f"{pod.owner}: another volume"


@holds
def a_restore_cannot_change_backups(objects, programs):
    for pod in objects.jobs():
        for volume in pod.spec["volumes"]:
            claim = volume.get("persistentVolumeClaim")
            if claim is None:
                continue
            mounts = [m for c in pod.containers
                      for m in c.get("volumeMounts", [])
                      if m["name"] == volume["name"]]
            if not all(m.get("readOnly") for m in mounts):
                yield f"{pod.owner}: {volume['name']}"


@holds
def a_restore_has_room_for_the_whole_store(objects, programs):
    store = objects.named("StatefulSet", "survey")["spec"][
        "volumeClaimTemplates"][0]["spec"]["resources"]["requests"]["storage"]
    for pod in objects.jobs():
        for volume in pod.spec["volumes"]:
            if "ephemeral" in volume:
                room = volume["ephemeral"]["volumeClaimTemplate"]["spec"][
                    "resources"]["requests"]["storage"]
                if quantity(room) < quantity(store):
                    yield f"{pod.owner}: {room} for {store}"


@holds
def the_job_runs_where_the_volume_is(objects, programs):
    for pod in objects.jobs():
        terms = pod.spec.get("affinity", {}).get("podAffinity", {}).get(
            "requiredDuringSchedulingIgnoredDuringExecution", [])
        server = next(p for p in objects.servers() if p.service == "survey")
        if not any(t["topologyKey"] == "kubernetes.io/hostname" and
                   labels_match(t["labelSelector"], server.labels)
                   for t in terms):
            yield pod.owner


@holds
def jobs_do_not_run_over_each_other(objects, programs):
    for job in objects.of_kind("CronJob"):
        if job["spec"].get("concurrencyPolicy") != "Forbid":
            yield job["metadata"]["name"]
        if not job["spec"]["jobTemplate"]["spec"].get("activeDeadlineSeconds"):
            yield job["metadata"]["name"] + " may run for ever"


@holds
def failed_backups_are_seen(objects, programs):
    for job in objects.of_kind("CronJob"):
        if job["spec"].get("failedJobsHistoryLimit", 1) < 1:
            yield job["metadata"]["name"]
        template = job["spec"]["jobTemplate"]["spec"]["template"]
        if template["spec"]["restartPolicy"] != "Never":
            yield f"{job['metadata']['name']}: its failures are restarted away"


# The way in from outside.


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
    for route in objects.of_kind("GRPCRoute"):
        for parent in route["spec"]["parentRefs"]:
            gateway = objects.named("Gateway", parent["name"])
            names = [] if gateway is None else [
                each["name"] for each in gateway["spec"]["listeners"]]
            if parent.get("sectionName") not in names:
                yield f"{route['metadata']['name']}: {parent}"


def problems(objects, programs, name):
    try:
        return list(PROPERTIES[name](objects, programs))
    # What is not there to be looked at does not hold.
    except (KeyError, IndexError, TypeError, AttributeError, ValueError,
            StopIteration, yaml.YAMLError) as e:
        return [f"{type(e).__name__}: {e}"]
