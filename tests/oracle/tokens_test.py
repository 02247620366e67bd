"""Our tokens beside PyJWT's: each takes what the other has signed, and what ours
takes, PyJWT takes, too, with the same claims."""

import base64
import json
import os
import pathlib
import random
import subprocess
import tempfile
import unittest

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (Encoding, PublicFormat)

PROGRAM = os.environ["PULSETAKER_TEST_TOKEN"]
SEED = 20250614
NOW = 1_750_000_000
ISSUER, AUDIENCE, LEEWAY = "https://id.example", "pulsetaker", 30


def run(*arguments, text=""):
    return subprocess.run([PROGRAM, *arguments], input=text, text=True,
                          capture_output=True, check=True).stdout


def base64url(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def number(value, size=None):
    size = size or (value.bit_length() + 7) // 8
    return base64url(value.to_bytes(size, "big"))


class Issuer:
    """Keys of python3-cryptography, the set of them, and PyJWT's signatures."""

    def __init__(self):
        r = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        e = ec.generate_private_key(ec.SECP256R1())
        d = ed25519.Ed25519PrivateKey.generate()
        self.keys = {"r1": (r, "RS256"), "p1": (e, "ES256"), "d1": (d, "EdDSA")}
        rn, en = r.public_key().public_numbers(), e.public_key().public_numbers()
        x = d.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.set = {"keys": [
            {"kty": "RSA", "kid": "r1", "n": number(rn.n), "e": number(rn.e)},
            {"kty": "EC", "kid": "p1", "crv": "P-256", "x": number(en.x, 32),
             "y": number(en.y, 32)},
            {"kty": "OKP", "kid": "d1", "crv": "Ed25519", "x": base64url(x)}]}

    def sign(self, kid, claims):
        key, algorithm = self.keys[kid]
        return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": kid})


def of_pyjwt(token, keys):
    """What PyJWT says of it at the time NOW: the claims, or None."""
    try:
        kid = jwt.get_unverified_header(token).get("kid")
        key, algorithm = keys[kid]
        claims = jwt.decode(
            token, key, algorithms=[algorithm], audience=AUDIENCE,
            issuer=ISSUER, options={"require": ["exp", "iss", "aud", "sub"],
                                    "verify_exp": False, "verify_nbf": False,
                                    "verify_iat": False})
    except (jwt.PyJWTError, KeyError, ValueError, TypeError, AttributeError):
        return None
    # PyJWT knows no other time than that of its own clock.
    late = NOW >= claims["exp"] + LEEWAY
    early = max(claims.get("nbf", 0), claims.get("iat", 0)) > NOW + LEEWAY
    return None if late or early else claims


def random_claims(draw):
    """Mostly good ones: one in three has a claim that is not."""
    claims = {"iss": ISSUER, "sub": f"s{draw.randrange(1000)}",
              "aud": draw.choice([AUDIENCE, ["other", AUDIENCE]]),
              "iat": NOW - draw.randrange(1000),
              "exp": NOW + draw.randrange(1, 3600)}
    for name, value in {"jti": "t1", "tenant": "north", "roles": ["a", "b"],
                        "nbf": NOW - 5, "name": "Ada \u00e4\U0001f600"}.items():
        if draw.random() < 0.5:
            claims[name] = value
    if draw.random() < 1 / 3:
        name, value = draw.choice([
            ("iss", "https://evil.example"), ("aud", "other"), ("aud", ["x"]),
            ("exp", NOW - LEEWAY), ("exp", NOW - 900), ("nbf", NOW + 31),
            ("iat", NOW + 31)])
        claims[name] = value
        if name == "exp":
            claims["iat"] = NOW - 3600
    if draw.random() < 0.1:
        del claims[draw.choice(["iss", "sub", "aud", "exp"])]
    return claims


def changed(token, draw):
    """The token with one letter of it another one, or gone."""
    at = draw.randrange(len(token))
    letter = draw.choice("ABCDEFGHIJKLMNOPabcdefghijklmnop0123456789-_.=")
    return token[:at] + letter * draw.randrange(2) + token[at + 1:]


class TokensTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def ours(self, tokens, key_set):
        path = self.folder / "keys.json"
        path.write_text(json.dumps(key_set))
        said = run("verify", str(path), ISSUER, AUDIENCE, str(NOW),
                   text="".join(token + "\n" for token in tokens))
        return [json.loads(line) for line in said.splitlines()]

    def same(self, ours, claims):
        times = {k: round(claims[k] * 1e6) for k in ("exp", "nbf", "iat")
                 if k in claims}
        aud = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        wanted = {"reason": "", "iss": claims["iss"], "sub": claims["sub"],
                  "aud": aud, "roles": claims.get("roles", []), **times}
        wanted |= {k: claims[k] for k in ("jti", "tenant") if k in claims}
        self.assertEqual(ours, wanted)

    def test_ours_takes_what_pyjwt_signs(self):
        draw = random.Random(SEED)
        issuer = Issuer()
        tokens = [issuer.sign(draw.choice(list(issuer.keys)), random_claims(draw))
                  for _ in range(600)]
        public = {kid: (key.public_key(), algorithm)
                  for kid, (key, algorithm) in issuer.keys.items()}
        taken = 0
        for token, said in zip(tokens, self.ours(tokens, issuer.set), strict=True):
            wanted = of_pyjwt(token, public)
            if wanted is None:
                self.assertNotEqual(said["reason"], "", token)
                continue
            self.same(said, wanted)
            taken += 1
        self.assertGreater(taken, 200)
        self.assertLess(taken, 500)
        print(f"seed {SEED}: {len(tokens)} tokens of PyJWT, {taken} of them good")

    def test_ours_takes_nothing_that_pyjwt_refuses(self):
        draw = random.Random(SEED + 1)
        issuer = Issuer()
        public = {kid: (key.public_key(), algorithm)
                  for kid, (key, algorithm) in issuer.keys.items()}
        good = [issuer.sign(kid, {"iss": ISSUER, "aud": AUDIENCE, "sub": "s",
                                  "iat": NOW, "exp": NOW + 60})
                for kid in issuer.keys]
        tokens = [changed(draw.choice(good), draw) for _ in range(3000)]
        lax = 0
        for token, said in zip(tokens, self.ours(tokens, issuer.set), strict=True):
            pyjwt_takes_it = of_pyjwt(token, public) is not None
            if token in good:
                self.assertEqual((said["reason"], pyjwt_takes_it), ("", True))
                continue
            self.assertNotEqual(said["reason"], "", token)
            lax += pyjwt_takes_it
        print(f"seed {SEED + 1}: {len(tokens)} changed tokens, 0 taken by ours, "
              f"{lax} by PyJWT, which takes other spellings of the same bytes")

    def test_pyjwt_takes_what_ours_signs(self):
        arguments = []
        for kid, kind in (("r1", "RSA"), ("p1", "P-256"), ("d1", "Ed25519")):
            path = self.folder / kid
            path.write_text(run("key", kind))
            arguments.append(f"{kid}={path}")
        key_set = json.loads(run("set", *arguments))
        keys = {jwk["kid"]: (jwt.PyJWK(jwk).key, jwk["alg"])
                for jwk in key_set["keys"]}
        self.assertEqual(len(keys), 3)
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "s", "iat": NOW,
                  "exp": NOW + 60, "tenant": "north"}
        for argument in arguments:
            for _ in range(20):
                token = run("sign", argument, text=json.dumps(claims)).strip()
                self.assertEqual(of_pyjwt(token, keys), claims)
            self.same(self.ours([token], key_set)[0], claims)


if __name__ == "__main__":
    unittest.main()
