{{/* What a schema cannot say: values that contradict each other, each with the cure. */}}
{{- define "betstream.checks" -}}
{{- range $role, $of := .Values.roles }}
{{- if gt (int $of.autoscaling.min) (int $of.autoscaling.max) }}
{{- fail (printf "roles.%s.autoscaling.min is %d and max is %d: raise max, or lower min" $role (int $of.autoscaling.min) (int $of.autoscaling.max)) }}
{{- end }}
{{- end }}
{{- if and .Values.postgres.enabled (ge (int .Values.postgres.synchronous) (int .Values.postgres.instances)) }}
{{- fail (printf "postgres.synchronous is %d of %d instances: there must be more instances than standbys that each commit waits for" (int .Values.postgres.synchronous) (int .Values.postgres.instances)) }}
{{- end }}
{{- if and .Values.keda.enabled (not .Values.nats.enabled) }}
{{- fail "keda.enabled needs nats.enabled: the scaler asks the chart's own NATS servers what waits" }}
{{- end }}
{{- if and .Values.ingress.enabled (not .Values.access.trustedProxies) }}
{{- fail "ingress.enabled needs access.trustedProxies, the network of the ingress controller's pods: without it all people count as one client, and the cookie is not one for TLS alone" }}
{{- end }}
{{- if and .Values.signing.heads.enabled (not .Values.signing.enabled) }}
{{- fail "signing.heads.enabled needs signing.enabled: heads are signed with signing.keySecret" }}
{{- end }}
{{- $external := or (not .Values.postgres.enabled) (not .Values.nats.enabled) (not .Values.redis.enabled) }}
{{- if and $external .Values.networkPolicy.enabled (not .Values.networkPolicy.externalCidrs) }}
{{- fail "postgres, nats or redis is external and networkPolicy.externalCidrs is empty: name the networks where they are, or nothing reaches them" }}
{{- end }}
{{- end }}
