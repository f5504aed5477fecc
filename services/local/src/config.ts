import { type Environment, loadConfig, loggingConfig, url } from '@finflow/chassis/config';
import { z } from 'zod';

const shape = z.object({
  /** From which level on the services' log lines are shown. */
  LOG_LEVEL: loggingConfig.LOG_LEVEL.unwrap().default('warn'),
  /** Where services of their own processes send traces and metrics; nowhere when left out. */
  OTEL_EXPORTER_OTLP_ENDPOINT: url('http', 'https').optional(),
});

/** What `npm start` reads from its environment, by variable name. */
export type LocalConfig = z.output<typeof shape> & {
  /** All variables of OpenTelemetry, for services of their own processes. */
  readonly telemetry: Environment;
};

/** Reads the configuration from the environment. Throws ConfigError naming each bad variable. */
export function loadLocalConfig(env: Environment = process.env): LocalConfig {
  const telemetry = Object.fromEntries(
    Object.entries(env).filter(([name, value]) => name.startsWith('OTEL_') && value),
  );
  const config = loadConfig(shape, env);
  const { OTEL_EXPORTER_OTLP_ENDPOINT } = config;
  return { ...config, telemetry: { ...telemetry, OTEL_EXPORTER_OTLP_ENDPOINT } };
}
