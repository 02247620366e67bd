"""The questionnaire in a browser, with the real gateway and the real services: what
somebody with an invitation sees, what they answer, and what of it is kept where."""

import os
import pathlib
import shutil
import signal
import statistics
import tempfile
import unicodedata
import unittest

import answering
import console
import identity
import system
from pulsetaker.survey.v1 import invitation_pb2, response_pb2

PICTURES = pathlib.Path(os.environ["PULSETAKER_PICTURES"])
Answer = response_pb2.NetworkAnswer
Rated = response_pb2.ItemAnswer
WORK = "With whom do you do home care in"
# Steps: what it is, four networks, two pages of statements, and the last look.
STEPS = 8


def plain(name):
    return "".join(letter for letter in unicodedata.normalize("NFD", name.lower())
                   if not unicodedata.combining(letter))


def is_match(query, name):
    words = plain(name).split()
    return all(any(word.startswith(part) for word in words)
               for part in plain(query).split())


def answers_of(response):
    """What a response says, to be compared."""
    networks = {}
    for network in response.network_answers:
        named = {one.person: one.weight for one in network.nominations}
        networks[network.network_id] = (network.state, named)
    items = {item.item_id: (item.rating if item.HasField("rating")
                            else Rated.NonAnswer.Name(item.non_answer))
             for item in response.item_answers}
    return networks, items


def setUpModule():
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)


class Respondent(unittest.TestCase):
    """What somebody does, and what holds wherever they do it."""

    def phone(self, services, ca=None):
        gateway = self.enterContext(console.Gateway(services, ca))
        return self.enterContext(answering.Phone(gateway.base, PICTURES))

    def look(self, phone, name):
        """What holds for every page."""
        seen = phone.act("look", name=name)
        self.assertEqual(seen["violations"], [], name)
        self.assertLessEqual(seen["page_width"], 390, name)
        self.assertEqual(seen["too_wide"], [], name)
        self.assertEqual(seen["small"], [], name)
        self.assertEqual(seen["links"], 0, name)
        for message in phone.act("messages"):
            # A browser says of each call that failed that it did.
            self.assertIn("Failed to load resource", message, name)
        return seen

    def agree(self, phone, hash_):
        phone.open(hash_, "Care at home", "What you say is kept.")
        phone.push("I have read this", "Space")
        phone.push("Begin", "Enter")
        phone.see(WORK)

    def go_on(self, phone, step):
        phone.push("Next", "Enter")
        phone.see(f"Step {step} of {STEPS}")

    def check_wire(self, phone, token):
        """Gives how many names came."""
        for call in phone.calls():
            self.assertNotIn("authorization", call["headers"], call["method"])
            self.assertNotIn(token, str(call["headers"]), call["method"])
            for name in map(answering.name_of, range(30)):
                if call["method"] != "SearchRoster":
                    self.assertNotIn(name.encode(), call["response"])
        found = 0
        for call in phone.calls("SearchRoster"):
            query = invitation_pb2.SearchRosterRequest.FromString(
                call["request"]).query
            self.assertGreaterEqual(len(query), 2)
            for match in invitation_pb2.SearchRosterResponse.FromString(
                    call["response"]).matches:
                self.assertTrue(is_match(query, match.display_name),
                                f"{query}: {match.display_name}")
                found += 1
        return found


