import { hasOption } from '@bufbuild/protobuf';
import { InvoiceService } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { DashboardService } from '@finflow/proto/finflow/analytics/v1/dashboard_pb';
import { ForecastService } from '@finflow/proto/finflow/analytics/v1/forecast_pb';
import { AuthService } from '@finflow/proto/finflow/auth/v1/auth_pb';
import { OrganizationService } from '@finflow/proto/finflow/auth/v1/organization_pb';
import { authorization } from '@finflow/proto/finflow/common/v1/authorization_pb';
import { PaymentService } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { describe, expect, it } from '@jest/globals';
// By its path, because by its name it is the very file it is compared with.
import { file_buf_validate_validate as whole } from '../../../../node_modules/@bufbuild/protovalidate/dist/esm/gen/buf/validate/validate_pb.js';
import { isPublic } from './access-policy.ts';
import { file_buf_validate_validate as ours } from './validate-rules.ts';

describe('the descriptor in the place of buf/validate/validate.proto', () => {
  it('has every message that contracts can extend', () => {
    const extendable = whole.messages.filter(({ proto }) => proto.extensionRange.length > 0);
    expect(ours.proto.name).toBe(whole.proto.name);
    expect(ours.messages.map(({ typeName }) => typeName)).toEqual(extendable.map(({ typeName }) => typeName));
  });

  it('lets the contracts load, with the policy of each method', () => {
    const services = [
      AuthService,
      DashboardService,
      ForecastService,
      InvoiceService,
      OrganizationService,
      PaymentService,
    ];
    for (const method of services.flatMap(({ methods }) => methods)) {
      expect([method.name, hasOption(method, authorization)]).toEqual([method.name, true]);
    }
  });
});

describe('isPublic', () => {
  it('follows the contract', () => {
    expect(isPublic(AuthService.method.login)).toBe(true);
    expect(isPublic(AuthService.method.refresh)).toBe(true);
    expect(isPublic(AuthService.method.getMe)).toBe(false);
    expect(isPublic(InvoiceService.method.listInvoices)).toBe(false);
  });
});
