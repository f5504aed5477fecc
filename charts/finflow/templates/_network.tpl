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
