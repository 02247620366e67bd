// The four dials of clique risk as they are drawn: shares of a bar.

import type {CliqueRisk, Dial} from '../../gen/pulsetaker/network/v1/clique_risk_pb';
import {Dial_Kind as DialKind} from '../../gen/pulsetaker/network/v1/clique_risk_pb';
import type {Measure} from '../../gen/pulsetaker/network/v1/measure_pb';
import {fixed} from './format';

/** What chance alone gives for closedness: its parts are percentiles. */
export const EVEN_EXCLUSIVITY = 0.5;

export interface DialModel {
  readonly kind: DialKind;
  readonly value: number | undefined;
  /** Why there is no value; empty if there is one. */
  readonly whyNot: string;
  readonly interval: {readonly low: number; readonly high: number} | undefined;
  readonly chance: number | undefined;
}

export function valueOf(measure: Measure | undefined): number | undefined {
  return measure?.outcome.case === 'value' ? measure.outcome.value : undefined;
}

export function whyNot(measure: Measure | undefined): string {
  if (measure?.outcome.case === 'notMeasured') {
    return measure.outcome.value.detail || 'not measured';
  }
  return measure === undefined ? 'not measured' : '';
}

export function dialModel(dial: Dial): DialModel {
  const {interval} = dial.value ?? {};
  return {
    kind: dial.kind,
    value: valueOf(dial.value),
    whyNot: whyNot(dial.value),
    interval: interval && {low: interval.low, high: interval.high},
    chance: dial.kind === DialKind.EXCLUSIVITY ? EVEN_EXCLUSIVITY : undefined,
  };
}

/** "95 %: 0.52 to 0.58"; empty without an interval. */
export function intervalText({interval}: DialModel): string {
  return interval === undefined
    ? ''
    : `95 %: ${fixed(interval.low, 2)} to ${fixed(interval.high, 2)}`;
}

export const dialsOf = (risk: CliqueRisk) => risk.dials.map(dialModel);
