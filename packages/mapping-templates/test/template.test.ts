import { describe, expect, it } from '@jest/globals';
import { compileTemplate, InvalidTemplateError, type TemplateInput } from '../src/index.ts';

const INPUT: TemplateInput = {
  body: '{"text":"it\'s \\"x\\" é","list":[1,{"b":2}],"map":{"k":"v"}}',
  params: {
    header: { 'X-One': "o'n", both: 'header' },
    querystring: { q: 'a"b', both: 'query' },
    path: { id: '1', both: 'path' },
  },
  context: { stage: 'dev', identity: { sourceIp: '127.0.0.1' } },
  stageVariables: { colour: 'blue' },
};

const render = (template: string, more: Partial<TemplateInput> = {}): string =>
  compileTemplate(template)({ ...INPUT, ...more }).text;

describe('$input', () => {
  it.each([
    ['$input.json("$.list")', '[1,{"b":2}]'],
    ["$input.json('$.map.k')", '"v"'],
    ["$input.json('$.missing')", '""'],
    ["$input.path('$.list[1].b')", '2'],
    ["$input.path('$.map')", '{k=v}'],
    ["$input.path('$.list')", '[1, {b=2}]'],
    ["$input.path('$.missing')", ''],
    ["$input.params('both')", 'path'],
    ["$input.params('q')", 'a"b'],
    ["$input.params('x-one')", "o'n"],
    ["$input.params('none')", ''],
    ['$input.params().querystring.both', 'query'],
    ["$input.params().header.get('X-One')", "o'n"],
    ['$input.params().path.keySet()', '[id, both]'],
  ])('%s is %s', (template, expected) => {
    expect(render(template)).toBe(expected);
  });

  it('takes a body that is not JSON as text, and a missing one as an empty object', () => {
    expect(render("$input.path('$').split('&')[1] $input.json('$') $input.body", { body: 'a=1&b=2' })).toBe(
      'b=2 "a=1&b=2" a=1&b=2',
    );
    expect(render("$input.json('$')|$input.body", { body: '' })).toBe('{}|');
  });
});

describe('variables', () => {
  it.each([
    ['$context.stage ${context.identity.sourceIp}', 'dev 127.0.0.1'],
    ['$stageVariables.colour', 'blue'],
    ['[$context.nothing][$context.authorizer.claims.sub][$nothing][$!nothing]', '[][][][]'],
  ])('%s is %s', (template, expected) => {
    expect(render(template)).toBe(expected);
  });
});

describe('$util', () => {
  it.each([
    ["$util.escapeJavaScript($input.path('$.text'))", 'it\\\'s \\"x\\" \\u00E9'],
    [`$util.escapeJavaScript("it's").replaceAll("\\\\'", "'")`, "it's"],
    ['$util.parseJson(\'{"z":{"y":1}}\').z', '{y=1}'],
    ["$util.urlEncode('a b&c')", 'a+b%26c'],
    ["$util.urlDecode('a+b%26c')", 'a b&c'],
    ["$util.base64Encode('abc') $util.base64Decode('YWJj')", 'YWJj abc'],
  ])('%s is %s', (template, expected) => {
    expect(render(template)).toBe(expected);
  });
});

describe('Velocity', () => {
  it.each([
    ['#set($x = 1 + 2)$x', '3'],
    ["#if($input.params('q') == '' || $input.path('$.map.k') == 'v')yes#{else}no#end", 'yes'],
    ["#foreach($e in $input.path('$.list'))$foreach.index:$e#if($foreach.hasNext), #end#end", '0:1, 1:{b=2}'],
    ["#set($m = {'a': 1})#foreach($e in $m.entrySet())$e.key=$e.value#end", 'a=1'],
    ["#set($l = [])#set($ok = $l.add('a'))$l.size() $l.get(0) $l.isEmpty()", '1 a false'],
    ['#define($d)<$context.stage>#end$d', '<dev>'],
    ['#macro(twice $x)$x$x#end#twice("a")', 'aa'],
    ["#set($s = 'a.b')$s.replace('.', '-') $s.matches('a.*') $s.contains('b') $s.length()", 'a-b true true 3'],
    ['## a comment\nline', 'line'],
  ])('%s is %s', (template, expected) => {
    expect(render(template)).toBe(expected);
  });

  it('says of what it cannot read where it is, when it is compiled', () => {
    expect(() => compileTemplate('#if(')).toThrow(InvalidTemplateError);
    expect(() => compileTemplate('#if(')).toThrow('line 1');
  });

  it('renders each input by itself', () => {
    const template = compileTemplate(
      "#set($context.stage = 'x')#set($y = $input.params().path.put('id', '2'))$context.stage",
    );
    expect(template(INPUT).text).toBe('x');
    expect(INPUT.context['stage']).toBe('dev');
    expect(INPUT.params.path['id']).toBe('1');
  });
});

describe('overrides', () => {
  it('come back beside the text', () => {
    const template =
      '#set($context.responseOverride.status = 404)#set($context.responseOverride.header.X-Own = $context.stage)ok';
    expect(compileTemplate(template)(INPUT)).toEqual({
      text: 'ok',
      responseOverride: { status: 404, header: { 'X-Own': 'dev' } },
    });
  });

  it('are no status where they are none', () => {
    const { responseOverride } = compileTemplate("#set($context.responseOverride.status = 'fine')")(INPUT);
    expect(responseOverride).toEqual({ header: {} });
  });
});
