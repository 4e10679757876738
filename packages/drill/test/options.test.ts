import { describe, expect, it } from '@jest/globals';
import { parseOptions } from '../src/options.ts';
import { KINDS } from '../src/story.ts';

const parse = (...args: string[]) => parseOptions(args, () => 4711);

describe('the options of a drill', () => {
  it('default to a new seed, sixty orders and every kind of fault', () => {
    expect(parse()).toMatchObject({ seed: 4711, orders: 60, rate: 1, kinds: KINDS, shrink: true, json: false });
  });

  it('take minutes instead of orders', () => {
    expect(parse('--minutes', '2', '--rate', '3')).toMatchObject({ orders: 360, rate: 3 });
  });

  it('take some kinds of faults, or none', () => {
    expect(parse('--kinds', 'kills,crash').kinds).toEqual(['kills', 'crash']);
    expect(parse('--kinds', 'none').kinds).toEqual([]);
  });

  it('take each service away in turn', () => {
    expect(parse('--each-absent', '--rate', '2')).toMatchObject({ eachAbsent: true, rate: 2 });
  });

  it.each([
    [['--each-absent', '--part', '9'], '--each-absent and --part cannot be combined.'],
    [['--each-absent', '--orders', '9'], '--each-absent and --orders cannot be combined.'],
    [['--seed', 'x'], '--seed must be a number'],
    [['--orders', '1.5'], '--orders must be a whole number'],
    [['--orders', '0'], '--orders must be a number from 1'],
    [['--rate', '0'], '--rate must be a number from 0.01'],
    [['--orders', '1', '--minutes', '1'], '--orders and --minutes cannot be combined.'],
    [['--kinds', 'kills,meteor'], '--kinds: unknown kind "meteor"; the kinds are duplicates,'],
    [['--sead', '1'], "Unknown option '--sead'"],
  ])('refuse %j', (args, reason) => {
    expect(() => parse(...args)).toThrow(reason);
  });
});
