/** Tables of plain text: columns as wide as they need to be, numbers to the right. */

export interface Column {
  readonly title: string
  readonly align: 'left' | 'right'
}

/** One line a row, indented by two; a column without any content is left out. */
export function printTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const shown = columns
    .map((column, i) => ({ ...column, cells: rows.map(row => row[i] ?? '') }))
    .filter(({ cells }) => cells.some(cell => cell !== ''))
  const widths = shown.map(({ title, cells }) => Math.max(...[title, ...cells].map(cell => [...cell].length)))
  const line = (cellOf: (column: (typeof shown)[number]) => string): string => {
    const cells = shown.map((column, i) => pad(cellOf(column), widths[i]!, column.align))
    return `  ${cells.join('  ')}`.trimEnd()
  }
  return [line(({ title }) => title), ...rows.map((_, row) => line(({ cells }) => cells[row]!))]
}

function pad(cell: string, width: number, align: Column['align']): string {
  const blanks = ' '.repeat(width - [...cell].length)
  return align === 'left' ? cell + blanks : blanks + cell
}
