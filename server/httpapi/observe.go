package httpapi

import (
	"context"
	"errors"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"klausul/server/storage"
)

var w3c = propagation.TraceContext{}

// observe gives the request its id and its span, and afterwards writes one log line
// and one measurement. All three hold ids and numbers only: no path, because a path
// could carry a name, no query, no address.
func (s *server) observe(c *gin.Context) {
	started := time.Now()
	id := uuid.Must(uuid.NewV7()).String()
	k := &call{}
	ctx := context.WithValue(storage.WithRequest(c.Request.Context(), id), callKey{}, k)
	ctx = w3c.Extract(ctx, propagation.HeaderCarrier(c.Request.Header))
	ctx, span := s.tracer.Start(ctx, c.Request.Method, trace.WithSpanKind(trace.SpanKindServer))
	defer span.End()
	c.Request = c.Request.WithContext(ctx)
	c.Header("X-Request-Id", id)
	s.metrics.running.Inc()
	defer s.metrics.running.Dec()

	aborted := s.survive(c)

	status, took := c.Writer.Status(), time.Since(started)
	name := "page"
	if k.op != nil {
		name = k.op.id
	} else if isAPI(c.Request.URL.Path) {
		name = "unknown"
	} else if own[c.FullPath()] {
		name = c.FullPath()[1:]
	}
	s.metrics.took.WithLabelValues(name, strconv.Itoa(status)).Observe(took.Seconds())
	span.SetName(name)
	span.SetAttributes(attribute.String("operation", name), attribute.Int("http.response.status_code", status), attribute.String("request", id))
	if status >= http.StatusInternalServerError {
		span.SetStatus(codes.Error, "")
	}
	s.Log.InfoContext(ctx, "request", "request", id, "operation", name, "status", status,
		"ms", float64(took.Microseconds())/1000, "user", k.actor.User, "bytes", max(0, c.Writer.Size()))
	if aborted {
		panic(http.ErrAbortHandler) // the answer was cut off on purpose
	}
}

// own are the addresses of the server itself, for whoever operates it.
var own = map[string]bool{"/healthz": true, "/readyz": true, "/metrics": true}

// survive runs the rest of the request; a panic becomes an internal error, with its
// place in the log and nothing of it in the answer.
func (s *server) survive(c *gin.Context) (aborted bool) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			aborted = true
			return
		}
		ctx := c.Request.Context()
		s.Log.ErrorContext(ctx, "panic", "request", storage.RequestID(ctx), "stack", string(debug.Stack()))
		s.problems.write(c, errors.New("panic"))
	}()
	c.Next()
	return false
}
