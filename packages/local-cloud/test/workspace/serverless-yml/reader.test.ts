import { afterEach, describe, expect, it } from '@jest/globals';
import { type Lab, lab, yml } from './lab.ts';

const labs: Lab[] = [];
const make = (files: Record<string, string>): Lab => {
  const made = lab(files);
  labs.push(made);
  return made;
};

afterEach(() => labs.splice(0).forEach((made) => made.remove()));

describe('what the framework refuses is refused in its words, with the place', () => {
  it.each([
    [
      'a function',
      '  a:\n    handler: a.b\n    timeOut: 3',
      "at 'functions.a': unrecognized property 'timeOut' (serverless.yml:7)",
    ],
    [
      'an event',
      '  a:\n    handler: a.b\n    events:\n      - http:\n          method: get\n          path: /x\n          corz: true',
      "at 'functions.a.events.0.http': unrecognized property 'corz' (serverless.yml:11)",
    ],
    [
      'a value',
      '  a:\n    handler: a.b\n    timeout: soon',
      "at 'functions.a.timeout' (serverless.yml:7): must be integer",
    ],
    [
      'a schedule of five fields',
      '  a:\n    handler: a.b\n    events:\n      - schedule: cron(0 8 * * *)',
      ". AWS's cron has six fields: cron(0 8 ? * MON-FRI *).",
    ],
    [
      'a schedule of five fields with a time zone',
      '  a:\n    handler: a.b\n    events:\n      - schedule: { method: scheduler, rate: cron(0 8 * * *), timezone: Asia/Seoul }',
      "(serverless.yml:8): unsupported string format. AWS's cron has six fields: cron(0 8 ? * MON-FRI *).",
    ],
  ])('%s', async (_what, functions, words) => {
    await expect(make({ 'serverless.yml': yml(functions) }).load()).rejects.toThrow(words);
  });

  it.each([
    ['{ rate: rate(1 day), timezone: Asia/Seoul }', 'timezone needs "method: scheduler" beside it.'],
    [
      '{ method: scheduler, rate: rate(1 day), timezone: Asia/Seul }',
      'timezone is Asia/Seul, and there is no such time zone. Names are like Asia/Seoul.',
    ],
  ])('a time zone of %s', async (schedule, words) => {
    const text = yml(`  a:\n    handler: a.b\n    events:\n      - schedule: ${schedule}`);
    const failure = make({ 'serverless.yml': text }).load();
    await expect(failure).rejects.toThrow(`serverless.yml:8: functions.a.events[0].schedule.${words}`);
  });

  it('the top, and several at once', async () => {
    const text = yml('  a: { handler: a.b, memory: 256 }', 'resourcez: {}');
    const failure = make({ 'serverless.yml': text }).load();
    await expect(failure).rejects.toThrow("at root: unrecognized property 'resourcez' (serverless.yml:6)");
    await expect(failure).rejects.toThrow("at 'functions.a': unrecognized property 'memory' (serverless.yml:5)");
  });

  it('unless the service asks for warnings only', async () => {
    const text = yml('  a: { handler: a.b, timeOut: 3 }', 'configValidationMode: warn');
    expect((await make({ 'serverless.yml': text }).load()).service.functions).toHaveProperty('a');
  });
});

describe('what is not done is refused by name, with the place and what would be right', () => {
  it.each([
    [
      '    image: { name: abc }',
      'serverless.yml:7: functions.a.image is not supported locally. Images are not run. Say "handler"',
    ],
    [
      '    events:\n      - cloudwatchLog: /a/group',
      'serverless.yml:8: functions.a.events[0].cloudwatchLog is not supported locally. Log groups send no events.',
    ],
    [
      '    events:\n      - httpApi: { method: get, path: /, authorizer: { id: abc } }',
      'serverless.yml:8: functions.a.events[0].httpApi.authorizer.id is not supported locally. It belongs to',
    ],
  ])('%s', async (lines, sentence) => {
    const handler = lines.includes('image') ? '' : '    handler: a.b\n';
    const text = yml(`  a:\n${handler || '    name: a\n'}${lines}`);
    await expect(make({ 'serverless.yml': text }).load()).rejects.toThrow(sentence);
  });

  it('all of it at once, also in what comes from another file', async () => {
    const text = yml('  - a:\n      handler: a.b\n  - ${file(more.yml)}', 'package: { artifact: x.zip }');
    const failure = make({
      'serverless.yml': text,
      'more.yml': 'b: { handler: a.b, condition: Yes }',
    }).load();
    await expect(failure).rejects.toThrow(
      /serverless\.yml:4: functions\.b\.condition is .*|serverless\.yml:8: package\.artifact is/,
    );
  });

  it('but for what is switched off, or empty', async () => {
    const text = yml('  a: { handler: a.b, layers: [], events: [{ http: { method: get, path: /, async: false } }] }');
    expect((await make({ 'serverless.yml': text }).load()).service.functions).toHaveProperty('a');
  });

  it('methods that are a list in the framework’s words', async () => {
    const text = yml('  a: { handler: a.b, events: [{ http: { method: [put, patch], path: / } }] }');
    await expect(make({ 'serverless.yml': text }).load()).rejects.toThrow(/events\.0\.http.*\(serverless\.yml:5\)/);
  });

  it('a runtime and a provider that are not there', async () => {
    const ruby = make({ 'serverless.yml': yml('  a: { handler: a.b, runtime: ruby3.4 }') }).load();
    await expect(ruby).rejects.toThrow(
      'serverless.yml:5: functions.a.runtime is ruby3.4, and only Node.js or Python 3 runs here.',
    );
    const other = make({ 'serverless.yml': 'service: lab\nprovider: { name: google }' }).load();
    await expect(other).rejects.toThrow('serverless.yml:2: provider.name is google, and only aws runs here.');
  });
});

describe('a configuration', () => {
  it.each([
    [
      'serverless.json',
      JSON.stringify({ service: 'lab', provider: { name: 'aws' }, functions: { a: { handler: 'a.b' } } }),
    ],
    [
      'serverless.cjs',
      "module.exports = { service: 'lab', provider: { name: 'aws' }, functions: { a: { handler: 'a.b' } } };",
    ],
  ])('may be a %s', async (filename, text) => {
    expect((await make({ [filename]: text }).load()).service.functions).toMatchObject({ a: { name: 'lab-local-a' } });
  });

  it('may name its plugins as a list of modules in a folder of its own', async () => {
    const made = make({
      'serverless.yml': yml(
        '  a: { handler: a.b }',
        'plugins: { localPath: ./mine, modules: [own, serverless-offline] }',
      ),
      'mine/own.js': 'module.exports = class { constructor({ service }) { service.custom = { seen: true }; } };',
    });
    expect((await made.load()).service.custom).toEqual({ seen: true });
  });
});
