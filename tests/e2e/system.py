"""Starts the real services on free ports, in a folder of their own."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

BIN = pathlib.Path(os.environ["PULSETAKER_BIN"])
SOURCE = pathlib.Path(os.environ["PULSETAKER_SOURCE"])
sys.path.insert(0, os.environ["PULSETAKER_PYTHON"])
SKIPPED = 77  # ctest's SKIP_RETURN_CODE.

import grpc  # noqa: E402
import identity  # noqa: E402

from google.longrunning import operations_pb2, operations_pb2_grpc  # noqa: E402
from google.rpc import error_details_pb2, status_pb2  # noqa: E402

DEADLINE_SECONDS = 120


class Service:
    """One process of one service; `address` once it serves."""

    def __init__(self, name, folder, flags=()):
        self.name = name
        self.folder = pathlib.Path(folder)
        self.flags = list(flags)
        self.process = None
        self.address = None
        self.admin_address = None

    def start(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        log = open(self.folder / "log", "ab")
        start_of_log = log.tell()
        self.process = subprocess.Popen(
            [BIN / f"pulsetaker-{self.name}",
             f"--data_dir={self.folder / 'store'}", "--listen=127.0.0.1:0",
             "--admin_listen=127.0.0.1:0", "--drain=0s", *self.flags],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        log.close()
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            for line in self.log_lines(start_of_log):
                if '"serving"' in line:
                    ready = json.loads(line)
                    self.address = f"127.0.0.1:{ready['grpc_port']}"
                    self.admin_address = f"127.0.0.1:{ready['admin_port']}"
                    return self
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise RuntimeError(f"{self.name} did not start:\n" +
                           "".join(self.log_lines(start_of_log)))

    def log_lines(self, start=0):
        with open(self.folder / "log", "rb") as log:
            log.seek(start)
            return [line.decode(errors="replace") for line in log]

    def stop(self):
        """Asks it to stop, and expects that it does so in good order."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=60)
        self.process = None
        if code != 0:
            raise RuntimeError(f"{self.name} stopped with {code}:\n" +
                               "".join(self.log_lines()[-20:]))


class System:
    """The three services. A context manager: leaves no process and no file."""

    def __init__(self, analysis_threads=2, secure=None):
        """`secure`: an identity.Authority and an identity.Issuer."""
        self.secure = secure
        self.channels = {}
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pulsetaker-e2e-"))
        self.analysis_threads = analysis_threads
        self.services = []

    def __enter__(self):
        try:
            self.survey = self.start("survey")
            self.network = self.start("network", [
                f"--survey_address={self.survey.address}",
                f"--analysis_threads={self.analysis_threads}"])
            self.assessment = self.start("assessment", [
                f"--survey_address={self.survey.address}",
                f"--network_address={self.network.address}"])
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def start(self, name, flags=(), folder=None):
        flags = list(flags)
        if self.secure is not None:
            flags += identity.flags_of(
                *self.secure, f"pulsetaker-{name}",
                trusted=["pulsetaker-network", "pulsetaker-assessment"])
        service = Service(name, self.folder / (folder or name), flags)
        self.services.append(service)
        return service.start()

    def __exit__(self, kind, value, trace):
        failures = []
        for service in reversed(self.services):
            try:
                service.stop()
            except Exception as failure:  # pylint: disable=broad-except
                if service.process is not None:
                    service.process.kill()
                failures.append(failure)
        shutil.rmtree(self.folder, ignore_errors=True)
        if failures and kind is None:
            raise failures[0]

    def secure_channel(self, name, certificate=None):
        """A channel over TLS, with a certificate and its key if given."""
        known = (name, certificate)
        if known not in self.channels:
            parts = [path.read_bytes() for path in certificate or ()]
            self.channels[known] = grpc.secure_channel(
                getattr(self, name).address,
                grpc.ssl_channel_credentials(
                    self.secure[0].ca.read_bytes(), *reversed(parts)))
        return self.channels[known]

    def client(self, *arguments, check=True, **options):
        """Runs the command-line client against these services."""
        environment = dict(
            os.environ,
            PULSETAKER_CONTEXT="none",  # Whatever the developer has.
            PULSETAKER_SURVEY_ADDRESS=self.survey.address,
            PULSETAKER_NETWORK_ADDRESS=self.network.address,
            PULSETAKER_ASSESSMENT_ADDRESS=self.assessment.address)
        done = subprocess.run([BIN / "pulsetaker", *map(str, arguments)],
                              env=environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, **options)
        if check and done.returncode != 0:
            raise RuntimeError(f"pulsetaker {arguments} exited with "
                               f"{done.returncode}:\n{done.stdout}{done.stderr}")
        return done


def channel(address):
    return grpc.insecure_channel(address, options=[
        ("grpc.max_receive_message_length", 64 << 20)])


def wait_for(operation, connection):
    """Polls an operation to its end; returns it, failed or not."""
    stub = operations_pb2_grpc.OperationsStub(connection)
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not operation.done:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{operation.name} does not end")
        time.sleep(0.05)
        operation = stub.GetOperation(
            operations_pb2.GetOperationRequest(name=operation.name),
            timeout=DEADLINE_SECONDS)
    return operation


def error_details(error):
    """The ErrorInfo and the BadRequest of a grpc.RpcError."""
    info, bad_request = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    for key, value in error.trailing_metadata():
        if key == "grpc-status-details-bin":
            for detail in status_pb2.Status.FromString(value).details:
                for message in (info, bad_request):
                    if detail.Is(message.DESCRIPTOR):
                        detail.Unpack(message)
    return info, bad_request
