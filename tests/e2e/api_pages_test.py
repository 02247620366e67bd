"""The pages of docs/api are true: each example is run, from the command line and
through the Python client, and every method of every service has one."""

import contextlib
import importlib
import json
import pathlib
import re
import shlex
import unittest

import survey_client
import system
from google.longrunning import operations_pb2, operations_pb2_grpc
from google.protobuf import json_format
from google.protobuf import symbol_database

PAGES = system.SOURCE / "docs" / "api"
PROTOS = system.SOURCE / "proto"
DEADLINE_SECONDS = 60
REFERENCE = re.compile(r"\$\{([A-Za-z]+)((?:\.[A-Za-z0-9_]+)+)\}")


SERVERS = ["survey", "network", "assessment"]


def contracts():
    """The files that declare our services."""
    return sorted(PROTOS.glob("pulsetaker/*/v1/*_service.proto"))


def services():
    """Name of each service of the packages -> its server, descriptor and stub. A
    package without a server of its own is one that every server has: there is
    None, and an example says which one."""
    found = {}
    for path in contracts():
        package = path.parts[-3]
        module = f"pulsetaker.{package}.v1.{path.stem}_pb2"
        descriptors = importlib.import_module(module).DESCRIPTOR.services_by_name
        stubs = importlib.import_module(module + "_grpc")
        for name, descriptor in descriptors.items():
            found[name] = (package if package in SERVERS else None, descriptor,
                           getattr(stubs, name + "Stub"))
    return found


def callable_services():
    """The same with that of Google's, which every server has, too."""
    operations = operations_pb2.DESCRIPTOR.services_by_name["Operations"]
    return services() | {
        "Operations": (None, operations, operations_pb2_grpc.OperationsStub)}


class Example:
    """One `pulsetaker call`, and what its answer must contain."""

    def __init__(self, section, command):
        words = shlex.split(command.replace("\\\n", " "))
        if words[:2] != ["pulsetaker", "call"] or len(words) < 3:
            raise ValueError(f"{section}: not an example: {command}")
        words = words[2:]
        self.options = words[:2] if words[0] == "--at" else []
        words = words[len(self.options):]
        self.section = section
        self.service, self.method = words[0].split(".")
        self.server = callable_services()[self.service][0]
        if (self.server is None) != bool(self.options):
            raise ValueError(f"{section}: --at is for what every server has")
        self.server = self.server or self.options[1]
        self.requests = words[1:] or ["{}"]
        self.wanted = None


def examples(page):
    """The examples of a page, in their order."""
    found = []
    section = ""
    parts = re.split(r"^(## [^\n]*|```(?:sh|json)\n.*?^```)$",
                     page.read_text(encoding="utf-8"), flags=re.M | re.S)
    for part in parts:
        if part.startswith("## "):
            section = part[3:].strip()
        elif part.startswith("```sh\n"):
            found.append(Example(section, part[6:-3]))
        elif part.startswith("```json\n"):
            found[-1].wanted = [
                json.loads(text) for text in split_json(part[8:-3])]
    return found


def split_json(text):
    """The JSON documents of a text, one after the other."""
    decoder = json.JSONDecoder()
    at = 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        _, end = decoder.raw_decode(text, at)
        yield text[at:end]
        at = end


def differences(wanted, given, path=""):
    """What is in `wanted` and not in `given`."""
    if wanted == "...":
        return [] if given is not None else [f"{path} is missing"]
    if isinstance(wanted, dict) and isinstance(given, dict):
        return [problem for key, value in wanted.items() for problem in
                differences(value, given.get(key), f"{path}.{key}")]
    if isinstance(wanted, list) and isinstance(given, list):
        if len(wanted) != len(given):
            return [f"{path} has {len(given)} entries, want {len(wanted)}: {given}"]
        return [problem for i, value in enumerate(wanted) for problem in
                differences(value, given[i], f"{path}[{i}]")]
    return [] if wanted == given else [f"{path} is {given!r}, want {wanted!r}"]


