"""Synthetic places of a known phase, or with a known kind of leadership, are
recognised, and places in which nothing is to be found yield no more findings
than the error rates allow.

    synthetic_places_test.py                small, holds it to docs/validation.md
    synthetic_places_test.py --draw FOLDER  draws the places of the page into
                                            FOLDER, half an hour of computing;
                                            goes on where it was stopped
    synthetic_places_test.py --write FOLDER puts the tables of what was drawn
                                            into the page

The places are those of `pulsetaker synth`; what the services find in them is
computed in the process of the program that PULSETAKER_SYNTHETIC_PLACES names.
Profiles were chosen with seeds 1 to 999; the seeds here are others.
"""

import collections
import json
import math
import os
import pathlib
import subprocess
import sys
import unittest
from concurrent import futures

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "validation.md"
PAGE_SEED, TEST_SEED = 1_000_000, 2_000_000

PHASES = ["latent", "design", "mobilisation", "mainstreaming", "embedding"]
DEPARTURES = [12, 18]
# The verdict that each kind of leadership is to get.
LEADERSHIP = {"open-shared-leadership": "OPEN_SHARED_LEADERSHIP",
              "closed-core": "CLOSED_CORE",
              "parallel-cliques": "PARALLEL_CLIQUES",
              "diffuse": "DIFFUSE",
              "too-few-answers": "INSUFFICIENT_DATA"}
VERDICTS = ["OPEN_SHARED_LEADERSHIP", "CLOSED_CORE", "PARALLEL_CLIQUES",
            "DIFFUSE", "INDETERMINATE", "INSUFFICIENT_DATA"]
ABSTENTIONS = {"INDETERMINATE", "INSUFFICIENT_DATA"}
NOTHING = {"no-effect": 2, "even-core": 1}  # Waves of a place.

# (preset, departure): places of the page, and of the test.
PHASE_SETS = {(f"phase-{phase}", departure): (500, 40)
              for departure in DEPARTURES for phase in PHASES}
NETWORK_SETS = {(preset, None): (500, 12)
                for preset in [*LEADERSHIP, "fragile-core", "even-core"]}
NETWORK_SETS["no-effect", None] = (200, 10)
SETS = PHASE_SETS | NETWORK_SETS
NETWORK_FLAGS = ["--networks", "--null_draws=99", "--replicates=50"]

# What happens once in so many runs of the test is not chance.
P_MIN = 0.001


def command(key, count, seed):
    preset, departure = key
    flags = [f"--preset={preset}", f"--places={count}", f"--seed={seed}"]
    if departure is not None:
        flags.append(f"--departure={departure}")
    if key in NETWORK_SETS:
        flags += NETWORK_FLAGS
    if preset != "no-effect":
        flags.append("--bootstrap=100")  # Nothing is tested with it there.
    return [os.environ["PULSETAKER_SYNTHETIC_PLACES"], *flags]


