"""Every method x every role x its own, another and no tenant, against what the
contracts say: who may call is asked of real services, over TLS, with tokens of
another library."""

import pathlib
import sys
import tempfile
import unittest

import identity
import system
import grpc
from google.api import resource_pb2
from google.longrunning import operations_pb2  # noqa: F401  Its descriptors.
from google.protobuf import descriptor_pb2, message_factory, symbol_database
from google.rpc import error_details_pb2, status_pb2
from pulsetaker.policy.v1 import policy_pb2

OWN, OTHER, ABSENT = "north", "south", "nowhere"
SERVICES = {
    "survey": ["SurveyService", "InvitationService", "PeopleService",
               "QualityService", "BackupService"],
    "network": ["NetworkService"],
    "assessment": ["AssessmentService"],
}
PACKAGES = [*SERVICES, "audit"]  # Every server has AuditService.
# What Operations asks for: its contract is Google's and has no policies.
OPERATIONS = {"GetOperation": "READ", "ListOperations": "READ",
              "WaitOperation": "READ", "CancelOperation": "WRITE",
              "DeleteOperation": "WRITE"}
IDS = {"wave": "1", "consent_text": "1", "backup": "20260131-080000-000000"}
# Names whose fields don't refer to a resource type.
PEOPLE = "tenants/{tenant}/localities/l1/people/p1"


def load_descriptors():
    for package in PACKAGES:
        folder = pathlib.Path(system.os.environ["PULSETAKER_PYTHON"])
        for path in sorted((folder / "pulsetaker" / package / "v1").glob("*_pb2.py")):
            __import__(f"pulsetaker.{package}.v1.{path.stem}")


def patterns():
    """The patterns of resources, by type."""
    found = {}
    pool = symbol_database.Default().pool
    for package in SERVICES:
        folder = pathlib.Path(system.os.environ["PULSETAKER_PYTHON"])
        for path in sorted((folder / "pulsetaker" / package / "v1").glob("*_pb2.py")):
            file = pool.FindFileByName(
                f"pulsetaker/{package}/v1/{path.stem.removesuffix('_pb2')}.proto")
            for message in file.message_types_by_name.values():
                resource = message.GetOptions().Extensions[resource_pb2.resource]
                if resource.type:
                    found[resource.type] = resource.pattern[0]
    return found


def fill_in(pattern, tenant):
    """"tenants/north/localities/l1", of "tenants/{tenant}/localities/{locality}"."""
    parts = []
    for part in pattern.split("/"):
        if part == "{tenant}":
            part = tenant
        elif part.startswith("{"):
            part = IDS.get(part.strip("{}"), "l1")
        parts.append(part)
    return "/".join(parts)


class Requests:
    """Requests that name things of a tenant, and are otherwise empty."""

    def __init__(self):
        self.patterns = patterns()

    def make(self, method, tenant):
        request = message_factory.MessageFactory().GetPrototype(
            method.input_type)()
        self.fill(request, tenant, outermost=True)
        return request

    def fill(self, message, tenant, outermost):
        for field in message.DESCRIPTOR.fields:
            name = self.name_for(field, message.DESCRIPTOR, tenant, outermost)
            if name is not None and field.label == field.LABEL_REPEATED:
                getattr(message, field.name).append(name)
            elif name is not None:
                setattr(message, field.name, name)
            elif (outermost and field.message_type is not None
                  and field.label != field.LABEL_REPEATED
                  and self.resource_of(field.message_type).type):
                self.fill(getattr(message, field.name), tenant, outermost=False)

    @staticmethod
    def resource_of(message_type):
        return message_type.GetOptions().Extensions[resource_pb2.resource]

    def name_for(self, field, message_type, tenant, outermost):
        if field.type != field.TYPE_STRING:
            return None
        reference = field.GetOptions().Extensions[resource_pb2.resource_reference]
        if reference.type:
            pattern = self.patterns.get(reference.type)
            return (None if pattern is None and not outermost
                    else fill_in(pattern or "tenants/{tenant}", tenant))
        if reference.child_type:
            pattern = self.patterns[reference.child_type]
            return fill_in(pattern.rsplit("/", 2)[0], tenant)
        if not outermost:
            resource = self.resource_of(message_type)
            is_name = field.name == "name" and resource.type
            return fill_in(resource.pattern[0], tenant) if is_name else None
        if field.name in ("name", "parent"):
            return fill_in(PEOPLE, tenant)
        return None


