import {expect, it} from 'vitest';
import {Phase} from '../../gen/pulsetaker/assessment/v1/phase_pb';
import {PATH_BOX, pathShape, rowOf, STEPS_MAX} from './phase_path';

const step = (wave: number, phase: Phase | undefined) => ({
  wave,
  phase,
  posterior: new Map([
    [Phase.LATENT, 0.001],
    [Phase.DESIGN, 0.25],
    [Phase.MOBILISATION, 0.749],
  ]),
});

it('draws a dot as large as a phase is probable, and none of what hardly is', () => {
  const [only] = pathShape([step(1, Phase.MOBILISATION)]).steps;
  expect(only!.dots.map(({isFirst}) => isFirst)).toEqual([false, true]);
  const [small, large] = only!.dots;
  expect((large!.radius / small!.radius) ** 2).toBeCloseTo(0.749 / 0.25);
});

it('has later phases further up and later waves further right', () => {
  expect(rowOf(Phase.EMBEDDING)).toBeLessThan(rowOf(Phase.LATENT));
  const {steps} = pathShape([step(1, Phase.DESIGN), step(2, Phase.DESIGN)]);
  expect(steps.map(({x}) => x)).toEqual([PATH_BOX.left, PATH_BOX.right]);
});

it('leaves waves out of the line of which no phase is measured', () => {
  const path = [step(1, Phase.DESIGN), step(2, undefined), step(3, Phase.DESIGN)];
  const {steps, line} = pathShape(path);
  expect(steps[1]!.dots).toEqual([]);
  expect(line).toHaveLength(2);
});

it('keeps the latest of many waves', () => {
  const many = Array.from({length: 20}, (_, index) => step(index + 1, Phase.DESIGN));
  const {steps} = pathShape(many);
  expect(steps).toHaveLength(STEPS_MAX);
  expect(steps.at(-1)!.wave).toBe(20);
});
