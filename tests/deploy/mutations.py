"""Ways to break the manifests, and the property that must notice each.

Each changes a copy of the rendered objects of `everything`.
"""

from rendered import Objects

BREAKS = []
SCHEMA_BREAKS = []


def breaks(noticed_by):
    def add(change):
        BREAKS.append((change.__name__, noticed_by, change))
        return change
    return add


def breaks_a_schema(change):
    SCHEMA_BREAKS.append((change.__name__, change))
    return change


def stateful_set(objects, name):
    return Objects(objects).named("StatefulSet", name)["spec"]


def pod(objects, name):
    return stateful_set(objects, name)["template"]["spec"]


def server(objects, name):
    return pod(objects, name)["containers"][0]


def variable(objects, service, name):
    return next(e for e in server(objects, service)["env"]
                if e["name"] == name)


def job(objects):
    return Objects(objects).named("CronJob", "survey-backup")["spec"]


def job_pod(objects):
    return job(objects)["jobTemplate"]["spec"]["template"]["spec"]


def policy(objects, name):
    return Objects(objects).named("NetworkPolicy", name)["spec"]


def monitor(objects):
    return Objects(objects).named("PodMonitor", "pulsetaker")["spec"]


def service(objects, name):
    return Objects(objects).named("Service", name)["spec"]


def remove(objects, kind, name):
    objects.remove(Objects(objects).named(kind, name))


@breaks("pods_run_as_an_unprivileged_user")
def a_pod_runs_as_root(o):
    pod(o, "network")["securityContext"]["runAsUser"] = 0


@breaks("pods_have_the_runtime_s_seccomp_profile")
def a_job_is_not_confined(o):
    del job_pod(o)["securityContext"]["seccompProfile"]


@breaks("containers_cannot_gain_privileges")
def a_container_may_gain_privileges(o):
    server(o, "assessment")["securityContext"]["allowPrivilegeEscalation"] = True


@breaks("containers_drop_every_capability")
def a_capability_comes_back(o):
    server(o, "survey")["securityContext"]["capabilities"]["add"] = ["SYS_ADMIN"]


@breaks("root_file_systems_are_read_only")
def a_root_can_be_written(o):
    job_pod(o)["initContainers"][0]["securityContext"][
        "readOnlyRootFilesystem"] = False


@breaks("pods_do_not_share_the_node")
def a_folder_of_the_node_is_mounted(o):
    pod(o, "survey")["volumes"].append(
        {"name": "node", "hostPath": {"path": "/"}})


@breaks("pods_have_no_token_of_kubernetes")
def a_token_is_mounted(o):
    del pod(o, "survey")["automountServiceAccountToken"]


@breaks("the_namespace_enforces_restricted_pods")
def the_namespace_lets_anything_run(o):
    Objects(o).of_kind("Namespace")[0]["metadata"]["labels"][
        "pod-security.kubernetes.io/enforce"] = "baseline"


@breaks("every_object_is_in_the_namespace")
def a_policy_is_in_another_namespace(o):
    Objects(o).named("NetworkPolicy", "survey")["metadata"][
        "namespace"] = "default"


@breaks("a_store_has_one_writer")
def a_store_has_two_writers(o):
    stateful_set(o, "survey")["replicas"] = 2


@breaks("stores_are_on_a_claim_of_the_set")
def a_store_is_beside_its_volume(o):
    variable(o, "survey", "PULSETAKER_DATA_DIR")["value"] = "/tmp/store"


@breaks("a_store_s_volume_has_one_node_at_most")
def a_store_s_volume_is_shared(o):
    stateful_set(o, "network")["volumeClaimTemplates"][0]["spec"][
        "accessModes"] = ["ReadWriteMany"]


@breaks("stores_outlive_their_set")
def a_store_goes_with_its_set(o):
    stateful_set(o, "survey")["persistentVolumeClaimRetentionPolicy"][
        "whenDeleted"] = "Delete"


@breaks("every_mount_has_its_volume")
def a_mount_has_no_volume(o):
    del pod(o, "survey")["volumes"]


@breaks("every_claim_of_a_pod_is_there")
def a_claim_is_not_there(o):
    remove(o, "PersistentVolumeClaim", "survey-backups")


@breaks("every_image_is_pinned")
def an_image_may_change(o):
    server(o, "network")["image"] = "pulsetaker:latest"


@breaks("one_version_runs")
def two_versions_run(o):
    server(o, "network")["image"] = "pulsetaker:0.0.9"


