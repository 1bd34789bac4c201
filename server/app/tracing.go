package app

import (
	"context"
	"fmt"
	"net"
	"net/url"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"

	"klausul/server/config"
)

// tracing sends spans to the collector; nil when none is configured.
func tracing(ctx context.Context, cfg config.Config) (*trace.TracerProvider, error) {
	if cfg.OTLP == "" {
		return nil, nil
	}
	u, err := url.Parse(cfg.OTLP)
	if err != nil {
		return nil, fmt.Errorf("KLAUSUL_OTLP: %w", err)
	}
	host := u.Host
	if u.Port() == "" {
		host = net.JoinHostPort(u.Hostname(), map[string]string{"http": "80", "https": "443"}[u.Scheme])
	}
	conn, err := outbound(cfg).DialContext(ctx, "tcp", host)
	if err != nil {
		return nil, fmt.Errorf("KLAUSUL_OTLP: no collector answers at %s: %w", u.Host, err)
	}
	_ = conn.Close()
	if u.Path == "" || u.Path == "/" {
		u.Path = "/v1/traces"
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(u.String()), otlptracehttp.WithHTTPClient(outboundClient(cfg)))
	if err != nil {
		return nil, fmt.Errorf("KLAUSUL_OTLP: %w", err)
	}
	return trace.NewTracerProvider(trace.WithBatcher(exporter),
		trace.WithResource(resource.NewSchemaless(attribute.String("service.name", "klausul")))), nil
}
