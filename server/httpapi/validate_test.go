package httpapi

import (
	"strings"
	"testing"

	"klausul/server/access"
)

func TestValidation(t *testing.T) {
	w := newWorld(t, func(d *Deps) { d.Options.BodyLimit = 2000 })
	viborg := w.Member("Viborg Kommune")
	token := w.Token(access.ContactPerson, viborg)
	person := func(more string) string {
		return `{"name":"Åse","email":"aase@example.dk","role":"dpo","organisationId":` + itoa(int64(viborg)) + more + `}`
	}
	for _, tc := range []struct {
		name, method, path, body string
		header                   map[string]string
		status                   int
		code                     string
		fields                   []string // "pointer code"
	}{
		{name: "an unknown member", method: "POST", path: "/api/v1/invitations", body: person(`,"admin":true`), status: 422, code: "invalid", fields: []string{"/admin unknown_field"}},
		{name: "an unknown member with a slash", method: "POST", path: "/api/v1/invitations", body: person(`,"a\"b":1`), status: 422, code: "invalid", fields: []string{`/a"b unknown_field`}},
		{name: "a missing member", method: "POST", path: "/api/v1/invitations", body: `{"name":"Åse","role":"dpo"}`, status: 422, code: "invalid", fields: []string{"/email required"}},
		{name: "everything wrong at once", method: "POST", path: "/api/v1/invitations", body: `{"name":"","email":"nej","role":"konge","organisationId":"x"}`, status: 422, code: "invalid",
			fields: []string{"/name too_short", "/email pattern", "/role not_a_choice", "/organisationId wrong_type"}},
		{name: "too long", method: "POST", path: "/api/v1/api-keys", body: `{"name":"` + strings.Repeat("å", 101) + `"}`, status: 422, code: "invalid", fields: []string{"/name too_long"}},
		{name: "no body", method: "POST", path: "/api/v1/api-keys", status: 422, code: "invalid", fields: []string{" required"}},
		{name: "no JSON", method: "POST", path: "/api/v1/api-keys", body: `{"name":`, status: 422, code: "invalid", fields: []string{" malformed"}},
		{name: "an array", method: "POST", path: "/api/v1/api-keys", body: `[]`, status: 422, code: "invalid", fields: []string{" wrong_type"}},
		{name: "a form", method: "POST", path: "/api/v1/api-keys", body: `name=x`, header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, status: 422, code: "invalid",
			fields: []string{"header/Content-Type unsupported"}},
		{name: "an unknown query parameter", method: "GET", path: "/api/v1/vendors?cuntry=DK", status: 422, code: "invalid", fields: []string{"query/cuntry unknown_field"}},
		{name: "a number that is none", method: "GET", path: "/api/v1/vendors?limit=many", status: 422, code: "invalid", fields: []string{"query/limit malformed"}},
		{name: "a limit too high", method: "GET", path: "/api/v1/vendors?limit=5000", status: 422, code: "invalid", fields: []string{"query/limit too_large"}},
		{name: "an act without its version", method: "PATCH", path: "/api/v1/organisations/1", body: `{"address":{"street":"a","postalCode":"8800","city":"b"}}`, status: 422, code: "invalid", fields: []string{"header/If-Match required"}},
		{name: "a body over the limit", method: "POST", path: "/api/v1/api-keys", body: `{"name":"` + strings.Repeat("x", 3000) + `"}`, status: 413, code: "too_large"},
		{name: "NUL in a text", method: "POST", path: "/api/v1/api-keys", body: `{"name":"a\u0000b"}`, status: 422, code: "invalid"},
		{name: "broken UTF-8 in a search", method: "GET", path: "/api/v1/vendors?q=%ff%fe", status: 422, code: "invalid"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := w.ask(asking{method: tc.method, path: tc.path, body: tc.body, token: token, csrf: "own", header: tc.header})
			got.want(t, tc.status, tc.code)
			for _, f := range tc.fields {
				pointer, code, _ := strings.Cut(f, " ")
				want := `{"pointer":"` + strings.ReplaceAll(pointer, `"`, `\"`) + `","code":"` + code + `"}`
				if !strings.Contains(got.text, want) {
					t.Errorf("%s is not named in %s", f, got.text)
				}
			}
			if tc.fields != nil && strings.Count(got.text, `"pointer"`) != len(tc.fields) {
				t.Errorf("other fields are named too: %s", got.text)
			}
		})
	}
	t.Run("a body over the limit without a length", func(t *testing.T) {
		got := w.ask(asking{method: "POST", path: "/api/v1/api-keys", body: `{"name":"` + strings.Repeat("x", 3000) + `"}`, token: token, csrf: "own", endless: true})
		got.want(t, 413, "too_large")
	})
	t.Run("the refusal does not repeat what was typed", func(t *testing.T) {
		got := w.ask(asking{method: "POST", path: "/api/v1/invitations", body: person(`,"cpr":"010170-1234"`), token: token, csrf: "own"})
		if strings.Contains(got.text, "010170") || strings.Contains(w.log.String(), "010170") {
			t.Error("what was typed comes back or is logged")
		}
	})
}
