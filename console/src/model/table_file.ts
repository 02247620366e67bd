// What the file of a table has: the numbers that its cells show, and their text where
// they are none.

import {csvFile, type CsvValue} from './csv';

export interface FileColumn<Row> {
  readonly label: string;
  readonly value: (row: Row) => CsvValue;
}

/** A cell that is a text is its own value; a dash stands for nothing. */
export const textValue = (text: string): CsvValue => (text === '-' ? undefined : text);

/** A number where there is one; else the reason that the cell gives. */
export const numberOr = (value: number | undefined, text: string): CsvValue =>
  value ?? textValue(text);

export function tableFile<Row>(
  columns: readonly FileColumn<Row>[],
  rows: readonly Row[],
): string {
  return csvFile([
    columns.map(({label}) => label),
    ...rows.map((row) => columns.map(({value}) => value(row))),
  ]);
}
