import { describe, expect, it } from '@jest/globals';
import { compilePattern } from '../src/pattern.ts';

/** What blows up takes hours; a busy machine may need seconds for what does not. */
const TOO_LONG_MS = 30_000;

type Case = [what: string, pattern: unknown, matching: unknown[], others: unknown[]];

const on = (...values: unknown[]) => ({ detail: { x: values } });
const x = (value: unknown) => ({ detail: { x: value } });

function table(page: string, cases: Case[]): void {
  describe(`as ${page} documents`, () => {
    it.each(cases)('%s', (_, pattern, matching, others) => {
      const matches = compilePattern(pattern);
      for (const event of matching) expect([event, matches(event)]).toEqual([event, true]);
      for (const event of others) expect([event, matches(event)]).toEqual([event, false]);
    });
  });
}

const instance = {
  version: '0',
  id: '3e3c153a-8339-4e30-8c35-687ebef853fe',
  'detail-type': 'EC2 Instance Launch Successful',
  source: 'aws.autoscaling',
  account: '123456789012',
  time: '2015-11-11T21:31:47Z',
  region: 'us-east-1',
  resources: ['arn:aws:autoscaling:group-1', 'arn:aws:ec2:instance/i-b188560f'],
  detail: { eventVersion: '', responseElements: null, state: 'running', 'c-count': 5, 'd-count': 3, 'x-limit': 301.8 },
};

table('eb-create-pattern (Event patterns)', [
  ['a field is one of the values', { source: ['aws.ec2', 'aws.autoscaling'] }, [instance], [{ source: 'aws.s3' }]],
  ['every field must match', { source: ['aws.autoscaling'], detail: { state: ['stopped'] } }, [], [instance]],
  ['fields not mentioned are ignored', { detail: { state: ['running'] } }, [instance], [{}, { detail: {} }]],
  [
    'matching is exact, without case folding',
    on('Running'),
    [x('Running')],
    [x('running'), x('RUNNING'), x(' Running')],
  ],
  ['numbers', on(300), [x(300), x(3e2)], [x('300'), x(301), x([301])]],
  ['true and false', on(true), [x(true)], [x('true'), x(false), x(1)]],
  ['a pattern given as JSON text', '{"source":["aws.autoscaling"]}', [instance], [{ source: 'b' }]],
]);

table('eb-event-patterns-null-values', [
  [
    'null',
    { detail: { responseElements: [null] } },
    [instance],
    [{ detail: {} }, { detail: { responseElements: 'null' } }],
  ],
  [
    'the empty string',
    { detail: { eventVersion: [''] } },
    [instance],
    [{ detail: { eventVersion: null } }, { detail: {} }],
  ],
]);

table('eb-event-patterns-arrays', [
  [
    'an array has one of the values',
    { resources: ['arn:aws:ec2:instance/i-b188560f', 'b'] },
    [instance],
    [{ resources: ['c'] }],
  ],
  ['an empty array has none', on(null, ''), [], [x([]), x({})]],
  ['arrays in arrays', on('deep'), [x([['a', ['deep']]])], [x([['a']])]],
]);

table('https://github.com/aws/event-ruler#json-array-matching', [
  [
    'fields of objects in an array match in the same element',
    { employees: { firstName: ['Anna'], lastName: ['Smith'] } },
    [{ employees: [{ firstName: 'John' }, { firstName: 'Anna', lastName: 'Smith' }] }],
    [
      {
        employees: [
          { firstName: 'Anna', lastName: 'Jones' },
          { firstName: 'John', lastName: 'Smith' },
        ],
      },
    ],
  ],
  [
    'fields of different arrays are free of one another',
    { a: { n: [1] }, b: { n: [2] } },
    [{ a: [{ n: 0 }, { n: 1 }], b: [{ n: 2 }] }],
    [{ a: [{ n: 1 }], b: [{ n: 1 }] }],
  ],
  [
    'in arrays of arrays the whole way must agree',
    { t: { m: { p: ['x'], q: ['y'] } } },
    [{ t: [{ m: [{ p: 'x' }, { p: 'x', q: 'y' }] }] }],
    [{ t: [{ m: [{ p: 'x' }] }, { m: [{ q: 'y' }] }] }, { t: [{ m: [{ p: 'x' }, { q: 'y' }] }] }],
  ],
  [
    'a field may be missing in the element that matched',
    { list: { a: ['1'], b: [{ exists: false }] } },
    [{ list: [{ b: 1 }, { a: '1' }] }],
    [{ list: [{ a: '1', b: 1 }] }],
  ],
  [
    'dots join names, in events and in patterns',
    { detail: { state: { status: ['running'] } } },
    [{ detail: { 'state.status': 'running' } }, { 'detail.state': { status: 'running' } }],
    [{ detail: { 'state.status': { status: 'running' } } }],
  ],
]);

