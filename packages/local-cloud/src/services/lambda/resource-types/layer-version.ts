import { onlyKnown, type ResourceType } from '../../cloudformation/index.ts';
import type { FunctionParts } from './function.ts';

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-layerversion.html */
export function layerVersionType({ code, layerVersions, readObject }: FunctionParts): ResourceType {
  const type = 'AWS::Lambda::LayerVersion';
  const known = ['Content', 'LayerName'];
  const accepted = ['CompatibleArchitectures', 'CompatibleRuntimes', 'Description', 'LicenseInfo'];
  return {
    nameProperty: 'LayerName',
    replacedBy: [...known, ...accepted],
    check: (properties) => onlyKnown(type, properties, [...known, ...accepted]),
    async create({ name, properties }) {
      const { S3Bucket: bucket, S3Key: key, ...others } = (properties['Content'] ?? {}) as Record<string, string>;
      onlyKnown(`${type} Content`, others, []);
      if (bucket === undefined || key === undefined) throw new TypeError('Content needs S3Bucket and S3Key.');
      const ref = layerVersions.publish(name, code.install(await readObject(bucket, key)));
      return { ref, attributes: { LayerVersionArn: ref } };
    },
    remove: ({ physicalId }) => layerVersions.remove(physicalId),
  };
}
