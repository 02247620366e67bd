"""What a running container must not be able to do, whatever it was told."""

import socket

READ_ONLY = ("/", "/etc", "/usr", "/usr/bin", "/usr/lib")
NO_CAPABILITY = "0" * 16


def problems(running):
    """A sentence for each thing that is not as it is declared."""
    status = running.status()
    pod = running.pod
    wanted = {
        "Uid": "\t".join([str(pod.uid)] * 4),
        "Gid": "\t".join([str(pod.gid)] * 4),
        "NoNewPrivs": "1", "Seccomp": "2",
        **{name: NO_CAPABILITY
           for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")}}
    for name, value in wanted.items():
        if status[name] != value:
            yield f"{pod.name}: {name} is {status[name]!r}, not {value!r}"
    if status["Groups"].split() != [str(pod.volumes_gid)]:
        yield f"{pod.name}: is in groups {status['Groups']}"
    if status["NSpid"].split()[-1] != "1":
        yield f"{pod.name}: is not the first of its processes"
    for path in READ_ONLY:
        if running.can_write(path):
            yield f"{pod.name}: {path} can be written to"
    for mount in running.container.mounts:
        if running.can_write(mount.path) == mount.read_only:
            yield f"{pod.name}: {mount.path} is not as it was declared"
    for port in running.container.ports.values():
        try:
            socket.create_connection((running.address, port), 2).close()
        except OSError as error:
            yield f"{pod.name}: port {port}: {error}"
    most = int(status["VmHWM"].split()[0]) << 10
    if most > running.container.memory_max:
        yield (f"{pod.name}: had {most >> 20} MiB of "
               f"{running.container.memory_max >> 20}")
