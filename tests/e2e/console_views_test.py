"""What people do in the console, and what it does when services are slow, gone or
empty: in a browser, with the real gateway and the real services, which ask nobody."""

import csv
import math
import signal
import time
import unittest

import console
import survey_client
import system
from console import NATION, place
from google.protobuf import duration_pb2
from pulsetaker.network.v1 import (network_service_pb2, network_service_pb2_grpc,
                                   what_if_pb2)
from pulsetaker.survey.v1 import (invitation_pb2, invitation_service_pb2_grpc,
                                  participant_pb2, response_pb2, wave_pb2)
from survey_client import DEADLINE_SECONDS, request_id

PEOPLE = 20  # Who are asked in the open wave.
ASKED_AGAIN_SECONDS = 10
ASHBY = place("Ashby", 1)
SOUTH = "#/tenants/south"
# What each view shows when all is well.
VIEWS = {
    "nation": (NATION, "6 places"),
    "place": (place("Ashby"), "The strategic triangle"),
    "answers": (ASHBY + "/answers", "The wave is closed"),
    "network": (ASHBY + "/network", "Who is marked"),
    "waves": (place("Fenwick") + "/compare/1..2", "The innovation went into reverse."),
}
QUESTIONNAIRE = "You may leave out any question"
PICKED = 'section[aria-labelledby="picked"] .buttons bdi'
DEPARTURES = 'table:has(caption:text-is("If they left")) tbody :is(th, td)'


def percent(share):
    """As the page rounds it."""
    return f"{math.floor(100 * share + 0.5)} %"


def line_of(departure):
    """What the page is to say of a network."""
    effect = departure.effect
    paths = percent(effect.before.fragmentation.by_component)
    if effect.HasField("after"):
        paths += f", then {percent(effect.after.fragmentation.by_component)}"
    else:
        paths += f"; what comes of it is not told: {effect.not_measured.detail}"
    core = (f"{effect.core_leaving_count} of {effect.core_count} leave"
            if effect.HasField("core_count") else "-")
    return [departure.network_id, paths, core]


def survey_of(locality):
    return f"{SOUTH}/localities/{locality}/surveys/care"