table('eb-create-pattern-operators (Comparison operators)', [
  ['prefix', on({ prefix: 'us-' }), [x('us-east-1'), x('us-')], [x('eu-us-1'), x(null), x(1), x('US-east-1')]],
  ['an empty prefix', on({ prefix: '' }), [x(''), x('a')], [x(1), x(null), {}]],
  [
    'prefix, ignoring case',
    on({ prefix: { 'equals-ignore-case': 'EventB' } }),
    [x('eventbridge'), x('EVENTBUS')],
    [x('even'), x('xEventB')],
  ],
  ['suffix', on({ suffix: '.png' }), [x('a.png'), x('.png')], [x('a.PNG'), x('png'), x('.png.jpg')]],
  ['suffix, ignoring case', on({ suffix: { 'equals-ignore-case': '.png' } }), [x('a.PNG'), x('.pNg')], [x('.png.jpg')]],
  ['equals, ignoring case', on({ 'equals-ignore-case': 'alice' }), [x('Alice'), x('ALICE')], [x('alice '), x(['bob'])]],
  ['ignoring case, an empty string', on({ 'equals-ignore-case': '' }), [x('')], [x('a'), x(null)]],
  [
    'anything-but a string',
    on({ 'anything-but': 'initializing' }),
    [x('running'), x(null), x(1), x('')],
    [x('initializing'), {}, x({})],
  ],
  ['anything-but a number', on({ 'anything-but': 123 }), [x(124), x('123'), x(false)], [x(123), x(1.23e2)]],
  [
    'anything-but strings',
    on({ 'anything-but': ['stopped', 'overloaded'] }),
    [x('ok'), x(3)],
    [x('stopped'), x('overloaded')],
  ],
  ['anything-but numbers', on({ 'anything-but': [100, 200, 300] }), [x(301.8), x('100')], [x(100), x(300)]],
  [
    'anything-but matches when any element of an array does',
    on({ 'anything-but': 'a' }),
    [x(['a', 'b'])],
    [x(['a', 'a']), x([])],
  ],
  [
    'anything-but, ignoring case',
    on({ 'anything-but': { 'equals-ignore-case': 'Stopped' } }),
    [x('on'), x(1)],
    [x('STOPPED')],
  ],
  [
    'anything-but, ignoring case, of several',
    on({ 'anything-but': { 'equals-ignore-case': ['a', 'b'] } }),
    [x('c')],
    [x('A'), x('B')],
  ],
  [
    'anything-but a prefix',
    on({ 'anything-but': { prefix: 'init' } }),
    [x('post-init'), x(123), x(null)],
    [x('initializing')],
  ],
  ['anything-but prefixes', on({ 'anything-but': { prefix: ['init', 'err'] } }), [x('ok')], [x('init'), x('error')]],
  ['anything-but a suffix', on({ 'anything-but': { suffix: '.txt' } }), [x('.txt.bak'), x(1)], [x('a.txt')]],
  [
    'anything-but suffixes',
    on({ 'anything-but': { suffix: ['.txt', '.rtf'] } }),
    [x('a.doc')],
    [x('a.txt'), x('a.rtf')],
  ],
  ['anything-but a wildcard', on({ 'anything-but': { wildcard: '*/lib/*' } }), [x('/bin/a'), x(1)], [x('/usr/lib/a')]],
  [
    'anything-but wildcards',
    on({ 'anything-but': { wildcard: ['*/lib/*', '*.so'] } }),
    [x('a')],
    [x('/lib/'), x('a.so')],
  ],
  ['numeric equality', on({ numeric: ['=', 3.018e2] }), [x(301.8)], [x('301.8'), x(301.80001), x(null)]],
  ['numeric comparison', on({ numeric: ['<', 10] }), [x(9.999999), x(-1)], [x(10), x('9'), x([])]],
  ['a numeric range', on({ numeric: ['>', 0, '<=', 5] }), [x(0.000001), x(5), x([9, 3])], [x(0), x(5.000001)]],
  [
    'a numeric range, closed below',
    on({ numeric: ['>=', -5e9, '<', 5e9] }),
    [x(-5e9), x(4999999999)],
    [x(5e9), x(-5000000001)],
  ],
  [
    'numbers over the range of double precision',
    on({ numeric: ['>', 5e9, '<=', 1.7e308] }),
    [x(5000000001), x(1e21), x(1.7e308)],
    [x(5e9), x(-1e300), x(Number.MAX_VALUE), x(Infinity)],
  ],
  ['a number with many decimals', on({ numeric: ['<', 0.0000002] }), [x(0.0000001), x(5e-324)], [x(0.0000002)]],
  ['a large number by value', on(9007199254740991), [x(9007199254740991)], [x(9007199254740990)]],
  ['anything-but a large number', on({ 'anything-but': [1e10, 1e-9] }), [x(1e11)], [x(10000000000), x(1e-9)]],
  [
    'cidr',
    on({ cidr: '10.0.0.0/24' }),
    [x('10.0.0.255'), x('10.0.0.0')],
    [x('10.0.1.0'), x('10.0.0.256'), x('::a00:1'), x(10), x('x')],
  ],
  [
    'cidr of IPv6',
    on({ cidr: '2001:db8:1234:1a00::/64' }),
    [x('2001:0db8:1234:1a00:0:0:0:9')],
    [x('2001:db8:123f:1a01::'), x('10.0.0.1')],
  ],
  [
    'an IPv6 address in any spelling',
    on('2001:db8::1'),
    [x('2001:0db8:0:0:0:0:0:1'), x('2001:db8::1')],
    [x('2001:db8::2'), x('10.0.0.1')],
  ],
  [
    'an IPv6 address in any spelling, at the top',
    { x: ['a', '2001:DB8::1'] },
    [{ x: '2001:0db8:0:0:0:0:0:1' }, { x: 'a' }],
    [{ x: '2001:db8::2' }, { x: 'b' }],
  ],
  ['exists: true', on({ exists: true }), [x(null), x(''), x(0), x([1])], [{}, x([]), x({ y: 1 }), { x: 1 }]],
  ['exists: false', on({ exists: false }), [{}, x([]), x({ y: 1 }), { detail: null }], [x(null), x([{}, 1])]],
  ['absent or a value', on({ exists: false }, 'a'), [{}, x('a')], [x('b')]],
  [
    'a wildcard',
    on({ wildcard: 'dir/*.png' }),
    [x('dir/a/b.png'), x('dir/.png')],
    [x('dir/png'), x('a/dir/.png'), x(1)],
  ],
  ['four alike', on({ wildcard: '*-*-*-*-' }), [x('----'), x('a-b-c-d-')], [x('---')]],
  ['several wildcards', on({ wildcard: '*-*-*' }), [x('--'), x('a-b-c-d')], [x('-'), x('a-b')]],
  ['wildcards do not share characters', on({ wildcard: 'ab*ba' }), [x('abba'), x('ab ba')], [x('aba')]],
  ['a lone wildcard is any string', on({ wildcard: '*' }), [x(''), x('a\nb')], [x(1), {}]],
  ['an escaped wildcard', on({ wildcard: 'a\\*b\\\\*' }), [x('a*b\\'), x('a*b\\c')], [x('axb\\'), x('a*b')]],
  [
    'operators and values side by side',
    on('a', { prefix: 'b' }, { numeric: ['=', 1] }),
    [x('a'), x('bc'), x(1)],
    [x('c'), x(2)],
  ],
]);

