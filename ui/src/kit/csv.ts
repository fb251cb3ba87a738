/** Returns one cell: quoted, and kept from being read as a formula by a spreadsheet. */
export function csvCell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const armed = /^[=+\-@\t\r]/.test(value) && !/^-?\d+(\.\d+)?$/.test(value)
  return `"${(armed ? `'${value}` : value).replaceAll('"', '""')}"`
}

/** Returns a table as CSV, with a byte-order mark so that spreadsheets read Hangul. */
export function csvOf(header: string[], rows: Array<Array<string | number | null | undefined>>): string {
  return `\ufeff${[header, ...rows].map((row) => row.map(csvCell).join(',')).join('\r\n')}\r\n`
}

/** Returns rows as tab-separated text for the clipboard; formulas are disarmed as in CSV. */
export function tsvOf(rows: Array<Array<string | number | null | undefined>>): string {
  return rows
    .map((row) =>
      row
        .map((value) => {
          const text = String(value ?? '').replace(/[\t\r\n]+/g, ' ')
          return typeof value === 'string' && /^[=+\-@]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text
        })
        .join('\t'),
    )
    .join('\n')
}
