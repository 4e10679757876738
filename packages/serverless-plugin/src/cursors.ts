import { takesCursor } from '@dure/sealed-cursors';
import { findEndpoint } from './find-contract.ts';
import type { Catalogue, FunctionConfig, Json, Resource, Resources } from './types.ts';

/** The stage's secret with the keys of cursors. The service that is deployed first makes it. */
const secretName = (stage: string): string => `dure/${stage}/cursors`;

interface CursorContext {
  readonly service: string;
  readonly stage: string;
  /** The service's own, one of which may be the secret. */
  readonly resources: Resources;
}

/**
 * `CURSOR_KEYS` for a function that serves a list. CloudFormation writes the secret's value into the function's configuration
 * when it is deployed, so that no request waits for it.
 */
export function cursorEnvironment(
  { service, stage, resources }: CursorContext,
  catalogue: Catalogue,
  { endpoints = [] }: FunctionConfig,
): Readonly<Record<string, Json>> {
  const served = endpoints.map((name) => findEndpoint(catalogue, service, name, 'endpoints'));
  if (!served.some(takesCursor)) return {};
  const reference = (id: string) => `{{resolve:secretsmanager:${id}:SecretString}}`;
  const [own] = Object.keys(resources).filter((id) => isSecret(resources[id]!, stage));
  return { CURSOR_KEYS: own === undefined ? reference(secretName(stage)) : { 'Fn::Sub': reference(`\${${own}}`) } };
}

const isSecret = ({ Type, Properties }: Resource, stage: string): boolean =>
  Type === 'AWS::SecretsManager::Secret' && Properties['Name'] === secretName(stage);
