import { createHash } from 'node:crypto';

/** By what a random token is stored and found: whoever reads the table has no token. */
export const tokenDigest = (token: string): string => createHash('sha256').update(token).digest('base64url');
