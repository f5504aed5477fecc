import type { Dashboard } from '../panel.ts';

/** Payments, refunds and books. */
export const moneyDashboard: Dashboard = {
  uid: 'finflow-money',
  title: 'FinFlow: payments and books',
  about: 'What became of payments and refunds, and whether the books balance. No number is of one organization.',
  rows: [
    {
      title: 'Books',
      panels: [
        {
          title: 'Debits less credits',
          about: 'In minor units over all books. Not 0: the books are wrong, whatever else is green.',
          unit: 'short',
          number: true,
          limit: 1,
          queries: [{ expr: 'max(finflow_ledger_imbalance{$scope})', legend: 'imbalance' }],
        },
        {
          title: 'Unexplained cents',
          about: 'What balances say that the journal’s lines do not, in minor units over all books.',
          unit: 'short',
          number: true,
          limit: 1,
          queries: [{ expr: 'max(finflow_ledger_unexplained{$scope})', legend: 'unexplained' }],
        },
        {
          title: 'All books checked',
          about: 'Time since the latest round through all of them. Without a round, the two numbers beside say little.',
          unit: 's',
          number: true,
          limit: 3_600,
          queries: [{ expr: 'min(finflow_ledger_check_age_seconds{$scope})', legend: 'ago' }],
        },
        {
          title: 'Undecided',
          about: 'Payments and refunds that the processor has not decided.',
          unit: 'short',
          number: true,
          queries: [{ expr: 'sum(max by (finflow_subject) (finflow_undecided_size{$scope}))', legend: 'undecided' }],
        },
      ],
    },
    {
      title: 'Payments',
      panels: [
        {
          title: 'Decided payments',
          about: '`declined` is the bank’s or the payer’s doing, `failed` the processing’s.',
          unit: 'cps',
          queries: [
            {
              expr: 'sum by (finflow_outcome) (rate(finflow_payments_total{$scope}[$__rate_interval]))',
              legend: '{{finflow_outcome}}',
            },
          ],
        },
        {
          title: 'Share of declined payments',
          about: 'A sudden change is a rule of the processor’s, a kind of card, or somebody trying out stolen ones.',
          unit: 'percentunit',
          queries: [
            {
              expr: 'sum(rate(finflow_payments_total{$scope,finflow_outcome="declined"}[30m])) / sum(rate(finflow_payments_total{$scope}[30m]))',
              legend: 'declined',
            },
          ],
        },
        {
          title: 'Failed by reason',
          about: 'Payments that could not be made, whatever the bank would have said.',
          unit: 'cps',
          queries: [
            {
              expr: 'sum by (error_type) (rate(finflow_payments_total{$scope,finflow_outcome="failed"}[$__rate_interval]))',
              legend: '{{error_type}}',
            },
          ],
        },
        {
          title: 'Taken, by currency',
          about: 'Minor units an hour: cents of a dollar, yen of a yen.',
          unit: 'short',
          queries: [
            {
              expr: 'sum by (finflow_currency) (increase(finflow_payment_amount_total{$scope}[1h]))',
              legend: '{{finflow_currency}}',
            },
          ],
        },
        {
          title: 'Refunds',
          about: '`returned`: a bank sent it back, and a person has to pay the customer some other way.',
          unit: 'cps',
          queries: [
            {
              expr: 'sum by (finflow_outcome) (rate(finflow_refunds_total{$scope}[$__rate_interval]))',
              legend: '{{finflow_outcome}}',
            },
          ],
        },
        {
          title: 'Asked in vain',
          about: 'How often the processor was asked about the one that it was asked about most; 6 are half an hour.',
          unit: 'short',
          limit: 6,
          queries: [
            { expr: 'max by (finflow_subject) (finflow_undecided_attempts{$scope})', legend: '{{finflow_subject}}' },
          ],
        },
      ],
    },
    {
      title: 'Around them',
      panels: [
        {
          title: 'Calls to the processor, 99 of 100 within',
          about: 'By HTTP, with everything else that services fetch.',
          unit: 's',
          queries: [
            {
              expr: 'histogram_quantile(0.99, sum by (server_address, le) (rate(http_client_request_duration_seconds_bucket{$scope}[$__rate_interval])))',
              legend: '{{server_address}}',
            },
          ],
        },
        {
          title: 'Requests by HTTP, by answer',
          about: 'Webhooks among them: 503 are delivered again, 400 were not signed.',
          unit: 'reqps',
          queries: [
            {
              expr: 'sum by (job, http_response_status_code) (rate(http_server_request_duration_seconds_count{$scope}[$__rate_interval]))',
              legend: '{{job}} {{http_response_status_code}}',
            },
          ],
        },
        {
          title: 'Journal entries published',
          about: 'What was booked, a moment later.',
          unit: 'cps',
          queries: [
            {
              expr: 'sum(rate(messaging_client_sent_messages_total{$scope,messaging_destination_name="journal_entry_posted",error_type=""}[$__rate_interval]))',
              legend: 'entries',
            },
          ],
        },
      ],
    },
  ],
};
