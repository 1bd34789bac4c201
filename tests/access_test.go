package tests

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// roles names who holds each role of the law's columns in the demo register.
var roles = []struct{ role, persona string }{
	{"lawyer", "jurist"}, {"supervisor", "tilsyn"}, {"secretariat_admin", "admin"}, {"contact_person", "kontakt-viborg"},
	{"system_owner", "systemejer-viborg"}, {"dpo", "dpo-viborg"}, {"procurement", "indkoeb-viborg"}, {"api", ""}, {"board", "bestyrelse"},
}

// law reads the hand-written table of who may do what (server/access/testdata/law.txt).
func law(t *testing.T) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root(t), "server", "access", "testdata", "law.txt"))
	if err != nil {
		t.Fatal(err)
	}
	may := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		if len(f) == 0 || f[0] == "#" || strings.HasPrefix(f[0], "#") {
			continue
		}
		if len(f) != 2+len(roles) {
			t.Fatalf("law.txt: %q has %d columns", strings.TrimSpace(line), len(f))
		}
		for i, mark := range f[2:] {
			may[roles[i].role+" "+f[0]+" "+f[1]] = mark == "x"
		}
	}
	return may
}

// TestEveryOperationForEveryRole calls each operation as each role. A request that may
// pass the guard names nothing that exists or lacks its body, so that it changes nothing.
func TestEveryOperationForEveryRole(t *testing.T) {
	t.Parallel()
	w := newWorld(t, slowS3(0))
	may := law(t)
	key := send[struct{ Secret string }](w.as(t, "kontakt-viborg"), "POST", "/api/v1/api-keys", map[string]any{"name": "prøve"}).Secret
	for _, who := range roles {
		c := w.with(t, who.role, key)
		if who.persona != "" {
			c = w.as(t, who.persona)
		}
		me := read[whoAmI](c, "/api/v1/me")
		if me.Active.Role != who.role {
			t.Fatalf("%s is %s", who.persona, me.Active.Role)
		}
		told := map[string]bool{}
		for _, id := range me.Operations {
			told[id] = true
		}
		allowed := 0
		for _, op := range operations(t) {
			if op.public {
				continue
			}
			allow, decided := may[who.role+" "+op.object+" "+op.action]
			if !decided {
				t.Errorf("the law says nothing of %s %s (%s)", op.action, op.object, op.id)
			}
			if told[op.id] != allow {
				t.Errorf("%s is told that %s is allowed: %v, the law says %v", who.role, op.id, told[op.id], allow)
			}
			if op.id == "endSession" && allow {
				continue // last of all
			}
			path := strings.NewReplacer("{id}", "987654321", "{number}", "987654321", "{format}", "pdf", "{uuid}", "6f2d3f7e-4a0e-4a52-9d3c-0d2b6a8f1c11").Replace(op.path)
			if op.id == "search" {
				path += "?q=aftale"
			}
			a := c.do(op.method, path, nil)
			if allow {
				allowed++
				if a.status == 401 || a.status == 403 || a.status >= 500 {
					t.Errorf("%s may %s, but got %s", who.role, op.id, a)
				}
				continue
			}
			p := decode[problem](t, a)
			if a.status != 403 || p.Code != "forbidden" || p.Detail["object"] != op.object || p.Detail["action"] != op.action {
				t.Errorf("%s may not %s, but got %s", who.role, op.id, a)
			}
		}
		if allowed < 2 {
			t.Errorf("%s could do %d things: nothing was tried", who.role, allowed)
		}
	}
}

// TestOneActiveRole shows that a person with two roles has the rights of one at a time.
func TestOneActiveRole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.as(t, "kontakt-viborg")
	me := read[whoAmI](c, "/api/v1/me")
	if len(me.Roles) != 2 || me.Active.Role != "contact_person" {
		t.Fatalf("roles %+v", me)
	}
	if a := c.do("GET", "/api/v1/api-keys", nil); a.status != 200 {
		t.Fatalf("as a contact person: %s", a)
	}
	for _, g := range me.Roles {
		if g.Role == "procurement" {
			if now := send[whoAmI](c, "PATCH", "/api/v1/me", map[string]any{"activeRole": g.ID}); now.Active.Role != "procurement" {
				t.Fatalf("switched to %+v", now.Active)
			}
		}
	}
	c.refused(403, "forbidden", "GET", "/api/v1/api-keys", nil)
	if a := c.do("GET", "/api/v1/accessions/export", nil); a.status != 200 {
		t.Errorf("as procurement: %s", a)
	}
	lawyers := read[whoAmI](w.as(t, "jurist"), "/api/v1/me").Active.ID
	c.refused(403, "session.role_not_yours", "PATCH", "/api/v1/me", map[string]any{"activeRole": lawyers})
	send[whoAmI](c, "PATCH", "/api/v1/me", map[string]any{"activeRole": me.Active.ID})
	// A role that is taken away ends at once, on the session that is open.
	w.register(t).exec("update role_grant set to_date = today() - 1 where id = $1", me.Active.ID)
	c.refused(401, "unauthenticated", "GET", "/api/v1/me", nil)
	for what, body := range map[string]map[string]any{
		"into the secretariat": {"name": "X", "email": "x@example.dk", "role": "lawyer"},
		"into a neighbour":     {"name": "X", "email": "x@example.dk", "role": "dpo", "organisationId": 1},
	} {
		if a := w.as(t, "kontakt-randers").do("POST", "/api/v1/invitations", body); a.status != 403 {
			t.Errorf("a contact person may invite %s: %s", what, a)
		}
	}
	w.as(t, "kontakt-randers").refused(422, "user.role_organisation", "POST", "/api/v1/invitations", map[string]any{"name": "X", "email": "x@example.dk", "role": "dpo"})
	if a := w.as(t, "admin").do("POST", "/api/v1/invitations", map[string]any{"name": "Ny Jurist", "email": "ny@example.dk", "role": "lawyer"}); a.status != 201 {
		t.Errorf("the administrator may not invite: %s", a)
	}
	if n := ask[int](w.register(t), "select count(*) from audit_event where action = 'user.invite' and record_id <> ''"); n != 1 {
		t.Errorf("%d invitations in the audit trail", n)
	}
}
