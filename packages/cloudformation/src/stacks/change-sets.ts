import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '@dure/aws-protocols/aws-error';
import type { QueryAction } from '@dure/aws-protocols/aws-query';
import { describeChangeSet } from './describe.ts';
import type { Change, ChangeSet, Stack, StackInput } from './model.ts';
import { type Input, readStackInput, required } from './requests.ts';
import type { StackActions } from './stack-actions.ts';
import { invalid, type Template } from '../template.ts';
import { readTemplateText } from '../template-text.ts';

/** The actions on change sets: what a stack's next template would change, and the order to carry it out. */
export function changeSetActions(stacks: StackActions): Record<string, QueryAction> {
  const { store } = stacks.engine;

  function findChangeSet(input: Input): ChangeSet {
    const name = required(input, 'ChangeSetName');
    const stack = typeof input['StackName'] === 'string' ? store.find(input['StackName']) : undefined;
    const found = store.findChangeSet(name, stack?.id);
    if (found === undefined) throw new AwsError('ChangeSetNotFound', `ChangeSet [${name}] does not exist`, 404);
    return found;
  }

  return {
    async CreateChangeSet(input) {
      const stackName = required(input, 'StackName');
      const name = required(input, 'ChangeSetName');
      const existing = store.find(stackName);
      const type = input['ChangeSetType'] === 'CREATE' ? 'CREATE' : 'UPDATE';
      const checked = stacks.check(await readStackInput(input, existing, stacks.readObject));
      const { template, input: stackInput } = checked;
      const stack = type === 'CREATE' ? stacks.review(stackName, stackInput) : stacks.requireUpdatable(stackName);
      if (store.findChangeSet(name, stack.id) !== undefined) {
        throw new AwsError('AlreadyExistsException', `ChangeSet ${name} cannot be created: it already exists`);
      }
      const changeSet = makeChangeSet(name, type, stack, stackInput, template, stacks);
      store.saveChangeSet(changeSet);
      return { Id: changeSet.id, StackId: stack.id };
    },
    DescribeChangeSet: (input) => describeChangeSet(findChangeSet(input)),
    ListChangeSets(input) {
      const stack = stacks.require(required(input, 'StackName'));
      return { Summaries: store.changeSets(stack.id).map(describeChangeSet) };
    },
    /** A missing one is not an error. */
    DeleteChangeSet(input) {
      const stack = typeof input['StackName'] === 'string' ? store.find(input['StackName']) : undefined;
      const found = store.findChangeSet(required(input, 'ChangeSetName'), stack?.id);
      if (found !== undefined) store.deleteChangeSet(found.id);
      return {};
    },
    ExecuteChangeSet(input) {
      const changeSet = findChangeSet(input);
      if (changeSet.executionStatus !== 'AVAILABLE') {
        throw new AwsError(
          'InvalidChangeSetStatus',
          `ChangeSet [${changeSet.id}] cannot be executed in its current status of [${changeSet.status}]`,
        );
      }
      const stack = stacks.require(changeSet.stackId);
      if (changeSet.type === 'CREATE') stacks.create(stack);
      else stacks.update(stacks.requireUpdatable(changeSet.stackId), changeSet.input);
      for (const { id } of store.changeSets(stack.id)) store.deleteChangeSet(id);
      store.saveChangeSet({ ...changeSet, executionStatus: 'EXECUTE_COMPLETE' });
      return {};
    },
  };
}

function makeChangeSet(
  name: string,
  type: 'CREATE' | 'UPDATE',
  stack: Stack,
  input: StackInput,
  template: Template,
  { engine: { region, accountId } }: StackActions,
): ChangeSet {
  const changes = type === 'CREATE' ? changesBetween(undefined, template, stack) : changesOf(stack, input, template);
  const unchanged = type === 'UPDATE' && changes.length === 0;
  const id = `arn:aws:cloudformation:${region}:${accountId}:changeSet/${name}/${randomUUID()}`;
  const identity = { id, name, type, stackId: stack.id, stackName: stack.name };
  const common = { ...identity, createdAt: new Date().toISOString(), input, changes };
  if (!unchanged) return { ...common, status: 'CREATE_COMPLETE', executionStatus: 'AVAILABLE' };
  const reason =
    "The submitted information didn't contain changes. Submit different information to create a change set.";
  return { ...common, status: 'FAILED', executionStatus: 'UNAVAILABLE', reason };
}

/** Parameters, tags and outputs that change may change any resource; each is then listed. */
function changesOf(stack: Stack, input: StackInput, template: Template): Change[] {
  const before = readTemplateText(stack.templateBody) as Template;
  const changes = changesBetween(before, template, stack);
  const same =
    isDeepStrictEqual(stack.parameters, input.parameters) &&
    isDeepStrictEqual(plain(stack.resolvedParameters), plain(input.resolvedParameters)) &&
    isDeepStrictEqual(stack.tags, input.tags) &&
    isDeepStrictEqual(plain(before.Outputs), plain(template.Outputs)) &&
    isDeepStrictEqual(plain(before.Conditions), plain(template.Conditions)) &&
    isDeepStrictEqual(plain(before.Mappings), plain(template.Mappings));
  if (changes.length > 0 || same) return changes;
  return Object.keys(template.Resources).map((logicalId) => changeOf('Modify', logicalId, template, stack));
}

const plain = (value: unknown): unknown => value ?? {};

function changesBetween(before: Template | undefined, after: Template, stack: Stack): Change[] {
  const former = before?.Resources ?? {};
  const added = Object.keys(after.Resources).filter((id) => !Object.hasOwn(former, id));
  const modified = Object.keys(after.Resources).filter(
    (id) => Object.hasOwn(former, id) && !isDeepStrictEqual(former[id], after.Resources[id]),
  );
  const removed = Object.keys(former).filter((id) => !(id in after.Resources));
  return [
    ...added.map((id) => changeOf('Add', id, after, stack)),
    ...modified.map((id) => changeOf('Modify', id, after, stack)),
    ...removed.map((id) => changeOf('Remove', id, before!, stack)),
  ];
}

function changeOf(action: 'Add' | 'Modify' | 'Remove', logicalId: string, template: Template, stack: Stack): Change {
  const physicalId = stack.resources[logicalId]?.physicalId;
  return {
    Type: 'Resource',
    ResourceChange: {
      Action: action,
      LogicalResourceId: logicalId,
      ...(physicalId !== undefined && { PhysicalResourceId: physicalId }),
      ResourceType: template.Resources[logicalId]?.Type ?? '',
    },
  };
}

/** @throws AwsError `ValidationError` when an update would change nothing */
export function requireChanges(stack: Stack, input: StackInput, template: Template): void {
  if (changesOf(stack, input, template).length === 0) throw invalid('No updates are to be performed.');
}
