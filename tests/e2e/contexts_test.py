"""Contexts of the command-line client, against services with TLS and tokens."""

import os
import pathlib
import stat
import subprocess
import tempfile
import unittest

import identity
import system

OK, USAGE, REFUSED, UNREACHABLE = 0, 1, 3, 4
LIST = ("call", "SurveyService.ListLocalities", '{"parent": "tenants/north"}')


class ContextsTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="pulsetaker-contexts-")
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        cls.authority = identity.Authority(cls.folder / "authority")
        cls.issuer = identity.Issuer(cls.folder)
        cls.system = cls.enterClassContext(
            system.System(secure=(cls.authority, cls.issuer)))
        cls.addresses = [
            f"--{each.name}-address=localhost:{each.address.split(':')[1]}"
            for each in (cls.system.survey, cls.system.network,
                         cls.system.assessment)]

    def setUp(self):
        home = tempfile.TemporaryDirectory(dir=self.folder)
        self.addCleanup(home.cleanup)
        self.home = pathlib.Path(home.name)
        self.contexts = self.home / "pulsetaker/contexts.json"
        self.token = self.home / "token"
        self.put_token("north")

    def put_token(self, tenant):
        self.token.write_text(
            self.issuer.token(tenant, ["tenant_admin"]) + "\n")

    def run_client(self, *words, **environment):
        """(exit code, what it wrote)"""
        clean = {name: value for name, value in os.environ.items()
                 if not name.startswith("PULSETAKER_")}
        done = subprocess.run(
            [system.BIN / "pulsetaker", *map(str, words)],
            env={**clean, "XDG_CONFIG_HOME": str(self.home), **environment},
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False)
        return done.returncode, done.stdout + done.stderr

    def login(self, name, *words):
        return self.run_client("login", name, "--tenant=north", *self.addresses,
                               *words)

    def login_north(self):
        code, said = self.login("north", "--ca", self.authority.ca,
                                "--token-file", self.token)
        self.assertEqual(code, OK, said)
        return said

    def test_a_context_is_kept_tried_and_used(self):
        said = self.login_north()
        self.assertEqual(said.count("  serving\n"), 3, said)
        self.assertEqual(stat.S_IMODE(self.contexts.stat().st_mode), 0o600)
        kept = self.contexts.read_text()
        self.assertIn(str(self.token), kept)
        self.assertNotIn(self.token.read_text().strip(), kept)
        self.assertEqual(self.run_client(*LIST)[0], OK)
        self.assertIn("* north", self.run_client("contexts")[1])

    def test_a_token_is_read_each_time(self):
        self.login_north()
        self.put_token("south")
        self.assertEqual(self.run_client(*LIST)[0], REFUSED)
        token = self.issuer.token("north", ["tenant_admin"])
        self.assertEqual(self.run_client(*LIST, PULSETAKER_TOKEN=token)[0], OK)
        self.assertEqual(self.run_client(
            *LIST, "--token-file", self.token, PULSETAKER_TOKEN=token)[0],
            REFUSED)

    def test_one_is_current_until_another_one_is(self):
        self.login_north()
        self.assertEqual(
            self.login("blind", "--ca", self.authority.ca)[0], OK)
        self.assertEqual(self.run_client(*LIST)[0], REFUSED)
        self.assertEqual(self.run_client(*LIST, "--context=north")[0], OK)
        self.assertEqual(self.run_client(*LIST, PULSETAKER_CONTEXT="north")[0],
                         OK)
        self.assertEqual(self.run_client("use", "north")[0], OK)
        self.assertEqual(self.run_client(*LIST)[0], OK)
        self.assertEqual(self.run_client("logout", "north")[0], OK)
        self.assertTrue(self.token.exists())
        code, said = self.run_client(*LIST, "--context=north")
        self.assertEqual(code, USAGE)
        self.assertIn("there are: blind", said)
        self.assertEqual(self.run_client("use", "north")[0], USAGE)
        self.assertEqual(self.run_client("use", "none")[0], OK)
        self.assertNotIn("*", self.run_client("contexts")[1])

    def test_whoever_is_not_trusted_is_not_called(self):
        other = identity.Authority(self.home / "other")
        code, said = self.login("north", "--ca", other.ca)
        self.assertEqual(code, UNREACHABLE, said)
        self.assertIn("not all services", said)
        # In plain text nobody answers.
        code, said = self.login("plain")
        self.assertEqual(code, UNREACHABLE, said)

    def test_what_cannot_be_used_is_not_kept(self):
        for words, wanted in (
                (("--token-file", self.token), "never sent in plain text"),
                (("--ca", "/absent"), "--ca: cannot read /absent"),
                (("--ca", self.token), "cannot be read as PEM"),
                (("--ca", self.authority.ca, "--token-file", "/absent"),
                 "/absent")):
            with self.subTest(words=words):
                code, said = self.login("north", *words)
                self.assertEqual(code, USAGE, said)
                self.assertIn(wanted, said)
                self.assertFalse(self.contexts.exists())
        self.assertEqual(self.login("none")[0], USAGE)
        self.assertEqual(self.login("../x")[0], USAGE)


if __name__ == "__main__":
    unittest.main()
