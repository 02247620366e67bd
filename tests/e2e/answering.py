"""A wave that can be answered by invitation, and the phone of somebody who does."""

import base64
import json
import pathlib
import subprocess

import system  # noqa: F401  Sets the path of the generated code.
from google.protobuf import duration_pb2
from pulsetaker.survey.v1 import (consent_pb2, instrument_pb2, invitation_pb2,
                                  invitation_service_pb2_grpc, locality_pb2,
                                  participant_pb2, response_pb2, survey_pb2,
                                  survey_service_pb2_grpc, wave_pb2)
from survey_client import DEADLINE_SECONDS, person_id, request_id

FIRST = ["Ada", "Bob", "Cai", "Dee", "Eve", "Fay"]
LAST = ["Khan", "Lowe", "Moss", "Nash", "Orr"]
RATED = 10


def name_of(number):
    first, last = FIRST[number % 6], LAST[number // 6 % 5]
    # Past the 30 names that are different by themselves.
    return f"{first} {last}" if number < 30 else f"{first} {last}{number}"


def instrument():
    asked = instrument_pb2.Instrument(display_name="Whom you turn to", language="en")
    for network_id, wording, options in [
            ("work", "With whom do you do {service} in {place}?", {}),
            ("advice", "To whom do you turn for advice?",
             {"weight_min": 1, "weight_max": 5, "nomination_cap": 2}),
            ("ideas", "With whom do you kick around ideas?", {}),
            ("support", "Whose support do you need?", {})]:
        asked.networks.add(
            network_id=network_id, label=network_id, wording=wording,
            provenance=instrument_pb2.Network.PROVENANCE_DESIGN,
            direction=instrument_pb2.Network.DIRECTION_DIRECTED, **options)
    for number in range(RATED):
        asked.items.add(
            item_id=f"i{number}", wording=f"Statement {number}",
            kind=instrument_pb2.Item.KIND_CORNER,
            corner=instrument_pb2.CORNER_VALUE,
            scale_min=0 if number == 8 else 1, scale_max=100 if number == 8 else 5)
    welsh = asked.translations.add(language="cy", display_name="At bwy")
    for network, wording in zip(asked.networks, [
            "Gyda phwy rydych chi'n gwneud {service} yn {place}?", "At bwy am gyngor?",
            "Gyda phwy am syniadau?", "Cefnogaeth pwy?"]):
        welsh.networks.add(network_id=network.network_id, label=network.label,
                           wording=wording)
    for item in asked.items:
        welsh.items.add(item_id=item.item_id, wording=f"Gosodiad {item.item_id}")
    return asked


class Campaign:
    """An open wave with a roster, which asks for consent."""

    def __init__(self, channel, place, count=30, tenant="local", metadata=()):
        self.metadata = list(metadata)
        self.connect(channel)
        self.make(f"tenants/{tenant}", place, count)

    def connect(self, channel):
        self.survey = survey_service_pb2_grpc.SurveyServiceStub(channel)
        self.invitations = invitation_service_pb2_grpc.InvitationServiceStub(channel)

    def call(self, method, request):
        return method(request, timeout=DEADLINE_SECONDS, metadata=self.metadata)

    def make(self, parent, place, count):
        locality = self.call(
            self.survey.CreateLocality, locality_pb2.CreateLocalityRequest(
                parent=parent, locality_id=place, request_id=request_id(),
                locality=locality_pb2.Locality(display_name=place.title())))
        asked = self.call(
            self.survey.CreateInstrument, instrument_pb2.CreateInstrumentRequest(
                parent=parent, instrument_id=f"turn-to-{place}",
                request_id=request_id(), instrument=instrument()))
        survey = self.call(self.survey.CreateSurvey, survey_pb2.CreateSurveyRequest(
            parent=locality.name, survey_id="care", request_id=request_id(),
            survey=survey_pb2.Survey(display_name="Care at home",
                                     service_field="home care")))
        consent = self.call(
            self.invitations.PublishConsentText,
            consent_pb2.PublishConsentTextRequest(
                parent=survey.name, request_id=request_id(),
                consent_text=consent_pb2.ConsentText(
                    texts={"en": "What you say is kept.", "cy": "Cedwir eich ateb."})))
        self.wave = self.call(self.survey.CreateWave, wave_pb2.CreateWaveRequest(
            parent=survey.name, wave_id="1", request_id=request_id(),
            wave=wave_pb2.Wave(instrument=asked.name,
                               consent_version=consent.version))).name
        self.call(self.survey.ImportRoster, participant_pb2.ImportRosterRequest(
            parent=self.wave, request_id=request_id(), participants=[
                participant_pb2.Participant(
                    name=f"{self.wave}/participants/{person_id(number)}",
                    display_name=name_of(number),
                    organisation=f"Organisation {number % 7}", sector="council",
                    layer=participant_pb2.LAYER_FRONTLINE,
                    invitation=participant_pb2.Participant.INVITATION_INVITED)
                for number in range(count)]))
        self.call(self.survey.OpenWave, wave_pb2.OpenWaveRequest(
            name=self.wave, request_id=request_id()))

    def link(self, person):
        """The hash of the page for one person, and the token in it."""
        issued = self.call(
            self.invitations.CreateInvitations,
            invitation_pb2.CreateInvitationsRequest(
                parent=self.wave, persons=[person], request_id=request_id(),
                ttl=duration_pb2.Duration(seconds=3600)))
        token = issued.invitations[0].token
        return f"#/answer/{token}", token

    def close(self):
        self.call(self.survey.CloseWave, wave_pb2.CloseWaveRequest(
            name=self.wave, request_id=request_id()))

    def response(self, person):
        return self.call(self.survey.GetResponse, response_pb2.GetResponseRequest(
            name=f"{self.wave}/responses/{person}"))

    def revisions(self, person):
        return list(self.call(
            self.survey.ListResponseRevisions,
            response_pb2.ListResponseRevisionsRequest(
                name=f"{self.wave}/responses/{person}")).revisions)


class Phone:
    """A browser at the width of a phone; each method is one that
    console_answer.mjs has. A context manager."""

    def __init__(self, base, pictures):
        self.process = subprocess.Popen(
            ["node", pathlib.Path(__file__).with_name("console_answer.mjs"), base,
             pictures], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        self.act("begin")
        return self

    def __exit__(self, kind, value, trace):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(timeout=60)

    def act(self, action, **options):
        self.process.stdin.write(json.dumps({"do": action, **options}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the browser ended at {action}")
        answer = json.loads(line)
        if "failed" in answer:
            raise AssertionError(answer["failed"])
        return answer["done"]

    def see(self, *texts, seconds=20):
        for text in texts:
            self.act("see", text=text, seconds=seconds)

    def open(self, hash_, *texts):
        self.act("go", hash=hash_)
        self.see(*texts)

    def press(self, *keys):
        self.act("press", keys=keys)

    def push(self, name, *keys, group=""):
        """Goes to a control by the keyboard, and presses keys on it."""
        self.act("tab", name=name, group=group)
        self.press(*keys)

    def find(self, letters, *keys):
        """Types letters where names are found."""
        self.act("tab", name="Find somebody by name")
        self.act("type", text=letters)
        self.see("found.")
        self.press(*keys)

    def calls(self, method=None):
        """Each call of the page: method, headers, and the bytes on the wire."""
        return [dict(call, request=base64.b64decode(call["request"]),
                     response=base64.b64decode(call.get("response", "")))
                for call in self.act("calls")
                if method in (None, call["method"])]
