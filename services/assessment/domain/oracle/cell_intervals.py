#!/usr/bin/env python3
"""The bounds of hidden cells, as the assessment service works them out by flows,
beside those of linear programs (scipy.optimize.linprog).

  cell_intervals.py PROGRAM COUNT

PROGRAM is the built assessment_cell_intervals. Ends with 77, which ctest reports
as skipped, where there is no SciPy.
"""

import json
import random
import subprocess
import sys

try:
    import numpy as np
    from scipy.optimize import linprog
except ImportError as missing:
    print(f'skipped: {missing}')
    sys.exit(77)

UNBOUNDED = 2**40
WIDTHS = {'people': 10, 'places': 5}


def random_table(seed):
    rng = random.Random(seed)
    rows, columns = rng.randint(1, 3), rng.randint(2, 4)
    table = []
    for _ in range(rows):
        row = []
        for _ in range(columns):
            places = rng.choice([0, rng.randint(0, 4), rng.randint(0, 20)])
            row.append([sum(rng.randint(1, 30) for _ in range(places)), places])
        # Every row has to be large enough by itself.
        row[rng.randrange(columns)][0] += 10
        row[rng.randrange(columns)][1] += 5
        table.append(row)
    return table


def with_totals(table, which):
    values = np.array([[cell[which] for cell in row] for row in table])
    values = np.vstack([values, values.sum(axis=0)])
    return np.hstack([values, values.sum(axis=1, keepdims=True)])


def check(table, which, shown, bounds):
    """The table's numbers as unknowns: sums hold, what is shown is known."""
    values = with_totals(table, which)
    rows, columns = values.shape
    equations, sides = [], []

    def equation(cells, total):
        line = np.zeros(rows * columns)
        for r, c in cells:
            line[r * columns + c] += 1
        line[total[0] * columns + total[1]] -= 1
        equations.append(line)
        sides.append(0)

    for r in range(rows):
        equation([(r, c) for c in range(columns - 1)], (r, columns - 1))
    for c in range(columns):
        equation([(r, c) for r in range(rows - 1)], (rows - 1, c))
    known = [(v, v) if is_shown else (0, None)
             for v, is_shown in zip(values.flatten(), shown)]
    for cell, is_shown in enumerate(shown):
        if is_shown:
            continue
        target = np.zeros(rows * columns)
        target[cell] = 1
        low = linprog(target, A_eq=equations, b_eq=sides, bounds=known)
        high = linprog(-target, A_eq=equations, b_eq=sides, bounds=known)
        assert low.status == 0, low.message
        ours = bounds[cell]
        assert abs(low.fun - ours[0]) < 1e-6, (cell, low.fun, ours)
        if high.status == 3:
            assert ours[1] > UNBOUNDED, (cell, 'unbounded', ours)
        else:
            assert abs(-high.fun - ours[1]) < 1e-6, (cell, high.fun, ours)
        absent = rows == 2 and cell >= columns
        width = WIDTHS[('people', 'places')[which]]
        assert absent or ours[1] - ours[0] >= width, (cell, ours)


def main():
    program, count = sys.argv[1], int(sys.argv[2])
    tables = [random_table(seed) for seed in range(count)]
    run = subprocess.run([program], input=json.dumps(tables), text=True,
                         capture_output=True, check=True)
    hidden = 0
    for seed, (table, answer) in enumerate(zip(tables, json.loads(run.stdout))):
        assert answer is not None, seed
        hidden += answer['shown'].count(False)
        # People and places in turn: linear programs take their time.
        which = seed % 2
        name = ('people', 'places')[which]
        try:
            check(table, which, answer['shown'], answer[name])
        except AssertionError as difference:
            sys.exit(f'seed {seed}, {name}: {difference}')
    print(f'{count} tables with {hidden} hidden cells agree')


if __name__ == '__main__':
    main()
