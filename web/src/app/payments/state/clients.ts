import { PaymentService } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { clientOf } from '../../api/clients.ts';

export const PaymentClient = clientOf(PaymentService);
