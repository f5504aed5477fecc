import type { ConnectError } from '@connectrpc/connect';
import { setTrailerStatus } from '@connectrpc/connect/protocol-grpc';
import { Metadata, type StatusObject } from '@grpc/grpc-js';

const statusDetails = 'grpc-status-details-bin';

/** gRPC metadata as web headers. Binary values become base64 without padding, as on the wire. */
export function headersOf(metadata: Metadata): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(metadata.toJSON())) {
    for (const value of values) headers.append(name, typeof value === 'string' ? value : encodeBinary(value));
  }
  return headers;
}

/** Metadata whose binary values are written as the protocol wants them; grpc-js pads their base64. */
class UnpaddedMetadata extends Metadata {
  /** grpc-js copies what it is given before it is written. */
  override clone(): Metadata {
    const copy = new UnpaddedMetadata(this.getOptions());
    copy.merge(super.clone());
    return copy;
  }

  override toHttp2Headers() {
    const headers = super.toHttp2Headers();
    for (const [name, values] of Object.entries(headers)) {
      if (!name.endsWith('-bin')) continue;
      headers[name] = Array.isArray(values) ? values.map(withoutPadding) : withoutPadding(String(values));
    }
    return headers;
  }
}

/** Web headers as gRPC metadata, or undefined when there are none. */
export function metadataOf(headers: Headers): Metadata | undefined {
  let metadata: Metadata | undefined;
  headers.forEach((value, name) => {
    metadata ??= new UnpaddedMetadata();
    metadata.add(name, name.endsWith('-bin') ? Buffer.from(value, 'base64') : value);
  });
  return metadata;
}

/** The trailer of an answer. Empties the message, which grpc-js makes "OK" and the protocol keeps for errors. */
export function successTrailer(trailer: Headers): Metadata {
  const metadata = metadataOf(trailer) ?? new Metadata();
  metadata.set('grpc-message', '');
  return metadata;
}

/** An error as a gRPC status: code, message, and its details in `grpc-status-details-bin`. */
export function statusOf(error: ConnectError, trailer: Headers): StatusObject {
  const metadata = metadataOf(trailer) ?? new UnpaddedMetadata();
  const details = setTrailerStatus(new Headers(), error).get(statusDetails);
  if (details !== null) metadata.set(statusDetails, Buffer.from(details, 'base64'));
  return { code: error.code as number, details: error.rawMessage, metadata };
}

function encodeBinary(value: Buffer): string {
  return withoutPadding(value.toString('base64'));
}

function withoutPadding(base64: string): string {
  return base64.replace(/=+$/, '');
}
