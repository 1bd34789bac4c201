package httpapi

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"klausul/server/access"
	"klausul/server/storage"
)

func TestSession(t *testing.T) {
	w := newWorld(t, nil)
	viborg := w.Member("Viborg Kommune")
	user := w.User("Åse Kontakt")
	contact := w.Grant(user, access.ContactPerson, viborg)
	good := w.Session(user, contact)
	expired, revoked, left, ended := w.Session(user, contact), w.Session(user, contact), w.Token(access.DPO, viborg), w.Token(access.DPO, viborg)
	w.Exec("update session set expires_at = now() - interval '1 second' where token_hash = $1", storage.TokenHash(expired))
	w.Exec("update session set revoked_at = now() where token_hash = $1", storage.TokenHash(revoked))
	w.Exec("update app_user set left_at = now() where id = (select user_id from session where token_hash = $1)", storage.TokenHash(left))
	w.Exec("update role_grant set to_date = today() - 1 where id = (select grant_id from session where token_hash = $1)", storage.TokenHash(ended))
	key := "klausul_" + storage.NewToken()
	w.Exec(`insert into session (token_hash, kind, user_id, grant_id, expires_at) values ($1, 'api_key', $2, $3, 'infinity')`,
		storage.TokenHash(key), user, w.Grant(user, access.API, viborg))

	for _, tc := range []struct {
		name   string
		asking asking
		status int
	}{
		{"a session", asking{token: good}, 200},
		{"nobody", asking{}, 401},
		{"a forged token", asking{token: storage.NewToken()}, 401},
		{"a token with SQL in it", asking{token: "x'),set_config('app.session','y"}, 401},
		{"an expired session", asking{token: expired}, 401},
		{"a revoked session", asking{token: revoked}, 401},
		{"somebody who has left", asking{token: left}, 401},
		{"a role that has ended", asking{token: ended}, 401},
		{"a key", asking{key: key}, 200},
		{"a key as a cookie", asking{token: key}, 401},
		{"a session as a key", asking{key: good}, 401},
		{"a forged key beside a good session", asking{token: good, key: "klausul_x"}, 401},
		{"another scheme beside a good session", asking{token: good, header: map[string]string{"Authorization": "Basic Zm9vOmJhcg=="}}, 401},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.asking.path = "/api/v1/me"
			got := w.ask(tc.asking)
			if got.StatusCode != tc.status {
				t.Errorf("%d %s", got.StatusCode, got.text)
			}
			if tc.status == 401 && got.code(t) != "unauthenticated" {
				t.Errorf("refused with %q", got.code(t))
			}
		})
	}
}

func TestCSRF(t *testing.T) {
	w := newWorld(t, nil)
	viborg := w.Member("Viborg Kommune")
	user := w.User("Åse Kontakt")
	grant := w.Grant(user, access.ContactPerson, viborg)
	token, other := w.Session(user, grant), w.Session(user, grant)
	own, foreign := w.me(token).Csrf, w.me(other).Csrf
	key := "klausul_" + storage.NewToken()
	w.Exec(`insert into session (token_hash, kind, user_id, grant_id, expires_at) values ($1, 'api_key', $2, $3, 'infinity')`,
		storage.TokenHash(key), user, w.Grant(user, access.API, viborg))

	type h = map[string]string
	for _, tc := range []struct {
		name   string
		asking asking
		code   string
	}{
		{"with the token", asking{token: token, csrf: own}, ""},
		{"with the token, from our page", asking{token: token, csrf: own, header: h{"Origin": "http://klausul.test", "Sec-Fetch-Site": "same-origin"}}, ""},
		{"without", asking{token: token}, "session.csrf"},
		{"of another session", asking{token: token, csrf: foreign}, "session.csrf"},
		{"made up", asking{token: token, csrf: strings.Repeat("A", len(own))}, "session.csrf"},
		{"from another site", asking{token: token, csrf: own, header: h{"Origin": "https://evil.test"}}, "session.csrf"},
		{"from our name with another ending", asking{token: token, csrf: own, header: h{"Origin": "http://klausul.test.evil.test"}}, "session.csrf"},
		{"from a sandbox", asking{token: token, csrf: own, header: h{"Origin": "null"}}, "session.csrf"},
		{"from a sibling, the browser says", asking{token: token, csrf: own, header: h{"Sec-Fetch-Site": "same-site"}}, "session.csrf"},
		{"from elsewhere, the browser says", asking{token: token, csrf: own, header: h{"Sec-Fetch-Site": "cross-site"}}, "session.csrf"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.asking.method, tc.asking.path, tc.asking.body = "PATCH", "/api/v1/me", `{"language":"en"}`
			status := 200
			if tc.code != "" {
				status = 403
			}
			w.ask(tc.asking).want(t, status, tc.code)
		})
	}
	t.Run("a key needs none, and is refused by its role alone", func(t *testing.T) {
		w.ask(asking{method: "PATCH", path: "/api/v1/me", key: key, body: `{"language":"en"}`}).want(t, 403, "forbidden")
	})
	t.Run("signing in from another site", func(t *testing.T) {
		w.ask(asking{method: "POST", path: "/api/v1/session/demo", body: `{"persona":"jurist"}`, header: h{"Origin": "https://evil.test"}}).want(t, 403, "session.csrf")
	})
}

