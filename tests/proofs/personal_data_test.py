"""P1: what is written of people is nowhere in clear.

Thousands of people with names, organisations and attributes that nobody else
has, with notes and reasons about them, go through all of the survey service:
rosters, responses, invitations, reviews, merges, lists, snapshots, exports,
errors, the closing of a wave, a flush, a compaction and a backup. Then every
file in the folder of the server and in that of the backups, all logs, the page
of metrics and the spans are searched for them: as text, as UTF-16, as hex and as
base64. None of it may be there.

The same on a server that leaves out the sealing must find them in the folder
and in the backup: a search that finds nothing anywhere proves nothing.

PULSETAKER_CANARIES sets how many people there are, 10,000 if it is not set.
"""

import base64
import os
import pathlib
import secrets
import tempfile
import unittest
import urllib.request

import grpc
import survey_client
import system
import trace_test
from pulsetaker.survey.v1 import (backup_service_pb2, backup_service_pb2_grpc,
                                  export_pb2, invitation_pb2,
                                  invitation_service_pb2_grpc, participant_pb2,
                                  people_service_pb2, people_service_pb2_grpc,
                                  quality_service_pb2,
                                  quality_service_pb2_grpc, response_pb2,
                                  wave_pb2)

CANARIES = int(os.environ.get("PULSETAKER_CANARIES", "10000"))
ANSWERING = min(CANARIES, 300)
IMPORT_MAX = 5_000
MERGES = 20
BUG = "PULSETAKER_PLANTED_BUG"

# Every text about a person begins with this, and no other text has it. Upper and
# lower case, so that it has no short way to become an id.
MARK = "Kw" + secrets.token_hex(6).replace("0", "Z")


def text(kind, number):
    return f"{MARK} {kind} {number}"


def forms(mark):
    """What the mark looks like in the encodings that text is put into."""
    found = {"text": mark.encode(), "upper case": mark.upper().encode(),
             "lower case": mark.lower().encode()}
    for order in ("le", "be"):
        found["UTF-16 " + order] = mark.encode("utf-16-" + order)
    for name, raw in list(found.items()):
        found["hex of " + name] = raw.hex().encode()
        found["upper hex of " + name] = raw.hex().upper().encode()
        for shift in range(3):
            # The digits that do not depend on what is before or after.
            digits = base64.b64encode(b"\0" * shift + raw + b"\0" * 3)
            begin = (0, 2, 3)[shift]
            end = (len(raw) + shift) * 8 // 6
            found[f"base64 of {name}, {shift}"] = digits[begin:end]
            found[f"base64url of {name}, {shift}"] = digits[begin:end].replace(
                b"+", b"-").replace(b"/", b"_")
    return found


FORMS = forms(MARK)


def hits(name, content):
    return [f"{form} in {name}" for form, wanted in FORMS.items()
            if wanted in content]


