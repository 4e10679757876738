import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { packageService, root, writeService } from './packaged-service.ts';

/** The YAML blocks for a bucket of the service's own and for a job, as packages/contracts/README.md shows them. */
async function shown(): Promise<{ functions: string; alarms: string; version: string }> {
  const readme = await readFile(join(root, 'packages', 'contracts', 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/own-bucket\.test\.ts -->\n+```yaml\n(?:alarms:\n(.*?))?functions:\n(.*?)```/gs)];
  const [, version = ''] = /@aws-sdk\/client-s3@(\S+)/.exec(readme) ?? [];
  const alarms = blocks.map(([, alarms = '']) => alarms).join('');
  return { functions: blocks.map(([, , functions]) => functions).join(''), alarms, version };
}

let folder: string | undefined;
afterAll(async () => {
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

it("a service's own bucket is encrypted, refuses plain HTTP, and tells the function; a job's alarm reads its metric", async () => {
  folder = await mkdtemp(join(root, 'node_modules', '.packaged-service-'));
  const { functions, alarms } = await shown();
  await writeService(folder, functions, `\n    alarms:\n${alarms.replaceAll(/^/gm, '    ').trimEnd()}`);
  const out = join(folder, 'out');
  expect(await packageService(folder, out)).toMatchObject({ code: 0 });
  const text = await readFile(join(out, 'cloudformation-template-update-stack.json'), 'utf8');
  const { Resources } = JSON.parse(text) as { Resources: Record<string, { Properties: object }> };
  expect(Resources['S3BucketDuredevthingsfiles']?.Properties).toMatchObject({
    BucketName: 'dure-dev-things-files',
    BucketEncryption: { ServerSideEncryptionConfiguration: [{}] },
    NotificationConfiguration: { LambdaConfigurations: [{ Event: 's3:ObjectCreated:*' }] },
  });
  expect(Resources['S3BucketDuredevthingsfilesPolicy']?.Properties).toMatchObject({
    Bucket: { Ref: 'S3BucketDuredevthingsfiles' },
    PolicyDocument: { Statement: [{ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }] },
  });
  expect(JSON.stringify(Resources['UploadsRole'])).toContain('arn:aws:s3:::dure-dev-things-files/in/*');
  expect(Resources['MugsMissingAlarm']?.Properties).toMatchObject({ MetricName: 'missing', Period: 86_400 });
  expect(Object.values(Resources)).toContainEqual(expect.objectContaining({ Type: 'AWS::Scheduler::Schedule' }));
}, 300_000);

it('the client to add has the version that the others have', async () => {
  const { version } = await shown();
  const manifest = await readFile(join(root, 'packages', 'local-cloud', 'package.json'), 'utf8');
  const { dependencies } = JSON.parse(manifest) as { dependencies: Record<string, string> };
  expect(version).toBe(dependencies['@aws-sdk/client-s3']);
});
