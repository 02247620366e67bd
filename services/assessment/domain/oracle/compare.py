#!/usr/bin/env python3
"""Works out the scores of random waves again with NumPy, and compares.

  compare.py PROGRAM COUNT

PROGRAM is the built assessment_wave_scores. Written from
docs/domain/assessment.md and not from the program. Ends with 77, which ctest
reports as skipped, where there is no NumPy.
"""

import json
import random
import subprocess
import sys

try:
    import numpy as np
except ImportError as missing:
    print(f'skipped: {missing}')
    sys.exit(77)

MIN_CELL = 5
TAU = 12
PROFILES = np.array([
    [25, 25, 20, 15, 15, 10, 10, 15, 10],
    [65, 35, 25, 60, 25, 20, 15, 25, 15],
    [65, 60, 45, 65, 55, 35, 35, 55, 30],
    [45, 70, 65, 40, 45, 35, 45, 70, 50],
    [65, 70, 75, 65, 55, 55, 70, 70, 65]], float)


def random_wave(seed):
    rng = random.Random(seed)
    items = []
    for kind, groups, per_group in (('corner', 3, rng.choice([2, 4, 7])),
                                    ('arrow', 6, 2)):
        for of in range(groups):
            low = rng.choice([0, 1])
            high = low + rng.choice([1, 4, 6])
            for i in range(per_group):
                items.append({'id': f'{kind}{of}_{i}', 'kind': kind, 'of': of,
                              'reverse': rng.random() < 0.3,
                              'min': low, 'max': high})
    roster, respondents = [], []
    skipped = rng.choice([0.0, 0.0, 0.1, 0.4])
    for layer in range(5):
        for sector in 'abc':
            if rng.random() < 0.3:
                continue
            invited = rng.randint(1, 30)
            roster.append({'layer': layer, 'sector': sector,
                           'invited': invited})
            lean = rng.random()
            for _ in range(rng.randint((invited + 1) // 2, invited)):
                ratings = {i['id']: rng.randint(i['min'], i['max'])
                           if rng.random() < 0.7 else
                           round(i['min'] + lean * (i['max'] - i['min']))
                           for i in items if rng.random() >= skipped}
                respondents.append({'person': f'p{len(respondents):05d}',
                                    'layer': layer, 'sector': sector,
                                    'ratings': ratings})
    wave = {'items': items, 'roster': roster, 'respondents': respondents,
            'replicates': 2000}
    if seed % 2:
        previous = np.array([rng.random() for _ in range(5)])
        wave['previous'] = list(previous / previous.sum())
    return wave


def scaled_ratings(wave):
    """People by items, on [0, 100]; NaN where nothing was rated."""
    table = np.full((len(wave['respondents']), len(wave['items'])), np.nan)
    for p, person in enumerate(wave['respondents']):
        for i, item in enumerate(wave['items']):
            x = person['ratings'].get(item['id'])
            if x is None:
                continue
            if item['reverse']:
                x = item['min'] + item['max'] - x
            table[p, i] = 100 * (x - item['min']) / (item['max'] - item['min'])
    return table


def merged_strata(wave, table):
    """Pairs of members and invited count."""
    cells = {(c['layer'], c['sector']): [[], c['invited']]
             for c in sorted(wave['roster'],
                             key=lambda c: (c['layer'], c['sector']))}
    for p, person in enumerate(wave['respondents']):
        if not np.all(np.isnan(table[p])):
            cells[person['layer'], person['sector']][0].append(p)
    strata, rest = [], [[], 0]

    def join(to, cell):
        to[0] += cell[0]
        to[1] += cell[1]

    for layer in range(5):
        mine = [cell for (l, _), cell in cells.items() if l == layer]
        large = [c for c in mine if len(c[0]) >= MIN_CELL]
        small = [[], 0]
        for cell in mine:
            if len(cell[0]) < MIN_CELL:
                join(small, cell)
        if len(small[0]) >= MIN_CELL:
            large.append(small)
        elif large:
            join(min(large, key=lambda c: len(c[0])), small)
        elif small[0]:
            join(rest, small)
        strata += large
    if len(rest[0]) >= MIN_CELL or not strata:
        strata.append(rest)
    elif rest[0]:
        join(max(strata, key=lambda c: len(c[0])), rest)
    return [s for s in strata if s[0]]


def person_scores(table, columns):
    part = table[:, columns]
    rated = np.sum(~np.isnan(part), axis=1)
    sums = np.nansum(part, axis=1)
    return np.where((rated > 0) & (2 * rated >= len(columns)),
                    sums / np.maximum(rated, 1), np.nan)


def weighted_level(scores, strata):
    total = weight = 0.0
    variance = 0.0
    for members, invited in strata:
        values = scores[members]
        values = values[~np.isnan(values)]
        if len(values) == 0:
            continue
        total += invited * values.mean()
        weight += invited
        variance += invited ** 2 * values.var() / len(values)
    return total / weight, np.sqrt(variance) / weight


def alpha(table, columns):
    rows = table[:, columns]
    rows = rows[~np.isnan(rows).any(axis=1)]
    k = len(columns)
    if len(rows) < MIN_CELL:
        return None
    covariance = np.cov(rows, rowvar=False)
    total = covariance.sum()
    return None if total < 1e-9 else k / (k - 1) * (1 - np.trace(covariance) /
                                                    total)


def agreement(table, items, columns):
    ratios = []
    for c in columns:
        values = table[:, c][~np.isnan(table[:, c])]
        if len(values) < MIN_CELL:
            continue
        span = items[c]['max'] - items[c]['min']
        ratios.append((values * span / 100).var(ddof=1) /
                      (((span + 1) ** 2 - 1) / 12))
    if not ratios:
        return None
    q, j = np.mean(ratios), len(ratios)
    return 0.0 if q >= 1 else j * (1 - q) / (j * (1 - q) + q)


def transitions():
    rows = np.zeros((5, 5))
    for p in range(5):
        near = {p: 0.60, p + 1: 0.25, p - 1: 0.12}
        near = {q: share for q, share in near.items() if 0 <= q < 5}
        for q in range(5):
            rows[p, q] = near.get(q, 0.03 / (5 - len(near)))
    return rows / rows.sum(axis=1, keepdims=True)


def close(name, ours, theirs, tolerance=1e-9):
    if (ours is None) != (theirs is None):
        raise AssertionError(f'{name}: {ours} and {theirs}')
    if ours is not None and not abs(ours - theirs) <= tolerance:
        raise AssertionError(f'{name}: {ours} and {theirs}')


def check(wave, ours):
    table = scaled_ratings(wave)
    items = wave['items']
    strata = merged_strata(wave, table)
    logs = np.zeros(5)
    complete = not np.isnan(table).any()
    for f in range(9):
        kind, of = ('corner', f) if f < 3 else ('arrow', f - 3)
        columns = [c for c, i in enumerate(items)
                   if i['kind'] == kind and i['of'] == of]
        scores = person_scores(table, columns)
        feature = ours['features'][f]
        count = int(np.sum(~np.isnan(scores)))
        if count < MIN_CELL:
            assert feature is None, f'feature {f} of {count} people'
            return
        level, error = weighted_level(scores, strata)
        close(f'raw {f}', feature['raw'], np.nanmean(scores))
        close(f'level {f}', feature['level'], level)
        close(f'count {f}', feature['count'], count)
        if complete:
            # 2,000 replicates: the error's own error is about 1.6 %.
            close(f'error {f}', feature['error'], error, 0.1 * error + 1e-9)
            close(f'low {f}', feature['low'], level - 1.96 * error,
                  0.5 * error + 1e-9)
            close(f'high {f}', feature['high'], level + 1.96 * error,
                  0.5 * error + 1e-9)
        if f < 3:
            close(f'alpha {f}', ours['alpha'][f], alpha(table, columns))
            close(f'agreement {f}', ours['agreement'][f],
                  agreement(table, items, columns))
        variance = feature['error'] ** 2 + TAU ** 2
        logs -= 0.5 * (feature['level'] - PROFILES[:, f]) ** 2 / variance
    likelihood = np.exp(logs - logs.max())
    previous = np.array(wave.get('previous', [0.2] * 5))
    joint = likelihood * (previous[:, None] * transitions()
                          if 'previous' in wave else previous[:, None] / 5)
    joint /= joint.sum()
    for p in range(5):
        close(f'posterior {p}', ours['posterior'][p], joint[:, p].sum())
    if 'previous' in wave:
        close('reversed', ours['reversed'], np.tril(joint, -1).sum())


def main():
    program, count = sys.argv[1], int(sys.argv[2])
    for seed in range(count):
        wave = random_wave(seed)
        if len(wave['respondents']) < MIN_CELL:
            continue
        run = subprocess.run([program], input=json.dumps(wave), text=True,
                             capture_output=True, check=False)
        if run.returncode != 0:
            sys.exit(f'seed {seed}: {run.stderr}')
        try:
            check(wave, json.loads(run.stdout))
        except AssertionError as difference:
            sys.exit(f'seed {seed}: {difference}')
    print(f'{count} waves agree')


if __name__ == '__main__':
    main()
