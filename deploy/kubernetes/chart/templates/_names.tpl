{{/* What things are called, and which labels they carry. */}}

{{- define "betstream.name" -}}
{{ .Release.Name | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- define "betstream.selector" -}}
app.kubernetes.io/name: betstream
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "betstream.labels" -}}
{{ include "betstream.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* A server of the chart's own: (dict "root" $ "server" "nats"). */}}
{{- define "betstream.serverSelector" -}}
app.kubernetes.io/name: {{ .server }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/part-of: betstream
{{- end }}

{{- define "betstream.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}
