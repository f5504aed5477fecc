import { expect, test } from '@jest/globals';
import { loadLocalConfig } from '../src/config.ts';

test('every variable of OpenTelemetry is kept for the services, and no other', () => {
  const telemetry = {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
    OTEL_TRACES_SAMPLER: 'traceidratio',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=secret',
  };
  expect(loadLocalConfig({ ...telemetry, PATH: '/bin', LOG_LEVEL: 'info' })).toEqual({
    LOG_LEVEL: 'info',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
    telemetry,
  });
});
