import { DeprecateContract } from '@dure/contracts/registry';
import { http } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { deprecateContract } from '../application/contracts.ts';
import { stores } from '../composition.ts';
import { keyOf, shown } from './contract-view.ts';

export const deprecateContractHandler = http(DeprecateContract, {
  run: ({ params, body, ifMatch }, call) => deprecateContract(stores, call, keyOf(params), body, ifMatch),
  answer: (result) => ('rejected' in result ? problem(result.rejected) : shown(result)),
});
