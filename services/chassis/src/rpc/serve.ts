import type { DescService } from '@bufbuild/protobuf';
import type { ServiceImpl } from '@connectrpc/connect';

/** A service of the contracts and what answers it. Make it with `serve`. */
export interface ServedService {
  readonly service: DescService;
  readonly implementation: Record<string, unknown>;
}

/** Pairs a service of the contracts with its implementation; a method left out does not compile. */
export function serve<Service extends DescService>(
  service: Service,
  implementation: ServiceImpl<Service>,
): ServedService {
  return { service, implementation: implementation as Record<string, unknown> };
}
