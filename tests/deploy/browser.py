"""Who calls a gateway of the console: a browser, or the proxy before it, which goes
on while the gateway is stopped, and remembers what it was told."""

import http.client
import json
import socket
import ssl
import threading
import time

TIMEOUT_SECONDS = 30
PAUSE_SECONDS = 0.02
SURVEYS = "/pulsetaker.survey.v1.SurveyService/"


class Connection(http.client.HTTPSConnection):
    """To the address of a pod, by the name that its certificate must have."""

    def __init__(self, pod, ca):
        context = ssl.create_default_context(cafile=str(ca))
        super().__init__(pod.address, pod.container.ports["https"],
                         timeout=TIMEOUT_SECONDS, context=context)
        self.trusted = context
        self.server_name = pod.pod.service
        # As the proxy passes it on.
        self.host_header = pod.container.environment["PULSETAKER_CONSOLE_HOSTS"]

    def connect(self):
        plain = socket.create_connection((self.host, self.port), self.timeout)
        self.sock = self.trusted.wrap_socket(plain,
                                             server_hostname=self.server_name)

    def ask(self, path, message=None, token=None):
        """(status, headers, content) of a file, or of a call with a message."""
        headers = {"Host": self.host_header}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if message is None:
            self.request("GET", path, headers=headers)
        else:
            self.request("POST", path, json.dumps(message), {
                **headers, "Content-Type": "application/json",
                "Connect-Protocol-Version": "1"})
        answer = self.getresponse()
        return answer.status, answer.headers, answer.read()


class Browser(threading.Thread):
    """Makes one call again and again, over a connection that it keeps as long as
    it may.

    `calls` has (begin, end, status) of each, with a sentence for a status where
    there was no answer.
    """

    def __init__(self, pod, ca, path, message=None, token=None):
        super().__init__(daemon=True)
        self.asked = path, message, token
        self.connect = lambda: Connection(pod, ca)
        self.calls = []
        self.connections = 0
        self.over = threading.Event()

    def run(self):
        connection = None
        while not self.over.is_set():
            if connection is None or connection.sock is None:
                connection = self.connect()
                self.connections += 1
            begin = time.monotonic()
            try:
                told = connection.ask(*self.asked)[0]
            except (OSError, http.client.HTTPException) as error:
                told = f"{type(error).__name__}: {error}"
                connection.close()
            self.calls.append((begin, time.monotonic(), told))
            time.sleep(PAUSE_SECONDS)
        if connection is not None:
            connection.close()

    def finish(self):
        self.over.set()
        self.join(2 * TIMEOUT_SECONDS)

    def told_between(self, begin, end):
        """What it was told of calls that began then."""
        return [told for at, _, told in self.calls if begin <= at < end]
