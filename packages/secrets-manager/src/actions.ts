import { randomUUID } from 'node:crypto';
import { AwsError } from '@dure/aws-protocols/aws-error';
import { type PasswordRules, randomPassword } from './random-password.ts';
import { type Input, onlyKnown, optionalText, requiredText, tagsOf, tokenOf, valueOf } from './request.ts';
import type { Secrets } from './secrets.ts';
import type { Secret, Version } from './store.ts';
import { addVersion, CURRENT, findVersion, moveLabel } from './versions.ts';

type Action = (input: Input) => unknown;

const VALUE = ['SecretString', 'SecretBinary', 'ClientRequestToken'];
const DEFAULT_PAGE = 100;
const DEFAULT_WINDOW_DAYS = 30;
const WINDOW_DAYS = [7, 30] as const;

/** Secrets Manager's actions. */
export function secretActions(secrets: Secrets): Record<string, Action> {
  const { store } = secrets;
  const secretOf = (input: Input): Secret => secrets.require(requiredText(input, 'SecretId'));
  const anySecretOf = (input: Input): Secret => {
    const id = requiredText(input, 'SecretId');
    return secrets.find(id) ?? secrets.require(id);
  };
  const identityOf = ({ arn, name }: Secret): object => ({ ARN: arn, Name: name });
  const changed = (secret: Secret): Secret => {
    const now = { ...secret, changedAt: Date.now() / 1000 };
    store.save(now);
    return now;
  };

  const actions: Record<string, readonly [known: readonly string[], act: Action]> = {
    CreateSecret: [
      ['Name', 'Description', 'KmsKeyId', 'Tags', ...VALUE],
      (input) => {
        const token = tokenOf(input) ?? randomUUID();
        const value = valueOf(input);
        const secret = secrets.create({
          ...{ name: requiredText(input, 'Name'), tags: tagsOf(input), value, token },
          description: optionalText(input, 'Description'),
          kmsKeyId: optionalText(input, 'KmsKeyId'),
        });
        return { ...identityOf(secret), ...(value !== undefined && { VersionId: token }) };
      },
    ],
    GetSecretValue: [
      ['SecretId', 'VersionId', 'VersionStage'],
      (input) => {
        const secret = secretOf(input);
        const wanted = { id: optionalText(input, 'VersionId'), stage: optionalText(input, 'VersionStage') };
        return { ...identityOf(secret), ...valueInAnswer(findVersion(store.versions(secret.name), wanted)) };
      },
    ],
    PutSecretValue: [
      ['SecretId', 'VersionStages', ...VALUE],
      (input) => {
        const secret = secretOf(input);
        const value = valueOf(input);
        if (value === undefined) {
          throw new AwsError('InvalidRequestException', 'You must provide either SecretString or SecretBinary.');
        }
        const stages = (input['VersionStages'] ?? [CURRENT]) as string[];
        const version = addVersion(store, secret, tokenOf(input) ?? randomUUID(), value, stages);
        changed(secret);
        return { ...identityOf(secret), VersionId: version.id, VersionStages: version.stages };
      },
    ],
    UpdateSecret: [
      ['SecretId', 'Description', 'KmsKeyId', ...VALUE],
      (input) => {
        const secret = secretOf(input);
        const value = valueOf(input);
        const id = tokenOf(input) ?? randomUUID();
        if (value !== undefined) addVersion(store, secret, id, value);
        const description = optionalText(input, 'Description') ?? secret.description;
        changed({ ...secret, description, kmsKeyId: optionalText(input, 'KmsKeyId') ?? secret.kmsKeyId });
        return { ...identityOf(secret), ...(value !== undefined && { VersionId: id }) };
      },
    ],
    DeleteSecret: [
      ['SecretId', 'RecoveryWindowInDays', 'ForceDeleteWithoutRecovery'],
      (input) => {
        const id = requiredText(input, 'SecretId');
        const force = input['ForceDeleteWithoutRecovery'] === true;
        const days = force ? 0 : windowOf(input);
        const found = secrets.find(id);
        // As on AWS, a secret that is not there is deleted by force without a word.
        if (found === undefined && force) return { Name: id, DeletionDate: Date.now() / 1000 };
        const secret = force && found !== undefined ? found : secrets.require(id);
        return { ...identityOf(secret), DeletionDate: secrets.remove(secret, days).deletion?.at };
      },
    ],
    RestoreSecret: [
      ['SecretId'],
      (input) => {
        const secret = anySecretOf(input);
        store.save({ ...secret, deletion: undefined });
        return identityOf(secret);
      },
    ],
    DescribeSecret: [
      ['SecretId'],
      (input) => {
        const secret = anySecretOf(input);
        const labelled = store.versions(secret.name).filter(({ stages }) => stages.length > 0);
        const VersionIdsToStages = Object.fromEntries(labelled.map(({ id, stages }) => [id, stages]));
        return { ...describe(secret), ...(labelled.length > 0 && { VersionIdsToStages }) };
      },
    ],
    ListSecrets: [
      ['Filters', 'IncludePlannedDeletion', 'MaxResults', 'NextToken', 'SortOrder'],
      (input) => {
        const matches = filterOf(input);
        const planned = input['IncludePlannedDeletion'] === true;
        const found = secrets.all().filter((it) => (planned || it.deletion === undefined) && matches(it));
        if (input['SortOrder'] === 'desc') found.reverse();
        const { page, NextToken } = pageOf(found, ({ name }) => name, input);
        return { SecretList: page.map(describe), ...(NextToken !== undefined && { NextToken }) };
      },
    ],
    ListSecretVersionIds: [
      ['SecretId', 'IncludeDeprecated', 'MaxResults', 'NextToken'],
      (input) => {
        const secret = anySecretOf(input);
        const isListed = ({ stages }: Version): boolean => stages.length > 0 || input['IncludeDeprecated'] === true;
        const { page, NextToken } = pageOf(store.versions(secret.name).filter(isListed), ({ id }) => id, input);
        const Versions = page.map(({ id, stages, createdAt }) => ({
          ...{ VersionId: id, CreatedDate: createdAt },
          ...(stages.length > 0 && { VersionStages: stages }),
        }));
        return { ...identityOf(secret), Versions, ...(NextToken !== undefined && { NextToken }) };
      },
    ],
    UpdateSecretVersionStage: [
      ['SecretId', 'VersionStage', 'MoveToVersionId', 'RemoveFromVersionId'],
      (input) => {
        const secret = secretOf(input);
        const label = requiredText(input, 'VersionStage');
        const [to, from] = [optionalText(input, 'MoveToVersionId'), optionalText(input, 'RemoveFromVersionId')];
        const versions = store.versions(secret.name);
        if (to !== undefined) findVersion(versions, { id: to });
        const holder = versions.find(({ stages }) => stages.includes(label));
        if (holder !== undefined && holder.id !== to && holder.id !== from) {
          const message = `The parameter RemoveFromVersionId can't be empty. Staging label ${label} is currently attached to version ${holder.id}, so you must explicitly reference that version in RemoveFromVersionId.`;
          throw new AwsError('InvalidParameterException', message);
        }
        moveLabel(store, secret.name, label, to);
        changed(secret);
        return identityOf(secret);
      },
    ],
    GetRandomPassword: [
      [
        'PasswordLength',
        'ExcludeCharacters',
        'ExcludeLowercase',
        'ExcludeNumbers',
        'ExcludePunctuation',
        'ExcludeUppercase',
        'IncludeSpace',
        'RequireEachIncludedType',
      ],
      (input) => ({ RandomPassword: randomPassword(input as PasswordRules) }),
    ],
    TagResource: [
      ['SecretId', 'Tags'],
      (input) => {
        const secret = secretOf(input);
        const tags = tagsOf(input);
        const kept = secret.tags.filter(({ Key }) => !tags.some((tag) => tag.Key === Key));
        changed({ ...secret, tags: [...kept, ...tags] });
        return {};
      },
    ],
    UntagResource: [
      ['SecretId', 'TagKeys'],
      (input) => {
        const secret = secretOf(input);
        const keys = (input['TagKeys'] ?? []) as string[];
        changed({ ...secret, tags: secret.tags.filter(({ Key }) => !keys.includes(Key)) });
        return {};
      },
    ],
  };

  return Object.fromEntries(
    Object.entries(actions).map(([name, [known, act]]) => [
      name,
      (input: Input) => {
        onlyKnown(name, input, known);
        return act(input);
      },
    ]),
  );
}

