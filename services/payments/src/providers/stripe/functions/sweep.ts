import '../register.ts';

export { handler } from '../../../sweep.ts';
