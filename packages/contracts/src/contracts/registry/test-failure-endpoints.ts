import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { text } from '../values.ts';
import { releaseNotFound } from './release-endpoints.ts';
import { ContractKey, exampleLabel, Label, ServiceName, StageName } from './values.ts';

const Party = z.strictObject({ service: ServiceName, label: Label });

/** A verdict compares schemas; whoever asks for it also runs the tests of dependants, and says here what failed. */
export const ReportTestFailure = endpoint('registry', {
  name: 'ReportTestFailure',
  access: { any: 'registry:write' },
  method: 'POST',
  path: '/test-failures',
  version: 1,
  summary: 'Tells both owners that tests of a consumer fail with a release; once for the same two releases',
  body: z.strictObject({
    stage: StageName,
    contract: ContractKey,
    provider: Party,
    consumer: Party,
    what: text(1000),
  }),
  idempotencyKey: 'optional',
  responses: { 204: { description: 'Both owners are told, or were before' } },
  problems: releaseNotFound,
  example: {
    body: {
      stage: 'prod',
      contract: 'parcels/ParcelSent@1',
      provider: { service: 'parcels', label: exampleLabel },
      consumer: { service: 'tracking', label: 'v2_20260104-1' },
      what: 'shows the carrier of a parcel',
    },
  },
});
