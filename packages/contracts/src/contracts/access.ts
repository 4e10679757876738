/** Who may do what: the scopes of access tokens, what each role has of them, and what an endpoint asks for. */

/**
 * Every scope, and what it allows. A scope that ends in `:any` allows with everybody's data what the one without allows
 * with the caller's own. What belongs to no customer (a product, an alarm) has scopes without that ending.
 */
export const scopes = {
  // shop
  'orders:read': 'See your own orders',
  'orders:read:any': "See everybody's orders, and the workflow of each",
  'orders:place': 'Place orders for yourself',
  'orders:place:any': 'Place orders for anybody',
  'orders:cancel': 'Cancel your own orders',
  'orders:cancel:any': "Cancel anybody's order",
  'orders:operate': 'Rebuild the read models of orders',
  'payments:read': 'See the payments of your own orders',
  'payments:read:any': "See everybody's payments",
  'payments:refund:any': 'Give money back to anybody',
  'shipping:read': 'See the shipments of your own orders',
  'shipping:read:any': "See everybody's shipments",
  'shipping:write:any': 'Record where a shipment is',
  'notifications:read': 'See the mails to you and their preferences, and follow your own orders',
  'notifications:read:any': "See everybody's mails and preferences, and follow any order",
  'notifications:write': 'Say which mails you want',
  'notifications:write:any': 'Say which mails anybody gets',
  'webhooks:read': 'See the webhook endpoints and their deliveries',
  'webhooks:write': 'Create, change, test and remove webhook endpoints',
  'catalog:write': 'Add, change and retire products',
  'inventory:read': 'See what is reserved for an order',
  'inventory:write': 'Count and receive stock',
  'reconciliation:read': 'See where services disagree on an order',
  // /shop
  'account:read': 'See where you are signed in',
  'account:write': 'Sign yourself out elsewhere, and change your password',
  'accounts:read': 'See who works here, with their e-mail addresses and roles',
  'accounts:write': 'Invite people, change what they may do, and disable their accounts',
  'journal:read': 'See every event and dead letter, with what they say about people',
  'journal:write': 'Replay events, and send dead letters again',
  'alerts:read': 'See the alerts',
  'registry:read': 'See releases, contracts and what runs where, and ask whether a release may go',
  'registry:write': 'Record releases, deployments, uses, overrides and deprecations',
  'mesh:read': 'See policies of calls, and configuration',
  'mesh:write': 'Publish policies of calls, and configuration',
  'usage:read': 'See how much you have asked the gateway for',
  'plans:write': 'Say how much a client may ask the gateway for',
  'services:read': 'See what belongs to a service that has no scopes of its own yet',
  'services:write': 'Change what belongs to a service that has no scopes of its own yet',
} as const satisfies Readonly<Record<string, string>>;

export type Scope = keyof typeof scopes;

/** What a customer may do with what is their own; a guest, who has ordered without an account, may do the same. */
const own = [
  // shop
  'orders:read',
  'orders:place',
  'orders:cancel',
  'payments:read',
  'shipping:read',
  'notifications:read',
  'notifications:write',
  // /shop
  'usage:read',
] as const satisfies readonly Scope[];

/** What everybody who signs in may do with their own account. */
const account = ['account:read', 'account:write'] as const satisfies readonly Scope[];

const read = [
  // shop
  'orders:read:any',
  'payments:read:any',
  'shipping:read:any',
  'notifications:read:any',
  'webhooks:read',
  'inventory:read',
  'reconciliation:read',
  // /shop
  'accounts:read',
  'journal:read',
  'alerts:read',
  'registry:read',
  'mesh:read',
  'usage:read',
  'services:read',
] as const satisfies readonly Scope[];

/**
 * What each role may do. A person has some roles; every service has an identity with the role `service`. Made by a pure call,
 * so that a function that asks for no role does not carry them.
 */
export const roles = /* @__PURE__ */ rolesOf();

function rolesOf() {
  return {
    guest: own,
    customer: [...own, ...account],
    /** Runs the system and helps customers. */
    operator: [
      ...account,
      ...read,
      // shop
      'orders:place:any',
      'orders:cancel:any',
      'orders:operate',
      'payments:refund:any',
      'shipping:write:any',
      'notifications:write:any',
      'webhooks:write',
      'inventory:write',
      // /shop
      'accounts:write',
      'journal:write',
      'registry:write',
      'mesh:write',
      'plans:write',
      'services:write',
    ],
    /** Decides what is sold, and counts it. */
    merchandiser: [
      ...account,
      // shop
      'catalog:write',
      'inventory:read',
      'inventory:write',
      // /shop
      'registry:read',
      'usage:read',
    ],
    /** Sees everything and changes nothing but the own account. */
    auditor: [...account, ...read],
    /** A pipeline that deploys. */
    deployer: ['registry:read', 'registry:write', 'usage:read'],
    /** What it may do is in the contracts of what it calls, by `callers`. */
    service: [],
  } as const satisfies Readonly<Record<string, readonly Scope[]>>;
}

export type Role = keyof typeof roles;

/** Where a request names the customer whose data it is about. `subject`: nowhere, it is always about its caller. */
export type NamedBy = 'params.customerId' | 'query.customerId' | 'body.customerId' | 'body.customer.id' | 'subject';

/**
 * Who may call an endpoint: everybody, or who has a token with one of the scopes.
 *
 * `own` allows it where the data is the caller's: its customer id is the token's `sub`. `by` says where the request names
 * the customer; without it, the operation says whose its result is. `any` allows it with everybody's data.
 */
export type Access =
  | 'public'
  | { readonly own: Scope; readonly any?: Scope; readonly by?: NamedBy }
  | { readonly own?: undefined; readonly any: Scope; readonly by?: undefined };

/** The scopes of which one is enough; none for what is public. */
export const scopesOf = (access: Access): readonly Scope[] =>
  access === 'public' ? [] : [access.own, access.any].filter((scope) => scope !== undefined);

/** With whose data the scopes allow it; undefined when they do not allow it at all. */
export function reachOf(access: Access, granted: readonly string[]): 'any' | 'own' | undefined {
  if (access === 'public' || (access.any !== undefined && granted.includes(access.any))) return 'any';
  return access.own !== undefined && granted.includes(access.own) ? 'own' : undefined;
}

export const isRole = (name: string): name is Role => Object.hasOwn(roles, name);

export const isScope = (name: string): name is Scope => Object.hasOwn(scopes, name);

/** Everything that the roles allow together, in the order of {@link scopes}. Names that are no role allow nothing. */
export function scopesOfRoles(names: readonly string[]): readonly Scope[] {
  const granted = new Set<Scope>(names.filter(isRole).flatMap((role): readonly Scope[] => roles[role]));
  return (Object.keys(scopes) as Scope[]).filter((scope) => granted.has(scope));
}
