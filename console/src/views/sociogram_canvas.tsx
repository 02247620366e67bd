// The drawing itself. A module of its own, so that no other view loads what draws it.

import Graph from 'graphology';
import {useEffect, useRef, useState} from 'preact/hooks';
import Sigma from 'sigma';
import {paintSociogram, withKey} from '../drawings/sociogram_picture';
import {type Colours, rolesIn, type Sociogram, tieCounts} from '../model/sociogram';
import {pngFile} from '../shell/png_file';
import {SavePicture} from '../shell/save_picture';
import {Empty} from '../shell/states';
import type {About} from '../shell/svg_file';
import {Movement} from './sociogram_motion';

/** People who are drawn smaller have letters only where few are drawn. */
const LABELS_FROM = 9;
/** More than these are not drawn while the drawing moves. */
const TIES_IN_MOTION_MAX = 2_000;

interface CanvasProps {
  readonly sociogram: Sociogram;
  /** Its number among the networks. */
  readonly network: number;
  readonly colours: Colours;
  /** What a person is called. */
  readonly nameOf: (person: string) => string;
  readonly picked: readonly string[];
  readonly onPick: (person: string) => void;
}

function graphOf({sociogram, network, colours}: CanvasProps): Graph {
  const {people, networks} = sociogram;
  const ties = sociogram.ties.get(networks[network]?.networkId ?? '') ?? [];
  const counts = tieCounts(people.length, ties);
  const graph = new Graph({type: 'directed', multi: true});
  people.forEach((person, number) => {
    const roles = rolesIn(person, network);
    graph.addNode(number, {
      x: person.x,
      y: person.y,
      size: 2.5 + Math.min(9, Math.sqrt(counts[number]!)),
      color: colours.of(person),
      // Letters mark roles. Without one there is no label, as empty ones would take
      // the room of others.
      label: roles.map((role) => role.charAt(0).toUpperCase()).join('') || null,
      person: person.person,
      forceLabel: roles.length > 0 && people.length <= 300,
    });
  });
  for (let i = 0; i < ties.length; i += 2) graph.addEdge(ties[i], ties[i + 1]);
  return graph;
}

const styleOf = (name: string) =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

interface Pointed {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly label?: string | null;
  readonly person?: string;
}

/** Letters beside a person, with a rim, as they often stand on others. */
function drawLetters(
  context: CanvasRenderingContext2D,
  {x, y, size, label}: Pointed,
  [ink, paper]: readonly [string, string],
): void {
  if (!label) return;
  context.font = '600 14px system-ui, sans-serif';
  context.lineJoin = 'round';
  context.lineWidth = 4;
  context.strokeStyle = paper;
  context.strokeText(label, x + size + 3, y + 5);
  context.fillStyle = ink;
  context.fillText(label, x + size + 3, y + 5);
}

/**
 * A ring and a label, on a ground of the page's own: dark pages have light letters.
 * Names are for those who are pointed at alone: where people stand close, they would
 * hide each other.
 */
function drawHover(
  context: CanvasRenderingContext2D,
  {x, y, size, label}: Pointed,
  name: string,
): void {
  context.beginPath();
  context.arc(x, y, size + 3, 0, 2 * Math.PI);
  context.strokeStyle = styleOf('--ink');
  context.lineWidth = 2;
  context.stroke();
  const text = [label, name].filter(Boolean).join(' ');
  context.font = '600 14px system-ui, sans-serif';
  const left = x + size + 6;
  const {width} = context.measureText(text);
  context.fillStyle = styleOf('--paper');
  context.fillRect(left - 3, y - 11, width + 6, 22);
  context.fillStyle = styleOf('--ink');
  context.fillText(text, left, y + 5);
}

