"""Exported graphs, read by the programs that people will read them with.

Random multigraphs are written in every format and read again by networkx,
igraph, graphology and the CSV reader of Python; nodes, labels, attributes,
weights, networks and parallel arcs are compared. What a reader cannot do is
said where it is compared, and what it can do is compared still.

PULSETAKER_WRITE_GRAPHS is the built write_graphs, PULSETAKER_GRAPHS how many
graphs (10000), PULSETAKER_NODE_MODULES a folder where npm has installed
graphology, graphology-gexf and graphology-graphml; without it graphology is
left out. Reports itself as skipped where networkx or igraph is not there.
"""

import csv
import json
import math
import multiprocessing
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import warnings

try:
    import igraph
    import networkx
    from networkx.readwrite.gexf import GEXF
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

HERE = pathlib.Path(__file__).resolve().parent
WRITER = os.environ.get("PULSETAKER_WRITE_GRAPHS")
NODE_MODULES = os.environ.get("PULSETAKER_NODE_MODULES")
GRAPHS = int(os.environ.get("PULSETAKER_GRAPHS", "10000"))
BATCH = 500
PROCESSES = 2
BATCH_SECONDS = 300

READERS = ["networkx GraphML", "networkx GEXF", "networkx Pajek",
           "igraph GraphML", "igraph Pajek", "Pajek relations", "CSV"]
if NODE_MODULES:
    READERS.append("graphology")

# networkx knows versions of GEXF by their name space only, and where it is not
# recent, not that of 1.3. The elements are the same.
GEXF.versions.setdefault("1.3", {
    **GEXF.versions["1.2draft"],
    "NS_GEXF": "http://gexf.net/1.3",
    "NS_VIZ": "http://gexf.net/1.3/viz",
    "VERSION": "1.3",
})

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


def xml_text(text):
    """What is left of a text in XML 1.0, and in CSV."""
    return FORBIDDEN.sub("\ufffd", text)


