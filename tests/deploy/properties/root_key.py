"""The root key: a file of a secret that only those have who need it."""

from properties.registry import holds
from properties.stores import mounts_of, option
from properties.trust import mount_of
from rendered import environment

SECRET = "survey-root-key"
FILE = "root.key"
VARIABLE = "PULSETAKER_ROOT_KEY_FILE"
# Commands of the server that read what is sealed.
READERS = ("prove", "restore", "verify")


def root_key_of(container):
    """The path of the file of a container that reads what is sealed; "" if it
    is told none, None if it needs none."""
    command = container["command"]
    if command[0] != "/usr/bin/pulsetaker-survey":
        return None
    if len(command) > 1 and command[1] in READERS:
        return option(command, "--root-key-file") \
            if "--root-key-file" in command else ""
    return environment(container).get(VARIABLE, "")


def places(objects):
    """Each container that reads what is sealed, as (pod, container, path)."""
    for pod in objects.pods():
        for each in pod.containers:
            path = root_key_of(each)
            if path is not None:
                yield pod, each, path


def keys_of(volume):
    """Which key of its secret a volume shows at which path. Where it shows all
    by their names, the one that is meant."""
    secret = volume.get("secret", {})
    return {item["path"]: item["key"] for item in secret.get("items", [])} or \
        {FILE: FILE}


@holds
def who_reads_what_is_sealed_has_the_root_key(objects, programs):
    found = list(places(objects))
    # The server, and what proves its backups.
    wanted = 1 + len(objects.jobs())
    if len(found) != wanted:
        yield f"{len(found)} read what is sealed, want {wanted}"
    for pod, each, path in found:
        where = f"{pod.owner} {each['name']}"
        mount, volume = mount_of(pod, each, path)
        if volume is None or \
                volume.get("secret", {}).get("secretName") != SECRET:
            yield f"{where}: {path!r} is no file of {SECRET}"
            continue
        inside = path[len(mount["mountPath"].rstrip("/")) + 1:]
        if keys_of(volume).get(inside) != FILE:
            yield f"{where}: {SECRET} has no {inside}"
        if volume["secret"].get("optional"):
            yield f"{where}: would do without it"


@holds
def the_root_key_is_mounted_read_only(objects, programs):
    for pod in objects.pods():
        holders = {v["name"] for v in pod.spec.get("volumes", [])
                   if v.get("secret", {}).get("secretName") == SECRET}
        for each in pod.containers:
            for mount in each.get("volumeMounts", []):
                if mount["name"] in holders and mount.get("readOnly") is not True:
                    yield f"{pod.owner} {each['name']}"


@holds
def the_root_key_is_not_kept_with_what_it_opens(objects, programs):
    for pod, each, path in places(objects):
        claims = {v["name"] for v in pod.spec.get("volumes", [])
                  if "secret" not in v} | {
            t["metadata"]["name"] for t in objects.claim_templates(pod)}
        for mount in mounts_of(each, path):
            if mount["name"] in claims:
                yield f"{pod.owner} {each['name']}: {path}"


@holds
def the_root_key_is_for_those_who_need_it_alone(objects, programs):
    readers = [each for _, each, _ in places(objects)]
    for pod in objects.pods():
        for volume in pod.spec.get("volumes", []):
            # All that a volume can be made of, and whatever is projected.
            if SECRET not in str(volume):
                continue
            for each in pod.containers:
                if each not in readers and volume["name"] in {
                        m["name"] for m in each.get("volumeMounts", [])}:
                    yield f"{pod.owner} {each['name']}"
