package tests

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"klausul/server/storage"
)

// nobody calls every operation with tokens that are nobody's, and sees nothing.
func nobody(t *testing.T, w *world, n neighbour) {
	r := w.register(t)
	former := ask[int64](r, "select id from organisation where name = 'Viborg Kommune'")
	gone := func(sql string) string {
		token := r.contact("Forgangen", former)
		r.exec(sql, storage.TokenHash(token))
		return token
	}
	ended := w.as(t, "kontakt-viborg")
	ended.do("DELETE", "/api/v1/session", nil)
	alive := w.as(t, "kontakt-viborg")
	key := send[struct {
		ID     int64
		Secret string
	}](alive, "POST", "/api/v1/api-keys", map[string]any{"name": "tilbagekaldt"})
	if a := w.with(t, "a key", key.Secret).do("GET", "/api/v1/accessions?limit=1", nil); a.status != 200 {
		t.Fatalf("the key does not work before it is revoked: %s", a)
	}
	if a := alive.do("DELETE", fmt.Sprintf("/api/v1/api-keys/%d", key.ID), nil); a.status != 204 {
		t.Fatalf("revoke the key: %s", a)
	}
	cookie := func(token string) *client { return &client{t: t, url: w.url, token: token, csrf: alive.csrf} }
	for who, c := range map[string]*client{
		"without a session":    {t: t, url: w.url},
		"forged":               cookie(storage.NewToken()),
		"one letter changed":   cookie(alive.token[:42] + map[bool]string{true: "b", false: "a"}[strings.HasSuffix(alive.token, "a")]),
		"the hash as token":    cookie(ask[string](r, "select encode(token_hash, 'hex') from session limit 1")),
		"SQL":                  cookie("x',true),set_config('app.organisation','1"),
		"expired":              cookie(gone("update session set expires_at = now() - interval '1 second' where token_hash = $1")),
		"revoked":              cookie(gone("update session set revoked_at = now() where token_hash = $1")),
		"signed out":           cookie(ended.token),
		"of a user who left":   cookie(gone("update app_user set left_at = now() from session s where s.user_id = app_user.id and s.token_hash = $1")),
		"of a role that ended": cookie(gone("update role_grant g set to_date = today() - 1 from session s where s.grant_id = g.id and s.token_hash = $1")),
		"of a role to come":    cookie(gone("update role_grant g set from_date = today() + 1 from session s where s.grant_id = g.id and s.token_hash = $1")),
		"a revoked key":        {t: t, url: w.url, key: key.Secret},
		"a forged key":         {t: t, url: w.url, key: "klausul_" + storage.NewToken()},
		"a session as a key":   {t: t, url: w.url, key: alive.token},
		"a key as a session":   cookie(send[struct{ Secret string }](alive, "POST", "/api/v1/api-keys", map[string]any{"name": "kiks"}).Secret),
	} {
		c.who = who
		for _, op := range operations(t) {
			if op.public {
				continue
			}
			for _, q := range append(calls(n)[op.id], call{path: strings.NewReplacer("{id}", "1", "{number}", "1001", "{format}", "pdf", "{uuid}", "6f2d3f7e-4a0e-4a52-9d3c-0d2b6a8f1c11").Replace(op.path)}) {
				a := c.do(op.method, q.path, q.body, q.headers...)
				if p := decode[problem](t, a); a.status != 401 || p.Code != "unauthenticated" || len(p.Detail)+len(p.Errors) > 0 {
					t.Errorf("%s: %s %s: %s", who, op.method, q.path, a)
				}
				if found := n.shown(t, a); len(found) > 0 {
					t.Errorf("%s: %s %s shows %v", who, op.method, q.path, found)
				}
			}
		}
	}
	if a := alive.do("GET", "/api/v1/me", nil); a.status != 200 {
		t.Errorf("the living session was taken along: %s", a)
	}
}

