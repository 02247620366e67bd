"""Ways to break the console in the manifests: mutations.py for it."""

from mutations import breaks, breaks_a_schema, policy, remove, server, service
from rendered import Objects


def deployment(objects, name):
    return Objects(objects).named("Deployment", name)["spec"]


def pod(objects, name):
    return deployment(objects, name)["template"]["spec"]


def gateway(objects, name):
    return pod(objects, name)["containers"][0]


def variable(objects, name, of):
    return next(e for e in gateway(objects, name)["env"] if e["name"] == of)


def forget(objects, name, of):
    gateway(objects, name)["env"].remove(variable(objects, name, of))


def route(objects, kind, name):
    return Objects(objects).named(kind, name)["spec"]


def certificate(objects, name):
    return Objects(objects).named("Certificate", f"{name}-tls")["spec"]


@breaks("gateways_are_those_that_are_known")
def respondents_reach_the_whole_console(o):
    variable(o, "answers", "PULSETAKER_CONSOLE_AUDIENCE")["value"] = "everybody"


@breaks("gateways_are_those_that_are_known")
def an_audience_is_left_to_chance(o):
    forget(o, "answers", "PULSETAKER_CONSOLE_AUDIENCE")


@breaks("gateways_know_those_whom_their_audience_calls_and_no_others")
def answers_know_where_findings_are(o):
    gateway(o, "answers")["env"].append(
        {"name": "PULSETAKER_ASSESSMENT_ADDRESS", "value": "assessment:7403"})


@breaks("gateways_know_those_whom_their_audience_calls_and_no_others")
def the_console_does_not_know_where_networks_are(o):
    forget(o, "console", "PULSETAKER_NETWORK_ADDRESS")


@breaks("calls_are_allowed_as_they_are_made")
def the_console_is_denied_a_service(o):
    policy(o, "console")["egress"].pop()


@breaks("calls_are_allowed_as_they_are_made")
def the_services_let_no_console_in(o):
    remove(o, "NetworkPolicy", "from-console")


@breaks("calls_are_allowed_as_they_are_made")
def answers_reach_findings(o):
    policy(o, "answers")["egress"].append(
        {"to": [{"podSelector": {"matchLabels": {
            "app.kubernetes.io/name": "assessment"}}}],
         "ports": [{"port": 7403, "protocol": "TCP"}]})
    policy(o, "assessment")["ingress"][0]["from"].append(
        {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "answers"}}})


@breaks("addresses_of_peers_are_services_of_ours")
def the_console_is_told_of_a_scheme_that_it_does_not_know(o):
    variable(o, "console", "PULSETAKER_SURVEY_ADDRESS")[
        "value"] = "dns:///survey:7401"


@breaks("one_gateway_may_be_lost")
def a_console_is_alone(o):
    deployment(o, "console")["replicas"] = 1


@breaks("a_gateway_stops_once_another_one_is_ready")
def a_console_stops_before_another_one_is_ready(o):
    deployment(o, "console")["strategy"]["rollingUpdate"]["maxUnavailable"] = 1


@breaks("a_gateway_stops_once_another_one_is_ready")
def all_consoles_stop_at_once(o):
    deployment(o, "answers")["strategy"] = {"type": "Recreate"}


@breaks("selectors_of_deployments_match_their_pods")
def a_deployment_selects_nothing(o):
    deployment(o, "console")["selector"]["matchLabels"] = {"app": "console"}


@breaks("a_gateway_s_pods_spread_among_themselves")
def both_consoles_are_on_one_node(o):
    pod(o, "console")["topologySpreadConstraints"][0]["labelSelector"] = {
        "matchLabels": {"app.kubernetes.io/part-of": "pulsetaker"}}


@breaks("pods_spread_over_nodes")
def consoles_need_not_spread_over_nodes(o):
    pod(o, "console")["topologySpreadConstraints"].pop(0)


@breaks("every_server_has_a_budget_that_lets_nodes_drain")
def nodes_take_both_consoles_at_once(o):
    remove(o, "PodDisruptionBudget", "console")


@breaks("probes_of_gateways_ask_their_own_port_by_tls")
def a_console_is_asked_in_plain_text(o):
    del gateway(o, "console")["readinessProbe"]["httpGet"]["scheme"]


@breaks("probes_of_gateways_ask_their_own_port_by_tls")
def a_console_that_hangs_is_left_hanging(o):
    del gateway(o, "answers")["livenessProbe"]


@breaks("probes_of_gateways_ask_their_own_port_by_tls")
def a_console_is_killed_before_it_has_started(o):
    del gateway(o, "console")["startupProbe"]


@breaks("a_gateway_that_drains_is_not_killed_for_it")
def a_console_that_drains_is_killed(o):
    gateway(o, "console")["livenessProbe"].update(
        periodSeconds=2, failureThreshold=3)


@breaks("gateways_have_time_to_drain_and_to_answer")
def a_console_stops_before_proxies_have_looked_away(o):
    forget(o, "console", "PULSETAKER_CONSOLE_DRAIN")


@breaks("gateways_have_time_to_drain_and_to_answer")
def a_console_cuts_drawings_off(o):
    variable(o, "console", "PULSETAKER_CONSOLE_GRACE")["value"] = "5s"


@breaks("gateways_have_time_to_drain_and_to_answer")
def a_console_is_killed_while_it_drains(o):
    del pod(o, "console")["terminationGracePeriodSeconds"]


