"""What a pod of the manifests means for one machine without a cluster.

Every field is translated, or is on a list of those that mean nothing here, or is
an error.
"""

import dataclasses
import math

from fields import Fields, Untranslated
from mounted_secrets import Projection
from properties.registry import quantity

# Where pods go, who may look at the cluster, and when an image is fetched.
OF_THE_CLUSTER = ("affinity", "topologySpreadConstraints", "serviceAccountName")
OF_THE_REGISTRY = ("imagePullPolicy",)
# How pods are replaced, and what becomes of volumes without one.
OF_A_SET = ("serviceName", "selector", "updateStrategy",
            "persistentVolumeClaimRetentionPolicy")
# How many there are, of which here one is run, and how they are replaced.
OF_A_DEPLOYMENT = ("replicas", "selector", "strategy")
# When a job runs, and how long what it did is remembered.
OF_A_SCHEDULE = ("schedule", "timeZone", "concurrencyPolicy",
                 "startingDeadlineSeconds", "successfulJobsHistoryLimit",
                 "failedJobsHistoryLimit")
# What a volume costs. Here it is a folder.
OF_A_CLAIM = ("accessModes", "resources", "storageClassName")


@dataclasses.dataclass
class Probe:
    scheme: str
    path: str
    port: int
    initial_delay: float
    period: float
    timeout: float
    failures: int
    successes: int


@dataclasses.dataclass
class Mount:
    claim: str  # None for a secret, and a folder that ends with the pod.
    volume: str
    path: str
    read_only: bool
    secret: Projection = None


@dataclasses.dataclass
class Container:
    name: str
    image: str  # Without registry and version: the one that the test has staged.
    command: list
    environment: dict
    ports: dict  # By name.
    startup: Probe
    readiness: Probe
    liveness: Probe
    memory_max: int
    read_only_root: bool
    mounts: list


@dataclasses.dataclass
class Pod:
    name: str
    labels: dict
    uid: int
    gid: int
    volumes_gid: int
    grace_seconds: float
    init_containers: list
    containers: list
    attempts: int = 1
    seconds_max: float = None

    @property
    def service(self):
        return self.labels["app.kubernetes.io/name"]

    @property
    def user(self):
        return self.uid, self.gid, self.volumes_gid


def _probe(fields, ports):
    if not fields.left:
        return None
    with fields:
        with fields.inside("httpGet") as get:
            path, port = get.take("path"), get.take("port")
            scheme = get.take("scheme", "HTTP").lower()
        if port not in ports:
            raise Untranslated(f"{fields.where}: no port {port}")
        # What is not said is as Kubernetes has it.
        return Probe(scheme, path, ports[port], fields.take("initialDelaySeconds", 0),
                     fields.take("periodSeconds", 10),
                     fields.take("timeoutSeconds", 1),
                     fields.take("failureThreshold", 3),
                     fields.take("successThreshold", 1))


def _resource(fields, limits):
    with fields.inside("resourceFieldRef") as reference:
        reference.must_be("resource", "limits.cpu")
        reference.must_be("divisor", "1", None)
    return str(math.ceil(_processors(limits["cpu"])))


def _processors(text):
    text = str(text)
    return int(text[:-1]) / 1000 if text.endswith("m") else float(text)


def _environment(container, limits):
    found = {}
    for variable in container.each("env"):
        with variable:
            name, value = variable.take("name"), variable.take("value")
            if value is None:
                with variable.inside("valueFrom") as source:
                    value = _resource(source, limits)
            found[name] = value
    return found


def _security(container):
    """Whether the root is read-only; the rest can be had in one way only."""
    with container.inside("securityContext") as context:
        context.must_be("allowPrivilegeEscalation", False)
        with context.inside("capabilities") as capabilities:
            capabilities.must_be("drop", ["ALL"])
        return context.take("readOnlyRootFilesystem", False)


def _mounts(container, volumes):
    found = []
    for mount in container.each("volumeMounts"):
        with mount:
            name = mount.take("name")
            if name not in volumes:
                raise Untranslated(f"{mount.where}: no volume {name}")
            claim, read_only, secret = volumes[name]
            found.append(Mount(claim, name, mount.take("mountPath"),
                               mount.take("readOnly", False) or read_only,
                               secret))
    return found


def _image(reference):
    return reference.rpartition("/")[2].partition("@")[0].partition(":")[0]


def _container(fields, volumes):
    with fields:
        fields.leave_out(OF_THE_REGISTRY)
        with fields.inside("resources") as resources:
            limits = resources.take("limits")
            resources.take("requests")  # For the choice of a node.
        ports = {}
        for port in fields.each("ports"):
            with port:
                port.must_be("protocol", "TCP", None)
                ports[port.take("name")] = port.take("containerPort")
        command = fields.take("command") + fields.take("args", [])
        return Container(
            fields.take("name"), _image(fields.take("image")), command,
            _environment(fields, limits), ports,
            _probe(fields.inside("startupProbe"), ports),
            _probe(fields.inside("readinessProbe"), ports),
            _probe(fields.inside("livenessProbe"), ports), quantity(limits["memory"]),
            _security(fields), _mounts(fields, volumes))


