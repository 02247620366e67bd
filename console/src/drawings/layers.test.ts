import {expect, it} from 'vitest';
import {SystemLink_Richness as Richness} from '../../gen/pulsetaker/assessment/v1/local_system_pb';
import {Layer} from '../../gen/pulsetaker/assessment/v1/triangle_pb';
import {BOX, LAYERS_BOX, linkShape} from './layers';

const LAYERS = [Layer.SYSTEMIC, Layer.SECTORAL, Layer.FRONTLINE, Layer.PUBLIC];
const shape = (upper: Layer, lower: Layer) =>
  linkShape({upper, lower, richness: Richness.RICH});

it('draws links within a layer inside of its box', () => {
  const {label} = shape(Layer.FRONTLINE, Layer.FRONTLINE);
  expect(label.x).toBeGreaterThan(BOX.left);
  expect(label.x).toBeLessThan(BOX.right);
});

it('draws links between neighbours straight, others round the boxes', () => {
  expect(shape(Layer.SECTORAL, Layer.FRONTLINE).path).toMatch(/^M[\d.]+ [\d.]+V/);
  expect(shape(Layer.SYSTEMIC, Layer.FRONTLINE).label.x).toBeGreaterThan(BOX.right);
  expect(shape(Layer.SYSTEMIC, Layer.PUBLIC).label.x).toBeLessThan(BOX.left);
});

it('puts no two labels in one place, and all of them in the drawing', () => {
  const labels = LAYERS.flatMap((upper) =>
    LAYERS.filter((lower) => lower >= upper).map((lower) => shape(upper, lower).label),
  );
  expect(labels).toHaveLength(10);
  expect(new Set(labels.map(({x, y}) => `${x},${y}`)).size).toBe(10);
  for (const {x, y} of labels) {
    expect(x).toBeGreaterThan(0);
    expect(x).toBeLessThan(LAYERS_BOX.width - 80);
    expect(y).toBeLessThan(LAYERS_BOX.height);
  }
});