// otherSites tries every change with a good session and without the proof that it comes
// from our own pages.
func otherSites(t *testing.T, w *world, n neighbour) {
	me, other := w.as(t, "kontakt-viborg"), w.as(t, "kontakt-viborg")
	bare := &client{t: t, who: "without a token", url: w.url, token: me.token}
	tried := 0
	for _, op := range operations(t) {
		if !op.changes() {
			continue
		}
		tried++
		path, body := strings.NewReplacer("{id}", "1").Replace(op.path), any(nil)
		if q := calls(n)[op.id]; len(q) > 0 {
			path, body = q[0].path, q[0].body
		}
		if !op.public {
			bare.refused(403, "session.csrf", op.method, path, body)
			bare.refused(403, "session.csrf", op.method, path, body, "X-CSRF-Token", other.csrf)
			bare.refused(403, "session.csrf", op.method, path, body, "X-CSRF-Token", me.csrf[:len(me.csrf)-1])
		}
		me.refused(403, "session.csrf", op.method, path, body, "Origin", "https://evil.example")
		me.refused(403, "session.csrf", op.method, path, body, "Origin", "null")
		me.refused(403, "session.csrf", op.method, path, body, "Sec-Fetch-Site", "cross-site")
		me.refused(403, "session.csrf", op.method, path, body, "Sec-Fetch-Site", "same-site")
	}
	if tried < 12 {
		t.Errorf("only %d changing operations", tried)
	}
	if a := me.do("PATCH", "/api/v1/me", map[string]any{"language": "en"}, "Origin", w.url, "Sec-Fetch-Site", "same-origin"); a.status != 200 {
		t.Errorf("our own page is refused: %s", a)
	}
	if p := me.refused(404, "not_found", "GET", "/api/v1/accessions/999999", nil); p.Title == "" || strings.Contains(p.Title, "Gå tilbage") {
		t.Errorf("after English was chosen the refusal reads %q", p.Title)
	}
	a := me.do("PATCH", "/api/v1/me", map[string]any{"language": "da"})
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		t.Errorf("a change hands out the cookie %s", c.Name)
	}
	login := (&client{t: t, url: w.url}).do("POST", "/api/v1/session/demo", map[string]any{"persona": "jurist"})
	for _, c := range (&http.Response{Header: login.header}).Cookies() {
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
			t.Errorf("the cookie is %v", c)
		}
	}
	if policy := login.header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src") || strings.Contains(policy, "unsafe-inline") {
		t.Errorf("content security policy %q", policy)
	}
}

// former is a contact person of an organisation that has left: what it had stays
// readable, what came after is not there, and nothing can be changed.
func former(t *testing.T, w *world) {
	r := w.register(t)
	id := ask[int64](r, "select id from organisation where name = $1", formerName)
	c := w.holding(t, "former member", r.contact("Frode Forhen", id))
	left := ask[string](r, "select max(to_date)::text from membership where organisation_id = $1", id)

	list := read[listOf[own]](c, "/api/v1/accessions?limit=200").Items
	if want := ask[int](r, "select count(*) from accession where organisation_id = $1", id); len(list) != want || want == 0 {
		t.Fatalf("sees %d of its own %d agreements", len(list), want)
	}
	if d := read[ownDetail](c, fmt.Sprintf("/api/v1/accessions/%d", list[0].ID)); d.Accession.Organisation.ID != id || len(d.Systems) == 0 {
		t.Errorf("its own agreement reads %+v", d)
	}
	agreements := map[int64]bool{}
	for _, a := range read[listOf[joint]](c, "/api/v1/agreements?limit=200").Items {
		agreements[a.ID] = true
	}
	if len(agreements) == 0 {
		t.Error("sees nothing of what was offered in its time")
	}
	later := 0
	r.all(`select a.id, bool_or(v.offered_at is not null and (v.offered_at at time zone 'Europe/Copenhagen')::date <= $1::text::date)
		from agreement a join agreement_version v on v.agreement_id = a.id group by a.id`, left, func(row []any) {
		id, inTime := row[0].(int64), row[1].(bool)
		if agreements[id] != inTime {
			t.Errorf("agreement %d, offered in its time %v, seen %v", id, inTime, agreements[id])
		}
		if !inTime {
			later++
			c.refused(404, "not_found", "GET", fmt.Sprintf("/api/v1/agreements/%d", id), nil)
			c.refused(404, "not_found", "GET", fmt.Sprintf("/api/v1/agreements/%d/text", id), nil)
			c.refused(404, "not_found", "GET", fmt.Sprintf("/api/v1/agreements/%d/preview", id), nil)
		}
	})
	if later == 0 {
		t.Error("no agreement came after it had left: nothing was tried")
	}
	for what, sql := range map[string]string{
		"vendors": "select count(*) from vendor where (created_at at time zone 'Europe/Copenhagen')::date <= $1::text::date",
		"systems": "select count(*) from it_system where (created_at at time zone 'Europe/Copenhagen')::date <= $1::text::date",
	} {
		if got, want := read[total](c, "/api/v1/"+what+"/count").Total, ask[int](r, sql, left); got != want {
			t.Errorf("%d %s, %d were there when it left", got, what, want)
		}
	}
	address := map[string]any{"address": map[string]any{"street": "Ny 1", "postalCode": "8800", "city": "Ny"}}
	c.refused(403, "access.membership_ended", "PATCH", fmt.Sprintf("/api/v1/organisations/%d", id), address, "If-Match", `"1"`)
	c.refused(403, "access.membership_ended", "POST", "/api/v1/api-keys", map[string]any{"name": "nøgle"})
	c.refused(403, "access.membership_ended", "POST", "/api/v1/invitations", map[string]any{"name": "Ny", "email": "ny@example.dk", "role": "dpo", "organisationId": id})
	if a := c.do("PATCH", "/api/v1/me", map[string]any{"language": "da"}); a.status != 200 {
		t.Errorf("may not set its language: %s", a)
	}
}
