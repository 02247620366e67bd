"""Ways to break TLS, tokens, keys and limits of callers in the manifests:
mutations.py for these.
"""

from mutations import (breaks, breaks_a_schema, job_pod, pod, remove, server,
                       service, variable)
from rendered import Objects


def certificate(objects, name):
    return Objects(objects).named("Certificate", f"{name}-tls")["spec"]


def caller(objects):
    return Objects(objects).named("Certificate", "survey-backup")["spec"]


def mount(objects, service, name):
    return next(m for m in server(objects, service)["volumeMounts"]
                if m["name"] == name)


def volume(objects, service, name):
    return next(v for v in pod(objects, service)["volumes"]
                if v["name"] == name)


@breaks("services_say_that_they_speak_tls")
def a_service_says_that_it_speaks_plain_text(o):
    service(o, "survey")["ports"][0]["appProtocol"] = "kubernetes.io/h2c"


@breaks("every_server_and_every_caller_speaks_tls")
def a_server_has_no_certificate(o):
    server(o, "network")["env"].remove(
        variable(o, "network", "PULSETAKER_TLS_CERTIFICATE"))


@breaks("every_server_and_every_caller_speaks_tls")
def a_job_trusts_anybody(o):
    create = job_pod(o)["initContainers"][0]
    create["env"] = [e for e in create["env"] if e["name"] != "PULSETAKER_CA"]


@breaks("nothing_is_said_in_plain_text")
def plain_text_is_allowed(o):
    server(o, "survey")["env"].append(
        {"name": "PULSETAKER_ALLOW_PLAIN_TEXT", "value": "true"})


@breaks("files_of_trust_are_secrets_that_are_mounted_read_only")
def a_key_can_be_written_over(o):
    mount(o, "survey", "tls")["readOnly"] = False


@breaks("files_of_trust_are_secrets_that_are_mounted_read_only")
def a_key_is_in_a_config_map(o):
    volume(o, "survey", "tls").update(
        configMap={"name": volume(o, "survey", "tls").pop("secret")["secretName"]})


@breaks("files_of_trust_are_secrets_that_are_mounted_read_only")
def the_keys_of_tokens_are_on_the_store_s_volume(o):
    variable(o, "survey", "PULSETAKER_TOKEN_KEYS")["value"] = "/data/keys.json"


@breaks("secrets_are_for_the_pod_s_group_alone")
def everybody_reads_a_key(o):
    volume(o, "network", "tls")["secret"]["defaultMode"] = 0o444


@breaks("secrets_are_for_the_pod_s_group_alone")
def a_mode_is_not_said(o):
    del volume(o, "network", "tls")["secret"]["defaultMode"]


@breaks("no_key_is_in_the_environment")
def a_key_is_in_the_environment(o):
    server(o, "survey")["env"].append(
        {"name": "PULSETAKER_TLS_KEY_PEM", "valueFrom": {"secretKeyRef": {
            "name": "survey-tls", "key": "tls.key"}}})


@breaks("no_key_is_in_the_environment")
def a_whole_secret_is_in_the_environment(o):
    server(o, "survey")["envFrom"] = [{"secretRef": {"name": "survey-tls"}}]


@breaks("no_key_is_in_the_environment")
def a_token_is_in_the_environment(o):
    job_pod(o)["initContainers"][0]["env"].append(
        {"name": "OPERATOR", "value": "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln"})


@breaks("no_secret_is_in_the_manifests")
def a_token_has_a_variable_of_its_own(o):
    job_pod(o)["initContainers"][0]["env"].append(
        {"name": "PULSETAKER_TOKEN", "value": "abc"})


@breaks("every_server_asks_who_calls")
def a_server_asks_nobody(o):
    server(o, "assessment")["env"].remove(
        variable(o, "assessment", "PULSETAKER_TOKEN_KEYS"))


@breaks("every_server_asks_who_calls")
def keys_of_tokens_come_in_plain_text(o):
    variable(o, "survey", "PULSETAKER_TOKEN_KEYS")[
        "value"] = "http://identity.example.org/keys.json"


@breaks("no_tenant_has_a_server_to_itself")
def a_server_counts_no_calls(o):
    variable(o, "assessment", "PULSETAKER_TENANT_CALLS_PER_SECOND")["value"] = "0"


@breaks("no_tenant_has_a_server_to_itself")
def a_server_has_no_limit_of_calls(o):
    server(o, "network")["env"].remove(
        variable(o, "network", "PULSETAKER_TENANT_CALLS_PER_SECOND"))


@breaks("no_tenant_has_a_server_to_itself")
def a_tenant_may_save_up_calls_for_an_hour(o):
    server(o, "survey")["env"].append(
        {"name": "PULSETAKER_TENANT_CALL_BURST", "value": "1h"})


@breaks("those_who_ask_for_tokens_ask_for_the_same")
def a_server_takes_tokens_of_another_issuer(o):
    variable(o, "network", "PULSETAKER_TOKEN_ISSUER")[
        "value"] = "https://other.example.org"


