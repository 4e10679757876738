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
    ['"%s has %d" % ("a", 3)', 'a has 3'],
    ['(4.0).is_integer() and 1.5 == pytest.approx(1.4, 0.1)', true],
    ['{1, 2} <= {1} or [1].issubset([2, 1])', true],
    ['int("12345678901234567890") < int("12345678901234567891")', true],
    [
      'xmltodict.parse("<a x=\'1\'><b>1 &amp; 2</b><b/></a>".replace("\'", chr(34)))',
      { a: { '@x': '1', b: ['1 & 2', null] } },
    ],
    ['len(short_uid_from_seed("x")) + len(uuid.UUID("123e4567-e89b-12d3-a456-426614174000"))', 44],
    ['clone({"a": [1]})', { a: [1] }],
    ['"a$b".replace("$", "$$")', 'a$$b'],
    ['json.dumps([1.0, 1, -0, 1.5])', '[1.0, 1, 0, 1.5]'],
    ['re.search("=([^;]+);", "Root=1-2;").group(1) if not re.match("b", "ab") else "a"', '1-2'],
    ['b"<a" in b"x<a/>" and b"b" not in b"a"', true],
    ['abs(datetime.fromtimestamp(5) - datetime.fromtimestamp(7.5)).total_seconds()', 2.5],
    ["str([b'a'])", "[b'a']"],
    ['1.0 == 1 and not 0.0 and str(2.0) == "2.0"', true],
    ['list(map(lambda n: n * 2, [1, 2])) + list(filter(lambda n: n > 2, [2, 3]))', [2, 4, 3]],
    ['list(itertools.product(["x"], [1, 2])) + list(itertools.chain([3], [4]))', [['x', 1], ['x', 2], 3, 4]],
    ['next((n for n in [1, 2] if n > 1), None) + next([], 5)', 7],
    ['next((n for n in []), None)', null],
    ['OrderedDict([("z", 1), ("y", 2)])', { z: 1, y: 2 }],
    ['yaml.dump({"a": [1]})', '{"a": [1]}'],
    ['datetime.fromisoformat("2026-01-02T03:04:05.678Z").strftime("%S.%f")', '05.678000'],
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

  it('remove items, and enter what stands in brackets', async () => {
    const scope = await run(`
kept = {"a": 1, "b": [1, 2, 3]}
del kept["a"], kept["b"][0]
with (
    pytest.raises(Exception) as first,
):
    raise Exception("x")
`);
    expect(scope.get('kept')).toEqual({ b: [2, 3] });
  });

  it('wait for what a thread does', async () => {
    const scope = await run(`
queue = Queue()
Timer(0.01, lambda: queue.put("done")).start()
got = queue.get(timeout=5)
with pytest.raises(Empty):
    queue.get(timeout=0)
`);
    expect(scope.get('got')).toBe('done');
  });

  it('end at what does not hold, and know which errors a case expects', async () => {
    await expect(run('assert 1 == 2, "no"')).rejects.toThrow(new Mismatch('line 1: 1 == 2 does not hold'));
    await expect(run('with pytest.raises(ClientError):\n    a = 1\n')).rejects.toThrow(/AWS answers with an error/);
    const scope = await run('try:\n    raise Exception("x")\nexcept Exception as e:\n    said = str(e)\n');
    expect(scope.get('said')).toBe('x');
  });
});
