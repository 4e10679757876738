/*
 * Key design. `version` counts the changes of an item. A digest is SHA-256: no item has an address or a token to find it by.
 *
 * item      pk                   sk          attributes
 * ring      KEYS                 RING        keys: the public keys and when each signs; version
 * account   ACCOUNT#<id>         ACCOUNT     state: email, password (argon2id), roles …; version
 * address   EMAIL#<digest>       EMAIL       of the e-mail address: the id of its account
 * link      LINK#<digest>        LINK        state: of which account it lets a person choose the password, and until when
 * request   REQUEST#<id>         REQUEST     state: what a person is to be mailed about, and where
 * bound     BOUND#<what>#<digest> <window>   of an e-mail address or a client's: count
 * attempts  ATTEMPTS#<digest>    <digest>    of the e-mail address, and of the client's: count, at
 * strangers ATTEMPTS#<digest>    STRANGERS#<day> of the e-mail address, from devices that the account does not know: count, at
 * device    DEVICE#<digest>      <digest>    of its cookie, and of the e-mail address of an account that knows it: epoch
 * session   SESSION#<id>         SESSION     state: whose it is, and the digests of its refresh tokens; version
 * member    SESSIONS#<subject>   <begun>#<id> that the subject has the session, until it ends
 * code      CODE#<digest>        CODE        state: what a person has allowed a client, and the session that it began
 *
 * Index `list`: by `list`, sorted by `position`: the accounts of staff, by when they were invited or verified.
 */

export const LIST_INDEX = 'list';
export const STAFF = 'STAFF';

export const RING_KEY = { pk: 'KEYS', sk: 'RING' };
export const accountKey = (id: string) => ({ pk: `ACCOUNT#${id}`, sk: 'ACCOUNT' });
export const emailKey = (digest: string) => ({ pk: `EMAIL#${digest}`, sk: 'EMAIL' });
export const linkKey = (digest: string) => ({ pk: `LINK#${digest}`, sk: 'LINK' });
export const requestKey = (id: string) => ({ pk: `REQUEST#${id}`, sk: 'REQUEST' });
export const boundKey = (what: string, digest: string, window: string) => ({
  pk: `BOUND#${what}#${digest}`,
  sk: window,
});
export const attemptsKey = (email: string, address: string) => ({ pk: `ATTEMPTS#${email}`, sk: address });
/** No digest is like this. */
export const strangersKey = (email: string, day: string) => attemptsKey(email, `STRANGERS#${day}`);
export const deviceKey = (device: string, email: string) => ({ pk: `DEVICE#${device}`, sk: email });
export const sessionsOf = (subject: string): string => `SESSIONS#${subject}`;
export const memberKey = (subject: string, begun: string, id: string) => ({
  pk: sessionsOf(subject),
  sk: `${begun}#${id}`,
});
export const sessionKey = (id: string) => ({ pk: `SESSION#${id}`, sk: 'SESSION' });
export const codeKey = (digest: string) => ({ pk: `CODE#${digest}`, sk: 'CODE' });

/** In seconds since 1970, for the table's TTL. */
export const expiry = (instant: string, seconds: number): number => Math.floor(Date.parse(instant) / 1_000) + seconds;

/** The condition of a write: the version that was decided on; 0 means that the item does not exist. */
export const ifVersion = (version: number) =>
  version === 0
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : {
        ConditionExpression: '#version = :version',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':version': version },
      };
