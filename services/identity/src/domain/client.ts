/** An application that asks for tokens. */
export interface Client {
  readonly id: string;
  readonly name: string;
  /** `confidential` has a secret; `public`, as a page or a program on a laptop, cannot keep one. */
  readonly kind: 'confidential' | 'public';
  /** Where a code may be sent, compared as a whole. */
  readonly redirectUris: readonly string[];
  /** For client credentials: in whose name it acts, and as what. */
  readonly acts?: {
    readonly subject: string;
    readonly roles: readonly string[];
    /** Instead of those of its roles. */
    readonly scopes?: readonly string[];
  };
}

/** A service of the system, which proves who it is by its role. */
export const serviceClient = (id: string, scopes: readonly string[]): Client => ({
  ...{ id, name: id, kind: 'confidential', redirectUris: [] },
  acts: { subject: id, roles: ['service'], scopes },
});

/** The customer of demonstrations, whose orders are nobody else's. */
export const DEMO_CUSTOMER = 'c-1001';

/**
 * The clients that every stage has: one for each role that people or pipelines use from a terminal. The secret of each is in
 * Secrets Manager, so that whoever may read it there may act as it.
 */
export const STAGE_CLIENTS = ['customer', 'operator', 'merchandiser', 'auditor', 'deployer'] as const;
export type StageClient = (typeof STAGE_CLIENTS)[number];

/**
 * A client of the stage; undefined for any other name.
 * @param redirectUris of the storefront, whose people sign in on the page
 */
export function stageClient(id: string, redirectUris: readonly string[]): Client | undefined {
  if (id === 'storefront') return { id, name: 'Dure', kind: 'public', redirectUris };
  const role = STAGE_CLIENTS.find((name) => name === id);
  if (role === undefined) return undefined;
  const subject = role === 'customer' ? DEMO_CUSTOMER : id;
  return {
    ...{ id, name: `Terminal, as ${role}`, kind: 'confidential', redirectUris: [] },
    acts: { subject, roles: [role] },
  };
}
