/** A resource of a CloudFormation template, before its intrinsic functions are resolved. */
export interface Resource {
  readonly Type: string;
  readonly Condition?: string;
  readonly DependsOn?: string | readonly string[];
  readonly Properties?: Record<string, unknown>;
}

export type Resources = Record<string, Resource>;

export interface Template {
  Resources: Resources;
  Outputs?: Record<string, unknown>;
  Conditions?: Record<string, unknown>;
  Parameters?: Record<string, unknown>;
  Mappings?: Record<string, Record<string, Record<string, unknown>>>;
}