@breaks("services_trust_those_that_call_them_and_no_others")
def a_service_trusts_too_many(o):
    variable(o, "survey", "PULSETAKER_TRUSTED_SERVICES")[
        "value"] += ",localhost"


@breaks("services_trust_those_that_call_them_and_no_others")
def a_service_does_not_trust_a_caller(o):
    server(o, "network")["env"].remove(
        variable(o, "network", "PULSETAKER_TRUSTED_SERVICES"))


@breaks("servers_take_the_jobs_that_call_them_for_operators_and_no_others")
def a_server_does_not_know_the_job(o):
    server(o, "survey")["env"].remove(
        variable(o, "survey", "PULSETAKER_TRUSTED_OPERATORS"))


@breaks("servers_take_the_jobs_that_call_them_for_operators_and_no_others")
def a_service_is_an_operator(o):
    variable(o, "survey", "PULSETAKER_TRUSTED_OPERATORS")[
        "value"] += ",network.pulsetaker.svc"


@breaks("servers_take_the_jobs_that_call_them_for_operators_and_no_others")
def a_server_knows_an_operator_that_nobody_is(o):
    server(o, "network")["env"].append(
        {"name": "PULSETAKER_TRUSTED_OPERATORS",
         "value": "survey-backup.pulsetaker.svc"})


@breaks("a_job_calls_with_a_certificate_of_its_own")
def a_job_does_not_say_who_it_is(o):
    create = job_pod(o)["initContainers"][0]
    create["env"] = [e for e in create["env"]
                     if e["name"] != "PULSETAKER_CLIENT_CERTIFICATE"]


@breaks("a_job_calls_with_a_certificate_of_its_own")
def a_job_calls_by_another_name(o):
    caller(o)["dnsNames"] = ["backup.pulsetaker.svc"]


@breaks("a_job_calls_with_a_certificate_of_its_own")
def somebody_must_renew_a_token(o):
    job_pod(o)["initContainers"][0]["env"].append(
        {"name": "PULSETAKER_TOKEN_FILE", "value": "/tls/token"})


@breaks("a_caller_s_certificate_serves_nobody_and_has_one_name")
def a_job_could_be_taken_for_a_server(o):
    caller(o)["usages"].append("server auth")


@breaks("a_caller_s_certificate_serves_nobody_and_has_one_name")
def a_job_has_a_service_s_name_as_well(o):
    caller(o)["dnsNames"].append("network.pulsetaker.svc")


@breaks("certificates_have_the_names_that_callers_use")
def a_certificate_lacks_a_name(o):
    certificate(o, "network")["dnsNames"].remove("network.pulsetaker.svc")


@breaks("certificates_have_the_names_that_callers_use")
def a_certificate_has_another_s_name(o):
    certificate(o, "network")["dnsNames"].append("assessment.pulsetaker.svc")


@breaks("a_key_is_for_its_pod_alone")
def a_job_has_the_server_s_key(o):
    next(v for v in job_pod(o)["volumes"] if v["name"] == "tls")["secret"][
        "secretName"] = "survey-tls"


@breaks("a_key_is_for_its_pod_alone")
def a_server_has_the_key_of_the_authority(o):
    volume(o, "survey", "token-keys")["secret"]["secretName"] = "pulsetaker-ca"


@breaks("certificates_are_renewed_in_time_and_with_new_keys")
def a_certificate_holds_for_years(o):
    certificate(o, "survey")["duration"] = "43800h"


@breaks("certificates_are_renewed_in_time_and_with_new_keys")
def a_certificate_is_renewed_at_the_last_moment(o):
    certificate(o, "survey")["renewBefore"] = "1h"


@breaks("certificates_are_renewed_in_time_and_with_new_keys")
def a_certificate_keeps_its_key(o):
    certificate(o, "survey")["privateKey"]["rotationPolicy"] = "Never"


@breaks("certificates_come_from_an_issuer_that_is_there")
def a_certificate_signs_itself(o):
    certificate(o, "survey")["issuerRef"]["name"] = "pulsetaker-root"


@breaks("certificates_come_from_an_issuer_that_is_there")
def there_is_no_authority(o):
    remove(o, "Certificate", "pulsetaker-ca")


@breaks("the_gateway_checks_which_server_it_calls")
def the_gateway_calls_anybody(o):
    remove(o, "BackendTLSPolicy", "survey")


@breaks("the_gateway_checks_which_server_it_calls")
def the_gateway_takes_one_server_for_another(o):
    Objects(o).named("BackendTLSPolicy", "survey")["spec"]["validation"][
        "hostname"] = "network.pulsetaker.svc"


@breaks_a_schema
def a_certificate_has_an_unknown_field(o):
    certificate(o, "survey")["dnsName"] = "survey"


@breaks_a_schema
def a_gateway_s_policy_has_no_target(o):
    del Objects(o).named("BackendTLSPolicy", "survey")["spec"]["targetRefs"]
