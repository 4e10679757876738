import type { Caller } from './index.ts';

/** Who somebody is to AWS, as STS and API Gateway tell it. */
export interface Identity {
  /** `arn:aws:sts::000000000000:assumed-role/gateway-local-ApiRole/gateway-local-api` */
  readonly arn: string;
  /** `AROA…:gateway-local-api` */
  readonly userId: string;
  readonly account: string;
}

/** A function is its role, under its own name; anyone else is the account. */
export function identityOf(caller: Caller | undefined, account: string): Identity {
  if (caller === undefined) return { arn: `arn:aws:iam::${account}:root`, userId: account, account };
  const role = caller.roleArn.split('/').at(-1) ?? '';
  return {
    arn: `arn:aws:sts::${account}:assumed-role/${role}/${caller.sessionName}`,
    userId: `AROA${role
      .toUpperCase()
      .replace(/[^A-Z0-9]/g, '')
      .slice(0, 16)
      .padEnd(16, '0')}:${caller.sessionName}`,
    account,
  };
}

/**
 * Here an access key is its own secret, as `local` and `local` are, so that a signature by another secret is refused. Functions
 * all have the same key, and are known by their session tokens.
 */
export const secretOf = (accessKey: string): string | undefined =>
  /^[\w-]{1,128}$/.test(accessKey) ? accessKey : undefined;
