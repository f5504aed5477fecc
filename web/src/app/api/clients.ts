import { InjectionToken, inject } from '@angular/core';
import type { DescService } from '@bufbuild/protobuf';
import { type Client, createClient } from '@connectrpc/connect';
import { AuthService } from '@finflow/proto/finflow/auth/v1/auth_pb';
import { OrganizationService } from '@finflow/proto/finflow/auth/v1/organization_pb';
import { TRANSPORT } from './transport.ts';

/** Declares the client of a service, made over the one transport when first injected. */
export function clientOf<S extends DescService>(service: S): InjectionToken<Client<S>> {
  return new InjectionToken(service.typeName, {
    providedIn: 'root',
    factory: () => createClient(service, inject(TRANSPORT)),
  });
}

// Those that every page needs. An area declares its own service's client beside its effects, so that the service's
// descriptors load with the area.
export const AuthClient = clientOf(AuthService);
export const OrganizationClient = clientOf(OrganizationService);
