"""A large real survey through the stream, with the server killed on the way, and
out again by ExportWave: what comes out is what went in.

Reads the folder named by PULSETAKER_REAL_DATA; reports itself as skipped where
that is not set.
"""

import collections
import csv
import json
import os
import pathlib
import signal
import sys
import unittest

import grpc
import survey_client
import system
from pulsetaker.survey.v1 import (instrument_pb2, locality_pb2, participant_pb2,
                                  response_pb2, survey_pb2, wave_pb2)
from survey_client import DEADLINE_SECONDS, request_id

DATA = os.environ.get("PULSETAKER_REAL_DATA")
TENANT = "tenants/karnataka"
ROSTER_MAX = 5000
FRAME_ROWS = 20
# After so many acknowledged rows of all villages together, the server is killed.
KILLS = [2000, 6000]


def rows(name):
    path = pathlib.Path(DATA) / "indian_villages_a" / name
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Survey:
    """What the files say, by village."""

    def __init__(self):
        self.people = collections.defaultdict(list)
        for person in rows("people.csv"):
            self.people[person["locality"]].append(person)
        # ties[village][person][network] = {named}
        self.ties = collections.defaultdict(
            lambda: collections.defaultdict(
                lambda: collections.defaultdict(set)))
        self.networks = []
        for tie in rows("ties.csv"):
            network = tie["network"]
            if network not in self.networks:
                self.networks.append(network)
            self.ties[tie["locality"]][tie["from_person"]][network].add(
                tie["to_person"])

    def respondents(self, village):
        """Who answered, and who is named as answering."""
        asked = {p["person_id"] for p in self.people[village]
                 if p["respondent"] == "1"}
        return sorted(asked | set(self.ties[village]))


class Server:
    """A survey server on one address that comes back after it was killed."""

    def __init__(self, running):
        self.service = running.start("survey", folder="villages")
        self.address = self.service.address
        self.service.flags = [f"--listen={self.address}"]
        self.kills = 0
        self.connect()

    def connect(self):
        self.connection = system.channel(self.address)
        self.api = survey_client.stub(self.connection)

    def kill(self):
        self.service.process.send_signal(signal.SIGKILL)
        self.service.process.wait()
        self.kills += 1
        self.connection.close()

    def restart(self):
        self.service.start()
        self.connect()


