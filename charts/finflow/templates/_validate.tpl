{{/* What the schema cannot say. Every problem at once, each with what to do. */}}
{{- define "finflow.validate" -}}
{{- $kinds := list "renamed" "missing" "malformed" "contradictions" }}
{{- if eq .Values.environment "production" }}{{ $kinds = append $kinds "unfitForProduction" }}{{ end }}
{{- $problems := list }}
{{- range $kinds }}
{{- $problems = concat $problems (include (printf "finflow.%s" .) $ | fromJsonArray) }}
{{- end }}
{{- if $problems }}
{{- fail (printf "\n\nThe values do not describe an installation that works:\n  - %s\n" (join "\n  - " $problems)) }}
{{- end }}
{{- end }}

{{/*
Keys that are no more, or are called otherwise elsewhere: `path: what to do`. The schema lets them through to here, so
that their sentence is read and not a parser's. A key that a release takes away is added here and in UPGRADING.md.
*/}}
{{- define "finflow.renamedKeys" -}}
replicaCount: "set `defaults.replicas`, or `services.NAME.replicas` for one service"
image: "set `images.services` and `images.web`"
imageRegistry: "set `global.imageRegistry`"
imagePullSecrets: "set `global.imagePullSecrets`"
resources: "set `services.NAME.resources`, or `defaults.resources`"
autoscaling: "set `services.NAME.autoscaling.by` to `hpa` or `keda`"
nodeSelector: "set `defaults.nodeSelector`"
tolerations: "set `defaults.tolerations`"
affinity: "set `defaults.affinity`"
extraEnv: "set `defaults.extraEnv`, or `services.NAME.extraEnv`"
podAnnotations: "set `defaults.podAnnotations`"
podLabels: "set `defaults.podLabels`"
serviceAccount: "each service has its own; set `services.NAME.serviceAccountAnnotations`"
postgresql: "no database comes with this chart: give `services.NAME.database.existingSecret`, or install finflow-dev to try it"
database: "each service has its own database: set `services.NAME.database.existingSecret`"
stripe: "set `payments.stripe`"
gateway: "set `httpRoute`"
networkPolicies: "set `networkPolicy`"
nameOverride: "set `fullnameOverride`"
{{- end }}

{{- define "finflow.renamed" -}}
{{- $problems := list }}
{{- range $key, $advice := include "finflow.renamedKeys" . | fromYaml }}
{{- if hasKey $.Values $key }}
{{- $problems = append $problems (printf "`%s` is not read: %s." $key $advice) }}
{{- end }}
{{- end }}
{{- toJson $problems }}
{{- end }}

{{/* What services do not take for a URL: `list path value whose`. */}}
{{- define "finflow.notUrl" -}}
{{- $problems := list }}
{{- if not (regexMatch "^https?://[^\\s/?#]+[^\\s]*$" (index . 1)) }}
{{- $problems = append $problems (printf "`%s` is `%s`, but must be the http or https URL of %s." (index . 0) (index . 1) (index . 2)) }}
{{- end }}
{{- toJson $problems }}
{{- end }}

{{- define "finflow.missing" -}}
{{- $problems := list }}
{{- if not .Values.environment }}
{{- $problems = append $problems "`environment` is required: set it to `development`, `staging` or `production`." }}
{{- end }}
{{- range $name, $service := include "finflow.services" . | fromJson }}
{{- if and $service.migrations (not $service.database.existingSecret) }}
{{- $problems = append $problems (printf "`services.%s.database.existingSecret` is required: name a Secret with the URL of its database, %s at key %s, as the role %s_service (README, \"Databases\")." $name "postgresql://…" $service.database.urlKey $name) }}
{{- end }}
{{- end }}
{{- if not .Values.auth.keyEncryption.existingSecret }}
{{- $problems = append $problems (printf "`auth.keyEncryption.existingSecret` is required: make a Secret with `openssl rand -base64 32` at key %s, and keep a copy: without it nobody stays signed in." .Values.auth.keyEncryption.key) }}
{{- end }}
{{- if not .Values.payments.processorData.existingSecret }}
{{- $problems = append $problems (printf "`payments.processorData.existingSecret` is required: make a Secret with `first:` and the output of `openssl rand -base64 32` at key %s." .Values.payments.processorData.key) }}
{{- end }}
{{- if not .Values.payments.stripe.existingSecret }}
{{- $problems = append $problems "`payments.stripe.existingSecret` is required: name a Secret with the keys of the Stripe account, or of the card sandbox." }}
{{- end }}
{{- if not .Values.kafka.brokers }}
{{- $problems = append $problems "`kafka.brokers` is required: name the brokers as host:port, separated by commas." }}
{{- else if not (regexMatch "^[^\\s,:]+:\\d{1,5}(,[^\\s,:]+:\\d{1,5})*$" .Values.kafka.brokers) }}
{{- $problems = append $problems "`kafka.brokers` must be host:port, or several of them separated by commas without spaces." }}
{{- end }}
{{- if not .Values.schemaRegistry.url }}
{{- $problems = append $problems "`schemaRegistry.url` is required: give the http or https URL of the registry's Confluent-compatible API, such as http://registry:8080/apis/ccompat/v7." }}
{{- else }}
{{- $problems = concat $problems (include "finflow.notUrl" (list "schemaRegistry.url" .Values.schemaRegistry.url "the registry's Confluent-compatible API, such as http://registry:8080/apis/ccompat/v7") | fromJsonArray) }}
{{- end }}
{{- toJson $problems }}
{{- end }}

