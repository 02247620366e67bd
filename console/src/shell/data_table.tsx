// A table that is one on a desk, and a list of cards on a phone. The roles say that it
// is a table in either case: a browser forgets it where rows are not shown as such. Its
// file has what it shows and no more.

import type {ComponentChildren} from 'preact';
import type {CsvValue} from '../model/csv';
import {type FileColumn, tableFile, textValue} from '../model/table_file';
import {SaveTable} from './save_table';

interface ShownColumn {
  readonly head: ComponentChildren;
  /** What a card calls it. */
  readonly label: string;
  readonly isNumber?: boolean;
  readonly sort?: 'ascending' | 'descending' | 'none';
}

/** A cell that is a text is itself what a file has of it; others say what that is. */
export type TableColumn<Row> = ShownColumn &
  (
    | {
        readonly cell: (row: Row) => string;
        readonly value?: (row: Row) => CsvValue;
        readonly inFile?: never;
      }
    | {
        readonly cell: (row: Row) => ComponentChildren;
        readonly value: (row: Row) => CsvValue;
        readonly inFile?: never;
      }
    | {
        readonly cell: (row: Row) => ComponentChildren;
        readonly value?: never;
        /** In its place: none for a bar beside its number, two for an interval. */
        readonly inFile: readonly FileColumn<Row>[];
      }
  );

function fileColumns<Row>(column: TableColumn<Row>): readonly FileColumn<Row>[] {
  const {label, cell, value, inFile} = column;
  if (inFile !== undefined) return inFile;
  // Only texts come without a value: the type of a column says so.
  return [{label, value: value ?? ((row) => textValue(cell(row) as string))}];
}

interface DataTableProps<Row> {
  readonly caption: string;
  readonly isCaptionHidden?: boolean;
  /** The first is the head of its row. */
  readonly columns: readonly TableColumn<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
}

export function DataTable<Row>(props: DataTableProps<Row>) {
  const {caption, columns, rows, keyOf} = props;
  const text = () => tableFile(columns.flatMap(fileColumns), rows);
  return (
    <>
      <table class="stack" role="table">
        <caption class={props.isCaptionHidden ? 'hidden' : ''}>{caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map(({head, label, isNumber, sort}) => (
              <th
                key={label}
                role="columnheader"
                scope="col"
                class={isNumber ? 'number' : ''}
                {...(sort === undefined ? {} : {'aria-sort': sort})}
              >
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={keyOf(row)} role="row">
              {columns.map(({label, cell, isNumber}, index) =>
                index === 0 ? (
                  <th key={label} role="rowheader" scope="row">
                    {cell(row)}
                  </th>
                ) : (
                  <td
                    key={label}
                    role="cell"
                    class={isNumber ? 'number' : ''}
                    data-label={label}
                  >
                    <span>{cell(row)}</span>
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
      <SaveTable caption={caption} text={text} />
    </>
  );
}
