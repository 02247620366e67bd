// Tables as files: RFC 4180, in UTF-8 with the mark by which spreadsheets know it.

/** Undefined of what is not there. Numbers are written as they are, not as shown. */
export type CsvValue = string | number | undefined;

const BYTE_ORDER_MARK = '\ufeff';

/**
 * What a spreadsheet would take for a formula, as OWASP lists it under "CSV injection":
 * names and sectors are given by others.
 */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
const QUOTED = /[",\r\n]/;

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

export function csvCell(value: CsvValue): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  if (FORMULA.test(value)) return quoted(`'${value}`);
  return QUOTED.test(value) ? quoted(value) : value;
}

export function csvFile(rows: readonly (readonly CsvValue[])[]): string {
  const lines = rows.map((row) => `${row.map(csvCell).join(',')}\r\n`);
  return BYTE_ORDER_MARK + lines.join('');
}
