import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Something that nobody may write down: what kind, and the line that has it, without it. */
export interface Leak {
  readonly what: string;
  readonly line: string;
}

/**
 * What a credential, or a person's data, looks like. The people and places are those of the tests. What may begin anywhere
 * is bounded, or a long line takes minutes.
 */
const KINDS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a token', /eyJ[\w-]{8,1000}\.[\w-]{8,10000}\.[\w-]*/],
  ['a bearer token', /\b[Bb]earer [\w.~+/-]{20,}/],
  ['a cookie', /\b[Cc]ookie"?\s*[:=]\s*"?[\w-]+=[^\s";]/],
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY|"d"\s*:\s*"[\w-]{40,}"/],
  ['an e-mail address', /[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,9}[a-z]{2,24}\b/i],
  ['an address', /Sejong-daero|Mina Kim/],
  ['a telephone number', /\+\d{2}[ -]?\d{2,4}[ -]?\d{3,4}[ -]?\d{3,4}/],
  ['a payment method', /\bpm_card_\w+/],
  ['a password', /correct horse battery staple/],
];

/** Nobody's: packages are named like addresses, `@aws-sdk/client-ssm@3.1133.0`. */
const HARMLESS = /node_modules\/\S+/g;

/** What the lines tell that nobody may write down; `secrets` are values that may be nowhere. */
export function leaksIn(lines: Iterable<string>, secrets: readonly string[] = []): Leak[] {
  const leaks: Leak[] = [];
  for (const line of lines) {
    const text = line.replace(HARMLESS, '');
    for (const [what, pattern] of KINDS) {
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
  const path = join(dataDir, 'cloud.sqlite');
  if (!existsSync(path)) return [];
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const known = database.prepare("SELECT name FROM sqlite_schema WHERE name = 'secret_versions'").get();
    if (known === undefined) return [];
    const rows = database.prepare('SELECT version FROM secret_versions').all() as { version: string }[];
    const texts = rows.map(({ version }) => (JSON.parse(version) as { text?: string }).text ?? '');
    return texts.filter((text) => text.length >= SHORTEST);
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
