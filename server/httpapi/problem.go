package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5/pgconn"

	"klausul/server/fault"
	"klausul/server/storage"
)

// statusOf is the only place where a refusal becomes a status number; an unknown kind is our own error.
func statusOf(k fault.Kind) int {
	switch k {
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.Unauthenticated:
		return http.StatusUnauthorized
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.Stale:
		return http.StatusPreconditionFailed
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	case fault.TooMany:
		return http.StatusTooManyRequests
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

// internal is the code of what is our own fault.
const internal = "internal"

// clientGone is the status in logs and metrics of a request whose client left; nobody receives it.
const clientGone = 499

// problem is the body of a refusal (RFC 9457).
type problem struct {
	Type     string         `json:"type"`
	Title    string         `json:"title"`
	Status   int            `json:"status"`
	Code     string         `json:"code"`
	Instance string         `json:"instance"`
	Errors   []fault.Field  `json:"errors,omitempty"`
	Detail   map[string]any `json:"detail,omitempty"`
}

// problems turns errors into answers. Every error hook of the server points here.
type problems struct {
	sentences map[string]map[string]string // code -> language -> sentence
	log       *slog.Logger
}

func newProblems(sentences []byte, log *slog.Logger) (*problems, error) {
	p := &problems{log: log}
	if err := json.Unmarshal(sentences, &p.sentences); err != nil {
		return nil, fmt.Errorf("read the sentences of the refusals: %w", err)
	}
	return p, nil
}

// title is the sentence for a code in a language; Danish when there is no other, the code itself when there is none.
func (p *problems) title(code, language string) string {
	s := p.sentences[code]
	if s[language] != "" {
		return s[language]
	}
	if s["da"] != "" {
		return s["da"]
	}
	return code
}

// write answers with the refusal in err. What is no refusal is logged under the
// request id and answered as internal; the cause never leaves the server.
func (p *problems) write(c *gin.Context, err error) {
	c.Abort()
	ctx := c.Request.Context()
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		c.Status(clientGone)
		return
	}
	body := problem{Status: http.StatusInternalServerError, Code: internal, Instance: storage.RequestID(ctx)}
	refusal, ok := refusalIn(err)
	if ok {
		body.Status, body.Code, body.Errors, body.Detail = statusOf(refusal.Kind), refusal.Code, refusal.Fields, refusal.Detail
	}
	if body.Status >= http.StatusInternalServerError {
		p.log.ErrorContext(ctx, "refused", "request", body.Instance, "code", body.Code, "cause", err.Error())
	} else if cause := errors.Unwrap(error(refusal)); cause != nil {
		p.log.DebugContext(ctx, "refused", "request", body.Instance, "code", body.Code, "cause", cause.Error())
	}
	if c.Writer.Written() { // a stream broke off: the client sees it by the missing end
		return
	}
	language := callOf(ctx).language
	if language == "" {
		language = preferred(c.GetHeader("Accept-Language"))
	}
	body.Type, body.Title = "urn:klausul:problem:"+body.Code, p.title(body.Code, language)
	if body.Status == http.StatusServiceUnavailable && c.Writer.Header().Get("Retry-After") == "" {
		c.Header("Retry-After", "5")
	}
	c.Header("Content-Type", "application/problem+json; charset=utf-8")
	c.Header("Content-Language", language)
	c.Header("Cache-Control", "no-store")
	c.Status(body.Status)
	if err := json.NewEncoder(c.Writer).Encode(body); err != nil {
		p.log.DebugContext(ctx, "answer not delivered", "request", body.Instance)
	}
}

// refusalIn finds the refusal; a body over the limit and a deadline are refusals too, wherever they arise.
func refusalIn(err error) (*fault.Error, bool) {
	if f, ok := fault.Of(err); ok {
		return f, true
	}
	var large *http.MaxBytesError
	var pg *pgconn.PgError
	switch {
	case errors.As(err, &pg) && (pg.Code == "22021" || pg.Code == "22P05"): // NUL or broken UTF-8 in a text
		return fault.ErrInvalid.Because(err), true
	case errors.As(err, &large):
		return fault.ErrTooLarge.With("limit", large.Limit), true
	case errors.Is(err, context.DeadlineExceeded):
		return fault.ErrUnavailable.Because(err), true
	}
	return nil, false
}

// preferred is the first of our languages in Accept-Language, else Danish.
func preferred(accept string) string {
	for part := range strings.SplitSeq(accept, ",") {
		tag := strings.ToLower(strings.TrimSpace(part))
		switch {
		case strings.HasPrefix(tag, "da"):
			return "da"
		case strings.HasPrefix(tag, "en"):
			return "en"
		}
	}
	return "da"
}
