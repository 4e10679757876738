import { GetContract } from '@dure/contracts/registry';
import { http } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { showContract } from '../application/contracts.ts';
import { stores } from '../composition.ts';
import { keyOf, shown } from './contract-view.ts';

export const getContractHandler = http(GetContract, {
  run: ({ params }) => showContract(stores, keyOf(params)),
  answer: (contract) => (contract === undefined ? problem('contract-not-found') : shown(contract)),
});
