import type { ComponentChildren } from "preact";

export interface TableColumn<Row> {
  readonly head: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** @default false */
  readonly number?: boolean;
}

interface DataTableProps<Row> {
  /** Says what the table is, for readers who do not see the heading above it. */
  readonly caption: string;
  /** The first names the row. */
  readonly columns: readonly TableColumn<Row>[];
  readonly rows: readonly Row[];
  /** Fits into a narrow screen as it is. @default false */
  readonly compact?: boolean;
}

/** On a narrow screen the rows become cards; the roles keep it a table for screen readers. */
export function DataTable<Row>({ caption, columns, rows, compact = false }: DataTableProps<Row>) {
  return (
    <table role="table" class={compact ? "compact" : undefined}>
      <caption class="unseen">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ head, number }) => (
            <th role="columnheader" scope="col" class={number ? "number" : undefined}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr role="row">
            {columns.map(({ head, cell, number }, i) =>
              i === 0 ? (
                <th role="rowheader" scope="row">
                  {cell(row)}
                </th>
              ) : (
                <td role="cell" data-head={head} class={number ? "number" : undefined}>
                  <div>{cell(row)}</div>
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
