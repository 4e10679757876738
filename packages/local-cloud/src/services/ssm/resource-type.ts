import { type ResourceType, text } from '../cloudformation/resource-type.ts';

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html */
export const parameter: ResourceType = {
  supported: ['Name', 'Type', 'Value', 'Description'],
  accepted: ['Tags', 'Tier'],
  async create(request, { ssm }) {
    const name = text(request, 'Name') ?? request.defaultName;
    const [type, value, description] = ['Type', 'Value', 'Description'].map((property) => text(request, property));
    await ssm('PutParameter', { Name: name, Type: type, Value: value, Description: description, Overwrite: true });
    return { ref: name, attributes: { Type: type ?? '', Value: value ?? '' } };
  },
};
