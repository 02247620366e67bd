// A share as a bar, with its interval as a whisker and what chance gives as a dashed
// line. The numbers stand beside it, so it is no picture to those who do not see it.

import type {Level} from '../../gen/pulsetaker/assessment/v1/triangle_pb';
import {levelValue} from '../model/levels';
import {coordinate} from '../drawings/triangle';

interface ShareBarProps {
  readonly share: number;
  readonly interval?: {readonly low: number; readonly high: number} | undefined;
  readonly chance?: number | undefined;
}

const at = (share: number) => coordinate(200 * Math.min(1, Math.max(0, share)));

export function ShareBar({share, interval, chance}: ShareBarProps) {
  return (
    <svg class="bar" viewBox="-2 0 204 16" aria-hidden="true">
      <rect class="track" x="0" y="3" width="200" height="10" />
      <rect class="filled" x="0" y="3" width={at(share)} height="10" />
      {interval !== undefined && (
        <path
          class="whisker"
          d={`M${at(interval.low)} 4v8M${at(interval.low)} 8H${at(interval.high)}M${at(interval.high)} 4v8`}
        />
      )}
      {chance !== undefined && <path class="chance" d={`M${at(chance)} 0v16`} />}
    </svg>
  );
}

/** Of a level between 0 and 100; a dash where there is none. */
export function Bar({of}: {of: Level | undefined}) {
  const value = levelValue(of);
  if (value === undefined) return <>-</>;
  const {intervalLow: low, intervalHigh: high} = of!;
  const interval =
    low === undefined || high === undefined
      ? undefined
      : {low: low / 100, high: high / 100};
  return <ShareBar share={value / 100} interval={interval} />;
}
