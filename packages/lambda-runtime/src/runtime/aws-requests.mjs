/**
 * Sends requests to AWS that know nothing of AWS_ENDPOINT_URL, such as those of the AWS SDK for JavaScript v2, to what
 * answers for AWS here. Nothing that a function signs leaves this machine.
 */
import { syncBuiltinESMExports } from 'node:module';
import { whenLoaded } from './when-loaded.mjs';

const AWS = /^(?:(?:.+\.)?amazonaws\.com(?:\.cn)?|.+\.on\.aws)$/;
const API = /^([a-z0-9]+)\.execute-api\./;
const FUNCTION_URL = /^([a-z0-9]+)\.lambda-url\./;
const BUCKET = /^(.+)\.s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com/;

/** The path that stands for what a host's name says. */
function pathOf(host, path) {
  const api = API.exec(host)?.[1];
  if (api !== undefined) return `/_aws/execute-api/${api}${path}`;
  const url = FUNCTION_URL.exec(host)?.[1];
  if (url !== undefined) return `/_aws/lambda-url/${url}${path}`;
  const bucket = BUCKET.exec(host)?.[1];
  return bucket === undefined ? path : `/${bucket}${path}`;
}

/** @param {string} gateway */
export function keepRequestsHere(gateway) {
  const { fetch } = globalThis;
  globalThis.fetch = (input, init) => {
    const address = input instanceof Request ? input.url : String(input);
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (url === undefined || !AWS.test(url.hostname)) return fetch(input, init);
    const here = new URL(pathOf(url.hostname, url.pathname + url.search), gateway);
    return fetch(input instanceof Request ? new Request(here, input) : here, init);
  };
  whenLoaded('https', (https) => patch(https, process.getBuiltinModule('http'), gateway));
}

function patch(https, http, gateway) {
  const { hostname, port } = new URL(gateway);
  const { request } = https;
  https.request = function (...parameters) {
    const [first, second] = parameters;
    const url = typeof first === 'string' ? new URL(first) : first instanceof URL ? first : undefined;
    const given = url === undefined ? first : second;
    const host = String(given?.hostname ?? given?.host ?? url?.hostname ?? '').replace(/:\d+$/, '');
    if (!AWS.test(host)) return request.apply(this, parameters);
    const { headers = {}, ...options } = typeof given === 'object' ? given : {};
    const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'host'));
    const path = pathOf(host, options.path ?? (url === undefined ? '/' : url.pathname + url.search));
    const callback = parameters.find((parameter) => typeof parameter === 'function');
    const here = { hostname, host: undefined, port, path, protocol: 'http:', agent: undefined, headers: kept };
    return http.request({ ...options, ...here }, callback);
  };
  https.get = (...parameters) => https.request(...parameters).end();
  syncBuiltinESMExports();
}