@unittest.skipUnless(DATA, "PULSETAKER_REAL_DATA is not set")
class VillagesTest(unittest.TestCase):

    def test_comes_out_as_it_went_in(self):
        self.survey = Survey()
        villages = sorted(self.survey.people)
        self.assertEqual(len(villages), 38)
        with system.System() as running:
            self.server = Server(running)
            self.acknowledged = 0
            self.make_instrument()
            for village in villages:
                wave = self.make_wave(village)
                self.stream(village, wave)
                survey_client.close_wave(self.server.api, wave)
            self.assertEqual(self.server.kills, len(KILLS))
            people = responses = nominations = 0
            for village in villages:
                counts = self.compare(running, village)
                people += counts[0]
                responses += counts[1]
                nominations += counts[2]
        self.assertEqual(people, 35213)
        self.assertEqual(nominations, 155774)
        print(f"\n{len(villages)} localities, {people} people, {responses} "
              f"responses, {nominations} nominations: streamed, the server "
              f"killed {len(KILLS)} times on the way, exported as they went in")

    def make_instrument(self):
        self.server.api.CreateInstrument(instrument_pb2.CreateInstrumentRequest(
            parent=TENANT, instrument_id="villages", request_id=request_id(),
            instrument=instrument_pb2.Instrument(
                display_name="Villages", language="en",
                networks=[instrument_pb2.Network(
                    network_id=network, label=network, wording=network,
                    provenance=instrument_pb2.Network.PROVENANCE_SOURCED,
                    direction=instrument_pb2.Network.DIRECTION_DIRECTED)
                    for network in self.survey.networks])),
            timeout=DEADLINE_SECONDS)

    def make_wave(self, village):
        api = self.server.api
        place = api.CreateLocality(locality_pb2.CreateLocalityRequest(
            parent=TENANT, locality_id=village, request_id=request_id(),
            locality=locality_pb2.Locality(display_name=village)),
            timeout=DEADLINE_SECONDS)
        survey = api.CreateSurvey(survey_pb2.CreateSurveyRequest(
            parent=place.name, survey_id="ties", request_id=request_id(),
            survey=survey_pb2.Survey(display_name="Ties")),
            timeout=DEADLINE_SECONDS)
        wave = api.CreateWave(wave_pb2.CreateWaveRequest(
            parent=survey.name, wave_id="1", request_id=request_id(),
            wave=wave_pb2.Wave(instrument=f"{TENANT}/instruments/villages")),
            timeout=DEADLINE_SECONDS)
        answering = set(self.survey.respondents(village))
        people = [participant_pb2.Participant(
            name=f"{wave.name}/participants/{person['person_id']}",
            invitation=(participant_pb2.Participant.INVITATION_INVITED
                        if person["person_id"] in answering else
                        participant_pb2.Participant.INVITATION_NOT_INVITED),
            attributes={key: person[key] for key in
                        ("household", "gender", "age") if person[key]})
            for person in self.survey.people[village]]
        for first in range(0, len(people), ROSTER_MAX):
            api.ImportRoster(participant_pb2.ImportRosterRequest(
                parent=wave.name, participants=people[first:first + ROSTER_MAX],
                request_id=request_id()), timeout=DEADLINE_SECONDS)
        api.OpenWave(wave_pb2.OpenWaveRequest(
            name=wave.name, request_id=request_id()), timeout=DEADLINE_SECONDS)
        return wave.name

    def response(self, village, person):
        response = response_pb2.Response()
        for network in self.survey.networks:
            named = self.survey.ties[village][person][network]
            answer = response.network_answers.add(
                network_id=network,
                state=(response_pb2.NetworkAnswer.STATE_RESPONDED if named else
                       response_pb2.NetworkAnswer.STATE_RESPONDED_NOBODY))
            for other in sorted(named):
                answer.nominations.add(person=other)
        return response

    def stream(self, village, wave):
        """Sends all responses of a village, however often the server dies."""
        upload = f"{wave}/uploads/all"
        sending = [survey_client.row(person, self.response(village, person))
                   for person in self.survey.respondents(village)]
        committed = 0
        while committed < len(sending):
            committed = self.stream_from(upload, sending, committed)

    def stream_from(self, upload, sending, start):
        """Returns how far the upload is when the stream ends."""
        frames = (response_pb2.StreamResponsesRequest(
            upload=upload, offset=offset,
            rows=sending[offset:offset + FRAME_ROWS])
            for offset in range(start, len(sending), FRAME_ROWS))
        watermark = start
        kills = self.server.kills
        try:
            for reply in self.server.api.StreamResponses(
                    frames, timeout=DEADLINE_SECONDS):
                self.assertFalse(reply.problems)
                self.acknowledged += reply.committed_offset - watermark
                watermark = reply.committed_offset
                if kills < len(KILLS) and self.acknowledged >= KILLS[kills]:
                    self.server.kill()
                    break
        except grpc.RpcError as error:
            self.assertEqual(error.code(), grpc.StatusCode.UNAVAILABLE, error)
        if self.server.kills == kills:
            return watermark
        self.server.restart()
        known = self.server.api.GetUpload(
            response_pb2.GetUploadRequest(name=upload), timeout=DEADLINE_SECONDS)
        self.assertGreaterEqual(known.committed_offset, watermark,
                                "an acknowledged row is lost")
        self.acknowledged += known.committed_offset - watermark
        return known.committed_offset

    def compare(self, running, village):
        """Exports a village; returns its people, responses and nominations."""
        wave = f"{TENANT}/localities/{village}/surveys/ties/waves/1"
        exported = running.client(
            "export", f"--wave={wave}", "--format=json",
            f"--survey-address={self.server.address}").stdout.splitlines()
        lines = collections.defaultdict(list)
        for line in map(json.loads, exported):
            lines[line["type"]].append(line)
        self.assertEqual(
            {p["person"]: p["attributes"] for p in lines["participant"]},
            {p["person_id"]: {key: p[key] for key in
                              ("household", "gender", "age") if p[key]}
             for p in self.survey.people[village]})
        self.assertEqual([r["person"] for r in lines["response"]],
                         self.survey.respondents(village))
        nominations = 0
        for response in lines["response"]:
            self.assertEqual(response["revision"], 1, "a row was taken in twice")
            ties = self.survey.ties[village][response["person"]]
            given = {network: {n["person"] for n in named} for network, named
                     in response["answers"]["networks"].items()}
            self.assertEqual(
                given, {network: ties[network] for network
                        in self.survey.networks})
            nominations += sum(map(len, given.values()))
        return len(lines["participant"]), len(lines["response"]), nominations


if __name__ == "__main__":
    if not DATA:
        print("PULSETAKER_REAL_DATA is not set: skipped")
        sys.exit(system.SKIPPED)
    unittest.main()