@breaks("containers_run_programs_of_the_image")
def a_shell_is_run(o):
    job_pod(o)["containers"][0]["command"] = ["/bin/sh", "-c", "true"]


@breaks("servers_run_their_own_program")
def a_service_runs_another_one_s_program(o):
    server(o, "assessment")["command"] = ["/usr/bin/pulsetaker-network"]


@breaks("every_variable_is_one_that_the_program_reads")
def a_variable_is_misspelt(o):
    variable(o, "survey", "PULSETAKER_GRACE")["name"] = "PULSETAKER_GRACES"


@breaks("every_option_is_one_that_the_program_has")
def an_option_is_misspelt(o):
    job_pod(o)["containers"][0]["command"][2] = "--backup-folder"


@breaks("analyses_have_the_threads_that_the_pod_may_use")
def analyses_take_the_node_s_processors(o):
    server(o, "network")["env"].remove(
        variable(o, "network", "PULSETAKER_ANALYSIS_THREADS"))


@breaks("kubernetes_puts_no_variables_of_its_own")
def variables_of_services_are_put(o):
    del pod(o, "network")["enableServiceLinks"]


@breaks("ports_are_those_that_the_program_opens")
def a_port_is_another_one(o):
    server(o, "network")["ports"][0]["containerPort"] = 7401


@breaks("servers_listen_on_the_pod_s_address")
def a_server_hears_itself_only(o):
    variable(o, "survey", "PULSETAKER_LISTEN")["value"] = "127.0.0.1:7401"


@breaks("probes_ask_the_operators_port")
def a_probe_asks_the_wrong_port(o):
    server(o, "survey")["readinessProbe"]["httpGet"]["port"] = "grpc"


@breaks("probes_ask_the_operators_port")
def a_probe_asks_in_plain_text(o):
    server(o, "survey")["readinessProbe"] = {"grpc": {"port": 7401}}


@breaks("opening_a_store_may_take_ten_minutes")
def a_replay_is_killed(o):
    server(o, "survey")["startupProbe"]["failureThreshold"] = 6


@breaks("a_slow_disk_is_no_reason_to_kill")
def a_slow_disk_kills(o):
    server(o, "survey")["livenessProbe"] = {
        "httpGet": {"path": "/healthz", "port": "admin"}}


@breaks("servers_have_time_to_drain_and_to_close")
def a_server_is_killed_while_it_drains(o):
    pod(o, "survey")["terminationGracePeriodSeconds"] = 20


@breaks("draining_outlasts_readiness")
def a_server_stops_before_anybody_looked(o):
    variable(o, "network", "PULSETAKER_DRAIN")["value"] = "2s"


@breaks("memory_is_never_promised_twice")
def memory_is_promised_twice(o):
    server(o, "survey")["resources"]["limits"]["memory"] = "16Gi"


@breaks("servers_have_the_memory_that_was_measured")
def memory_is_less_than_was_measured(o):
    for kind in ("requests", "limits"):
        server(o, "network")["resources"][kind]["memory"] = "512Mi"


@breaks("pods_spread_over_nodes")
def pods_gather_on_one_node(o):
    for each in pod(o, "survey")["topologySpreadConstraints"]:
        each["labelSelector"] = {"matchLabels": {"app": "other"}}


@breaks("every_server_has_a_budget_that_lets_nodes_drain")
def a_budget_stops_upgrades(o):
    Objects(o).named("PodDisruptionBudget", "survey")["spec"][
        "maxUnavailable"] = 0


@breaks("sizes_that_are_learnt_have_bounds")
def a_size_restarts_servers(o):
    Objects(o).named("VerticalPodAutoscaler", "survey")["spec"][
        "updatePolicy"]["updateMode"] = "Auto"


@breaks("selectors_of_sets_match_their_pods")
def a_selector_matches_nothing(o):
    stateful_set(o, "network")["selector"]["matchLabels"] = {"app": "network"}


@breaks("services_are_headless")
def a_service_has_one_address(o):
    del service(o, "survey")["clusterIP"]


@breaks("a_service_has_the_pods_of_its_name")
def a_service_has_the_pods_of_another(o):
    service(o, "survey")["selector"] = {"app.kubernetes.io/name": "network"}


@breaks("ports_of_services_are_ports_of_pods")
def a_service_s_port_is_nobody_s(o):
    service(o, "network")["ports"][0]["port"] = 7499


