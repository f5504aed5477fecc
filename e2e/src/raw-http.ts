import type { JsonValue } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { errorFromJson } from '@connectrpc/connect/protocol-connect';
import type { Rpc } from './contracts.ts';
import { type Outcome, outcomeOf } from './doors.ts';

const endOfStream = 2;

/** Sends bytes as they are to a method's address, as curl would; nothing is checked on this side. */
export async function post(
  baseUrl: string,
  { method }: Rpc,
  body: string | Buffer | ReadableStream<Uint8Array>,
  { token, contentType }: { token?: string; contentType?: string } = {},
): Promise<Outcome & { readonly status: number }> {
  const streams = method.methodKind !== 'unary';
  const response = await fetch(`${baseUrl}/${method.parent.typeName}/${method.name}`, {
    method: 'POST',
    headers: {
      'content-type': contentType ?? (streams ? 'application/connect+json' : 'application/json'),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: (streams && typeof body === 'string' ? envelope(body) : body) as BodyInit,
    // What Node asks for when a body is a stream.
    ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
  });
  const reply = Buffer.from(await response.arrayBuffer());
  const enveloped = response.headers.get('content-type')?.startsWith('application/connect+json') ?? false;
  const json = enveloped ? lastEnvelope(reply) : (JSON.parse(reply.toString()) as JsonValue);
  return { status: response.status, ...outcomeIn(json, response.status, enveloped) };
}

/** A message of a stream: a byte of flags, its length, the message. */
function envelope(message: string): Buffer {
  const bytes = Buffer.from(message);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(bytes.byteLength, 1);
  return Buffer.concat([head, bytes]);
}

function lastEnvelope(stream: Buffer): JsonValue {
  for (let at = 0; at < stream.byteLength; ) {
    const [flags, length] = [stream.readUInt8(at), stream.readUInt32BE(at + 1)];
    if (flags & endOfStream) return JSON.parse(stream.subarray(at + 5, at + 5 + length).toString()) as JsonValue;
    at += 5 + length;
  }
  throw new Error('The stream ended without saying so.');
}

function outcomeIn(json: JsonValue, status: number, enveloped: boolean): Outcome {
  const failure = enveloped ? (json as { error?: JsonValue }).error : status === 200 ? undefined : json;
  if (failure === undefined) return { fields: [], told: json };
  return outcomeOf(errorFromJson(failure, undefined, new ConnectError('not an error of Connect', Code.Unknown)));
}
