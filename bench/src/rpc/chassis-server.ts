import { systemClock } from '@finflow/chassis/clock';
import { notFound } from '@finflow/chassis/errors';
import { memberOf, TokenVerifier } from '@finflow/chassis/identity';
import { createLogger } from '@finflow/chassis/logger';
import { createRpcServer, serve } from '@finflow/chassis/rpc/server';
import type { TestTokens } from '@finflow/chassis/testing/tokens';
import { InvoiceService } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { answer } from './contract.ts';
import { measured } from './measured-server.ts';

// As deployed: every interceptor, the token, the policy and the rules; only the handler answers from memory.
const { jwks, issuer, audience } = JSON.parse(process.argv[2] ?? '{}') as Pick<
  TestTokens,
  'jwks' | 'issuer' | 'audience'
>;
const absent = () => {
  throw notFound('NOT_MEASURED', 'Only GetInvoice is measured.');
};
const server = createRpcServer({
  name: 'bench',
  services: [
    serve(InvoiceService, {
      async getInvoice(_request, context) {
        memberOf(context);
        return answer;
      },
      createInvoice: absent,
      updateInvoice: absent,
      issueInvoice: absent,
      cancelInvoice: absent,
      listInvoices: absent,
    }),
  ],
  verifier: new TokenVerifier({ jwks: () => jwks, issuer, audience, clock: systemClock }),
  logger: createLogger({ service: 'bench', level: 'warn' }),
  host: '127.0.0.1',
  httpPort: 0,
  grpcPort: 0,
  ready: async () => undefined,
});
const { grpcPort } = await server.start();
measured(grpcPort);
