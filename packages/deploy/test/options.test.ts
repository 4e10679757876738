import { describe, expect, it } from '@jest/globals';
import { parseOptions } from '../src/options.ts';

describe('options', () => {
  it('have defaults, and the region of the AWS tools', () => {
    const defaults = {
      stage: 'dev',
      limit: 4,
      json: false,
      changed: false,
      yes: false,
      urgent: false,
      deadlineMs: 60_000,
    };
    expect(parseOptions('deploy', [], {})).toEqual({ ...defaults, region: 'us-east-1' });
    expect(parseOptions('deploy', [], { AWS_DEFAULT_REGION: 'eu-west-1' })?.region).toBe('eu-west-1');
    expect(parseOptions('deploy', [], { AWS_DEFAULT_REGION: 'x', AWS_REGION: 'ap-northeast-2' })?.region).toBe(
      'ap-northeast-2',
    );
    expect(parseOptions('package', ['--services', 'a,b', '--region', 'eu-north-1'], {})).toEqual({
      ...defaults,
      region: 'eu-north-1',
      limit: 2,
      only: ['a', 'b'],
    });
    expect(parseOptions('remove', ['--help'], {})).toBeUndefined();
  });

  it('name mocks, as often as they are given', () => {
    expect(parseOptions('deploy', ['--mock', 'a,b', '--mock', 'c'], {})?.mock).toEqual(['a', 'b', 'c']);
    expect(parseOptions('remove', ['--mock', 'a'], {})?.mock).toEqual(['a']);
    expect(() => parseOptions('package', ['--mock', 'a'], {})).toThrow("Unknown option '--mock'");
  });

  it('take the services of can-deploy by name, on the local stage too', () => {
    const args = ['--stage', 'local', 'catalog', 'orders', '--deadline', '2.5', '--urgent'];
    expect(parseOptions('can-deploy', args, {})).toMatchObject({
      ...{ stage: 'local', only: ['catalog', 'orders'], deadlineMs: 2500, urgent: true, limit: 2 },
    });
    expect(() => parseOptions('package', ['--urgent'], {})).toThrow("Unknown option '--urgent'");
    expect(() => parseOptions('can-deploy', ['--changed'], {})).toThrow("Unknown option '--changed'");
  });

  it('let a stage be removed whose name is no longer allowed', () => {
    expect(parseOptions('remove', ['--stage', 'dev-live'], {})?.stage).toBe('dev-live');
  });

  it.each([
    [['--stage', 'Prod'], '--stage: A stage\'s name is 1 to 16 lower case letters and digits, and this is "Prod".'],
    [['--stage', 'dev-live'], 'Take another name, for instance "devlive".'],
    [['--stage', 'local'], 'The stage "local" is what npm start runs'],
    [['--limit', '0'], '--limit takes a number from 1, not "0"'],
    [['--services', ','], '--services takes the names of services'],
    [['--mock', ','], '--mock takes the names of services'],
    [['--deadline', 'soon'], '--deadline takes seconds, not "soon"'],
    [['--yes'], "Unknown option '--yes'"],
    [['--force'], "Unknown option '--force'"],
    [['dev'], "Unexpected argument 'dev'"],
  ])('refuse %j', (args, sentence) => {
    expect(() => parseOptions('deploy', args, {})).toThrow(sentence);
  });
});
