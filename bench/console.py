#!/usr/bin/env python3
"""What the console's drawing of a large place costs in a browser.

  bench/console.py build/release                    5,000 people, 50,000 ties
  bench/console.py build/release --people 1000 --ties 10000 --seconds 2
  bench/console.py build/release --profiles DIR     and where its time goes

Wants console/dist, which tools/setup builds.

A made-up place, one of a tenth of its size, real services, the real gateway and
Debian's chromium. Prints the size of the answer, the time until the network is drawn,
and times of frames while somebody drags, zooms and points; beside it those of a canvas
of that size on which nothing is drawn, the limit in the same run. Without a graphics
card the processor draws, in competition with the page and the services.
"""

import argparse
import csv
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.dont_write_bytecode = True
SECTORS = ["council", "health", "voluntary", "police", "education", "residents"]
LAYERS = ["systemic", "sectoral", "frontline", "public"]
TEAM = 50  # People who mostly name each other.


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--ties", type=int, default=50_000)
    parser.add_argument("--seconds", type=int, default=5,
                        help="of each dragging, zooming and pointing")
    parser.add_argument("--profiles", default="",
                        help="a folder for profiles, which Chromium can open")
    return parser.parse_args()


ARGUMENTS = parse_arguments()
BUILD = ARGUMENTS.build.resolve()
os.environ.update(PULSETAKER_BIN=str(BUILD / "bin"),
                  PULSETAKER_SOURCE=str(ROOT),
                  PULSETAKER_PYTHON=str(BUILD / "tests" / "e2e" / "python"),
                  PULSETAKER_CONSOLE=str(ROOT / "console" / "dist"),
                  PULSETAKER_NODE_MODULES=str(ROOT / "tests" / "e2e" /
                                              "node_modules"))
# Before this folder, which has a file of the same name as one of there.
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

import console  # noqa: E402
import system  # noqa: E402


def named_by(person, people, count, chance):
    """Whom somebody names: of ten, seven of the own team, and three whom many name."""
    team = range(person // TEAM * TEAM, min(people, person // TEAM * TEAM + TEAM))
    named = set()
    while len(named) < count:
        other = (chance.choice(team) if chance.random() < 0.7 else
                 int(people * chance.random() ** 2))
        if other != person:
            named.add(other)
    return sorted(named)


def write_csv(path, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def write_places(folder, sizes):
    """`sizes`: {place: (people, ties)}. One network, which everybody answered."""
    chance = random.Random(1)
    people, ties = [], []
    for place, (person_count, tie_count) in sizes.items():
        ids = [f"{place.lower()}_{n:04d}" for n in range(person_count)]
        for n, person in enumerate(ids):
            people.append({
                "person_id": person, "locality": place, "name": f"Person {n}",
                "sector": SECTORS[n // TEAM % len(SECTORS)],
                "layer": LAYERS[n // 3 % len(LAYERS)], "answered": 1})
            ties += [{"locality": place, "wave": 1, "network": "work",
                      "from_person": person, "to_person": ids[other]}
                     for other in named_by(n, person_count,
                                           tie_count // person_count, chance)]
    folder.mkdir()
    write_csv(folder / "people.csv", people)
    write_csv(folder / "ties.csv", ties)


def watch(base, places):
    """What a browser found: a line a place, and one of the empty canvas."""
    wanted = {"places": places, "seconds": ARGUMENTS.seconds,
              "profiles": ARGUMENTS.profiles}
    done = subprocess.run(
        ["node", pathlib.Path(__file__).with_name("console_frames.mjs"), base],
        input=json.dumps(wanted), stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit("the browser did not do what was asked of it")
    return [json.loads(line) for line in done.stdout.splitlines()]


def print_frames(what, frames, limit):
    print(f"  {what:30}{frames['median']:8.1f} ms{frames['p95']:8.1f} ms"
          f"{frames['longest']:8.0f} ms{frames['rate']:8.1f}/s"
          f"{frames['rate'] / limit['rate']:8.2f}")


def report(title, seen, limit):
    print(f"\n{title}: {seen['answer_bytes'] / 1e6:.2f} MB of answer in "
          f"{seen['answer_seconds']:.2f} s, first paint after "
          f"{seen['first_paint']:.2f} s, drawn after {seen['drawn']:.2f} s; "
          f"main thread {seen['main_thread']:.2f} s until then, longest task "
          f"{seen['longest_task'] * 1e3:.0f} ms; "
          f"{seen['heap'] / 2**20:.0f} MiB of heap")
    for what, frames in seen["frames"].items():
        print_frames(what, frames, limit)


def main():
    sizes = {"Small": (ARGUMENTS.people // 10, ARGUMENTS.ties // 10),
             "Large": (ARGUMENTS.people, ARGUMENTS.ties)}
    with system.System() as running, \
            tempfile.TemporaryDirectory(prefix="pulsetaker-console-") as folder:
        data = pathlib.Path(folder) / "places"
        write_places(data, sizes)
        running.client("import", data, "--survey=bench")
        running.client("analyze", "--survey=bench", "--all", "--null-draws=19",
                       "--replicates=20")
        running.client("assess", "--survey=bench", "--all")
        with console.Gateway(running) as gateway:
            limit, *seen = watch(gateway.base, [
                f"#/tenants/local/localities/{place.lower()}/surveys/bench/waves/1"
                "/network" for place in sizes])
    print(f"{limit['renderer']}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} "
          f"cores\n  {'frames':30}{'median':>11}{'p95':>11}{'longest':>11}"
          f"{'rate':>10}{'of limit':>8}")
    print_frames("an empty canvas of that size", limit["frames"], limit["frames"])
    for (people, ties), found in zip(sizes.values(), seen):
        report(f"{people:,} people, {ties:,} ties", found, limit["frames"])


if __name__ == "__main__":
    main()