const or = { source: ['s'], $or: [{ a: [1] }, { b: [2], c: { d: [3] } }, { $or: [{ e: [4] }, { f: [5] }] }] };
table('eb-create-pattern-operators#eb-filtering-complex-example-or ($or)', [
  [
    '$or, with "and" and "$or" inside',
    or,
    [
      { source: 's', a: 1 },
      { source: 's', b: 2, c: { d: 3 } },
      { source: 's', e: 4 },
      { source: 's', f: 5 },
    ],
    [{ a: 1 }, { source: 's' }, { source: 's', b: 2 }, { source: 's', a: 2, c: { d: 3 } }],
  ],
  [
    'two $or are both needed',
    { $or: [{ a: [1] }, { b: [1] }], detail: { $or: [{ a: [1] }, { b: [1] }] } },
    [
      { a: 1, detail: { b: 1 } },
      { b: 1, detail: { a: 1 } },
    ],
    [{ a: 1, b: 1 }, { detail: { a: 1, b: 1 } }],
  ],
]);

describe('an invalid pattern is refused in the words of AWS', () => {
  const wildcardText = 'wildcard match pattern must be a string';
  const tooComplex =
    'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character';
  const affixText = 'prefix/suffix match pattern must be a string';
  it.each<[reason: string, pattern: unknown]>([
    ['Filter is not an object', ['a']],
    ['Filter is not an object', '"text"'],
    ['Filter is not an object', null],
    ['Empty objects are not allowed', {}],
    ['Empty objects are not allowed', { source: ['a'], detail: {} }],
    ['Empty arrays are not allowed', { resources: [] }],
    ['"int" must be an object or an array', { int: 42 }],
    ['"string" must be an object or an array', { string: 'my-value' }],
    ['Match value must be String, number, true, false, or null', on(['a'])],
    ['Match expression name not found', on({})],
    ['Unrecognized match type EXISTS', on({ EXISTS: true })],
    ['Unrecognized match type constructor', on({ constructor: 'x' })],
    ['Only one key allowed in match expression', on({ prefix: 'a', suffix: 'b' })],
    ['Only one key allowed in match expression', on({ prefix: { 'equals-ignore-case': 'a', b: 'c' } })],
    ['prefix match pattern must be a string', on({ prefix: 123 })],
    ['prefix match pattern must be a string', on({ prefix: ['a'] })],
    ['Prefix expression name not found', on({ prefix: {} })],
    ['Unsupported prefix pattern: wildcard', on({ prefix: { wildcard: 'a' } })],
    ['suffix match pattern must be a string', on({ suffix: ['.png'] })],
    ['Unsupported suffix pattern: prefix', on({ suffix: { prefix: 'a' } })],
    ['equals-ignore-case match pattern must be a string', on({ 'equals-ignore-case': ['a'] })],
    ['equals-ignore-case match pattern must be a string', on({ suffix: { 'equals-ignore-case': 1 } })],
    [wildcardText, on({ wildcard: 123 })],
    [wildcardText, on({ wildcard: ['a*'] })],
    [tooComplex, on({ wildcard: '*-a*-*-b*-*-c*' })],
    ['Consecutive wildcard characters at pos 4', on({ wildcard: 'a:b**' })],
    ['Invalid escape character at pos 2', on({ wildcard: 'a\\b' })],
    ['Invalid escape character at pos 2', on({ wildcard: 'a\\' })],
    ['exists match pattern must be either true or false.', on({ exists: 'true' })],
    ['prefix match pattern must be a string', on({ cidr: ['10.0.0.0/8'] })],
    ["Malformed CIDR, one '/' required", on({ cidr: 'bad-filter' })],
    ['Malformed CIDR, mask bits must be an integer', on({ cidr: 'bad-/64filter' })],
    ['Malformed CIDR, mask bits must not be negative', on({ cidr: '10.0.0.0/-1' })],
    ['Nonstandard IP address: xx.11.xx', on({ cidr: 'xx.11.xx/8' })],
    ['IPv4 mask bits must be < 32', on({ cidr: '10.0.0.0/32' })],
    ['IPv6 mask bits must be < 128', on({ cidr: '::/128' })],
    ['Value of numeric must be an array.', on({ numeric: 10 })],
    ['Invalid member in numeric match: 5', on({ numeric: [5] })],
    ['Unrecognized numeric range operator: ==', on({ numeric: ['==', 5] })],
    ['Value of equals must be numeric', on({ numeric: ['=', '5'] })],
    ['Value of > must be numeric', on({ numeric: ['>'] })],
    ['Too many elements in numeric expression', on({ numeric: ['<', 5, '>', 0] })],
    ['Bad numeric range operator: >', on({ numeric: ['>', 0, '>', 0] })],
    ['Bad value in numeric range: 1', on({ numeric: ['>', 0, 1, 2] })],
    ['Value of < must be numeric', on({ numeric: ['>', 0, '<'] })],
    ['Too many terms in numeric range expression', on({ numeric: ['>', 0, '<', 5, 6] })],
    ['Bottom must be less than top', on({ numeric: ['>', 5, '<=', 5] })],
    ['Numbers must be within the range of double precision', '{"a":[{"numeric":["=",1e400]}]}'],
    ['Numbers must be within the range of double precision', '{"a":[-1e400]}'],
    ['Numbers must be within the range of double precision', '{"a":[{"anything-but":1e400}]}'],
    ['Value of anything-but must be an array or single string/number value.', on({ 'anything-but': null })],
    [
      'Value of anything-but must be an array or single string/number value.',
      on({ 'anything-but': { prefix: { a: 1 } } }),
    ],
    ['Inside anything but list, start|null|boolean is not supported.', on({ 'anything-but': ['a', null] })],
    [
      'Inside anything but list, either all values are number or string, mixed type is not supported',
      on({ 'anything-but': ['a', 1] }),
    ],
    [
      'Inside anything but list, either all values are number or string, mixed type is not supported',
      on({ 'anything-but': [] }),
    ],
    ['Anything-But expression name not found', on({ 'anything-but': {} })],
    ['Unsupported anything-but pattern: numeric', on({ 'anything-but': { numeric: ['=', 1] } })],
    ['Too many elements in numeric expression', on({ 'anything-but': { prefix: 'a', suffix: 'b' } })],
    ['Null prefix/suffix not allowed', on({ 'anything-but': { prefix: '' } })],
    [affixText, on({ 'anything-but': { suffix: 123 } })],
    [affixText, on({ 'anything-but': { prefix: ['a', null] } })],
    [wildcardText, on({ 'anything-but': { wildcard: [123, 'a*'] } })],
    [
      'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
      on({ 'anything-but': { 'equals-ignore-case': [1] } }),
    ],
    ['It must be an Array followed with $or.', { $or: { a: ['b'] } }],
    ['Only JSON object is allowed in array of $or relationship.', { $or: [{ a: ['b'] }, 'c'] }],
    ['There must have at least 2 Objects in $or relationship.', { $or: [{ a: ['b'] }] }],
    ['numeric is Ruler reserved fieldName which cannot be used inside $or.', { $or: [{ numeric: [1] }, { a: [1] }] }],
    ['Empty objects are not allowed', { $or: [{ a: [1] }, {}] }],
  ])('%s', (reason, pattern) => {
    const message = `Event pattern is not valid. Reason: ${reason}`;
    expect(() => compilePattern(pattern)).toThrow(
      expect.objectContaining({ code: 'InvalidEventPatternException', message }),
    );
  });

  it('text that is not JSON', () => {
    expect(() => compilePattern("{'bad': 'quotation'}")).toThrow(/^Event pattern is not valid\. Reason: /);
  });

  it('more than 1,000 combinations of $or', () => {
    const ten = (name: string) => ({ $or: Array.from({ length: 10 }, (_, n) => ({ [name]: [n] })) });
    const nested = (names: string[]): object => Object.fromEntries(names.map((name) => [name, ten('n')]));
    expect(compilePattern(nested(['a', 'b', 'c']))({ a: { n: 1 }, b: { n: 2 }, c: { n: 3 } })).toBe(true);
    expect(() => compilePattern(nested(['a', 'b', 'c', 'd']))).toThrow(/Rule is too complex/);
  });
});

