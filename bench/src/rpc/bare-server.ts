import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { GetInvoiceRequestSchema, GetInvoiceResponseSchema } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { answer } from './contract.ts';
import { measured } from './measured-server.ts';

// grpc-js with nothing on top: no token, no rules, no logs, the same codec and the same message.
const server = new Server();
server.addService(
  {
    GetInvoice: {
      path: '/finflow.accounting.v1.InvoiceService/GetInvoice',
      requestStream: false,
      responseStream: false,
      requestDeserialize: (bytes: Buffer) => fromBinary(GetInvoiceRequestSchema, bytes),
      requestSerialize: () => Buffer.alloc(0),
      responseSerialize: () => Buffer.from(toBinary(GetInvoiceResponseSchema, answer)),
      responseDeserialize: () => answer,
    },
  },
  { GetInvoice: (_call: unknown, reply: (error: null, value: unknown) => void) => reply(null, answer) },
);
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  measured(port);
});
