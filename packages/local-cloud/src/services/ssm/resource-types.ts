import type { Ssm } from './index.ts';
import { knownProperties, optionalText, type ResourceType } from '../cloudformation/index.ts';

export function ssmResourceTypes(ssm: Ssm): Record<string, ResourceType> {
  return { 'AWS::SSM::Parameter': parameterType(ssm) };
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html */
function parameterType(ssm: Ssm): ResourceType {
  return {
    nameProperty: 'Name',
    ...knownProperties('AWS::SSM::Parameter', ['Name', 'Type', 'Value', 'Description'], ['Tags', 'Tier']),
    exists: async (name) => ssm.get(name) !== undefined,
    async create({ name, properties }) {
      const [Type, Value, Description] = ['Type', 'Value', 'Description'].map((it) => optionalText(properties, it));
      const existing = ssm.find(name);
      if (existing?.value !== Value || existing?.type !== Type) {
        await ssm.handle('PutParameter', { Name: name, Type, Value, Description, Overwrite: true });
      }
      return { ref: name, attributes: { Type: Type ?? '', Value: Value ?? '' } };
    },
    async remove({ name }) {
      if (ssm.get(name) !== undefined) await ssm.handle('DeleteParameter', { Name: name });
    },
  };
}
