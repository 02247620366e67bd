// A table that is one on a desk, and a list of cards on a phone. The roles say that it
// is a table in either case: a browser forgets it where rows are not shown as such.

import type {ComponentChildren} from 'preact';

export interface TableColumn<Row> {
  readonly head: ComponentChildren;
  /** What a card calls it. */
  readonly label: string;
  readonly cell: (row: Row) => ComponentChildren;
  readonly isNumber?: boolean;
  readonly sort?: 'ascending' | 'descending' | 'none';
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
  return (
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
  );
}
