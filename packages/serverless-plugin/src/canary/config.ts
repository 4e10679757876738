/**
 * CodeDeploy's configurations for shifting a function's traffic to its new version.
 * Source: https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
 */
const SHIFTS = [
  ...[5, 10, 15, 30].map((minutes) => `Canary10Percent${minutes}Minutes`),
  'Linear10PercentEvery1Minute',
  ...[2, 3, 10].map((minutes) => `Linear10PercentEvery${minutes}Minutes`),
  'AllAtOnce',
];

/** `custom.dure.canary` in serverless.yml: how traffic shifts, by stage. Other stages have no gradual deployment. */
export type CanaryConfig = Readonly<Record<string, string>>;

export const canarySchema = {
  type: 'object',
  propertyNames: { pattern: '^[A-Za-z0-9_-]+$', not: { const: 'local' } },
  additionalProperties: { enum: SHIFTS },
};