func TestDemoSession(t *testing.T) {
	w := newWorld(t, nil)
	viborg := w.Member("Viborg Kommune")
	user := w.User("Kirsten Ågesen")
	w.Grant(user, access.ContactPerson, viborg)
	w.Grant(user, access.Procurement, viborg)
	w.Exec("update app_user set persona = 'kontakt-viborg' where id = $1", user)
	start := asking{method: "POST", path: "/api/v1/session/demo", body: `{"persona":"kontakt-viborg"}`}

	options := read200[SessionOptions](t, w.ask(asking{path: "/api/v1/session/options"}))
	if !options.Demo || len(options.Personas) != 1 || value(options.Personas[0].Organisation) != "Viborg Kommune" || options.Personas[0].Role != "contact_person" {
		t.Errorf("options: %+v", options)
	}
	got := w.ask(start)
	me := read200[Me](t, got)
	cookie := got.cookie("klausul_session")
	if cookie == nil || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Secure || cookie.Domain != "" {
		t.Fatalf("cookie %+v", cookie)
	}
	if me.Active.Role != "contact_person" || len(me.Roles) != 2 || me.Language != "da" || me.Csrf == "" || !value(me.Demo) {
		t.Errorf("me: %+v", me)
	}
	if n := count(w, "select count(*) from audit_event where action = 'session.start_demo'"); n != 1 {
		t.Errorf("%d audit rows of the sign-in", n)
	}
	if stored := count(w, "select count(*) from session where token_hash = sha256(convert_to('"+cookie.Value+"', 'UTF8'))"); stored != 1 {
		t.Error("the database does not hold the hash of the token")
	}

	t.Run("a persona nobody knows", func(t *testing.T) {
		w.ask(asking{method: "POST", path: start.path, body: `{"persona":"root"}`}).want(t, 404, "session.persona_unknown")
	})
	t.Run("switching role and language", func(t *testing.T) {
		body := `{"activeRole":` + itoa(me.Roles[1].Id) + `,"language":"en"}`
		after := read200[Me](t, w.ask(asking{method: "PATCH", path: "/api/v1/me", token: cookie.Value, csrf: me.Csrf, body: body}))
		if after.Active.Role != "procurement" || after.Language != "en" {
			t.Errorf("after: %+v", after)
		}
		if len(after.Operations) >= len(me.Operations) {
			t.Error("procurement may as much as a contact person")
		}
	})
	t.Run("a role of somebody else", func(t *testing.T) {
		foreign := w.Grant(w.User("Jurist"), access.Lawyer, 0)
		w.ask(asking{method: "PATCH", path: "/api/v1/me", token: cookie.Value, csrf: me.Csrf, body: `{"activeRole":` + itoa(foreign) + `}`}).want(t, 403, "session.role_not_yours")
	})
	t.Run("signing out", func(t *testing.T) {
		out := w.ask(asking{method: "DELETE", path: "/api/v1/session", token: cookie.Value, csrf: me.Csrf})
		out.want(t, 204, "")
		if c := out.cookie("klausul_session"); c == nil || c.MaxAge >= 0 {
			t.Errorf("the cookie stays: %+v", c)
		}
		w.ask(asking{path: "/api/v1/me", token: cookie.Value}).want(t, 401, "unauthenticated")
	})
}

