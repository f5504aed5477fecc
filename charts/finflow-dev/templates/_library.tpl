{{- define "dev.metadata" -}}
{{- $ := index . 0 }}{{ $component := index . 1 -}}
name: {{ $.Release.Name }}-{{ index . 2 }}
namespace: {{ $.Release.Namespace }}
labels:
  {{- include "dev.selector" (list $ $component) | nindent 2 }}
  app.kubernetes.io/part-of: finflow
  app.kubernetes.io/managed-by: {{ $.Release.Service }}
  helm.sh/chart: {{ $.Chart.Name }}-{{ $.Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "dev.selector" -}}
app.kubernetes.io/name: finflow-dev
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- define "dev.image" -}}
{{- $ := index . 0 }}{{ $image := index $.Values.images (index . 1) -}}
{{- with $.Values.global.imageRegistry }}{{ . }}/{{ end }}{{ $image.repository }}
{{- if $image.digest }}@{{ $image.digest }}{{ else }}:{{ $image.tag | default $.Chart.AppVersion }}{{ end }}
{{- end }}

{{/* What every pod has: `list $ user`. */}}
{{- define "dev.pod" -}}
{{- $ := index . 0 }}{{ $user := index $.Values.users (index . 1) -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  {{- if $user }}
  runAsUser: {{ $user }}
  runAsGroup: {{ $user }}
  fsGroup: {{ $user }}
  {{- /* Kubelet would open the data to the group at each mount, and PostgreSQL does not start on data that its group may open. */}}
  fsGroupChangePolicy: OnRootMismatch
  {{- end }}
  seccompProfile: {type: RuntimeDefault}
{{- with $.Values.global.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* What every container has: `list $ image`. */}}
{{- define "dev.container" -}}
image: {{ include "dev.image" . }}
imagePullPolicy: IfNotPresent
terminationMessagePolicy: FallbackToLogsOnError
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}

{{/* What needs the databases waits for them instead of failing. */}}
{{- define "dev.waitForPostgres" -}}
- name: wait-for-postgres
  {{- include "dev.container" (list . "postgres") | nindent 2 }}
  command: [sh, -c, "until pg_isready --quiet --username=postgres --host={{ .Release.Name }}-postgres; do echo waiting for PostgreSQL; sleep 1; done"]
  resources: {requests: {cpu: 10m, memory: 16Mi}, limits: {memory: 64Mi}}
{{- end }}

{{/* A volume of the release, or of the pod. */}}
{{- define "dev.data" -}}
{{- if .Values.persistence.enabled }}
persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete, whenScaled: Retain}
volumeClaimTemplates:
  - metadata: {name: data}
    spec:
      accessModes: [ReadWriteOnce]
      {{- with .Values.persistence.storageClassName }}
      storageClassName: {{ . }}
      {{- end }}
      resources: {requests: {storage: {{ .Values.persistence.size }}}}
{{- end }}
{{- end }}
