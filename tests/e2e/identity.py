"""Certificates and tokens for tests, made by other libraries than the services'."""

import base64
import datetime
import ipaddress
import json
import pathlib
import time

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ISSUER = "https://issuer.test"
AUDIENCE = "pulsetaker"
DAY = datetime.timedelta(days=1)


def coordinate_of(number):
    """As RFC 7518, 6.2.1.2 wants it: 32 bytes, those of zero before it too.

    PyJWT's own to_jwk leaves these away, which one key of 128 has.
    """
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()


def jwk_of(public_key):
    point = public_key.public_numbers()
    return {"kty": "EC", "crv": "P-256", "x": coordinate_of(point.x),
            "y": coordinate_of(point.y)}


def pem_of(key):
    return key.private_bytes(serialization.Encoding.PEM,
                             serialization.PrivateFormat.PKCS8,
                             serialization.NoEncryption())


class Authority:
    """Signs certificates, and keeps them in a folder."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
        self.certificate = self._builder(self.name, self.key).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(
                self.key, hashes.SHA256())
        self.ca = self.folder / "ca.pem"
        self.ca.write_bytes(
            self.certificate.public_bytes(serialization.Encoding.PEM))

    def _builder(self, subject, key):
        now = datetime.datetime.utcnow()
        return (x509.CertificateBuilder().subject_name(subject)
                .issuer_name(self.name).public_key(key.public_key())
                .serial_number(x509.random_serial_number())
                .not_valid_before(now - DAY).not_valid_after(now + DAY))

    def issue(self, name):
        """Paths of a certificate for this name and 127.0.0.1, and of its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate = self._builder(subject, key).add_extension(
            x509.SubjectAlternativeName([
                x509.DNSName(name), x509.DNSName("localhost"),
                x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False).sign(self.key, hashes.SHA256())
        paths = (self.folder / f"{name}.pem", self.folder / f"{name}.key")
        paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        paths[1].touch(mode=0o600)
        paths[1].write_bytes(pem_of(key))
        return paths


class Issuer:
    """Signs tokens, and keeps its keys where services read them."""

    def __init__(self, folder):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.keys = pathlib.Path(folder) / "keys.json"
        self.keys.write_text(json.dumps(
            {"keys": [dict(jwk_of(self.key.public_key()), kid="k1", use="sig",
                           alg="ES256")]}))

    def token(self, tenant, roles, subject="someone", **claims):
        now = int(time.time())
        content = dict({"iss": ISSUER, "aud": AUDIENCE, "sub": subject,
                        "iat": now, "exp": now + 3600, "roles": list(roles)},
                       **claims)
        if tenant is not None:
            content["tenant"] = tenant
        return jwt.encode(content, self.key, algorithm="ES256",
                          headers={"kid": "k1"})


def flags_of(authority, issuer, name, trusted=()):
    """What a service named `name` is started with."""
    certificate, key = authority.issue(name)
    flags = [f"--tls_certificate={certificate}", f"--tls_key={key}",
             f"--tls_ca={authority.ca}", f"--token_keys={issuer.keys}",
             f"--token_issuer={ISSUER}", f"--token_audience={AUDIENCE}"]
    if trusted:
        flags.append("--trusted_services=" + ",".join(trusted))
    return flags
