/** A session's id, and what proves that one has its token. */
export interface RefreshToken {
  readonly session: string;
  readonly secret: string;
}

/** A UUID and 32 bytes: nothing that is longer becomes the key of an item. */
const FORM = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([\w-]{43})$/;

/** Undefined for a text that no refresh token looks like. */
export function refreshTokenOf(text: string): RefreshToken | undefined {
  const [, session, secret] = FORM.exec(text) ?? [];
  return session === undefined || secret === undefined ? undefined : { session, secret };
}

export const textOf = ({ session, secret }: RefreshToken): string => `${session}.${secret}`;
