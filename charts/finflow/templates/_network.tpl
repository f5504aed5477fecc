{{/* Paths of the values that are empty and by that let anybody through, of those that are used. */}}
{{- define "finflow.open" -}}
{{- $open := list }}
{{- if .Values.networkPolicy.enabled }}
{{- $used := list "postgres" "kafka" "schemaRegistry" "gateway" }}
{{- if not .Values.payments.stripe.sandboxUrl }}{{ $used = append $used "processor" }}{{ end }}
{{- if .Values.telemetry.endpoint }}{{ $used = append $used "telemetry" }}{{ end }}
{{- if .Values.telemetry.scrape }}{{ $used = append $used "prometheus" }}{{ end }}
{{- range $used }}
{{- if not (index $.Values.networkPolicy .).peers }}{{ $open = append $open (printf "networkPolicy.%s.peers" .) }}{{ end }}
{{- end }}
{{- if not .Values.networkPolicy.dns }}{{ $open = append $open "networkPolicy.dns" }}{{ end }}
{{- end }}
{{- toJson $open }}
{{- end }}

{{/* `from:` or `to:` with peers, or nothing, which means everybody: `list "from" peers`. */}}
{{- define "finflow.peers" -}}
{{- with index . 1 -}}
{{ index $ 0 }}:
  {{- toYaml . | nindent 2 }}
{{- else -}}
{{ index $ 0 }}: []
{{- end }}
{{- end }}

{{/* A way out to something outside of the chart: an entry of `networkPolicy`. */}}
{{- define "finflow.egress" -}}
- {{ include "finflow.peers" (list "to" .peers) | indent 2 | trim }}
  ports:
    {{- range .ports }}
    - {port: {{ . }}, protocol: TCP}
    {{- end }}
{{- end }}

{{- define "finflow.dnsEgress" -}}
- {{ include "finflow.peers" (list "to" .Values.networkPolicy.dns) | indent 2 | trim }}
  ports:
    {{- range .Values.networkPolicy.dnsPorts }}
    - {port: {{ . }}, protocol: UDP}
    - {port: {{ . }}, protocol: TCP}
    {{- end }}
{{- end }}
