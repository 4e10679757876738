import { AwsError } from '@dure/aws-protocols/aws-error';
import type { SecretStore, Version } from './store.ts';

export const CURRENT = 'AWSCURRENT';
export const PREVIOUS = 'AWSPREVIOUS';
/** Of versions without a label, which AWS may delete at any time. */
const MAX_WITHOUT_LABEL = 100;

export interface Value {
  readonly text?: string | undefined;
  readonly binary?: string | undefined;
}

/**
 * Adds a version, or does nothing where this one is there already. Its labels leave the versions that had them, and the
 * version that was current becomes the previous one.
 * @throws AwsError `ResourceExistsException` where the id belongs to another value
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
 */
export function addVersion(
  store: SecretStore,
  { name, arn }: { readonly name: string; readonly arn: string },
  id: string,
  { text, binary }: Value,
  stages: readonly string[] = [CURRENT],
): Version {
  const existing = store.versions(name).find((version) => version.id === id);
  if (existing !== undefined) {
    if (existing.text === text && existing.binary === binary) return existing;
    const message = `You can't use ClientRequestToken ${id} because that value is already in use for a version of secret ${arn}.`;
    throw new AwsError('ResourceExistsException', message);
  }
  const version = { id, text, binary, stages: [], createdAt: Date.now() / 1000 };
  store.saveVersion(name, version);
  for (const stage of stages) moveLabel(store, name, stage, id);
  store
    .versions(name)
    .filter((each) => each.stages.length === 0)
    .slice(MAX_WITHOUT_LABEL)
    .forEach((each) => store.removeVersion(name, each.id));
  return { ...version, stages };
}

/** A label belongs to one version. When AWSCURRENT moves, AWSPREVIOUS goes to where it was. */
export function moveLabel(store: SecretStore, name: string, label: string, to: string | undefined): void {
  const versions = store.versions(name);
  const from = versions.find(({ stages }) => stages.includes(label));
  if (from?.id === to) return;
  const relabel = (version: Version | undefined, change: (stages: readonly string[]) => string[]): void => {
    if (version !== undefined) store.saveVersion(name, { ...version, stages: change(version.stages) });
  };
  relabel(from, (stages) => stages.filter((stage) => stage !== label));
  relabel(
    versions.find(({ id }) => id === to),
    (stages) => [...stages.filter((stage) => label !== CURRENT || stage !== PREVIOUS), label],
  );
  if (label === CURRENT && from !== undefined) moveLabel(store, name, PREVIOUS, from.id);
}

/** @throws AwsError `ResourceNotFoundException` */
export function findVersion(
  versions: readonly Version[],
  { id, stage }: { readonly id?: string | undefined; readonly stage?: string | undefined },
): Version {
  const label = stage ?? (id === undefined ? CURRENT : undefined);
  const found = versions.find(
    (version) => (id === undefined || version.id === id) && (label === undefined || version.stages.includes(label)),
  );
  if (found !== undefined) return found;
  const what = id === undefined ? `staging label: ${label}` : `VersionId: ${id}`;
  throw new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for ${what}`);
}
