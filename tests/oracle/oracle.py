"""The measures of a network by networkx and igraph, and comparisons with ours.

A network is a Network; a result is a dict of measures, as graph_measures prints
it: a list with a value a node, a number, or a list of nodes. `peers` gives what
each of the two programs makes of a network, `differences` what does not agree.
"""

import csv
import json
import math
import os
import warnings
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import igraph
import networkx as nx
import numpy as np

TOLERANCE = 1e-9

# Of networkx itself, about its own next version.
warnings.filterwarnings('ignore', category=FutureWarning, module='networkx')
warnings.filterwarnings('ignore', message='laplacian_matrix will return')


@dataclass
class Network:
    """Nodes 0 to nodes - 1; each tie (from, to, weight) stands once."""

    name: str
    nodes: int
    ties: list
    directed: bool = True
    labels: list = field(default_factory=list)  # Of the nodes, if they have any.


def to_text(networks):
    """The input of graph_measures."""
    lines = []
    for network in networks:
        kind = 'directed' if network.directed else 'undirected'
        lines.append(f'graph {network.name} {kind} {network.nodes} '
                     f'{len(network.ties)}')
        lines.extend(f'{a} {b} {w!r}' for a, b, w in network.ties)
    return '\n'.join(lines) + '\n'


def load_dataset(folder):
    """A network for each locality, wave and network of a folder of real data.

    People who were named but not asked (respondent = 0) are no nodes, and their
    ties are left out.
    """
    with open(os.path.join(folder, 'meta.json')) as f:
        meta = json.load(f)
    people = defaultdict(list)
    with open(os.path.join(folder, 'people.csv'), newline='') as f:
        for row in csv.DictReader(f):
            if row.get('respondent') != '0':
                people[row['locality']].append(row['person_id'])
    ties = defaultdict(list)
    with open(os.path.join(folder, 'ties.csv'), newline='') as f:
        for row in csv.DictReader(f):
            key = row['locality'], row['wave'], row['network']
            ties[key].append((row['from_person'], row['to_person'],
                              float(row['weight'])))
    networks = []
    for locality, wave, network in sorted(ties):
        labels = sorted(people[locality])
        index = {person: i for i, person in enumerate(labels)}
        networks.append(Network(
            name=f'{meta["dataset"]}/{locality}/{wave}/{network}'.replace(
                ' ', '_'),
            nodes=len(labels),
            ties=[(index[a], index[b], w)
                  for a, b, w in ties[locality, wave, network]
                  if a in index and b in index],
            directed=meta['networks'][network]['directed'],
            labels=labels))
    return networks


