"""What is known of two real surveys comes out of the analysis: people whom many
name adopt earlier, and who has a role is who the source counts as a leader.

In-degrees and roles are those of the network service's AnalyzeWave, by the binary
wave_roles, which PULSETAKER_WAVE_ROLES names. Prints the tables of
docs/validation.md and holds the page to them. Reads the folder named by
PULSETAKER_REAL_DATA; reports itself as skipped where that is not set.
"""

import collections
import csv
import json
import os
import pathlib
import subprocess
import sys
import unittest
from dataclasses import dataclass, field

SKIPPED = 77

try:
    import rank_correlation
except ImportError as missing:  # numpy or scipy.
    print(f"skipped: {missing}")
    sys.exit(SKIPPED)

DATA = os.environ.get("PULSETAKER_REAL_DATA")
PROGRAM = os.environ.get("PULSETAKER_WAVE_ROLES")
PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "validation.md"
ALL = "all together"
# How far a p-value of the page may be off: draws differ with numpy's version.
P_TOLERANCE = 0.005
# What stands for a mean of fewer than so many people, which would tell of them.
FEW, PEOPLE_MIN = "few", 5

ROLES = ["hub", "gatekeeper", "pulsetaker"]
# The source's scores of leadership, by the network that they are about.
LEADERSHIP = {"fp_advice": "leader_fp", "health_advice": "leader_health",
              "purchase_advice": "leader_purchase",
              "education_advice": "leader_education"}


@dataclass
class Person:
    """One who was asked, as the data and the analysis have them."""

    place: str
    attributes: dict
    adoption: int = None  # None if the source does not know.
    adopted: bool = False
    in_degree: dict = field(default_factory=dict)  # By network, as is `roles`.
    roles: dict = field(default_factory=dict)


def rows(name, file):
    path = pathlib.Path(DATA) / name / file
    with open(path, newline="", encoding="utf-8") as text:
        return list(csv.DictReader(text))


def waves_text(name, people, ties):
    """The input of wave_roles: a wave for each place."""
    networks = json.loads(
        (pathlib.Path(DATA) / name / "meta.json").read_text(encoding="utf-8"))[
            "networks"]
    lines = []
    for place in sorted({person["locality"] for person in people}):
        there = [p for p in people if p["locality"] == place]
        theirs = [tie for tie in ties if tie["locality"] == place]
        lines.append(f"wave {place} {len(networks)} {len(there)} {len(theirs)}")
        lines += [f"{network} "
                  f"{'directed' if about['directed'] else 'undirected'}"
                  for network, about in networks.items()]
        lines += [f"{p['person_id']} "
                  f"{'named_only' if p.get('respondent') == '0' else 'asked'}"
                  for p in there]
        lines += [f"{tie['network']} {tie['from_person']} {tie['to_person']}"
                  for tie in theirs]
    return "\n".join(lines) + "\n"


def load(name, column, never, unknown):
    """({person: Person} of everybody who was asked, rows of the ties)."""
    everybody = rows(name, "people.csv")
    ties = rows(name, "ties.csv")
    run = subprocess.run([PROGRAM], input=waves_text(name, everybody, ties),
                         capture_output=True, text=True, check=True)
    attributes = {row["person_id"]: row for row in everybody}
    people = {}
    for line in run.stdout.splitlines():
        for key, found in json.loads(line)["people"].items():
            row = attributes[key]
            person = people[key] = Person(row["locality"], row)
            if row[column] not in unknown:
                person.adoption = int(row[column])
                person.adopted = row[column] != never
            for network, measured in found.items():
                if "in_degree" in measured:
                    person.in_degree[network] = measured["in_degree"]
                person.roles[network] = measured["roles"]
    return people, ties


def strata(people, x, y, stratum=lambda person: person.place):
    """Pairs of lists, one a stratum, of those who have both."""
    pairs = collections.defaultdict(lambda: ([], []))
    for person in people:
        values = x(person), y(person)
        if None in values:
            continue
        for side, value in zip(pairs[stratum(person)], values):
            side.append(value)
    return list(pairs.values())