def draw(key, count, seed):
    run = subprocess.run(command(key, count, seed), stdout=subprocess.PIPE,
                         text=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def share(part, whole):
    return f"{part / whole:.2f}" if whole else "-"


def at_least(successes, trials, p):
    """The chance of so many successes or more."""
    if p in (0.0, 1.0):
        return float(successes <= trials * p)
    # By logarithms: of 2,500 trials the coefficients are beyond a float.
    return sum(math.exp(math.lgamma(trials + 1) - math.lgamma(k + 1) -
                        math.lgamma(trials - k + 1) + k * math.log(p) +
                        (trials - k) * math.log1p(-p))
               for k in range(successes, trials + 1))


def at_most(successes, trials, p):
    return at_least(trials - successes, trials, 1 - p)


def interval(successes, trials):
    """E. Clopper's and E. Pearson's, 95 %, by bisection."""
    def root(is_high):
        low, high = 0.0, 1.0
        for _ in range(50):
            middle = (low + high) / 2
            low, high = (low, middle) if is_high(middle) else (middle, high)
        return low
    low = root(lambda p: at_least(successes, trials, p) >= 0.025)
    high = root(lambda p: at_most(successes, trials, p) <= 0.025)
    return (0.0 if successes == 0 else low), (1.0 if successes == trials
                                              else high)


class Table:
    """Lines of Markdown."""

    def __init__(self, *head):
        self.head = head
        self.rows = []

    def add(self, *cells):
        self.rows.append([str(cell) for cell in cells])

    def lines(self):
        return ["| " + " | ".join(cells) + " |" for cells in
                (self.head, ["---"] * len(self.head), *self.rows)]

    def print(self):
        print("\n".join(self.lines()), end="\n\n")


def phase_outcome(place, true):
    """A phase, "between with it", "between without it", "indeterminate" or "not
    measured"."""
    wave = place["waves"][0]
    if wave["phase_verdict"] == "PHASE":
        return PHASES[wave["phase"]]
    if wave["phase_verdict"] == "BETWEEN":
        both = (wave["phase"], wave["second_phase"])
        return f"between {'with' if true in both else 'without'} it"
    return wave["phase_verdict"].lower().replace("_", " ")


PHASE_OUTCOMES = [*PHASES, "between with it", "between without it",
                  "indeterminate", "not measured"]


def phase_table(results):
    table = Table("true phase", "departure", "places", *PHASE_OUTCOMES,
                  "recognised", "abstained")
    for preset, departure in PHASE_SETS:
        phase = preset.removeprefix("phase-")
        places = results[preset, departure]
        counts = collections.Counter(
            phase_outcome(place, PHASES.index(phase)) for place in places)
        named = sum(counts[name] for name in PHASES)
        table.add(phase, departure, len(places),
                  *(counts[o] for o in PHASE_OUTCOMES),
                  share(counts[phase], len(places)),
                  share(len(places) - named, len(places)))
    return table


def clique(place, wave=0):
    return place["waves"][wave]["clique"]


def leadership_table(results):
    table = Table("true leadership", "places", *VERDICTS, "recognised",
                  "abstained", "right of the verdicts")
    for preset, true in LEADERSHIP.items():
        places = results[preset, None]
        counts = collections.Counter(clique(place)["verdict"]
                                     for place in places)
        given = [v for v in VERDICTS if v not in ABSTENTIONS]
        verdicts = sum(counts[v] for v in given)
        table.add(preset, len(places), *(counts[v] for v in VERDICTS),
                  share(counts[true], len(places)),
                  share(len(places) - verdicts, len(places)),
                  share(counts[true] if true in given else 0, verdicts))
    return table


def answers_table(results):
    """The four kinds together, by how many answered and how many there are."""
    table = Table("answered", "people", "places", "recognised", "another verdict",
                  "INDETERMINATE", "INSUFFICIENT_DATA")
    cells = collections.defaultdict(collections.Counter)
    for preset, true in LEADERSHIP.items():
        if true in ABSTENTIONS:
            continue
        for place in results[preset, None]:
            rate = place["response_rate"]
            verdict = clique(place)["verdict"]
            answered = ("under .65" if rate < 0.65 else
                        ".65 to .80" if rate < 0.8 else ".80 or more")
            people = "40 to 79" if place["people"] < 80 else "80 to 120"
            cells[answered, people][
                "right" if verdict == true else
                verdict if verdict in ABSTENTIONS else "wrong"] += 1
    for answered in ["under .65", ".65 to .80", ".80 or more"]:
        for people in ["40 to 79", "80 to 120"]:
            counts = cells[answered, people]
            whole = sum(counts.values())
            table.add(answered, people, whole,
                      *(share(counts[outcome], whole) for outcome in
                        ["right", "wrong", "INDETERMINATE",
                         "INSUFFICIENT_DATA"]))
    return table


FRAGILE = ["fragile-core", "open-shared-leadership", "closed-core",
           "parallel-cliques", "diffuse", "even-core"]


def fragile_counts(places, waves=1):
    measured = [clique(place, wave)["fragile"] for place in places
                for wave in range(waves)
                if clique(place, wave)["verdict"] != "INSUFFICIENT_DATA"]
    return sum(measured), len(measured)


def fragile_table(results):
    table = Table("leadership", "measured", "fragile", "share")
    for preset in FRAGILE:
        found, measured = fragile_counts(results[preset, None])
        table.add(preset, measured, found, share(found, measured))
    return table


def sector_counts(places, waves, statuses):
    standings = [status for place in places for wave in range(waves)
                 for status in clique(place, wave)["sectors"].values()
                 if status != "NOT_MEASURED"]
    return sum(status in statuses for status in standings), len(standings)


def verdict_counts(places, waves, verdict):
    verdicts = [clique(place, wave)["verdict"] for place in places
                for wave in range(waves)]
    measured = [v for v in verdicts if v != "INSUFFICIENT_DATA"]
    return measured.count(verdict), len(measured)


def risk_counts(places, risks):
    """Of the waves in which one of the risks was decided."""
    found = decided = 0
    for place in places:
        for wave in place["waves"]:
            fired = [risk for risk in wave["fired"] if risk in risks]
            found += bool(fired)
            decided += bool(fired or set(risks) & set(wave["not_fired"]))
    return found, decided


OTHER_RISKS = ["complacency", "capacity_missing", "resistance",
               "founders_hold_on", "weak_management", "misalignment",
               "stagnation", "imbalance", "public_bystanders"]


def change_findings(places):
    second = [place["waves"][1] for place in places]
    def count(*statuses):
        return sum(wave["change"] in statuses for wave in second), len(second)
    falls = sum(wave["falls"] > 0 for wave in second), len(second)
    return [("a corner or arrow falls reliably", falls, 0.10),
            ("REGRESSION", count("REGRESSION"), 0.10),
            ("COMPOSITION_SHIFT", count("COMPOSITION_SHIFT"), 0.10),
            ("WATCH", count("WATCH"), 0.10),
            ("any of the three",
             count("REGRESSION", "COMPOSITION_SHIFT", "WATCH"), 0.20)]


def network_findings(places, waves, closed_rate):
    return [("CLOSED_CORE", verdict_counts(places, waves, "CLOSED_CORE"),
             closed_rate),
            ("PARALLEL_CLIQUES",
             verdict_counts(places, waves, "PARALLEL_CLIQUES"), 0.25),
            ("fragile", fragile_counts(places, waves), 0.05),
            ("sector EXCLUDED", sector_counts(places, waves, {"EXCLUDED"}),
             0.05),
            ("sector EXCLUDED, DETACHED or WEAK",
             sector_counts(places, waves, {"EXCLUDED", "DETACHED", "WEAK"}),
             0.05),
            ("sector COURTED, DETACHED or WEAK",
             sector_counts(places, waves, {"COURTED", "DETACHED", "WEAK"}),
             0.05)]


def nothing_findings(results):
    """(preset, finding, (found, tested), rate allowed)"""
    nation = results["no-effect", None]
    findings = [("no-effect", *finding) for finding in (
        *change_findings(nation),
        ("risk core_departure", risk_counts(nation, ["core_departure"]), 0.05),
        ("risk enemies", risk_counts(nation, ["enemies"]), 0.10),
        ("any other risk", risk_counts(nation, OTHER_RISKS), 0.05),
        *network_findings(nation, 2, 0.05))]
    even = results["even-core", None]
    return findings + [("even-core", *finding)
                       for finding in network_findings(even, 1, 0.125)]


def nothing_table(results):
    table = Table("places", "finding", "tested", "found", "rate",
                  "95 % interval", "allowed", "p of more")
    for preset, finding, (found, tested), allowed in nothing_findings(results):
        low, high = interval(found, tested) if tested else (0, 1)
        table.add(preset, finding, tested, found,
                  f"{found / tested:.3f}" if tested else "-",
                  f"{low:.3f} to {high:.3f}", f"{allowed:.3f}",
                  f"{at_least(found, tested, allowed):.3f}")
    return table


TABLES = [phase_table, leadership_table, answers_table, fragile_table,
          nothing_table]


def tables_of_page():
    """{head of a table: its rows} of the page."""
    tables, head = {}, None
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            head = None
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if head is None:
            head = tuple(cells)
            tables[head] = []
        elif not set(line) <= set("|-: "):
            tables[head].append(cells)
    return tables


class SyntheticPlacesTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        with futures.ThreadPoolExecutor(2) as pool:
            drawn = {key: pool.submit(draw, key, count, TEST_SEED)
                     for key, (_, count) in SETS.items()}
            cls.results = {key: future.result()
                           for key, future in drawn.items()}
        cls.page = tables_of_page()

    def rows(self, make_table):
        """Pairs of a row found now and the same of the page, as {head: cell}."""
        table = make_table(self.results)
        table.print()
        self.assertIn(table.head, self.page)
        page = self.page[table.head]
        self.assertEqual(len(page), len(table.rows))
        return [(dict(zip(table.head, now)), dict(zip(table.head, then)))
                for now, then in zip(table.rows, page)]

    def hold_to_page(self, make_table, outcomes, is_right):
        """As many are recognised as the page has, but for chance; and no more
        get another verdict."""
        for now, then in self.rows(make_table):
            kind, *_ = now.values()
            self.assertEqual(kind, next(iter(then.values())))
            for wanted, chance in ((is_right, at_most),
                                   (self.is_wrong(is_right), at_least)):
                with self.subTest(kind=kind, wrong=chance is at_least):
                    cells = [[sum(int(row[o]) for o in outcomes
                                  if wanted(kind, o)),
                              sum(int(row[o]) for o in outcomes)]
                             for row in (now, then)]
                    (found, trials), (on_page, of_page) = cells
                    # As if the next place of the page would be either.
                    rate = (on_page + 0.5) / (of_page + 1)
                    self.assertGreater(chance(found, trials, rate), P_MIN)

    @staticmethod
    def is_wrong(is_right):
        named = {*PHASES, *VERDICTS} - ABSTENTIONS | {"between without it"}
        return lambda kind, outcome: (outcome in named and
                                      not is_right(kind, outcome))

    def test_phases_are_recognised(self):
        self.hold_to_page(phase_table, PHASE_OUTCOMES,
                          lambda kind, outcome: outcome == kind)

    def test_leadership_is_recognised(self):
        self.hold_to_page(leadership_table, VERDICTS,
                          lambda kind, outcome: outcome == LEADERSHIP[kind])

    def test_fragile_cores_are_recognised(self):
        for now, then in self.rows(fragile_table):
            self.assertEqual(now["leadership"], then["leadership"])
            rate = ((int(then["fragile"]) + 0.5) / (int(then["measured"]) + 1))
            for chance in (at_least, at_most):
                self.assertGreater(
                    chance(int(now["fragile"]), int(now["measured"]), rate),
                    P_MIN, now["leadership"])

    def test_nothing_is_found_where_nothing_is(self):
        for now, then in self.rows(nothing_table):
            self.assertEqual((now["places"], now["finding"]),
                             (then["places"], then["finding"]))
            self.assertGreaterEqual(float(then["p of more"]), P_MIN, then)
        for preset, finding, (found, tested), allowed in nothing_findings(
                self.results):
            with self.subTest(places=preset, finding=finding):
                self.assertGreater(at_least(found, tested, allowed), P_MIN)

    def test_page_adds_up(self):
        """Rates on the page follow from the counts there."""
        for make_table, outcomes, right in (
                (phase_table, PHASE_OUTCOMES, lambda kind: kind),
                (leadership_table, VERDICTS, LEADERSHIP.get)):
            head = make_table(self.results).head
            for cells in self.page[head]:
                row = dict(zip(head, cells))
                places = int(row["places"])
                self.assertEqual(
                    sum(int(row[outcome]) for outcome in outcomes), places)
                self.assertEqual(row["recognised"],
                                 share(int(row[right(cells[0])]), places))


def file_of(folder, key):
    preset, departure = key
    return folder / (f"{preset}.jsonl" if departure is None else
                     f"{preset}-{departure}.jsonl")


def whole_lines(path):
    """Without the one that was being written when somebody stopped it."""
    if not path.exists():
        return []
    return [line for line in path.read_text().splitlines(keepends=True)
            if line.endswith("\n")]


def draw_set(folder, key, count):
    path = file_of(folder, key)
    lines = whole_lines(path)
    path.write_text("".join(lines))
    with open(path, "a", encoding="utf-8") as file:
        subprocess.run([*command(key, count, PAGE_SEED),
                        f"--after={len(lines)}"], stdout=file, check=True)


def draw_page(folder):
    """The places of the page, each set into a file of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    with futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for drawn in [pool.submit(draw_set, folder, key, count)
                      for key, (count, _) in SETS.items()]:
            drawn.result()


def write_page(folder):
    """Puts tables of as many places as were drawn where those of the same head
    are."""
    results = {key: [json.loads(line)
                     for line in whole_lines(file_of(folder, key))]
               for key in SETS}
    written = {}
    for make_table in TABLES:
        table = make_table(results)
        written[table.lines()[0]] = table
    lines, inside = [], False
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        inside = inside and line.startswith("|")
        if line in written:
            lines += written.pop(line).lines()
            inside = True
        elif not inside:
            lines.append(line)
    if written:
        sys.exit("the page has no table " + ", ".join(written))
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--draw":
        draw_page(pathlib.Path(sys.argv[2]))
    elif len(sys.argv) == 3 and sys.argv[1] == "--write":
        write_page(pathlib.Path(sys.argv[2]))
    else:
        unittest.main()
