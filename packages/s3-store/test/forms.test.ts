import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { createPresignedPost, type PresignedPostOptions } from '@aws-sdk/s3-presigned-post';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openTestStore } from './harness.ts';

const Bucket = 'forms';
const store = await openTestStore(Bucket);
afterAll(store.stop);
beforeEach(() => void (store.clock.now = Date.now()));

type More = Partial<Pick<PresignedPostOptions, 'Conditions' | 'Fields' | 'Key' | 'Expires'>>;

/** A form as a page gets it from a server that made it with the SDK. */
const formOf = (more: More = {}) =>
  createPresignedPost(store.client, { Bucket, Key: 'in/a.txt', Expires: 60, ...more });

async function post(
  { url, fields }: { readonly url: string; readonly fields: Record<string, string> },
  text: string | undefined = 'content',
  name = 'photo.png',
) {
  const form = new FormData();
  for (const [key, value] of Object.entries(fields)) form.append(key, value);
  if (text !== undefined) form.append('file', new Blob([text]), name);
  const answer = await fetch(url, { method: 'POST', body: form, redirect: 'manual' });
  const body = await answer.text();
  const [, code = '', message = ''] = /<Code>(.*)<\/Code><Message>(.*)<\/Message>/.exec(body) ?? [];
  return { status: answer.status, headers: answer.headers, body, refusal: code === '' ? '' : `${code}: ${message}` };
}

describe('an upload by a form', () => {
  it('makes the object, with what the fields say of it', async () => {
    const Fields = { 'Content-Type': 'image/png', 'x-amz-meta-by': 'mina' };
    const answer = await post(await formOf({ Fields }), 'pixels');
    expect(answer).toMatchObject({ status: 204, body: '' });
    expect(answer.headers.get('location')).toBe(`${store.endpoint}/forms/in/a.txt`);
    const head = await store.client.send(new HeadObjectCommand({ Bucket, Key: 'in/a.txt' }));
    expect(head).toMatchObject({ ContentType: 'image/png', Metadata: { by: 'mina' }, ContentLength: 6 });
    expect(answer.headers.get('etag')).toBe(head.ETag);
    expect(await store.get('in/a.txt')).toBe('pixels');
  });

  it('names the object by the file, and answers as the form asks', async () => {
    const made = await post(await formOf({ Key: 'up/${filename}', Fields: { success_action_status: '201' } }));
    expect(made.status).toBe(201);
    expect(made.body).toContain('<Bucket>forms</Bucket><Key>up/photo.png</Key>');
    const to = 'https://shop.example/done?a=1';
    const { status, headers } = await post(await formOf({ Fields: { success_action_redirect: to } }));
    const location = new URL(headers.get('location')!);
    expect(status).toBe(303);
    expect([location.origin, location.searchParams.get('a'), location.searchParams.get('key')]).toEqual([
      'https://shop.example',
      '1',
      'in/a.txt',
    ]);
  });

  it('holds the size to its range, and leaves no file', async () => {
    const Conditions: PresignedPostOptions['Conditions'] = [['content-length-range', 3, 5]];
    const before = store.files().length;
    expect((await post(await formOf({ Key: 'sized', Conditions }), '123456')).refusal).toMatch(/^EntityTooLarge: /);
    expect((await post(await formOf({ Key: 'sized', Conditions }), '12')).refusal).toMatch(/^EntityTooSmall: /);
    expect(store.files()).toHaveLength(before);
    expect((await post(await formOf({ Key: 'sized', Conditions }), '1234')).status).toBe(204);
  });

  it('is over when its policy is', async () => {
    const form = await formOf();
    store.clock.now += 61_000;
    expect(await post(form)).toMatchObject({
      status: 403,
      refusal: 'AccessDenied: Invalid according to Policy: Policy expired.',
    });
  });

  it('is refused where a field is not as its policy says, or not in it', async () => {
    const form = await formOf({ Conditions: [['starts-with', '$x-amz-meta-kind', 'img-']] });
    const withField = (name: string, value: string) => ({ ...form, fields: { ...form.fields, [name]: value } });
    expect((await post(withField('x-amz-meta-kind', 'doc-1'))).refusal).toBe(
      'AccessDenied: Invalid according to Policy: Policy Condition failed: ' +
        '[&quot;starts-with&quot;,&quot;$x-amz-meta-kind&quot;,&quot;img-&quot;]',
    );
    const extra = withField('x-amz-meta-kind', 'img-1');
    const elsewhere = { ...extra, fields: { ...extra.fields, key: 'elsewhere' } };
    expect((await post(elsewhere)).refusal).toMatch(/Policy Condition failed: .*\$key/);
    expect((await post({ ...extra, fields: { ...extra.fields, acl: 'private' } })).refusal).toBe(
      'AccessDenied: Invalid according to Policy: Extra input fields: acl',
    );
    expect((await post(extra)).status).toBe(204);
  });

  it.each([
    ['no policy', (fields: Record<string, string>) => delete fields['Policy'], 'AccessDenied: Access Denied'],
    [
      'no signature',
      (fields: Record<string, string>) => delete fields['X-Amz-Signature'],
      /^InvalidArgument: .*X-Amz-Signature/,
    ],
    [
      'a policy that is not JSON',
      (fields: Record<string, string>) => (fields['Policy'] = 'AAAA'),
      /^InvalidPolicyDocument: .*JSON/,
    ],
    [
      'a field that is too long',
      (fields: Record<string, string>) => (fields['x-ignore-a'] = 'x'.repeat(30_000)),
      /^MaxPostPreData/,
    ],
  ])('is refused: %s', async (_name, spoil, refusal) => {
    const form = await formOf();
    spoil(form.fields);
    expect((await post(form)).refusal).toMatch(refusal);
  });

  it('needs a file, a form, and a bucket', async () => {
    const form = await formOf();
    expect((await post({ ...form }, undefined)).refusal).toBe('');
    const empty = new FormData();
    empty.append('key', 'x');
    const none = await fetch(`${store.endpoint}/${Bucket}`, { method: 'POST', body: empty });
    expect(await none.text()).toContain('POST requires exactly one file upload per request.');
    const headers = { 'content-type': 'multipart/form-data' };
    const noForm = await fetch(`${store.endpoint}/${Bucket}`, { method: 'POST', body: 'x', headers });
    expect([noForm.status, await noForm.text()]).toEqual([400, expect.stringContaining('MalformedPOSTRequest')]);
    const elsewhere = await post({ ...form, url: `${store.endpoint}/nowhere` });
    expect(elsewhere.refusal).toMatch(/^NoSuchBucket: /);
  });
});