def adoption(person):
    return person.adoption


def adoption_of_adopters(person):
    return person.adoption if person.adopted else None


def in_degree(network):
    """That of a network, or the sum over all of them."""
    if network == ALL:
        return lambda person: sum(person.in_degree.values())
    return lambda person: person.in_degree.get(network)


def score(network):
    column = LEADERSHIP.get(network)
    def of(person):
        value = person.attributes[column] if column else ""
        return float(value) if value else None
    return of


def has_role(network, role):
    return lambda person: int(role in person.roles[network])


def decade(person):
    age = person.attributes["age"]
    return (person.place, int(age) // 10) if age else (person.place, None)


def percentile(people, holds, value):
    """(mean of the mid-rank percentiles of those who hold a role, within their
    place, in [0, 1]; how many they are; in how many places), or None."""
    found = []
    places = 0
    for held, values in strata(people, holds, value):
        ranks = rank_correlation.rankdata(values)
        there = [(rank - 0.5) / len(values)
                 for rank, is_held in zip(ranks, held) if is_held]
        found += there
        places += bool(there)
    return (sum(found) / len(found), len(found), places) if found else None


def p_text(p):
    return "< .0001" if p < 1e-4 else f"{p:.4f}"


class Table:
    """Lines of Markdown."""

    def __init__(self, *head):
        self.head = head
        self.rows = []

    def add(self, *cells):
        self.rows.append([str(cell) for cell in cells])

    def print(self):
        for cells in (self.head, ["---"] * len(self.head), *self.rows):
            print("| " + " | ".join(cells) + " |")
        print()


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
        elif set(cells) != {"---"}:
            tables[head].append(cells)
    return tables


def agree(head, ours, page):
    is_p = head == "p" or head.startswith("p ")
    if not is_p or not {"-", FEW}.isdisjoint((ours, page)):
        return ours == page
    numbers = [0.0 if text.startswith("<") else float(text)
               for text in (ours, page)]
    return abs(numbers[0] - numbers[1]) <= P_TOLERANCE


@unittest.skipUnless(DATA, "PULSETAKER_REAL_DATA is not set")
class ValidationTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.data = {
            # The source does not say what 99 is.
            "ckm_physicians": load(
                "ckm_physicians", "adoption_date", "18", ["98", "99"]),
            "korean_family_planning": load(
                "korean_family_planning", "adoption_time", "11", [""])}

    def hold_page_to(self, table):
        """The page has the table, as it is."""
        table.print()
        rows = tables_of_page().get(table.head)
        self.assertIsNotNone(rows, f"{PAGE} has no table {table.head}")
        self.assertEqual(len(rows), len(table.rows), table.head)
        for ours, page in zip(table.rows, rows):
            for head, a, b in zip(table.head, ours, page, strict=True):
                self.assertTrue(agree(head, a, b),
                                f"{ours[:2]} {head}: {a}, the page has {b}")

    def networks(self, name):
        people, _ = self.data[name]
        return list(next(iter(people.values())).roles)

    def test_in_degrees_are_those_of_the_data(self):
        for name, (people, ties) in self.data.items():
            counts = collections.Counter(
                (tie["network"], tie["to_person"]) for tie in ties
                if tie["from_person"] in people)
            compared = 0
            for key, person in people.items():
                for network, degree in person.in_degree.items():
                    self.assertEqual(degree, counts[network, key])
                    compared += 1
            self.assertEqual(compared, len(people) * len(self.networks(name)))

    def test_who_is_named_by_many_adopts_earlier(self):
        table = Table("data", "network", "people", "rho", "p", "p (Holm)",
                      "places with rho < 0", "adopters", "rho of adopters",
                      "p of adopters")
        for name, (people, _) in self.data.items():
            networks = self.networks(name)
            found = {
                network: [rank_correlation.correlation(
                    strata(people.values(), in_degree(network), y))
                    for y in (adoption, adoption_of_adopters)]
                for network in [ALL, *networks]}
            adjusted = dict(zip(networks, rank_correlation.holm(
                [found[network][0].p_low for network in networks])))
            for network, (everybody, adopters) in found.items():
                table.add(name, network, everybody.people,
                          f"{everybody.rho:.2f}", p_text(everybody.p_low),
                          p_text(adjusted[network]) if network in adjusted
                          else "-",
                          f"{everybody.negative_strata} of {everybody.strata}",
                          adopters.people, f"{adopters.rho:.2f}",
                          p_text(adopters.p_low))
            # What was known before.
            self.assertLess(found[ALL][0].p_low, 0.05)
            self.assertLess(found[ALL][1].p_low, 0.05)
        self.hold_page_to(table)

    def test_age_does_not_explain_it(self):
        people, _ = self.data["korean_family_planning"]
        table = Table("within", "whose adoption", "people", "rho", "p")
        for whose, y in (("everybody's", adoption),
                         ("adopters'", adoption_of_adopters)):
            for within, stratum in (("village", lambda person: person.place),
                                    ("village and decade of age", decade)):
                found = rank_correlation.correlation(
                    strata(people.values(), in_degree(ALL), y, stratum))
                table.add(within, whose, found.people, f"{found.rho:.2f}",
                          p_text(found.p_low))
                self.assertLess(found.p_low, 0.05)
        self.hold_page_to(table)

    def test_in_degree_is_the_sources_leadership(self):
        people, _ = self.data["korean_family_planning"]
        table = Table("network", "score of the source", "people with a score",
                      "equal to in-degree", "rho within villages")
        for network, column in LEADERSHIP.items():
            pairs = strata(people.values(), in_degree(network), score(network))
            found = rank_correlation.correlation(pairs)
            table.add(network, column, sum(len(x) for x, _ in pairs),
                      sum(a == b for x, y in pairs for a, b in zip(x, y)),
                      f"{found.rho:.3f}")
            self.assertGreater(found.rho, 0.9)
        self.hold_page_to(table)

    def test_roles_beside_leadership_and_adoption(self):
        table = Table("data", "network", "role", "people", "places",
                      "leadership", "p of leadership", "adoption time",
                      "p of adoption")
        for name, (people, _) in self.data.items():
            for network in self.networks(name):
                for role in ROLES:
                    table.add(name, network, role, *self.role_cells(
                        people.values(), network, role))
        self.hold_page_to(table)
        self.print_villages()

    def print_villages(self):
        """Not for the page: what is told of one holder is told of a person."""
        people, _ = self.data["korean_family_planning"]
        for place in sorted({person.place for person in people.values()}):
            there = [p for p in people.values() if p.place == place]
            for network in LEADERSHIP:
                cells = []
                for role in ROLES:
                    mean = percentile(there, has_role(network, role),
                                      score(network))
                    cells.append(f"{role} -" if mean is None else
                                 f"{role} {mean[1]} at {mean[0]:.2f}")
                print(place, network, ", ".join(cells))

    def role_cells(self, people, network, role):
        holds = has_role(network, role)
        holders = [person for person in people if holds(person)]
        cells = [len(holders), len({person.place for person in holders})]
        for value, side in ((score(network), "p_high"), (adoption, "p_low")):
            if value is not adoption and network not in LEADERSHIP:
                cells += ["-", "-"]
                continue
            mean = percentile(people, holds, value)
            found = rank_correlation.correlation(strata(people, holds, value))
            if mean is None or mean[1] < PEOPLE_MIN:
                cells += [FEW, FEW]
            else:
                cells += [f"{mean[0]:.2f}", p_text(getattr(found, side))]
            if value is not adoption and role == "hub":
                self.assertGreater(mean[0], 0.8)
                self.assertLess(found.p_high, 0.001)
        return cells


if __name__ == "__main__":
    if not DATA:
        print("PULSETAKER_REAL_DATA is not set: skipped")
        sys.exit(SKIPPED)
    unittest.main()
