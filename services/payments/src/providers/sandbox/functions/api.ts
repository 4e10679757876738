import '../register.ts';

export { handler } from '../../../http/index.ts';
