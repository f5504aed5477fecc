import type { Dashboard, Panel, Query, Row } from './panel.ts';

/** Grafana's grid is this wide. */
const COLUMNS = 24;
const HEIGHT = { row: 1, number: 4, chart: 8 } as const;
// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's own placeholder
const datasource = { type: 'prometheus', uid: '${datasource}' } as const;
/** By `namespace` and `job`, whether they came by a scrape or by OTLP; without a namespace `.*` fits too. */
const SCOPE = 'namespace=~"$namespace",job=~"$job"';

/** A dashboard as Grafana imports it. The same description gives the same text. */
export function grafanaJson({ uid, title, about, rows }: Dashboard): string {
  let y = 0;
  const placed = rows.flatMap((row) => {
    const heading = { type: 'row', title: row.title, collapsed: false, panels: [], gridPos: rowAt(y) };
    const own = placeAll(row, y + HEIGHT.row).map(({ panel, gridPos }) => ({ ...grafanaPanel(panel), gridPos }));
    y = Math.max(...own.map(({ gridPos }) => gridPos.y + gridPos.h));
    return [heading, ...own];
  });
  const dashboard = {
    uid,
    title,
    description: about,
    tags: ['finflow'],
    schemaVersion: 39,
    timezone: 'browser',
    refresh: '30s',
    time: { from: 'now-3h', to: 'now' },
    // One line in all charts at the same moment.
    graphTooltip: 1,
    links: [
      { type: 'dashboards', title: 'FinFlow', tags: ['finflow'], asDropdown: true, keepTime: true, includeVars: true },
    ],
    templating: { list: variables },
    panels: placed.map((panel, index) => ({ id: index + 1, ...panel })),
  };
  return `${JSON.stringify(dashboard, undefined, 2)}\n`;
}

const variables = [
  { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' },
  ...['namespace', 'job'].map((label) => ({
    name: label,
    type: 'query',
    datasource,
    query: { query: `label_values(target_info, ${label})`, refId: label },
    refresh: 2,
    includeAll: true,
    allValue: '.*',
    multi: true,
    current: { text: 'All', value: '$__all' },
  })),
];

function rowAt(y: number) {
  return { x: 0, y, w: COLUMNS, h: HEIGHT.row };
}

/** Side by side, as many as there are up to three charts or six numbers. */
function placeAll({ panels }: Row, top: number) {
  let [x, y] = [0, top];
  return panels.map((panel) => {
    const peers = panels.filter(({ number }) => number === panel.number).length;
    const w = COLUMNS / Math.min(peers, panel.number ? 6 : peers === 4 ? 2 : 3);
    const h = panel.number ? HEIGHT.number : HEIGHT.chart;
    if (x + w > COLUMNS) [x, y] = [0, y + h];
    const gridPos = { x, y, w, h };
    x += w;
    return { panel, gridPos };
  });
}

function grafanaPanel({ title, about, unit, queries, number, limit }: Panel) {
  const steps = [{ color: 'green', value: null }, ...(limit === undefined ? [] : [{ color: 'red', value: limit }])];
  return {
    type: number ? 'stat' : 'timeseries',
    title,
    description: about,
    datasource,
    targets: queries.map(target),
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        thresholds: { mode: 'absolute', steps },
        ...(number
          ? { color: { mode: 'thresholds' } }
          : {
              color: { mode: 'palette-classic' },
              custom: { fillOpacity: 10, thresholdsStyle: { mode: limit === undefined ? 'off' : 'line' } },
            }),
      },
      overrides: [],
    },
    options: number
      ? { reduceOptions: { calcs: ['lastNotNull'] }, graphMode: 'area' }
      : {
          legend: { displayMode: 'table', placement: 'bottom', calcs: ['lastNotNull', 'max'] },
          tooltip: { mode: 'multi' },
        },
  };
}

function target({ expr, legend }: Query, index: number) {
  return {
    refId: String.fromCharCode('A'.charCodeAt(0) + index),
    datasource,
    expr: expr.replaceAll('$scope', SCOPE),
    legendFormat: legend,
  };
}
