#!/usr/bin/env bash
# serverless-offline 14.8.2 on osls 4.3.1, REST API: if two `Set-Cookie` headers have the same name and different paths, only
# the last one arrives, with its attributes in another order. A JSON body that is only a string loses its quotation marks on
# the way to the function. API Gateway passes both on unchanged.
set -euo pipefail
folder=$(mktemp -d); trap 'kill "${pid:-}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --save-exact --ignore-scripts serverless@npm:osls@4.3.1 serverless-offline@14.8.2
cat > serverless.yml <<'YML'
service: cookies
provider: { name: aws, runtime: nodejs24.x, region: us-east-1 }
plugins: [serverless-offline]
functions:
  get: { handler: h.cookies, events: [{ http: GET /cookies }] }
  put: { handler: h.echo, events: [{ http: PUT /echo }] }
YML
cat > h.js <<'JS'
exports.cookies = async () => ({
  statusCode: 200,
  multiValueHeaders: { 'Set-Cookie': ['a=1; Path=/x; HttpOnly', 'a=2; Path=/y; HttpOnly'] },
  body: '',
});
exports.echo = async ({ body }) => ({ statusCode: 200, body });
JS
node_modules/.bin/serverless offline --httpPort 3517 --lambdaPort 3518 --noPrependStageInUrl >log.txt 2>&1 & pid=$!
curl --silent --retry 60 --retry-connrefused --retry-delay 1 --output /dev/null http://localhost:3517/cookies
{
  curl --silent --include http://localhost:3517/cookies | tr -d '\r' | grep -i '^set-cookie'
  echo "body: $(curl --silent -X PUT -H 'content-type: application/json' --data '"just"' http://localhost:3517/echo)"
} | tee seen.txt
test "$(grep -ic '^set-cookie' seen.txt)" = 1
grep -qi '^set-cookie: a=2; HttpOnly; Path=/y' seen.txt
grep -qx 'body: just' seen.txt
