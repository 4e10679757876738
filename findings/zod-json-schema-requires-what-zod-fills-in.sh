#!/usr/bin/env bash
# zod 4.6.7, z.toJSONSchema with io: 'input': zod fills in a missing property with `catch` or `preprocess`, but the JSON Schema
# says `required` (with `catch` even beside a `default`). Ajv 8.20.0 rejects input that zod accepts. A property with `default`
# or `optional` is not required.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --save-exact --ignore-scripts zod@4.6.7 ajv@8.20.0
cat > try.mjs <<'JS'
import Ajv from 'ajv/dist/2020.js';
import * as z from 'zod';

const fields = {
  default: z.number().default(1),
  catch: z.number().catch(1),
  preprocess: z.preprocess((value) => value ?? 1, z.number()),
};
for (const [name, quantity] of Object.entries(fields)) {
  const schema = z.object({ quantity });
  const json = z.toJSONSchema(schema, { io: 'input' });
  const accepted = { zod: schema.safeParse({}).success, ajv: new Ajv().validate(json, {}) };
  console.log(`${name.padEnd(10)} zod ${accepted.zod}, ajv ${accepted.ajv}, ${JSON.stringify(json.required ?? [])}`);
}
JS
node try.mjs | tee seen.txt
grep -q 'default  *zod true, ajv true, \[\]' seen.txt
grep -q 'catch  *zod true, ajv false, \["quantity"\]' seen.txt
grep -q 'preprocess  *zod true, ajv false, \["quantity"\]' seen.txt
