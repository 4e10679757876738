#!/usr/bin/env bash
# jest 30.5.2: `jest --selectProjects=unit PATH` takes PATH for the name of a second project, in spite of the `=`. No
# project has that name, and jest neither warns nor fails: it runs every test of `unit`. `jest PATH --selectProjects=unit`
# runs the one file.
# Source: https://jestjs.io/docs/cli#--selectprojects-project1--projectn
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --save-exact --ignore-scripts jest@30.5.2
echo 'module.exports = { projects: [{ displayName: "unit", testEnvironment: "node" }] };' > jest.config.js
echo 'test("one", () => {});' > one.test.js
echo 'test("two", () => {});' > two.test.js
runs() { npx jest "$@" 2>&1 | sed -n 's/^PASS unit //p' | sort | paste -sd' '; }
echo "--selectProjects=unit ./one.test.js: $(runs --selectProjects=unit ./one.test.js)" | tee seen.txt
echo "./one.test.js --selectProjects=unit: $(runs ./one.test.js --selectProjects=unit)" | tee -a seen.txt
npx jest --selectProjects=unit ./one.test.js > said.txt 2>&1
echo "warnings: $(grep -ci 'warn\|no project\|not found' said.txt || true)" | tee -a seen.txt
grep -q -- '^--selectProjects=unit ./one.test.js: ./one.test.js ./two.test.js$' seen.txt
grep -q '^./one.test.js --selectProjects=unit: ./one.test.js$' seen.txt
grep -q '^warnings: 0$' seen.txt
