import type { SSMClient } from '@aws-sdk/client-ssm';
import { answerWithin } from '@dure/contracts/binding/deadline';

/** The digests of what runs in a stage, by service: the parameters `/dure/<stage>/<service>/artefacts`. */
export type ReadArtefacts = (stage: string) => Promise<ReadonlyMap<string, string>>;

/** The same of these services alone, which is sooner. */
export type ReadDigests = (stage: string, services: readonly string[]) => Promise<ReadonlyMap<string, string>>;

/** So many parameters can be read by their names at once. */
const BATCH = 10;

/** Source: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html */
export function openDigests(): ReadDigests {
  let client: SSMClient | undefined;
  return async (stage, services) => {
    // As below.
    const ssm = await import('@aws-sdk/client-ssm');
    client ??= new ssm.SSMClient({ maxAttempts: 4, requestHandler: answerWithin(4_000) });
    const names = services.map((service) => `/dure/${stage}/${service}/artefacts`);
    const batches = Array.from({ length: Math.ceil(names.length / BATCH) }, (_, index) =>
      client!.send(new ssm.GetParametersCommand({ Names: names.slice(index * BATCH, (index + 1) * BATCH) })),
    );
    const found = (await Promise.all(batches)).flatMap(({ Parameters = [] }) => Parameters);
    return new Map(found.map(({ Name = '', Value = '' }) => [Name.split('/')[3] ?? '', Value]));
  };
}

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
