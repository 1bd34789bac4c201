package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/gin-gonic/gin"

	"klausul/server/fault"
)

func init() { openapi3filter.RegisterBodyDecoder("application/json", decodeBody) }

// decodeBody reads a body as one JSON value in UTF-8. Go's own reader would take the
// first of two values for the whole, and put question marks where an æ came in another
// encoding: what was sent is refused rather than changed.
func decodeBody(body io.Reader, _ http.Header, _ *openapi3.SchemaRef, _ openapi3filter.EncodingFn) (any, error) {
	text, err := io.ReadAll(body)
	if err != nil {
		return nil, err
	}
	refuse := func(cause error) error {
		return &openapi3filter.ParseError{Kind: openapi3filter.KindInvalidFormat, Cause: cause}
	}
	if !utf8.Valid(text) {
		return nil, refuse(errors.New("not UTF-8"))
	}
	in := json.NewDecoder(bytes.NewReader(text))
	in.UseNumber()
	var value any
	if err := in.Decode(&value); err != nil {
		return nil, refuse(err)
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return nil, refuse(errors.New("more than one JSON value"))
	}
	return value, nil
}

// hurry gives the client BodyTime to send the body of its request, whatever becomes of
// it: also one that is refused unread is read off the connection by net/http. Who sends
// slower loses the connection.
func (s *server) hurry(c *gin.Context) {
	if c.Request.Body != nil && c.Request.Body != http.NoBody {
		deadline(c, time.Now().Add(s.Options.BodyTime))
	}
}

// uploadTime is how long a file may take to arrive: 50 MB over a line of 1 Mbit/s.
const uploadTime = 10 * time.Minute

// deadline sets until when the body can be read; the zero time takes the limit away.
func deadline(c *gin.Context, at time.Time) {
	_ = http.NewResponseController(c.Writer).SetReadDeadline(at) // what is not a connection, in tests, has none
}

// readBody takes the whole body, up to the limit. With its end net/http takes the
// deadline away: an answer may take longer than its question.
func (s *server) readBody(c *gin.Context) {
	r := c.Request
	if r.Body == nil || r.Body == http.NoBody {
		return
	}
	if callOf(r.Context()).op.stream { // its handler reads, and knows how long that may take
		if r.Method == http.MethodGet {
			deadline(c, time.Time{})
		} else {
			deadline(c, time.Now().Add(uploadTime))
		}
		return
	}
	if r.ContentLength > s.Options.BodyLimit {
		s.problems.write(c, fault.ErrTooLarge.With("limit", s.Options.BodyLimit))
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, r.Body, s.Options.BodyLimit))
	if err != nil {
		s.problems.write(c, malformed(err))
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
}
