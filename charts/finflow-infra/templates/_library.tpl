{{/* `list $ component suffix` */}}
{{- define "infra.metadata" -}}
{{- $ := index . 0 -}}
name: {{ $.Release.Name }}{{ with index . 2 }}-{{ . }}{{ end }}
namespace: {{ $.Release.Namespace }}
labels:
  app.kubernetes.io/name: finflow-infra
  app.kubernetes.io/instance: {{ $.Release.Name }}
  app.kubernetes.io/component: {{ index . 1 }}
  app.kubernetes.io/part-of: finflow
  app.kubernetes.io/managed-by: {{ $.Release.Service }}
  helm.sh/chart: {{ $.Chart.Name }}-{{ $.Chart.Version | replace "+" "_" }}
{{- end }}

{{/* Owners of databases, as JSON: each service's migrations, and the registry, which has no other role. */}}
{{- define "infra.databases" -}}
{{- $databases := dict }}
{{- range list "auth" "payments" "accounting" "analytics" }}
{{- $_ := set $databases . (printf "%s_owner" .) }}
{{- end }}
{{- if .Values.registry.enabled }}
{{- $_ := set $databases "registry" "registry" }}
{{- end }}
{{- toJson $databases }}
{{- end }}
