import { required } from '@dure/contracts/binding/environment';
import { openSettings } from '@dure/contracts/binding/settings';
import { openTable } from '@dure/contracts/binding/table';
import { outsideIssuers } from '@dure/contracts/binding/trusted-issuers';
import { type Clients, sameSecret } from './application/authenticate-client.ts';
import type { ChangeParts } from './application/change-password.ts';
import { demoAccounts } from './application/demo-accounts.ts';
import type { Issuer } from './application/issue-token.ts';
import { liveSessions } from './application/live-sessions.ts';
import { type ReadToken, tokenReader } from './application/read-token.ts';
import type { MailParts } from './application/send-account-mail.ts';
import { serviceOfProof } from './application/service-of-proof.ts';
import { type Keys, ringReader } from './application/signing-keys.ts';
import { stageClient } from './domain/client.ts';
import { callingServices } from './domain/delegation.ts';
import { sesMailer } from './mailer.ts';
import type { AccountPageParts } from './pages/account.ts';
import type { AuthorizeParts } from './pages/authorize.ts';
import { secretReader } from './secrets.ts';
import { kmsSigner } from './signer.ts';
import { openSts } from './sts.ts';
import { createAccountStore } from './store/account-store.ts';
import { createAttempts } from './store/attempts.ts';
import { createBounds } from './store/bounds.ts';
import { createDevices } from './store/devices.ts';
import { createLinks } from './store/links.ts';
import { createMailRequests } from './store/mail-requests.ts';
import { createRefusals } from './store/refusals.ts';
import { createRingStore } from './store/ring-store.ts';
import { createSessionStore } from './store/session-store.ts';

/**
 * The one place that reads the environment and makes clients. `@__PURE__` lets the bundler drop what a function does not
 * import.
 */

export const table = openTable(required('TABLE_NAME'));
export const keys = /* @__PURE__ */ openKeys();
export const tokenIssuer = /* @__PURE__ */ openIssuer();
export const clients = /* @__PURE__ */ openClients();
export const accounts = /* @__PURE__ */ createAccountStore(table);
export const sessions = /* @__PURE__ */ liveSessions(/* @__PURE__ */ createSessionStore(table), accounts);
/** Tokens of this service alone. */
export const readToken = /* @__PURE__ */ openTokenReader();
/** Those of issuers outside, too. */
export const readSubject = /* @__PURE__ */ openSubjectReader();
export const changeParts: ChangeParts = /* @__PURE__ */ { accounts, attempts: /* @__PURE__ */ createAttempts(table) };
export const authorizeParts = /* @__PURE__ */ openAuthorizeParts();
export const accountPageParts = /* @__PURE__ */ openAccountPageParts();

function openKeys(): Keys {
  const signer = kmsSigner(required('STAGE'));
  return { ring: createRingStore(table), signer, firstKeyId: required('SIGNING_KEY_ID') };
}

function openIssuer(): Issuer {
  const audience = `urn:dure:${required('STAGE')}`;
  return { issuer: required('ISSUER'), audience, ring: ringReader(keys), signer: keys.signer };
}

function openTokenReader(): ReadToken {
  return tokenReader({ issuer: tokenIssuer, stage: required('STAGE'), sessions });
}

function openSubjectReader(): ReadToken {
  const outside = outsideIssuers(process.env['TRUSTED_ISSUERS']);
  return tokenReader({ issuer: tokenIssuer, stage: required('STAGE'), sessions, outside });
}

/** By its role, which AWS says. */
function openServices(): Clients['ofProof'] {
  const [stage, region, issuer] = [required('STAGE'), required('AWS_REGION'), required('ISSUER')];
  const roles = { account: required('ACCOUNT_ID'), stage, services: callingServices };
  const ask = openSts(issuer, region, process.env['AWS_ENDPOINT_URL']);
  const parts = { region, roles, ask, bounds: createBounds(table) };
  return (proof, asker) => serviceOfProof(parts, asker, proof);
}

/** `pages` has clients too, and no service comes there. */
let ofProof: Clients['ofProof'] | undefined;

function openClients(): Clients {
  const secretOf = secretReader(required('STAGE'));
  const redirectUris = (process.env['REDIRECT_URIS'] ?? '').split(' ').filter((uri) => uri !== '');
  return {
    find: async (id) => stageClient(id, redirectUris),
    ofProof: (proof, asker) => (ofProof ??= openServices())(proof, asker),
    async verify({ id }, secret) {
      const known = await secretOf(id);
      return known !== undefined && sameSecret(known, secret);
    },
  };
}

function openAuthorizeParts(): AuthorizeParts {
  const isLocal = required('STAGE') === 'local';
  const people = isLocal ? demoAccounts(accounts, secretReader('local')) : accounts;
  const noted = { bounds: createBounds(table), refusals: createRefusals(table) };
  return {
    ...noted,
    devices: createDevices(table),
    accounts: people,
    attempts: createAttempts(table),
    clients,
    sessions,
    issuer: required('ISSUER'),
  };
}

function openAccountPageParts(): AccountPageParts {
  const noted = { bounds: createBounds(table), refusals: createRefusals(table) };
  const asked = { ...noted, requests: createMailRequests(table) };
  return {
    ...asked,
    accounts,
    attempts: createAttempts(table),
    devices: createDevices(table),
    links: createLinks(table),
    issuer: required('ISSUER'),
  };
}

export const mailParts = (): MailParts => ({
  ...{ accounts, links: createLinks(table), requests: createMailRequests(table), issuer: required('ISSUER') },
  send: sesMailer(openSettings(`/dure/${required('STAGE')}/identity`, ['email-from'])),
});
