import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readGuide } from '@dure/testing/guide';
import { call } from '@dure/testing/lambda-events';
import { expect, it } from '@jest/globals';
import { api, manifestOf, object, stageWith } from './service.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** Answers as API Gateway does for the two endpoints of the README. */
const server = createServer((request, response) => {
  void (async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as object;
    const [, , , service = '', label = ''] = (request.url ?? '').split('/');
    const answer = request.url?.endsWith('/can-deploy')
      ? await call(api, { method: 'POST', resource: '/v1/can-deploy', body: { ...body, stage: STAGE } })
      : await call(api, {
          method: 'PUT',
          resource: '/v1/releases/{service}/{label}',
          params: { service, label },
          body,
        });
    response.end(`${JSON.stringify(answer.body)}\n`);
  })();
});

const sent = object({ carrier: { type: 'string' }, parcelId: { type: 'string' } });
const STAGE = await stageWith(manifestOf('parcels', { ParcelSent: { schema: sent } }));

it('registers a consumer of another language with two requests, as the README says', async () => {
  const [block] = readGuide(root, 'services/registry/README.md').blocks.filter(({ text }) => text.includes('SCHEMA='));
  expect(block?.text.match(/^curl /gm)).toHaveLength(2);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const env = { ...process.env, REGISTRY: `http://127.0.0.1:${port}` };
    // The API behind the server lets everybody in: no stage gives tokens here.
    const text = block?.text.replace(/^TOKEN=.*$/m, 'TOKEN=none');
    const { stdout } = await promisify(execFile)('sh', ['-ec', text ?? ''], { env });
    const [registered, verdict] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(registered).toMatchObject({ service: 'tracking', label: '1.4.2' });
    expect(verdict).toMatchObject({ answer: 'yes', blockers: [] });
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