class Page:
    """Runs the examples of one page on a server of its own."""

    def __init__(self, test, path):
        self.test = test
        self.path = path
        self.answers = {}

    def fill(self, request):
        """Puts fields of former answers where the request refers to them."""
        def value(match):
            found = self.answers[match.group(1)]
            for key in match.group(2)[1:].split("."):
                found = found[int(key)] if key.isdigit() else found[key]
            return str(found)
        return REFERENCE.sub(value, request)

    def run(self, running):
        found = examples(self.path)
        self.test.assertTrue(found, f"{self.path} has no examples")
        with contextlib.ExitStack() as stack:
            connections = {
                server: stack.enter_context(
                    system.channel(getattr(running, server).address))
                for server in SERVERS}
            for example in found:
                with self.test.subTest(page=self.path.name, method=example.method,
                                       section=example.section):
                    self.run_example(running, connections[example.server],
                                     example)

    def run_example(self, running, connection, example):
        requests = [self.fill(request) for request in example.requests]
        name = f"{example.service}.{example.method}"
        done = running.client("call", *example.options, name, *requests)
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        through_python = self.call(connection, example, requests)
        if example.wanted is not None:
            wanted = json.loads(self.fill(json.dumps(example.wanted)))
            for given in (answers, through_python):
                self.test.assertFalse(differences(wanted, given), name)
        # A repeat of a change is told what the first call was told, but how far
        # an operation is.
        repeated = [json.loads(request).get("request_id") for request in requests]
        moves_on = {"done", "metadata"}
        if all(repeated) and answers and not moves_on & answers[0].keys():
            self.test.assertEqual(answers, through_python, name)
        if answers:
            self.answers[example.method] = answers[-1]

    def call(self, connection, example, requests):
        _, descriptor, stub = callable_services()[example.service]
        method = descriptor.methods_by_name[example.method]
        request_type = symbol_database.Default().GetPrototype(method.input_type)
        messages = [json_format.Parse(text, request_type()) for text in requests]
        call = getattr(stub(connection), example.method)
        # This version of the descriptors does not say what streams.
        streams = re.search(
            rf"rpc {example.method}\((stream )?\w+\) returns \((stream )?",
            contract_of(example))
        client_streams, server_streams = streams.groups() if streams else (None,) * 2
        given = call(iter(messages) if client_streams else messages[0],
                     timeout=DEADLINE_SECONDS)
        answers = list(given) if server_streams else [given]
        return [json_format.MessageToDict(answer, preserving_proto_field_name=True)
                for answer in answers]


def contract_of(example):
    """The text of our contracts that declare the service: none of Operations."""
    texts = [path.read_text(encoding="utf-8") for path in contracts()]
    return "\n".join(text for text in texts
                     if f"service {example.service} " in text)


class ApiPagesTest(unittest.TestCase):

    def test_every_method_has_an_example(self):
        for service, (_, descriptor, _) in services().items():
            page = PAGES / f"{service}.md"
            self.assertTrue(page.exists(), f"{page} is missing")
            shown = {(e.service, e.method) for e in examples(page)
                     if e.section == e.method}
            for method in descriptor.methods_by_name:
                self.assertIn((service, method), shown,
                              f"{page.name} has no example of {method}")

    def test_examples_do_what_they_say(self):
        pages = sorted(p for p in PAGES.glob("*.md") if p.stem in services())
        self.assertTrue(pages)
        for path in pages:
            kind = {"NetworkService": TwoWavesAnswered,
                    "AssessmentService": TwoWavesToAssess}.get(path.stem, SurveyOnly)
            with kind() as running:
                Page(self, path).run(running)


class SurveyOnly(system.System):
    """Just the survey service, on a fresh store."""

    def __enter__(self):
        self.survey = self.start(
            "survey", [f"--backup_dir={self.folder / 'backups'}"])
        # No example asks the other two; the client wants an address of them.
        self.network = self.assessment = self.survey
        return self


class TwoWavesAnswered(system.System):
    """The survey service, with two closed waves of 60 people in the survey `care`
    of the locality `leeds`, and the network service, which has seen nothing."""

    def __enter__(self):
        self.survey = self.assessment = self.start("survey")
        self.network = self.start(
            "network", [f"--survey_address={self.survey.address}"])
        with system.channel(self.survey.address) as connection:
            api = survey_client.stub(connection)
            wave, instrument = survey_client.open_wave(api, "north", "leeds", 60)
            survey_client.answer_and_close(api, wave, instrument, 60, None, 1)
            survey = wave.rpartition("/waves/")[0]
            survey_client.next_wave(api, survey, 2, instrument, seed=2)
        return self


class TwoWavesToAssess(TwoWavesAnswered):
    """The same, seven more places with a closed wave of 40 people in a survey
    `care`, and the assessment service, which has seen nothing."""

    def __enter__(self):
        super().__enter__()
        with system.channel(self.survey.address) as connection:
            api = survey_client.stub(connection)
            for n in range(7):
                survey_client.whole_survey(api, "north", f"place-{n}", 40, seed=n)
        self.assessment = self.start(
            "assessment", [f"--survey_address={self.survey.address}",
                           f"--network_address={self.network.address}"])
        return self


if __name__ == "__main__":
    unittest.main()
