#!/usr/bin/env python3
"""How fast the graph measures are, beside igraph in the same run.

  bench/analyze.py build/release/tests/graph_measures [--rounds 5]

On every locality and network of korean_family_planning in $PULSETAKER_REAL_DATA
(25 villages, 7 networks; random networks of such sizes where it is not there),
and on one random network each of 200 and 2,000 people with 8 ties a head.

User CPU seconds on one core, the median of rounds in which the two take turns.
What igraph does not have is shown without a ratio, and is not in the total.
"""

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(ROOT, 'tests', 'oracle'))

import igraph  # noqa: E402
import oracle  # noqa: E402


def random_network(nodes, degree, seed):
    rng = random.Random(seed)
    arcs = set()
    while len(arcs) < nodes * degree:
        a, b = rng.randrange(nodes), rng.randrange(nodes)
        if a != b:
            arcs.add((a, b))
    return oracle.Network(f'random-{nodes}-{seed}', nodes,
                          [(a, b, 1.0) for a, b in sorted(arcs)])


def villages():
    folder = os.path.join(os.environ.get('PULSETAKER_REAL_DATA', ''),
                          'korean_family_planning')
    if os.path.isfile(os.path.join(folder, 'ties.csv')):
        return '25 Korean villages x 7 networks', oracle.load_dataset(folder)
    return ('175 random networks of 26-66 people (no PULSETAKER_REAL_DATA)',
            [random_network(26 + seed % 41, 2, seed) for seed in range(175)])


def by_igraph(networks):
    """The same measures, from graphs that are built beforehand."""
    graphs = []
    for network in networks:
        graph = igraph.Graph(n=network.nodes, directed=True,
                             edges=[(a, b) for a, b, _ in network.ties])
        either = graph.as_undirected(mode='collapse')
        weights = [w for _, _, w in network.ties]
        graphs.append((graph, either, weights))
    return {
        'betweenness': lambda: [g.betweenness() for g, _, _ in graphs],
        'distances': lambda: [
            (g.harmonic_centrality(mode='in'),
             g.neighborhood_size(order=2, mode='in'),
             g.neighborhood_size(order=3, mode='in')) for g, _, _ in graphs],
        'structural_holes': lambda: [
            g.constraint(weights=w) for g, _, w in graphs],
        'k_core': lambda: [e.coreness() for _, e, _ in graphs],
        'reciprocity': lambda: [
            (g.density(), g.reciprocity(mode='default'),
             g.reciprocity(mode='ratio')) for g, _, _ in graphs],
        'articulation_points': lambda: [
            e.articulation_points() for _, e, _ in graphs],
        'pagerank': lambda: [g.pagerank(weights=w) for g, _, w in graphs],
        'clustering': lambda: [
            (e.transitivity_local_undirected(mode='zero'),
             e.transitivity_undirected()) for _, e, _ in graphs],
        'maximal_cliques': lambda: [e.maximal_cliques() for _, e, _ in graphs],
    }


def user_seconds(run, at_least=0.05):
    """Of one run; short ones are repeated, for the clock's sake."""
    repeats = 1
    while True:
        begin = resource.getrusage(resource.RUSAGE_SELF).ru_utime
        for _ in range(repeats):
            run()
        spent = resource.getrusage(resource.RUSAGE_SELF).ru_utime - begin
        if spent >= at_least:
            return spent / repeats
        repeats *= 4


def ours(program, networks, repeats):
    run = subprocess.run([program, '--benchmark', str(repeats)],
                         input=oracle.to_text(networks), capture_output=True,
                         text=True, check=True)
    return json.loads(run.stdout)['user_seconds']


def measure(program, networks, rounds):
    """({measure: our median}, {measure: igraph's median})."""
    theirs = by_igraph(networks)
    # Enough repeats that even the fastest measure takes milliseconds.
    repeats = max(1, 2_000_000 // sum(n.nodes * 8 + len(n.ties)
                                      for n in networks) // 4)
    mine, peer = {}, {}
    for _ in range(rounds):
        for name, seconds in ours(program, networks, repeats).items():
            mine.setdefault(name, []).append(seconds)
        for name, run in theirs.items():
            peer.setdefault(name, []).append(user_seconds(run))
    return ({name: statistics.median(s) for name, s in mine.items()},
            {name: statistics.median(s) for name, s in peer.items()})


def print_table(title, networks, mine, peer):
    nodes = sum(n.nodes for n in networks)
    ties = sum(len(n.ties) for n in networks)
    print(f'{title}: {len(networks)} networks, {nodes} nodes, {ties} ties')
    print(f'  {"measure":22}{"ours ms":>10}{"igraph ms":>11}{"ratio":>8}')
    for name, seconds in mine.items():
        row = f'  {name:22}{seconds * 1e3:10.3f}'
        if name in peer:
            row += f'{peer[name] * 1e3:11.3f}{peer[name] / seconds:7.1f}x'
        print(row)
    both = [name for name in mine if name in peer]
    total, peer_total = (sum(t[name] for name in both) for t in (mine, peer))
    print(f'  {"total of both":22}{total * 1e3:10.3f}{peer_total * 1e3:11.3f}'
          f'{peer_total / total:7.1f}x\n')


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('program', help='the built graph_measures')
    parser.add_argument('--rounds', type=int, default=5)
    arguments = parser.parse_args()
    print(f'igraph {igraph.__version__}, one core, user CPU, median of '
          f'{arguments.rounds} rounds\n')
    for title, networks in (villages(),
                            ('random', [random_network(200, 8, 1)]),
                            ('random', [random_network(2000, 8, 1)])):
        print_table(title, networks,
                    *measure(arguments.program, networks, arguments.rounds))


if __name__ == '__main__':
    main()
