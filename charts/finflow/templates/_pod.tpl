{{/* What every pod has, tests and hooks too. */}}
{{- define "finflow.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.podSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.global.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Where the pods of Jobs and of the test run, which are no service's own: as `defaults` says. */}}
{{- define "finflow.placement" -}}
{{- with .Values.defaults }}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity.nodeAffinity }}
affinity:
  nodeAffinity:
    {{- toYaml . | nindent 4 }}
{{- end }}
{{- with .priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .runtimeClassName }}
runtimeClassName: {{ . }}
{{- end }}
{{- end }}
{{- end }}

{{/* What every container has: `list $ image`. Its last lines are its status when it ends. */}}
{{- define "finflow.container" -}}
{{- $ := index . 0 }}{{ $image := index . 1 -}}
image: {{ include "finflow.image" (list $ $image) }}
imagePullPolicy: {{ $image.pullPolicy }}
terminationMessagePolicy: FallbackToLogsOnError
{{- with $.Values.securityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Probes: `list $ service`. */}}
{{- define "finflow.probes" -}}
{{- $ := index . 0 }}{{ $service := index . 1 }}
{{- with $service.probes }}
{{- if eq $service.image "services" }}
# The ports open when all is there; until then the service itself waits, says for what, and ends when its patience does.
{{- end }}
startupProbe:
  httpGet: {path: /healthz, port: http}
  periodSeconds: 1
  timeoutSeconds: {{ .timeoutSeconds }}
  failureThreshold: {{ add 60 (div ($service.startWaitMs | int64) 1000) }}
readinessProbe:
  {{- if eq $service.image "web" }}
  httpGet: {path: /healthz, port: http}
  {{- else if and (eq .readinessBy "grpc") (not $.Values.grpc.tls.existingSecret) }}
  grpc: {port: 9090}
  {{- else }}
  httpGet: {path: /readyz, port: http}
  {{- end }}
  periodSeconds: {{ .periodSeconds }}
  timeoutSeconds: {{ .timeoutSeconds }}
  failureThreshold: {{ .readinessFailures }}
# No dependency is asked: a database that is away is no reason to restart.
livenessProbe:
  httpGet: {path: /healthz, port: http}
  periodSeconds: {{ .periodSeconds }}
  timeoutSeconds: {{ .timeoutSeconds }}
  failureThreshold: {{ .livenessFailures }}
{{- end }}
{{- end }}
