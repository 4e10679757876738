import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Check } from '../check.ts';

/** Puts a parameter that a README asks its reader to have. */
export const parameter =
  (Name: string, Value: string): Check =>
  async ({ connection }) => {
    await new SSMClient(connection).send(new PutParameterCommand({ Name, Value, Type: 'String' }));
    return undefined;
  };
