#!/usr/bin/env bash
# cockatiel 4.0.0, SamplingBreaker: its window moves with calls, not with time. If there is no call in between, failures that
# are a minute old count in a window of one second, and one more failure opens the circuit.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --save-exact --ignore-scripts cockatiel@4.0.0
cat > try.mjs <<'JS'
import { CircuitState, circuitBreaker, handleAll, SamplingBreaker } from 'cockatiel';

let now = 1_000_000;
Date.now = () => now;
const breaker = circuitBreaker(handleAll, {
  halfOpenAfter: 10_000,
  breaker: new SamplingBreaker({ threshold: 0.5, duration: 1_000, minimumRps: 4.5 }),
});
const fail = () => breaker.execute(() => Promise.reject(new Error('down'))).catch(() => {});
const state = () => CircuitState[breaker.state];
for (let count = 0; count < 4; count += 1) await fail();
console.log(`4 failures within a second: ${state()}`);
now += 60_000;
await fail();
console.log(`a fifth one minute later:   ${state()}`);
JS
node try.mjs | tee seen.txt
grep -q 'within a second: Closed' seen.txt
grep -q 'minute later:   Open' seen.txt