class ConsoleViewsTest(console.PagesTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.services = cls.enterClassContext(system.System())
        for service in cls.services.services:
            # One that comes back is where it was.
            service.flags.append(f"--listen={service.address}")
        cls.gateway = cls.enterClassContext(console.Gateway(cls.services))
        sample = cls.services.folder / "sample"
        client = cls.services.client
        client("synth", "--preset=sample", "--seed=1", f"--out={sample}")
        client("import", sample, "--survey=sample")
        client("analyze", "--survey=sample", "--all")
        client("assess", "--survey=sample", "--all")
        with open(sample / "people.csv", encoding="utf-8", newline="") as file:
            cls.ids = {row["name"]: row["person_id"] for row in csv.DictReader(file)
                       if row["locality"] == "Ashby"}
        with system.channel(cls.services.survey.address) as connection:
            _, _, tokens = cls.open_wave(connection, "pier")
        cls.views = {**VIEWS, "questionnaire": (f"#/answer/{tokens['p001']}",
                                                QUESTIONNAIRE)}

    def departures_of(self, people):
        """What the network service answers to another caller."""
        with system.channel(self.services.network.address) as connection:
            api = network_service_pb2_grpc.NetworkServiceStub(connection)
            analysis, = api.ListAnalyses(
                network_service_pb2.ListAnalysesRequest(
                    parent="tenants/local/localities/ashby/surveys/sample/waves/1"),
                timeout=DEADLINE_SECONDS).analyses
            return api.SimulateDepartures(
                what_if_pb2.SimulateDeparturesRequest(
                    name=analysis.name,
                    people=what_if_pb2.NamedPeople(persons=people)),
                timeout=DEADLINE_SECONDS).networks

    def test_what_if_they_left_by_mouse_and_by_keyboard(self):
        network = {"hash": ASHBY + "/network", "expect": "Who is marked"}
        read = [{"see": ", then "}, {"read": PICKED}, {"read": DEPARTURES}]
        person, space = {"tab_to": "input[type=checkbox]"}, {"press": "Space"}
        pages = self.walk(
            {**network, "name": "departures-mouse", "steps": [
                {"pick": 2}, {"click": "What if they left?"}, *read]},
            {**network, "name": "departures-keyboard", "steps": [
                person, space, person, space, {"tab_to": "button", "back": True},
                {"press": "Enter"}, *read]},
            {**network, "name": "departures-dark", "dark": True, "widths": [1280],
             "steps": [{"pick": 2}, {"click": "What if they left?"}, *read]})
        self.assertEqual(len(pages), 5)
        for page in pages:
            names, cells = page["read"]
            people = {self.ids[name] for name in names}
            self.assertEqual(len(people), 2, page["name"])
            departures = self.departures_of(people)
            self.assertEqual(len(departures), 7)
            self.assertEqual([cells[i:i + 3] for i in range(0, len(cells), 3)],
                             list(map(line_of, departures)), page["name"])

    @staticmethod
    def open_wave(connection, locality):
        """An open wave with an invitation for everybody: its name, the instrument,
        and {person: token}."""
        api = survey_client.stub(connection)
        first, instrument = survey_client.open_wave(api, "south", locality, 0)
        wave = api.CreateWave(wave_pb2.CreateWaveRequest(
            parent=first.rsplit("/waves/", 1)[0], wave_id="2", request_id=request_id(),
            wave=wave_pb2.Wave(instrument=instrument.name)), timeout=DEADLINE_SECONDS)
        api.ImportRoster(participant_pb2.ImportRosterRequest(
            parent=wave.name, request_id=request_id(),
            participants=survey_client.roster(wave.name, PEOPLE)),
            timeout=DEADLINE_SECONDS)
        invitations = invitation_service_pb2_grpc.InvitationServiceStub(connection)
        issued = invitations.CreateInvitations(
            invitation_pb2.CreateInvitationsRequest(
                parent=wave.name, all_pending=True, request_id=request_id(),
                ttl=duration_pb2.Duration(seconds=3600)),
            timeout=DEADLINE_SECONDS).invitations
        api.OpenWave(wave_pb2.OpenWaveRequest(
            name=wave.name, request_id=request_id()), timeout=DEADLINE_SECONDS)
        return wave.name, instrument, {i.person: i.token for i in issued}

    def test_answers_of_an_open_wave_come_in_by_themselves(self):
        connection = self.enterContext(system.channel(self.services.survey.address))
        api = survey_client.stub(connection)
        wave, instrument, tokens = self.open_wave(connection, "harbour")
        self.assertEqual(len(tokens), PEOPLE)
        waiting = list(tokens.items())

        def answer(count):
            for person, token in waiting[:count]:
                answer = response_pb2.Response()
                for network in instrument.networks:
                    answer.network_answers.add(
                        network_id=network.network_id,
                        state=response_pb2.NetworkAnswer.STATE_RESPONDED_NOBODY)
                api.SubmitResponse(response_pb2.SubmitResponseRequest(
                    invitation_token=token, request_id=request_id(),
                    response=answer), timeout=DEADLINE_SECONDS)
            del waiting[:count]

        soon = ASKED_AGAIN_SECONDS + 3
        page, = self.walk(
            {"name": "open-wave", "hash": survey_of("harbour") + "/waves/2/answers",
             "widths": [390], "expect": f"0 of {PEOPLE}", "steps": [
                 {"see": "The wave is open: answers come in."},
                 {"see": "13 more answers, and hubs may be named."},
                 {"see": "0 people have an invitation, no answer, and no message"},
                 {"tell": "13"}, {"see": f"13 of {PEOPLE}", "within": soon},
                 {"see": "3 more answers, and all roles may be named."},
                 {"tell": "3"}, {"see": f"16 of {PEOPLE}", "within": soon},
                 {"see": "Hubs, gatekeepers and pulsetakers may be named."},
                 {"tell": "close"},
                 {"see": "The wave is closed: no more answers", "within": soon},
                 {"unsee": "Who is due"}]},
            meanwhile={"13": lambda: answer(13), "3": lambda: answer(3),
                       "close": lambda: survey_client.close_wave(api, wave)})
        self.assertEqual(len(waiting), 4)
        self.assertEqual(page["small"], [])

    def test_the_questionnaire_at_any_width(self):
        hash_, whole = self.views["questionnaire"]
        pages = self.walk({"name": "questionnaire", "hash": hash_, "expect": whole,
                           "steps": [{"click": "Begin"},
                                     {"see": "Find somebody by name"}]})
        self.assertEqual(len(pages), 2)

    def recover(self, name, view, title, within, mend):
        """The view says what is wrong, and is whole once that is mended."""
        hash_, whole = self.views[view]
        self.walk({"name": f"{name}-{view}", "hash": hash_, "widths": [390],
                   "within": within, "expect": title, "steps": [
                       {"tell": "mend"}, {"click": "Try again"}, {"see": whole}]},
                  meanwhile={"mend": mend})

    def test_a_view_without_a_service_says_so_and_recovers(self):
        for view, names in {"nation": ["survey", "assessment"],
                            "place": ["survey", "assessment"],
                            "answers": ["survey"],
                            "network": ["survey", "assessment", "network"],
                            "waves": ["survey", "assessment"],
                            "questionnaire": ["survey"]}.items():
            for name in names:
                service = getattr(self.services, name)
                # A respondent knows of no services.
                title = ("There is no answer" if view == "questionnaire" else
                         f"The {name} service does not answer")
                with self.subTest(view=view, service=name):
                    service.stop()
                    try:
                        self.recover(f"gone-{name}", view, title, 30, service.start)
                    finally:
                        if service.process is None:
                            service.start()

    def test_a_view_whose_service_hangs_says_so_and_recovers(self):
        # One that hangs takes connections, and says nothing.
        for view, name in {"nation": "survey", "place": "survey", "answers": "survey",
                           "network": "network", "waves": "survey",
                           "questionnaire": "survey"}.items():
            hanging = getattr(self.services, name).process
            with self.subTest(view=view, service=name):
                hanging.send_signal(signal.SIGSTOP)
                try:
                    begin = time.monotonic()
                    self.recover("hanging", view, "The service takes too long", 30,
                                 lambda: hanging.send_signal(signal.SIGCONT))
                    print(f"{view}: {time.monotonic() - begin:.1f} s in all")
                finally:
                    hanging.send_signal(signal.SIGCONT)

    def test_a_view_that_waits_says_so(self):
        for view, (hash_, whole) in self.views.items():
            slow = self.services.survey.process
            slow.send_signal(signal.SIGSTOP)
            try:
                self.walk(
                    {"name": f"slow-{view}", "hash": hash_, "widths": [390],
                     "expect": "Still waiting for",
                     "steps": [{"tell": "go on"}, {"see": whole}]},
                    meanwhile={"go on": lambda: slow.send_signal(signal.SIGCONT)})
            finally:
                slow.send_signal(signal.SIGCONT)

    def test_a_view_without_data_says_what_is_missing(self):
        with system.channel(self.services.survey.address) as connection:
            api = survey_client.stub(connection)
            survey_client.open_wave(api, "south", "quiet", PEOPLE)
            survey_client.open_wave(api, "south", "unasked", 0)
        quiet, unasked = survey_of("quiet"), survey_of("unasked")
        shown = {
            "nation": ("#/tenants/nobody", "This tenant has no places yet."),
            "unassessed": (SOUTH, "Not assessed"),
            "place": (quiet, "No wave of this survey is assessed yet."),
            "wave": (quiet + "/waves/1", "There is nothing here"),
            "answers": (quiet + "/waves/1/answers", f"0 of {PEOPLE}"),
            "unasked": (unasked + "/waves/1/answers", "Nobody is invited."),
            "no-answers": (quiet + "/waves/9/answers", "There is nothing here"),
            "network": (quiet + "/waves/1/network", "This wave is not assessed yet."),
            "no-network": (quiet + "/waves/9/network", "There is nothing here"),
            "waves": (quiet + "/compare/1..2", "has no assessment"),
            "questionnaire": ("#/answer/none", "This link is not valid"),
        }
        self.walk(*({"name": f"empty-{name}", "hash": hash_, "expect": text,
                     "widths": [390]} for name, (hash_, text) in shown.items()))


if __name__ == "__main__":
    unittest.main()
