import { expect, it } from '@jest/globals';
import { serversOf } from '../src/browser/servers.mjs';

const spec = { servers: [{ url: 'https://{apiId}.example.com' }] };
const urls = (known: Parameters<typeof serversOf>[0]): string[] => serversOf(known).map(({ url }) => url);

it('finds a service beside the registry, where both share a host', () => {
  const base = 'http://localhost:4000/registry/local/';
  expect(urls({ owner: 'parcels', base, endpoints: [], spec })).toEqual([
    'http://localhost:4000/parcels/local',
    'https://{apiId}.example.com',
  ]);
});

it('begins with what the registry knows, and repeats nothing', () => {
  const base = 'http://localhost:4000/registry/local/';
  const endpoints = ['https://eu.example.com/prod', 'http://localhost:4000/parcels/local'];
  expect(urls({ owner: 'parcels', base, endpoints, spec }).slice(0, -1)).toEqual(endpoints);
});

it('has only what the document says, where the address does not name the registry', () => {
  const base = 'https://a1b2.execute-api.eu-central-1.amazonaws.com/dev/';
  expect(urls({ owner: 'parcels', base, endpoints: [], spec })).toEqual(['https://{apiId}.example.com']);
  expect(urls({ owner: 'registry', base, endpoints: [], spec })[0]).toBe(base.slice(0, -1));
});
