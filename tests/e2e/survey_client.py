"""Brings a whole survey in through the API, as a partner's program would."""

import json
import random
import uuid
import zlib

import system  # noqa: F401  Sets the path of the generated code.
from google.protobuf import json_format
from pulsetaker.survey.v1 import (instrument_pb2, locality_pb2, participant_pb2,
                                  response_pb2, survey_pb2, survey_service_pb2_grpc,
                                  wave_pb2)

DEADLINE_SECONDS = 60
SECTORS = ["council", "health", "voluntary", "police"]
LAYERS = [participant_pb2.LAYER_SYSTEMIC, participant_pb2.LAYER_SECTORAL,
          participant_pb2.LAYER_FRONTLINE, participant_pb2.LAYER_PUBLIC]


def request_id():
    return str(uuid.uuid4())


def stub(connection):
    return survey_service_pb2_grpc.SurveyServiceStub(connection)


def standard_instrument():
    with open(system.SOURCE / "instruments" / "standard.json",
              encoding="utf-8") as file:
        return json_format.ParseDict(json.load(file), instrument_pb2.Instrument())


def person_id(number):
    return f"p{number:03d}"


def roster(wave, count):
    """`count` invited people, and two who are on the roster but not asked."""
    people = []
    for number in range(count + 2):
        people.append(participant_pb2.Participant(
            name=f"{wave}/participants/{person_id(number)}",
            display_name=f"Person {number}",
            organisation=f"organisation-{number % 7}",
            sector=SECTORS[number % len(SECTORS)],
            layer=LAYERS[(number // 3) % len(LAYERS)],
            invitation=(participant_pb2.Participant.INVITATION_INVITED
                        if number < count else
                        participant_pb2.Participant.INVITATION_NOT_INVITED)))
    return people


def response(instrument, number, count, chance):
    """A seeded answer: low numbers are popular, so there is something to find."""
    answer = response_pb2.Response()
    for network in instrument.networks:
        named = set()
        while len(named) < 5:
            other = int(count * chance.random() ** 2)
            if other != number:
                named.add(other)
        part = answer.network_answers.add(
            network_id=network.network_id,
            state=response_pb2.NetworkAnswer.STATE_RESPONDED)
        for other in sorted(named):
            part.nominations.add(person=person_id(other))
    for item in instrument.items:
        answer.item_answers.add(
            item_id=item.item_id,
            rating=chance.randint(item.scale_min, item.scale_max))
    return answer


def row(person, answer):
    payload = answer.SerializeToString()
    return response_pb2.UploadRow(person=person, response=payload,
                                  crc32=zlib.crc32(payload))


def open_wave(api, tenant, locality, count, instrument=None):
    """Makes all there is above the responses. Returns the wave's name and the
    instrument."""
    instrument = instrument or standard_instrument()
    parent = f"tenants/{tenant}"
    place = api.CreateLocality(locality_pb2.CreateLocalityRequest(
        parent=parent, locality_id=locality, request_id=request_id(),
        locality=locality_pb2.Locality(display_name=locality.title())),
        timeout=DEADLINE_SECONDS)
    kept = api.CreateInstrument(instrument_pb2.CreateInstrumentRequest(
        parent=parent, instrument_id=f"standard-{locality}",
        request_id=request_id(), instrument=instrument),
        timeout=DEADLINE_SECONDS)
    survey = api.CreateSurvey(survey_pb2.CreateSurveyRequest(
        parent=place.name, survey_id="care", request_id=request_id(),
        survey=survey_pb2.Survey(display_name="Care at home")),
        timeout=DEADLINE_SECONDS)
    return open_next_wave(api, survey.name, 1, kept, count), kept


def open_next_wave(api, survey, number, instrument, count):
    """Opens one more wave of a survey, with a roster. Returns its name."""
    wave = api.CreateWave(wave_pb2.CreateWaveRequest(
        parent=survey, wave_id=str(number), request_id=request_id(),
        wave=wave_pb2.Wave(instrument=instrument.name)), timeout=DEADLINE_SECONDS)
    imported = api.ImportRoster(participant_pb2.ImportRosterRequest(
        parent=wave.name, participants=roster(wave.name, count),
        request_id=request_id()), timeout=DEADLINE_SECONDS)
    assert imported.created_count == count + 2, imported
    opened = api.OpenWave(wave_pb2.OpenWaveRequest(
        name=wave.name, request_id=request_id()), timeout=DEADLINE_SECONDS)
    assert opened.state == wave_pb2.Wave.STATE_OPEN
    return wave.name


def frames(upload, rows, size=20):
    for offset in range(0, len(rows), size):
        yield response_pb2.StreamResponsesRequest(
            upload=upload if offset == 0 else "", offset=offset,
            rows=rows[offset:offset + size])


def close_wave(api, wave):
    return api.CloseWave(wave_pb2.CloseWaveRequest(
        name=wave, request_id=request_id()), timeout=DEADLINE_SECONDS)


def whole_survey(api, tenant, locality, count=60, answering=None, seed=1,
                 arrival=None):
    """A closed wave with answers of the first `answering` people, in their order
    or in the one that the seed `arrival` gives."""
    wave, instrument = open_wave(api, tenant, locality, count)
    return answer_and_close(api, wave, instrument, count, answering, seed,
                            arrival)


def next_wave(api, survey, number, instrument, count=60, seed=1):
    """One more closed wave of a survey, which all have answered."""
    wave = open_next_wave(api, survey, number, instrument, count)
    return answer_and_close(api, wave, instrument, count, None, seed)


def answer_and_close(api, wave, instrument, count, answering, seed,
                     arrival=None):
    chance = random.Random(seed)
    rows = [row(person_id(n), response(instrument, n, count, chance))
            for n in range(count if answering is None else answering)]
    if arrival is not None:
        random.Random(arrival).shuffle(rows)
    verdicts = []
    for reply in api.StreamResponses(
            frames(f"{wave}/uploads/first", rows), timeout=DEADLINE_SECONDS):
        verdicts.extend(reply.verdicts)
        assert not reply.problems, reply
    assert verdicts == [response_pb2.ROW_VERDICT_STORED] * len(rows), verdicts
    return close_wave(api, wave)
