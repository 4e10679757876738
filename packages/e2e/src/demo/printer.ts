import { styleText } from 'node:util';
import type { Money } from '@dure/contracts/values';
import { nameOf, type RecordedEvent } from '@dure/testing/journal';

type Style = Parameters<typeof styleText>[0];

/** Coloured on a terminal that supports it, plain elsewhere. */
const paint = (style: Style, text: string): string => styleText(style, text, { stream: process.stdout });

export function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

export const heading = (text: string): void => say(`\n${paint('bold', text)}`);
export const dim = (text: string): string => paint('dim', text);
export const good = (text: string): string => paint('green', text);
export const bad = (text: string): string => paint('red', text);

/** One event of an order's progress, `offsetMs` after the order was placed. */
export function step(offsetMs: number, event: RecordedEvent): void {
  const name = nameOf(event);
  const service = event.source.replace('dure.', '').padEnd(9);
  say(`  ${dim(seconds(offsetMs).padStart(9))}  ${dim(service)}  ${eventStyle(name)}${dim(reasonOf(event))}`);
}

function eventStyle(name: string): string {
  if (/Completed|Confirmed$/.test(name)) return good(name);
  return /Rejected|Refused|Declined|Failed|Cancelled$/.test(name) ? paint('yellow', name) : name;
}

function reasonOf({ data }: RecordedEvent): string {
  const { reason } = data;
  return typeof reason === 'string' ? `  ${reason}` : '';
}

export const seconds = (milliseconds: number): string => `+${(milliseconds / 1000).toFixed(2)} s`;

/** `EUR 25.80`, `KRW 18,000`: with the minor units of the currency. */
export function money({ amount, currency }: Money): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'code' });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 0;
  return format.format(amount / 10 ** digits).replace('\u00a0', ' ');
}

/** A table whose columns fit their content. */
export function table(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const [index, row] of rows.entries()) {
    const line = row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
    say(`  ${index === 0 ? dim(line.trimEnd()) : line.trimEnd()}`);
  }
}
