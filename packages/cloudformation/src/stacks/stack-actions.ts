import { randomUUID } from 'node:crypto';
import { AwsError } from '@dure/aws-protocols/aws-error';
import { createStack, deleteStack, type Engine, updateStack } from './engine.ts';
import type { Identity } from '../resource-type.ts';
import type { Stack, StackInput } from './model.ts';
import type { ReadObject } from './requests.ts';
import {
  checkParameters,
  type DynamicReferences,
  storedParameters,
  UnresolvedReference,
  withDefaults,
} from '../scope.ts';
import { trackProgress } from './progress.ts';
import { invalid, parseTemplate, ssmReferences, type Template } from '../template.ts';

/** What the actions share: finding stacks, and starting operations on them. */
export interface StackActions {
  readonly engine: Engine;
  readonly readObject: ReadObject;
  /** @throws AwsError `ValidationError` */
  require(nameOrId: string): Stack;
  /** @throws AwsError `ValidationError` for a stack that is at work, or failed for good */
  requireUpdatable(nameOrId: string): Stack;
  /** Checks a request's template and parameters, and fills in the defaults. @throws AwsError `ValidationError` */
  check(given: StackInput): { readonly template: Template; readonly input: StackInput };
  /** A stack that waits for its first change set to be executed. */
  review(name: string, input: StackInput): Stack;
  /** Creates a stack at once. @throws AwsError `AlreadyExistsException` */
  add(name: string, input: StackInput): Stack;
  create(stack: Stack): void;
  update(stack: Stack, input: StackInput): void;
  remove(stack: Stack): void;
  /** Resolves when all operations under way have ended. */
  settle(): Promise<void>;
}

const UPDATABLE = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'UPDATE_FAILED', 'CREATE_FAILED'];
const STACK_NAME = /^[a-zA-Z][-a-zA-Z0-9]{0,127}$/;

export function createStackActions(engine: Engine, readObject: ReadObject): StackActions {
  const { store, resourceTypes, dynamicReferences, log } = engine;
  const running = new Set<Promise<void>>();

  function run(stack: Stack, operation: Promise<void>): void {
    const work = operation
      .catch((error: unknown) => log('error', `The operation on ${stack.name} ended`, { reason: String(error) }))
      .finally(() => running.delete(work));
    running.add(work);
  }

  function require(nameOrId: string): Stack {
    const stack = store.find(nameOrId);
    if (stack === undefined) throw invalid(`Stack with id ${nameOrId} does not exist`);
    return stack;
  }

  function add(name: string, input: StackInput): Stack {
    if (!STACK_NAME.test(name)) {
      throw invalid(
        `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: ` +
          `Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
      );
    }
    if (store.find(name) !== undefined) throw new AwsError('AlreadyExistsException', `Stack [${name}] already exists`);
    return newStack(name, input, engine);
  }

  return {
    engine,
    readObject,
    require,
    requireUpdatable(nameOrId) {
      const stack = store.find(nameOrId);
      if (stack === undefined || stack.deletedAt !== undefined) throw invalid(`Stack [${nameOrId}] does not exist`);
      if (!UPDATABLE.includes(stack.status)) {
        throw invalid(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
      }
      return stack;
    },
    check(given) {
      const template = parseTemplate(given.templateBody, resourceTypes);
      checkParameters(template, given.parameters, dynamicReferences);
      const missing = ssmReferences(given.templateBody).flatMap((name) => refusalOf(name, dynamicReferences));
      if (missing.length > 0) throw invalid(`Parameters: [${missing.join(', ')}] cannot be found.`);
      const parameters = withDefaults(template, given.parameters);
      const resolvedParameters = storedParameters(template, parameters, dynamicReferences);
      return { template, input: { ...given, parameters, resolvedParameters } };
    },
    review(name, input) {
      const existing = store.find(name);
      if (existing?.status === 'REVIEW_IN_PROGRESS') return existing;
      const progress = trackProgress(store, add(name, input));
      progress.status('REVIEW_IN_PROGRESS', 'User Initiated');
      return progress.stack();
    },
    add,
    create: (stack) => run(stack, createStack(stack, engine)),
    update: (stack, input) => run(stack, updateStack(stack, input, engine)),
    remove: (stack) => run(stack, deleteStack(stack, engine)),
    async settle() {
      await Promise.all(running);
    },
  };
}

/** `ssm:name` for one that does not exist. @throws AwsError for one that may not be read so */
function refusalOf(name: string, { ssm }: DynamicReferences): string[] {
  try {
    ssm?.(name);
    return [];
  } catch (error) {
    if (!(error instanceof UnresolvedReference)) throw invalid((error as Error).message);
    return [`ssm:${name}`];
  }
}

/** A stack of which nothing exists yet. */
export function newStack(name: string, input: StackInput, { region, accountId }: Identity): Stack {
  return {
    ...input,
    id: `arn:aws:cloudformation:${region}:${accountId}:stack/${name}/${randomUUID()}`,
    name,
    status: 'CREATE_IN_PROGRESS',
    createdAt: new Date().toISOString(),
    terminationProtection: false,
    outputs: [],
    resources: {},
  };
}
