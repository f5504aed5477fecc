{{- define "finflow.fullname" -}}
{{- .Values.fullnameOverride | default .Release.Name | trunc 40 | trimSuffix "-" }}
{{- end }}

{{/* What tells one component's pods from all others: `list $ component`. */}}
{{- define "finflow.selector" -}}
app.kubernetes.io/name: finflow
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{/* Metadata of an object: `list $ component nameSuffix [annotations]`. */}}
{{- define "finflow.metadata" -}}
{{- $ := index . 0 }}{{ $component := index . 1 }}{{ $suffix := index . 2 }}
{{- $annotations := dict }}
{{- if gt (len .) 3 }}{{ $annotations = index . 3 | default dict }}{{ end }}
{{- $annotations = merge (dict) $annotations $.Values.commonAnnotations -}}
name: {{ include "finflow.fullname" $ }}{{ with $suffix }}-{{ . }}{{ end }}
namespace: {{ $.Release.Namespace }}
labels:
  {{- include "finflow.selector" (list $ $component) | nindent 2 }}
  app.kubernetes.io/version: {{ $.Chart.AppVersion | quote }}
  app.kubernetes.io/part-of: finflow
  app.kubernetes.io/managed-by: {{ $.Release.Service }}
  helm.sh/chart: {{ $.Chart.Name }}-{{ $.Chart.Version | replace "+" "_" }}
  {{- with $.Values.commonLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with $annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* `list $ image`. A digest wins over a tag. */}}
{{- define "finflow.image" -}}
{{- $ := index . 0 }}{{ $image := index . 1 }}
{{- with $.Values.global.imageRegistry | default $image.registry }}{{ . }}/{{ end }}
{{- $image.repository }}
{{- if $image.digest }}@{{ $image.digest }}{{ else }}:{{ $image.tag | default $.Chart.AppVersion }}{{ end }}
{{- end }}

{{/*
How a Job runs, as annotations: `list job mode weight`. One that failed stays, to be read. The demo company is made once,
before there are services.
*/}}
{{- define "finflow.jobAnnotations" -}}
{{- $mode := index . 1 }}{{ $weight := index . 2 -}}
{{- if eq $mode "hook" }}
helm.sh/hook: {{ ternary "pre-install" "pre-install,pre-upgrade" (eq (index . 0) "demo") }}
helm.sh/hook-weight: {{ $weight | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
helm.sh/hook-output-log-policy: hook-failed
{{- else if eq $mode "argocd" }}
argocd.argoproj.io/hook: PreSync
argocd.argoproj.io/sync-wave: {{ $weight | quote }}
argocd.argoproj.io/hook-delete-policy: BeforeHookCreation,HookSucceeded
{{- end }}
{{- end }}
