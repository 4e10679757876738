#!/usr/bin/env bash
# aws-local-stepfunctions 3.0.0: the result of an intrinsic function loses its backslashes. States.JsonToString of an
# object with a quotation mark in a text is not valid JSON; AWS escapes the quotation mark.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --save-exact --ignore-scripts aws-local-stepfunctions@3.0.0
cat > try.mjs <<'JS'
import { StateMachine } from 'aws-local-stepfunctions';

const definition = {
  StartAt: 'Write',
  States: { Write: { Type: 'Pass', Parameters: { 'text.$': 'States.JsonToString($.note)' }, End: true } },
};
const { text } = await new StateMachine(definition).run({ note: { said: 'a "mug"' } }).result;
let outcome = 'can be read again';
try {
  JSON.parse(text);
} catch {
  outcome = 'is no JSON';
}
console.log(`${text} ${outcome}`);
JS
node try.mjs | tee seen.txt
grep -q 'is no JSON' seen.txt