class ConsoleAnswerTest(Respondent):

    def setUp(self):
        self.services = self.enterContext(system.System())
        self.channel = self.connect()

    def connect(self):
        return self.enterContext(system.channel(self.services.survey.address))

    def answer_networks(self, phone):
        """Names people in two networks, nobody in the third, skips the fourth."""
        self.look(phone, "2-work")
        phone.find("ád kh", "ArrowDown", "Enter")
        phone.see("Ada Khan is named.", "Named here: 1")
        phone.find("bob")
        self.look(phone, "2-work-found")
        phone.press("ArrowDown", "ArrowDown", "Enter")
        phone.see("Bob Lowe is named.")
        phone.act("type", text="q")
        phone.see("Type another letter.")
        phone.act("type", text="qq")
        phone.see("Nobody who can be named has a name like this.")
        phone.press("Escape")
        self.look(phone, "2-work-named")
        self.go_on(phone, 3)
        phone.see("Name 2 people at most.")
        phone.push("Ada Khan", "Space", group="People you named before")
        phone.find("lowe", "ArrowDown", "Enter")
        phone.see("Ada Lowe is named.")
        phone.act("tab", name="with Ada Lowe")
        phone.act("type", text="4")
        phone.find("moss", "ArrowDown", "Enter")
        phone.see("You have named as many as you can: 2 people.")
        self.look(phone, "3-advice")

    def rate(self, phone):
        for number, keys in enumerate([
                ["Space"], ["Space", *["ArrowRight"] * 4],
                ["Space", *["ArrowRight"] * 5], ["Space", *["ArrowRight"] * 6],
                *[["Space", "ArrowRight"]] * 3]):
            phone.push("1", *keys, group=f"Statement {number}")
        # Taken back, and so not sent.
        phone.push("1", "Space", group="Statement 7")
        phone.push("Take this answer back", "Enter", group="Statement 7")
        self.look(phone, "6-statements")
        self.go_on(phone, 7)
        phone.act("tab", name="Rating", group="Statement 8")
        phone.act("type", text="42")
        self.look(phone, "7-statements")

    def test_an_answer_is_taken_as_it_was_given(self):
        campaign = answering.Campaign(self.channel, "leeds")
        hash_, token = campaign.link("p029")
        phone = self.phone(self.services)
        phone.open(hash_, "Care at home", "What you say is kept.")
        self.look(phone, "1-begin")
        phone.push("Begin", "Enter")
        phone.see("Tick the box to go on.")
        phone.press("Space")
        phone.push("Language of the questions", "ArrowDown")
        phone.see("Cedwir eich ateb.")
        self.look(phone, "1-begin-welsh")
        phone.push("Begin", "Enter")
        phone.see("Gyda phwy rydych chi'n gwneud home care yn Leeds?")
        phone.push("Language of the questions", "ArrowUp")
        phone.see(WORK)

        self.answer_networks(phone)
        # A reload finds everything again, from this device alone.
        kept = phone.act("kept")
        self.assertEqual(len(kept), 1)
        self.assertNotIn(token, str(kept))
        phone.act("reload")
        phone.see(f"Step 3 of {STEPS}", "Named here: 2", "Ada Lowe")
        self.go_on(phone, 4)
        phone.push("I would name nobody here", "Space")
        self.look(phone, "4-ideas")
        self.go_on(phone, 5)
        self.look(phone, "5-support")
        self.go_on(phone, 6)
        self.rate(phone)
        self.go_on(phone, 8)
        phone.see("Ada Khan, Bob Lowe", "Ada Khan, Ada Lowe", "Nobody", "Skipped",
                  "8 of 10 answered")
        seen = self.look(phone, "8-review")
        self.assertIn("Look it over, and send", seen["focus"])
        phone.push("Send", "Enter")
        phone.see("Your answer is in. Thank you.", "It came in on")
        self.look(phone, "9-sent")
        self.assertEqual(phone.act("kept"), {})
        self.assertGreater(self.check_wire(phone, token), 5)

        # What was acknowledged is there after the hardest end that there is.
        self.services.survey.process.kill()
        self.services.survey.process.wait()
        self.services.survey.start()
        campaign.connect(self.connect())
        stored = campaign.response("p029")
        self.assertEqual(stored.revision, 1)
        self.assertEqual(stored.consent_version, 1)
        networks, items = answers_of(stored)
        self.assertEqual(networks, {
            "work": (Answer.STATE_RESPONDED, {"p000": 1, "p007": 1}),
            "advice": (Answer.STATE_RESPONDED, {"p000": 1, "p006": 4}),
            "ideas": (Answer.STATE_RESPONDED_NOBODY, {})})
        self.assertEqual(items, {
            "i0": 1, "i1": 5, "i2": "NON_ANSWER_DONT_KNOW",
            "i3": "NON_ANSWER_NOT_APPLICABLE", "i4": 2, "i5": 2, "i6": 2, "i8": 42})
        again = self.phone(self.services)
        again.open(hash_, "This was answered already. Thank you.")
        self.look(again, "10-answered")

    def test_a_service_that_does_not_answer_while_sending_gets_it_once(self):
        campaign = answering.Campaign(self.channel, "york")
        hash_, _ = campaign.link("p003")
        phone = self.phone(self.services)
        self.agree(phone, hash_)
        self.go_on(phone, 3)
        self.go_on(phone, 4)
        phone.push("I would name nobody here", "Space")
        for step in range(5, STEPS + 1):
            self.go_on(phone, step)
        hanging = self.services.survey.process
        hanging.send_signal(signal.SIGSTOP)
        try:
            phone.push("Send", "Enter")
            phone.see("Still sending.")
            phone.see("The service takes too long", "it counts once", seconds=30)
            self.look(phone, "sending-late")
        finally:
            hanging.send_signal(signal.SIGCONT)
        phone.push("Send again", "Enter")
        phone.see("Your answer is in. Thank you.")
        self.assertEqual(phone.act("kept"), {})
        sent = [response_pb2.SubmitResponseRequest.FromString(call["request"])
                for call in phone.calls("SubmitResponse")]
        self.assertEqual(len(sent), 2)
        self.assertEqual(sent[0], sent[1])
        self.assertEqual(campaign.response("p003").revision, 1)
        self.assertEqual(len(campaign.revisions("p003")), 1)

    def test_a_link_that_cannot_be_answered_says_why(self):
        campaign = answering.Campaign(self.channel, "hull")
        closing = answering.Campaign(self.channel, "bath")
        used, token = campaign.link("p001")
        campaign.call(campaign.survey.SubmitResponse,
                      response_pb2.SubmitResponseRequest(
                          invitation_token=token, request_id=answering.request_id(),
                          response=response_pb2.Response(consent_version=1)))
        closed, _ = closing.link("p001")
        closing.close()
        phone = self.phone(self.services)
        for name, hash_, text in [
                ("invalid", "#/answer/abc", "This link is not valid"),
                ("not-whole", "#/answer/abc.", "This link is not valid"),
                ("changed", used[:-9] + used[-8:] + "A", "This link is not valid"),
                ("used", used, "This was answered already. Thank you."),
                ("closed", closed, "The questions are not open")]:
            phone.open(hash_, text)
            self.look(phone, f"no-{name}")
        for call in phone.calls():
            self.assertNotIn("authorization", call["headers"])

    def test_what_a_device_keeps_can_be_deleted_and_may_be_anything(self):
        campaign = answering.Campaign(self.channel, "derby")
        hash_, _ = campaign.link("p002")
        phone = self.phone(self.services)
        phone.act("begin", dark=True)
        self.agree(phone, hash_)
        phone.find("ada", "ArrowDown", "Enter")
        phone.see("Ada Khan is named.")
        self.look(phone, "dark-work")
        phone.push("If others use this device", "Enter")
        self.look(phone, "dark-on-device")
        phone.push("Delete what this device keeps", "Enter")
        phone.see("What this device kept is deleted.", "I have read this")
        self.assertEqual(phone.act("kept"), {})
        self.look(phone, "dark-deleted")

    def test_names_are_found_in_a_roster_of_5000(self):
        campaign = answering.Campaign(self.channel, "large", count=5_000)
        hash_, token = campaign.link("p029")
        phone = self.phone(self.services)
        self.agree(phone, hash_)
        phone.act("tab", name="Find somebody by name")
        seconds = []
        for letters in ["ad", "fay or", "lowe", "dee nash4", "khan1", "bob"]:
            seconds.append(phone.act("seconds_to_find", text=letters))
            phone.press("Escape", "Escape")
        phone.act("type", text="ad")
        phone.see("The first 20 are shown. Type more letters to find others.")
        self.look(phone, "large-found")
        print(f"5,000 names, from typing to the list: median "
              f"{statistics.median(seconds):.2f} s, most {max(seconds):.2f} s")
        self.assertGreater(self.check_wire(phone, token), 20)
        for call in phone.calls("SearchRoster"):
            self.assertLessEqual(len(
                invitation_pb2.SearchRosterResponse.FromString(
                    call["response"]).matches), 20)


class SecureAnswerTest(Respondent):

    def test_an_invitation_alone_is_enough(self):
        folder = pathlib.Path(self.enterContext(
            tempfile.TemporaryDirectory(prefix="pulsetaker-console-")))
        authority = identity.Authority(folder / "ca")
        issuer = identity.Issuer(folder)
        services = self.enterContext(system.System(secure=(authority, issuer)))
        admin = issuer.token("local", ["tenant_admin"])
        campaign = answering.Campaign(
            services.secure_channel("survey"), "leeds",
            metadata=[("authorization", f"Bearer {admin}")])
        hash_, token = campaign.link("p005")
        phone = self.phone(services, authority.ca)
        self.agree(phone, hash_)
        phone.find("ada", "ArrowDown", "Enter")
        phone.see("Ada Khan is named.")
        for step in range(3, STEPS + 1):
            self.go_on(phone, step)
        phone.push("Send", "Enter")
        phone.see("Your answer is in. Thank you.")
        self.assertGreater(self.check_wire(phone, token), 0)
        self.assertEqual(answers_of(campaign.response("p005"))[0],
                         {"work": (Answer.STATE_RESPONDED, {"p000": 1})})


if __name__ == "__main__":
    unittest.main()
