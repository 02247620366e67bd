"""Ways to misplace the root key: mutations.py for it."""

from mutations import breaks, job_pod, pod, server, variable


def prover(objects):
    return job_pod(objects)["containers"][0]


def volume_of(spec):
    return next(v for v in spec["volumes"] if v["name"] == "root-key")


def mount_of(container):
    return next(m for m in container["volumeMounts"]
                if m["name"] == "root-key")


@breaks("who_reads_what_is_sealed_has_the_root_key")
def a_server_makes_a_key_of_its_own(o):
    server(o, "survey")["env"].remove(
        variable(o, "survey", "PULSETAKER_ROOT_KEY_FILE"))


@breaks("who_reads_what_is_sealed_has_the_root_key")
def a_prover_cannot_read_names(o):
    del prover(o)["command"][-2:]


@breaks("who_reads_what_is_sealed_has_the_root_key")
def a_prover_s_key_is_not_mounted(o):
    prover(o)["volumeMounts"].remove(mount_of(prover(o)))


@breaks("who_reads_what_is_sealed_has_the_root_key")
def a_prover_has_another_key(o):
    volume_of(job_pod(o))["secret"]["secretName"] = "root-key"


@breaks("who_reads_what_is_sealed_has_the_root_key")
def the_root_key_s_file_has_another_name(o):
    variable(o, "survey", "PULSETAKER_ROOT_KEY_FILE")["value"] = "/root-key/key"


@breaks("who_reads_what_is_sealed_has_the_root_key")
def the_root_key_may_be_missing(o):
    volume_of(pod(o, "survey"))["secret"]["optional"] = True


@breaks("who_reads_what_is_sealed_has_the_root_key")
def the_root_key_is_in_a_config_map(o):
    volume_of(pod(o, "survey"))["configMap"] = {
        "name": volume_of(pod(o, "survey")).pop("secret")["secretName"]}


@breaks("the_root_key_is_mounted_read_only")
def a_server_could_change_the_key(o):
    mount_of(server(o, "survey"))["readOnly"] = False


@breaks("the_root_key_is_mounted_read_only")
def a_prover_could_change_the_key(o):
    del mount_of(prover(o))["readOnly"]


@breaks("the_root_key_is_not_kept_with_what_it_opens")
def the_key_is_on_the_store_s_volume(o):
    variable(o, "survey", "PULSETAKER_ROOT_KEY_FILE")["value"] = "/data/root.key"


@breaks("the_root_key_is_not_kept_with_what_it_opens")
def the_key_is_among_the_backups(o):
    prover(o)["command"][-1] = "/backups/root.key"


@breaks("the_root_key_is_not_kept_with_what_it_opens")
def the_key_is_mounted_into_the_store(o):
    variable(o, "survey", "PULSETAKER_ROOT_KEY_FILE")[
        "value"] = "/data/root-key/root.key"
    mount_of(server(o, "survey"))["mountPath"] = "/data/root-key"


@breaks("the_root_key_is_for_those_who_need_it_alone")
def who_makes_backups_could_read_names(o):
    job_pod(o)["initContainers"][0]["volumeMounts"].append(mount_of(prover(o)))


@breaks("the_root_key_is_for_those_who_need_it_alone")
def another_service_could_read_names(o):
    pod(o, "network")["volumes"].append(volume_of(pod(o, "survey")))
    server(o, "network")["volumeMounts"].append(mount_of(server(o, "survey")))


@breaks("secrets_are_for_the_pod_s_group_alone")
def everybody_reads_the_root_key(o):
    volume_of(job_pod(o))["secret"]["defaultMode"] = 0o444


@breaks("no_key_is_in_the_environment")
def the_root_key_is_in_the_environment(o):
    server(o, "survey")["env"].append({"name": "ROOT", "value": "0f" * 32})


@breaks("no_key_is_in_the_environment")
def the_root_key_is_taken_into_the_environment(o):
    server(o, "survey")["env"].append(
        {"name": "ROOT", "valueFrom": {"secretKeyRef": {
            "name": "survey-root-key", "key": "root.key"}}})
