import { randomBytes } from 'node:crypto';
import type { Rule } from '../http/access-rules.ts';

const HEADER = 'x-local-inside';
const secret = randomBytes(16).toString('hex');

/** What a request to a server behind the front door has to have. */
export const INSIDE: readonly [name: string, value: string] = [HEADER, secret];

/** Lets in what comes from the front door, and takes its mark away. */
export const fromInside: Rule = ({ headers, rawHeaders }) => {
  if (headers[HEADER] !== secret) return 'This is reached through the front door alone.';
  delete headers[HEADER];
  const at = rawHeaders.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === HEADER);
  rawHeaders.splice(at, 2);
  return undefined;
};
