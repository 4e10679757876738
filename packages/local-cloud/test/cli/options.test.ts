import { describe, expect, it } from '@jest/globals';
import { parseAccountOptions } from '../../src/cli/account-options.mjs';
import { parseOptions } from '../../src/cli/start-options.mjs';

describe.each([
  ['npm start', parseOptions],
  ['npm run account', parseAccountOptions],
])('%s', (_command, parse) => {
  it('lets nobody else in unless asked to', () => {
    expect(parse([]).callers).toEqual({ hosts: [], origins: [] });
  });

  it('takes names and origins, as often as they are given', () => {
    const args = ['--allow-host', 'Host.Docker.Internal', '--allow-host', 'box', '--allow-origin', 'https://a.example'];
    const callers = { hosts: ['host.docker.internal', 'box'], origins: ['https://a.example'] };
    expect(parse(args).callers).toEqual(callers);
  });

  it.each([['*'], ['http://box'], ['box:4000'], ['.example'], ['']])('refuses the host %j', (name) => {
    expect(() => parse(['--allow-host', name])).toThrow(/^--allow-host takes a name/);
  });

  it.each([['localhost:5173'], ['http://a/b'], ['null'], ['*'], ['http://a/']])('refuses the origin %j', (origin) => {
    expect(() => parse(['--allow-origin', origin])).toThrow(/^--allow-origin takes an origin/);
  });
});

describe('services by name', () => {
  it('are listed with commas', () => {
    expect(parseOptions(['--services', 'a,b', '--inspect', 'a'])).toMatchObject({ only: ['a', 'b'], inspect: ['a'] });
    expect(parseOptions([])).not.toHaveProperty('inspect');
    expect(parseOptions(['--mock', 'a', '--mock', 'b,c'])).toMatchObject({ mock: ['a', 'b', 'c'] });
  });

  it.each(['services', 'inspect', 'mock'])('are needed by --%s', (option) => {
    expect(() => parseOptions([`--${option}`, ','])).toThrow(`--${option} takes the names of services`);
  });
});
