import { create } from '@bufbuild/protobuf';
import { createLogger } from '@finflow/chassis/logger';
import { connectHandlers } from '@finflow/chassis/rpc/connect-adapter';
import { withDeadlines } from '@finflow/chassis/rpc/deadline';
import { loopbackOnly } from '@finflow/chassis/rpc/grpc-security';
import { GrpcServer } from '@finflow/chassis/rpc/grpc-server';
import { HttpServer } from '@finflow/chassis/rpc/http-server';
import { logCalls } from '@finflow/chassis/rpc/interceptors/log';
import { traceCalls } from '@finflow/chassis/rpc/interceptors/trace';
import { maxMessageBytes } from '@finflow/chassis/rpc/limits';
import { Readiness } from '@finflow/chassis/rpc/readiness';
import { serve } from '@finflow/chassis/rpc/serve';
import { Protocol } from '@finflow/proto/connectrpc/conformance/v1/config_pb';
import {
  type ServerCompatRequest,
  ServerCompatRequestSchema,
  ServerCompatResponseSchema,
} from '@finflow/proto/connectrpc/conformance/v1/server_compat_pb';
import { ConformanceService } from '@finflow/proto/connectrpc/conformance/v1/service_pb';
import { securityOf } from './certificates.ts';
import { delimited, withLength } from './delimited.ts';
import { conformanceService } from './service.ts';

// The suite starts this program, says on its standard input what to serve, and is told on its output where. The ports
// are the ones every service has; without the interceptors that are about FinFlow's own rules: who may call, what is
// valid, and errors that tell no more than their reason.
const HOST = '127.0.0.1';

async function listen(request: ServerCompatRequest): Promise<number> {
  const logger = createLogger({ service: 'conformance', level: 'fatal' });
  const services = [serve(ConformanceService, conformanceService)].map(withDeadlines);
  const interceptors = [traceCalls(), logCalls(logger)];
  const shutdown = new AbortController().signal;
  const limit = request.messageReceiveLimit || maxMessageBytes;
  if (request.protocol === Protocol.GRPC) {
    const { serverCreds, clientTlsCert } = request;
    const security = serverCreds === undefined ? loopbackOnly : securityOf(serverCreds, clientTlsCert);
    const credentials = security.forServer(HOST);
    const options = { shutdown, logger, credentials, connectionAgeMs: 15_000, maxMessageBytes: limit };
    const server = new GrpcServer(options);
    server.mount(services, interceptors);
    return await server.start(HOST, 0);
  }
  const rpcs = connectHandlers({ services, interceptors, shutdown, logger, maxMessageBytes: limit });
  const readiness = new Readiness(async () => undefined, logger);
  return await new HttpServer({ rpcs, routes: [], readiness, logger, trustedProxyHops: 0 }).start(HOST, 0);
}

process.once('SIGTERM', () => process.exit(0));
for await (const request of delimited(ServerCompatRequestSchema, process.stdin)) {
  const port = await listen(request);
  const response = create(ServerCompatResponseSchema, { host: HOST, port, pemCert: request.serverCreds?.cert });
  process.stdout.write(withLength(ServerCompatResponseSchema, response));
}