def pajek_text(text):
    """What is left of a text in Pajek's format, which has no escape."""
    text = text.replace('"', "'").replace("\\", "/")
    return re.sub("[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text)


def with_xml_texts(attributes):
    return {name: xml_text(value) if isinstance(value, str) else value
            for name, value in attributes.items()}


def as_numbers_of_javascript(attributes):
    return {name: float(value) if isinstance(value, int) and
            not isinstance(value, bool) else value
            for name, value in attributes.items()}


class Truth:
    """What was written, in the form in which readers are compared."""

    def __init__(self, written):
        self.name = written["name"]
        self.networks = written["networks"]
        self.columns = {"node": written["node_attributes"],
                        "arc": written["arc_attributes"]}
        self.nodes = []  # (id, attributes with the label, if there is one)
        for node in written["nodes"]:
            label = {"label": node["label"]} if node["label"] else {}
            self.nodes.append(
                (node["id"], with_xml_texts({**node["attributes"], **label})))
        self.arcs = []  # (source, target, attributes, weight and network)
        for arc in written["arcs"]:
            self.arcs.append((arc["source"], arc["target"], {
                **with_xml_texts(arc["attributes"]),
                "weight": arc["weight"], "network": arc["network"]}))
        self.index = {node: i for i, (node, _) in enumerate(self.nodes)}
        self.labels = [node["label"] for node in written["nodes"]]


def in_one_order(arcs):
    return sorted(arcs, key=lambda arc: json.dumps(arc, sort_keys=True))


def same(found, wanted, what):
    if found != wanted:
        raise AssertionError(f"{what}: {found!r} is not {wanted!r}")


def without(names, attributes):
    return {k: v for k, v in attributes.items() if k not in names}


def without_empty(attributes):
    return {k: v for k, v in attributes.items() if v != ""}


# networkx ---------------------------------------------------------------------


def check_networkx_graphml(truth, stem):
    graph = networkx.read_graphml(f"{stem}.graphml")
    # networkx takes an empty text for none.
    same(list(graph.nodes(data=True)),
         [(node, without_empty(attributes))
          for node, attributes in truth.nodes], "nodes")
    same(in_one_order((s, t, without(["id"], data))
                      for s, t, data in graph.edges(data=True)),
         in_one_order((s, t, without_empty(attributes))
                      for s, t, attributes in truth.arcs), "arcs")
    same(graph.graph.get("name", ""), xml_text(truth.name), "name")


def check_networkx_gexf(truth, stem):
    graph = networkx.read_gexf(f"{stem}.gexf")
    # networkx gives nodes without a label the label None.
    same(list(graph.nodes(data=True)),
         [(node, {"label": None, **attributes})
          for node, attributes in truth.nodes], "nodes")
    same(in_one_order((s, t, without(["id"], data))
                      for s, t, data in graph.edges(data=True)),
         in_one_order(truth.arcs), "arcs")


def relations(text):
    """What is before the relations, and a text for each."""
    head, *parts = re.split(r"(?m)^(?=\*Arcs )", text)
    return head, parts


def check_networkx_pajek(truth, stem):
    """False if nothing could be compared."""
    # networkx tells vertices apart by their text.
    ids = [pajek_text(node) for node, _ in truth.nodes]
    if len(set(ids)) < len(ids):
        return False
    with open(f"{stem}.ids.net", encoding="utf-8", newline="\n") as file:
        head, parts = relations(file.read())
    same(len(parts), len(truth.networks), "relations")
    # networkx takes the header of a second relation for an arc, so it is given
    # one at a time.
    for network, part in zip(truth.networks, parts or []):
        graph = networkx.parse_pajek(head + part)
        same(list(graph.nodes), ids, "vertices")
        same(in_one_order((s, t, data["weight"])
                          for s, t, data in graph.edges(data=True)),
             in_one_order((pajek_text(s), pajek_text(t), data["weight"])
                          for s, t, data in truth.arcs
                          if data["network"] == network["id"]), "arcs")
    if not parts:
        same(list(networkx.parse_pajek(head).nodes), ids, "vertices")
    return True


# igraph -----------------------------------------------------------------------


def igraph_name(text):
    """igraph leaves this one escape as it is in XML attributes: in ids of nodes
    and names of attributes."""
    return text.replace("&", "&#38;")


def for_igraph(attributes, columns):
    """igraph has numbers as doubles, and a value for each node and arc: of what
    is not there NaN, an empty text or False."""
    nothing = {"string": "", "boolean": False}
    values = {}
    for column in columns:
        value = attributes.get(column["name"], nothing.get(column["type"]))
        if column["type"] in ("double", "long"):
            value = "NaN" if value is None else float(value)
        values[igraph_name(column["name"])] = value
    return values


def from_igraph(attributes):
    return {k: "NaN" if isinstance(v, float) and math.isnan(v) else v
            for k, v in attributes.items()}


LABEL = {"name": "label", "type": "string"}
WEIGHT = {"name": "weight", "type": "double"}
NETWORK = {"name": "network", "type": "string"}


def check_igraph_graphml(truth, stem):
    graph = igraph.Graph.Read_GraphML(f"{stem}.graphml")
    same(graph.is_directed(), True, "directed")
    same([from_igraph(v.attributes()) for v in graph.vs],
         [{**for_igraph(attributes, [*truth.columns["node"], LABEL]),
           "id": igraph_name(node)}
          for node, attributes in truth.nodes], "nodes")
    same([(*e.tuple, without(["id"], from_igraph(e.attributes())))
          for e in graph.es],
         [(truth.index[s], truth.index[t],
           for_igraph(attributes, [*truth.columns["arc"], WEIGHT, NETWORK]))
          for s, t, attributes in truth.arcs], "arcs")


def check_igraph_pajek(truth, stem, folder):
    # igraph knows neither the byte order mark nor names of relations.
    with open(f"{stem}.net", encoding="utf-8-sig", newline="\n") as file:
        text = re.sub(r"(?m)^\*Arcs .*$", "*Arcs", file.read())
    plain = folder / "plain.net"
    plain.write_text(text, encoding="utf-8", newline="\n")
    graph = igraph.Graph.Read_Pajek(str(plain))
    texts = [pajek_text(label or node)
             for label, (node, _) in zip(truth.labels, truth.nodes)]
    same(graph.vs["name"] if texts else [], texts, "vertices")
    same([(*e.tuple, e["weight"]) for e in graph.es],
         [(truth.index[s], truth.index[t], data["weight"])
          for s, t, data in truth.arcs], "arcs")


def check_relations(truth, stem):
    """Of what no reader here shows: mark, comment and names of relations."""
    with open(f"{stem}.net", encoding="utf-8", newline="\n") as file:
        head, parts = relations(file.read())
    same(head.split("\n")[0], f"\ufeff% {pajek_text(truth.name)}", "comment")
    same([part.split("\n")[0] for part in parts],
         [f'*Arcs :{k} "{pajek_text(network["label"] or network["id"])}"'
          for k, network in enumerate(truth.networks, 1)], "relations")


# graphology -------------------------------------------------------------------


def read_graphology(folder, first, count):
    """A list of {format: graph}, or nothing where graphology is not there."""
    if not NODE_MODULES:
        return [{}] * count
    run = subprocess.run(
        ["node", HERE / "graph_formats.mjs", folder, str(first), str(count)],
        capture_output=True, text=True, timeout=BATCH_SECONDS, check=False,
        encoding="utf-8")
    if run.returncode != 0:
        raise AssertionError(f"graphology cannot read: {run.stderr[-2000:]}")
    return [json.loads(line) for line in run.stdout.split("\n") if line]


def check_graphology(truth, graphs):
    # JavaScript has numbers as doubles.
    for name in ("graphml", "gexf"):
        graph = graphs[name]
        same([(node, as_numbers_of_javascript(attributes))
              for node, attributes in graph["nodes"]],
             [(node, as_numbers_of_javascript(attributes))
              for node, attributes in truth.nodes], f"nodes of {name}")
        if name == "gexf":
            same([data.pop("kind") for *_, data in graph["arcs"]],
                 [data["network"] for *_, data in truth.arcs], "kinds")
        same([(s, t, as_numbers_of_javascript(data))
              for _, s, t, data in graph["arcs"]],
             [(s, t, as_numbers_of_javascript(data))
              for s, t, data in truth.arcs], f"arcs of {name}")


# CSV --------------------------------------------------------------------------


def read_csv(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.reader(file, strict=True))


def unguarded(text):
    """What a field of text stands for; it must not be one that is run."""
    if text.startswith(FORMULA_STARTS):
        raise AssertionError(f"a spreadsheet would run {text!r}")
    return text[1:] if text.startswith("'") else text


def from_csv(row, columns):
    types = {"double": float, "long": int, "boolean": "true".__eq__,
             "string": unguarded}
    values = {}
    # The reader cannot tell an empty text from none.
    for field, column in zip(row, columns, strict=True):
        if field != "":
            values[column["name"]] = types[column["type"]](field)
    return values


def check_csv(truth, stem):
    text = [{"name": name, "type": "string"}
            for name in ("id", "label", "source", "target", "network")]
    node_columns = [*text[:2], *truth.columns["node"]]
    arc_columns = [*text[2:4], WEIGHT, text[4], *truth.columns["arc"]]
    head, *rows = read_csv(f"{stem}.nodes.csv")
    same([unguarded(name) for name in head],
         [column["name"] for column in node_columns], "columns of nodes")
    same([from_csv(row, node_columns) for row in rows],
         [{"id": node, **without_empty(attributes)}
          for node, attributes in truth.nodes], "nodes")
    head, *rows = read_csv(f"{stem}.edges.csv")
    same([unguarded(name) for name in head],
         [column["name"] for column in arc_columns], "columns of arcs")
    same([from_csv(row, arc_columns) for row in rows],
         [{"source": s, "target": t, **without_empty(attributes)}
          for s, t, attributes in truth.arcs], "arcs")


# All --------------------------------------------------------------------------


def check_batch(first):
    """Differences, and how often each reader was compared."""
    warnings.simplefilter("ignore")  # Of igraph, about names of vertices.
    count = min(BATCH, GRAPHS - first)
    differences = []
    compared = {}
    with tempfile.TemporaryDirectory(prefix="pulsetaker-graphs-") as name:
        folder = pathlib.Path(name)
        subprocess.run([WRITER, folder, str(first), str(count)], check=True,
                       timeout=BATCH_SECONDS)
        with open(folder / "truth.jsonl", encoding="utf-8",
                  newline="\n") as file:
            truths = [Truth(json.loads(line)) for line in file]
        read = read_graphology(folder, first, count)
        for seed, truth, graphs in zip(range(first, first + count), truths,
                                       read, strict=True):
            stem = folder / str(seed)
            checks = {
                "networkx GraphML": lambda: check_networkx_graphml(truth, stem),
                "networkx GEXF": lambda: check_networkx_gexf(truth, stem),
                "networkx Pajek": lambda: check_networkx_pajek(truth, stem),
                "igraph GraphML": lambda: check_igraph_graphml(truth, stem),
                "igraph Pajek": lambda: check_igraph_pajek(truth, stem, folder),
                "Pajek relations": lambda: check_relations(truth, stem),
                "CSV": lambda: check_csv(truth, stem),
            }
            if NODE_MODULES:
                checks["graphology"] = lambda: check_graphology(truth, graphs)
            for reader, check in checks.items():
                try:
                    if check() is not False:
                        compared[reader] = compared.get(reader, 0) + 1
                except Exception as problem:  # pylint: disable=broad-except
                    differences.append(f"graph {seed}, {reader}: {problem!r}")
    return differences, compared


class GraphFormatsTest(unittest.TestCase):

    def test_readers_find_what_was_written(self):
        with multiprocessing.Pool(PROCESSES) as pool:
            results = pool.map(check_batch, range(0, GRAPHS, BATCH),
                               chunksize=1)
        differences = [d for found, _ in results for d in found]
        compared = {}
        for _, counts in results:
            for reader, count in counts.items():
                compared[reader] = compared.get(reader, 0) + count
        print(f"graphs compared: {compared}")
        self.assertFalse(differences[:10], f"{len(differences)} differences")
        for reader in READERS:
            self.assertGreaterEqual(compared.get(reader, 0), GRAPHS * 9 // 10,
                                    reader)
        if not NODE_MODULES:
            print("not compared with graphology: PULSETAKER_NODE_MODULES "
                  "names no folder")


if __name__ == "__main__":
    if not WRITER:
        print("skipped: PULSETAKER_WRITE_GRAPHS names no program")
        sys.exit(77)
    unittest.main()
