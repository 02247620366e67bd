"""TLS, tokens and keys: who proves to whom who it is, and what may be seen."""

import re

from properties.callers import callers_of
from properties.registry import holds, seconds
from rendered import environment

TLS_VARIABLES = {
    "server": ("PULSETAKER_TLS_CERTIFICATE", "PULSETAKER_TLS_KEY",
               "PULSETAKER_TLS_CA"),
    "client": ("PULSETAKER_CA",)}
CALLER_VARIABLES = ("PULSETAKER_CLIENT_CERTIFICATE", "PULSETAKER_CLIENT_KEY")
TOKENS_OF_CALLERS = {"PULSETAKER_TOKEN", "PULSETAKER_TOKEN_FILE"}
TOKEN_VARIABLES = ("PULSETAKER_TOKEN_KEYS", "PULSETAKER_TOKEN_ISSUER",
                   "PULSETAKER_TOKEN_AUDIENCE")
# Everyone but the owner and the pod's group is kept out.
SECRET_MODE_MAX = 0o440
LEAF_MAX = "2160h"


def mount_of(pod, container, path):
    """The mount that a path is in, and its volume; (None, None) if there is
    none."""
    volumes = {v["name"]: v for v in pod.spec.get("volumes", [])}
    for mount in container.get("volumeMounts", []):
        if path.startswith(mount["mountPath"].rstrip("/") + "/"):
            return mount, volumes.get(mount["name"])
    return None, None


def certificates(objects):
    """By the name of their secret: those of servers and callers."""
    return {c["spec"]["secretName"]: c["spec"]
            for c in objects.of_kind("Certificate") if not c["spec"].get("isCA")}


def calls(container):
    """Whether a container calls servers and is none itself."""
    said = environment(container)
    return "PULSETAKER_LISTEN" not in said and any(
        name.endswith("_ADDRESS") for name in said)


def names_in(pod, variable):
    """What a server is told in a list of names."""
    said = environment(pod.containers[-1]).get(variable, "")
    return {name for name in said.split(",") if name}


def certificate_of(objects, pod, container, path):
    """The Certificate that a file is of; None if it is of none."""
    _, volume = mount_of(pod, container, path)
    return certificates(objects).get(
        (volume or {}).get("secret", {}).get("secretName"))


def network_name(objects, service):
    """By which a service is known to others, in its certificate."""
    space = objects.of_kind("Namespace")[0]["metadata"]["name"]
    return f"{service}.{space}.svc"


@holds
def every_server_and_every_caller_speaks_tls(objects, programs):
    for pod in objects.pods():
        for each in pod.containers:
            said = environment(each)
            role = "server" if "PULSETAKER_LISTEN" in said else "client"
            if role == "client" and not calls(each):
                continue
            for name in TLS_VARIABLES[role]:
                if not said.get(name, "").startswith("/"):
                    yield f"{pod.owner} {each['name']}: {name}"


@holds
def nothing_is_said_in_plain_text(objects, programs):
    for pod in objects.pods():
        for each in pod.containers:
            if "PULSETAKER_ALLOW_PLAIN_TEXT" in {
                    e["name"] for e in each.get("env", [])}:
                yield f"{pod.owner} {each['name']}"


@holds
def files_of_trust_are_secrets_that_are_mounted_read_only(objects, programs):
    for pod in objects.pods():
        for each in pod.containers:
            for name, value in environment(each).items():
                if not re.search("TLS_|TOKEN_|CLIENT_|_CA$|_KEYS?$", name) or \
                        not value.startswith("/"):
                    continue
                mount, volume = mount_of(pod, each, value)
                if mount is None or volume is None or "secret" not in volume:
                    yield f"{pod.owner} {each['name']}: {name} is in no secret"
                elif not mount.get("readOnly"):
                    yield f"{pod.owner} {each['name']}: {name} can be written"


@holds
def secrets_are_for_the_pod_s_group_alone(objects, programs):
    for pod in objects.pods():
        for volume in pod.spec.get("volumes", []):
            if "secret" not in volume:
                continue
            modes = [volume["secret"].get("defaultMode", 0o644)] + [
                item["mode"] for item in volume["secret"].get("items", [])
                if "mode" in item]
            if any(mode & ~SECRET_MODE_MAX for mode in modes):
                yield f"{pod.owner}: {volume['name']}"


@holds
def no_key_is_in_the_environment(objects, programs):
    for pod in objects.pods():
        for each in pod.containers:
            where = f"{pod.owner} {each['name']}"
            if each.get("envFrom"):
                yield f"{where}: all of an object"
            for variable in each.get("env", []):
                if "secretKeyRef" in variable.get("valueFrom", {}):
                    yield f"{where}: {variable['name']}"
                if re.search(r"PRIVATE KEY|^ey[\w-]+\.ey|^[0-9a-fA-F]{64}\s*$",
                             variable.get("value", "")):
                    yield f"{where}: {variable['name']}"


@holds
def every_server_asks_who_calls(objects, programs):
    for pod in objects.servers():
        said = environment(pod.containers[-1])
        for name in TOKEN_VARIABLES:
            if not said.get(name):
                yield f"{pod.owner}: {name}"
        if not re.match(r"/|https://", said["PULSETAKER_TOKEN_KEYS"]):
            yield f"{pod.owner}: keys come over {said['PULSETAKER_TOKEN_KEYS']}"


