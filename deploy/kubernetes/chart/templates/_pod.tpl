{{/* What every pod of ours has in common. */}}

{{- define "betstream.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ .user }}
runAsGroup: {{ .user }}
fsGroup: {{ .user }}
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "betstream.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{/* (dict "root" $ "labels" text): spread over zones and nodes. */}}
{{- define "betstream.spread" -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: topology.kubernetes.io/zone
    whenUnsatisfiable: {{ .root.Values.topologySpread.zones }}
    labelSelector:
      matchLabels:
        {{- .labels | nindent 8 }}
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: {{ .root.Values.topologySpread.nodes }}
    labelSelector:
      matchLabels:
        {{- .labels | nindent 8 }}
{{- end }}

{{- define "betstream.placing" -}}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "betstream.env" -}}
- name: HOSTNAME
  valueFrom: {fieldRef: {fieldPath: metadata.name}}
- name: DATABASE_URL
  valueFrom:
    secretKeyRef:
      {{- if .Values.postgres.enabled }}
      name: {{ include "betstream.name" . }}-postgres-app
      key: uri
      {{- else }}
      {{- toYaml .Values.postgres.external | nindent 6 }}
      {{- end }}
- name: REDIS_URL
  {{- if .Values.redis.enabled }}
  value: redis://{{ include "betstream.name" . }}-redis:6379
  {{- else }}
  valueFrom:
    secretKeyRef:
      {{- toYaml .Values.redis.external | nindent 6 }}
  {{- end }}
- name: NATS_URL
  {{- if .Values.nats.enabled }}
  value: nats://{{ include "betstream.name" . }}-nats:4222
  {{- else }}
  valueFrom:
    secretKeyRef:
      {{- toYaml .Values.nats.external | nindent 6 }}
  {{- end }}
- name: BETSTREAM_SESSION_SECRET
  valueFrom:
    secretKeyRef:
      {{- toYaml .Values.access.sessionSecret | nindent 6 }}
{{- end }}

{{- define "betstream.volumes" -}}
- name: tokens
  secret:
    secretName: {{ .Values.access.tokensSecret.name }}
    items: [{key: {{ .Values.access.tokensSecret.key }}, path: tokens}]
{{- if .Values.signing.enabled }}
- name: signing
  secret:
    secretName: {{ .Values.signing.keySecret.name }}
    items: [{key: {{ .Values.signing.keySecret.key }}, path: signing.key}]
{{- end }}
{{- end }}

{{- define "betstream.volumeMounts" -}}
- {name: tokens, mountPath: /run/betstream/tokens, readOnly: true}
{{- if .Values.signing.enabled }}
- {name: signing, mountPath: /run/betstream/signing, readOnly: true}
{{- end }}
{{- end }}

{{/* A pod of a role: (dict "root" $ "role" "api" "of" .Values.roles.api). */}}
{{- define "betstream.pod" -}}
{{- $name := include "betstream.name" .root }}
serviceAccountName: {{ $name }}
automountServiceAccountToken: false
enableServiceLinks: false
# What is in hand is finished within 30 seconds, once nobody asks any more.
terminationGracePeriodSeconds: {{ add 35 .root.Values.drainSeconds }}
securityContext:
  {{- include "betstream.podSecurity" (dict "user" 65532) | nindent 2 }}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- include "betstream.placing" .root }}
containers:
  - name: betstream
    image: {{ include "betstream.image" .root }}
    imagePullPolicy: {{ .root.Values.image.pullPolicy }}
    args: [serve]
    envFrom:
      - configMapRef: {name: {{ $name }}}
    env:
      {{- include "betstream.env" .root | nindent 6 }}
      - name: BETSTREAM_ROLES
        value: {{ .role }}
    ports:
      - {name: http, containerPort: 3001}
    # A database that is not there yet is waited for: that is no reason to start again.
    startupProbe:
      httpGet: {path: /livez, port: http}
      periodSeconds: 2
      failureThreshold: 60
    livenessProbe:
      httpGet: {path: /livez, port: http}
      periodSeconds: 10
      timeoutSeconds: 5
      failureThreshold: 3
    # Of the API: whether it was ready once. A server that all stand on is down for all: each says so
    # with the reason and when to come again, which nobody hears of pods that are taken away.
    readinessProbe:
      httpGet: {path: {{ eq .role "api" | ternary "/health" "/readyz" }}, port: http}
      periodSeconds: 3
      timeoutSeconds: 3
      failureThreshold: 2
    lifecycle:
      preStop: {sleep: {seconds: {{ .root.Values.drainSeconds }}}}
    resources:
      {{- toYaml .of.resources | nindent 6 }}
    securityContext:
      {{- include "betstream.containerSecurity" . | nindent 6 }}
    volumeMounts:
      {{- include "betstream.volumeMounts" .root | nindent 6 }}
volumes:
  {{- include "betstream.volumes" .root | nindent 2 }}
{{- end }}
