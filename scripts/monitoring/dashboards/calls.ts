import type { Dashboard } from '../panel.ts';

const calls = 'rpc_server_call_duration_seconds';

/** Rate, errors and duration of every method, on both sides. */
export const callsDashboard: Dashboard = {
  uid: 'finflow-calls',
  title: 'FinFlow: calls',
  about: 'Rate, errors and duration of every method. Errors are faults of ours; callers’ mistakes are not.',
  rows: [
    {
      title: 'The last half hour',
      panels: [
        {
          title: 'Calls answered',
          about: 'The share of calls that ended without a fault of ours. The objective is 99.9 % over 30 days.',
          unit: 'percentunit',
          number: true,
          queries: [
            {
              expr: `1 - (sum(rate(${calls}_count{$scope,error_type!=""}[30m])) or vector(0)) / sum(rate(${calls}_count{$scope}[30m]))`,
              legend: 'answered',
            },
          ],
        },
        {
          title: 'Calls within half a second',
          about: 'Of all methods but those that wait for others; see the objectives. 99 % is the objective.',
          unit: 'percentunit',
          number: true,
          queries: [
            {
              expr: `sum(rate(${calls}_bucket{$scope,le="0.5"}[30m])) / sum(rate(${calls}_count{$scope}[30m]))`,
              legend: 'within 0.5 s',
            },
          ],
        },
        {
          title: 'Calls a second',
          about: 'All methods of all replicas.',
          unit: 'reqps',
          number: true,
          queries: [{ expr: `sum(rate(${calls}_count{$scope}[5m]))`, legend: 'calls' }],
        },
      ],
    },
    {
      title: 'Answered',
      panels: [
        {
          title: 'Rate by method',
          about: 'A method that stops while others go on has lost its callers, or its way to them.',
          unit: 'reqps',
          queries: [
            { expr: `sum by (rpc_method) (rate(${calls}_count{$scope}[$__rate_interval]))`, legend: '{{rpc_method}}' },
          ],
        },
        {
          title: 'Faults of ours by method',
          about: 'Anything here spends the error budget.',
          unit: 'reqps',
          queries: [
            {
              expr: `sum by (rpc_method, error_type) (rate(${calls}_count{$scope,error_type!=""}[$__rate_interval]))`,
              legend: '{{rpc_method}} {{error_type}}',
            },
          ],
        },
        {
          title: 'Refusals by code',
          about:
            'Callers’ mistakes: many at once are an attack, a release of a client, or a contract that is hard to meet.',
          unit: 'reqps',
          queries: [
            {
              expr: `sum by (rpc_status_code) (rate(${calls}_count{$scope,rpc_status_code!="",error_type=""}[$__rate_interval]))`,
              legend: '{{rpc_status_code}}',
            },
          ],
        },
        {
          title: 'Half of the calls take at most',
          about: 'The median, by method.',
          unit: 's',
          queries: [
            {
              expr: `histogram_quantile(0.5, sum by (rpc_method, le) (rate(${calls}_bucket{$scope}[$__rate_interval])))`,
              legend: '{{rpc_method}}',
            },
          ],
        },
        {
          title: '99 of 100 calls take at most',
          about: 'What the slowest callers see.',
          unit: 's',
          limit: 2.5,
          queries: [
            {
              expr: `histogram_quantile(0.99, sum by (rpc_method, le) (rate(${calls}_bucket{$scope}[$__rate_interval])))`,
              legend: '{{rpc_method}}',
            },
          ],
        },
        {
          title: 'Load of each replica',
          about: 'Calls a second; uneven lines are connections that did not spread over new pods.',
          unit: 'reqps',
          queries: [
            {
              expr: `sum by (job, instance) (rate(${calls}_count{$scope}[$__rate_interval]))`,
              legend: '{{job}} {{instance}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Between services',
      panels: [
        {
          title: 'Rate by method and target',
          about: 'Calls to other services, retries within one.',
          unit: 'reqps',
          queries: [
            {
              expr: 'sum by (rpc_method, server_address) (rate(rpc_client_call_duration_seconds_count{$scope}[$__rate_interval]))',
              legend: '{{rpc_method}} at {{server_address}}',
            },
          ],
        },
        {
          title: 'Failures by code',
          about: 'To the caller every error is one: `unavailable` is the network or a service that is away.',
          unit: 'reqps',
          queries: [
            {
              expr: 'sum by (rpc_method, error_type) (rate(rpc_client_call_duration_seconds_count{$scope,error_type!=""}[$__rate_interval]))',
              legend: '{{rpc_method}} {{error_type}}',
            },
          ],
        },
        {
          title: '99 of 100 take at most',
          about: 'Longer than the other side says: the network, connections, retries.',
          unit: 's',
          queries: [
            {
              expr: 'histogram_quantile(0.99, sum by (rpc_method, le) (rate(rpc_client_call_duration_seconds_bucket{$scope}[$__rate_interval])))',
              legend: '{{rpc_method}}',
            },
          ],
        },
      ],
    },
  ],
};