@breaks("gateways_listen_where_they_say")
def a_console_hears_itself_only(o):
    variable(o, "console", "PULSETAKER_CONSOLE_LISTEN")[
        "value"] = "127.0.0.1:7404"


@breaks("gateways_serve_by_tls")
def a_console_serves_in_plain_text(o):
    forget(o, "console", "PULSETAKER_TLS_CERTIFICATE")
    forget(o, "console", "PULSETAKER_TLS_KEY")


@breaks("every_server_and_every_caller_speaks_tls")
def a_console_trusts_any_service(o):
    forget(o, "console", "PULSETAKER_CA")


@breaks("every_variable_is_one_that_the_program_reads")
def a_variable_of_the_console_is_misspelt(o):
    variable(o, "console", "PULSETAKER_CONSOLE_HOSTS")[
        "name"] = "PULSETAKER_CONSOLE_HOST"


@breaks("containers_run_programs_of_the_image")
def a_console_runs_something_else(o):
    gateway(o, "console")["command"] = ["/usr/bin/node", "-e", "0"]


@breaks("one_version_runs")
def a_console_is_of_another_version(o):
    gateway(o, "console")["image"] = "pulsetaker-console:0.0.9"


@breaks("one_version_runs")
def a_console_is_of_the_services_image(o):
    gateway(o, "console")["image"] = "pulsetaker:0.1.0"


@breaks("root_file_systems_are_read_only")
def a_console_s_root_can_be_written(o):
    gateway(o, "console")["securityContext"]["readOnlyRootFilesystem"] = False


@breaks("pods_have_no_token_of_kubernetes")
def a_console_has_a_token_of_kubernetes(o):
    del pod(o, "answers")["automountServiceAccountToken"]


@breaks("memory_is_never_promised_twice")
def a_console_s_memory_has_no_limit(o):
    del gateway(o, "console")["resources"]["limits"]


@breaks("nobody_takes_a_gateway_for_a_service")
def a_console_can_call_as_somebody(o):
    certificate(o, "console")["usages"].append("client auth")


@breaks("nobody_takes_a_gateway_for_a_service")
def a_console_has_a_service_s_name(o):
    certificate(o, "console")["dnsNames"].append("network.pulsetaker.svc")


@breaks("nobody_takes_a_gateway_for_a_service")
def a_service_trusts_whoever_calls_through_the_console(o):
    trusted = next(e for e in server(o, "survey")["env"]
                   if e["name"] == "PULSETAKER_TRUSTED_SERVICES")
    trusted["value"] += ",console.pulsetaker.svc"


@breaks("a_key_is_for_its_pod_alone")
def answers_have_the_console_s_key(o):
    pod(o, "answers")["volumes"][0]["secret"]["secretName"] = "console-tls"


@breaks("gateways_are_reached_from_their_proxies_alone")
def any_pod_reaches_the_console(o):
    policy(o, "console")["ingress"][0]["from"].append({"podSelector": {}})


@breaks("gateways_are_reached_from_their_proxies_alone")
def nobody_reaches_those_who_answer(o):
    policy(o, "answers")["ingress"] = []


@breaks("proxies_of_answers_reach_nothing_else")
def the_internet_s_proxies_reach_the_services(o):
    policy(o, "from-gateway")["ingress"][0]["from"].append(
        {"namespaceSelector": {"matchLabels": {
            "kubernetes.io/metadata.name": "gateway-answers"}}})


@breaks("browsers_know_a_gateway_by_the_names_of_its_route")
def a_console_does_not_know_its_own_name(o):
    route(o, "HTTPRoute", "console")["hostnames"] = ["other.example.org"]


@breaks("http_routes_lead_to_gateways_of_the_console")
def browsers_are_led_to_a_service(o):
    route(o, "HTTPRoute", "console")["rules"][0]["backendRefs"] = [
        {"name": "survey", "port": 7401}]


@breaks("the_internet_reaches_those_who_answer_alone")
def the_console_is_on_the_internet(o):
    route(o, "HTTPRoute", "console")["parentRefs"] = [
        {"name": "answers", "sectionName": "https"}]


@breaks("routes_belong_to_a_listener")
def a_console_s_route_has_no_listener(o):
    route(o, "HTTPRoute", "console")["parentRefs"][0]["sectionName"] = "http"


@breaks("the_gateway_speaks_tls_only")
def answers_come_in_plain_text(o):
    route(o, "Gateway", "answers")["listeners"][0]["protocol"] = "HTTP"


@breaks("the_gateway_checks_which_server_it_calls")
def a_proxy_takes_anybody_for_the_console(o):
    remove(o, "BackendTLSPolicy", "console")


@breaks("ports_of_services_are_ports_of_pods")
def the_console_s_service_has_another_port(o):
    service(o, "console")["ports"][0]["port"] = 443


@breaks("services_say_that_they_speak_tls")
def the_console_s_service_speaks_plain_text(o):
    service(o, "console")["ports"][0]["appProtocol"] = "http"


@breaks_a_schema
def a_deployment_has_a_field_of_a_set(o):
    deployment(o, "console")["serviceName"] = "console"


@breaks_a_schema
def a_route_of_browsers_has_an_unknown_field(o):
    route(o, "HTTPRoute", "console")["hostname"] = "console.example.org"