// A browser holds one session: signing in again ends the one before, and no other.
func TestSignInEndsTheSessionBefore(t *testing.T) {
	w := newWorld(t, nil)
	viborg := w.Member("Viborg Kommune")
	user := w.User("Kirsten Ågesen")
	grant := w.Grant(user, access.ContactPerson, viborg)
	w.Exec("update app_user set persona = 'kontakt-viborg' where id = $1", user)
	old, elsewhere := w.Session(user, grant), w.Session(user, grant)
	key := "klausul_" + storage.NewToken()
	w.Exec(`insert into session (token_hash, kind, user_id, grant_id, expires_at) values ($1, 'api_key', $2, $3, 'infinity')`,
		storage.TokenHash(key), user, w.Grant(user, access.API, viborg))
	me := func(a asking) answer { a.path = "/api/v1/me"; return w.ask(a) }
	start := asking{method: "POST", path: "/api/v1/session/demo", token: old}

	start.body = `{"persona":"root"}`
	w.ask(start).want(t, 404, "session.persona_unknown")
	me(asking{token: old}).want(t, 200, "") // a refused sign-in ends nothing
	start.body = `{"persona":"kontakt-viborg"}`
	got := w.ask(start)
	got.want(t, 200, "")
	me(asking{token: old}).want(t, 401, "unauthenticated")
	me(asking{token: elsewhere}).want(t, 200, "")
	me(asking{token: got.cookie("klausul_session").Value}).want(t, 200, "")
	if n := count(w, "select count(*) from audit_event where action = 'session.start_demo' and record = 'session'"); n != 2 {
		t.Errorf("%d audit rows of a session that began and one that ended", n)
	}
	for _, token := range []string{key, old, "rubbish"} { // a key in the cookie is nobody's session
		start.token = token
		w.ask(start).want(t, 200, "")
	}
	me(asking{key: key}).want(t, 200, "")
}

func TestDemoIsRefusedOffLoopback(t *testing.T) {
	w := newWorld(t, func(d *Deps) { d.Options.Demo = false })
	w.Exec("update app_user set persona = 'jurist' where id = $1", w.User("Jurist"))
	w.ask(asking{method: "POST", path: "/api/v1/session/demo", body: `{"persona":"jurist"}`}).want(t, 403, "session.demo_off")
	if o := read200[SessionOptions](t, w.ask(asking{path: "/api/v1/session/options"})); o.Demo || len(o.Personas) != 0 {
		t.Errorf("options: %+v", o)
	}
}

func TestSecureCookie(t *testing.T) {
	w := newWorld(t, func(d *Deps) { d.Options.PublicURL = &url.URL{Scheme: "https", Host: "klausul.test"} })
	user := w.User("Jurist")
	w.Grant(user, access.Lawyer, 0)
	w.Exec("update app_user set persona = 'jurist' where id = $1", user)
	got := w.ask(asking{method: "POST", path: "/api/v1/session/demo", body: `{"persona":"jurist"}`})
	if c := got.cookie("__Host-klausul_session"); c == nil || !c.Secure || c.Path != "/" {
		t.Errorf("cookie %+v", c)
	}
	if got.Header.Get("Strict-Transport-Security") == "" {
		t.Error("no HSTS")
	}
	token := w.Token(access.Lawyer, 0)
	w.ask(asking{path: "/api/v1/me", token: token}).want(t, 401, "unauthenticated") // the plain name is nobody's
}

