import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bundleAll } from '../../src/cold/bundle.ts';
import { oneItem, saveNoteEvent } from '../../src/cold/compared.ts';
import { startOnce } from '../../src/cold/start.ts';

/** Outside of the workspace, where nothing that the bundle leaves to the runtime can be found. */
const folder = mkdtempSync(join(tmpdir(), 'dure-credentials-'));
const eventFile = join(folder, 'event.json');
const requests: IncomingHttpHeaders[] = [];
const dynamodb = createServer((request, response) => {
  requests.push(request.headers);
  request.resume().once('end', () => response.setHeader('content-type', 'application/x-amz-json-1.0').end('{}'));
});
let file = '';

beforeAll(async () => {
  dynamodb.listen(0, '127.0.0.1');
  await once(dynamodb, 'listening');
  writeFileSync(eventFile, JSON.stringify(saveNoteEvent()));
  file = (await bundleAll([oneItem], folder))[0]!.file;
});

afterAll(() => {
  dynamodb.close();
  rmSync(folder, { recursive: true, force: true });
});

const environment = () => ({
  AWS_REGION: 'eu-central-1',
  AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${(dynamodb.address() as AddressInfo).port}`,
  HOME: folder,
  TABLE_NAME: 'notes',
});

describe('a function as it is shipped', () => {
  it('signs with the credentials that Lambda puts into the environment', async () => {
    const { answer } = await startOnce({
      file,
      eventFile,
      environment: {
        ...environment(),
        AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE',
        AWS_SECRET_ACCESS_KEY: 'secret',
        AWS_SESSION_TOKEN: 'session-of-the-role',
      },
    });
    expect(answer).toMatchObject({ statusCode: 200 });
    const headers = requests.at(-1);
    expect(headers?.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=ASIAEXAMPLE\/\d{8}\/eu-central-1\/dynamodb\/aws4_request, /,
    );
    expect(headers?.['x-amz-security-token']).toBe('session-of-the-role');
  });

  it('does not go without credentials', async () => {
    const before = requests.length;
    const { answer } = await startOnce({ file, eventFile, environment: environment() });
    expect(answer).toMatchObject({ statusCode: 500 });
    expect(requests.length).toBe(before);
  });
});
