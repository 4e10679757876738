import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { required } from '@dure/contracts/binding/environment';
import { lambda } from '@dure/contracts/binding/lambda';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { answerDocs, type StoredSite } from './answer.ts';
import { builtPages } from './folder.ts';
import { requestOf, resultOf } from './gateway.ts';

const FOLDER = builtPages(__dirname);

const site = JSON.parse(readFileSync(join(FOLDER, 'files.json'), 'utf8')) as StoredSite;

/** On AWS each service has a host of its own below this one; on a laptop all have the same. */
const elsewhere = required('STAGE') === 'local' ? undefined : required('API_ORIGINS');

/** Serves what `@dure/docs-pages` built: pages for people, documents for machines. */
export const handler = lambda(async (event: APIGatewayProxyEvent) => {
  const read = (name: string): Promise<Buffer> => readFile(join(FOLDER, name));
  return resultOf(await answerDocs(requestOf(event), { site, read, elsewhere }), event);
});
