"""Runs a program in a root folder of its own, as a container is run: another
user, no capability, no way to get one, its own processes, the network of the
test."""

import os
import pathlib
import shutil

# A container's runtime makes these where an image has none.
MOUNT_POINTS = ("dev", "proc", "tmp")


def own_root(image, folder, mounts=()):
    """The image's files once more, with a folder for each mount, as a runtime
    lays them out. They are links: what writes to one would write to the image.
    """
    folder = pathlib.Path(folder)
    shutil.copytree(image, folder, symlinks=True, copy_function=os.link)
    for path in (*MOUNT_POINTS, *(each.lstrip("/") for each in mounts)):
        (folder / path).mkdir(parents=True, exist_ok=True)
    (folder / "etc/hosts").touch()
    return folder


def command(root, program, user, *, environment=None, binds=(),
            read_only_root=True, options=()):
    """What to start. `user` is (user, group, group of volumes), and `binds` are
    (folder outside, path inside, read only)."""
    uid, gid, volumes_gid = user
    words = ["setpriv", f"--reuid={uid}", f"--regid={gid}",
             f"--groups={volumes_gid}",
             "bwrap", "--unshare-user", "--unshare-pid", "--unshare-ipc",
             "--unshare-uts", "--as-pid-1", "--die-with-parent",
             "--new-session", "--cap-drop", "ALL", *options,
             "--ro-bind" if read_only_root else "--bind", str(root), "/",
             "--proc", "/proc", "--dev", "/dev", "--clearenv"]
    for name, value in (environment or {}).items():
        words += ["--setenv", name, value]
    for outside, inside, read_only in binds:
        words += ["--ro-bind" if read_only else "--bind", str(outside), inside]
    return [*words, "--", *program]
