#!/usr/bin/env python3
"""Works out omega, intraclass correlations and pooled levels of random data
again with NumPy and SciPy, and compares.

  compare_reliability.py PROGRAM COUNT

PROGRAM is the built assessment_reliability_numbers. What has a formula agrees
to 1e-9; omega, which both sides iterate for, to 1e-6. Ends with 77, which ctest
reports as skipped, where there is no SciPy.
"""

import random
import subprocess
import sys

try:
    import numpy as np
    from scipy import optimize
except ImportError as missing:
    print(f'skipped: {missing}')
    sys.exit(77)

UNIQUENESS_MIN = 0.005


def random_ratings(rng):
    people, items = rng.randint(10, 150), rng.randint(2, 8)
    loadings = [rng.uniform(-0.2 if rng.random() < 0.2 else 0.3, 1.5)
                for _ in range(items)]
    skipped = rng.choice([0, 0, 0.03])
    rows = []
    for _ in range(people):
        shared = rng.gauss(0, 1)
        rows.append([0 if rng.random() < skipped else
                     min(5, max(1, round(3 + load * shared + rng.gauss(0, 1))))
                     for load in loadings])
    return np.array(rows)


def random_places(rng):
    spread = rng.choice([0, 5, 15])
    places = []
    for _ in range(rng.randint(2, 40)):
        lean = 50 + spread * rng.gauss(0, 1)
        places.append([lean + 20 * rng.gauss(0, 1)
                       for _ in range(rng.randint(1, 25))])
    return places


def random_levels(rng):
    spread = rng.choice([0, 3, 10])
    pairs = []
    for _ in range(rng.randint(4, 60)):
        error = 0.0 if rng.random() < 0.05 else rng.uniform(0.5, 12)
        pairs.append((rng.gauss(55, spread) + error * rng.gauss(0, 1), error))
    return pairs


def discrepancy(log_unique, correlation):
    """Joereskog's concentrated function, from the smaller eigenvalues."""
    scale = np.exp(-log_unique / 2)
    values, vectors = np.linalg.eigh(correlation * np.outer(scale, scale))
    smaller, rest = values[:-1], vectors[:, :-1]
    first = max(values[-1], 1.0)
    value = (log_unique.sum() + np.log(first) + values[-1] / first +
             smaller.sum())
    if values[-1] <= 1:  # The factor is empty.
        return value, 1 - np.exp(-log_unique)
    return value, (rest ** 2) @ (1 - smaller)


def omega(rows):
    """Omega, and how near to 0 a uniqueness comes."""
    covariance = np.cov(rows, rowvar=False)
    sd = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(sd, sd)
    k = len(sd)
    best = None
    for start in (0.2, 0.5, 0.8):
        fit = optimize.minimize(
            discrepancy, np.full(k, np.log(start)), args=(correlation,),
            jac=True, method='L-BFGS-B',
            bounds=[(np.log(UNIQUENESS_MIN), 0)] * k,
            options={'ftol': 1e-16, 'gtol': 1e-11, 'maxiter': 5000})
        if best is None or fit.fun < best.fun - 1e-12:
            best = fit
    scale = np.exp(-best.x / 2)
    values, vectors = np.linalg.eigh(correlation * np.outer(scale, scale))
    loadings = (vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0)) / scale) * sd
    unique = np.exp(best.x) * sd ** 2
    common = loadings.sum() ** 2
    return common / (common + unique.sum()), np.exp(best.x).min()


def intraclass(places):
    sizes = np.array([len(p) for p in places], float)
    means = np.array([np.mean(p) for p in places])
    everyone = np.concatenate(places)
    total, count = len(everyone), len(places)
    within = sum(((np.array(p) - np.mean(p)) ** 2).sum() for p in places)
    between = ((everyone - everyone.mean()) ** 2).sum() - within
    msb, msw = between / (count - 1), within / (total - count)
    size = (total - (sizes ** 2).sum() / total) / (count - 1)
    assert np.isclose((sizes * (means - everyone.mean()) ** 2).sum(), between)
    return [(msb - msw) / (msb + (size - 1) * msw), 1 - msw / msb, size]


def pooled(pairs):
    levels, errors = np.array(pairs).T
    errors = np.where(errors > 0, errors, np.median(errors[errors > 0]))
    w = errors ** -2.0
    q = (w * (levels - np.average(levels, weights=w)) ** 2).sum()
    c = w.sum() - (w ** 2).sum() / w.sum()
    between = max(0.0, (q - (len(levels) - 1)) / c)
    mean = np.average(levels, weights=1 / (errors ** 2 + between))
    shrinkage = errors ** 2 / (errors ** 2 + between)
    return [mean, between, *(shrinkage * mean + (1 - shrinkage) * levels)]


def text_of(kind, shape, rows):
    return '\n'.join([f'{kind} {shape}'] +
                     [' '.join(map(str, row)) for row in rows]) + '\n'


def run(program, text):
    """A list of numbers a line."""
    done = subprocess.run([program], input=text, text=True,
                          capture_output=True, check=True)
    return [[None if word == 'NA' else float(word) for word in line.split()]
            for line in done.stdout.splitlines()]


def near(name, ours, theirs, tolerance=1e-9):
    scale = max(1.0, abs(theirs))
    if ours is None or not abs(ours - theirs) <= tolerance * scale:
        raise AssertionError(f'{name}: {ours} and {theirs}')


def check_omega(rows, ours, tally):
    complete = rows[(rows > 0).all(axis=1)]
    k = rows.shape[1]
    constant = len(complete) > 1 and (complete.var(axis=0) == 0).any()
    if k < 3 or len(complete) < 5 * k or constant:
        assert ours is None, f'omega {ours} of {k} items'
        return
    theirs, least = omega(complete)
    if least <= UNIQUENESS_MIN * (1 + 1e-6):
        tally['improper'] += 1
        assert ours is None, f'omega {ours} of an improper solution'
    elif least > UNIQUENESS_MIN * 1.01:
        tally['omega'] += 1
        near('omega', ours, theirs, 1e-6)


def check_numbers(what, ours, theirs):
    assert len(ours) == len(theirs), what
    for i, (a, b) in enumerate(zip(ours, theirs)):
        near(f'{what} {i}', a, b)


def check(program, seed, tally):
    rng = random.Random(seed)
    rows, places, pairs = (random_ratings(rng), random_places(rng),
                           random_levels(rng))
    ours = run(program,
               text_of('items', f'{rows.shape[0]} {rows.shape[1]}', rows) +
               text_of('places', len(places), [[len(p), *p] for p in places]) +
               text_of('levels', len(pairs), pairs))
    check_omega(rows, ours[0][1], tally)
    if sum(map(len, places)) > len(places):
        check_numbers('intraclass', ours[1], intraclass(places))
        tally['intraclass'] += 1
    check_numbers('pooling', ours[2], pooled(pairs))
    tally['pooling'] += 1


def main():
    program, count = sys.argv[1], int(sys.argv[2])
    tally = dict.fromkeys(('omega', 'improper', 'intraclass', 'pooling'), 0)
    for seed in range(count):
        try:
            check(program, seed, tally)
        except AssertionError as difference:
            sys.exit(f'seed {seed}: {difference}')
    for name, checked in tally.items():
        if checked < count / 40:
            sys.exit(f'only {checked} of {name}: the data are of no use')
    print(f'agree: {tally}')


if __name__ == '__main__':
    main()
