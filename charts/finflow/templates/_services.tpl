{{/*
What each deployment is: facts of the code, not wishes of who installs it. A new service is an entry here and one in
values.yaml. `calls` says whom it reaches at which port; the network policies of both sides follow from it.
`lacks` says which values of `defaults` it has no use for, and why: set for it alone, they are refused.
*/}}
{{- define "finflow.facts" -}}
auth:
  image: services
  program: services/auth/src/main.ts
  migrations: services/auth/src/migrate.ts
  calls: {}
  lacks: {autoscaling.lagPerReplica: it consumes no events}
payments:
  image: services
  program: services/payments/src/main.ts
  migrations: services/payments/src/migrate.ts
  calls: {auth: http, accounting: grpc}
  processor: true
  lacks: {autoscaling.lagPerReplica: it consumes no events}
accounting:
  image: services
  program: services/accounting/src/main.ts
  migrations: services/accounting/src/migrate.ts
  consumes: true
  calls: {auth: http}
analytics:
  image: services
  program: services/analytics/src/main.ts
  migrations: services/analytics/src/migrate.ts
  consumes: true
  calls: {auth: http}
web:
  image: web
  calls: {auth: http, payments: http, accounting: http, analytics: http}
  lacks:
    database: the web app has no database
    databasePoolSize: the web app has no database
    drainMs: its web server gives requests in flight 25 s
    logLevel: its web server logs each request
    nodeOptions: its web server is not Node.js
    probes.readinessBy: its web server speaks HTTP alone
    autoscaling.lagPerReplica: it consumes no events
{{- end }}

{{/* The services map that everything is rendered from, as JSON: facts, then defaults, then the service's own values. */}}
{{- define "finflow.services" -}}
{{- $services := dict }}
{{- range $name, $facts := include "finflow.facts" . | fromYaml }}
{{- $own := index $.Values.services $name | default dict }}
{{- $_ := set $services $name (mergeOverwrite (dict "name" $name) $facts (deepCopy $.Values.defaults) (deepCopy $own)) }}
{{- end }}
{{- toJson $services }}
{{- end }}

{{/* How a service's container is configured: `list $ service` → the list under `env:`. */}}
{{- define "finflow.env" -}}
{{- $ := index . 0 }}{{ $service := index . 1 }}
{{- $fullname := include "finflow.fullname" $ }}
{{- if eq $service.image "web" }}
{{- range $name, $_ := $service.calls }}
- {name: {{ upper $name }}_URL, value: "http://{{ $fullname }}-{{ $name }}:8080"}
{{- end }}
{{- else }}
- {name: HTTP_PORT, value: "8080"}
- {name: GRPC_PORT, value: "9090"}
{{- if $.Values.grpc.tls.existingSecret }}
- {name: GRPC_TLS_DIR, value: /run/secrets/grpc}
{{- else }}
- {name: GRPC_PLAINTEXT, value: "true"}
{{- end }}
- {name: TRUSTED_PROXY_HOPS, value: {{ $.Values.trustedProxyHops | quote }}}
- {name: DRAIN_MS, value: {{ $service.drainMs | int64 | quote }}}
- {name: START_WAIT_MS, value: {{ $service.startWaitMs | int64 | quote }}}
- {name: DATABASE_POOL_SIZE, value: {{ $service.databasePoolSize | quote }}}
- {name: LOG_LEVEL, value: {{ $service.logLevel }}}
- {name: TOKEN_ISSUER, value: {{ $.Values.tokens.issuer | quote }}}
- {name: TOKEN_AUDIENCE, value: {{ $.Values.tokens.audience | quote }}}
{{- if $service.calls.auth }}
- {name: JWKS_URL, value: "http://{{ $fullname }}-auth:8080/.well-known/jwks.json"}
{{- end }}
{{- if $service.calls.accounting }}
- {name: ACCOUNTING_ADDRESS, value: "{{ $fullname }}-accounting-grpc:9090"}
{{- end }}
{{- if and $service.processor $.Values.payments.stripe.sandboxUrl }}
- {name: CARD_SANDBOX_URL, value: {{ $.Values.payments.stripe.sandboxUrl | quote }}}
{{- end }}
{{- include "finflow.kafkaEnv" $ }}
{{- include "finflow.registryEnv" $ }}
{{- include "finflow.telemetryEnv" (list $ $service.name) }}
{{- with $service.nodeOptions }}
- {name: NODE_OPTIONS, value: {{ . | quote }}}
{{- end }}
{{- include "finflow.secretEnv" (include "finflow.serviceSecrets" (list $ $service) | fromJsonArray) }}
{{- end }}
{{- with $service.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "finflow.kafkaEnv" }}
- {name: KAFKA_BROKERS, value: {{ .Values.kafka.brokers | quote }}}
{{- with .Values.kafka.prefix }}
- {name: KAFKA_PREFIX, value: {{ . | quote }}}
{{- end }}
{{- with .Values.kafka.replicationFactor }}
- {name: KAFKA_REPLICATION_FACTOR, value: {{ . | quote }}}
{{- end }}
{{- if .Values.kafka.tls.enabled }}
- {name: KAFKA_TLS, value: "true"}
{{- end }}
{{- with .Values.kafka.sasl.mechanism }}
- {name: KAFKA_SASL_MECHANISM, value: {{ . | quote }}}
{{- end }}
{{- with .Values.kafka.sasl.username }}
- {name: KAFKA_SASL_USERNAME, value: {{ . | quote }}}
{{- end }}
{{- end }}

{{- define "finflow.registryEnv" }}
- {name: SCHEMA_REGISTRY_URL, value: {{ .Values.schemaRegistry.url | quote }}}
{{- end }}

{{- define "finflow.telemetryEnv" }}
{{- $ := index . 0 }}{{ $name := index . 1 }}
{{- $telemetry := $.Values.telemetry }}
{{- if or $telemetry.endpoint $telemetry.scrape }}
- {name: OTEL_SERVICE_NAME, value: "finflow-{{ $name }}"}
- {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
- name: OTEL_RESOURCE_ATTRIBUTES
  value: "service.namespace=finflow,service.version={{ $.Chart.AppVersion }},service.instance.id=$(POD_NAME),k8s.namespace.name={{ $.Release.Namespace }},k8s.pod.name=$(POD_NAME)"
{{- with $telemetry.endpoint }}
- {name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ . | quote }}}
{{- end }}
{{- if $telemetry.scrape }}
- {name: METRICS_PORT, value: "9464"}
{{- end }}
{{- range $variable, $value := $telemetry.env }}
- {name: {{ $variable }}, value: {{ $value | quote }}}
{{- end }}
{{- end }}
{{- end }}
