/** A resource of a stack as it exists: what its template said when it was last put into effect, and what came of it. */
export interface StackResource {
  readonly logicalId: string;
  readonly type: string;
  /** The name that it was made under; the template's own, or a generated one. */
  readonly name: string;
  /** What `Ref` answers; empty until it exists. */
  readonly physicalId: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Resolved. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** `Retain`, `RetainExceptOnCreate` or `Delete`. */
  readonly deletionPolicy: string;
  readonly status: string;
  readonly reason?: string;
  readonly at: string;
}

export interface Output {
  readonly OutputKey: string;
  readonly OutputValue: string;
  readonly Description?: string;
  readonly ExportName?: string;
}

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** What a request says a stack should become. */
export interface StackInput {
  /** JSON text. */
  readonly templateBody: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** What those that name SSM parameters stood for when the request came. */
  readonly resolvedParameters?: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
  readonly capabilities: readonly string[];
  readonly notificationArns: readonly string[];
  readonly roleArn?: string;
}

export interface Stack extends StackInput {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly reason?: string;
  readonly description?: string;
  readonly createdAt: string;
  readonly updatedAt?: string;
  readonly deletedAt?: string;
  readonly terminationProtection: boolean;
  readonly stackPolicy?: string;
  readonly outputs: readonly Output[];
  /** Names of the exports that the template imports. */
  readonly imports?: readonly string[];
  readonly resources: Readonly<Record<string, StackResource>>;
}

export interface StackEvent {
  readonly EventId: string;
  readonly StackId: string;
  readonly StackName: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId: string;
  readonly ResourceType: string;
  readonly ResourceStatus: string;
  readonly ResourceStatusReason?: string;
  readonly ResourceProperties?: string;
  readonly Timestamp: string;
}

export interface Change {
  readonly Type: 'Resource';
  readonly ResourceChange: {
    readonly Action: 'Add' | 'Modify' | 'Remove';
    readonly LogicalResourceId: string;
    readonly PhysicalResourceId?: string;
    readonly ResourceType: string;
  };
}

export interface ChangeSet {
  readonly id: string;
  readonly name: string;
  readonly stackId: string;
  readonly stackName: string;
  readonly type: 'CREATE' | 'UPDATE';
  readonly status: 'CREATE_COMPLETE' | 'FAILED';
  readonly reason?: string;
  readonly executionStatus: 'AVAILABLE' | 'UNAVAILABLE' | 'EXECUTE_COMPLETE';
  readonly createdAt: string;
  readonly description?: string;
  readonly input: StackInput;
  readonly changes: readonly Change[];
}
