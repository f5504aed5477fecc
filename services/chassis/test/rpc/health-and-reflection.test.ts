import { fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';
import { AuthService } from '@finflow/proto/finflow/auth/v1/auth_pb';
import { UserService } from '@finflow/proto/finflow/auth/v1/user_pb';
import { Health, HealthCheckResponse_ServingStatus as Status } from '@finflow/proto/grpc/health/v1/health_pb';
import { ServerReflection } from '@finflow/proto/grpc/reflection/v1/reflection_pb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { grpcClient } from '../../src/rpc/client.ts';
import { partly, type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
let ready = true;

beforeAll(async () => {
  server = await startServer([partly(AuthService, {}), partly(UserService, {})], {
    ready: async () => {
      if (!ready) throw new Error('no database');
    },
  });
});
afterAll(() => server.stop());

const closing: { close(): void }[] = [];
afterAll(() => {
  for (const client of closing) client.close();
});

/** Without a token: probes and grpcurl have none. */
function clientOf<Service extends typeof Health | typeof ServerReflection>(service: Service) {
  const client = grpcClient(service, server.grpcAddress);
  closing.push(client);
  return client;
}

describe('health', () => {
  test('of the server, of each service, of one nobody has', async () => {
    const health = clientOf(Health);
    expect((await health.check({})).status).toBe(Status.SERVING);
    expect((await health.check({ service: 'finflow.auth.v1.AuthService' })).status).toBe(Status.SERVING);
    await expect(health.check({ service: 'nobody' })).rejects.toMatchObject({ code: Code.NotFound });
    expect(Object.keys((await health.list({})).statuses)).toContain('finflow.auth.v1.UserService');
  });

  test('a watcher hears of the change', async () => {
    const seen: Status[] = [];
    for await (const { status } of clientOf(Health).watch({})) {
      seen.push(status);
      ready = false;
      if (seen.length === 2) break;
    }
    ready = true;
    expect(seen).toEqual([Status.SERVING, Status.NOT_SERVING]);
  });
});

describe('reflection', () => {
  async function ask(...requests: Parameters<typeof answersTo>[0]) {
    return answersTo(requests);
  }
  async function answersTo(
    messageRequests: {
      case: 'listServices' | 'fileByFilename' | 'fileContainingSymbol' | 'allExtensionNumbersOfType';
      value: string;
    }[],
  ) {
    const answers = [];
    const requests = (async function* () {
      for (const messageRequest of messageRequests) yield { messageRequest };
    })();
    for await (const { messageResponse } of clientOf(ServerReflection).serverReflectionInfo(requests)) {
      answers.push(messageResponse);
    }
    return answers;
  }
  const filesIn = (answer: Awaited<ReturnType<typeof answersTo>>[number] | undefined) =>
    answer?.case === 'fileDescriptorResponse'
      ? answer.value.fileDescriptorProto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes).name)
      : [];

  test('lists the services', async () => {
    const [answer] = await ask({ case: 'listServices', value: '' });
    expect(answer?.case === 'listServicesResponse' && answer.value.service.map((each) => each.name)).toEqual([
      'finflow.auth.v1.AuthService',
      'finflow.auth.v1.UserService',
      'grpc.health.v1.Health',
    ]);
  });

  test('gives the file of a service, a method or a message with everything it imports', async () => {
    const answers = await ask(
      { case: 'fileContainingSymbol', value: 'finflow.auth.v1.AuthService' },
      { case: 'fileContainingSymbol', value: 'finflow.auth.v1.AuthService.Login' },
      { case: 'fileContainingSymbol', value: 'finflow.common.v1.OrganizationRole' },
      { case: 'fileContainingSymbol', value: 'finflow.common.v1.ErrorDetail' },
      { case: 'fileByFilename', value: 'finflow/auth/v1/auth.proto' },
    );
    const auth = filesIn(answers[0]);
    expect(auth[0]).toBe('finflow/auth/v1/auth.proto');
    expect(auth).toEqual(expect.arrayContaining(['buf/validate/validate.proto', 'google/protobuf/timestamp.proto']));
    expect(filesIn(answers[1])).toEqual(auth);
    expect(filesIn(answers[2])[0]).toBe('finflow/common/v1/authorization.proto');
    expect(filesIn(answers[3])[0]).toBe('finflow/common/v1/error.proto');
    expect(filesIn(answers[4])).toEqual(auth);
  });

  test('says what it does not know, and goes on', async () => {
    const answers = await ask(
      { case: 'fileContainingSymbol', value: 'no.such.Thing' },
      { case: 'allExtensionNumbersOfType', value: 'google.protobuf.MethodOptions' },
      { case: 'listServices', value: '' },
    );
    expect(answers.map((each) => (each.case === 'errorResponse' ? each.value.errorCode : each.case))).toEqual([
      Code.NotFound,
      Code.Unimplemented,
      'listServicesResponse',
    ]);
  });
});
