// A drawing as dots. It is painted shape by shape: an SVG that is loaded as an image
// would need a policy that lets images in from elsewhere than the page's own files.

import type {Box} from '../drawings/box';
import {outlineOf} from '../drawings/outline';
import {withTexts} from '../model/png_text';
import type {About} from './svg_file';

/** Dots a unit, so that print and projectors show it sharp. */
export const PNG_SCALE = 2;

const ALIGNED: Readonly<Record<string, CanvasTextAlign>> = {
  start: 'left',
  middle: 'center',
  end: 'right',
};

interface Ways {
  readonly fill: () => void;
  readonly stroke: () => void;
}

function waysOf(context: CanvasRenderingContext2D, shape: Element): Ways {
  const attribute = (name: string) => shape.getAttribute(name) ?? '';
  const outline = outlineOf(shape.tagName, attribute);
  if (outline !== undefined) {
    const path = new Path2D(outline);
    return {fill: () => context.fill(path), stroke: () => context.stroke(path)};
  }
  context.font = ['font-weight', 'font-size', 'font-family'].map(attribute).join(' ');
  context.textAlign = ALIGNED[attribute('text-anchor')] ?? 'left';
  const [text, x, y] = [
    shape.textContent ?? '',
    Number(attribute('x')),
    Number(attribute('y')),
  ];
  return {
    fill: () => context.fillText(text, x, y),
    stroke: () => context.strokeText(text, x, y),
  };
}

function paintShape(context: CanvasRenderingContext2D, shape: Element): void {
  const attribute = (name: string) => shape.getAttribute(name) ?? '';
  const [fill, stroke] = [attribute('fill'), attribute('stroke') || 'none'];
  context.save();
  context.fillStyle = fill;
  if (stroke !== 'none') {
    const dashes = attribute('stroke-dasharray');
    context.strokeStyle = stroke;
    context.lineWidth = parseFloat(attribute('stroke-width'));
    context.lineCap = attribute('stroke-linecap') as CanvasLineCap;
    context.lineJoin = attribute('stroke-linejoin') as CanvasLineJoin;
    context.setLineDash(dashes === 'none' ? [] : dashes.split(/[\s,]+/).map(parseFloat));
  }
  const ways = waysOf(context, shape);
  const steps = [fill !== 'none' && ways.fill, stroke !== 'none' && ways.stroke];
  if (attribute('paint-order').startsWith('stroke')) steps.reverse();
  for (const step of steps) if (step) step();
  context.restore();
}

export function paintDrawing(context: CanvasRenderingContext2D, drawing: Element): void {
  drawing
    .querySelectorAll('path, line, polyline, polygon, circle, rect, text')
    .forEach((shape) => paintShape(context, shape));
}

/** `paint` draws in units of `box`. */
export async function pngFile(
  {width, height}: Box,
  {title, description}: About,
  paint: (context: CanvasRenderingContext2D) => void,
): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(PNG_SCALE * width);
  canvas.height = Math.round(PNG_SCALE * height);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('there is no canvas');
  context.scale(PNG_SCALE, PNG_SCALE);
  paint(context);
  const made = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
  if (made === null) throw new Error('the canvas is too large');
  const bytes = new Uint8Array(await made.arrayBuffer());
  const texts = {Title: title, Description: description};
  return new Blob(withTexts(bytes, texts) as BlobPart[], {type: made.type});
}
