import type { Stack, StackResource } from './model.ts';
import type { StackStore } from './store.ts';

/** A stack while it changes: each step is saved and recorded as an event. */
export interface Progress {
  stack(): Stack;
  change(fields: Partial<Stack>): void;
  /** Changes the stack's status and records an event. */
  status(status: string, reason?: string): void;
  /** Replaces a resource's record and records an event. */
  resource(resource: Omit<StackResource, 'at'>): void;
  /** Records an event of a resource that is not kept: one that was replaced, or is gone. */
  addEvent(resource: Omit<StackResource, 'at'>): void;
  forget(logicalId: string): void;
}

const STACK_TYPE = 'AWS::CloudFormation::Stack';
const UNDER_WAY = /_IN_PROGRESS$/;

/**
 * @param onlyResults for stacks that nobody watches: without events, and without the records of resources under way,
 *   which are three of four writes. After an interruption a resource is as if its change had not begun.
 */
export function trackProgress(store: StackStore, before: Stack, { onlyResults = false } = {}): Progress {
  let stack = before;
  const change = (fields: Partial<Stack>): void => {
    stack = { ...stack, ...fields };
    store.save(stack);
  };
  const identity = { StackId: stack.id, StackName: stack.name };

  function addEvent(resource: Omit<StackResource, 'at'>): void {
    if (onlyResults) return;
    const { logicalId, physicalId, type, status, reason, properties } = resource;
    store.addEvent({
      ...identity,
      LogicalResourceId: logicalId,
      PhysicalResourceId: physicalId,
      ResourceType: type,
      ResourceStatus: status,
      ...(reason !== undefined && { ResourceStatusReason: reason }),
      ResourceProperties: JSON.stringify(properties),
    });
  }

  return {
    stack: () => stack,
    change,
    status(status, reason) {
      const { reason: _former, ...rest } = stack;
      stack = rest;
      change({ status, ...(reason !== undefined && { reason }) });
      if (onlyResults) return;
      store.addEvent({
        ...identity,
        LogicalResourceId: stack.name,
        PhysicalResourceId: stack.id,
        ResourceType: STACK_TYPE,
        ResourceStatus: status,
        ...(reason !== undefined && { ResourceStatusReason: reason }),
      });
    },
    resource(resource) {
      const whole = { ...resource, at: new Date().toISOString() };
      stack = { ...stack, resources: { ...stack.resources, [resource.logicalId]: whole } };
      if (!onlyResults || !UNDER_WAY.test(resource.status)) store.saveResource(stack.id, whole);
      addEvent(resource);
    },
    addEvent,
    forget(logicalId) {
      const { [logicalId]: _gone, ...resources } = stack.resources;
      stack = { ...stack, resources };
      store.deleteResource(stack.id, logicalId);
    },
  };
}
