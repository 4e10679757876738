import { argon2, type Argon2Parameters, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(argon2) as (algorithm: 'argon2id', parameters: Argon2Parameters) => Promise<Buffer>;

/**
 * What argon2id costs: 19 MiB, two passes, one lane.
 * Source: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
 */
const [MEMORY, PASSES, PARALLELISM] = [19_456, 2, 1];
const FORM = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/;

/** A digest in the usual form: `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<digest>`. */
export async function digestOf(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const digest = await tagOf(password, nonce, { memory: MEMORY, passes: PASSES, parallelism: PARALLELISM });
  return `$argon2id$v=19$m=${MEMORY},t=${PASSES},p=${PARALLELISM}$${base64(nonce)}$${base64(digest)}`;
}

/** Whether it is the password of a digest. Without a digest it takes as long, and is not. */
export async function isPassword(password: string, digest: string | undefined): Promise<boolean> {
  const [, memory, passes, parallelism, salt, tag] = FORM.exec(digest ?? (await someDigest())) ?? [];
  if (salt === undefined || tag === undefined) throw new Error('A stored password digest is malformed.');
  const costs = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const given = await tagOf(password, Buffer.from(salt, 'base64'), costs);
  return timingSafeEqual(given, Buffer.from(tag, 'base64')) && digest !== undefined;
}

const tagOf = (
  password: string,
  nonce: Buffer,
  costs: Pick<Argon2Parameters, 'memory' | 'passes' | 'parallelism'>,
): Promise<Buffer> =>
  // People type the same letters in different ways.
  derive('argon2id', { message: password.normalize('NFKC'), nonce, tagLength: 32, ...costs });

const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');

let some: Promise<string> | undefined;
const someDigest = (): Promise<string> => (some ??= digestOf(randomBytes(16).toString('hex')));
