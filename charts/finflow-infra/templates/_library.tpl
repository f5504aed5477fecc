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

{{/*
An object that outlives its release: deleting a Cluster deletes its volumes, and a Kafka that is made anew does not take up
the volumes of the one before.
*/}}
{{- define "infra.kept" -}}
helm.sh/resource-policy: keep
argocd.argoproj.io/sync-options: Prune=false,Delete=false
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