def outcome(callable_, request, streams, metadata):
    """The code, the reason and all of the details of a call."""
    try:
        call = callable_(iter([request]) if streams[0] else request, timeout=30,
                         metadata=metadata)
        if streams[1]:
            call = next(iter(call), None)
        return (grpc.StatusCode.OK, "", b"")
    except grpc.RpcError as error:
        details = dict(error.trailing_metadata() or ()).get(
            "grpc-status-details-bin", b"")
        status = status_pb2.Status.FromString(details)
        info = error_details_pb2.ErrorInfo()
        reason = next((info.reason for detail in status.details
                       if detail.Unpack(info)), "")
        return (error.code(), reason, details)


class AccessMatrixTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="pulsetaker-access-")
        cls.authority = identity.Authority(pathlib.Path(cls.folder.name) / "tls")
        cls.issuer = identity.Issuer(cls.folder.name)
        cls.system = system.System(secure=(cls.authority, cls.issuer)).__enter__()
        load_descriptors()
        cls.requests = Requests()

    @classmethod
    def tearDownClass(cls):
        cls.system.__exit__(None, None, None)
        cls.folder.cleanup()

    def methods(self):
        """(service, method descriptor, permission, reach) of all there is."""
        pool = symbol_database.Default().pool
        for package, services in SERVICES.items():
            for service in services:
                found = pool.FindServiceByName(f"pulsetaker.{package}.v1.{service}")
                for method in found.methods:
                    policy = method.GetOptions().Extensions[policy_pb2.policy]
                    yield package, method, policy.permission, policy.reach
        audit = pool.FindServiceByName("pulsetaker.audit.v1.AuditService")
        for package in SERVICES:
            for method in audit.methods:
                policy = method.GetOptions().Extensions[policy_pb2.policy]
                yield package, method, policy.permission, policy.reach
        operations = pool.FindServiceByName("google.longrunning.Operations")
        for package in ("network", "assessment"):
            for method in operations.methods:
                yield (package, method,
                       policy_pb2.Permission.Value(
                           f"PERMISSION_OPERATIONS_{OPERATIONS[method.name]}"),
                       policy_pb2.Policy.REACH_CALLER)

    def callable(self, package, method, certificate=None):
        connection = self.system.secure_channel(package, certificate)
        proto = descriptor_of(method)
        streams = (proto.client_streaming, proto.server_streaming)
        make = {(False, False): connection.unary_unary,
                (False, True): connection.unary_stream,
                (True, True): connection.stream_stream}[streams]
        factory = message_factory.MessageFactory()
        return streams, make(
            f"/{method.containing_service.full_name}/{method.name}",
            request_serializer=lambda m: m.SerializeToString(),
            response_deserializer=factory.GetPrototype(
                method.output_type).FromString)

    def test_every_method_asks_for_what_its_contract_says(self):
        roles = {value.name.removeprefix("ROLE_").lower():
                 set(value.GetOptions().Extensions[policy_pb2.grants].permissions)
                 for value in policy_pb2.Role.DESCRIPTOR.values}
        cases = 0
        for package, method, permission, reach in self.methods():
            self.assertNotEqual(permission, 0, method.full_name)
            streams, call = self.callable(package, method)
            for role, permissions in roles.items():
                is_permitted = permission in permissions and role != "service"
                outcomes = {}
                for tenant in (OWN, OTHER, ABSENT):
                    request = self.requests.make(method, tenant)
                    if reach == policy_pb2.Policy.REACH_TENANT:
                        self.assertIn(f"tenants/{tenant}".encode(),
                                      request.SerializeToString(),
                                      method.full_name)
                    caller = None if reach == policy_pb2.Policy.REACH_SERVER else OWN
                    token = self.issuer.token(caller, [role])
                    outcomes[tenant] = outcome(
                        call, request, streams,
                        [("authorization", f"Bearer {token}")])
                    cases += 1
                with self.subTest(method=method.full_name, role=role):
                    self.check(outcomes, is_permitted, reach)
        print(f"\n{cases} cases", file=sys.stderr)
        self.assertGreater(cases, 100 * 11 * 3)

    def check(self, outcomes, is_permitted, reach):
        denied = grpc.StatusCode.PERMISSION_DENIED
        if not is_permitted:
            for code, reason, _ in outcomes.values():
                self.assertEqual((code, reason), (denied, "PERMISSION_MISSING"))
            return
        self.assertNotIn(outcomes[OWN][0],
                         (denied, grpc.StatusCode.UNAUTHENTICATED))
        self.assertEqual(outcomes[OTHER], outcomes[ABSENT])
        if reach == policy_pb2.Policy.REACH_TENANT:
            self.assertEqual(outcomes[OTHER][:2], (denied, "TENANT_FORBIDDEN"))

    def test_nobody_calls_without_saying_who(self):
        tokens = {
            "none": [],
            "no token": [("authorization", "Bearer ")],
            "another scheme": [("authorization", "Basic bm9ib2R5")],
            "twice": [("authorization", f"Bearer {self.token()}")] * 2,
            "nonsense": [("authorization", "Bearer a.b.c")],
            "expired": self.bearer(iat=1, exp=1000),
            "of another audience": self.bearer(aud="others"),
            "of another issuer": self.bearer(iss="https://others.test"),
        }
        for package, method, _, _ in self.methods():
            streams, call = self.callable(package, method)
            for name, metadata in tokens.items():
                with self.subTest(method=method.full_name, token=name):
                    code, reason, _ = outcome(
                        call, self.requests.make(method, OWN), streams, metadata)
                    self.assertEqual(code, grpc.StatusCode.UNAUTHENTICATED)
                    self.assertTrue(reason)

    def test_an_invitation_lets_nobody_in_but_where_the_contract_says_so(self):
        """One that is none: from where it suffices, the method answers."""
        sufficing = set()
        for package, method, _, _ in self.methods():
            streams, call = self.callable(package, method)
            for tenant in (None, OWN):
                request = (message_factory.MessageFactory().GetPrototype(
                    method.input_type)() if tenant is None
                    else self.requests.make(method, tenant))
                policy = method.GetOptions().Extensions[policy_pb2.policy]
                if policy.invitation_suffices:
                    request.invitation_token = "nonsense"
                code, reason, _ = outcome(call, request, streams, [])
                with self.subTest(method=method.full_name, tenant=tenant):
                    if not policy.invitation_suffices:
                        self.assertEqual(
                            (code, reason),
                            (grpc.StatusCode.UNAUTHENTICATED, "CALLER_UNKNOWN"))
                    elif b"tenants/north" in request.SerializeToString():
                        self.assertEqual(reason, "TENANT_FORBIDDEN")
                    else:
                        sufficing.add(method.name)
                        self.assertEqual(code, grpc.StatusCode.INVALID_ARGUMENT)
        self.assertEqual(sufficing,
                         {"GetQuestionnaire", "SearchRoster", "SubmitResponse"})

    def token(self, **claims):
        return self.issuer.token(OWN, ["tenant_admin"], **claims)

    def bearer(self, **claims):
        return [("authorization", f"Bearer {self.token(**claims)}")]

    def test_a_role_in_a_token_makes_nobody_a_service(self):
        permissions = set(policy_pb2.Role.DESCRIPTOR.values_by_name[
            "ROLE_SERVICE"].GetOptions().Extensions[policy_pb2.grants].permissions)
        certificate = self.authority.issue("pulsetaker-network")
        stranger = self.authority.issue("stranger")
        for package, method, permission, reach in self.methods():
            if package != "survey":
                continue
            streams, call = self.callable(package, method, certificate)
            with self.subTest(method=method.full_name):
                for tenant in (OWN, OTHER):
                    code, reason, _ = outcome(
                        call, self.requests.make(method, tenant), streams, [])
                    if permission in permissions:
                        self.assertNotIn(code, (
                            grpc.StatusCode.PERMISSION_DENIED,
                            grpc.StatusCode.UNAUTHENTICATED))
                    else:
                        self.assertEqual(reason, "PERMISSION_MISSING")
                streams, call = self.callable(package, method, stranger)
                code, reason, _ = outcome(
                    call, self.requests.make(method, OWN), streams, [])
                self.assertEqual(
                    (code, reason),
                    (grpc.StatusCode.UNAUTHENTICATED, "CALLER_UNKNOWN"))

    def test_a_tenants_operator_does_not_reach_the_server(self):
        permissions = set(policy_pb2.Role.DESCRIPTOR.values_by_name[
            "ROLE_OPERATOR"].GetOptions().Extensions[policy_pb2.grants].permissions)
        for package, method, permission, reach in self.methods():
            if (reach != policy_pb2.Policy.REACH_SERVER
                    or permission not in permissions):
                continue
            streams, call = self.callable(package, method)
            token = self.issuer.token(OWN, ["operator"])
            code, reason, _ = outcome(
                call, self.requests.make(method, OWN), streams,
                [("authorization", f"Bearer {token}")])
            self.assertEqual((code, reason), (
                grpc.StatusCode.PERMISSION_DENIED, "TENANT_FORBIDDEN"))


def descriptor_of(method):
    """The method as its file has it: how it streams is nowhere else."""
    file = descriptor_pb2_of(method.containing_service.file)
    service = next(s for s in file.service
                   if s.name == method.containing_service.name)
    return next(m for m in service.method if m.name == method.name)


FILES = {}


def descriptor_pb2_of(file):
    if file.name not in FILES:
        FILES[file.name] = descriptor_pb2.FileDescriptorProto()
        file.CopyToProto(FILES[file.name])
    return FILES[file.name]


if __name__ == "__main__":
    unittest.main()
