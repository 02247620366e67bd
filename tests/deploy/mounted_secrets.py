"""The secrets that pods mount: certificates as cert-manager makes them of the
manifests, by the command `openssl`, and keys and tokens as an operator puts them
there. They are mounted as a kubelet does: through a link that changes at once.
"""

import dataclasses
import os
import pathlib
import subprocess

from identity import Issuer
from rendered import environment

DAYS = "2"
ROOT_KEY_SECRET = "survey-root-key"
TENANT = "local"
CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


def openssl(*words):
    subprocess.run(["openssl", *map(str, words)], check=True,
                   capture_output=True)


def random_key():
    """A line as docs/operations/security.md has it made."""
    return subprocess.run(["openssl", "rand", "-hex", "32"], check=True,
                          capture_output=True).stdout


class Authority:
    """The issuer of the namespace."""

    def __init__(self, folder, spec):
        self.folder = pathlib.Path(folder)
        self.certificate = self.folder / "ca.crt"
        self.key = self.folder / "ca.key"
        openssl("req", "-x509", *CURVE, "-keyout", self.key, "-out",
                self.certificate, "-days", DAYS, "-subj",
                f"/CN={spec['commonName']}", "-addext",
                "keyUsage=critical,keyCertSign,cRLSign")

    def issue(self, spec):
        """The content of the secret of a Certificate."""
        names = [f"DNS:{name}" for name in spec["dnsNames"]] + [
            f"IP:{address}" for address in spec.get("ipAddresses", [])]
        usages = {"server auth": "serverAuth", "client auth": "clientAuth"}
        extended = [usages[each] for each in spec["usages"] if each in usages]
        request, key, made, extensions = (
            self.folder / f"leaf.{each}" for each in ("csr", "key", "crt", "cnf"))
        extensions.write_text(
            f"basicConstraints=critical,CA:FALSE\n"
            f"keyUsage=critical,digitalSignature\n"
            f"extendedKeyUsage={','.join(extended)}\n"
            f"subjectAltName={','.join(names)}\n")
        openssl("req", "-new", *CURVE, "-keyout", key, "-out", request, "-subj",
                "/")
        openssl("x509", "-req", "-in", request, "-CA", self.certificate,
                "-CAkey", self.key, "-days", DAYS, "-extfile", extensions,
                "-set_serial", f"0x{os.urandom(16).hex()}", "-out", made)
        return {"tls.crt": made.read_bytes(), "tls.key": key.read_bytes(),
                "ca.crt": self.certificate.read_bytes()}


@dataclasses.dataclass
class Projection:
    """A secret as a volume declares it."""

    secret: str
    mode: int
    items: dict  # Key to path; None for all keys by their names.


class Secrets:
    """By name, the content of all secrets of a namespace."""

    def __init__(self, folder, objects):
        folder = pathlib.Path(folder)
        folder.mkdir()
        made = [c["spec"] for c in objects.of_kind("Certificate")]
        self.authority = Authority(
            folder, next(spec for spec in made if spec.get("isCA")))
        self.leaves = {spec["secretName"]: spec for spec in made
                       if not spec.get("isCA")}
        self.issuer = Issuer(folder)
        said = environment(objects.servers()[0].containers[-1])
        self.claims = {"iss": said["PULSETAKER_TOKEN_ISSUER"],
                       "aud": said["PULSETAKER_TOKEN_AUDIENCE"]}
        self.content = {name: self.authority.issue(spec)
                        for name, spec in self.leaves.items()}
        self.content["pulsetaker-token-keys"] = {
            "keys.json": self.issuer.keys.read_bytes()}
        self.content[ROOT_KEY_SECRET] = {"root.key": random_key()}
        self.mounted = []  # (folder, projection, group)

    @property
    def ca(self):
        return self.authority.certificate

    def token(self):
        return self.issuer.token(TENANT, ["tenant_admin"], **self.claims)

    def operator_token(self):
        return self.issuer.token(None, ["operator"], **self.claims)

    def mount(self, folder, projection, gid):
        """Puts a secret into a folder, and whatever it becomes later."""
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True)
        self.mounted.append((folder, projection, gid))
        self._write(folder, projection, gid)

    def renew(self, name):
        """Another certificate with another key. Returns the certificate."""
        self.change(name, self.authority.issue(self.leaves[name]))
        return self.content[name]["tls.crt"]

    @property
    def root_key(self):
        return self.content[ROOT_KEY_SECRET]["root.key"]

    def set_root_key(self, content):
        self.change(ROOT_KEY_SECRET, {"root.key": content})

    def change(self, name, content):
        """Of all pods that mount it, too."""
        self.content[name] = content
        for folder, projection, gid in self.mounted:
            if projection.secret == name and folder.exists():
                self._write(folder, projection, gid)

    def _write(self, folder, projection, gid):
        content = self.content[projection.secret]
        items = projection.items or {key: key for key in content}
        fresh = folder / f"..{len(list(folder.iterdir()))}_{os.urandom(4).hex()}"
        fresh.mkdir(mode=0o755)
        for key, path in items.items():
            (fresh / path).write_bytes(content[key])
            os.chown(fresh / path, 0, gid)
            (fresh / path).chmod(projection.mode)
            if not (folder / path).is_symlink():
                (folder / path).symlink_to(f"..data/{path}")
        (folder / "..data_tmp").symlink_to(fresh.name)
        (folder / "..data_tmp").rename(folder / "..data")
        folder.chmod(0o755)
