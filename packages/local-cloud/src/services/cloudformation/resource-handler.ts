import type { CreatedResource, ResourceRequest } from './resource-type.ts';

/** What a handler is told about a resource that is to go. */
export interface ExistingResource {
  readonly logicalId: string;
  readonly name: string;
  readonly physicalId: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** How the resources of one type are made, changed and removed. */
export interface ResourceHandler {
  /** The property that names the resource, where there is one. */
  readonly nameProperty?: string;
  /** Properties whose change makes a new resource in the place of the old one, its name apart. */
  readonly replacedBy: readonly string[];
  /** Refuses by name what is not supported. @throws TypeError */
  check(properties: Readonly<Record<string, unknown>>): void;
  /** Whether something of this name exists, whoever made it. */
  exists?(name: string): Promise<boolean>;
  /** Makes the resource, or brings the one of this name in line. */
  create(request: ResourceRequest): Promise<CreatedResource>;
  /**
   * Changes a resource where making it anew in its name is not the same. Another `ref` than before says that it was
   * replaced, and that the old one is still there.
   */
  update?(physicalId: string, properties: Properties, previous: Properties): Promise<CreatedResource>;
  remove(resource: ExistingResource): Promise<void>;
}

export type Properties = Readonly<Record<string, unknown>>;

export type ResourceHandlers = ReadonlyMap<string, ResourceHandler>;
