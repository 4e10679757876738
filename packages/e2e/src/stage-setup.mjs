// shop
import { findSandboxes } from '@dure/testing/shop/stage-sandboxes';
// /shop
import { findStage } from '@dure/testing/stage-target';

const FINDERS = [
  // shop
  findSandboxes,
  // /shop
];

/** Jest's `globalSetup` of `npm run test:stage`: a stage found by its parameters, or `DURE_BASE_URL`. */
export default async function stageSetup() {
  const { DURE_BASE_URL: url, DURE_STAGE: stage = 'dev' } = process.env;
  if (url) {
    console.log(`The stage's tests run against ${url}, stage ${stage} (DURE_BASE_URL).`);
    return;
  }
  const target = await findStage(stage, ...FINDERS);
  process.env.DURE_STAGE_TARGET = JSON.stringify(target);
  console.log(`The stage's tests run against ${target.place}: ${Object.keys(target.urls).join(', ')}.`);
  // shop
  if (target.sandboxes['payment-provider'] === undefined) {
    console.log("Its payment provider shows no books: only payments' own record of what was taken is compared.");
  }
  // /shop
}
