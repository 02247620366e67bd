"""One machine that runs pods as a kubelet does, as far as one can without a
cluster.

A pod has an address of its own on loopback, its volumes are folders, and its
containers run in sandbox.py. Names of services lead to the pods that their
selectors take in. But servers listen on all addresses of the one network that all
pods share here, so a selector that takes in the wrong pods is not noticed:
manifests_test sees to that.
"""

import json
import os
import pathlib
import signal
import ssl
import subprocess
import tempfile
import time
import urllib.request

import grpc

import load
import pod_spec
import sandbox
import seccomp
from mounted_secrets import Secrets
from rendered import labels_match

TRUST = "/trust"  # Where clients find the authority.
# A kubelet asks for the first time at a random moment of the first period.
FIRST_PROBE_SECONDS = 0.5
START_SECONDS = 10


class NotReady(Exception):
    """A pod did not become ready as its probes want it."""


class Killed(Exception):
    """A pod had to be killed: it did not stop in the time that it has."""


def new_folder(parent):
    """That others than root can go into."""
    folder = pathlib.Path(tempfile.mkdtemp(dir=parent))
    folder.chmod(0o755)
    return folder


def unverified():
    """A kubelet does not look at the certificate of what it probes."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def make_volume(folder, gid):
    """Of the pods' group, as a volume is that is given fsGroup."""
    if not folder.exists():
        folder.mkdir(parents=True)
        os.chown(folder, 0, gid)
        folder.chmod(0o2775)


class Node:

    def __init__(self, images, folder, objects):
        """`images` are staged root folders, by the name of the image."""
        self.images = images
        self.folder = pathlib.Path(folder)
        self.pods = pod_spec.of(objects)
        self.secrets = Secrets(self.folder / "secrets", objects)
        self.trust = new_folder(self.folder)
        (self.trust / "ca.crt").write_bytes(self.secrets.ca.read_bytes())
        self.addresses = {name: f"127.0.1.{number}"
                          for number, name in enumerate(sorted(self.pods), 1)}
        self.running = []
        self.hosts = self.folder / "hosts"
        self.hosts.write_text("127.0.0.1 localhost\n" + "".join(
            f"{address} {service['metadata']['name']}\n"
            for service in objects.of_kind("Service")
            for name, address in self.addresses.items()
            if labels_match({"matchLabels": service["spec"]["selector"]},
                            self.pods[name].labels)))

    def claim(self, name):
        """The folder of a claim: it is there whatever becomes of pods."""
        return self.folder / "claims" / name

    def launch(self, pod, container, scratch):
        """Starts a container. In `scratch` are the volumes that end with its
        pod."""
        binds = [(self.hosts, "/etc/hosts", True)]
        for mount in container.mounts:
            volume = (scratch / mount.volume if mount.claim is None else
                      self.claim(mount.claim))
            if mount.secret is None:
                make_volume(volume, pod.volumes_gid)
            elif not volume.exists():
                self.secrets.mount(volume, mount.secret, pod.volumes_gid)
            binds.append((volume, mount.path, mount.read_only))
        started = Running(self, pod, container, binds)
        self.running.append(started)
        return started

    def start(self, name):
        """Starts a pod that serves. It may be a while until it is ready."""
        pod = self.pods[name]
        assert len(pod.containers) == 1 and not pod.init_containers, pod
        return self.launch(pod, pod.containers[0], new_folder(self.folder))

    def run_job(self, name):
        """Runs a job to its end: (whether it succeeded, what its containers
        wrote)."""
        pod, said = self.pods[name], []
        deadline = time.monotonic() + pod.seconds_max
        for _ in range(pod.attempts):
            if self._run_once(pod, deadline, said):
                return True, said
        return False, said

    def _run_once(self, pod, deadline, said):
        scratch = new_folder(self.folder)
        for container in pod.init_containers + pod.containers:
            run = self.launch(pod, container, scratch)
            code = run.process.wait(deadline - time.monotonic())
            said.append((container.name, code, run.log.read_text()))
            if code != 0:
                return False
        return True

    def client(self, name, words, binds=(), token=None, **environment):
        """Runs a program of the services' image in a pod like `name`, to its
        end."""
        pod = self.pods[name]
        environment = {"PULSETAKER_CA": f"{TRUST}/ca.crt",
                       "PULSETAKER_TOKEN": token or self.secrets.token(),
                       **environment}
        binds = [(self.trust, TRUST, True), *binds]
        root = sandbox.own_root(self.images["pulsetaker"],
                                new_folder(self.folder) / "root",
                                [inside for _, inside, _ in binds])
        return subprocess.run(
            sandbox.command(root, words, pod.user, environment=environment,
                            binds=[(self.hosts, "/etc/hosts", True), *binds]),
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False)

    def close(self):
        for each in self.running:
            if each.process.poll() is None:
                each.process.kill()  # The sandbox dies with it.
            each.process.wait()


