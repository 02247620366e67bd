// What graphology reads from the GraphML and GEXF files of a folder.
//
//   PULSETAKER_NODE_MODULES=... node graph_formats.mjs FOLDER FIRST COUNT
//
// Prints a line a graph: {"graphml": GRAPH, "gexf": GRAPH}, where GRAPH is
// {"attributes": {}, "nodes": [[id, {}]], "arcs": [[id, source, target, {}]]}.

import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';

const require =
    createRequire(path.join(process.env.PULSETAKER_NODE_MODULES, 'reader.js'));
const Graph = require('graphology');
const gexf = require('graphology-gexf');
const graphml = require('graphology-graphml');

function contentOf(graph) {
  return {
    attributes: graph.getAttributes(),
    nodes: graph.mapNodes((node, attributes) => [node, attributes]),
    arcs: graph.mapEdges((edge, attributes, source, target) => {
      if (!graph.isDirected(edge)) throw new Error(`${edge} is not directed`);
      return [edge, source, target, attributes];
    }),
  };
}

function read(parser, file) {
  return contentOf(parser.parse(Graph, readFileSync(file, 'utf-8')));
}

const [folder, first, count] = process.argv.slice(2);
const lines = [];
for (let i = 0; i < Number(count); ++i) {
  const stem = path.join(folder, String(Number(first) + i));
  lines.push(JSON.stringify({
    graphml: read(graphml, `${stem}.graphml`),
    gexf: read(gexf, `${stem}.gexf`),
  }));
}
process.stdout.write(lines.join('\n') + '\n');
