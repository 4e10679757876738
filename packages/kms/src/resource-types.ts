import { knownProperties, optionalText, type ResourceType } from '@dure/cloudformation';
import type { Kms } from './index.ts';
import type { Key } from './keys.ts';

const TYPE = 'AWS::KMS::Key';

/**
 * A key has the same material at each start. What only AWS puts into effect is taken as it is: policies, rotation.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html
 */
export function kmsResourceTypes({ keys }: Pick<Kms, 'keys'>): Record<string, ResourceType> {
  const created = ({ id, arn }: Key) => ({ ref: id, attributes: { Arn: arn, KeyId: id } });
  return {
    [TYPE]: {
      holdsData: true,
      replacedBy: ['KeySpec', 'KeyUsage'],
      ...knownProperties(
        TYPE,
        ['Description', 'KeySpec', 'KeyUsage', 'Tags'],
        [
          ...['BypassPolicyLockoutSafetyCheck', 'EnableKeyRotation', 'Enabled', 'KeyPolicy', 'MultiRegion', 'Origin'],
          ...['PendingWindowInDays', 'RotationPeriodInDays'],
        ],
      ),
      async create({ name, properties }) {
        const [KeySpec, KeyUsage, Description] = ['KeySpec', 'KeyUsage', 'Description'].map((it) =>
          optionalText(properties, it),
        );
        return created(keys.find(name) ?? keys.create({ KeySpec, KeyUsage, Description }, name));
      },
      async remove({ physicalId }) {
        keys.remove(physicalId);
      },
    },
  };
}
