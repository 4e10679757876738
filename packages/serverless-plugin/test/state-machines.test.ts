import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { writeDefinitions } from '../src/template/state-machines.ts';
import { packageService, root, writeService } from './packaged-service.ts';

const machine = (Definition: object) => ({
  Type: 'AWS::StepFunctions::StateMachine',
  Properties: { RoleArn: 'arn', Definition: Definition as never, DefinitionSubstitutions: { Step: { Ref: 'Step' } } },
});
const definition = { StartAt: 'Only', States: { Only: { Type: 'Pass', ResultPath: null, End: true } } };

it('a definition keeps its nulls, through the packaging of the framework', async () => {
  const folder = await mkdtemp(join(root, 'node_modules', '.packaged-service-'));
  try {
    await writeService(folder, '  it: { handler: src/handler.handler }\n');
    const yaml = await readFile(join(folder, 'serverless.yml'), 'utf8');
    const resources = JSON.stringify({ Resources: { Machine: machine(definition) } });
    await writeFile(join(folder, 'serverless.yml'), `${yaml}resources: ${resources}\n`);
    const { code, output } = await packageService(folder, join(folder, 'out'));
    expect({ code, output }).toMatchObject({ code: 0 });
    const text = await readFile(join(folder, 'out', 'cloudformation-template-update-stack.json'), 'utf8');
    const { Machine } = (JSON.parse(text) as { Resources: { Machine: { Properties: Record<string, unknown> } } })
      .Resources;
    const { DefinitionString: written, ...others } = Machine.Properties;
    expect(JSON.parse(String(written))).toEqual(definition);
    expect(others).toEqual({ RoleArn: 'arn', DefinitionSubstitutions: { Step: { Ref: 'Step' } } });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it('an intrinsic function in a definition is refused, however deep', () => {
  const Resources = { Machine: machine({ States: { Call: { Resource: [{ 'Fn::GetAtt': ['Step', 'Arn'] }] } } }) };
  expect(() => writeDefinitions({ Resources })).toThrow(
    'resources.Resources.Machine: its Definition has Fn::GetAtt; use DefinitionSubstitutions in its place.',
  );
});

it('a definition that is text already stays, and so does everything else', () => {
  const text = { Type: 'AWS::StepFunctions::StateMachine', Properties: { DefinitionString: '{}' } };
  const other = { Type: 'AWS::Events::Rule', Properties: { Definition: 'not this' } };
  const Resources = { text, other };
  writeDefinitions({ Resources });
  expect(Resources).toEqual({ text, other });
});
