#!/usr/bin/env python3
"""Compares our measures with those of networkx and igraph, value by value.

  compare.py PROGRAM random COUNT     seeded random networks
  compare.py PROGRAM real             the data sets of $PULSETAKER_REAL_DATA

PROGRAM is the built graph_measures. Ends with 77, which ctest reports as
skipped, where the data or one of the two programs is not there.
"""

import json
import os
import random
import subprocess
import sys

SKIPPED = 77
DATASETS = ['korean_family_planning', 'ckm_physicians', 'tobacco_indiana']

try:
    import oracle
except ImportError as missing:
    print(f'skipped: {missing}')
    sys.exit(SKIPPED)


def random_network(seed):
    """Up to 70 nodes, half with weights 1..5; from no ties to most of them.

    Large ones stay sparse: networkx takes minutes for the constraint otherwise.
    """
    rng = random.Random(seed)
    nodes = rng.choice([1, 2, 3, 5, 10, 20, 40, 70])
    share = rng.choice([0.0, 0.02, 0.05, 0.1, 0.3, 0.8])
    share = min(share, 5 / nodes) if nodes > 10 else share
    weight_max = rng.choice([1, 5])
    directed = seed % 3 != 0
    ties = [(a, b, float(rng.randint(1, weight_max)))
            for a in range(nodes) for b in range(nodes)
            if (a != b if directed else a < b) and rng.random() < share]
    return oracle.Network(f'random-{seed}', nodes, ties, directed)


def real_networks():
    folder = os.environ.get('PULSETAKER_REAL_DATA', '')
    there = [name for name in DATASETS
             if folder and os.path.isfile(os.path.join(folder, name,
                                                       'ties.csv'))]
    if not there:
        print('skipped: PULSETAKER_REAL_DATA names no folder with ' +
              ', '.join(DATASETS))
        sys.exit(SKIPPED)
    for name in DATASETS:
        if name not in there:
            print(f'not compared, as it is not there: {name}')
    return [network for name in there
            for network in oracle.load_dataset(os.path.join(folder, name))]


def main():
    if len(sys.argv) == 4 and sys.argv[2] == 'random':
        networks = [random_network(seed) for seed in range(int(sys.argv[3]))]
    elif len(sys.argv) == 3 and sys.argv[2] == 'real':
        networks = real_networks()
    else:
        sys.exit(__doc__)
    run = subprocess.run([sys.argv[1]], input=oracle.to_text(networks),
                         capture_output=True, text=True, check=True)
    results = [json.loads(line) for line in run.stdout.splitlines()]
    if [r['graph'] for r in results] != [n.name for n in networks]:
        sys.exit('not every network was measured')
    comparison = oracle.Comparison()
    for network, ours in zip(networks, results):
        comparison.add(network, ours)
    print(comparison.report())
    sys.exit(1 if comparison.differences or not networks else 0)


if __name__ == '__main__':
    main()
