import { type DescFile, type DescService, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';
import { file_finflow_common_v1_error } from '@finflow/proto/finflow/common/v1/error_pb';
import { ServerReflection, type ServerReflectionRequest } from '@finflow/proto/grpc/reflection/v1/reflection_pb';
import { type ServedService, serve } from './serve.ts';

type Answer =
  | { case: 'listServicesResponse'; value: { service: { name: string }[] } }
  | { case: 'fileDescriptorResponse'; value: { fileDescriptorProto: Uint8Array[] } }
  | { case: 'errorResponse'; value: { errorCode: number; errorMessage: string } };

/** gRPC server reflection (v1) over the generated descriptors, so that grpcurl and its like need no .proto files. */
export function reflectionService(services: readonly DescService[]): ServedService {
  const names = services.map((service) => service.typeName).sort();
  const { byName, bySymbol } = indexFiles(services);

  function answer({ messageRequest }: ServerReflectionRequest): Answer {
    switch (messageRequest.case) {
      case 'listServices':
        return { case: 'listServicesResponse', value: { service: names.map((name) => ({ name })) } };
      case 'fileByFilename':
        return fileOrError(byName.get(messageRequest.value), messageRequest.value);
      case 'fileContainingSymbol':
        return fileOrError(bySymbol.get(messageRequest.value), messageRequest.value);
      default:
        // The contracts use proto3 and editions without extension ranges of their own: nothing to find.
        return failure(Code.Unimplemented, `${messageRequest.case ?? 'an empty request'} is not answered here`);
    }
  }

  return serve(ServerReflection, {
    async *serverReflectionInfo(requests) {
      for await (const request of requests) {
        yield { validHost: request.host, originalRequest: request, messageResponse: answer(request) };
      }
    },
  });
}

function failure(code: Code, message: string): Answer {
  return { case: 'errorResponse', value: { errorCode: code, errorMessage: message } };
}

function fileOrError(file: DescFile | undefined, name: string): Answer {
  if (file === undefined) return failure(Code.NotFound, `${name} is not known here`);
  // Dependencies first is what protoc writes; clients accept any order and de-duplicate by name.
  const closure = new Map<string, DescFile>();
  collect(file, closure);
  const fileDescriptorProto = [...closure.values()].map((each) => toBinary(FileDescriptorProtoSchema, each.proto));
  return { case: 'fileDescriptorResponse', value: { fileDescriptorProto } };
}

function collect(file: DescFile, into: Map<string, DescFile>): void {
  if (into.has(file.proto.name)) return;
  into.set(file.proto.name, file);
  for (const dependency of file.dependencies) collect(dependency, into);
}

function indexFiles(services: readonly DescService[]) {
  const byName = new Map<string, DescFile>();
  // No contract imports it, but every error carries it, and clients look its type up to show it.
  collect(file_finflow_common_v1_error, byName);
  for (const service of services) collect(service.file, byName);
  const bySymbol = new Map<string, DescFile>();
  for (const file of byName.values()) {
    for (const symbol of symbolsOf(file)) bySymbol.set(symbol, file);
  }
  return { byName, bySymbol };
}

function* symbolsOf(scope: Pick<DescFile, 'messages' | 'enums' | 'extensions'> & Partial<DescFile>): Generator<string> {
  for (const each of [...scope.enums, ...scope.extensions]) yield each.typeName;
  for (const service of scope.services ?? []) {
    yield service.typeName;
    for (const method of service.methods) yield `${service.typeName}.${method.name}`;
  }
  for (const message of scope.messages) {
    yield message.typeName;
    for (const field of message.fields) yield `${message.typeName}.${field.name}`;
    yield* symbolsOf({
      messages: message.nestedMessages,
      enums: message.nestedEnums,
      extensions: message.nestedExtensions,
    });
  }
}
