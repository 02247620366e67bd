// Ties of a large drawing: thin, and left out for as long as it moves. What moves need
// not be whole, and without a graphics card the ties take nearly all of the time.

import type Sigma from 'sigma';
import {EdgeLineProgram} from 'sigma/rendering';

type RenderParams = Parameters<EdgeLineProgram['render']>[0];

/** As long as this without a move, a drawing is taken to be at rest. */
const AT_REST_AFTER_MS = 150;

/**
 * Whether a drawing moves. Sigma's own `hideEdgesOnMove` would work out every tie anew
 * after each drag.
 */
export class Movement {
  private rest: ReturnType<typeof setTimeout> | undefined;

  /** What draws the ties. */
  program() {
    const isMoving = () => this.rest !== undefined;
    return class extends EdgeLineProgram {
      override render(params: RenderParams) {
        if (!isMoving()) super.render(params);
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
