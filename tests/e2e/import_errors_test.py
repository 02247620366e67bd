"""Every way that the files of an import can be wrong, through the real client
and service: what it says, its exit code, and that nothing half-written stays."""

import json
import pathlib
import resource
import tempfile
import unittest

import grpc
import survey_client
import system
from pulsetaker.survey.v1 import response_pb2
from survey_client import DEADLINE_SECONDS

OK, BAD_INPUT = 0, 2
PEOPLE = "person_id,locality,name\np1,Ashby,Ann\np2,Ashby,Bob\np3,Ashby,Cy\n"
TIES = ("locality,wave,network,from_person,to_person,weight\n"
        "Ashby,1,work,p1,p2,1\nAshby,1,work,p2,p3,1\n")
ITEMS = "person_id,wave,item_id,answer\np1,1,au1,4\n"
MEBIBYTE = 1 << 20

# Name; which file; what is put at its end, or a function of its text; the words
# that the message must have: file, line, field, value, what is allowed; and how
# many rows are left with --on-error=skip, None where no row can be.
CASES = [
    ("outsider", "ties.csv", "Ashby,1,work,p1,p9,1\n",
     ["ties.csv:4", "to_person", '"p9"', "not in people.csv",
      "--outsiders=keep"], 2),
    ("self-nomination", "ties.csv", "Ashby,1,work,p1,p1,1\n",
     ["ties.csv:4", "to_person", '"p1"', "themselves", "someone else"], 2),
    ("repeated nomination", "ties.csv", "Ashby,1,work,p1,p2,1\n",
     ["ties.csv:4", "to_person", '"p2"', "line 2", "once"], 2),
    ("unknown network", "ties.csv", "Ashby,1,gossip,p1,p2,1\n",
     ["ties.csv:4", "network", '"gossip"', "work, social, innovation"], 2),
    ("weight off the scale", "ties.csv", "Ashby,1,work,p3,p2,7\n",
     ["ties.csv:4", "weight", '"7"', "want"], 2),
    ("rating off the scale", "items.csv", "p2,1,au1,6\n",
     ["items.csv:3", "answer", '"6"', "from 1 to 5"], 2),
    ("missing column", "ties.csv",
     lambda text: text.replace("from_person", "from"),
     ["ties.csv:1", '"from_person"', "missing", "want the columns"], None),
    ("broken UTF-8", "people.csv", b"p4,Ashby,\xff\xfe\n",
     ["people.csv:5", "name", r'"\xff\xfe"', "UTF-8"], 2),
    ("empty file", "people.csv", lambda text: "",
     ["people.csv", "empty", "header line"], None),
    ("cut in a row", "ties.csv", "Ashby,1,work,p3",
     ["ties.csv:4", "cut off", "4 fields", "want 6"], 2),
    ("cut in a quote", "people.csv", 'p4,Ashby,"Dee',
     # Rows may have been swallowed by it, so what is left is not known.
     ["people.csv:5", "name", '"Dee"', "quote"], None),
    ("repeated person", "people.csv", "p1,Ashby,Ann\n",
     ["people.csv:5", "person_id", '"p1"', "line 2"], 2),
    ("100 MB in one line", "ties.csv", "x" * (100 * MEBIBYTE),
     ["ties.csv:4", "1 MiB"], 2),
]


class ImportErrorsTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.system = system.System()
        cls.system.__enter__()
        cls.channel = system.channel(cls.system.survey.address)
        cls.survey = survey_client.stub(cls.channel)
        cls.count = 0

    @classmethod
    def tearDownClass(cls):
        cls.channel.close()
        cls.system.__exit__(None, None, None)

    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="pulsetaker-import-")
        self.folder = pathlib.Path(self.temporary.name)

    def tearDown(self):
        self.temporary.cleanup()

    def write(self, spoiled=None, spoil=""):
        for name, text in [("people.csv", PEOPLE), ("ties.csv", TIES),
                           ("items.csv", ITEMS)]:
            content = text.encode()
            if name == spoiled:
                if callable(spoil):
                    content = spoil(text).encode()
                else:
                    content += spoil if isinstance(spoil, bytes) else spoil.encode()
            (self.folder / name).write_bytes(content)
        # Fixed, so that an unknown network is one; no weight but 1.
        (self.folder / "instrument.json").write_bytes(
            (system.SOURCE / "instruments" / "standard.json").read_bytes())

    def new_tenant(self):
        ImportErrorsTest.count += 1
        return f"tenant{self.count}"

    def run_import(self, tenant, *flags):
        return self.system.client("import", self.folder, "--survey=s",
                                  f"--tenant={tenant}", *flags, check=False)

    def nominations(self, tenant):
        """How many nominations the service has, or None if no wave is there."""
        total = 0
        for person in ("p1", "p2", "p3"):
            try:
                kept = self.survey.GetResponse(response_pb2.GetResponseRequest(
                    name=f"tenants/{tenant}/localities/ashby/surveys/s/waves/1/"
                         f"responses/{person}"), timeout=DEADLINE_SECONDS)
            except grpc.RpcError as error:
                self.assertEqual(error.code(), grpc.StatusCode.NOT_FOUND)
                return None
            total += sum(len(a.nominations) for a in kept.network_answers)
        return total

    def test_stops_and_leaves_nothing(self):
        for name, file, spoil, words, _ in CASES:
            with self.subTest(name):
                self.write(file, spoil)
                tenant = self.new_tenant()
                done = self.run_import(tenant)
                self.assertEqual(done.returncode, BAD_INPUT, done.stderr)
                for word in words:
                    self.assertIn(word, done.stderr)
                self.assertLess(len(done.stderr), 2000)
                self.assertIn("nothing was imported", done.stderr)
                self.assertIsNone(self.nominations(tenant))

    def test_skips_and_counts_both(self):
        for name, file, spoil, words, left in CASES:
            with self.subTest(name):
                self.write(file, spoil)
                tenant = self.new_tenant()
                done = self.run_import(tenant, "--on-error=skip",
                                       "--output=json")
                for word in words:
                    self.assertIn(word, done.stderr)
                if left is None:  # No row of the file can be told apart.
                    self.assertEqual(done.returncode, BAD_INPUT, done.stderr)
                    self.assertIsNone(self.nominations(tenant))
                    continue
                self.assertEqual(done.returncode, OK, done.stderr)
                self.assertEqual(self.nominations(tenant), left)
                text = self.run_import(tenant, "--on-error=skip").stdout
                self.assertIn("skipped 1", text)
                json.loads(done.stdout)

    def test_keeps_outsiders_when_told_to(self):
        self.write("ties.csv", "Ashby,1,work,p1,p9,1\n")
        tenant = self.new_tenant()
        done = self.run_import(tenant, "--outsiders=keep")
        self.assertEqual(done.returncode, OK, done.stderr)
        self.assertIn("1 of them to outsiders", done.stdout)
        self.assertEqual(self.nominations(tenant), 3)

    def test_refuses_a_closed_wave_with_other_answers(self):
        self.write()
        tenant = self.new_tenant()
        self.assertEqual(self.run_import(tenant).returncode, OK)
        again = self.run_import(tenant)
        self.assertEqual(again.returncode, OK)
        self.assertIn("1 unchanged", again.stdout)
        self.write("ties.csv", "Ashby,1,work,p3,p2,1\n")
        done = self.run_import(tenant)
        self.assertEqual(done.returncode, BAD_INPUT, done.stderr)
        for word in ["ties.csv:2", "wave", '"1"', "closed", "want an open wave"]:
            self.assertIn(word, done.stderr)
        self.assertEqual(self.nominations(tenant), 2)

    def test_a_long_line_takes_little_memory(self):
        self.write("ties.csv", "x" * (100 * MEBIBYTE))

        def limit():  # Address space, as a stand-in: the libraries take most.
            resource.setrlimit(resource.RLIMIT_DATA,
                               (200 * MEBIBYTE, 200 * MEBIBYTE))

        done = self.system.client("import", self.folder, "--survey=s",
                                  "--tenant=long", check=False, preexec_fn=limit)
        self.assertEqual(done.returncode, BAD_INPUT, done.stderr)
        self.assertIn("1 MiB", done.stderr)

    def test_says_when_the_service_does_not_answer(self):
        self.write()
        done = self.system.client(
            "import", self.folder, "--survey=s", "--deadline=1s",
            "--survey-address=127.0.0.1:1", check=False)
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn("127.0.0.1:1", done.stderr)


if __name__ == "__main__":
    unittest.main()
