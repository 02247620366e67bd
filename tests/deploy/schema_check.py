"""Objects against the schemas of Kubernetes and of what its operators bring.

npm's kubernetes-models has each schema as a type of TypeScript. An object becomes
a literal of its type, and the compiler says which field is unknown, of another
type, or missing.
"""

import json
import pathlib
import re
import subprocess
import tempfile

FOLDER = pathlib.Path(__file__).resolve().parent
COMPILER = FOLDER / "node_modules/typescript/bin/tsc"
PACKAGES = {
    "autoscaling.k8s.io": "@kubernetes-models/autoscaler/",
    "cert-manager.io": "@kubernetes-models/cert-manager/",
    "gateway.networking.k8s.io": "@kubernetes-models/gateway-api/",
    "monitoring.coreos.com": "@kubernetes-models/prometheus-operator/",
}


def module_of(thing):
    group = thing["apiVersion"].partition("/")[0]
    package = PACKAGES.get(group, "kubernetes-models/")
    return f"{package}{thing['apiVersion']}/{thing['kind']}"


def check(objects):
    """What the compiler says of each object: a list of lists of lines, all empty
    if every object is as its schema says. To have no schema is an error, too."""
    # Beside node_modules, where the compiler looks for modules.
    with tempfile.TemporaryDirectory(dir=FOLDER, prefix=".schema_") as scratch:
        for number, each in enumerate(objects):
            (pathlib.Path(scratch) / f"o{number}.ts").write_text(
                f'import type {{I{each["kind"]} as T}} from '
                f'"{module_of(each)}";\n'
                f"export const object: T = {json.dumps(each, indent=1)};\n")
        done = subprocess.run(
            [COMPILER, "--noEmit", "--strict", "--skipLibCheck", "--target",
             "es2022", "--module", "nodenext", "--moduleResolution", "nodenext",
             *sorted(pathlib.Path(scratch).iterdir())],
            capture_output=True, text=True, check=False)
    said = [[] for _ in objects]
    for line in done.stdout.splitlines():
        found = re.search(r"\bo(\d+)\.ts\(.*error TS\d+", line)
        if found:
            said[int(found[1])].append(line)
    if done.returncode != 0 and not any(said):
        raise RuntimeError(done.stdout + done.stderr)
    return said