def digraph(network):
    """Both directions of each tie of an undirected network."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(network.nodes))
    graph.add_weighted_edges_from(network.ties)
    if not network.directed:
        graph.add_weighted_edges_from((b, a, w) for a, b, w in network.ties)
    return graph


def undirected(network, combine):
    """Tied if either names the other; combine(w_ij, w_ji) is the weight."""
    weights = {(a, b): w for a, b, w in network.ties}
    graph = nx.Graph()
    graph.add_nodes_from(range(network.nodes))
    for (a, b), forth in weights.items():
        weight = (combine(forth, weights.get((b, a), 0.0))
                  if network.directed else forth)
        graph.add_edge(a, b, weight=weight)
    return graph


def by_nan(values):
    """Undefined values as None."""
    return [None if value is None or math.isnan(value) else value
            for value in values]


def harmonic_in(graph):
    n = graph.number_of_nodes()
    nearness = [0.0] * n
    within_two, within_three = [0] * n, [0] * n
    for source, lengths in nx.all_pairs_shortest_path_length(graph):
        for target, length in lengths.items():
            if target != source:
                nearness[target] += 1 / length
                within_two[target] += length <= 2
                within_three[target] += length <= 3
    return [x / max(n - 1, 1) for x in nearness], within_two, within_three


def information(mean):
    """Of each component, n_c times the current-flow closeness of networkx."""
    n = mean.number_of_nodes()
    values = [0.0] * n
    for component in nx.connected_components(mean):
        size = len(component)
        if size < 2:
            continue
        part = mean.subgraph(component)
        if size == 2:  # networkx wants three; one tie is one resistor.
            (a, b, tie), = part.edges(data=True)
            closeness = {a: tie['weight'], b: tie['weight']}
        else:
            closeness = nx.current_flow_closeness_centrality(
                part, weight='weight', solver='full')
        for node, value in closeness.items():
            values[node] = value * size * (size - 1) / (n - 1)
    return values


def whole_lengths(network):
    """1 / weight of each tie, as whole numbers of one unit; None if weights are
    no whole numbers from 1 to 10."""
    values = [w for _, _, w in network.ties]
    if not all(w in range(1, 11) for w in values):
        return None
    unit = math.lcm(*(int(w) for w in values))
    return [unit // int(w) for w in values]


def valued_betweenness(network):
    """By networkx; None without lengths."""
    lengths = whole_lengths(network)
    if lengths is None:
        return None
    graph = nx.DiGraph() if network.directed else nx.Graph()
    graph.add_nodes_from(range(network.nodes))
    graph.add_weighted_edges_from(
        (a, b, length) for (a, b, _), length in zip(network.ties, lengths))
    found = nx.betweenness_centrality(graph, normalized=False, weight='weight')
    return [found[u] for u in range(network.nodes)]


def fragmentation(either):
    n = either.number_of_nodes()
    if n < 2:
        return 0.0, 0.0
    pairs = n * (n - 1)
    connected = sum(len(c) * (len(c) - 1)
                    for c in nx.connected_components(either))
    nearness = sum(1 / length
                   for _, lengths in nx.all_pairs_shortest_path_length(either)
                   for length in lengths.values() if length)
    return 1 - connected / pairs, 1 - nearness / pairs


def core_correlation(network, members):
    """The correlation of a core, from numpy over all the pairs that count."""
    n = network.nodes
    arcs = nx.to_numpy_array(digraph(network), range(n), weight=None)
    is_core = np.isin(np.arange(n), members)
    counts = (is_core[:, None] == is_core[None, :]) & ~np.eye(n, dtype=bool)
    ideal = np.broadcast_to(is_core[:, None], (n, n))
    return float(np.corrcoef(arcs[counts], ideal[counts])[0, 1])


def has_core(graph):
    """Whether some partition, of two nodes or more each, has arcs that are there
    and arcs that are not within its parts: otherwise none has a correlation."""
    n = graph.number_of_nodes()
    if n == 4:
        halves = [((0, 1), (2, 3)), ((0, 2), (1, 3)), ((0, 3), (1, 2))]
        arcs = [sum(graph.has_edge(a, b) + graph.has_edge(b, a)
                    for a, b in parts) for parts in halves]
        return any(0 < count < 4 for count in arcs)
    # From five nodes on, partitions overlap so much that all arcs are the same
    # if those within parts always are.
    return n > 4 and 0 < graph.number_of_edges() < n * (n - 1)


def core_of(network, ours):
    """(measure, ours, numpy's) of a core: none where there is none, else one
    with the correlation that it has."""
    core = ours['core']
    yield 'core', core is not None, has_core(digraph(network))
    if core is not None:
        yield ('core correlation', core['correlation'],
               core_correlation(network, core['members']))


def clique_counts(cliques):
    """How many have as many members as the place in the list says."""
    counts = Counter(map(len, cliques))
    return [counts[size] for size in range(max(counts) + 1)] if counts else []


def largest_eigenvalue(graph):
    """Of the matrix of weights: the largest of its strong components.

    Of the whole matrix numpy's may have 8 digits only, as that may have it
    several times; a strong component has it once.
    """
    largest = 0.0
    for component in nx.strongly_connected_components(graph):
        weights = nx.to_numpy_array(graph, sorted(component))
        largest = max(largest, float(abs(np.linalg.eigvals(weights)).max()))
    return largest


def spectral(network, ours):
    """(measure, ours, numpy's or networkx's) of who is central by being named.

    The equation of the eigenvector is checked, as peers start from a place of
    their own where it has several solutions.
    """
    if not network.nodes:
        return
    graph = digraph(network)
    eigenvalue = largest_eigenvalue(graph)
    yield 'eigenvalue', ours['eigenvalue'], eigenvalue
    eigenvector = ours['eigenvector']
    if nx.is_directed_acyclic_graph(graph):
        yield 'eigenvector', eigenvector, [0.0] * network.nodes
    else:
        names = nx.to_numpy_array(graph, range(network.nodes)).T
        yield ('eigenvector', eigenvector,
               list(names @ np.array(eigenvector) / eigenvalue))
        yield 'eigenvector maximum', max(eigenvector), 1.0
    katz = nx.katz_centrality_numpy(graph, alpha=ours['katz_alpha'], beta=1.0,
                                    normalized=False, weight='weight')
    yield 'katz', ours['katz'], [katz[u] for u in range(network.nodes)]


def communities_of(network, ours):
    """(measure, ours, networkx's) of a partition."""
    mean = undirected(network, lambda a, b: (a + b) / 2)
    members = defaultdict(set)
    for node, community in enumerate(ours['community']):
        members[community].add(node)
    # Without edges it is undefined.
    yield ('modularity', ours['modularity'],
           nx.community.modularity(mean, members.values(), weight='weight')
           if mean.number_of_edges() else None)
    yield ('connected communities', len(members),
           sum(nx.is_connected(mean.subgraph(m)) for m in members.values()))


def by_networkx(network):
    graph = digraph(network)
    either = undirected(network, max)
    mean = undirected(network, lambda a, b: (a + b) / 2)
    measured = graph if network.directed else either
    nodes = range(network.nodes)
    betweenness = nx.betweenness_centrality(measured, normalized=False)
    harmonic, within_two, within_three = harmonic_in(graph)
    # Summed both ways, so that people who are only named count too.
    constraint = nx.constraint(mean, weight='weight')
    effective_size = nx.effective_size(mean, weight='weight')
    core_number = nx.core_number(either)
    by_component, by_distance = fragmentation(either)
    closeness = nx.closeness_centrality(graph)
    has_arcs = graph.number_of_edges() > 0
    triangles, local = nx.triangles(either), nx.clustering(either)
    pairs_of_contacts = any(degree > 1 for _, degree in either.degree)
    pagerank = nx.pagerank(graph, tol=1e-14, max_iter=10_000)
    return {
        'pagerank': [pagerank[u] for u in nodes],
        'triangles': [triangles[u] for u in nodes],
        'local_clustering': [local[u] for u in nodes],
        'mean_clustering': nx.average_clustering(either),
        'transitivity': nx.transitivity(either) if pairs_of_contacts else None,
        'clique_counts': clique_counts(nx.find_cliques(either)),
        'betweenness': [betweenness[u] for u in nodes],
        'valued_betweenness': valued_betweenness(network),
        'harmonic_in': harmonic,
        'within_two': within_two,
        'within_three': within_three,
        'closeness': [closeness[u] for u in nodes],
        'information': information(mean),
        'constraint': by_nan([constraint[u] for u in nodes]),
        'effective_size': by_nan([effective_size[u] for u in nodes]),
        'core_number': [core_number[u] for u in nodes],
        'density': nx.density(graph),
        'arc_reciprocity': nx.overall_reciprocity(graph) if has_arcs else None,
        'articulation_points': sorted(nx.articulation_points(either)),
        'fragmentation': by_component,
        'distance_fragmentation': by_distance,
    }


def by_networkx_directed(network):
    """Where networkx takes the directed ties themselves.

    It has no value for people who name nobody, so nor has this: only the others
    are to be compared.
    """
    graph = digraph(network)
    constraint = nx.constraint(graph, weight='weight')
    effective_size = nx.effective_size(graph, weight='weight')
    nodes = [u for u in range(network.nodes) if graph.out_degree(u)]
    return {'constraint': {u: constraint[u] for u in nodes},
            'effective_size': {u: effective_size[u] for u in nodes}}


def by_igraph(network):
    graph = igraph.Graph(n=network.nodes, directed=network.directed,
                         edges=[(a, b) for a, b, _ in network.ties])
    either = graph.as_undirected(mode='collapse')
    either.simplify()
    arcs = graph if network.directed else graph.as_directed(mode='mutual')
    has_arcs = bool(network.ties)
    lengths = whole_lengths(network)
    values = {
        'betweenness': graph.betweenness(),
        'valued_betweenness': (graph.betweenness(weights=lengths)
                               if lengths is not None else None),
        'core_number': either.coreness(),
        'articulation_points': sorted(either.articulation_points()),
        'local_clustering': either.transitivity_local_undirected(mode='zero'),
        'clique_counts': clique_counts(either.maximal_cliques()),
    }
    if has_arcs:
        values['pagerank'] = graph.pagerank(
            weights=[w for _, _, w in network.ties])
        constraint = by_nan(graph.constraint(
            weights=[w for _, _, w in network.ties]))
        values |= {
            'harmonic_in': by_nan(arcs.harmonic_centrality(mode='in')),
            'constraint': constraint,
            'arc_reciprocity': arcs.reciprocity(mode='default'),
            'dyad_reciprocity': arcs.reciprocity(mode='ratio'),
            'density': arcs.density(),
        }
    return values


def peers(network):
    """{name of the program: its measures}."""
    values = {'networkx': by_networkx(network), 'igraph': by_igraph(network)}
    if network.directed:
        values['networkx (directed)'] = by_networkx_directed(network)
    return values


def pairs(ours, theirs):
    """(where, our value, their value) of one measure."""
    if isinstance(theirs, dict):  # Values of some nodes.
        for node, value in theirs.items():
            yield f'[{node}]', ours[node], value
    elif isinstance(theirs, list) and len(ours) == len(theirs):
        for i, value in enumerate(theirs):
            yield f'[{i}]', ours[i], value
    else:
        yield '', ours, theirs


def error(ours, theirs):
    """Absolute up to 1, relative above; None and lists are equal or not."""
    if ours is None or theirs is None or isinstance(theirs, list):
        return 0.0 if ours == theirs else math.inf
    return abs(ours - theirs) / max(1.0, abs(theirs))


class Comparison:
    """Counts what was compared, and keeps what did not agree."""

    def __init__(self, tolerance=TOLERANCE):
        self.tolerance = tolerance
        self.networks = 0
        self.values = defaultdict(int)
        self.worst = defaultdict(float)
        self.differences = []

    def add(self, network, ours):
        self.networks += 1
        for program, values in peers(network).items():
            for measure, theirs in values.items():
                self._add_measure(network, program, measure, ours[measure],
                                  theirs)
        for measure, value, theirs in spectral(network, ours):
            self._add_measure(network, 'numpy', measure, value, theirs)
        for measure, value, theirs in communities_of(network, ours):
            self._add_measure(network, 'networkx', measure, value, theirs)
        for measure, value, theirs in core_of(network, ours):
            self._add_measure(network, 'numpy', measure, value, theirs)

    def _add_measure(self, network, program, measure, ours, theirs):
        key = f'{measure} ({program})'
        for where, a, b in pairs(ours, theirs):
            off = error(a, b)
            self.values[key] += 1
            self.worst[key] = max(self.worst[key], off)
            if not off <= self.tolerance:
                self.differences.append(
                    f'{network.name}: {measure}{where} is {a}, {program} '
                    f'gives {b}')

    def report(self):
        lines = [f'{self.networks} networks, {sum(self.values.values())} values']
        lines += [f'  {key:42} {self.values[key]:8} worst {self.worst[key]:.1e}'
                  for key in sorted(self.values)]
        lines += self.differences[:40]
        if len(self.differences) > 40:
            lines.append(f'and {len(self.differences) - 40} more')
        return '\n'.join(lines)