@breaks("the_operators_port_is_in_no_service")
def the_operators_port_is_in_a_service(o):
    service(o, "survey")["ports"].append(
        {"name": "admin", "port": 7411, "targetPort": "admin",
         "appProtocol": "https"})


@breaks("addresses_of_peers_are_services_of_ours")
def a_peer_s_address_is_misspelt(o):
    variable(o, "assessment", "PULSETAKER_NETWORK_ADDRESS")[
        "value"] = "dns:///networks:7402"


@breaks("every_peer_of_a_program_has_its_address")
def a_peer_s_address_is_missing(o):
    server(o, "network")["env"].remove(
        variable(o, "network", "PULSETAKER_SURVEY_ADDRESS"))


@breaks("nothing_is_allowed_unless_it_is_named")
def everything_is_allowed(o):
    remove(o, "NetworkPolicy", "deny-all")


@breaks("calls_are_allowed_as_they_are_made")
def a_call_that_is_made_is_denied(o):
    policy(o, "assessment")["egress"].pop()


@breaks("calls_are_allowed_as_they_are_made")
def a_call_that_nobody_makes_is_allowed(o):
    policy(o, "survey")["egress"] = [
        {"to": [{"podSelector": {"matchLabels": {
            "app.kubernetes.io/name": "network"}}}],
         "ports": [{"port": 7402, "protocol": "TCP"}]}]
    policy(o, "network")["ingress"][0]["from"].append(
        {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "survey"}}})


@breaks("no_rule_takes_in_everybody")
def everybody_may_call(o):
    del policy(o, "survey")["ingress"][0]["from"]


@breaks("every_pod_can_resolve_names_and_no_more")
def names_are_not_resolved(o):
    remove(o, "NetworkPolicy", "resolve-names")


@breaks("callers_look_for_pods_anew")
def connections_live_for_ever(o):
    server(o, "network")["env"] = [
        e for e in server(o, "network")["env"]
        if e["name"] != "PULSETAKER_CONNECTION_AGE_MAX"]


@breaks("spans_go_to_the_collector_and_nowhere_else")
def spans_leave_the_cluster(o):
    variable(o, "survey", "PULSETAKER_OTLP_ENDPOINT")["value"] = \
        "http://collector.example.org:4318"


@breaks("spans_go_to_the_collector_and_nowhere_else")
def any_pod_is_a_collector(o):
    del policy(o, "send-spans")["egress"][0]["to"][0]["podSelector"]


@breaks("only_prometheus_reads_metrics")
def a_whole_namespace_reads_metrics(o):
    del policy(o, "read-metrics")["ingress"][0]["from"][0]["podSelector"]


@breaks("only_prometheus_reads_metrics")
def jobs_have_metrics_to_read(o):
    policy(o, "read-metrics")["podSelector"] = {
        "matchLabels": {"app.kubernetes.io/part-of": "pulsetaker"}}


@breaks("only_prometheus_reads_metrics")
def nobody_reads_metrics(o):
    remove(o, "NetworkPolicy", "read-metrics")


@breaks("each_server_is_watched_once")
def a_server_is_not_watched(o):
    monitor(o)["selector"]["matchExpressions"][1]["values"].pop()


@breaks("each_server_is_watched_once")
def jobs_are_watched(o):
    monitor(o)["selector"]["matchExpressions"].pop()


@breaks("metrics_are_read_where_they_are")
def a_port_is_read_that_nobody_opens(o):
    monitor(o)["podMetricsEndpoints"][0]["port"] = "metrics"


@breaks("metrics_are_read_where_they_are")
def grpc_is_asked_for_metrics(o):
    monitor(o)["podMetricsEndpoints"][0]["port"] = "grpc"


@breaks("targets_are_called_what_the_rules_call_them")
def targets_have_no_service(o):
    monitor(o)["podMetricsEndpoints"][0]["relabelings"].pop()


@breaks("targets_are_read_often_enough_for_the_rules")
def targets_are_read_too_seldom(o):
    monitor(o)["podMetricsEndpoints"][0]["interval"] = "2m"


@breaks("what_is_watched_has_rules_and_dashboards")
def nobody_is_woken(o):
    for each in Objects(o).of_kind("PrometheusRule"):
        for group in each["spec"]["groups"]:
            group["rules"] = [r for r in group["rules"] if "record" in r]


