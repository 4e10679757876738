import { describe, expect, it } from '@jest/globals';
import { connect } from '@dure/testing/cloud';
import { roleOfRequest } from '@dure/testing/role-of-request';
import { allOperations, fuzz } from '../src/fuzz.ts';

/** Where the running system answers: `http://localhost:4000`. */
const BASE_URL = process.env['DURE_BASE_URL'];
const STAGE = process.env['DURE_STAGE'] ?? 'local';
/** Per operation; 2,000 for a long run. */
const REQUESTS = Number(process.env['DURE_FUZZ_REQUESTS'] ?? 30);
/** Where few requests fit, thirty may all be refused alike: further ones are drawn, until two statuses were seen. */
const ROUNDS = 4;
const SEED = process.env['DURE_FUZZ_SEED'] === undefined ? undefined : Number(process.env['DURE_FUZZ_SEED']);

/** Made by the fuzzer's own requests: each operation reads what another has written, and leaves all else alone. */
const known = {
  sku: ['FUZZ-1', 'FUZZ-2', 'FUZZ-3'],
  customerId: ['fuzz-customer'],
  orderId: ['01890a5d-ac96-774b-bcce-b302099a8057'],
  paymentMethod: ['pm_card_visa', 'pm_card_visa_chargeDeclined'],
};

describe(`every operation, ${REQUESTS} requests each`, () => {
  it.each(allOperations())(
    '$service $id answers as its OpenAPI says, for any request',
    async (operation) => {
      if (BASE_URL === undefined) throw new Error('DURE_BASE_URL is not set: it says where the system answers.');
      const cloud = connect(BASE_URL, STAGE);
      const baseUrl = `${BASE_URL}/${operation.service}/${STAGE}`;
      const role = roleOfRequest(operation.service, operation.method, operation.path);
      const credentials = role === undefined ? {} : await cloud.headers(role);
      const statuses = new Set<string>();
      for (let round = 0; round < ROUNDS && statuses.size < 2; round += 1) {
        const report = await fuzz(operation, { baseUrl, requests: REQUESTS, seed: SEED, known, credentials });
        expect(report.failure).toBeUndefined();
        for (const status of Object.keys(report.statuses)) statuses.add(status);
      }
      expect(statuses.size).toBeGreaterThan(1);
    },
    30_000 + REQUESTS * ROUNDS * 200,
  );
});
