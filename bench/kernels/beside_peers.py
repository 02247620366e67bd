#!/usr/bin/env python3
"""The graph kernels beside those of other programs, in the same run.

  bench/kernels/beside_peers.py build/release [ROW...] [--rounds 5] [--list]

Directed random graphs with eight arcs a node, but for the row of a nation, which
has 2,800 smaller ones. User CPU seconds on one core, but for the row of two
threads, which tells the wall's. In each round ours and the
peer take turns; the ratio is the median over the rounds, with the smallest and
the largest. Both must find the same, or the row fails.

A peer's time includes the Python list that it returns, and none of what it takes
to build its graph. Ends with 1 if a row is below its floor or finds something
else than its peer.
"""

import argparse
import dataclasses
import json
import math
import os
import pathlib
import random
import resource
import statistics
import subprocess
import sys

# One core, whichever library numpy is linked with.
for variable in ('OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS'):
    os.environ[variable] = '1'
sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / 'bench'), str(ROOT / 'tests' / 'oracle')]

import analyze  # noqa: E402
import igraph  # noqa: E402
import networkx as nx  # noqa: E402
import numpy as np  # noqa: E402
import oracle  # noqa: E402
import scipy.linalg  # noqa: E402

SEED = 1
SECONDS_MIN = 0.05
VALUE_MAX = 5
# Lengths of ties of strength 1 to 5 as whole numbers: all peers find the same
# paths equally long, then.
WHOLE = math.lcm(*range(1, VALUE_MAX + 1))


class Graphs:
    """Those of one size, in the form that each peer wants."""

    def __init__(self, nodes):
        self.network = analyze.random_network(nodes, 8, SEED)
        self.valued = oracle.Network('valued', nodes, [
            (a, b, float(random.Random(a * nodes + b).randint(1, VALUE_MAX)))
            for a, b, _ in self.network.ties])
        self.igraph = igraph.Graph(
            n=nodes, directed=True, edges=[(a, b) for a, b, _ in self.network.ties])
        self.either = self.igraph.as_undirected(mode='collapse')
        self.lengths = [round(WHOLE / w) for _, _, w in self.valued.ties]
        self.mean = oracle.undirected(self.network, lambda a, b: (a + b) / 2)
        self.mean_igraph = igraph.Graph(n=nodes, edges=list(self.mean.edges))
        self.mean_weights = [w for _, _, w in self.mean.edges(data='weight')]
        self.digraph = oracle.digraph(self.network)
        # L + J / n, of which the inverse is wanted.
        self.grounded = None
        if nodes <= 2_000:
            laplacian = nx.laplacian_matrix(self.mean, range(nodes)).toarray()
            self.grounded = laplacian.astype(float) + 1 / nodes


def betweenness(g):
    return [sum(g.igraph.betweenness())]


def betweenness_networkx(g):
    return [sum(nx.betweenness_centrality(g.digraph,
                                          normalized=False).values())]


def valued_betweenness(g):
    return [sum(g.igraph.betweenness(weights=g.lengths))]


def distances(g):
    nodes = g.network.nodes
    harmonic = g.igraph.harmonic_centrality(mode='in')
    g.igraph.closeness(mode='in')  # Not scaled by who is reached, as ours is.
    return [sum(harmonic), None,
            sum(g.igraph.neighborhood_size(order=2, mode='in')) - nodes,
            sum(g.igraph.neighborhood_size(order=3, mode='in')) - nodes]


def information_of(diagonal):
    nodes = len(diagonal)
    diagonal = diagonal - 1 / nodes
    return [float((nodes / (nodes * diagonal + diagonal.sum())).sum())]


def information(g):
    inverse = scipy.linalg.inv(g.grounded)
    return information_of(inverse.diagonal())


def information_cholesky(g):
    factor, _ = scipy.linalg.cho_factor(g.grounded, lower=True)
    inverse, _ = scipy.linalg.lapack.dpotri(factor, lower=True,
                                            overwrite_c=True)
    return information_of(inverse.diagonal())


def constraint(g):
    return [sum(v for v in g.igraph.constraint() if not math.isnan(v))]


def maximal_cliques(g):
    return [len(g.either.maximal_cliques())]


def leiden(g):
    found = g.mean_igraph.community_leiden(
        objective_function='modularity', weights=g.mean_weights, n_iterations=2)
    return [g.mean_igraph.modularity(found.membership, weights=g.mean_weights)]


def k_core(g):
    return [sum(g.either.coreness())]


def clustering(g):
    return [sum(g.either.transitivity_local_undirected(mode='zero'))]


def pagerank(g):
    return [g.igraph.pagerank()[0]]


def agrees(ours, theirs):
    return all(b is None or math.isclose(a, b, rel_tol=1e-7)
               for a, b in zip(ours, theirs))


