import { AcknowledgeDeprecation } from '@dure/contracts/registry';
import { http } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { acknowledgeDeprecation, showContract } from '../application/contracts.ts';
import { stores } from '../composition.ts';
import { keyOf, shown } from './contract-view.ts';

export const acknowledgeDeprecationHandler = http(AcknowledgeDeprecation, {
  run: ({ params, body }, call) => acknowledgeDeprecation(stores, call, keyOf(params), body),
  answer: (result) => ('rejected' in result ? problem(result.rejected) : shown(result)),
  recall: (_, { params }) => showContract(stores, keyOf(params)),
});
