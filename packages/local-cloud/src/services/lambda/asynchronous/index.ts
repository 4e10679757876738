export {
  type AsyncFunction,
  type AsyncInvocations,
  type AsyncOptions,
  createAsyncInvocations,
  type InvokeConfig,
} from './async-invocations.ts';
export { checkDestination, createDestinations, type Destinations } from './destinations.ts';
