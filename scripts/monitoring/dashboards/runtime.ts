import type { Dashboard } from '../panel.ts';

/** What saturates: connections, event loops, heaps. */
export const runtimeDashboard: Dashboard = {
  uid: 'finflow-runtime',
  title: 'FinFlow: database and processes',
  about: 'What saturates first: connections, event loops, heaps.',
  rows: [
    {
      title: 'Database',
      panels: [
        {
          title: 'Transactions waiting for a connection',
          about: 'Anything but 0 for more than a moment: the pool is too small, or transactions are too long.',
          unit: 'short',
          limit: 1,
          queries: [
            {
              expr: 'max by (job, instance) (db_client_connection_pending_requests{$scope})',
              legend: '{{job}} {{instance}}',
            },
          ],
        },
        {
          title: 'Share of the pool in use',
          about: 'Of each replica.',
          unit: 'percentunit',
          limit: 0.9,
          queries: [
            {
              expr: 'max by (job, instance) (db_client_connection_count{$scope,db_client_connection_state="used"}) / max by (job, instance) (db_client_connection_max{$scope})',
              legend: '{{job}} {{instance}}',
            },
          ],
        },
        {
          title: 'Connections by state',
          about: 'Over all replicas; `max_connections` of PostgreSQL bounds the sum.',
          unit: 'short',
          queries: [
            {
              expr: 'sum by (db_client_connection_pool_name, db_client_connection_state) (db_client_connection_count{$scope})',
              legend: '{{db_client_connection_pool_name}} {{db_client_connection_state}}',
            },
          ],
        },
        {
          title: 'Statements a second',
          about: 'Those within a span, by their first word.',
          unit: 'ops',
          queries: [
            {
              expr: 'sum by (db_namespace, db_operation_name) (rate(db_client_operation_duration_seconds_count{$scope}[$__rate_interval]))',
              legend: '{{db_namespace}} {{db_operation_name}}',
            },
          ],
        },
        {
          title: '99 of 100 statements take at most',
          about: 'With their way there and back.',
          unit: 's',
          queries: [
            {
              expr: 'histogram_quantile(0.99, sum by (db_namespace, db_operation_name, le) (rate(db_client_operation_duration_seconds_bucket{$scope}[$__rate_interval])))',
              legend: '{{db_namespace}} {{db_operation_name}}',
            },
          ],
        },
        {
          title: 'Statements that failed',
          about: 'By SQLSTATE: 40001 and 40P01 are conflicts, which are tried again.',
          unit: 'ops',
          queries: [
            {
              expr: 'sum by (db_namespace, error_type) (rate(db_client_operation_duration_seconds_count{$scope,error_type!=""}[$__rate_interval]))',
              legend: '{{db_namespace}} {{error_type}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Processes',
      panels: [
        {
          title: 'Event loop in use',
          about: 'Near 100 % a process can do no more, however many cores there are: more replicas.',
          unit: 'percentunit',
          limit: 0.9,
          queries: [{ expr: 'nodejs_eventloop_utilization_ratio{$scope}', legend: '{{job}} {{instance}}' }],
        },
        {
          title: 'Event loop held up, 99 of 100 at most',
          about: 'Everything else waits that long: a heavy calculation, a large message.',
          unit: 's',
          limit: 0.1,
          queries: [{ expr: 'nodejs_eventloop_delay_p99_seconds{$scope}', legend: '{{job}} {{instance}}' }],
        },
        {
          title: 'Heap in use',
          about: 'Growing for days is a leak.',
          unit: 'bytes',
          queries: [
            { expr: 'sum by (job, instance) (v8js_memory_heap_used_bytes{$scope})', legend: '{{job}} {{instance}}' },
          ],
        },
        {
          title: 'Time spent collecting garbage',
          about: 'Share of a second.',
          unit: 'percentunit',
          queries: [
            {
              expr: 'sum by (job, instance) (rate(v8js_gc_duration_seconds_sum{$scope}[$__rate_interval]))',
              legend: '{{job}} {{instance}}',
            },
          ],
        },
      ],
    },
  ],
};
