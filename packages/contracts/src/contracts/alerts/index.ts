export { GetAlert, ListAlerts } from './endpoints.ts';
