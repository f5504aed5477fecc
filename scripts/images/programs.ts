/** The programs of the services' image, as paths below the repository: what a container is given as its argument. */
export const programs: readonly string[] = [
  ...['auth', 'payments', 'accounting', 'analytics'].flatMap((service) => [
    `services/${service}/src/main.ts`,
    `services/${service}/src/migrate.ts`,
  ]),
  'services/auth/src/grant-admin.ts',
  'services/auth/src/operator-token.ts',
  'services/auth/src/rotate-keys.ts',
  'services/analytics/src/rebuild.ts',
  'services/chassis/src/commands/dlq.ts',
  'services/chassis/src/commands/schemas.ts',
  'services/chassis/src/commands/topics.ts',
  // For installations that try FinFlow out: cards without an account at Stripe, and a company to look at.
  'services/local/src/card-sandbox/main.ts',
  'services/local/src/demo/main.ts',
];

/** What these programs load by a name that no import statement says: the entry point's `--import`, and threads. */
export const loadedByName: readonly string[] = [
  'services/chassis/src/telemetry.ts',
  'services/analytics/src/worker.ts',
];
