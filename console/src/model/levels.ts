import {
  type Level,
  MeasurementState as State,
} from '../../gen/pulsetaker/assessment/v1/triangle_pb';
import {fixed} from './format';

/** In [0, 100]; undefined if not measured, which is never 0. */
export function levelValue(level: Level | undefined): number | undefined {
  return level?.state === State.MEASURED ? level.postStratified : undefined;
}

export function levelText(level: Level | undefined): string {
  const value = levelValue(level);
  return value === undefined ? 'not measured' : fixed(value, 0);
}

export function intervalText(level: Level | undefined): string {
  if (levelValue(level) === undefined) return '-';
  const {intervalLow, intervalHigh} = level!;
  if (intervalLow === undefined || intervalHigh === undefined) return '-';
  return `${fixed(intervalLow, 0)} to ${fixed(intervalHigh, 0)}`;
}
