import type { QueryAction, QueryService } from '@dure/aws-protocols/aws-query';
import { own } from '@dure/local-http/own-property';
import { changeSetActions, requireChanges } from './change-sets.ts';
import { describeResource, describeStack, describeTemplate, resourceSummary, summary } from './describe.ts';
import type { Engine } from './engine.ts';
import { importersOf } from './exports.ts';
import type { Stack, StackResource } from './model.ts';
import { type ReadObject, readStackInput, readTemplate, required } from './requests.ts';
import { createStackActions, type StackActions } from './stack-actions.ts';
import { invalid, parseTemplate } from '../template.ts';

export interface CloudFormation {
  readonly service: QueryService;
  /** Stacks that exist, for the endpoint's own page. */
  stacks(): Stack[];
  /** Starts again what ended with the last process: event source mappings and schedules. */
  resume(): Promise<void>;
  /** Resolves when no stack is being changed. */
  settle(): Promise<void>;
}

const EVENTS_PER_PAGE = 100;

/**
 * CloudFormation over the query protocol. Operations go on after their request is answered, and report their progress by
 * events and statuses.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html
 */
export function createCloudFormation(engine: Engine, readObject: ReadObject): CloudFormation {
  const actions = createStackActions(engine, readObject);
  endInterrupted(engine);
  const stacks = (): Stack[] => engine.store.all().filter(({ deletedAt }) => deletedAt === undefined);
  return {
    service: {
      namespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
      actions: { ...changing(actions), ...describing(actions), ...changeSetActions(actions) },
    },
    stacks,
    async resume() {
      for (const resource of stacks().flatMap(({ resources }) => Object.values(resources))) {
        if (resource.physicalId !== '') await engine.resourceTypes.get(resource.type)?.resume?.(resource);
      }
    },
    settle: actions.settle,
  };
}

/** An operation does not outlive the process. Its stack can be updated or deleted then. */
function endInterrupted({ store }: Engine): void {
  for (const stack of store.all()) {
    const [verb] = /^(CREATE|UPDATE|DELETE|ROLLBACK)(?=.*_IN_PROGRESS$)/.exec(stack.status) ?? [];
    if (verb === undefined) continue;
    const reason = 'The endpoint ended while the stack was being changed.';
    store.save({ ...stack, status: `${verb}_FAILED`, reason });
  }
}

function changing(stacks: StackActions): Record<string, QueryAction> {
  const { engine } = stacks;
  return {
    async CreateStack(input) {
      const { input: stackInput } = stacks.check(await readStackInput(input, undefined, stacks.readObject));
      const stack = stacks.add(required(input, 'StackName'), stackInput);
      const protection = input['EnableTerminationProtection'] === 'true';
      engine.store.save({ ...stack, terminationProtection: protection });
      stacks.create({ ...stack, terminationProtection: protection });
      return { StackId: stack.id };
    },
    async UpdateStack(input) {
      const stack = stacks.requireUpdatable(required(input, 'StackName'));
      const checked = stacks.check(await readStackInput(input, stack, stacks.readObject));
      const { input: stackInput } = checked;
      requireChanges(stack, stackInput, checked.template);
      stacks.update(stack, stackInput);
      return { StackId: stack.id };
    },
    DeleteStack(input) {
      const stack = engine.store.find(required(input, 'StackName'));
      if (stack === undefined || stack.deletedAt !== undefined) return {};
      if (stack.terminationProtection) {
        throw invalid(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
      }
      if (stack.status.endsWith('_IN_PROGRESS') && stack.status !== 'REVIEW_IN_PROGRESS') {
        throw invalid(`Stack [${stack.name}] cannot be deleted while in status ${stack.status}`);
      }
      stacks.remove(stack);
      return {};
    },
    SetStackPolicy(input) {
      const stack = stacks.require(required(input, 'StackName'));
      engine.store.save({ ...stack, stackPolicy: required(input, 'StackPolicyBody') });
      return {};
    },
    UpdateTerminationProtection(input) {
      const stack = stacks.require(required(input, 'StackName'));
      engine.store.save({ ...stack, terminationProtection: input['EnableTerminationProtection'] === 'true' });
      return { StackId: stack.id };
    },
  };
}

function describing(stacks: StackActions): Record<string, QueryAction> {
  const { store, resourceTypes } = stacks.engine;
  const existing = (): Stack[] => store.all().filter(({ deletedAt }) => deletedAt === undefined);
  const resourceOf = (stack: Stack, logicalId: string): StackResource => {
    const resource = own(stack.resources, logicalId);
    if (resource === undefined) throw invalid(`Resource ${logicalId} does not exist for stack ${stack.name}`);
    return resource;
  };
  return {
    DescribeStacks(input) {
      const name = input['StackName'];
      const found = typeof name === 'string' ? [stacks.require(name)] : existing();
      return { Stacks: found.map(describeStack) };
    },
    ListStacks(input) {
      const wanted = (input['StackStatusFilter'] as string[] | undefined) ?? [];
      const found = store.all().filter(({ status }) => wanted.length === 0 || wanted.includes(status));
      return { StackSummaries: found.map(summary) };
    },
    DescribeStackEvents(input) {
      const name = required(input, 'StackName');
      const stack = store.find(name);
      if (stack === undefined) throw invalid(`Stack [${name}] does not exist`);
      const before = input['NextToken'] === undefined ? undefined : Number(input['NextToken']);
      const { events, next } = store.events(stack.id, EVENTS_PER_PAGE, before);
      return { StackEvents: events, ...(next !== undefined && { NextToken: String(next) }) };
    },
    DescribeStackResource(input) {
      const stack = stacks.require(required(input, 'StackName'));
      const resource = resourceOf(stack, required(input, 'LogicalResourceId'));
      return { StackResourceDetail: describeResource(stack, resource) };
    },
    DescribeStackResources(input) {
      const stack = stacks.require(required(input, 'StackName'));
      const id = input['LogicalResourceId'];
      const found = typeof id === 'string' ? [resourceOf(stack, id)] : Object.values(stack.resources);
      return { StackResources: found.map((resource) => describeResource(stack, resource)) };
    },
    ListStackResources(input) {
      const stack = stacks.require(required(input, 'StackName'));
      return { StackResourceSummaries: Object.values(stack.resources).map(resourceSummary) };
    },
    GetTemplate(input) {
      return {
        TemplateBody: stacks.require(required(input, 'StackName')).templateBody,
        StagesAvailable: ['Original', 'Processed'],
      };
    },
    GetStackPolicy: (input) => ({ StackPolicyBody: stacks.require(required(input, 'StackName')).stackPolicy }),
    async ValidateTemplate(input) {
      const body = await readTemplate(input, undefined, stacks.readObject);
      return describeTemplate(parseTemplate(body, resourceTypes));
    },
    ListImports(input) {
      const importing = importersOf(required(input, 'ExportName'), store);
      if (importing.length > 0) return { Imports: importing };
      throw invalid(`Export '${String(input['ExportName'])}' is not imported by any stack.`);
    },
    ListExports: () => ({
      Exports: existing().flatMap(({ id, outputs }) =>
        outputs
          .filter(({ ExportName: name }) => name !== undefined)
          .map(({ ExportName, OutputValue }) => ({ ExportingStackId: id, Name: ExportName, Value: OutputValue })),
      ),
    }),
  };
}
