import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { mask, type Shown } from '@dure/contracts/binding/mask';
import shown from '@dure/contracts/shown.json' with { type: 'json' };

/** Something that nobody may write down: what kind, and the line that has it, without it. */
export interface Leak {
  readonly what: string;
  readonly line: string;
}

type Kind = readonly [what: string, pattern: RegExp];

/** What a credential looks like. What may begin anywhere is bounded, or a long line takes minutes. */
const CREDENTIALS: readonly Kind[] = [
  ['a token', /eyJ[\w-]{8,1000}\.[\w-]{8,10000}\.[\w-]*/],
  ['a bearer token', /\b[Bb]earer [\w.~+/-]{20,}/],
  ['a cookie', /\b[Cc]ookie"?\s*[:=]\s*"?[\w-]+=[^\s";]/],
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY|"d"\s*:\s*"[\w-]{40,}"/],
  ['a password', /correct horse battery staple/],
];

/** What a person's data looks like. The people and places are those of the tests. */
const PERSONAL: readonly Kind[] = [
  ['an e-mail address', /[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,9}[a-z]{2,24}\b/i],
  ['an address', /Sejong-daero|Mina Kim/],
  ['a telephone number', /\+\d{2}[ -]?\d{2,4}[ -]?\d{3,4}[ -]?\d{3,4}/],
  ['a payment method', /\bpm_card_\w+/],
];

/** Nobody's: packages are named like addresses, `@aws-sdk/client-ssm@3.1133.0`. */
const HARMLESS = /node_modules\/\S+/g;

/** What the lines tell that nobody may write down; `secrets` are values that may be nowhere. */
export const leaksIn = (lines: Iterable<string>, secrets: readonly string[] = []): Leak[] =>
  leaksOf([...CREDENTIALS, ...PERSONAL], lines, secrets);

function leaksOf(kinds: readonly Kind[], lines: Iterable<string>, secrets: readonly string[]): Leak[] {
  const leaks: Leak[] = [];
  for (const line of lines) {
    const text = line.replace(HARMLESS, '');
    for (const [what, pattern] of kinds) {
      const [found] = pattern.exec(text) ?? [];
      if (found !== undefined) leaks.push({ what, line: cut(text, found) });
    }
    const secret = secrets.find((it) => text.includes(it));
    if (secret !== undefined) leaks.push({ what: 'a secret', line: cut(text, secret) });
  }
  return leaks;
}

const AROUND = 120;

/** The surroundings, with the leak itself blacked out: a test's output is a log, too. */
function cut(text: string, found: string): string {
  const at = text.indexOf(found);
  return `${text.slice(Math.max(0, at - AROUND), at)}███${text.slice(at + found.length, at + found.length + AROUND)}`;
}

/** A shorter one could be part of anything. */
const SHORTEST = 12;

/** The values of Secrets Manager of a local cloud that is down: passwords, secrets of clients, keys. */
export function secretsOf(dataDir: string): string[] {
  const versions = columnOf(dataDir, 'secret_versions', 'version');
  return versions.map((version) => (JSON.parse(version) as { text?: string }).text ?? '').filter(isLong);
}

const isLong = ({ length }: string): boolean => length >= SHORTEST;

/** A column of a table of a local cloud that is down; empty where it has no such table. */
function columnOf(dataDir: string, table: string, column: string): string[] {
  const path = join(dataDir, 'cloud.sqlite');
  if (!existsSync(path)) return [];
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const known = database.prepare('SELECT name FROM sqlite_schema WHERE name = ?').get(table);
    if (known === undefined) return [];
    return database
      .prepare(`SELECT ${column} AS value FROM ${table}`)
      .all()
      .map(({ value }) => String(value));
  } finally {
    database.close();
  }
}

/**
 * The leaks in what a local cloud and its functions have logged, as far as it is kept: the log store keeps the last 10 to
 * 20 MB of each service, and what it has of all together is part of that.
 */
export function leaksInLogs(dataDir: string): Leak[] {
  const secrets = secretsOf(dataDir);
  return globSync('*.log*', { cwd: join(dataDir, 'logs'), exclude: ['all.log*'] }).flatMap((file) =>
    leaksIn(readFileSync(join(dataDir, 'logs', file), 'utf8').split('\n'), secrets),
  );
}

interface BusEvent {
  readonly 'detail-type'?: string;
  readonly detail?: { readonly type?: string; readonly data?: unknown; readonly replyto?: unknown };
}

/**
 * The leaks in what a local cloud had on its bus, as far as it is archived. No event has a credential. Data about a person is
 * where the event's contract says so, and nowhere else: without those fields nothing of it is left. The return address of a
 * command is a capability that the bus is there to carry.
 */
export function leaksInEvents(dataDir: string): Leak[] {
  const secrets = secretsOf(dataDir);
  return columnOf(dataDir, 'eventbridge_archived', 'body').flatMap((body) => {
    const { detail = {}, ...around } = JSON.parse(body) as BusEvent;
    const { data, replyto: _returnAddress, ...envelope } = detail;
    // What is foreign obeys no contract, and reaches nobody.
    const shownOf = detail.type === undefined ? undefined : byType[detail.type];
    if (shownOf === undefined) return [];
    const masked = JSON.stringify({ ...around, ...envelope, data: mask(shownOf, data) });
    return [...leaksOf(CREDENTIALS, [JSON.stringify(data) ?? ''], secrets), ...leaksIn([masked], secrets)];
  });
}

/** By type of event: which fields are not about a person. */
const byType: Readonly<Record<string, Shown>> = shown;
