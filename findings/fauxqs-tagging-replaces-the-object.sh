#!/usr/bin/env bash
# fauxqs 2.4.1 (an S3 emulator): PutObjectTagging is treated as PutObject. It replaces the object's content with the XML of
# the tags. AWS does not change the content.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --save-exact --ignore-scripts fauxqs@2.4.1 @aws-sdk/client-s3@3.1169.0
cat > try.mjs <<'JS'
import { startFauxqs } from 'fauxqs';
import * as s3 from '@aws-sdk/client-s3';

const server = await startFauxqs({ port: 0, logger: false });
const client = new s3.S3Client({
  endpoint: `http://127.0.0.1:${server.port}`,
  region: 'us-east-1',
  forcePathStyle: true,
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
});
const object = { Bucket: 'reports', Key: 'november.csv' };
const content = async () => (await client.send(new s3.GetObjectCommand(object))).Body.transformToString();
await client.send(new s3.CreateBucketCommand({ Bucket: 'reports' }));
await client.send(new s3.PutObjectCommand({ ...object, Body: 'sku,price' }));
console.log(`before: ${(await content()).slice(0, 40)}`);
await client.send(new s3.PutObjectTaggingCommand({ ...object, Tagging: { TagSet: [{ Key: 'team', Value: 'sales' }] } }));
console.log(`after:  ${(await content()).replace(/<\?xml[^>]*>\s*/, '').slice(0, 40)}`);
await server.stop();
process.exit(0);
JS
node --disable-warning=ExperimentalWarning try.mjs | tee seen.txt
grep -q 'before: sku,price' seen.txt
grep -q 'after:  <Tagging' seen.txt
