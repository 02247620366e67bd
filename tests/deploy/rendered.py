"""The objects that a folder of deploy/k8s stands for, as kubectl renders them."""

import pathlib
import re
import subprocess

import yaml

SKIPPED = 77  # ctest's SKIP_RETURN_CODE.
OLDEST_KUBECTL = (1, 21)  # Whose kustomize knows components and patches.
ROOT = pathlib.Path(__file__).resolve().parents[2]
OVERLAYS = {
    "single-node": ROOT / "deploy/k8s/overlays/single-node",
    "regional": ROOT / "deploy/k8s/overlays/regional",
    "everything": ROOT / "tests/deploy/everything",
}


def kubectl_version():
    """(major, minor), or None without a kubectl."""
    try:
        said = subprocess.run(["kubectl", "version", "--client"], check=True,
                              capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r"v(\d+)\.(\d+)\.", said)
    return (int(found[1]), int(found[2])) if found else None


def render(folder):
    done = subprocess.run(["kubectl", "kustomize", str(folder)],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return [each for each in yaml.safe_load_all(done.stdout) if each]


def labels_match(selector, labels):
    """Whether a label selector of Kubernetes takes in these labels."""
    for key, value in selector.get("matchLabels", {}).items():
        if labels.get(key) != value:
            return False
    for term in selector.get("matchExpressions", []):
        if term["operator"] != "In":
            raise ValueError(f"operator {term['operator']}")
        if labels.get(term["key"]) not in term["values"]:
            return False
    return True


class Pod:
    """A pod as a template declares it."""

    def __init__(self, owner, template):
        self.owner = owner  # "StatefulSet/survey".
        self.labels = template["metadata"].get("labels", {})
        self.spec = template["spec"]

    @property
    def containers(self):
        return self.spec.get("initContainers", []) + self.spec["containers"]

    @property
    def service(self):
        return self.labels.get("app.kubernetes.io/name")

    def volume_names(self, claim_templates):
        return {v["name"] for v in self.spec.get("volumes", [])} | {
            t["metadata"]["name"] for t in claim_templates}


def environment(container):
    """Of a container: values of variables that are given as values."""
    return {e["name"]: e["value"] for e in container.get("env", [])
            if "value" in e}


def ports(container):
    return {p["name"]: p["containerPort"] for p in container.get("ports", [])}


class Objects:
    """All objects of one overlay."""

    def __init__(self, objects):
        self.all = objects

    def of_kind(self, kind):
        return [o for o in self.all if o["kind"] == kind]

    def named(self, kind, name):
        for each in self.of_kind(kind):
            if each["metadata"]["name"] == name:
                return each
        return None

    def stateful_sets(self):
        return self.of_kind("StatefulSet")

    def servers(self):
        """The pods of the three services."""
        return [Pod("StatefulSet/" + s["metadata"]["name"],
                    s["spec"]["template"]) for s in self.stateful_sets()]

    def gateways(self):
        """The pods of the console, and of those who answer."""
        return [Pod("Deployment/" + d["metadata"]["name"],
                    d["spec"]["template"]) for d in self.of_kind("Deployment")]

    def serving(self):
        return self.servers() + self.gateways()

    def jobs(self):
        return [Pod("CronJob/" + j["metadata"]["name"],
                    j["spec"]["jobTemplate"]["spec"]["template"])
                for j in self.of_kind("CronJob")]

    def pods(self):
        return self.serving() + self.jobs()

    def claim_templates(self, pod):
        for each in self.stateful_sets():
            if "StatefulSet/" + each["metadata"]["name"] == pod.owner:
                return each["spec"].get("volumeClaimTemplates", [])
        return []
