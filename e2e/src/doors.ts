import { type DescService, fromJson, type JsonObject, type JsonValue, type Message, toJson } from '@bufbuild/protobuf';
import { type CallOptions, type Client, Code, ConnectError, createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { bearer, grpcClient } from '@finflow/chassis/rpc/client';
import { ErrorDetailSchema } from '@finflow/proto/finflow/common/v1/error_pb';
import type { Rpc } from './contracts.ts';
import type { Platform } from './platform.ts';

/** What came of a call. */
export interface Outcome {
  /** Absent when the call succeeded. */
  readonly code?: Code;
  readonly reason?: string;
  /** The fields the error names. */
  readonly fields: readonly string[];
  /** What the caller got to read: the reply, all messages of a stream, or the error's words. */
  readonly told: JsonValue;
}

/** One of the ways into the platform. */
export interface Door {
  readonly name: string;
  call(rpc: Rpc, request: JsonObject, token?: string): Promise<Outcome>;
  close(): void;
}

/** Connect's JSON form on the web port: what curl and browsers use. */
export function httpDoor(platform: Platform): Door {
  const transport = createConnectTransport({ baseUrl: platform.url, httpVersion: '1.1', useBinaryFormat: false });
  return door(
    'HTTP and JSON',
    (service) => createClient(service, transport),
    () => undefined,
  );
}

/** Each service's gRPC port. */
export function grpcDoor(platform: Platform): Door {
  const open = new Map<string, Client<DescService> & { close(): void }>();
  const clientOf = (service: DescService, { deployment }: Rpc) => {
    const known = open.get(service.typeName) ?? grpcClient(service, platform.grpcAddress(deployment));
    open.set(service.typeName, known);
    return known;
  };
  return door('gRPC', clientOf, () => {
    for (const client of open.values()) client.close();
  });
}

function door(
  name: string,
  clientOf: (service: DescService, rpc: Rpc) => Client<DescService>,
  close: () => void,
): Door {
  return {
    name,
    close,
    async call(rpc, request, token) {
      const { method } = rpc;
      const client = clientOf(method.parent, rpc) as unknown as Record<string, Call>;
      const options = token === undefined ? {} : bearer(token);
      try {
        const reply = client[method.localName]!(fromJson(method.input, request), options);
        const messages: Message[] = [];
        if (Symbol.asyncIterator in reply) for await (const message of reply) messages.push(message);
        else messages.push(await reply);
        return { fields: [], told: messages.map((message) => toJson(method.output, message)) };
      } catch (error) {
        return outcomeOf(ConnectError.from(error));
      }
    },
  };
}

type Call = (request: Message, options: CallOptions) => Promise<Message> | AsyncIterable<Message>;

/** An error as a program reads it. */
export function outcomeOf(error: ConnectError): Outcome {
  const detail = error.findDetails(ErrorDetailSchema)[0];
  return {
    code: error.code,
    reason: detail?.reason ?? '',
    fields: detail?.fields.map(({ field }) => field) ?? [],
    told: { message: error.rawMessage, detail: detail ? toJson(ErrorDetailSchema, detail) : null },
  };
}

/** `UNAUTHENTICATED TOKEN_MISSING`, or `OK`: what tests compare and people read. */
export function verdict({ code, reason }: Outcome): string {
  if (code === undefined) return 'OK';
  return `${Code[code].replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()} ${reason}`;
}
