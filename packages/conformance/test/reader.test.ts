import { describe, expect, it } from '@jest/globals';
import { evaluateGroup } from '../src/recordings/reader/expressions.ts';
import { Scope } from '../src/recordings/reader/scope.ts';
import { execute } from '../src/recordings/reader/statements.ts';
import { parse } from '../src/recordings/reader/syntax.ts';
import { Mismatch, Unreadable } from '../src/recordings/reader/values.ts';
import { MODULES, NAMES } from '../src/recordings/vocabulary/library.ts';

const names = (name: string): unknown => NAMES[name] ?? MODULES[name];

async function run(source: string): Promise<Scope> {
  const scope = new Scope(undefined, names);
  await execute(parse(source).parts, scope);
  return scope;
}

async function value(expression: string): Promise<unknown> {
  const scope = await run('a = 2\nd = {"k": [1, "two", {"x": None}], "n": 5}\n');
  return evaluateGroup(parse(expression).parts[0]?.parts ?? [], scope);
}

describe('an expression of a case', () => {
  it.each([
    ['f"{a}-{d[\'n\']} {{}}" " more" r"\\d"', '2-5 {} more\\d'],
    ['d["k"][1].upper()[0:2]', 'TW'],
    ['d["k"][-1]["x"] is None and not d.get("y")', true],
    ['[i * a for i in range(4) if i % 2 == 1]', [2, 6]],
    ['{k: v for k, v in {"one": 1}.items()}', { one: 1 }],
    ['json.dumps({"a": ["é", True, None]})', '{"a": ["\\u00e9", true, null]}'],
    ['json.loads("[1, {}]")', [1, {}]],
    ['"x" if a > 3 else ("y", *[1])', ['y', 1]],
    ['(lambda m, n=3: m + n)(1)', 4],
    ['sorted([{"n": 2}, {"n": 1}], key=lambda one: one["n"], reverse=True)', [{ n: 2 }, { n: 1 }]],
    ['a not in [1, 2] or "b" in "abc"', true],
    ['b"\\x00a".hex()', '0061'],
    ['str([None, True, "it\'s", {"k": 1.5}])', "[None, True, \"it's\", {'k': 1.5}]"],
    ['len("a" * 3) + int("4")', 7],
    ['any(n == 2 for n in [1, 2])', true],
  ])('%s', async (expression, expected) => {
    expect(await value(expression)).toEqual(expected);
  });

  it.each(['unknown(1)', 'd.walk()', 'await a', 'f"{a:>3}"'])('%s cannot be read', async (expression) => {
    await expect(value(expression)).rejects.toThrow(Unreadable);
  });
});

describe('the statements of a case', () => {
  it('bind names, loop and call functions of their own', async () => {
    const scope = await run(`
total = 0
found, *rest = [1, 2, 3]
def add(n, times=2, **more):
    nonlocal_free = n * times
    return nonlocal_free
for index, item in enumerate(rest):
    if item == 2:
        continue
    total += add(item, times=index)
while total < 10:
    total += 1
else_reached = [x for x in rest]
rest[0] = {"k": total}
`);
    expect(scope.get('total')).toBe(10);
    expect(scope.get('rest')).toEqual([{ k: 10 }, 3]);
  });

  it('end at what does not hold, and know which errors a case expects', async () => {
    await expect(run('assert 1 == 2, "no"')).rejects.toThrow(new Mismatch('line 1: 1 == 2 does not hold'));
    await expect(run('with pytest.raises(ClientError):\n    a = 1\n')).rejects.toThrow(/AWS answers with an error/);
    const scope = await run('try:\n    raise Exception("x")\nexcept Exception as e:\n    said = str(e)\n');
    expect(scope.get('said')).toBe('x');
  });
});
