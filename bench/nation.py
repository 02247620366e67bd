#!/usr/bin/env python3
"""What it costs to assess a nation by one command, and where that goes.

  bench/nation.py build/release                            400 places of 500 people
  bench/nation.py build/release --places 8 --people 500    a quick look

Synthetic places with two closed waves each are imported, then assessed by
`pulsetaker assess-nation`, whose progress bar a terminal shows. Prints seconds of
the wall and of CPU of each stage, and the peak of memory of each service; beside
it the same places assessed singly, one after the other, by network and assessment
services that have seen none of them: all places, or a sample (--sample) from which
the rest is extrapolated, and said to be. CPU seconds are user and system time; the
wall's are of use where nothing else runs.
"""

import argparse
import json
import os
import pathlib
import re
import resource
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.dont_write_bytecode = True


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--places", type=int, default=400)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--waves", type=int, default=2)
    parser.add_argument("--sample", type=int, default=4,
                        help="places that are assessed singly, too")
    parser.add_argument("--concurrent-places", type=int, default=2)
    parser.add_argument("--analysis-threads", type=int, default=2)
    return parser.parse_args()


ARGUMENTS = parse_arguments()
BUILD = ARGUMENTS.build.resolve()
os.environ.update(PULSETAKER_BIN=str(BUILD / "bin"),
                  PULSETAKER_SOURCE=str(ROOT),
                  PULSETAKER_PYTHON=str(BUILD / "tests" / "e2e" / "python"))
sys.path.append(str(ROOT / "tests" / "e2e"))

import system  # noqa: E402


def cpu_seconds(service):
    path = f"/proc/{service.process.pid}/stat"
    with open(path, encoding="ascii") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_mib(service):
    path = f"/proc/{service.process.pid}/status"
    with open(path, encoding="ascii") as status:
        return int(re.search(r"VmHWM:\s+(\d+) kB", status.read())[1]) / 1024


class Meter:
    """CPU seconds of services and of the commands run meanwhile, and the
    wall's."""

    def __init__(self, **services):
        self.services = services
        self.begin = {n: cpu_seconds(s) for n, s in services.items()}
        self.begin_client = self.client_seconds()
        self.begin_wall = time.monotonic()

    @staticmethod
    def client_seconds():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    def stop(self):
        self.wall = time.monotonic() - self.begin_wall
        self.cpu = {n: cpu_seconds(s) - self.begin[n]
                    for n, s in self.services.items()}
        self.cpu["client"] = self.client_seconds() - self.begin_client
        return self

    def total(self):
        return sum(self.cpu.values())


def client(addresses, *arguments):
    """Runs the command-line client; its progress goes where ours does."""
    environment = dict(os.environ, **{
        f"PULSETAKER_{name.upper()}_ADDRESS": service.address
        for name, service in addresses.items()})
    done = subprocess.run([BUILD / "bin" / "pulsetaker", *map(str, arguments)],
                          env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"pulsetaker {arguments[0]} exited with {done.returncode}:\n"
                 f"{done.stdout}")
    return done.stdout


def bring_in(services):
    with tempfile.TemporaryDirectory(prefix="pulsetaker-nation-") as folder:
        data = pathlib.Path(folder) / "nation"
        client(services, "synth", f"--out={data}", "--preset=random",
               f"--places={ARGUMENTS.places}", f"--people={ARGUMENTS.people}",
               f"--waves={ARGUMENTS.waves}")
        meter = Meter(survey=services["survey"])
        client(services, "import", data, "--survey=bench")
        return meter.stop()


def place_ids(services):
    """Of the places that were assessed, which another run finds again."""
    found = json.loads(client(services, "assess-nation", "--survey=bench",
                              "--output=json"))
    return [place["locality"].rpartition("/")[2] for place in found["places"]]


def assess_singly(running, survey, places):
    """A sample of the places, by services that have seen none."""
    count = min(ARGUMENTS.sample, len(places))
    chosen = [places[i * len(places) // count] for i in range(count)]
    network = running.start("network", network_flags(survey),
                            folder="network-single")
    assessment = running.start(
        "assessment", assessment_flags(survey, network),
        folder="assessment-single")
    meter = Meter(survey=survey, network=network, assessment=assessment)
    for place in chosen:
        client({"survey": survey, "network": network, "assessment": assessment},
               "assess", "--survey=bench", f"--locality={place}",
               "--parallel=1")
    return meter.stop(), count


def network_flags(survey):
    return [f"--survey_address={survey.address}",
            f"--analysis_threads={ARGUMENTS.analysis_threads}"]


def assessment_flags(survey, network):
    return [f"--survey_address={survey.address}",
            f"--network_address={network.address}",
            f"--concurrent_places={ARGUMENTS.concurrent_places}"]


def print_row(what, wall, cpu, of):
    print(f"{what:34}{wall:>10}{cpu:10.2f} s{cpu / of:9.1%}")


def report(imported, nation, services):
    total = imported.total() + nation.total()
    print(f"\n{'stage':34}{'wall':>10}{'CPU':>12}{'share':>9}")
    print_row("import", f"{imported.wall:.1f} s", imported.total(), total)
    print_row("assess-nation", f"{nation.wall:.1f} s", nation.total(), total)
    for what, part in [("  reading (survey service)", "survey"),
                       ("  analysis (network service)", "network"),
                       ("  assessment (assessment service)", "assessment"),
                       ("  command", "client")]:
        print_row(what, "", nation.cpu[part], total)
    print("peak of memory: " + ", ".join(
        f"{name} {peak_mib(service):.0f} MiB"
        for name, service in services.items()))


def compare(nation, single, count):
    places = ARGUMENTS.places
    how = ("all of them" if count == places else
           f"extrapolated from {count} of {places}")
    cpu = single.total() * places / count
    wall = single.wall * places / count
    print(f"singly, one after the other, {how}: {wall:.1f} s wall, "
          f"{cpu:.2f} s CPU; the nation at once took "
          f"{nation.wall / wall:.2f} and {nation.total() / cpu:.2f} of that")


def main():
    with system.System(ARGUMENTS.analysis_threads) as running:
        survey, network = running.survey, running.network
        assessment = running.start(
            "assessment", assessment_flags(survey, network),
            folder="assessment-nation")
        services = {"survey": survey, "network": network,
                    "assessment": assessment}
        imported = bring_in(services)
        meter = Meter(**services)
        print(client(services, "assess-nation", "--survey=bench",
                     "--wait=48h"))
        nation = meter.stop()
        print(f"{ARGUMENTS.places} places of {ARGUMENTS.people} people, "
              f"{ARGUMENTS.waves} waves, {ARGUMENTS.concurrent_places} places "
              f"at once, {ARGUMENTS.analysis_threads} threads an analysis; "
              f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        report(imported, nation, services)
        compare(nation,
                *assess_singly(running, survey, place_ids(services)))


if __name__ == "__main__":
    main()