@holds
def those_who_ask_for_tokens_ask_for_the_same(objects, programs):
    found = {tuple(environment(pod.containers[-1])[name]
                   for name in TOKEN_VARIABLES) for pod in objects.servers()}
    if len(found) != 1:
        yield str(sorted(found))


@holds
def services_trust_those_that_call_them_and_no_others(objects, programs):
    for pod in objects.servers():
        said = names_in(pod, "PULSETAKER_TRUSTED_SERVICES")
        wanted = {network_name(objects, name)
                  for name in set(callers_of(objects, pod)) &
                  set(programs.services)}
        if said != wanted:
            yield f"{pod.owner}: {sorted(said)}, want {sorted(wanted)}"


@holds
def servers_take_the_jobs_that_call_them_for_operators_and_no_others(
        objects, programs):
    for pod in objects.servers():
        said = names_in(pod, "PULSETAKER_TRUSTED_OPERATORS")
        wanted = {network_name(objects, job.service) for job in objects.jobs()
                  if job.service in callers_of(objects, pod)}
        if said != wanted:
            yield f"{pod.owner}: {sorted(said)}, want {sorted(wanted)}"


@holds
def a_job_calls_with_a_certificate_of_its_own(objects, programs):
    for pod in objects.jobs():
        for each in pod.containers:
            said = environment(each)
            if not calls(each):
                continue
            # Somebody would have to renew it.
            for name in sorted(TOKENS_OF_CALLERS & set(said)):
                yield f"{pod.owner} {each['name']}: {name}"
            for name in CALLER_VARIABLES:
                made = certificate_of(objects, pod, each, said.get(name, ""))
                if made is None or \
                        network_name(objects, pod.service) not in made["dnsNames"]:
                    yield f"{pod.owner} {each['name']}: {name}"


@holds
def a_caller_s_certificate_serves_nobody_and_has_one_name(objects, programs):
    for pod in objects.jobs():
        made = certificates(objects)[f"{pod.service}-tls"]
        if sorted(made["usages"]) != ["client auth", "digital signature"]:
            yield f"{pod.owner}: {made['usages']}"
        if made["dnsNames"] != [network_name(objects, pod.service)] or \
                made.get("ipAddresses"):
            yield f"{pod.owner}: {made['dnsNames']}"


@holds
def certificates_have_the_names_that_callers_use(objects, programs):
    for pod in objects.servers():
        path = environment(pod.containers[-1])["PULSETAKER_TLS_CERTIFICATE"]
        _, volume = mount_of(pod, pod.containers[-1], path)
        made = certificates(objects)[volume["secret"]["secretName"]]
        for name in (pod.service, network_name(objects, pod.service)):
            if name not in made["dnsNames"]:
                yield f"{pod.owner}: {name}"
        others = [name for name in made["dnsNames"]
                  if name.split(".")[0] not in (pod.service, "localhost")]
        if others:
            yield f"{pod.owner}: {others}"


@holds
def a_key_is_for_its_pod_alone(objects, programs):
    for pod in objects.pods():
        for volume in pod.spec.get("volumes", []):
            name = volume.get("secret", {}).get("secretName")
            if name in certificates(objects) and name != f"{pod.service}-tls":
                yield f"{pod.owner}: {volume['name']}"
        if any(v.get("secret", {}).get("secretName") == "pulsetaker-ca"
               for v in pod.spec.get("volumes", [])):
            yield f"{pod.owner}: the key of the authority"


@holds
def certificates_are_renewed_in_time_and_with_new_keys(objects, programs):
    for name, made in certificates(objects).items():
        lifetime = seconds(made["duration"])
        if lifetime > seconds(LEAF_MAX) or \
                seconds(made["renewBefore"]) * 4 < lifetime:
            yield f"{name}: {made['duration']}, {made['renewBefore']}"
        if made["privateKey"].get("rotationPolicy") != "Always":
            yield f"{name}: keeps its key"


@holds
def certificates_come_from_an_issuer_that_is_there(objects, programs):
    for each in objects.of_kind("Certificate"):
        reference = each["spec"]["issuerRef"]
        issuer = objects.named("Issuer", reference["name"])
        if reference.get("kind") != "Issuer" or issuer is None:
            yield each["metadata"]["name"]
        # Who signs their own certificate is trusted by nobody else.
        elif "selfSigned" in issuer["spec"] and not each["spec"].get("isCA"):
            yield f"{each['metadata']['name']}: signs itself"
    secrets = {c["spec"]["secretName"] for c in objects.of_kind("Certificate")}
    for issuer in objects.of_kind("Issuer"):
        authority = issuer["spec"].get("ca", {}).get("secretName")
        if authority is not None and authority not in secrets:
            yield f"{issuer['metadata']['name']}: {authority}"


@holds
def the_gateway_checks_which_server_it_calls(objects, programs):
    made = {name: spec["dnsNames"]
            for name, spec in certificates(objects).items()}
    for route in objects.of_kind("GRPCRoute") + objects.of_kind("HTTPRoute"):
        for rule in route["spec"]["rules"]:
            for backend in rule["backendRefs"]:
                found = [p["spec"]["validation"]
                         for p in objects.of_kind("BackendTLSPolicy")
                         for target in p["spec"]["targetRefs"]
                         if (target["kind"], target["name"]) ==
                         ("Service", backend["name"])]
                if len(found) != 1 or found[0]["hostname"] not in \
                        made[f"{backend['name']}-tls"] or \
                        not found[0].get("caCertificateRefs"):
                    yield f"{route['metadata']['name']}: {backend['name']}"
