#!/bin/sh
# FinFlow's main journey with nothing but curl and JSON: register, invoice, get paid, see the books, the dashboard,
# a forecast and a category, and a declined card. Every step checks what came back and stops with a sentence when it
# is not what it should be.
#
#   sh docs/guides/first-steps.sh [URL]        URL of a running platform, default http://localhost:3000
set -eu

url=${1:-http://localhost:3000}
url=${url%/}
run=$(date +%s)-$$
token=
last=$(mktemp)
trap 'rm -f "$last"' EXIT

# call PACKAGE.SERVICE/METHOD JSON: prints the answer, whatever its status.
call() {
  # Kept for `fail`, in a file because most calls run in a subshell.
  curl -sS -m 30 "$url/finflow.$1" -H 'content-type: application/json' ${token:+-H "authorization: Bearer $token"} -d "$2" >"$last" && cat "$last"
}

# field NAME: the first value of that name in the JSON on standard input.
field() { grep -o "\"$1\":[[:space:]]*\"\{0,1\}[^\",}]*" | head -n 1 | sed 's/^[^:]*:[[:space:]]*"\{0,1\}//'; }

# amount NAME: the minor units of a money field.
amount() { grep -o "\"$1\":[[:space:]]*{[^}]*}" | head -n 1 | field amountMinor; }

fail() { printf '✗ %s\n  the last answer: %s\n' "$1" "$(cat "$last")" >&2; exit 1; }
say() { printf '✓ %s\n' "$1"; }
expect() { [ "$2" = "$3" ] || fail "$1: expected '$3', got '$2'"; say "$1: $2"; }

# until_is DESCRIPTION WANTED COMMAND…: asks again until the answer is the wanted one. Events take a moment.
until_is() {
  what=$1 wanted=$2 tries=0
  shift 2
  while got=$("$@") && [ "$got" != "$wanted" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || fail "$what: expected '$wanted', got '$got'"
    sleep 0.1
  done
  say "$what: $got"
}

invoice_status() { call accounting.v1.InvoiceService/GetInvoice "{\"id\":\"$1\"}" | field status; }
revenue() { call analytics.v1.DashboardService/GetDashboard '{}' | amount revenue; }
cash() { call analytics.v1.DashboardService/GetDashboard '{}' | amount cash; }

curl -sS -m 30 -o "$last" "$url/healthz" || {
  printf '✗ Nothing answers at %s: is the platform running there? `npm start` runs one; another URL is the argument.\n' "$url" >&2
  exit 1
}

email="first-steps-$run@example.com"
answer=$(call auth.v1.AuthService/Register "{\"email\":\"$email\",\"password\":\"pale-otter-42-lamp\",\"organizationName\":\"First Steps $run\"}")
expect 'registered' "$(printf %s "$answer" | field email)" "$email"

token=$(call auth.v1.AuthService/Login "{\"email\":\"$email\",\"password\":\"pale-otter-42-lamp\"}" | field accessToken)
[ -n "$token" ] || fail 'no access token came back'
expect 'signed in as' "$(call auth.v1.AuthService/GetMe '{}' | field email)" "$email"

today=$(date -u +%F)
invoice=$(call accounting.v1.InvoiceService/CreateInvoice "{\"client\":\"Alder & Quill\",\"amount\":{\"currencyCode\":\"USD\",\"amountMinor\":\"125000\"},\"dueDate\":\"$today\",\"requestId\":\"$run-invoice\"}" | field id)
expect 'invoice made' "$(invoice_status "$invoice")" INVOICE_STATUS_DRAFT
call accounting.v1.InvoiceService/IssueInvoice "{\"id\":\"$invoice\",\"requestId\":\"$run-issue\"}" >/dev/null
expect 'invoice issued' "$(invoice_status "$invoice")" INVOICE_STATUS_PENDING
until_is 'revenue on the dashboard, in cents' 125000 revenue

payment=$(call payments.v1.PaymentService/CreatePayment "{\"amount\":{\"currencyCode\":\"USD\",\"amountMinor\":\"125000\"},\"source\":\"tok_visa\",\"invoiceId\":\"$invoice\",\"requestId\":\"$run-pay\"}")
payment_id=$(printf %s "$payment" | field id)
payment_status() { call payments.v1.PaymentService/GetPayment "{\"id\":\"$1\"}" | field status; }
until_is 'paid with tok_visa' PAYMENT_STATUS_COMPLETED payment_status "$payment_id"
until_is 'invoice' INVOICE_STATUS_PAID invoice_status "$invoice"
until_is 'cash on the dashboard, in cents' 125000 cash
expect 'revenue stayed' "$(revenue)" 125000

entries=$(call accounting.v1.LedgerService/ListJournalEntries "{\"invoiceId\":\"$invoice\"}")
expect 'entries of the invoice (issued, paid)' "$(printf %s "$entries" | field totalSize)" 2
balance=$(call accounting.v1.LedgerService/GetTrialBalance '{}')
totals=$(printf %s "$balance" | sed 's/.*"totals"://')
debit=$(printf %s "$totals" | amount debit)
expect 'trial balance: debits equal credits, in cents' "$(printf %s "$totals" | amount credit)" "$debit"

declined=$(call payments.v1.PaymentService/CreatePayment "{\"amount\":{\"currencyCode\":\"USD\",\"amountMinor\":\"990\"},\"source\":\"tok_chargeDeclined\",\"requestId\":\"$run-declined\"}")
declined_id=$(printf %s "$declined" | field id)
until_is 'declined card' PAYMENT_STATUS_FAILED payment_status "$declined_id"
expect 'the processor says' "$(call payments.v1.PaymentService/GetPayment "{\"id\":\"$declined_id\"}" | field failureCode)" card_declined
expect 'entries in the books, unchanged' "$(call accounting.v1.LedgerService/ListJournalEntries '{}' | field totalSize)" 2

history=
month=1
while [ "$month" -le 24 ]; do
  year=$((2023 + (month - 1) / 12))
  history="$history${history:+,}{\"date\":\"$year-$(printf %02d $(((month - 1) % 12 + 1)))-01\",\"amount\":{\"currencyCode\":\"USD\",\"amountMinor\":\"$((400000 + month * 9000 + (month % 12) * 12000))\"}}"
  month=$((month + 1))
done
forecast=$(call analytics.v1.ForecastService/CreateForecast "{\"forecastType\":\"FORECAST_TYPE_REVENUE\",\"startDate\":\"2025-01-01\",\"periods\":3,\"historicalData\":[$history],\"requestId\":\"$run-forecast\"}")
lower=$(printf %s "$forecast" | amount lowerBound)
upper=$(printf %s "$forecast" | amount upperBound)
[ "${lower:-0}" -lt "${upper:-0}" ] || fail "the forecast has no band: $forecast"
say "forecast for January 2025, in cents: $(printf %s "$forecast" | sed 's/.*"forecast":\[//' | amount amount), between $lower and $upper"

category=$(call analytics.v1.CategorizationService/CategorizeTransaction "{\"description\":\"Office rent Mill Street\",\"amount\":{\"currencyCode\":\"USD\",\"amountMinor\":\"-620000\"},\"requestId\":\"$run-category\"}")
[ -n "$(printf %s "$category" | field confidence)" ] || fail "no category came back: $category"
say "category: $(printf %s "$category" | field category), confidence $(printf %s "$category" | field confidence)"
echo 'The whole journey works.'