@breaks("what_is_watched_has_rules_and_dashboards")
def grafana_does_not_find_dashboards(o):
    del Objects(o).named("ConfigMap", "pulsetaker-dashboards")["metadata"][
        "labels"]["grafana_dashboard"]


@breaks("every_object_says_what_it_belongs_to")
def rules_belong_to_nobody(o):
    del Objects(o).named("PrometheusRule", "pulsetaker-slo")["metadata"]["labels"]


@breaks("the_survey_service_is_backed_up")
def backups_are_on_the_store_s_volume(o):
    variable(o, "survey", "PULSETAKER_BACKUP_DIR")["value"] = "/data/backups"


@breaks("a_backup_counts_once_it_is_proven")
def a_backup_counts_unseen(o):
    job_pod(o)["containers"][0]["command"][1] = "verify"


@breaks("a_backup_counts_once_it_is_proven")
def another_backup_is_proven(o):
    job_pod(o)["containers"][0]["command"][5] = "20260131-080000-000000"


@breaks("a_backup_is_proven_where_the_server_puts_it")
def another_folder_is_proven(o):
    job_pod(o)["containers"][0]["command"][3] = "/backups/network"


@breaks("a_proof_can_mark_the_backup_and_leaves_the_rest_alone")
def a_proof_cannot_mark_the_backup(o):
    job_pod(o)["containers"][0]["volumeMounts"][0]["readOnly"] = True


@breaks("a_proof_can_mark_the_backup_and_leaves_the_rest_alone")
def a_proof_is_made_among_the_backups(o):
    job_pod(o)["containers"][0]["command"][7] = "/backups/scratch"


@breaks("a_proof_has_room_for_the_whole_store")
def a_proof_has_no_room(o):
    job_pod(o)["volumes"][1]["ephemeral"]["volumeClaimTemplate"]["spec"][
        "resources"]["requests"]["storage"] = "1Gi"


@breaks("the_job_runs_where_the_volume_is")
def the_job_runs_anywhere(o):
    del job_pod(o)["affinity"]


@breaks("jobs_do_not_run_over_each_other")
def jobs_run_over_each_other(o):
    job(o)["concurrencyPolicy"] = "Allow"


@breaks("the_gateway_speaks_tls_only")
def the_gateway_speaks_plain_text(o):
    Objects(o).of_kind("Gateway")[0]["spec"]["listeners"][0][
        "protocol"] = "HTTP"


@breaks("routes_leave_out_what_is_for_operators")
def backups_are_for_everybody(o):
    Objects(o).named("GRPCRoute", "survey")["spec"]["rules"][0][
        "matches"].append({"method": {
            "type": "Exact", "service": "pulsetaker.survey.v1.BackupService"}})


@breaks("routes_lead_to_services_that_have_the_methods")
def a_route_leads_astray(o):
    Objects(o).named("GRPCRoute", "network")["spec"]["rules"][0][
        "backendRefs"][0] = {"name": "survey", "port": 7401}


@breaks_a_schema
def a_field_is_misspelt(o):
    server(o, "survey")["readynessProbe"] = server(o, "survey").pop(
        "readinessProbe")


@breaks_a_schema
def a_number_is_a_word(o):
    stateful_set(o, "survey")["replicas"] = "one"


@breaks_a_schema
def a_field_is_in_the_wrong_place(o):
    stateful_set(o, "network")["terminationGracePeriodSeconds"] = 60


@breaks_a_schema
def a_required_field_is_missing(o):
    del job(o)["schedule"]


@breaks_a_schema
def a_route_has_an_unknown_field(o):
    Objects(o).named("GRPCRoute", "survey")["spec"]["rules"][0][
        "backendRefs"][0]["ports"] = 7401


@breaks_a_schema
def a_mode_that_there_is_not(o):
    Objects(o).named("VerticalPodAutoscaler", "survey")["spec"][
        "updatePolicy"]["updateMode"] = "Initially"


@breaks_a_schema
def a_rule_has_an_unknown_field(o):
    Objects(o).named("PrometheusRule", "pulsetaker-store")["spec"]["groups"][0][
        "rules"][0]["runbook"] = "none"


@breaks_a_schema
def a_monitor_reads_nothing(o):
    monitor(o)["podMetricsEndpoint"] = monitor(o).pop("podMetricsEndpoints")


@breaks_a_schema
def an_object_of_no_known_kind(o):
    Objects(o).named("NetworkPolicy", "survey")["kind"] = "NetworkPolice"
