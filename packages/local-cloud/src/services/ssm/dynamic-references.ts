import { type DynamicReferences, UnresolvedReference } from '../cloudformation/index.ts';
import type { Ssm, StoredParameter } from './index.ts';

/**
 * `{{resolve:ssm:name}}` and `{{resolve:ssm:name:version}}`.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-ssm.html
 */
export const ssmReferences = (ssm: Pick<Ssm, 'find'>): DynamicReferences => ({
  ssm(address) {
    const { type, value } = found(ssm, address);
    if (type !== 'SecureString') return value;
    throw new TypeError(`Non-secure ssm prefix was used for secure parameter: ${address}`);
  },
});

/** @throws UnresolvedReference */
export function found(ssm: Pick<Ssm, 'find'>, address: string): StoredParameter {
  const parameter = ssm.find(address);
  if (parameter === undefined) throw new UnresolvedReference(`the SSM parameter ${address}`, address);
  return parameter;
}
