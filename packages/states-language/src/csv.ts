/**
 * The rows of a CSV file with their cells. A cell in double quotes may have delimiters, line ends and doubled quotes.
 * Source: https://www.rfc-editor.org/rfc/rfc4180
 */
export function csvRows(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const separator = delimiter.replace(/[|\\^$.*+?()[\]{}]/g, '\\$&');
  const cell = new RegExp(`(?:"((?:[^"]|"")*)"|([^${separator}\\r\\n]*))(${separator}|\\r?\\n|\\r|$)`, 'y');
  while (cell.lastIndex < text.length) {
    const match = cell.exec(text);
    if (match === null) break;
    const [, quoted, plain = '', end] = match;
    row.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === delimiter) {
      if (cell.lastIndex >= text.length) row.push('');
      continue;
    }
    rows.push(row);
    row = [];
  }
  if (row.length > 0) rows.push(row);
  return rows.filter((cells) => cells.length > 1 || cells[0] !== '');
}
