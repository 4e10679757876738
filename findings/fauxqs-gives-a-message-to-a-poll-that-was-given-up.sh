#!/usr/bin/env bash
# fauxqs 2.4.1 (an SQS emulator): a consumer that closes the connection of its long poll still receives. The next message goes
# to the closed poll and stays invisible for its whole visibility time-out. AWS keeps the message for the next receiver.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --save-exact --ignore-scripts fauxqs@2.4.1 @aws-sdk/client-sqs@3.1162.0
cat > try.mjs <<'JS'
import { setTimeout as pause } from 'node:timers/promises';
import { startFauxqs } from 'fauxqs';
import * as sqs from '@aws-sdk/client-sqs';

const server = await startFauxqs({ port: 0, logger: false });
const client = new sqs.SQSClient({
  endpoint: `http://127.0.0.1:${server.port}`,
  region: 'us-east-1',
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
});
const { QueueUrl } = await client.send(new sqs.CreateQueueCommand({ QueueName: 'orders' }));
const given = new AbortController();
const poll = client.send(new sqs.ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10 }), { abortSignal: given.signal });
await pause(500);
given.abort();
await poll.catch(() => {});
await pause(500);
await client.send(new sqs.SendMessageCommand({ QueueUrl, MessageBody: 'hello' }));
const { Messages = [] } = await client.send(new sqs.ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 3 }));
console.log(`received by the next receiver: ${Messages.length}`);
await server.stop();
process.exit(0);
JS
node --disable-warning=ExperimentalWarning try.mjs | tee seen.txt
grep -q 'next receiver: 0' seen.txt
