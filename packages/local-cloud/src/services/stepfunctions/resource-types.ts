import { readLogging } from './execution-log.ts';
import type { StepFunctions } from './index.ts';
import { knownProperties, optionalText, type Properties, type ResourceType } from '../cloudformation/index.ts';

export function stepFunctionsResourceTypes(stepFunctions: StepFunctions): Record<string, ResourceType> {
  return {
    'AWS::StepFunctions::Activity': activityType(stepFunctions),
    'AWS::StepFunctions::StateMachine': stateMachineType(stepFunctions),
  };
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-activity.html */
function activityType(stepFunctions: StepFunctions): ResourceType {
  return {
    nameProperty: 'Name',
    ...knownProperties('AWS::StepFunctions::Activity', ['Name'], ['EncryptionConfiguration', 'Tags']),
    async create({ name }) {
      const { activityArn } = (await stepFunctions.handle('CreateActivity', { name })) as { activityArn: string };
      return { ref: activityArn, attributes: { Arn: activityArn, Name: name } };
    },
    async remove({ physicalId: activityArn }) {
      await stepFunctions.handle('DeleteActivity', { activityArn });
    },
  };
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html */
function stateMachineType(stepFunctions: StepFunctions): ResourceType {
  return {
    nameProperty: 'StateMachineName',
    holdsData: true,
    ...knownProperties(
      'AWS::StepFunctions::StateMachine',
      [
        'StateMachineName',
        'Definition',
        'DefinitionString',
        'DefinitionSubstitutions',
        'StateMachineType',
        'RoleArn',
        'LoggingConfiguration',
      ],
      ['TracingConfiguration', 'EncryptionConfiguration', 'Tags'],
    ),
    async create({ name, properties }) {
      const type = optionalText(properties, 'StateMachineType') ?? 'STANDARD';
      if (type !== 'STANDARD' && type !== 'EXPRESS') throw new TypeError(`There is no StateMachineType ${type}.`);
      const roleArn = optionalText(properties, 'RoleArn');
      const logging = readLogging(lowerFirst(properties['LoggingConfiguration']));
      const machine = { name, definition: definitionOf(properties), type, logging } as const;
      const { stateMachineArn } = stepFunctions.createStateMachine({
        ...machine,
        ...(roleArn !== undefined && { roleArn }),
      });
      return { ref: stateMachineArn, attributes: { Arn: stateMachineArn, Name: name } };
    },
    async remove({ physicalId: stateMachineArn }) {
      await stepFunctions.handle('DeleteStateMachine', { stateMachineArn });
    },
  };
}

/** The names of members as the API has them: CloudFormation's begin with a capital. */
function lowerFirst(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowerFirst);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [
    key.charAt(0).toLowerCase() + key.slice(1),
    lowerFirst(inner),
  ]);
  return Object.fromEntries(entries) as object;
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
