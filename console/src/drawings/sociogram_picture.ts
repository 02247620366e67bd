// The networks as a picture to take along: what the page shows at the moment, in light
// colours on white, with what the colours mean. Letters mark roles as on the page; a name
// is for those who point at somebody, and is in no picture.

import type {Box} from './box';

export interface PictureNode {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly colour: string;
  readonly letters: string;
}

export interface SociogramPicture {
  readonly nodes: readonly PictureNode[];
  /** Numbers of two nodes, one after the other. */
  readonly ties: readonly number[];
  readonly key: readonly {readonly label: string; readonly colour: string}[];
}

type Context = Pick<
  CanvasRenderingContext2D,
  | 'arc'
  | 'beginPath'
  | 'fill'
  | 'fillRect'
  | 'fillStyle'
  | 'fillText'
  | 'font'
  | 'lineTo'
  | 'measureText'
  | 'moveTo'
  | 'stroke'
  | 'strokeStyle'
>;

const PAPER = '#fff';
const INK = '#17212b';
const TIE = '#c3cbd3';
const KEY_ROW = 24;
const KEY_COLUMN = 160;

const columnsIn = (width: number) => Math.max(1, Math.floor(width / KEY_COLUMN));

/** The drawing with the key below it. */
export function withKey({width, height}: Box, keys: number): Box {
  return {width, height: height + KEY_ROW * Math.ceil(keys / columnsIn(width)) + 8};
}

function dot(context: Context, x: number, y: number, radius: number, colour: string) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.fill();
}

function paintKey(context: Context, {key}: SociogramPicture, {width, height}: Box): void {
  const whole = withKey({width, height}, key.length);
  // People outside of what is shown may reach down here.
  context.fillStyle = PAPER;
  context.fillRect(0, height, width, whole.height - height);
  context.font = '14px sans-serif';
  key.forEach(({label, colour}, index) => {
    const x = KEY_COLUMN * (index % columnsIn(width)) + 14;
    const y = height + KEY_ROW * Math.floor(index / columnsIn(width)) + 14;
    dot(context, x, y, 6, colour);
    context.fillStyle = INK;
    context.fillText(label, x + 12, y + 5, KEY_COLUMN - 30);
  });
}

/** `box` is of the drawing without its key. */
export function paintSociogram(
  context: Context,
  picture: SociogramPicture,
  box: Box,
): void {
  const {nodes, ties} = picture;
  const whole = withKey(box, picture.key.length);
  context.fillStyle = PAPER;
  context.fillRect(0, 0, whole.width, whole.height);
  context.beginPath();
  for (let i = 0; i < ties.length; i += 2) {
    const [from, to] = [nodes[ties[i]!]!, nodes[ties[i + 1]!]!];
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y);
  }
  context.strokeStyle = TIE;
  context.stroke();
  for (const {x, y, radius, colour} of nodes) dot(context, x, y, radius, colour);
  context.font = '14px sans-serif';
  context.fillStyle = INK;
  for (const {x, y, radius, letters} of nodes) {
    if (letters !== '') context.fillText(letters, x + radius + 3, y + 5);
  }
  paintKey(context, picture, box);
}
