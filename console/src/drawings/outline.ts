// The outlines of shapes as data of a path, which both SVG and a canvas understand.

type Attribute = (name: string) => string;

function circle(cx: number, cy: number, r: number): string {
  return `M${cx - r} ${cy}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
}

function rectangle(x: number, y: number, width: number, height: number, r: number) {
  if (r === 0) return `M${x} ${y}h${width}v${height}h${-width}Z`;
  const corner = (dx: number, dy: number) => `a${r} ${r} 0 0 1 ${dx} ${dy}`;
  return (
    `M${x + r} ${y}h${width - 2 * r}${corner(r, r)}v${height - 2 * r}${corner(-r, r)}` +
    `h${2 * r - width}${corner(-r, -r)}v${2 * r - height}${corner(r, -r)}Z`
  );
}

/** Of each shape that drawings are made of; undefined of what has none. */
export function outlineOf(tag: string, attribute: Attribute): string | undefined {
  const number = (name: string) => Number(attribute(name) || 0);
  switch (tag) {
    case 'path':
      return attribute('d');
    case 'line':
      return `M${number('x1')} ${number('y1')}L${number('x2')} ${number('y2')}`;
    case 'polyline':
      return `M${attribute('points')}`;
    case 'polygon':
      return `M${attribute('points')}Z`;
    case 'circle':
      return circle(number('cx'), number('cy'), number('r'));
    case 'rect':
      return rectangle(
        number('x'),
        number('y'),
        number('width'),
        number('height'),
        number('rx'),
      );
    default:
      return undefined;
  }
}
