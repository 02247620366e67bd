"""A campaign by invitation over the real binary, as docs/invitations.md has it,
with a restart in the middle."""

import pathlib
import shutil
import tempfile
import unittest

import grpc
import survey_client
import system
from google.protobuf import duration_pb2
from pulsetaker.survey.v1 import (consent_pb2, invitation_pb2,
                                  invitation_service_pb2_grpc, participant_pb2,
                                  response_pb2, wave_pb2)
from survey_client import DEADLINE_SECONDS, request_id

PEOPLE = 25


class InvitationsTest(unittest.TestCase):

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pulsetaker-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.service = system.Service("survey", self.folder)
        self.channel = None
        self.start()
        self.addCleanup(self.stop)

    def start(self):
        self.service.start()
        self.channel = system.channel(self.service.address)
        self.survey = survey_client.stub(self.channel)
        self.api = invitation_service_pb2_grpc.InvitationServiceStub(self.channel)

    def stop(self):
        self.channel.close()
        self.service.stop()

    def call(self, method, request):
        return method(request, timeout=DEADLINE_SECONDS)

    def make_wave(self):
        """Wave 2 of a survey, which asks for consent, open, with a roster."""
        first, instrument = survey_client.open_wave(self.survey, "north", "leeds", 0)
        survey = first.rsplit("/waves/", 1)[0]
        text = self.call(self.api.PublishConsentText,
                         consent_pb2.PublishConsentTextRequest(
                             parent=survey, request_id=request_id(),
                             consent_text=consent_pb2.ConsentText(
                                 texts={"en": "I agree.", "cy": "Cytunaf."})))
        wave = self.call(self.survey.CreateWave, wave_pb2.CreateWaveRequest(
            parent=survey, wave_id="2", request_id=request_id(),
            wave=wave_pb2.Wave(instrument=instrument.name,
                               consent_version=text.version)))
        self.call(self.survey.ImportRoster, participant_pb2.ImportRosterRequest(
            parent=wave.name, request_id=request_id(),
            participants=survey_client.roster(wave.name, PEOPLE)))
        return wave.name

    def answer(self, token):
        """What the page of a respondent does, and whom the answer is of."""
        shown = self.call(self.api.GetQuestionnaire,
                          invitation_pb2.GetQuestionnaireRequest(
                              invitation_token=token, language="cy-GB"))
        self.assertEqual(shown.token_state,
                         invitation_pb2.Questionnaire.TOKEN_STATE_USABLE)
        self.assertEqual(shown.consent_text, "Cytunaf.")
        request = response_pb2.SubmitResponseRequest(
            invitation_token=token, request_id=request_id(),
            response=response_pb2.Response(
                consent_version=shown.consent_version))
        request.response.network_answers.add(
            network_id=shown.instrument.networks[0].network_id,
            state=response_pb2.NetworkAnswer.STATE_RESPONDED_NOBODY)
        return request, self.call(self.survey.SubmitResponse, request)

    def due(self, wave, reminders_before):
        page = self.call(self.api.ListDueReminders,
                         invitation_pb2.ListDueRemindersRequest(
                             parent=wave,
                             min_time_since_contact=duration_pb2.Duration(),
                             max_reminder_count=reminders_before,
                             page_size=1_000))
        self.assertEqual(page.next_page_token, "")
        return [i.name.rsplit("/", 1)[1] for i in page.invitations]

    def test_campaign(self):
        wave = self.make_wave()
        invite = invitation_pb2.CreateInvitationsRequest(
            parent=wave, all_pending=True, request_id=request_id(),
            ttl=duration_pb2.Duration(seconds=3600))
        invited = self.call(self.api.CreateInvitations, invite)
        self.assertEqual(len(invited.invitations), PEOPLE)
        self.call(self.survey.OpenWave, wave_pb2.OpenWaveRequest(
            name=wave, request_id=request_id()))

        answered = {}
        for issued in invited.invitations[:10]:
            request, stored = self.answer(issued.token)
            self.assertTrue(stored.name.endswith(f"/responses/{issued.person}"))
            self.assertEqual(stored.consent_version, 1)
            answered[issued.person] = (request, stored)
        self.stop()
        self.start()

        # What was acknowledged is there, once, and repeats say the same.
        for request, stored in answered.values():
            self.assertEqual(self.call(self.survey.SubmitResponse, request), stored)
            request.request_id = request_id()
            with self.assertRaises(grpc.RpcError) as refused:
                self.call(self.survey.SubmitResponse, request)
            self.assertEqual(system.error_details(refused.exception)[0].reason,
                             "INVITATION_USED")
        again = self.call(self.api.CreateInvitations, invite)
        self.assertEqual(again, invited)

        due = self.due(wave, 0)
        self.assertEqual(due, [i.person for i in invited.invitations[10:]])
        recorded = self.call(self.api.RecordReminders,
                             invitation_pb2.RecordRemindersRequest(
                                 parent=wave, persons=due[:5],
                                 request_id=request_id()))
        self.assertEqual(recorded.recorded_count, 5)
        self.assertEqual(self.due(wave, 0), due[5:])
        self.assertEqual(self.due(wave, 1), due)
        # Those who were reminded answer with the tokens of the repeat.
        tokens = {i.person: i.token for i in again.invitations}
        for person in due[:5]:
            self.answer(tokens[person])
        self.assertEqual(self.due(wave, 1), due[5:])
        closed = survey_client.close_wave(self.survey, wave)
        self.assertEqual(closed.response_count, 15)
        with self.assertRaises(grpc.RpcError) as refused:
            self.due(wave, 1)
        self.assertEqual(system.error_details(refused.exception)[0].reason,
                         "WAVE_NOT_OPEN")
        log = "".join(self.service.log_lines())
        leaked = [t for t in tokens.values() if t in log]
        print(f"{PEOPLE} invited, 15 answered by token, 10 repeats after a "
              f"restart, {len(leaked)} tokens in the log")
        self.assertFalse(leaked)


if __name__ == "__main__":
    unittest.main()
