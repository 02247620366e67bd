// What of a large drawing is left out, so that it moves: without a graphics card ties
// take nearly all of the time, and what is pointed at is drawn a second time, unseen.

import type Sigma from 'sigma';
import {EdgeLineProgram, NodeCircleProgram} from 'sigma/rendering';

type Params = Parameters<EdgeLineProgram['render']>[0];
/** Of what is seen, or of the drawing by which it is known what is pointed at. */
type Pass = Parameters<EdgeLineProgram['renderProgram']>[1];

/** As long as this without a move, a drawing is taken to be at rest. */
const AT_REST_AFTER_MS = 150;

/**
 * Whether a drawing moves. Sigma's own `hideEdgesOnMove` would work out every tie anew
 * after each drag.
 */
export class Movement {
  private rest: ReturnType<typeof setTimeout> | undefined;
  private readonly isMoving = () => this.rest !== undefined;

  /** Draws ties as thin lines, which nobody points at, and none in motion. */
  tieProgram() {
    const {isMoving} = this;
    return class extends EdgeLineProgram {
      override render(params: Params) {
        if (!isMoving()) super.render(params);
      }

      override renderProgram(params: Params, pass: Pass) {
        if (!pass.isPicking) super.renderProgram(params, pass);
      }
    };
  }

  /** Draws people, at whom nobody points in motion. */
  personProgram() {
    const {isMoving} = this;
    return class extends NodeCircleProgram {
      override renderProgram(params: Params, pass: Pass) {
        if (!pass.isPicking || !isMoving()) super.renderProgram(params, pass);
      }
    };
  }

  follow(sigma: Sigma): void {
    sigma.getCamera().on('updated', () => {
      clearTimeout(this.rest);
      this.rest = setTimeout(() => {
        this.rest = undefined;
        sigma.scheduleRender();
      }, AT_REST_AFTER_MS);
    });
    sigma.on('kill', () => clearTimeout(this.rest));
  }
}
