import { type Cloud, connect, connectTo } from './cloud.ts';
import type { StageTarget } from './stage-target.ts';
import { stageTokens } from './tokens.ts';

/**
 * The system under test, found or started by the global setup: `DURE_STAGE_TARGET` is a stage whose services each have a URL,
 * `DURE_BASE_URL` a front door to all of them.
 */
export function cloudUnderTest(): Cloud {
  const apiKey = process.env['DURE_API_KEY'];
  const target = process.env['DURE_STAGE_TARGET'];
  if (target !== undefined) {
    const { place, stage, urls, sandboxes } = JSON.parse(target) as StageTarget;
    const serviceUrl = (service: string) => {
      const url = urls[service];
      if (url === undefined) throw new Error(`${service} is not deployed in ${place}.`);
      return url;
    };
    const tokens = stageTokens(stage, serviceUrl('identity'));
    return connectTo({ url: place, serviceUrl, apiKey, sandboxes, local: false, tokens: () => tokens });
  }
  const url = process.env['DURE_BASE_URL'];
  if (url === undefined) throw new Error('DURE_BASE_URL is not set: run the tests through Jest’s e2e project.');
  return connect(url, process.env['DURE_STAGE'], apiKey);
}
