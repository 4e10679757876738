import { type ResourceRequest, type ResourceType, text } from '../cloudformation/resource-type.ts';

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html */
export const stateMachine: ResourceType = {
  supported: [
    'StateMachineName',
    'Definition',
    'DefinitionString',
    'DefinitionSubstitutions',
    'StateMachineType',
    'RoleArn',
  ],
  accepted: ['LoggingConfiguration', 'TracingConfiguration', 'EncryptionConfiguration', 'Tags'],
  async create(request, cloud) {
    const name = text(request, 'StateMachineName') ?? request.defaultName;
    const type = text(request, 'StateMachineType') ?? 'STANDARD';
    if (type !== 'STANDARD') throw new TypeError(`StateMachineType ${type} is not supported locally.`);
    const roleArn = text(request, 'RoleArn');
    const machine = { name, definition: definitionOf(request), ...(roleArn !== undefined && { roleArn }) };
    const { stateMachineArn } = await cloud.createStateMachine(machine);
    return { ref: stateMachineArn, attributes: { Arn: stateMachineArn, Name: name } };
  },
};

function definitionOf({ properties }: ResourceRequest): string {
  const { Definition: definition, DefinitionString: string, DefinitionSubstitutions: substitutions } = properties;
  if ((definition === undefined) === (string === undefined)) {
    throw new TypeError('Either Definition or DefinitionString has to be given.');
  }
  const template = typeof string === 'string' ? string : JSON.stringify(definition);
  if (substitutions === undefined) return template;
  return template.replace(/\$\{([\w.]+)\}/g, (placeholder, name: string) => {
    const value = (substitutions as Record<string, unknown>)[name];
    if (value === undefined) throw new TypeError(`DefinitionSubstitutions has nothing for ${placeholder}.`);
    return JSON.stringify(String(value)).slice(1, -1);
  });
}
