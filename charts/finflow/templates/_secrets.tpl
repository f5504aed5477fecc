{{/*
Secrets are mounted and never in the environment: the services read VARIABLE_FILE. A list of secrets, as JSON, is what a
container's variables and its volume are both made from; `file` alone is one that no variable names.
*/}}
{{- define "finflow.serviceSecrets" -}}
{{- $ := index . 0 }}{{ $service := index . 1 }}
{{- $database := $service.database }}
{{- $list := list (dict "secret" $database.existingSecret "key" $database.urlKey "variable" "DATABASE_URL") }}
{{- if eq $service.name "auth" }}
{{- with $.Values.auth.keyEncryption }}
{{- $list = append $list (dict "secret" .existingSecret "key" .key "variable" "KEY_ENCRYPTION_KEY") }}
{{- end }}
{{- end }}
{{- if $service.processor }}
{{- with $.Values.payments.processorData }}
{{- $list = append $list (dict "secret" .existingSecret "key" .key "variable" "PROCESSOR_DATA_KEYS") }}
{{- end }}
{{- with $.Values.payments.stripe }}
{{- $list = append $list (dict "secret" .existingSecret "key" .secretKey "variable" "STRIPE_SECRET_KEY") }}
{{- $list = append $list (dict "secret" .existingSecret "key" .webhookSecret "variable" "STRIPE_WEBHOOK_SECRET") }}
{{- if not .sandboxUrl }}
{{- $list = append $list (dict "secret" .existingSecret "key" .publishableKey "variable" "STRIPE_PUBLISHABLE_KEY") }}
{{- end }}
{{- end }}
{{- end }}
{{- $list = concat $list (include "finflow.databaseCa" $ | fromJsonArray) (include "finflow.busSecrets" $ | fromJsonArray) }}
{{- toJson $list }}
{{- end }}

{{/* The demo company is made through all four services: `list $ services`. */}}
{{- define "finflow.demoSecrets" -}}
{{- $ := index . 0 }}
{{- $list := list (dict "secret" $.Values.demo.cardSandboxExistingSecret "key" "CARD_SANDBOX_DATABASE_URL" "variable" "CARD_SANDBOX_DATABASE_URL") }}
{{- range $name, $service := index . 1 }}
{{- if $service.migrations }}
{{- $list = append $list (dict "secret" $service.database.existingSecret "key" $service.database.urlKey "variable" (printf "%s_DATABASE_URL" (upper $name))) }}
{{- end }}
{{- end }}
{{- with $.Values.auth.keyEncryption }}
{{- $list = append $list (dict "secret" .existingSecret "key" .key "variable" "KEY_ENCRYPTION_KEY") }}
{{- end }}
{{- with $.Values.payments }}
{{- $list = append $list (dict "secret" .processorData.existingSecret "key" .processorData.key "variable" "PROCESSOR_DATA_KEYS") }}
{{- $list = append $list (dict "secret" .stripe.existingSecret "key" .stripe.secretKey "variable" "STRIPE_SECRET_KEY") }}
{{- $list = append $list (dict "secret" .stripe.existingSecret "key" .stripe.webhookSecret "variable" "STRIPE_WEBHOOK_SECRET") }}
{{- end }}
{{- toJson $list }}
{{- end }}

{{- define "finflow.databaseCa" -}}
{{- with .Values.postgres -}}
{{- ternary (list (dict "secret" .caExistingSecret "key" .caKey "file" "postgres-ca.crt")) list (not (empty .caExistingSecret)) | toJson }}
{{- end }}
{{- end }}

{{/* What the brokers and the registry ask for. */}}
{{- define "finflow.busSecrets" -}}
{{- concat (include "finflow.kafkaSecrets" . | fromJsonArray) (include "finflow.registrySecrets" . | fromJsonArray) | toJson }}
{{- end }}

{{- define "finflow.kafkaSecrets" -}}
{{- $list := list }}
{{- with .Values.kafka.tls.existingSecret }}
{{- $list = append $list (dict "secret" . "key" $.Values.kafka.tls.caKey "variable" "KAFKA_TLS_CA") }}
{{- end }}
{{- with .Values.kafka.sasl }}
{{- if .mechanism }}
{{- if not .username }}
{{- $list = append $list (dict "secret" .existingSecret "key" .usernameKey "variable" "KAFKA_SASL_USERNAME") }}
{{- end }}
{{- $list = append $list (dict "secret" .existingSecret "key" .passwordKey "variable" "KAFKA_SASL_PASSWORD") }}
{{- end }}
{{- end }}
{{- toJson $list }}
{{- end }}

{{- define "finflow.registrySecrets" -}}
{{- $list := list }}
{{- with .Values.schemaRegistry }}
{{- if .existingSecret }}
{{- $list = append $list (dict "secret" .existingSecret "key" .usernameKey "variable" "SCHEMA_REGISTRY_USERNAME") }}
{{- $list = append $list (dict "secret" .existingSecret "key" .passwordKey "variable" "SCHEMA_REGISTRY_PASSWORD") }}
{{- end }}
{{- end }}
{{- toJson $list }}
{{- end }}

{{- define "finflow.secretEnv" }}
{{- range . }}
{{- with .variable }}
- {name: {{ . }}_FILE, value: /run/secrets/finflow/{{ . }}}
{{- end }}
{{- end }}
{{- end }}

{{/* One projected volume: `list volumeName secrets`. */}}
{{- define "finflow.secretVolume" -}}
- name: {{ index . 0 }}
  projected:
    defaultMode: 0440
    sources:
      {{- range index . 1 }}
      - secret:
          name: {{ .secret }}
          items: [{key: {{ .key | quote }}, path: {{ .variable | default .file }}}]
      {{- end }}
{{- end }}
