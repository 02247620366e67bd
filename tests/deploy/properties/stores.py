"""Stores, their one writer, and their backups."""

from properties.registry import holds, quantity
from rendered import environment, labels_match


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


def option(command, name):
    """The word after an option of a command."""
    return command[command.index(name) + 1]


def mounts_of(container, path):
    """The mounts of a container that hold a path."""
    return [m for m in container.get("volumeMounts", [])
            if (path or "").startswith(m["mountPath"].rstrip("/") + "/")
            or path == m["mountPath"]]


@holds
def a_backup_counts_once_it_is_proven(objects, programs):
    for pod in objects.jobs():
        steps = [c["command"][1:] for c in pod.containers]
        if [" ".join(s[:2]) if s[0] == "backup" else s[0] for s in steps] != \
                ["backup create", "prove"]:
            yield f"{pod.owner}: {steps}"
        elif option(steps[1], "--backup") != "latest":
            yield f"{pod.owner}: proves another backup than it made"


@holds
def a_backup_is_proven_where_the_server_puts_it(objects, programs):
    server = next(p for p in objects.servers() if p.service == "survey")
    folder = environment(server.containers[-1]).get("PULSETAKER_BACKUP_DIR")
    claims = {v["persistentVolumeClaim"]["claimName"]
              for v in server.spec.get("volumes", [])
              if "persistentVolumeClaim" in v}
    for pod in objects.jobs():
        step = pod.containers[-1]
        if option(step["command"], "--backup-dir") != folder:
            yield f"{pod.owner}: another folder"
        volumes = {v["name"]: v for v in pod.spec["volumes"]}
        read = [volumes[m["name"]] for m in mounts_of(step, folder)]
        if not read or read[0].get("persistentVolumeClaim", {}).get(
                "claimName") not in claims:
            yield f"{pod.owner}: another volume"


@holds
def a_proof_can_mark_the_backup_and_leaves_the_rest_alone(objects, programs):
    for pod in objects.jobs():
        proof = pod.containers[-1]
        if "--scratch-dir" not in proof["command"]:
            continue
        backups = mounts_of(proof, option(proof["command"], "--backup-dir"))
        scratch = mounts_of(proof, option(proof["command"], "--scratch-dir"))
        if any(m.get("readOnly") for m in backups):
            yield f"{pod.owner}: cannot mark what it proved"
        if not scratch or any(m in backups for m in scratch):
            yield f"{pod.owner}: restores among the backups"
        for each in pod.containers[:-1]:
            if any(m["name"] in ("backups", "scratch")
                   for m in each.get("volumeMounts", [])):
                yield f"{pod.owner}: {each['name']} needs no volume"


@holds
def a_proof_has_room_for_the_whole_store(objects, programs):
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
