import {
  type Level,
  MeasurementState as State,
} from '../../gen/pulsetaker/assessment/v1/triangle_pb';
import type {CsvValue} from './csv';
import {fixed} from './format';
import type {FileColumn} from './table_file';

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

/** The number for a file, or why there is none. */
export const levelCsv = (level: Level | undefined): CsvValue =>
  levelValue(level) ?? levelText(level);

/** The ends of the interval for a file, a column each. */
export function intervalColumns<Row>(
  label: string,
  levelOf: (row: Row) => Level | undefined,
): readonly FileColumn<Row>[] {
  const end = (which: 'intervalLow' | 'intervalHigh') => (row: Row) => {
    const level = levelOf(row);
    return levelValue(level) === undefined ? undefined : level?.[which];
  };
  return [
    {label: `${label}, low`, value: end('intervalLow')},
    {label: `${label}, high`, value: end('intervalHigh')},
  ];
}
