import { type ChannelCredentials, credentials, experimental, ServerCredentials } from '@grpc/grpc-js';
import { ConfigError, type GrpcSecurityConfig } from '../config.ts';
import type { Logger } from '../logger.ts';
import { hostAndPort } from './grpc-target.ts';
import { isLoopback } from './loopback.ts';
import { MountedCertificates } from './mounted-certificates.ts';

/** How the gRPC between services is protected; the same for a service's port and for its clients. */
export interface GrpcSecurity {
  /** Of a port on `host`. Throws ConfigError when it would be open to other machines in plain text. */
  forServer(host: string): ServerCredentials;
  /** Of a client of `address`. Throws ConfigError when it would speak in plain text to another machine. */
  forClient(address: string): ChannelCredentials;
}

/**
 * With `GRPC_TLS_DIR` TLS both ways: either side shows its certificate, and believes those of the same authority.
 * Without, plain text, which leaves this machine only when `GRPC_PLAINTEXT` says so.
 *
 * @throws ConfigError when the certificates cannot be used
 */
export function grpcSecurity(
  config: GrpcSecurityConfig,
  logger?: Logger,
  { reloadMs }: { reloadMs?: number } = {},
): GrpcSecurity {
  const { GRPC_TLS_DIR: folder, GRPC_PLAINTEXT: plaintext } = config;
  if (folder === undefined) return plainText(plaintext);
  if (plaintext) {
    throw new ConfigError([{ variable: 'GRPC_PLAINTEXT', expected: 'must not be true beside GRPC_TLS_DIR' }]);
  }
  const certificates = new MountedCertificates(folder, { logger, reloadMs });
  return {
    forServer: () => experimental.createCertificateProviderServerCredentials(certificates, certificates, true),
    forClient: () => experimental.createCertificateProviderChannelCredentials(certificates, certificates),
  };
}

/** Plain text within this machine: for tests, and for what runs on one machine. */
export const loopbackOnly: GrpcSecurity = plainText(false);

function plainText(everywhere: boolean): GrpcSecurity {
  const allow = (host: string, sentence: string) => {
    if (everywhere || isLoopback(host)) return;
    const expected =
      `is required, because ${sentence}: a folder with tls.crt, tls.key and ca.crt. Where the network itself keeps ` +
      'others out (a mesh, a network policy), set GRPC_PLAINTEXT=true instead';
    throw new ConfigError([{ variable: 'GRPC_TLS_DIR', expected }]);
  };
  return {
    forServer(host) {
      allow(host, `gRPC listens on ${host}, where other machines reach it (HOST=127.0.0.1 would keep it here)`);
      return ServerCredentials.createInsecure();
    },
    forClient(address) {
      allow(hostAndPort(address).host, `gRPC goes to another machine, ${address}`);
      return credentials.createInsecure();
    },
  };
}
