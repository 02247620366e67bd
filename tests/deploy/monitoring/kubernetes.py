"""Metrics that are not of our servers: what has them, and with which labels.

kubelet: kubernetes.io/docs/reference/instrumentation/metrics. cAdvisor, which is
in it: github.com/google/cadvisor/blob/master/docs/storage/prometheus.md.
kube-state-metrics: github.com/kubernetes/kube-state-metrics/tree/main/docs/metrics.
Prometheus makes `up` itself.
"""

POD = {"namespace", "pod"}
CONTAINER = POD | {"container"}
CLAIM = {"namespace", "persistentvolumeclaim"}
JOB = {"namespace", "job_name"}

LABELS = {
    "container_cpu_cfs_periods_total": CONTAINER,
    "container_cpu_cfs_throttled_periods_total": CONTAINER,
    "container_cpu_usage_seconds_total": CONTAINER,
    "container_memory_working_set_bytes": CONTAINER,
    "kube_job_created": JOB,
    "kube_job_failed": JOB | {"condition"},
    "kube_pod_container_resource_limits": CONTAINER | {"resource", "unit"},
    "kube_pod_container_status_last_terminated_reason": CONTAINER | {"reason"},
    "kube_pod_container_status_restarts_total": CONTAINER,
    "kube_pod_status_ready": POD | {"condition"},
    "kubelet_volume_stats_available_bytes": CLAIM,
    "kubelet_volume_stats_capacity_bytes": CLAIM,
    "up": set(),
}
