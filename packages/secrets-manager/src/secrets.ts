import { randomInt, randomUUID } from 'node:crypto';
import { AwsError } from '@dure/aws-protocols/aws-error';
import type { Identity } from '@dure/cloudformation';
import type { Secret, SecretStore, Tag } from './store.ts';
import { addVersion, type Value } from './versions.ts';

const NAME = /^[A-Za-z0-9/_+=.@-]{1,512}$/;
const ARN = /^arn:[^:]+:secretsmanager:[^:]*:[^:]*:secret:(.+)$/;
const SUFFIX_LENGTH = 6;
const SUFFIX_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const DAY_SECONDS = 24 * 60 * 60;

export interface NewSecret {
  readonly name: string;
  readonly description?: string | undefined;
  readonly kmsKeyId?: string | undefined;
  readonly tags?: readonly Tag[] | undefined;
  readonly value?: Value | undefined;
  readonly token?: string | undefined;
}

export interface Secrets {
  readonly store: SecretStore;
  /** Those whose deletion is not over, by name. */
  all(): Secret[];
  /** By its name or its ARN, with or without the six characters at its end. */
  find(id: string): Secret | undefined;
  /** @throws AwsError `ResourceNotFoundException`, or `InvalidRequestException` for one that is to be deleted */
  require(id: string): Secret;
  /** @throws AwsError for a name that is taken or not allowed */
  create(secret: NewSecret): Secret;
  /** At once, or after so many days in which it can be restored. */
  remove(secret: Secret, days: number): Secret;
}

export function createSecrets(store: SecretStore, { region, accountId }: Identity): Secrets {
  function all(): Secret[] {
    const now = Date.now() / 1000;
    const [gone, kept] = [store.all().filter(isGone(now)), store.all().filter((secret) => !isGone(now)(secret))];
    for (const { name } of gone) store.remove(name);
    return kept;
  }

  function find(id: string): Secret | undefined {
    const named = ARN.exec(id)?.[1];
    if (named === undefined) return all().find(({ name }) => name === id);
    return all().find(({ name, arn }) => arn === id || name === named);
  }

  return {
    store,
    all,
    find,
    require(id) {
      const found = find(id);
      if (found === undefined) {
        throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
      }
      if (found.deletion === undefined) return found;
      const message =
        "You can't perform this operation on the secret because it was marked for deletion. Restore the secret and try again.";
      throw new AwsError('InvalidRequestException', message);
    },
    create({ name, description, kmsKeyId, tags = [], value, token = randomUUID() }) {
      if (!NAME.test(name)) {
        const message =
          'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@';
        throw new AwsError('ValidationException', message);
      }
      const existing = find(name);
      if (existing?.deletion !== undefined) {
        const message =
          "You can't create this secret because a secret with this name is already scheduled for deletion.";
        throw new AwsError('InvalidRequestException', message);
      }
      if (existing !== undefined) {
        const repeated = value !== undefined && store.versions(name).some(({ id }) => id === token);
        if (repeated) addVersion(store, existing, token, value);
        if (repeated) return existing;
        const message = `The operation failed because the secret ${name} already exists.`;
        throw new AwsError('ResourceExistsException', message);
      }
      const arn = `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}-${suffix()}`;
      const now = Date.now() / 1000;
      const secret = { name, arn, description, kmsKeyId, tags, createdAt: now, changedAt: now };
      store.save(secret);
      if (value !== undefined) addVersion(store, secret, token, value);
      return secret;
    },
    remove(secret, days) {
      const now = Date.now() / 1000;
      const deleted = { ...secret, deletion: { askedAt: now, at: now + days * DAY_SECONDS } };
      if (days === 0) store.remove(secret.name);
      else store.save(deleted);
      return deleted;
    },
  };
}

const isGone =
  (now: number) =>
  ({ deletion }: Secret): boolean =>
    deletion !== undefined && deletion.at <= now;

const suffix = (): string =>
  Array.from({ length: SUFFIX_LENGTH }, () => SUFFIX_CHARACTERS[randomInt(SUFFIX_CHARACTERS.length)]).join('');
