"""What pods may do, what they run, and how much room they have."""

import re

from properties.registry import UID, holds, quantity
from rendered import environment, labels_match


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
                # Where a secret is, and what is no secret, may be said.
                if re.search("PASSWORD|SECRET|TOKEN|PRIVATE|_KEY", name) and \
                        not re.search("_(FILE|ISSUER|AUDIENCE)$", name) and \
                        not re.match("/|https://", environment(each)[name]):
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
        if each["kind"] in ("ServiceAccount", "StatefulSet", "Deployment", "Service",
                            "CronJob", "HTTPRoute",
                            "PodDisruptionBudget", "PersistentVolumeClaim", "PodMonitor",
                            "PrometheusRule", "ConfigMap", "Issuer", "Certificate",
                            "BackendTLSPolicy"):
            if each["metadata"].get("labels", {}).get(
                    "app.kubernetes.io/part-of") != "pulsetaker":
                yield f"{each['kind']}/{each['metadata']['name']}"


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
    versions = {each.rpartition(":")[2] for each in images}
    if len(versions) != 1:
        yield str(sorted(images))
    for pod in objects.pods():
        wanted = "pulsetaker-console" if pod.owner.startswith("Deployment/") \
            else "pulsetaker"
        for each in pod.containers:
            if each["image"].rpartition(":")[0] != wanted:
                yield f"{pod.owner} {each['name']}: {each['image']}"


@holds
def containers_run_programs_of_the_image(objects, programs):
    for pod in objects.pods():
        for each in pod.containers:
            command = each.get("command", [""])
            if pod.owner.startswith("Deployment/"):
                known = command == programs.gateway
            else:
                known = command[0] in programs.paths
            if not known:
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
    for pod in objects.serving():
        keys = [c["topologyKey"] for c in
                pod.spec.get("topologySpreadConstraints", [])
                if labels_match(c["labelSelector"], pod.labels)]
        if "kubernetes.io/hostname" not in keys:
            yield pod.owner


@holds
def every_server_has_a_budget_that_lets_nodes_drain(objects, programs):
    for pod in objects.serving():
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