function draw(place: HTMLElement, latest: {readonly current: CanvasProps}): Sigma {
  const personOf = (node: string) =>
    latest.current.sociogram.people[Number(node)]!.person;
  const graph = graphOf(latest.current);
  const movement = graph.size > TIES_IN_MOTION_MAX ? new Movement() : undefined;
  const inks = [styleOf('--ink'), styleOf('--paper')] as const;
  const sigma = new Sigma(graph, place, {
    defaultEdgeColor: styleOf('--tie'),
    labelRenderedSizeThreshold: LABELS_FROM,
    defaultDrawNodeLabel: (context, person: Pointed) =>
      drawLetters(context, person, inks),
    ...(movement === undefined
      ? {}
      : {
          edgeProgramClasses: {line: movement.tieProgram()},
          nodeProgramClasses: {circle: movement.personProgram()},
        }),
    defaultDrawNodeHover: (context, pointed: Pointed) => {
      const person = pointed.person ?? '';
      drawHover(context, pointed, latest.current.nameOf(person) || person);
    },
    nodeReducer: (node, data) =>
      latest.current.picked.includes(personOf(node))
        ? {...data, highlighted: true, zIndex: 1}
        : data,
  });
  movement?.follow(sigma);
  sigma.on('clickNode', ({node}) => latest.current.onPick(personOf(node)));
  return sigma;
}

/** Of what is on the screen at the moment, as far as it was moved and enlarged. */
function pictureOf(
  sigma: Sigma,
  {current: {colours}}: {readonly current: CanvasProps},
  about: About,
): Promise<Blob> {
  const graph = sigma.getGraph();
  const box = sigma.getDimensions();
  const nodes = graph.mapNodes((_, {x, y, size, color, label, forceLabel}) => ({
    ...sigma.graphToViewport({x, y}),
    radius: sigma.scaleSize(size),
    colour: color as string,
    letters:
      forceLabel || sigma.scaleSize(size) >= LABELS_FROM
        ? ((label as string | null) ?? '')
        : '',
  }));
  const ties = graph.mapEdges((_, __, source, target) => [
    Number(source),
    Number(target),
  ]);
  const picture = {nodes, ties: ties.flat(), key: colours.key};
  return pngFile(withKey(box, colours.key.length), about, (context) =>
    paintSociogram(context, picture, box),
  );
}

export default function SociogramCanvas(props: CanvasProps) {
  const place = useRef<HTMLDivElement>(null);
  const drawn = useRef<Sigma | undefined>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const [canDraw, setCanDraw] = useState(true);

  useEffect(() => {
    try {
      drawn.current = draw(place.current!, latest);
    } catch {
      // There is no WebGL, or not any more.
      setCanDraw(false);
    }
    return () => {
      drawn.current?.kill();
      drawn.current = undefined;
    };
  }, [props.sociogram, props.network, props.colours]);

  const picked = useRef(props.picked);
  useEffect(() => {
    // Those alone who are picked now, or were: all would take a while.
    const changed = [...new Set([...picked.current, ...props.picked])];
    picked.current = props.picked;
    if (changed.length === 0) return;
    const {people} = props.sociogram;
    const nodes = changed.map((one) => people.findIndex(({person}) => person === one));
    drawn.current?.refresh({
      partialGraph: {nodes: nodes.map(String)},
      skipIndexation: true,
    });
  }, [props.picked]);

  // Names come later than the drawing, which shows those of who is picked.
  useEffect(() => {
    if (props.picked.length > 0) drawn.current?.scheduleRender();
  }, [props.nameOf]);

  if (!canDraw) {
    return (
      <Empty>This browser cannot draw networks. The table below says the same.</Empty>
    );
  }
  const {networkId} = props.sociogram.networks[props.network]!;
  return (
    <>
      <div ref={place} class="sociogram" aria-hidden="true" />
      <SavePicture
        title={`Who is tied to whom, ${networkId}`}
        caption="A person is as large as they have ties. H, G and P mark hubs, gatekeepers and pulsetakers."
        files={[
          {ending: 'png', make: (about) => pictureOf(drawn.current!, latest, about)},
        ]}
      />
    </>
  );
}
