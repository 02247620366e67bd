// A map of the four layers: a box each, links within them inside of the box, links
// between neighbours straight, links that skip a layer round the boxes.

import {type SystemLink_Richness as Richness} from '../../gen/pulsetaker/assessment/v1/local_system_pb';
import {Layer} from '../../gen/pulsetaker/assessment/v1/triangle_pb';
import {coordinate} from './triangle';

export interface LinkInput {
  readonly upper: Layer;
  readonly lower: Layer;
  readonly richness: Richness;
}

export interface LinkShape extends LinkInput {
  readonly path: string;
  readonly label: {readonly x: number; readonly y: number};
}

export const LAYERS_BOX = {width: 530, height: 490};
export const BOX = {left: 120, right: 350, height: 74, middle: 235};

const STEP = 132;

export const topOf = (layer: Layer) => 8 + STEP * (layer - 1);

const c = coordinate;

function within(link: LinkInput): LinkShape {
  const top = topOf(link.upper);
  return {
    ...link,
    path: `M${BOX.left + 18} ${c(top + 40)}H${BOX.right - 18}`,
    label: {x: BOX.middle, y: top + 64},
  };
}

function neighbours(link: LinkInput): LinkShape {
  const top = topOf(link.upper) + BOX.height;
  const bottom = topOf(link.lower);
  return {
    ...link,
    path: `M${BOX.middle - 40} ${c(top)}V${c(bottom)}`,
    label: {x: BOX.middle - 26, y: (top + bottom) / 2 + 5},
  };
}

/** By one layer on the right, from top to bottom on the left. */
function skip(link: LinkInput): LinkShape {
  const isWhole = link.upper === Layer.SYSTEMIC && link.lower === Layer.PUBLIC;
  const isFromTop = link.upper === Layer.SYSTEMIC;
  const edge = isWhole ? BOX.left : BOX.right;
  const far = isWhole ? 55 : isFromTop ? 415 : 425;
  const start = topOf(link.upper) + (isFromTop ? 26 : 48);
  const end = topOf(link.lower) + (isWhole ? 48 : 26);
  return {
    ...link,
    path: `M${edge} ${c(start)}C${far} ${c(start)} ${far} ${c(end)} ${edge} ${c(end)}`,
    // The curve bulges by three quarters of the way to its handles.
    label: {
      x: edge + 0.75 * (far - edge) + (isWhole ? -8 : 18),
      y: (start + end) / 2 + 5,
    },
  };
}

export function linkShape(link: LinkInput): LinkShape {
  if (link.upper === link.lower) return within(link);
  return link.lower - link.upper === 1 ? neighbours(link) : skip(link);
}
