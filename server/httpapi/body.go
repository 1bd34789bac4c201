package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
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
