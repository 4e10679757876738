import type { ResourceType } from '../resource-type.ts';
import type { StackResource } from './model.ts';
import type { Progress } from './progress.ts';

/**
 * Removes a resource, unless it is to be kept.
 * @param duringCreation whether it was made by the very operation that now fails
 * @throws what its type throws, after the event DELETE_FAILED
 */
export async function removeResource(
  resource: StackResource,
  type: ResourceType,
  progress: Progress,
  duringCreation = false,
): Promise<void> {
  const { logicalId, deletionPolicy } = resource;
  const forget = (): void => {
    if (progress.stack().resources[logicalId]?.physicalId === resource.physicalId) progress.forget(logicalId);
  };
  if (deletionPolicy === 'Retain' || (deletionPolicy === 'RetainExceptOnCreate' && !duringCreation)) {
    progress.addEvent({ ...resource, status: 'DELETE_SKIPPED' });
    return forget();
  }
  progress.addEvent({ ...resource, status: 'DELETE_IN_PROGRESS' });
  try {
    if (resource.physicalId !== '') await type.remove(resource);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    progress.addEvent({ ...resource, status: 'DELETE_FAILED', reason });
    throw error;
  }
  progress.addEvent({ ...resource, status: 'DELETE_COMPLETE' });
  forget();
}
