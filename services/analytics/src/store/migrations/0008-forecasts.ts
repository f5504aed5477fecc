import { sqlMigration } from '@finflow/chassis/database/migrate';
import { tenantTable } from '@finflow/chassis/database/policy';
import { serviceRole } from './role.ts';

const POINTS = ['amounts', 'lower_80', 'upper_80', 'lower_95', 'upper_95'];

/** Forecasts as they were given, one array element a month: what was promised must not change with the method. */
export const forecasts = sqlMigration('Forecasts1764000000008', [
  `create table forecasts (
    organization_id uuid not null,
    id uuid not null,
    user_id uuid not null,
    forecast_type text not null check (forecast_type in ('revenue', 'expense', 'cashflow')),
    currency text not null,
    start_date date not null,
    periods integer not null check (periods between 1 and 12),
    method text not null,
    history_months integer not null,
    history_source text not null check (history_source in ('books', 'caller')),
    ${POINTS.map((name) => `${name} bigint[] not null`).join(',\n    ')},
    mase double precision not null,
    naive_mase double precision not null,
    coverage_80 double precision not null,
    coverage_95 double precision not null,
    windows integer not null,
    sentence text not null,
    created_at timestamptz(3) not null,
    primary key (organization_id, id),
    ${POINTS.map((name) => `check (cardinality(${name}) = periods)`).join(',\n    ')}
  )`,
  'create index forecasts_by_creation on forecasts (organization_id, created_at, id)',
  'create index forecasts_by_start on forecasts (organization_id, start_date, id)',
  ...tenantTable('forecasts', serviceRole, ['select', 'insert']),
]);
