import { api } from '@dure/contracts/binding/api';
import { table } from '../composition.ts';
import { getAlertHandler } from './get-alert.handler.ts';
import { listAlertsHandler } from './list-alerts.handler.ts';

export const handler = api({ table }, [listAlertsHandler, getAlertHandler]);