def _volumes(fields, claims):
    """Name to (claim or None, read only, secret or None)."""
    found = {name: (name, False, None) for name in claims}
    for volume in fields.each("volumes"):
        with volume:
            name = volume.take("name")
            if "ephemeral" in volume.left:
                with volume.inside("ephemeral") as ephemeral, \
                        ephemeral.inside("volumeClaimTemplate") as template:
                    _claim(template)
                found[name] = (None, False, None)
            elif "secret" in volume.left:
                with volume.inside("secret") as secret:
                    # A kubelet mounts it read-only whatever is said.
                    found[name] = (None, True, _projection(secret))
            elif "emptyDir" in volume.left:
                with volume.inside("emptyDir") as folder:
                    folder.take("sizeLimit")
                found[name] = (None, False, None)
            else:
                with volume.inside("persistentVolumeClaim") as claim:
                    found[name] = (claim.take("claimName"),
                                   claim.take("readOnly", False), None)
    return found


def _projection(secret):
    items = {}
    for item in secret.each("items"):
        with item:
            items[item.take("key")] = item.take("path")
    return Projection(secret.take("secretName"),
                      secret.take("defaultMode", 0o644), items or None)


def _claim(fields):
    with fields.inside("metadata") as metadata:
        metadata.take("labels")
        name = metadata.take("name")
    with fields.inside("spec") as spec:
        spec.leave_out(OF_A_CLAIM)
    return name


def _pod(name, template, claims, restart):
    with template, template.inside("spec") as spec:
        spec.leave_out(OF_THE_CLUSTER)
        spec.must_be("restartPolicy", restart)
        # Without these there would be a token, and variables, to be put.
        spec.must_be("automountServiceAccountToken", False)
        spec.must_be("enableServiceLinks", False)
        with spec.inside("securityContext") as context:
            context.must_be("runAsNonRoot", True)
            context.take("fsGroupChangePolicy")  # Folders are small here.
            with context.inside("seccompProfile") as profile:
                profile.must_be("type", "RuntimeDefault")
            users = [context.take(each)
                     for each in ("runAsUser", "runAsGroup", "fsGroup")]
        if 0 in users or None in users:
            raise Untranslated(f"{spec.where}: runs as {users}")
        volumes = _volumes(spec, claims)
        with template.inside("metadata") as metadata:
            labels = metadata.take("labels")
            metadata.take("annotations")
        return Pod(name, labels, *users,
                   spec.take("terminationGracePeriodSeconds", 30),
                   [_container(each, volumes)
                    for each in spec.each("initContainers")],
                   [_container(each, volumes)
                    for each in spec.each("containers")],
                   seconds_max=spec.take("activeDeadlineSeconds"))


def of_stateful_set(declared):
    """The one pod that a set has, its claims named as Kubernetes names them."""
    name = declared["metadata"]["name"]
    with Fields(f"StatefulSet/{name}", declared["spec"]) as spec:
        spec.leave_out(OF_A_SET)
        spec.must_be("replicas", 1)
        claims = []
        for template in spec.each("volumeClaimTemplates"):
            with template:
                claims.append(_claim(template))
        pod = _pod(f"{name}-0", spec.inside("template"), claims, None)
    for container in pod.init_containers + pod.containers:
        for mount in container.mounts:
            if mount.claim in claims:
                mount.claim = f"{mount.claim}-{pod.name}"
    return pod


def of_deployment(declared):
    """One of its pods, by the deployment's name: they are all alike."""
    name = declared["metadata"]["name"]
    with Fields(f"Deployment/{name}", declared["spec"]) as spec:
        spec.leave_out(OF_A_DEPLOYMENT)
        return _pod(name, spec.inside("template"), [], None)


def of_cron_job(declared):
    name = declared["metadata"]["name"]
    with Fields(f"CronJob/{name}", declared["spec"]) as spec:
        spec.leave_out(OF_A_SCHEDULE)
        with spec.inside("jobTemplate") as job, job.inside("spec") as run:
            job.take("metadata")
            retries = run.take("backoffLimit", 6)
            seconds_max = run.take("activeDeadlineSeconds")
            pod = _pod(name, run.inside("template"), [], "Never")
    pod.attempts, pod.seconds_max = 1 + retries, seconds_max
    return pod


def of_pod(declared):
    """One that an operator makes by hand, and that runs to its end."""
    name = declared["metadata"]["name"]
    return _pod(name, Fields(f"Pod/{name}", {
        "metadata": {"labels": declared["metadata"].get("labels", {})},
        "spec": declared["spec"]}), [], "Never")


def of(objects):
    """All pods that objects declare, by name."""
    found = [of_stateful_set(each) for each in objects.of_kind("StatefulSet")]
    found += [of_deployment(each) for each in objects.of_kind("Deployment")]
    found += [of_cron_job(each) for each in objects.of_kind("CronJob")]
    found += [of_pod(each) for each in objects.of_kind("Pod")]
    return {pod.name: pod for pod in found}