def is_as_modular(ours, theirs):
    return ours[0] >= theirs[0] - 0.005


@dataclasses.dataclass
class Row:
    """One measure beside one peer."""

    name: str
    nodes: int
    arguments: list  # Of kernel_bench.
    peer: str
    run: object  # The peer's results of Graphs.
    floor: float  # Least ratio.
    target: float
    rounds: int = 0  # 0 for as many as asked for.
    check: object = agrees
    valued: bool = False


ROWS = [
    Row('betweenness', 2_000, ['betweenness'], 'igraph', betweenness, 4, 6),
    Row('betweenness_networkx', 2_000, ['betweenness'], 'networkx',
        betweenness_networkx, 120, 120, 1),
    Row('betweenness_large', 20_000, ['betweenness'], 'igraph', betweenness,
        3, 4.5, 3),
    Row('betweenness_no_avx512', 2_000, ['betweenness', '--no-avx512'],
        'igraph', betweenness, 1.3, 2),
    Row('betweenness_large_no_avx512', 20_000,
        ['betweenness', '--no-avx512'], 'igraph', betweenness, 1.3, 2, 3),
    Row('valued_betweenness', 2_000, ['valued_betweenness'], 'igraph',
        valued_betweenness, 2, 4, valued=True),
    Row('distances', 2_000, ['distances'], 'igraph', distances, 40, 80),
    Row('information', 2_000, ['information'], 'scipy inv', information,
        1.2, 1.5),
    Row('information_cholesky', 2_000, ['information'], 'scipy potri',
        information_cholesky, 0, 0),
    Row('structural_holes', 2_000, ['structural_holes'], 'igraph', constraint,
        1, 1.5),
    Row('maximal_cliques', 2_000, ['maximal_cliques'], 'igraph',
        maximal_cliques, 2, 3),
    Row('leiden', 2_000, ['leiden'], 'igraph', leiden, 0.8, 1.3,
        check=is_as_modular),
    Row('k_core', 2_000, ['k_core'], 'igraph', k_core, 1, 2),
    Row('clustering', 2_000, ['clustering'], 'igraph', clustering, 1, 2),
    Row('pagerank', 2_000, ['pagerank'], 'igraph', pagerank, 0.8, 1.3),
]
THREADS_ROW = 'two_threads'
NATION_ROW = 'nation'
NATION_NETWORKS = 2_800


def peer_seconds(run):
    """(user seconds of one run, what it found); short ones are repeated."""
    repeats = 1
    while True:
        begin = resource.getrusage(resource.RUSAGE_SELF).ru_utime
        for _ in range(repeats):
            found = run()
        spent = resource.getrusage(resource.RUSAGE_SELF).ru_utime - begin
        if spent >= SECONDS_MIN:
            return spent / repeats, found
        repeats *= 4


def ours(program, arguments, text):
    run = subprocess.run([program, *arguments], input=text, check=True,
                         capture_output=True, text=True)
    return json.loads(run.stdout)


def verdict(ratio, floor, target):
    if ratio < floor:
        return f'BELOW {floor:g}x'
    return 'on target' if ratio >= target else f'below target {target:g}x'


def print_row(name, nodes, mine, peer, theirs, floor, target, note=''):
    """Whether it is at its floor."""
    ratios = [b / a for a, b in zip(mine, theirs)]
    ratio = statistics.median(ratios)
    print(f'{name:29}{nodes:7,}{statistics.median(mine) * 1e3:10.3f} '
          f'{peer:12}{statistics.median(theirs) * 1e3:11.3f}{ratio:8.2f}x'
          f' ({min(ratios):.2f} to {max(ratios):.2f})  '
          f'{verdict(ratio, floor, target) if floor else "no floor"}{note}',
          flush=True)
    return ratio >= floor


def measure(program, rows, graphs, rounds):
    """Rows with the same peer, which runs once a round. Whether all are well."""
    mine = {row.name: [] for row in rows}
    results, theirs = {}, []
    for _ in range(rows[0].rounds or rounds):
        for row in rows:
            text = oracle.to_text([graphs.valued if row.valued
                                   else graphs.network])
            result = ours(program, row.arguments, text)
            mine[row.name].append(result['user_seconds'])
            results[row.name] = result['results']
        seconds, found = peer_seconds(lambda: rows[0].run(graphs))
        theirs.append(seconds)
    is_well = True
    for row in rows:
        is_same = row.check(results[row.name], found)
        note = '' if is_same else f'  DIFFERS: {results[row.name]}, {found}'
        if row.check is is_as_modular:
            note += (f'  modularity {results[row.name][0]:.4f} and '
                     f'{found[0]:.4f}')
        is_well &= print_row(row.name, row.nodes, mine[row.name], row.peer,
                             theirs, row.floor, row.target, note) and is_same
    return is_well


