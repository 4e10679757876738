import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Apis } from '../services/apis.ts';
import type { Functions } from '../services/lambda/api/index.ts';
import type { S3 } from '../services/s3/index.ts';
import type { Sns } from '../services/sns/index.ts';
import type { CloudFormation } from '@dure/cloudformation/stacks/index';
import type { AwsServices } from '@dure/aws-protocols/aws-endpoint';
import { REGION } from '../shared/aws-environment.ts';

/** What the account has in one region. Nothing of it is seen in another. */
export interface Region {
  readonly services: AwsServices;
  readonly apis: Apis;
  readonly functions: Functions;
  readonly s3: S3;
  readonly certificateAt: Sns['certificateAt'];
  readonly stacks: CloudFormation['stacks'];
}

export interface Regions {
  /** The region of this name, which is started with its first request. */
  of(name: string): Promise<Region>;
  /** Those that were started. */
  all(): readonly Region[];
}

const NAME = /^[a-z]{2,3}(-[a-z]+)+-\d$/;
const FOLDER = 'regions';

/** Where a region has its data. */
export const regionFolder = (dataDir: string, name: string): string =>
  name === REGION ? dataDir : join(dataDir, FOLDER, name);

/**
 * The account's regions: its first one, those of an earlier run, and any that a request is signed for. What is not the
 * name of a region counts as the first one.
 */
export async function startRegions(dataDir: string, start: (name: string) => Promise<Region>): Promise<Regions> {
  const started: Region[] = [];
  const starting = new Map<string, Promise<Region>>();
  function region(name: string): Promise<Region> {
    const known = starting.get(name);
    if (known !== undefined) return known;
    const made = start(name).then((ready) => {
      started.push(ready);
      return ready;
    });
    starting.set(name, made);
    return made;
  }
  const earlier = join(dataDir, FOLDER);
  await region(REGION);
  for (const name of existsSync(earlier) ? readdirSync(earlier) : []) if (NAME.test(name)) await region(name);
  return {
    of: (name) => region(NAME.test(name) ? name : REGION),
    all: () => started,
  };
}
