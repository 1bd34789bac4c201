package httpapi

import (
	"errors"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/gin-gonic/gin"

	"klausul/server/fault"
)

var validation = &openapi3filter.Options{MultiError: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, SkipSettingDefaults: true}

var streaming = func() *openapi3filter.Options {
	o := *validation
	o.ExcludeRequestBody = true
	return &o
}()

// validate holds the request against the contract: every refused field is named,
// and a member or a query parameter that the contract does not know is refused
// rather than overlooked.
func (s *server) validate(c *gin.Context) {
	op := callOf(c.Request.Context()).op
	if op.route == nil { // foreign: its handler checks
		return
	}
	var fields []fault.Field
	for name := range c.Request.URL.Query() {
		if !op.query[name] {
			fields = append(fields, fault.Field{Pointer: "query/" + name, Code: "unknown_field"})
		}
	}
	params := make(map[string]string, len(c.Params))
	for _, p := range c.Params {
		params[p.Key] = p.Value
	}
	in := &openapi3filter.RequestValidationInput{Request: c.Request, PathParams: params, Route: op.route, Options: validation}
	if op.stream {
		in.Options = streaming
	}
	err := openapi3filter.ValidateRequest(c.Request.Context(), in)
	if fields = append(fields, fieldsOf(err, "")...); len(fields) > 0 || err != nil {
		s.problems.write(c, fault.ErrInvalid.At(fields...))
	}
}

// fieldsOf names what the validator refused, below the pointer at.
func fieldsOf(err error, at string) []fault.Field {
	switch e := err.(type) { //nolint:errorlint // the validator's errors are a tree, walked node by node
	case nil:
		return nil
	case openapi3.MultiError:
		var all []fault.Field
		for _, one := range e {
			all = append(all, fieldsOf(one, at)...)
		}
		return all
	case *openapi3filter.RequestError:
		if e.Parameter != nil {
			at = e.Parameter.In + "/" + e.Parameter.Name
		}
		if e.Err == nil { // only the content type is refused without a cause
			return []fault.Field{{Pointer: "header/Content-Type", Code: "unsupported"}}
		}
		if errors.Is(e.Err, openapi3filter.ErrInvalidRequired) || errors.Is(e.Err, openapi3filter.ErrInvalidEmptyValue) {
			return []fault.Field{{Pointer: at, Code: "required"}}
		}
		return fieldsOf(e.Err, at)
	case *openapi3.SchemaError:
		return schemaFields(e, at)
	default: // not JSON, not a number
		return []fault.Field{{Pointer: at, Code: "malformed"}}
	}
}

func schemaFields(e *openapi3.SchemaError, at string) []fault.Field {
	for _, key := range e.JSONPointer() {
		at += "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(key)
	}
	if name, ok := unknown(e); ok {
		return []fault.Field{{Pointer: at + "/" + name, Code: "unknown_field"}}
	}
	code, ok := fieldCodes[e.SchemaField]
	if !ok {
		code = "invalid"
	}
	return []fault.Field{{Pointer: at, Code: code}}
}

// fieldCodes names the rules of the contract as the front end translates them.
var fieldCodes = map[string]string{
	"required": "required", "type": "wrong_type", "enum": "not_a_choice", "pattern": "pattern", "format": "format",
	"minLength": "too_short", "maxLength": "too_long", "minimum": "too_small", "maximum": "too_large",
	"minItems": "too_few", "maxItems": "too_many", "minProperties": "too_few", "maxProperties": "too_many", "uniqueItems": "repeated",
}

// unknown tells a member that the contract does not know; the validator says its name only in its reason.
func unknown(e *openapi3.SchemaError) (string, bool) {
	rest, ok := strings.CutPrefix(e.Reason, "property ")
	if e.SchemaField != "properties" || !ok {
		return "", false
	}
	quoted, err := strconv.QuotedPrefix(rest)
	if err != nil {
		return "", false
	}
	name, err := strconv.Unquote(quoted)
	return name, err == nil
}
