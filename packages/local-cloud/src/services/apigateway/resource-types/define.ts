import { AwsError } from '@dure/aws-protocols/aws-error';
import type { CreatedResource } from '../../cloudformation/index.ts';
import type { ApiGatewayResourceType } from '../index.ts';
import { read, type Properties, type Reader } from '../reader.ts';
import type { Store } from '../store.ts';

export interface ResourceContext {
  readonly store: Store;
  readonly accountId: string;
  readonly region: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

interface Definition {
  readonly type: string;
  /** Properties whose change makes a new resource, as CloudFormation's reference says ("Update requires: Replacement"). */
  readonly replacing: readonly string[];
  /** Makes the resource, or changes the one called `ref`. Throws before it changes anything. */
  save(reader: Reader, ref: string | undefined): CreatedResource;
  remove(ref: string, properties: Properties): void;
}

export function define({ type, replacing, save, remove }: Definition): ApiGatewayResourceType {
  return {
    replacedBy: replacing,
    check() {
      // `save` refuses by name what is not supported, before it changes anything.
    },
    create: ({ properties }) => save(read(type, properties), undefined),
    update: (ref, properties) => save(read(type, properties), ref),
    remove: ({ physicalId, properties }) => remove(physicalId, properties),
  };
}

/** A list of `{ Key, Value }`. */
export function readTags(reader: Reader): Record<string, string> {
  return Object.fromEntries(reader.records('Tags').map(({ Key: key, Value: value }) => [String(key), String(value)]));
}

/** The API that a resource belongs to. @throws AwsError NotFoundException */
export function readApiId(reader: Reader, { store }: ResourceContext): string {
  const apiId = reader.required('RestApiId');
  if (store.restApis.get(apiId) === undefined) {
    throw new AwsError('NotFoundException', `Invalid API identifier specified: ${apiId}`, 404);
  }
  return apiId;
}

export function conflict(message: string): AwsError {
  return new AwsError('ConflictException', message, 409);
}