func TestInviteAndKeys(t *testing.T) {
	w := newWorld(t, nil)
	viborg, randers := w.Member("Viborg Kommune"), w.Member("Randers Kommune")
	contact, admin := w.Token(access.ContactPerson, viborg), w.Token(access.SecretariatAdmin, 0)
	invite := func(token, body string) answer {
		return w.ask(asking{method: "POST", path: "/api/v1/invitations", token: token, csrf: "own", body: body})
	}
	person := func(role, organisation string) string {
		return `{"name":"Ny Åse","email":"ny@example.dk","role":"` + role + `"` + organisation + `}`
	}
	own, other := `,"organisationId":`+itoa(int64(viborg)), `,"organisationId":`+itoa(int64(randers))
	for _, tc := range []struct {
		name, token, body string
		status            int
		code              string
	}{
		{"a colleague", contact, person("dpo", own), 201, ""},
		{"into another organisation", contact, person("dpo", other), 403, "user.invite_elsewhere"},
		{"into the secretariat", contact, person("lawyer", ""), 403, "user.invite_elsewhere"},
		{"as its administrator", contact, person("secretariat_admin", ""), 403, "user.invite_elsewhere"},
		{"onto the board", contact, person("board", ""), 403, "user.invite_elsewhere"},
		{"a lawyer of an organisation", admin, person("lawyer", own), 422, "user.role_organisation"},
		{"a contact person of none", admin, person("contact_person", ""), 422, "user.role_organisation"},
		{"a key as a person", admin, person("api", own), 422, "user.role_organisation"},
		{"the administrator anywhere", admin, person("contact_person", other), 201, ""},
		{"the administrator into the secretariat", admin, person("supervisor", ""), 201, ""},
	} {
		t.Run("invite "+tc.name, func(t *testing.T) {
			before := count(w, "select count(*) from app_user")
			invite(tc.token, tc.body).want(t, tc.status, tc.code)
			if made := count(w, "select count(*) from app_user") - before; (made == 1) != (tc.status == 201) {
				t.Errorf("%d users made", made)
			}
		})
	}
	t.Run("keys", func(t *testing.T) {
		made := read200[ApiKeySecret](t, w.ask(asking{method: "POST", path: "/api/v1/api-keys", token: contact, csrf: "own", body: `{"name":"ESDH"}`}))
		me := read200[Me](t, w.ask(asking{path: "/api/v1/me", key: made.Secret}))
		if me.Active.Role != "api" || me.Active.Organisation == nil || me.Active.Organisation.Id != viborg {
			t.Errorf("the key is %+v", me.Active)
		}
		list := read200[ApiKeyList](t, w.ask(asking{path: "/api/v1/api-keys", token: contact}))
		if len(list.Items) != 1 || list.Items[0].LastUsed == nil || !strings.HasPrefix(made.Secret, list.Items[0].Prefix) || len(list.Items[0].Prefix) > 14 {
			t.Errorf("list %+v", list)
		}
		neighbour := w.Token(access.ContactPerson, randers)
		if n := read200[ApiKeyList](t, w.ask(asking{path: "/api/v1/api-keys", token: neighbour})); len(n.Items) != 0 {
			t.Errorf("the neighbour sees %+v", n)
		}
		path := "/api/v1/api-keys/" + itoa(made.Id)
		w.ask(asking{method: "DELETE", path: path, token: neighbour, csrf: "own"}).want(t, 404, "not_found")
		w.ask(asking{method: "DELETE", path: path, token: contact, csrf: "own"}).want(t, 204, "")
		w.ask(asking{path: "/api/v1/me", key: made.Secret}).want(t, 401, "unauthenticated")
	})
	t.Run("users are listed within the scope", func(t *testing.T) {
		mine := read200[UserList](t, w.ask(asking{path: "/api/v1/users", token: contact}))
		for _, u := range mine.Items {
			for _, r := range u.Roles {
				if r.Organisation == nil || r.Organisation.Id != viborg {
					t.Errorf("%d holds %+v", u.Id, r)
				}
			}
		}
		all := read200[UserList](t, w.ask(asking{path: "/api/v1/users?limit=200", token: admin}))
		if len(mine.Items) != 2 || len(all.Items) <= len(mine.Items) {
			t.Errorf("%d of %d", len(mine.Items), len(all.Items))
		}
		first := read200[UserList](t, w.ask(asking{path: "/api/v1/users?limit=1", token: admin}))
		second := read200[UserList](t, w.ask(asking{path: "/api/v1/users?limit=1&cursor=" + value(first.Next), token: admin}))
		if len(first.Items) != 1 || len(second.Items) != 1 || first.Items[0].Id == second.Items[0].Id {
			t.Errorf("pages %+v %+v", first, second)
		}
		w.ask(asking{path: "/api/v1/users?cursor=rubbish", token: admin}).want(t, 422, "list.bad_cursor")
	})
}
