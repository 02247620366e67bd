#!/usr/bin/env python3
"""What AnalyzeWave costs for all 25 villages of korean_family_planning, beside
igraph for the measures that it has of the same networks, in the same run.

  PULSETAKER_REAL_DATA=DIR bench/analyze_wave.py build/release

User CPU seconds: of the network service, reading, roles, null models,
replicates and storing included; of this process for igraph, measures alone.
"""

import os
import pathlib
import resource
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.dont_write_bytecode = True
if len(sys.argv) != 2 or "PULSETAKER_REAL_DATA" not in os.environ:
    sys.exit(__doc__)
BUILD = pathlib.Path(sys.argv[1]).resolve()
DATA = pathlib.Path(os.environ["PULSETAKER_REAL_DATA"]) / "korean_family_planning"
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
    """User CPU and wall seconds of the network service for all villages."""
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


def main():
    networks = oracle.load_dataset(DATA)
    with system.System(analysis_threads=1) as services:
        services.client("import", DATA, "--survey=bench")
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


if __name__ == "__main__":
    main()