{{- define "finflow.malformed" -}}
{{- $problems := list }}
{{- with .Values.payments.stripe.sandboxUrl }}
{{- $problems = concat $problems (include "finflow.notUrl" (list "payments.stripe.sandboxUrl" . "a card sandbox, such as http://finflow-dev-card-sandbox:12111") | fromJsonArray) }}
{{- end }}
{{- with .Values.telemetry.endpoint }}
{{- $problems = concat $problems (include "finflow.notUrl" (list "telemetry.endpoint" . "a collector that takes OTLP over HTTP, such as http://otel-collector:4318") | fromJsonArray) }}
{{- end }}
{{- $pulled := dict "global.imageRegistry" .Values.global.imageRegistry }}
{{- range $path, $image := dict "images.services" .Values.images.services "images.web" .Values.images.web "test.image" .Values.test.image }}
{{- range list "registry" "repository" }}{{ $_ := set $pulled (printf "%s.%s" $path .) (index $image .) }}{{ end }}
{{- if contains "@" $image.repository }}
{{- $problems = append $problems (printf "`%s.repository` has a digest: give it as `%s.digest`." $path $path) }}
{{- else if regexMatch ":[^/]*$" $image.repository }}
{{- $problems = append $problems (printf "`%s.repository` has a tag: give it as `%s.tag`." $path $path) }}
{{- end }}
{{- if not (regexMatch "^(\\w[\\w.-]{0,127})?$" ($image.tag | default "")) }}
{{- $problems = append $problems (printf "`%s.tag` is `%s`, but a tag is up to 128 letters, digits, `_`, `.` and `-`, and begins with neither of the last two." $path $image.tag) }}
{{- end }}
{{- end }}
{{- range $path, $name := $pulled }}
{{- if regexMatch "\\s|://" ($name | default "") }}
{{- $problems = append $problems (printf "`%s` is `%s`, but must be as `docker pull` takes it: without a scheme and without spaces." $path $name) }}
{{- end }}
{{- end }}
{{- range $which := list "postgres" "kafka" "schemaRegistry" "processor" "telemetry" }}
{{- if not (index $.Values.networkPolicy $which).ports }}
{{- $problems = append $problems (printf "`networkPolicy.%s.ports` is empty, which would open every port: list those that are used." $which) }}
{{- end }}
{{- end }}
{{- if not .Values.networkPolicy.dnsPorts }}
{{- $problems = append $problems "`networkPolicy.dnsPorts` is empty, which would open every port: list those that are used." }}
{{- end }}
{{- $resources := dict "defaults" .Values.defaults.resources "jobs" .Values.jobs.resources "demo" .Values.demo.resources }}
{{- range $name, $_ := include "finflow.facts" . | fromYaml }}
{{- $_ := set $resources (printf "services.%s" $name) (index $.Values.services $name | default dict).resources }}
{{- end }}
{{- range $path, $wanted := $resources }}
{{- range $bound := list "requests" "limits" }}
{{- range $resource, $quantity := index ($wanted | default dict) $bound | default dict }}
{{- /* `null` takes a default away. */}}
{{- if not (or (kindIs "invalid" $quantity) (regexMatch "^(\\d+\\.?\\d*|\\.\\d+)([numk]|Ki|[MGTPE]i?|[eE][+-]?\\d+)?$" (toString $quantity))) }}
{{- $problems = append $problems (printf "`%s.resources.%s.%s` is `%v`, but must be a quantity of Kubernetes, such as 100m (a tenth of a CPU), 2, 192Mi or 1Gi." $path $bound $resource $quantity) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- toJson $problems }}
{{- end }}

