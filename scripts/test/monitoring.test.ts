import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { dashboards } from '../monitoring/dashboards/index.ts';
import { grafanaJson } from '../monitoring/grafana.ts';

test.each(dashboards.map((dashboard) => [dashboard.title, dashboard] as const))(
  '“%s” in the chart is what its description says: otherwise run `npm run generate`',
  (_title, dashboard) => {
    const file = new URL(`../../charts/finflow/dashboards/${dashboard.uid}.json`, import.meta.url);
    expect(readFileSync(file, 'utf8')).toBe(grafanaJson(dashboard));
  },
);

test.each(dashboards.map((dashboard) => [dashboard.title, dashboard] as const))(
  '“%s” has panels that do not overlap, each with a sentence about it',
  (_title, dashboard) => {
    const { panels } = JSON.parse(grafanaJson(dashboard)) as { panels: Panel[] };
    const taken = new Set<string>();
    for (const { id, type, description, gridPos } of panels) {
      if (type !== 'row') expect(description).toMatch(/\.$/);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect([id, x < 24, taken.has(`${x}/${y}`)]).toEqual([id, true, false]);
          taken.add(`${x}/${y}`);
        }
      }
    }
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  },
);

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}
