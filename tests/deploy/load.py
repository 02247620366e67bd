"""Callers that go on while a pod is stopped, killed and started again, and that
remember what they were told."""

import dataclasses
import queue
import random
import threading
import time

import grpc

import survey_client
from pulsetaker.survey.v1 import response_pb2

TURNED_AWAY = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED)
DEADLINE_SECONDS = 30
PAUSE_SECONDS = 0.005
AGAIN_SECONDS = 0.1


@dataclasses.dataclass
class Target:
    address: str
    credentials: grpc.ChannelCredentials
    server_name: str  # That its certificate must have.


def connect(target):
    """Comes back soon after a restart, and repeats nothing by itself."""
    return grpc.secure_channel(target.address, target.credentials, options=[
        ("grpc.ssl_target_name_override", target.server_name),
        ("grpc.enable_retries", 0),
        ("grpc.use_local_subchannel_pool", 1),
        ("grpc.initial_reconnect_backoff_ms", 100),
        # How long a handshake may take, on a busy machine.
        ("grpc.min_reconnect_backoff_ms", 5000),
        ("grpc.max_reconnect_backoff_ms", 300)])


class Caller(threading.Thread):
    """Calls until it is told to stop; who is turned away calls again.

    `calls` has (begin, end, code) of each.
    """

    def __init__(self, target):
        super().__init__(daemon=True)
        self.target = target
        self.channel = connect(target)
        self.bind()
        self.calls = []
        self.failure = None
        self.turned_away_with = None  # What was said to the last such call.
        self.over = threading.Event()

    def run(self):
        try:
            while not self.over.is_set():
                if self.calls and self.calls[-1][2] != grpc.StatusCode.OK:
                    self.connect_again()
                self.step()
                time.sleep(PAUSE_SECONDS)
        except Exception as failure:  # pylint: disable=broad-except
            self.failure = failure

    def bind(self):
        """Makes what calls over the channel."""

    def connect_again(self):
        """As a program that is started again: a channel may be slow to see that
        its server is back."""
        time.sleep(AGAIN_SECONDS)
        self.channel.close()
        self.channel = connect(self.target)
        self.bind()

    def call(self, method, request):
        """The answer, or None if it was turned away."""
        begin, code, answer = time.monotonic(), grpc.StatusCode.OK, None
        try:
            answer = method(request, timeout=DEADLINE_SECONDS)
        except grpc.RpcError as error:
            code = error.code()
            if code not in TURNED_AWAY:
                raise
            self.turned_away_with = error.details()
        self.calls.append((begin, time.monotonic(), code))
        return answer

    def finish(self):
        self.over.set()
        self.join(2 * DEADLINE_SECONDS)
        self.channel.close()
        if self.failure is not None:
            raise self.failure

    def turned_away_between(self, begin, end):
        return [call for call in self.calls if begin <= call[0] < end and
                call[2] != grpc.StatusCode.OK]

    def answered_between(self, begin, end):
        return [call for call in self.calls if begin <= call[0] < end and
                call[2] == grpc.StatusCode.OK]


class Reader(Caller):
    """Makes one call again and again."""

    def __init__(self, target, method_of, request):
        self.method_of = method_of
        super().__init__(target)
        self.request = request
        self.answers = set()

    def bind(self):
        self.method = self.method_of(self.channel)

    def step(self):
        answer = self.call(self.method, self.request)
        if answer is not None:
            self.answers.add(answer.SerializeToString(deterministic=True))


class Submitter(Caller):
    """Submits for each of its people in turn, each time something else."""

    def __init__(self, target, wave, instrument, people, count):
        super().__init__(target)
        self.wave, self.instrument, self.count = wave, instrument, count
        self.people = people
        self.chance = random.Random(people[0])
        self.turn = 0
        self.pending = None
        self.acknowledged = {number: [] for number in people}

    def bind(self):
        self.api = survey_client.stub(self.channel)

    def step(self):
        if self.pending is None:
            number = self.people[self.turn % len(self.people)]
            self.turn += 1
            answer = survey_client.response(self.instrument, number, self.count,
                                            self.chance)
            answer.name = (f"{self.wave}/responses/"
                           f"{survey_client.person_id(number)}")
            self.pending = number, response_pb2.SubmitResponseRequest(
                response=answer, request_id=survey_client.request_id())
        number, request = self.pending
        # The same request until it is answered: a repeat has no second effect.
        stored = self.call(self.api.SubmitResponse, request)
        if stored is not None:
            self.acknowledged[number].append(stored)
            self.pending = None

    def lost(self, api):
        """Whose acknowledged responses are not there, or there twice."""
        wrong = []
        for number, told in self.acknowledged.items():
            if not told:
                continue
            if api.GetResponse(response_pb2.GetResponseRequest(
                    name=told[-1].name), timeout=DEADLINE_SECONDS) != told[-1]:
                wrong.append(f"{told[-1].name}: not the last one")
            kept = self.revisions(api, told[-1].name)
            if kept != len(told):
                wrong.append(f"{told[-1].name}: {kept} of {len(told)}")
        return wrong

    def count_acknowledged(self):
        return sum(len(told) for told in self.acknowledged.values())

    @staticmethod
    def revisions(api, name):
        count, token = 0, ""
        while True:
            page = api.ListResponseRevisions(
                response_pb2.ListResponseRevisionsRequest(
                    name=name, page_size=100, page_token=token),
                timeout=DEADLINE_SECONDS)
            count += len(page.revisions)
            token = page.next_page_token
            if not token:
                return count


class Uploader(Caller):
    """One upload, in one stream after the other, without an end."""

    def __init__(self, target, wave, instrument, people, count):
        super().__init__(target)
        self.upload = f"{wave}/uploads/load"
        self.instrument, self.count = instrument, count
        self.people = people
        self.watermark = 0
        self.lost = 0
        self.streams = 0

    def bind(self):
        self.api = survey_client.stub(self.channel)

    def row(self, offset):
        number = self.people[offset % len(self.people)]
        return survey_client.row(survey_client.person_id(number),
                                 survey_client.response(
                                     self.instrument, number, self.count,
                                     random.Random(offset)))

    def step(self):
        if self.streams > 0:
            upload = self.call(self.api.GetUpload,
                               response_pb2.GetUploadRequest(name=self.upload))
            if upload is None:
                return
            self.lost += max(0, self.watermark - upload.committed_offset)
            self.watermark = upload.committed_offset
        self.send()

    def send(self):
        """One stream, a frame ahead of what is acknowledged."""
        self.streams += 1
        frames = queue.SimpleQueue()
        begin, code = time.monotonic(), grpc.StatusCode.OK
        frames.put(self.frame(self.watermark))
        try:
            for reply in self.api.StreamResponses(iter(frames.get, None),
                                                  timeout=120):
                self.watermark = reply.committed_offset
                frames.put(None if self.over.is_set() else
                           self.frame(self.watermark))
        except grpc.RpcError as error:
            code = error.code()
            if code not in TURNED_AWAY:
                raise
        finally:
            frames.put(None)
        self.calls.append((begin, time.monotonic(), code))

    def committed(self, api):
        return api.GetUpload(response_pb2.GetUploadRequest(name=self.upload),
                             timeout=DEADLINE_SECONDS).committed_offset

    def frame(self, offset):
        return response_pb2.StreamResponsesRequest(
            upload=self.upload, offset=offset,
            rows=[self.row(offset + n) for n in range(20)])