{{- define "finflow.contradictions" -}}
{{- $problems := list }}
{{- range $name, $_ := .Values.services }}
{{- if not (hasKey (include "finflow.facts" $ | fromYaml) $name) }}
{{- $problems = append $problems (printf "`services.%s` is no service: they are auth, payments, accounting, analytics and web." $name) }}
{{- end }}
{{- end }}
{{- range $name, $service := include "finflow.services" . | fromJson }}
{{- range $path, $why := $service.lacks }}
{{- $keys := splitList "." $path }}
{{- $within := index $.Values.services $name }}
{{- range initial $keys }}{{ $within = get ($within | default dict) . }}{{ end }}
{{- if hasKey ($within | default dict) (last $keys) }}
{{- $problems = append $problems (printf "`services.%s.%s` is not read: %s. Take it away." $name $path $why) }}
{{- end }}
{{- end }}
{{- $scaling := $service.autoscaling }}
{{- if and (ne $scaling.by "none") (gt (int $scaling.minReplicas) (int $scaling.maxReplicas)) }}
{{- $problems = append $problems (printf "`services.%s.autoscaling`: minReplicas must not be above maxReplicas." $name) }}
{{- end }}
{{- if and (ne $scaling.by "none") (not (dig "resources" "requests" "cpu" "" $service)) }}
{{- $problems = append $problems (printf "`services.%s.resources.requests.cpu` is required: scaling by CPU is by its share." $name) }}
{{- end }}
{{- if and (eq $scaling.by "keda") $service.consumes $.Values.kafka.sasl.mechanism (not $.Values.keda.authenticationRef) }}
{{- $problems = append $problems (printf "`keda.authenticationRef` is required with `services.%s.autoscaling.by: keda` and `kafka.sasl`: name a TriggerAuthentication by which KEDA signs in to the brokers." $name) }}
{{- end }}
{{- if has (toString $service.disruptionBudget.maxUnavailable) (list "0" "0%") }}
{{- $problems = append $problems (printf "`services.%s.disruptionBudget.maxUnavailable` must not be 0: no node could be drained." $name) }}
{{- end }}
{{- end }}
{{- with .Values.kafka }}
{{- if and .sasl.mechanism (not .sasl.existingSecret) }}
{{- $problems = append $problems "`kafka.sasl.existingSecret` is required with `kafka.sasl.mechanism`: name a Secret with the user's name and password." }}
{{- end }}
{{- if and .sasl.existingSecret (not .sasl.mechanism) }}
{{- $problems = append $problems "`kafka.sasl.mechanism` is required with `kafka.sasl.existingSecret`: PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512." }}
{{- end }}
{{- if and .tls.existingSecret (not .tls.enabled) }}
{{- $problems = append $problems "`kafka.tls.existingSecret` is given but `kafka.tls.enabled` is not: set it to true, or the connections are not encrypted." }}
{{- end }}
{{- end }}
{{- with .Values.httpRoute }}
{{- if and .enabled (not .parentRefs) }}
{{- $problems = append $problems "`httpRoute.parentRefs` is required: name the Gateway, as [{name: …, namespace: …}]." }}
{{- end }}
{{- end }}
{{- with .Values.ingress }}
{{- if and .enabled (not .hosts) }}
{{- $problems = append $problems "`ingress.hosts` is required: list the host names of the web app." }}
{{- end }}
{{- end }}
{{- if and .Values.httpRoute.enabled .Values.ingress.enabled }}
{{- $problems = append $problems "`httpRoute` and `ingress` are both enabled: keep one, so that there is one door." }}
{{- end }}
{{- if and .Values.serviceMonitor.enabled (not .Values.telemetry.scrape) }}
{{- $problems = append $problems "`serviceMonitor.enabled` needs `telemetry.scrape: true`: there is nothing to scrape otherwise." }}
{{- end }}
{{- if and (eq .Values.migrations.mode "argocd") (eq .Values.topics.mode "hook") }}
{{- $problems = append $problems "`topics.mode` is `hook` beside `migrations.mode: argocd`: set it to `argocd` too, which orders both." }}
{{- end }}
{{- if .Values.demo.enabled }}
{{- if ne .Values.environment "development" }}
{{- $problems = append $problems "`demo.enabled` makes a login whose password is public: it is for `environment: development` alone." }}
{{- /* What it needs besides would be the wrong advice elsewhere: a sandbox, above all. */}}
{{- else }}
{{- if not (and .Values.payments.stripe.sandboxUrl .Values.demo.cardSandboxExistingSecret) }}
{{- $problems = append $problems "`demo.enabled` pays with no real card: set `payments.stripe.sandboxUrl` and `demo.cardSandboxExistingSecret`, as values-dev.yaml does." }}
{{- end }}
{{- if ne .Values.migrations.mode "hook" }}
{{- $problems = append $problems "`demo.enabled` comes between migrations and services: set `migrations.mode: hook`." }}
{{- end }}
{{- end }}
{{- end }}
{{- toJson $problems }}
{{- end }}

