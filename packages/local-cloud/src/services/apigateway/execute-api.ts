import type { IncomingMessage } from 'node:http';
import type { InvokeTarget } from './index.ts';

const PREFIX = '/_aws/execute-api/';
const HOST = /^([a-z0-9]+)\.execute-api\./;

/** An API, and what of its address was called. */
export interface AddressedApi extends InvokeTarget {
  /** All of it: `/dev/orders?limit=2`. The path of an HTTP API that has no stage in its address. */
  readonly rest: string;
}

/**
 * The API that a request calls, by both addresses that lead to it: `http://127.0.0.1:4566/_aws/execute-api/{id}/{stage}/…`
 * and, where the machine resolves it, `http://{id}.execute-api.localhost:4566/{stage}/…`. Undefined for any other request.
 */
export function apiTarget({ url = '/', headers }: IncomingMessage): AddressedApi | undefined {
  const host = HOST.exec(headers.host ?? '')?.[1];
  if (host !== undefined) return { apiId: host, ...stageAndPath(url), rest: url };
  if (!url.startsWith(PREFIX)) return undefined;
  const rest = url.slice(PREFIX.length);
  const end = rest.search(/[/?]|$/);
  const apiId = rest.slice(0, end);
  return { apiId, ...stageAndPath(rest.slice(end)), rest: rest.slice(end) };
}

/** The name by which an API is called on AWS. Functions reach it by that name here, too. */
export function executeApiHost(apiId: string, region: string): string {
  return `${apiId}.execute-api.${region}.amazonaws.com`;
}

function stageAndPath(path: string): { stage: string; path: string } {
  const [, stage = '', rest = ''] = /^\/*([^/?]*)(.*)$/s.exec(path) ?? [];
  return { stage, path: rest.startsWith('/') ? rest : `/${rest}` };
}

/**
 * Makes the public addresses of APIs in a template's text lead here: `https://{id}.execute-api.{region}.amazonaws.com`
 * becomes `http://127.0.0.1:4566/_aws/execute-api/{id}`, and `wss://…` `ws://…`, so that outputs and parameters made of them can be called.
 */
export function reachableApis(url: string, region: string): (text: string) => string {
  const address = new RegExp(`(https|wss)://([a-z0-9]+)\\.execute-api\\.${region}\\.amazonaws\\.com`, 'g');
  const here = (scheme: string): string => (scheme === 'wss' ? url.replace(/^http/, 'ws') : url);
  return (text) => text.replace(address, (_address, scheme: string, id: string) => `${here(scheme)}${PREFIX}${id}`);
}
