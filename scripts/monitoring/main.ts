import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dashboards } from './dashboards/index.ts';
import { grafanaJson } from './grafana.ts';

/** Where the chart takes dashboards from. */
const folder = fileURLToPath(new URL('../../charts/finflow/dashboards/', import.meta.url));

mkdirSync(folder, { recursive: true });
for (const dashboard of dashboards) writeFileSync(`${folder}${dashboard.uid}.json`, grafanaJson(dashboard));
