import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GrpcSecurity, grpcSecurity } from '@finflow/chassis/rpc/grpc-security';

/** What the suite gives, mounted as a deployment would mount it. */
export function securityOf(own: { cert: Uint8Array; key: Uint8Array }, authority: Uint8Array): GrpcSecurity {
  const folder = mkdtempSync(join(tmpdir(), 'finflow-conformance-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries({ 'tls.crt': own.cert, 'tls.key': own.key, 'ca.crt': authority })) {
    writeFileSync(join(folder, name), content);
  }
  return grpcSecurity({ GRPC_TLS_DIR: folder, GRPC_PLAINTEXT: false });
}
