// The triangle of an assessment with what its drawing and its tables need.

import type {PhaseResult} from '../../gen/pulsetaker/assessment/v1/phase_pb';
import type {Triangle} from '../../gen/pulsetaker/assessment/v1/triangle_pb';
import {levelValue} from './levels';
import {cornerWeights} from './weights';

export function triangleParts(triangle: Triangle, phase: PhaseResult) {
  const {weights, of} = cornerWeights(phase);
  const corners = triangle.corners.map((result, index) => ({
    result,
    corner: result.corner,
    weight: weights[index as 0 | 1 | 2],
    level: levelValue(result.level),
  }));
  const arrows = triangle.arrows.map((result) => ({
    result,
    from: result.from,
    to: result.to,
    strength: levelValue(result.strength),
  }));
  const isMeasured =
    corners.some(({level}) => level !== undefined) ||
    arrows.some(({strength}) => strength !== undefined);
  return {corners, arrows, isMeasured, weightsOf: of};
}
