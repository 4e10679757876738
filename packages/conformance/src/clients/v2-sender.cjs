'use strict';
/** Sends the requests that arrive as lines of JSON by the AWS SDK for JavaScript 2, and answers each with a line of JSON. */
const { createInterface } = require('node:readline');
/** The folder of the SDK comes as an argument: it is installed when it is needed. */
const AWS = require(process.argv[2]);

const NAMES = {
  ...{ cloudformation: 'CloudFormation', eventbridge: 'EventBridge', kinesis: 'Kinesis', lambda: 'Lambda', s3: 'S3' },
  ...{ sfn: 'StepFunctions', sns: 'SNS', sqs: 'SQS' },
};
const clients = {};

function clientOf(service) {
  const endpoint = process.env.AWS_ENDPOINT_URL;
  clients[service] ??= new AWS[NAMES[service]]({ endpoint, s3ForcePathStyle: true, maxRetries: 0 });
  return clients[service];
}

function plain(answer) {
  if (Buffer.isBuffer(answer?.Body)) return { ...answer, Body: answer.Body.toString() };
  return answer;
}

async function answerTo({ service, operation, input }) {
  const method = operation[0].toLowerCase() + operation.slice(1);
  try {
    return { answer: plain(await clientOf(service)[method](input).promise()) };
  } catch (error) {
    return { code: `${error.name} ${error.code}`, message: error.message };
  }
}

createInterface({ input: process.stdin }).on('line', (line) => {
  void answerTo(JSON.parse(line)).then((answer) => process.stdout.write(`${JSON.stringify(answer)}\n`));
});