class Running:
    """A container that was started."""

    def __init__(self, node, pod, container, binds):
        self.node, self.pod, self.container = node, pod, container
        self.address = node.addresses[pod.name]
        folder = new_folder(node.folder)
        self.log = folder / "log"
        root = sandbox.own_root(node.images[container.image], folder / "root",
                                [inside for _, inside, _ in binds[1:]])
        with tempfile.TemporaryFile() as filter_file, \
                open(self.log, "wb") as log:
            filter_file.write(seccomp.program())
            filter_file.seek(0)
            said, says = os.pipe()
            command = sandbox.command(
                root, container.command, pod.user,
                environment=container.environment, binds=binds,
                read_only_root=container.read_only_root,
                options=("--info-fd", str(says),
                         "--seccomp", str(filter_file.fileno())))
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                pass_fds=(says, filter_file.fileno()))
        os.close(says)
        with open(said, "rb") as info:
            told = info.read()
        if not told:
            raise NotReady(f"{pod.name}: {self.log.read_text()}")
        self.pid = json.loads(told)["child-pid"]

    @property
    def target(self):
        """Whom to call, as whom, and by which name it is to prove itself."""
        credentials = grpc.composite_channel_credentials(
            grpc.ssl_channel_credentials(self.node.secrets.ca.read_bytes()),
            grpc.access_token_call_credentials(self.node.secrets.token()))
        return load.Target(f"{self.address}:{self.container.ports['grpc']}",
                           credentials, self.pod.service)

    def serves(self, probe):
        """Asks once, as its probe says."""
        try:
            with urllib.request.urlopen(
                    f"{probe.scheme}://{self.address}:{probe.port}{probe.path}",
                    timeout=probe.timeout, context=unverified()) as answer:
                return 200 <= answer.status < 400
        except OSError:
            return False

    def _pass(self, name, probe):
        time.sleep(probe.initial_delay + FIRST_PROBE_SECONDS)
        successes, failures = 0, 0
        while True:
            if self.process.poll() is not None:
                raise NotReady(f"{self.pod.name} ended with "
                               f"{self.process.returncode}:\n"
                               f"{self.log.read_text()}")
            if self.serves(probe):
                successes, failures = successes + 1, 0
            else:
                successes, failures = 0, failures + 1
            if successes == probe.successes:
                return
            if failures == probe.failures:
                raise NotReady(f"{self.pod.name}: {name} failed {failures} "
                               f"times\n{self.log.read_text()}")
            time.sleep(probe.period)

    def wait_until_ready(self):
        """Asks as its probes say, the one of the start first, if it has one."""
        if self.container.startup is not None:
            self._pass("startupProbe", self.container.startup)
        self._pass("readinessProbe", self.container.readiness)

    def status(self):
        """What the kernel says of the process."""
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            return dict(line.rstrip("\n").split(":\t", 1) for line in file
                        if ":\t" in line)

    def can_write(self, path):
        """Whether its mounts let anybody write there, whoever it is."""
        probe = pathlib.Path(f"/proc/{self.pid}/root{path}/.probe")
        try:
            probe.touch()
        except OSError:
            return False
        probe.unlink()
        return True

    def stop(self):
        """Ends it as a kubelet does. Returns (exit code, seconds)."""
        begin = time.monotonic()
        os.kill(self.pid, signal.SIGTERM)
        try:
            code = self.process.wait(self.pod.grace_seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Killed(f"{self.pod.name} did not stop in "
                         f"{self.pod.grace_seconds} s") from None
        return code, time.monotonic() - begin

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        self.process.wait()
