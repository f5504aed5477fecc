import { InvoiceService } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { LedgerService } from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import { clientOf } from '../../api/clients.ts';

export const InvoiceClient = clientOf(InvoiceService);
export const LedgerClient = clientOf(LedgerService);
