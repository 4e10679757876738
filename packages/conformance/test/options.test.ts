import { describe, expect, it } from '@jest/globals';
import { parseOptions } from '../src/options.mjs';
import { checkoutAt } from '../src/support/checkout.ts';
import { withSection } from '../src/support/page.ts';

describe('npm run conformance', () => {
  it('takes a checkout, and what to print', () => {
    expect(parseOptions(['--recordings', 'there', '--only', 'sqs/', '--list', 'wrong,unread'])).toMatchObject({
      ...{ recordings: 'there', only: 'sqs/', list: ['wrong', 'unread'], write: false },
    });
  });

  it.each([
    [[], '--recordings PATH, --examples PATH, --plugins or --clients says what to compare with.'],
    [['--recordings', 'x', '--list', 'right'], '--list takes wrong, refused, unread, not "right".'],
    [['--recordings', 'x', '--write', '--only', 'sqs'], '--write takes all cases: leave --only out.'],
  ])('refuses %j', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
  });

  it('says what a folder lacks that is no checkout', () => {
    expect(() => checkoutAt(import.meta.dirname, 'tests/aws/services', 'https://example.com/project')).toThrow(
      `${import.meta.dirname} is no checkout of https://example.com/project: it has no tests/aws/services. ` +
        'Clone it, and give that folder.',
    );
  });

  it('replaces one section of the page', () => {
    const page = 'a\n\n<!-- one -->\n\nold\n\n<!-- /one -->\n\nb\n';
    expect(withSection(page, 'one', 'new')).toBe('a\n\n<!-- one -->\n\nnew\n\n<!-- /one -->\n\nb\n');
    expect(() => withSection(page, 'two', 'new')).toThrow('no section "two"');
  });
});
