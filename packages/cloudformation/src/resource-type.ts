export type Properties = Readonly<Record<string, unknown>>;

/** A resource that is to be made. */
export interface ResourceRequest {
  readonly stackName: string;
  readonly logicalId: string;
  /** The template's own name for it, or a generated one. */
  readonly name: string;
  /** Resolved. */
  readonly properties: Properties;
}

/** A resource as it was made or last updated. */
export interface ExistingResource {
  readonly logicalId: string;
  readonly name: string;
  readonly physicalId: string;
  readonly properties: Properties;
}

/** What `Ref` and `Fn::GetAtt` of a created resource answer. */
export interface CreatedResource {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

type Awaitable<T> = T | Promise<T>;

/** How the resources of one type are made, changed and removed. Each AWS service's folder has its own types. */
export interface ResourceType {
  /** The property that names the resource, where there is one. */
  readonly nameProperty?: string;
  /** What a generated name ends with: `.fifo`. */
  generatedSuffix?(properties: Properties): string;
  /** Properties whose change makes a new resource in the place of the old one, its name apart. */
  readonly replacedBy?: readonly string[];
  /** True for a type that is not enforced here. Its resources are described and can be referred to. */
  readonly inert?: boolean;
  /** True where removing a resource loses data. `npm start` then keeps what left its template. */
  readonly holdsData?: boolean;
  /** Refuses by name what is not supported. @throws TypeError */
  check(properties: Properties): void;
  /** The part of the properties that has an effect; by default all. `npm start` resolves only this part. */
  enforced?(properties: Properties): Properties;
  /** Whether something of this name exists, whoever made it. */
  exists?(name: string): Promise<boolean>;
  /** Makes the resource, or brings the one of this name in line. Keeps the data that is in it. */
  create(request: ResourceRequest): Awaitable<CreatedResource>;
  /**
   * Updates in place when recreating under the same name would differ. A changed ref means that it was replaced; the
   * caller removes the old one.
   */
  update?(physicalId: string, properties: Properties, previous: Properties): Awaitable<CreatedResource>;
  remove(resource: ExistingResource): Awaitable<void>;
  /** Starts again what ended with the process, such as an event source mapping. */
  resume?(resource: ExistingResource): Awaitable<void>;
}

/** By CloudFormation's name: `AWS::SQS::Queue`. */
export type ResourceTypes = ReadonlyMap<string, ResourceType>;

/** Where resources are: a part of every ARN. */
export interface Identity {
  readonly region: string;
  readonly accountId: string;
}