def measure_threads(program, rounds):
    """Betweenness of many graphs, by one thread and by two."""
    text = oracle.to_text([analyze.random_network(2_000, 8, seed)
                           for seed in range(8)])
    one, two = [], []
    for _ in range(rounds):
        one.append(ours(program, ['betweenness'], text)['wall_seconds'])
        two.append(ours(program, ['betweenness', '--threads=2'],
                        text)['wall_seconds'])
    return print_row(THREADS_ROW, 2_000, two, 'one thread', one, 1.7, 1.8)


def nation():
    """Networks of 400 places, seven each, of 20 to 5,000 people."""
    rng = np.random.default_rng(SEED)
    for number in range(NATION_NETWORKS):
        # Most places are small: 400 people on average.
        nodes = int(20 * 250 ** (rng.random() ** 2.65))
        arcs = round(5.4 * nodes)  # Or fewer, as none is there twice.
        codes = np.unique(rng.integers(nodes * (nodes - 1), size=arcs))
        sources, others = np.divmod(codes, nodes - 1)
        targets = others + (others >= sources)
        yield oracle.Network(f'place-{number}', nodes, list(
            zip(sources.tolist(), targets.tolist(), [1.0] * len(codes))))


def persons_by_igraph(graph, either):
    """All of `persons` that igraph has: not information, nor effective size."""
    graph.betweenness()
    graph.harmonic_centrality(mode='in')
    graph.closeness(mode='in')
    graph.neighborhood_size(order=2, mode='in')
    graph.neighborhood_size(order=3, mode='in')
    graph.constraint()
    either.coreness()
    either.transitivity_local_undirected(mode='zero')
    graph.pagerank()


def measure_nation(program):
    """Every measure of each person, once. Whether it is within the floor."""
    networks = list(nation())
    mine = ours(program, ['persons'], oracle.to_text(networks))['user_seconds']
    theirs = 0.0
    for network in networks:
        graph = igraph.Graph(n=network.nodes, directed=True,
                             edges=[(a, b) for a, b, _ in network.ties])
        either = graph.as_undirected(mode='collapse')
        begin = resource.getrusage(resource.RUSAGE_SELF).ru_utime
        persons_by_igraph(graph, either)
        theirs += resource.getrusage(resource.RUSAGE_SELF).ru_utime - begin
    people = sum(network.nodes for network in networks)
    arcs = sum(len(network.ties) for network in networks)
    words = 'ABOVE 180 s' if mine > 180 else (
        'on target' if mine <= 100 else 'above target 100 s')
    print(f'{NATION_ROW:29}{len(networks):,} networks of {people:,} people and '
          f'{arcs:,} arcs: {mine:.1f} s; igraph, without information, '
          f'{theirs:.1f} s  {words}', flush=True)
    return mine <= 180


def linear_algebra():
    """What numpy and scipy are linked with."""
    np.linalg.inv(np.eye(2))
    with open('/proc/self/maps', encoding='ascii') as maps:
        files = {line.split()[-1] for line in maps if '/' in line}
    return ', '.join(sorted({os.path.basename(f) for f in files
                             if 'blas' in f or 'lapack.so' in f}))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('build', type=pathlib.Path)
    parser.add_argument('rows', nargs='*', help='all, if none is named')
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--list', action='store_true', help='names the rows')
    arguments = parser.parse_intermixed_args()
    names = [row.name for row in ROWS] + [THREADS_ROW, NATION_ROW]
    if arguments.list:
        print('\n'.join(names))
        return
    unknown = set(arguments.rows) - set(names)
    if unknown:
        sys.exit(f'no such row: {", ".join(sorted(unknown))}')
    program = arguments.build / 'bin' / 'kernel_bench'
    wanted = arguments.rows or names
    print(f'igraph {igraph.__version__}, networkx {nx.__version__}, scipy '
          f'{scipy.__version__} with {linear_algebra()}; load '
          f'{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n'
          f'{"row":29}{"nodes":>7}{"ours ms":>10} {"peer":12}{"peer ms":>11}'
          f'{"ratio":>9}')
    graphs, groups = {}, {}
    for row in ROWS:
        if row.name in wanted:
            groups.setdefault((row.nodes, row.run), []).append(row)
    results = []
    for (nodes, _), rows in groups.items():
        if nodes not in graphs:
            graphs[nodes] = Graphs(nodes)
        results.append(measure(program, rows, graphs[nodes], arguments.rounds))
    if THREADS_ROW in wanted:
        results.append(measure_threads(program, arguments.rounds))
    if NATION_ROW in wanted:
        results.append(measure_nation(program))
    sys.exit(0 if all(results) else 1)


if __name__ == '__main__':
    main()