{{- define "finflow.unfitForProduction" -}}
{{- $problems := list }}
{{- if .Values.payments.stripe.sandboxUrl }}
{{- $problems = append $problems "`payments.stripe.sandboxUrl` moves no money: remove it in production." }}
{{- end }}
{{- range $name, $service := include "finflow.services" . | fromJson }}
{{- $least := ternary $service.replicas $service.autoscaling.minReplicas (eq $service.autoscaling.by "none") }}
{{- if lt (int $least) 2 }}
{{- $problems = append $problems (printf "`services.%s` has fewer than 2 replicas: one node's drain would stop it. Set `replicas`, or `autoscaling.minReplicas`, to 2 or more." $name) }}
{{- end }}
{{- end }}
{{- if eq (int .Values.kafka.replicationFactor) 1 }}
{{- $problems = append $problems "`kafka.replicationFactor: 1` keeps each event on one broker: leave it out, or set 2 or more, in production." }}
{{- end }}
{{- range $which, $image := .Values.images }}
{{- if and (eq ($image.tag | default "") "latest") (not $image.digest) }}
{{- $problems = append $problems (printf "`images.%s.tag: latest` changes under running pods: name a version, or `images.%s.digest`." $which $which) }}
{{- end }}
{{- end }}
{{- $named := dict "global.imageRegistry" .Values.global.imageRegistry "kafka.brokers" .Values.kafka.brokers "schemaRegistry.url" .Values.schemaRegistry.url "telemetry.endpoint" .Values.telemetry.endpoint }}
{{- range $which, $image := .Values.images }}{{ $_ := set $named (printf "images.%s.registry" $which) $image.registry }}{{ end }}
{{- if .Values.httpRoute.enabled }}{{ $_ := set $named "httpRoute.hostnames" (join "," .Values.httpRoute.hostnames) }}{{ end }}
{{- if .Values.ingress.enabled }}{{ $_ := set $named "ingress.hosts" (join "," .Values.ingress.hosts) }}{{ end }}
{{- range $path, $names := $named }}
{{- if regexMatch "(^|[./,@])example\\.(com|net|org)([:/,]|$)" ($names | default "") }}
{{- $problems = append $problems (printf "`%s` has an example in it, `%s`: put names of your own there." $path $names) }}
{{- end }}
{{- end }}
{{- range $which := list "postgres" "kafka" "schemaRegistry" "processor" "telemetry" "prometheus" "gateway" }}
{{- if contains "\"192.0.2." (toJson (index $.Values.networkPolicy $which).peers) }}
{{- $problems = append $problems (printf "`networkPolicy.%s.peers` has an address of 192.0.2.0/24, which are examples: put your own there." $which) }}
{{- end }}
{{- end }}
{{- if not .Values.networkPolicy.enabled }}
{{- $problems = append $problems "`networkPolicy.enabled` must be true in production: gRPC between the services and their databases are behind it." }}
{{- end }}
{{- range include "finflow.open" . | fromJsonArray }}
{{- $problems = append $problems (printf "`%s` is required in production: say where it is, by a podSelector, a namespaceSelector or an ipBlock." .) }}
{{- end }}
{{- toJson $problems }}
{{- end }}
