import { randomBytes } from 'node:crypto';

const BYTES = 32;

/** What nobody guesses: 43 characters of base64url. */
export const newSecret = (): string => randomBytes(BYTES).toString('base64url');
