import type { Dashboard } from '../panel.ts';

/** From the outbox over the bus to the effect, and what got stuck on the way. */
export const eventsDashboard: Dashboard = {
  uid: 'finflow-events',
  title: 'FinFlow: events',
  about: 'From the transaction that makes an event to its effects elsewhere, and what is stuck on the way.',
  rows: [
    {
      title: 'Now',
      panels: [
        {
          title: 'Effects within 2.5 s',
          about: 'Of the last half hour. The objective is 99 % over 30 days.',
          unit: 'percentunit',
          number: true,
          queries: [
            {
              expr: 'sum(rate(finflow_event_delay_seconds_bucket{$scope,le="2.5"}[30m])) / sum(rate(finflow_event_delay_seconds_count{$scope}[30m]))',
              legend: 'within 2.5 s',
            },
          ],
        },
        {
          title: 'Dead letters',
          about: 'Events that somebody has to look at; see the runbook on dead letters.',
          unit: 'short',
          number: true,
          limit: 1,
          queries: [
            {
              expr: 'sum(max by (messaging_consumer_group_name) (finflow_dead_letters_size{$scope}))',
              legend: 'dead letters',
            },
          ],
        },
        {
          title: 'Oldest in an outbox',
          about: 'Over 30 s a relay or the bus stands still.',
          unit: 's',
          number: true,
          limit: 30,
          queries: [{ expr: 'max(finflow_outbox_age_seconds{$scope})', legend: 'oldest' }],
        },
        {
          title: 'Oldest that waits for another',
          about: 'Over 5 minutes the event that it builds on is not coming.',
          unit: 's',
          number: true,
          limit: 300,
          queries: [{ expr: 'max(finflow_inbox_waiting_age_seconds{$scope})', legend: 'oldest' }],
        },
      ],
    },
    {
      title: 'On the way',
      panels: [
        {
          title: 'From commit to effect, 99 of 100 within',
          about: 'The whole way, wherever an event was held up.',
          unit: 's',
          limit: 2.5,
          queries: [
            {
              expr: 'histogram_quantile(0.99, sum by (messaging_consumer_group_name, messaging_destination_name, le) (rate(finflow_event_delay_seconds_bucket{$scope}[$__rate_interval])))',
              legend: '{{messaging_destination_name}} in {{messaging_consumer_group_name}}',
            },
          ],
        },
        {
          title: 'Waiting in the outbox',
          about:
            'Growing for minutes: more is written than published. Every replica tells the same number, hence the maximum.',
          unit: 'short',
          queries: [
            {
              expr: 'max by (db_namespace, messaging_destination_name) (finflow_outbox_size{$scope})',
              legend: '{{messaging_destination_name}} of {{db_namespace}}',
            },
          ],
        },
        {
          title: 'Lag of consumers',
          about: 'One partition alone: an event there is tried again and again.',
          unit: 'short',
          limit: 1_000,
          queries: [
            {
              expr: 'max by (messaging_consumer_group_name, messaging_destination_name, messaging_destination_partition_id) (finflow_consumer_lag{$scope})',
              legend:
                '{{messaging_consumer_group_name}} {{messaging_destination_name}}/{{messaging_destination_partition_id}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Published',
      panels: [
        {
          title: 'Published by topic',
          about: 'Events that the bus took.',
          unit: 'cps',
          queries: [
            {
              expr: 'sum by (messaging_destination_name) (rate(messaging_client_sent_messages_total{$scope,error_type=""}[$__rate_interval]))',
              legend: '{{messaging_destination_name}}',
            },
          ],
        },
        {
          title: 'Refused by the bus',
          about: 'They stay in the outbox and are sent again.',
          unit: 'cps',
          queries: [
            {
              expr: 'sum by (messaging_destination_name, error_type) (rate(messaging_client_sent_messages_total{$scope,error_type!=""}[$__rate_interval]))',
              legend: '{{messaging_destination_name}} {{error_type}}',
            },
          ],
        },
        {
          title: 'Handing a batch to the bus, 99 of 100 within',
          about: 'A slow partition is a slow broker.',
          unit: 's',
          queries: [
            {
              expr: 'histogram_quantile(0.99, sum by (messaging_destination_partition_id, le) (rate(messaging_client_operation_duration_seconds_bucket{$scope}[$__rate_interval])))',
              legend: 'partition {{messaging_destination_partition_id}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Handled',
      panels: [
        {
          title: 'Delivered',
          about: 'Repetitions included: far above what is handled, members of the group restart again and again.',
          unit: 'cps',
          queries: [
            {
              expr: 'sum by (messaging_consumer_group_name, messaging_destination_name) (rate(messaging_client_consumed_messages_total{$scope}[$__rate_interval]))',
              legend: '{{messaging_destination_name}} to {{messaging_consumer_group_name}}',
            },
          ],
        },
        {
          title: 'Handled, deferred, failed',
          about: '`waiting`: put off until the event that it builds on has come.',
          unit: 'cps',
          queries: [
            {
              expr: 'sum by (messaging_consumer_group_name, finflow_outcome) (rate(messaging_process_duration_seconds_count{$scope}[$__rate_interval]))',
              legend: '{{messaging_consumer_group_name}} {{finflow_outcome}}',
            },
          ],
        },
        {
          title: 'Handling one event, 99 of 100 within',
          about: 'The handler alone, without its transaction.',
          unit: 's',
          queries: [
            {
              expr: 'histogram_quantile(0.99, sum by (messaging_destination_name, le) (rate(messaging_process_duration_seconds_bucket{$scope}[$__rate_interval])))',
              legend: '{{messaging_destination_name}}',
            },
          ],
        },
        {
          title: 'Failures by kind',
          about: 'What handlers fail with; after the last try an event becomes a dead letter.',
          unit: 'cps',
          queries: [
            {
              expr: 'sum by (messaging_destination_name, error_type) (rate(messaging_process_duration_seconds_count{$scope,finflow_outcome="failed"}[$__rate_interval]))',
              legend: '{{messaging_destination_name}} {{error_type}}',
            },
          ],
        },
        {
          title: 'Waiting for another event',
          about: 'In the inboxes; it goes back to 0 when what they build on has come.',
          unit: 'short',
          queries: [
            {
              expr: 'max by (messaging_consumer_group_name) (finflow_inbox_waiting_size{$scope})',
              legend: '{{messaging_consumer_group_name}}',
            },
          ],
        },
        {
          title: 'Gauges that could not be read',
          about: 'What is shown of these is old.',
          unit: 'short',
          queries: [
            {
              expr: 'sum by (finflow_gauges) (increase(finflow_gauge_failures_total{$scope}[10m]))',
              legend: '{{finflow_gauges}}',
            },
          ],
        },
      ],
    },
  ],
};
