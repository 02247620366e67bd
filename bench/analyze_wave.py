#!/usr/bin/env python3
"""What AnalyzeWave costs: reading, roles, null models, replicates and storing.

  PULSETAKER_REAL_DATA=DIR bench/analyze_wave.py build/release
      All 25 villages of korean_family_planning, beside igraph for the measures
      that it has of the same networks, in the same run.
  bench/analyze_wave.py build/release --people 500 [--rounds 3]
      One made-up wave of seven networks, with one thread and with two, in turns.

User CPU seconds: of the network service; of this process for igraph, measures
alone. The wall's seconds, of the client, are of use where nothing else runs.
"""

import argparse
import os
import pathlib
import resource
import statistics
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
    parser.add_argument("--people", type=int)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


ARGUMENTS = parse_arguments()
BUILD = ARGUMENTS.build.resolve()
os.environ.update(PULSETAKER_BIN=str(BUILD / "bin"),
                  PULSETAKER_SOURCE=str(ROOT),
                  PULSETAKER_PYTHON=str(BUILD / "tests" / "e2e" / "python"))
sys.path += [str(ROOT / "tests" / "e2e"), str(ROOT / "tests" / "oracle")]

import oracle  # noqa: E402
import system  # noqa: E402


def user_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        ticks = int(stat.read().rpartition(")")[2].split()[11])
    return ticks / os.sysconf("SC_CLK_TCK")


def analyze_all(services, flags):
    """User CPU and wall seconds of the network service for all places."""
    begin_cpu = user_seconds(services.network.process.pid)
    begin = time.monotonic()
    services.client("analyze", "--survey=bench", "--all", *flags)
    return (user_seconds(services.network.process.pid) - begin_cpu,
            time.monotonic() - begin)


def igraph_all(networks):
    begin = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    for network in networks:
        oracle.by_igraph(network)
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime - begin


def villages(data):
    networks = oracle.load_dataset(data)
    with system.System(analysis_threads=1) as services:
        services.client("import", data, "--survey=bench")
        least, least_wall = analyze_all(
            services, ["--null-draws=19", "--replicates=20"])
        usual, usual_wall = analyze_all(services, [])
    peer = igraph_all(networks)
    print(f"{len(networks)} networks")
    print(f"igraph, its measures alone              {peer:7.2f} s user")
    print(f"AnalyzeWave, fewest draws (19 and 20)   {least:7.2f} s user, "
          f"{least_wall:.2f} s wall, {least / peer:.1f} x igraph")
    print(f"AnalyzeWave, as usual (999 and 100)     {usual:7.2f} s user, "
          f"{usual_wall:.2f} s wall, {usual / peer:.1f} x igraph")


def made_up(people, rounds):
    found = {1: [], 2: []}  # By number of threads.
    with tempfile.TemporaryDirectory(prefix="pulsetaker-wave-") as folder:
        data = pathlib.Path(folder) / "wave"
        for _ in range(rounds):
            for threads, seconds in found.items():
                with system.System(analysis_threads=threads) as services:
                    if not data.exists():
                        services.client("synth", f"--out={data}",
                                        "--preset=random", "--places=1",
                                        "--waves=1", f"--people={people}")
                    services.client("import", data, "--survey=bench")
                    seconds.append(analyze_all(services, []))
    print(f"one wave of {people} people and 7 networks, 999 draws and 100 "
          f"replicates, median of {rounds}; load {os.getloadavg()[0]:.1f} on "
          f"{os.cpu_count()} cores")
    for threads, seconds in found.items():
        user, wall = (statistics.median(s) for s in zip(*seconds))
        print(f"{threads} thread{'s' if threads > 1 else ' '}  {user:7.2f} s "
              f"user, {wall:7.2f} s wall")
    ratios = [a[1] / b[1] for a, b in zip(found[1], found[2])]
    print(f"two threads beside one: {statistics.median(ratios):.2f} x "
          f"({min(ratios):.2f} to {max(ratios):.2f})")


def main():
    if ARGUMENTS.people:
        made_up(ARGUMENTS.people, ARGUMENTS.rounds)
    elif "PULSETAKER_REAL_DATA" in os.environ:
        villages(pathlib.Path(os.environ["PULSETAKER_REAL_DATA"]) /
                 "korean_family_planning")
    else:
        sys.exit("want PULSETAKER_REAL_DATA, or --people")


if __name__ == "__main__":
    main()
