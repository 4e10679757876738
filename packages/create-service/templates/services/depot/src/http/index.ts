import { api } from '@dure/contracts/binding/api';
import { table } from '../composition.ts';
import { getSparePart } from './get-spare-part.ts';
import { recordSparePart } from './record-spare-part.ts';

export const handler = api({ table }, [recordSparePart, getSparePart]);
