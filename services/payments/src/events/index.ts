import { consumer } from '@dure/contracts/binding/consumer';
import { authorisePayment } from './authorise-payment.ts';
import { cancelPayment } from './cancel-payment.ts';
import { capturePayment } from './capture-payment.ts';
import { refundAmount } from './refund-amount.ts';

export const handler = consumer('commands', [authorisePayment, capturePayment, cancelPayment, refundAmount]);
