export interface DynamoDbMachine {
  readonly platform: string;
  readonly arch: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Whether the npm registry has a package in a version. */
  readonly isPublished: (specifier: string) => boolean;
}

export const OTHER_ENDPOINT: string;
export function dynoxidePackage(name: string): string;
export function requireDynamoDb(machine: DynamoDbMachine): void;
