import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, createRegistry, type DescService } from '@bufbuild/protobuf';
import { createValidator } from '@bufbuild/protovalidate';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { file_finflow_common_v1_rules } from '../gen/finflow/common/v1/rules_pb.ts';
import { compileContracts } from '../scripts/compile.ts';
import { contractBreaches } from '../scripts/contract-rules.ts';

const root = join(import.meta.dirname, '../..');

const planted = `
syntax = "proto3";
package finflow.planted.v1;
import "buf/validate/validate.proto";
import "finflow/common/v1/authorization.proto";
import "google/protobuf/timestamp.proto";
service PlantedService {
  rpc Open(OpenRequest) returns (OpenResponse);
  rpc Vague(VagueRequest) returns (VagueResponse) {
    option (finflow.common.v1.authorization) = {access: ACCESS_ORGANIZATION};
    option idempotency_level = NO_SIDE_EFFECTS;
  }
  rpc Idle(IdleRequest) returns (IdleResponse) {
    option (finflow.common.v1.authorization) = {access: ACCESS_USER, minimum_role: ORGANIZATION_ROLE_OWNER};
    option idempotency_level = NO_SIDE_EFFECTS;
  }
  rpc ListThings(ListThingsRequest) returns (ListThingsResponse) {
    option (finflow.common.v1.authorization) = {access: ACCESS_USER};
    option idempotency_level = NO_SIDE_EFFECTS;
  }
}
message OpenRequest {
  string password = 1 [(buf.validate.field).string.max_len = 9];
  string name = 2 [(buf.validate.field).string.min_len = 1];
  repeated Nested nested = 3;
}
message Nested { int32 count = 1; }
message OpenResponse {}
message VagueRequest {
  map<string, string> labels = 1;
  google.protobuf.Timestamp since = 2;
}
message VagueResponse {}
message IdleRequest { string request_id = 1 [(buf.validate.field).string.uuid = true]; }
message IdleResponse {}
message ListThingsRequest {}
message ListThingsResponse {}
`;

let scratch: string;

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'finflow-contracts-'));
  for (const part of ['buf.yaml', 'proto/finflow', 'proto/vendor']) {
    cpSync(join(root, part), join(scratch, part), { recursive: true });
  }
  writeFileSync(join(scratch, 'proto/finflow/planted.proto'), planted);
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test('every method says who may call it, every field of a request is bounded, every list pages', () => {
  expect(contractBreaches(compileContracts(root))).toEqual([]);
});

test('each breach of these rules is found and named', () => {
  expect(contractBreaches(compileContracts(scratch)).sort()).toEqual([
    'finflow.planted.v1.ListThingsRequest lists and has no order_by',
    'finflow.planted.v1.ListThingsRequest lists and has no page_size',
    'finflow.planted.v1.ListThingsRequest lists and has no page_token',
    'finflow.planted.v1.ListThingsResponse lists and has no next_page_token',
    'finflow.planted.v1.ListThingsResponse lists and has no total_size',
    'finflow.planted.v1.Nested.count is part of a request and has no bounds',
    'finflow.planted.v1.OpenRequest.name is part of a request and has no bounds',
    'finflow.planted.v1.OpenRequest.name is part of a request and lets control characters in',
    'finflow.planted.v1.OpenRequest.nested is part of a request and has no bounds',
    'finflow.planted.v1.OpenRequest.password lacks debug_redact',
    'finflow.planted.v1.PlantedService.Idle names a minimum_role nobody would check',
    'finflow.planted.v1.PlantedService.Idle takes a request_id and has no side effects',
    'finflow.planted.v1.PlantedService.Open has no authorization policy',
    'finflow.planted.v1.PlantedService.Open has side effects and takes no request_id',
    'finflow.planted.v1.PlantedService.Vague names no minimum_role',
    'finflow.planted.v1.VagueRequest.labels is part of a request and has no bounds',
    'finflow.planted.v1.VagueRequest.since is part of a request and has no bounds',
  ]);
});

test('the rules of every request compile and can be evaluated', () => {
  const validator = createValidator({ registry: createRegistry(file_finflow_common_v1_rules) });
  const services = [...compileContracts(root)].filter((type): type is DescService => type.kind === 'service');
  const inputs = services.flatMap(({ methods }) => methods).map(({ input }) => input);
  expect(inputs.length).toBeGreaterThan(40);
  const broken = inputs.filter((input) => validator.validate(input, create(input)).kind === 'error');
  expect(broken.map(({ typeName }) => typeName)).toEqual([]);
});
