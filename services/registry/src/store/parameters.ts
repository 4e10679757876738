import type { SSMClient } from '@aws-sdk/client-ssm';
import { answerWithin } from '@dure/contracts/binding/deadline';

/** The digests of what runs in a stage, by service: the parameters `/dure/<stage>/<service>/artefacts`. */
export type ReadArtefacts = (stage: string) => Promise<ReadonlyMap<string, string>>;

/** Source: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html */
export function openParameters(): ReadArtefacts {
  let client: SSMClient | undefined;
  return async (stage) => {
    // Loaded when first needed: it is part of Lambda's runtime, and only drift asks for it.
    const ssm = await import('@aws-sdk/client-ssm');
    client ??= new ssm.SSMClient({ maxAttempts: 4, requestHandler: answerWithin(4_000) });
    const found = new Map<string, string>();
    let NextToken: string | undefined;
    do {
      const page = await client.send(
        new ssm.GetParametersByPathCommand({ Path: `/dure/${stage}`, Recursive: true, MaxResults: 10, NextToken }),
      );
      for (const { Name = '', Value = '' } of page.Parameters ?? []) {
        const [, , , service = '', what, ...more] = Name.split('/');
        if (what === 'artefacts' && more.length === 0) found.set(service, Value);
      }
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return found;
  };
}
