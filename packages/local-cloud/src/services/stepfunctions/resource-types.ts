import type { StepFunctions } from './index.ts';
import { knownProperties, optionalText, type Properties, type ResourceType } from '../cloudformation/index.ts';

export function stepFunctionsResourceTypes(stepFunctions: StepFunctions): Record<string, ResourceType> {
  return { 'AWS::StepFunctions::StateMachine': stateMachineType(stepFunctions) };
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html */
function stateMachineType(stepFunctions: StepFunctions): ResourceType {
  return {
    nameProperty: 'StateMachineName',
    holdsData: true,
    ...knownProperties(
      'AWS::StepFunctions::StateMachine',
      ['StateMachineName', 'Definition', 'DefinitionString', 'DefinitionSubstitutions', 'StateMachineType', 'RoleArn'],
      ['LoggingConfiguration', 'TracingConfiguration', 'EncryptionConfiguration', 'Tags'],
    ),
    async create({ name, properties }) {
      const type = optionalText(properties, 'StateMachineType') ?? 'STANDARD';
      if (type !== 'STANDARD') throw new TypeError(`StateMachineType ${type} is not supported here.`);
      const roleArn = optionalText(properties, 'RoleArn');
      const machine = { name, definition: definitionOf(properties), ...(roleArn !== undefined && { roleArn }) };
      const { stateMachineArn } = stepFunctions.createStateMachine(machine);
      return { ref: stateMachineArn, attributes: { Arn: stateMachineArn, Name: name } };
    },
    async remove({ physicalId: stateMachineArn }) {
      await stepFunctions.handle('DeleteStateMachine', { stateMachineArn });
    },
  };
}

function definitionOf(properties: Properties): string {
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
