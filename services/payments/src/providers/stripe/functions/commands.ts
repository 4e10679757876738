import '../register.ts';

export { handler } from '../../../events/index.ts';
