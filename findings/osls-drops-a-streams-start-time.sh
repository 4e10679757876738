#!/usr/bin/env bash
# osls 4.3.1 (the Serverless Framework's open fork): a Kinesis event with `startingPosition: AT_TIMESTAMP` loses its
# `startingPositionTimestamp`, and lacking one is no error. Only an event with `consumer` keeps it. AT_TIMESTAMP needs a
# time, so the deployment fails later.
# Source: https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
export HOME="$folder" SLS_TELEMETRY_DISABLED=1
npm init -y >/dev/null
npm install --silent --save-exact --ignore-scripts osls@4.3.1
echo 'exports.read = async () => {};' > index.js
stream='arn:aws:kinesis:us-east-1:123456789012:stream/readings'
cat > serverless.yml <<YML
service: reader
provider: { name: aws, runtime: nodejs22.x }
functions:
  shared:
    handler: index.read
    events:
      - stream: { type: kinesis, arn: '$stream', startingPosition: AT_TIMESTAMP, startingPositionTimestamp: 1764547200 }
  own:
    handler: index.read
    events:
      - stream: { type: kinesis, arn: '$stream', consumer: true, startingPosition: AT_TIMESTAMP, startingPositionTimestamp: 1764547200 }
YML
npx serverless package >/dev/null 2>&1
node -e '
const { Resources } = require("./.serverless/cloudformation-template-update-stack.json");
for (const [id, { Type, Properties }] of Object.entries(Resources)) {
  if (Type !== "AWS::Lambda::EventSourceMapping") continue;
  const { StartingPosition, StartingPositionTimestamp = "no time" } = Properties;
  console.log(`${id.startsWith("Shared") ? "without consumer" : "with consumer   "}  ${StartingPosition}, ${StartingPositionTimestamp}`);
}' | sort | tee seen.txt
grep -q '^without consumer  AT_TIMESTAMP, no time$' seen.txt
grep -q '^with consumer     AT_TIMESTAMP, 1764547200$' seen.txt