describe('hostile events', () => {
  it.each<[string, unknown]>([
    ['text', 'text'],
    ['null', null],
    ['an array', [{ a: 1 }]],
    ['a number', 1],
  ])('%s matches nothing', (_, event) => {
    expect(compilePattern({ a: [{ exists: false }] })(event)).toBe(false);
  });

  it('names of Object.prototype are plain names', () => {
    expect(compilePattern({ constructor: [{ exists: true }] })({})).toBe(false);
    expect(compilePattern('{"__proto__":{"x":[1]}}')(JSON.parse('{"__proto__":{"x":1}}'))).toBe(true);
  });

  it('wildcards take linear time', () => {
    const letters = Array.from({ length: 200 }, (_, index) => String.fromCodePoint(0x4e00 + index));
    const matches = compilePattern(on({ wildcard: `*${letters.map((letter) => `${letter}*`).join('')}b` }));
    const start = performance.now();
    expect(matches(x(letters.join('').repeat(1_000)))).toBe(false);
    expect(performance.now() - start).toBeLessThan(TOO_LONG_MS);
  });

  it('large arrays that agree nowhere do not blow up', () => {
    const matches = compilePattern({ p: { k: [1], l: [1], m: ['no'] }, q: [{ exists: true }] });
    const elements = Array.from({ length: 2_000 }, (_, n) => ({ k: n % 2, l: (n + 1) % 2, m: n === 7 ? 'no' : 'x' }));
    const start = performance.now();
    expect(matches({ p: elements, q: 1 })).toBe(false);
    expect(performance.now() - start).toBeLessThan(TOO_LONG_MS);
  });
});
