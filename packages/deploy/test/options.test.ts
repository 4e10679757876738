import { describe, expect, it } from '@jest/globals';
import { parseOptions } from '../src/options.ts';

describe('options', () => {
  it('have defaults, and the region of the AWS tools', () => {
    const defaults = { stage: 'dev', limit: 4, json: false, changed: false, yes: false };
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
    [['--yes'], "Unknown option '--yes'"],
    [['--force'], "Unknown option '--force'"],
    [['dev'], "Unexpected argument 'dev'"],
  ])('refuse %j', (args, sentence) => {
    expect(() => parseOptions('deploy', args, {})).toThrow(sentence);
  });
});
