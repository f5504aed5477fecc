import {
  create,
  createFileRegistry,
  type DescMessage,
  type DescMethod,
  fromBinary,
  type MessageShape,
  type Registry,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import { type FileDescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import {
  HealthCheckRequestSchema,
  HealthCheckResponseSchema,
  HealthCheckResponse_ServingStatus as Status,
} from '@finflow/proto/grpc/health/v1/health_pb';
import {
  ServerReflectionRequestSchema,
  ServerReflectionResponseSchema,
} from '@finflow/proto/grpc/reflection/v1/reflection_pb';
import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { allRpcs, type Deployment, deployments } from '../src/contracts.ts';
import { Platform } from '../src/platform.ts';
import { Session } from '../src/session.ts';

/** A method of each service that takes an empty request. */
const methods: Record<Deployment, [service: string, method: string]> = {
  auth: ['finflow.auth.v1.AuthService', 'GetMe'],
  payments: ['finflow.payments.v1.PaymentService', 'ListPayments'],
  accounting: ['finflow.accounting.v1.LedgerService', 'GetTrialBalance'],
  analytics: ['finflow.analytics.v1.DashboardService', 'GetDashboard'],
};
const rpcs = await allRpcs();
let platform: Platform;
let session: Session;

beforeAll(async () => {
  platform = await Platform.start();
  session = await Session.register(platform.url, 'Grpc');
}, 60_000);
afterAll(async () => {
  await platform?.stop();
}, 60_000);

// As grpcurl does it: bare grpc-js, and nothing known of the services but what they tell by reflection.
describe.each(deployments)('the gRPC port of %s', (deployment) => {
  const [serviceName, methodName] = methods[deployment];
  const path = `/${serviceName}/${methodName}`;
  let channel: Client;
  let registry: Registry;

  beforeAll(() => {
    channel = new Client(platform.grpcAddress(deployment), credentials.createInsecure());
  });
  afterAll(() => channel.close());

  test.each(['', serviceName])("health of '%s' is SERVING", async (service) => {
    const request = toBinary(HealthCheckRequestSchema, create(HealthCheckRequestSchema, { service }));
    const reply = await unary(channel, '/grpc.health.v1.Health/Check', request);
    expect(fromBinary(HealthCheckResponseSchema, reply).status).toBe(Status.SERVING);
  });

  test('reflection lists its services and no others', async () => {
    const { messageResponse } = await reflect(channel, { case: 'listServices', value: '' });
    if (messageResponse.case !== 'listServicesResponse') throw new Error(`answered with ${messageResponse.case}`);
    const own = rpcs.filter((rpc) => rpc.deployment === deployment).map(({ method }) => method.parent.typeName);
    expect(messageResponse.value.service.map(({ name }) => name)).toEqual(
      [...new Set(own), 'grpc.health.v1.Health'].sort(),
    );
  });

  test(`${methodName} with a token, encoded by what reflection says`, async () => {
    registry = await registryOf(channel, serviceName);
    const { input, output } = methodIn(registry, serviceName, methodName);
    const reply = await unary(channel, path, toBinary(input, create(input)), session.token);
    expect(toJson(output, fromBinary(output, reply), { registry })).toEqual(expect.any(Object));
  });

  test(`${methodName} without a token is UNAUTHENTICATED`, async () => {
    await expect(unary(channel, path, Buffer.alloc(0))).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
  });
});

function unary(channel: Client, path: string, request: Uint8Array, token?: string): Promise<Buffer> {
  const metadata = new Metadata();
  if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
  const bytes = (value: Uint8Array) => Buffer.from(value);
  return new Promise((resolve, reject) => {
    channel.makeUnaryRequest(path, bytes, bytes, request, metadata, (error: ServiceError | null, reply?: Buffer) =>
      error || !reply ? reject(error) : resolve(reply),
    );
  });
}

type Question = { case: 'listServices' | 'fileContainingSymbol'; value: string };

async function reflect(channel: Client, messageRequest: Question) {
  const call = channel.makeBidiStreamRequest(
    '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
    (request: Uint8Array) => Buffer.from(request),
    (reply: Buffer) => fromBinary(ServerReflectionResponseSchema, reply),
    new Metadata(),
  );
  call.end(toBinary(ServerReflectionRequestSchema, create(ServerReflectionRequestSchema, { messageRequest })));
  for await (const answer of call) return answer as MessageShape<typeof ServerReflectionResponseSchema>;
  throw new Error('Reflection ended without an answer.');
}

async function registryOf(channel: Client, symbol: string): Promise<Registry> {
  const { messageResponse } = await reflect(channel, { case: 'fileContainingSymbol', value: symbol });
  if (messageResponse.case !== 'fileDescriptorResponse') throw new Error(`answered with ${messageResponse.case}`);
  const files = messageResponse.value.fileDescriptorProto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
  return createFileRegistry(create(FileDescriptorSetSchema, { file: importsFirst(files) }));
}

/** The order a registry wants; reflection begins with the file asked for. */
function importsFirst(files: readonly FileDescriptorProto[]): FileDescriptorProto[] {
  const ordered = new Set<FileDescriptorProto>();
  const add = (file: FileDescriptorProto) => {
    for (const one of files) if (file.dependency.includes(one.name)) add(one);
    ordered.add(file);
  };
  files.forEach(add);
  return [...ordered];
}

function methodIn(registry: Registry, service: string, method: string): { input: DescMessage; output: DescMessage } {
  const found: DescMethod | undefined = registry.getService(service)?.methods.find(({ name }) => name === method);
  if (!found) throw new Error(`Reflection does not know ${service}.${method}.`);
  return found;
}
