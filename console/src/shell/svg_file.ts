// A drawing as a file of its own: what the page's style says of it is written into it,
// in light colours on white, so that it looks the same wherever it is opened.

import type {Box} from '../drawings/box';

/** What a file says that it is. */
export interface About {
  readonly title: string;
  readonly description: string;
}

const NAMESPACE = 'http://www.w3.org/2000/svg';
const SHAPES = 'path, line, polyline, polygon, circle, rect, text';
const OF_FILLS = ['fill'];
const OF_STROKES = [
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'paint-order',
];
const OF_TEXTS = ['font-family', 'font-size', 'font-weight', 'text-anchor'];

function resolve(shape: Element): void {
  const style = getComputedStyle(shape);
  const names = [
    ...OF_FILLS,
    ...(style.getPropertyValue('stroke') === 'none' ? [] : OF_STROKES),
    ...(shape.tagName === 'text' ? OF_TEXTS : []),
  ];
  for (const name of names) shape.setAttribute(name, style.getPropertyValue(name));
}

/** Styles are known of what is in the page alone, so it is there meanwhile, unseen. */
function withStyles(drawing: SVGSVGElement): SVGSVGElement {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const place = document.createElement('div');
  place.className = 'light hidden';
  place.setAttribute('aria-hidden', 'true');
  place.append(copy);
  document.body.append(place);
  copy.querySelectorAll(SHAPES).forEach(resolve);
  place.remove();
  for (const element of [copy, ...copy.querySelectorAll('[class]')]) {
    element.removeAttribute('class');
  }
  return copy;
}

function element(tag: string, attributes: Record<string, string>, text = '') {
  const made = document.createElementNS(NAMESPACE, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = text;
  return made;
}

export function standalone(
  drawing: SVGSVGElement,
  {width, height}: Box,
  {title, description}: About,
): SVGSVGElement {
  const copy = withStyles(drawing);
  const size = {width: String(width), height: String(height)};
  for (const [name, value] of Object.entries(size)) copy.setAttribute(name, value);
  // Its title says what it is.
  copy.removeAttribute('aria-label');
  copy.prepend(
    element('title', {}, title),
    element('desc', {}, description),
    element('rect', {...size, fill: '#fff'}),
  );
  return copy;
}

export function svgText(drawing: SVGSVGElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(drawing)}\n`;
}
