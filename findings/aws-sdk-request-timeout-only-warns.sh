#!/usr/bin/env bash
# @smithy/node-http-handler 4.14.2, used by every client of the AWS SDK for JavaScript 3: `requestTimeout` does not end a
# request. It logs a warning and keeps waiting; a late answer is a success. `throwOnRequestTimeout: true` makes it fail.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --save-exact --ignore-scripts @smithy/node-http-handler@4.14.2 @aws-sdk/client-sqs@3.1162.0
cat > try.mjs <<'JS'
import { createServer } from 'node:http';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';

const server = createServer((request, response) => {
  setTimeout(() => response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{"QueueUrls":[]}'), 1500);
});
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const ask = async (options) => {
  const client = new SQSClient({
    endpoint: `http://127.0.0.1:${server.address().port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({ logger: { ...console, warn() {} }, ...options }),
  });
  const startedAt = Date.now();
  const outcome = await client.send(new ListQueuesCommand({})).then(() => 'answered', (error) => error.name);
  return `${outcome} after ${Date.now() - startedAt < 1000 ? 'less' : 'more'} than a second`;
};
console.log(`requestTimeout: 300                               ${await ask({ requestTimeout: 300 })}`);
console.log(`requestTimeout: 300, throwOnRequestTimeout: true  ${await ask({ requestTimeout: 300, throwOnRequestTimeout: true })}`);
server.close();
server.closeAllConnections();
JS
node try.mjs 2>/dev/null | tee seen.txt
grep -q 'requestTimeout: 300  *answered after more than a second' seen.txt
grep -q 'throwOnRequestTimeout: true  TimeoutError after less than a second' seen.txt