def hits_in(folder):
    found, count, size = [], 0, 0
    for path in sorted(pathlib.Path(folder).rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            count += 1
            size += len(content)
            found += hits(path.relative_to(folder), content)
    return found, count, size


class Run:
    """One server, through which all people go."""

    def __init__(self, case, folder, binary, environment, collector):
        self.case = case
        self.folder = folder
        self.backups = folder / "backups"
        key_file = folder / "root.key"
        key_file.write_text(secrets.token_hex(32) + "\n", encoding="ascii")
        key_file.chmod(0o600)
        self.service = system.Service("survey", folder / "survey", [
            f"--backup_dir={self.backups}", f"--root_key_file={key_file}",
            f"--otlp_endpoint={collector}", "--log_level=debug"])
        former = dict(os.environ)
        os.environ.update(environment)
        system_bin, system.BIN = system.BIN, binary
        try:
            self.service.start()
        finally:
            system.BIN = system_bin
            os.environ.clear()
            os.environ.update(former)

    def go(self):
        with grpc.insecure_channel(self.service.address) as connection:
            self.connection = connection
            self.api = survey_client.stub(connection)
            # The generated roster has two people more.
            self.wave, self.instrument = survey_client.open_wave(
                self.api, "north", "leeds", 1)
            self.import_people()
            self.respond()
            self.flag_and_merge()
            self.invite()
            self.read()
            self.fail()
            survey_client.close_wave(self.api, self.wave)
            for kind in export_pb2.ExportFormat.values()[1:]:
                list(self.api.ExportWave(export_pb2.ExportWaveRequest(
                    name=self.wave, format=kind), timeout=60))
            self.metrics = urllib.request.urlopen(
                f"http://{self.service.admin_address}/metrics").read()
            urllib.request.urlopen(urllib.request.Request(
                f"http://{self.service.admin_address}/compact",
                method="PUT")).read()
            backup_service_pb2_grpc.BackupServiceStub(connection).CreateBackup(
                backup_service_pb2.CreateBackupRequest(
                    request_id=survey_client.request_id()), timeout=120)
        # Reads its own files again, and writes what is still in memory.
        self.service.stop()

    def person(self, number):
        return f"q{number:06d}"

    def participant(self, number):
        return participant_pb2.Participant(
            name=f"{self.wave}/participants/{self.person(number)}",
            display_name=text("name", number),
            organisation=text("firm", number % 50),
            sector=text("sector", number % 9),
            layer=participant_pb2.LAYER_FRONTLINE,
            attributes={"street": text("street", number)},
            invitation=participant_pb2.Participant.INVITATION_INVITED)

    def import_people(self):
        for begin in range(0, CANARIES, IMPORT_MAX):
            end = min(begin + IMPORT_MAX, CANARIES)
            done = self.api.ImportRoster(participant_pb2.ImportRosterRequest(
                parent=self.wave, request_id=survey_client.request_id(),
                participants=[self.participant(i) for i in range(begin, end)]),
                timeout=120)
            self.case.assertEqual(done.created_count, end - begin)

    def respond(self):
        rows = []
        for number in range(ANSWERING):
            answer = response_pb2.Response()
            for network in self.instrument.networks:
                part = answer.network_answers.add(
                    network_id=network.network_id,
                    state=response_pb2.NetworkAnswer.STATE_RESPONDED)
                part.nominations.add(person=self.person((number + 1) % ANSWERING))
            for item in self.instrument.items:
                # All the same: there is something to find and to write of.
                answer.item_answers.add(item_id=item.item_id,
                                        rating=item.scale_min + 1)
            rows.append(survey_client.row(self.person(number), answer))
        for reply in self.api.StreamResponses(survey_client.frames(
                f"{self.wave}/uploads/u", rows, 100), timeout=60):
            self.case.assertFalse(reply.problems)

    def flag_and_merge(self):
        quality = quality_service_pb2_grpc.QualityServiceStub(self.connection)
        quality.CheckQuality(quality_service_pb2.CheckQualityRequest(
            name=self.wave), timeout=60)
        flagged = quality.ListFlaggedResponses(
            quality_service_pb2.ListFlaggedResponsesRequest(
                parent=self.wave, page_size=100), timeout=60).flagged_responses
        self.case.assertGreater(len(flagged), 50)
        for number, response in enumerate(flagged):
            reviewed = quality.ReviewResponse(
                quality_service_pb2.ReviewResponseRequest(
                    name=response.response, revision=response.revision,
                    decision=quality_service_pb2.ReviewResponseRequest.DECISION_KEEP,
                    note=text("note", number),
                    request_id=survey_client.request_id()), timeout=60)
            self.case.assertEqual(reviewed.note, text("note", number))
        people = people_service_pb2_grpc.PeopleServiceStub(self.connection)
        for number in range(MERGES):
            merged = people.MergePeople(people_service_pb2.MergePeopleRequest(
                parent="tenants/north/localities/leeds",
                from_person=f"twin{number}", into_person=self.person(number),
                reason=text("reason", number),
                request_id=survey_client.request_id()), timeout=60)
            self.case.assertEqual(merged.reason, text("reason", number))

    def invite(self):
        invitations = invitation_service_pb2_grpc.InvitationServiceStub(
            self.connection)
        invitations.CreateInvitations(
            invitation_pb2.CreateInvitationsRequest(
                parent=self.wave, request_id=survey_client.request_id(),
                persons=[self.person(i) for i in range(100)],
                ttl={"seconds": 3600}), timeout=60)

    def read(self):
        found = self.api.GetParticipant(participant_pb2.GetParticipantRequest(
            name=f"{self.wave}/participants/{self.person(1)}"), timeout=60)
        self.case.assertEqual(found, self.participant(1))
        listed = self.api.ListParticipants(
            participant_pb2.ListParticipantsRequest(
                parent=self.wave, page_size=1000), timeout=60)
        self.case.assertGreater(len(listed.participants), 1)

    def fail(self):
        """Requests that are refused, with people in them."""
        long = self.participant(1)
        long.display_name = text("name", 1) * 100
        attempts = [
            lambda: self.api.ImportRoster(participant_pb2.ImportRosterRequest(
                parent=self.wave, request_id=survey_client.request_id(),
                participants=[long]), timeout=60),
            lambda: self.api.ImportRoster(participant_pb2.ImportRosterRequest(
                parent=self.wave, request_id=survey_client.request_id(),
                participants=[participant_pb2.Participant(
                    name=f"{self.wave}/participants/{text('id', 1)}")]),
                timeout=60),
            lambda: self.api.GetParticipant(
                participant_pb2.GetParticipantRequest(
                    name=f"{self.wave}/participants/{text('id', 2)}"),
                timeout=60),
            lambda: self.api.GetWave(wave_pb2.GetWaveRequest(
                name=text("wave", 1)), timeout=60),
        ]
        for attempt in attempts:
            with self.case.assertRaises(grpc.RpcError):
                attempt()


class PersonalDataTest(unittest.TestCase):

    def run_once(self, name, binary, environment):
        folder = pathlib.Path(self.folder.name) / name
        folder.mkdir()
        with trace_test.Receiver() as collector:
            port = collector.server.server_address[1]
            run = Run(self, folder, binary, environment,
                      f"http://127.0.0.1:{port}")
            try:
                run.go()
            finally:
                if run.service.process is not None:
                    run.service.process.kill()
                    run.service.process.wait()
            spans = "".join(collector.bodies).encode()
        self.assertGreater(len(spans), 1000, "no spans came")
        self.assertIn(b"pulsetaker", run.metrics)
        return run, spans

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="pulsetaker-p1-")
        self.addCleanup(self.folder.cleanup)

    def test_nothing_personal_is_in_clear(self):
        run, spans = self.run_once("sealed", system.BIN, {})
        found, count, size = hits_in(run.folder)
        found += hits("/metrics", run.metrics) + hits("spans", spans)
        self.assertEqual(found, [])
        self.assertGreater(count, 20)
        print(f"\n{CANARIES} people: 0 hits of {len(FORMS)} forms in {count} "
              f"files of {size} bytes, {len(spans)} bytes of spans and "
              f"{len(run.metrics)} of metrics")

    def test_the_search_finds_what_is_not_sealed(self):
        faulty = system.BIN / "pulsetaker-survey-faulty"
        if not faulty.exists():
            self.skipTest("built without faults")
        binaries = pathlib.Path(self.folder.name) / "bin"
        binaries.mkdir()
        (binaries / "pulsetaker-survey").symlink_to(faulty)
        run, _ = self.run_once("clear", binaries, {BUG: "texts_in_clear"})
        found, _, _ = hits_in(run.folder)
        self.assertTrue([hit for hit in found if "text in survey/" in hit])
        self.assertTrue([hit for hit in found if "text in backups/" in hit])
        print(f"\nwithout sealing: {len(found)} hits")


if __name__ == "__main__":
    unittest.main()