const valueInAnswer = ({ id, text, binary, stages, createdAt }: Version): object => ({
  ...{ VersionId: id, VersionStages: stages, CreatedDate: createdAt },
  ...(text === undefined ? { SecretBinary: binary } : { SecretString: text }),
});

function describe({ arn, name, description, kmsKeyId, tags, createdAt, changedAt, deletion }: Secret): object {
  return {
    ...{ ARN: arn, Name: name, CreatedDate: createdAt, LastChangedDate: changedAt },
    ...(description !== undefined && { Description: description }),
    ...(kmsKeyId !== undefined && { KmsKeyId: kmsKeyId }),
    ...(tags.length > 0 && { Tags: tags }),
    ...(deletion !== undefined && { DeletedDate: deletion.askedAt }),
  };
}

function windowOf(input: Input): number {
  const days = Number(input['RecoveryWindowInDays'] ?? DEFAULT_WINDOW_DAYS);
  const [least, most] = WINDOW_DAYS;
  if (Number.isInteger(days) && days >= least && days <= most) return days;
  throw new AwsError('InvalidParameterException', `RecoveryWindowInDays has to be from ${least} to ${most} days.`);
}

interface Filter {
  readonly Key?: string;
  readonly Values?: readonly string[];
}

/** A value may begin with "!", for what does not match. Names and descriptions match by their beginnings. */
function filterOf(input: Input): (secret: Secret) => boolean {
  const filters = (input['Filters'] ?? []) as Filter[];
  return (secret) => filters.every((filter) => matchesFilter(secret, filter));
}

function matchesFilter({ name, description = '', tags }: Secret, { Key: key, Values: values = [] }: Filter): boolean {
  const texts: Record<string, readonly string[]> = {
    name: [name],
    description: [description],
    'tag-key': tags.map((tag) => tag.Key),
    'tag-value': tags.map((tag) => tag.Value),
  };
  const searched = key === 'all' ? Object.values(texts).flat() : texts[key ?? ''];
  if (searched === undefined)
    throw new AwsError('InvalidParameterException', `The filter ${key} is not supported here.`);
  return values.some((value) => {
    const isNot = value.startsWith('!');
    const prefix = isNot ? value.slice(1) : value;
    return searched.some((text) => text.startsWith(prefix)) !== isNot;
  });
}

function pageOf<T>(all: readonly T[], idOf: (item: T) => string, input: Input): { page: T[]; NextToken?: string } {
  const start = all.findIndex((item) => idOf(item) === input['NextToken']) + 1;
  const size = Number(input['MaxResults'] ?? DEFAULT_PAGE);
  const page = all.slice(start, start + size);
  const last = page.at(-1);
  return { page, ...(last !== undefined && start + size < all.length && { NextToken: idOf(last) }) };
}
