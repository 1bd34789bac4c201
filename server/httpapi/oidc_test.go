package httpapi

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	opstore "github.com/zitadel/oidc/v3/example/server/storage"
	oidclib "github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"klausul/server/access"
	"klausul/server/storage"
)

// grouped is the provider's memory with a groups claim in each identity.
type grouped struct {
	*opstore.Storage
	groups *[]string
}

func (g grouped) SetUserinfoFromRequest(ctx context.Context, info *oidclib.UserInfo, token op.IDTokenRequest, scopes []string) error {
	info.AppendClaims("groups", *g.groups)
	return g.Storage.SetUserinfoFromRequest(ctx, info, token, scopes)
}

// signInWorld is a server with a real OpenID provider beside it.
type signInWorld struct {
	*world
	server *httptest.Server
	issuer string
	groups []string
}

func newSignInWorld(t *testing.T, groupsClaim string) *signInWorld {
	t.Helper()
	s := &signInWorld{server: httptest.NewUnstartedServer(nil)}
	home := "http://" + s.server.Listener.Addr().String()
	provider := httptest.NewUnstartedServer(nil)
	s.issuer = "http://" + provider.Listener.Addr().String()
	memory := opstore.NewStorageWithClients(opstore.NewUserStore(s.issuer), map[string]*opstore.Client{
		"klausul": opstore.WebClient("klausul", "hush", home+"/api/v1/session/oidc/test/callback"),
	})
	provider.Config.Handler = exampleop.SetupServer(s.issuer, grouped{memory, &s.groups}, slog.New(slog.DiscardHandler), false)
	provider.Start()
	t.Cleanup(provider.Close)

	s.world = newWorld(t, func(d *Deps) {
		public, err := url.Parse(home)
		if err != nil {
			t.Fatal(err)
		}
		d.Options.PublicURL, d.Options.Demo = public, false
		p, err := NewProvider(t.Context(), ProviderConfig{
			Key: "test", Name: "Prøveudbyder", Issuer: s.issuer, ClientID: "klausul", ClientSecret: "hush", Callback: home + "/api/v1/session/oidc/test/callback",
			GroupsClaim: groupsClaim, Roles: map[string]access.Role{"rådgivere": access.DPO}, Client: provider.Client(), Now: d.Options.Now,
		})
		if err != nil {
			t.Fatal(err)
		}
		d.Options.Providers = []*Provider{p}
	})
	s.server.Config.Handler = s.handler
	s.server.Start()
	t.Cleanup(s.server.Close)
	return s
}

// browser keeps cookies and stops at each redirect.
type browser struct {
	w    *signInWorld
	http *http.Client
}

func (w *signInWorld) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return &browser{w, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (b *browser) do(method, address, kind, body string) answer {
	b.w.t.Helper()
	r, err := http.NewRequestWithContext(b.w.t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		b.w.t.Fatal(err)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	res, err := b.http.Do(r)
	if err != nil {
		b.w.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		b.w.t.Fatal(err)
	}
	return answer{res, string(text)}
}

// callback signs in at the provider and returns the address that it sends the browser back to.
func (b *browser) callback(user string) string {
	b.w.t.Helper()
	at := b.do("GET", b.w.server.URL+"/api/v1/session/oidc/test/start", "", "")
	for range 10 {
		to, err := at.Location()
		if err != nil {
			b.w.t.Fatalf("no way on from %s: %d %s", at.Request.URL, at.StatusCode, at.text)
		}
		if strings.HasPrefix(to.String(), b.w.server.URL) {
			return to.String()
		}
		at = b.do("GET", to.String(), "", "")
		if id := at.Request.URL.Query().Get("authRequestID"); id != "" {
			form := url.Values{"username": {user}, "password": {"verysecure"}, "id": {id}}
			at = b.do("POST", b.w.issuer+"/login/username", "application/x-www-form-urlencoded", form.Encode())
		}
	}
	b.w.t.Fatal("the provider goes round in circles")
	return ""
}

// signIn goes the whole way and returns where the person ends.
func (b *browser) signIn(user string) string {
	b.w.t.Helper()
	return b.finish(b.callback(user))
}

func (b *browser) finish(callback string) string {
	b.w.t.Helper()
	to, err := b.do("GET", callback, "", "").Location()
	if err != nil {
		b.w.t.Fatal(err)
	}
	return to.RequestURI()
}

func (b *browser) redeem(code string) answer {
	return b.do("POST", b.w.server.URL+"/api/v1/session/invitation", "application/json", `{"code":"`+code+`"}`)
}

func (b *browser) me() Me {
	b.w.t.Helper()
	return read200[Me](b.w.t, b.do("GET", b.w.server.URL+"/api/v1/me", "", ""))
}

// invitation makes a code for a user.
func (w *signInWorld) invitation(user int64) string {
	code := storage.NewToken()
	w.Exec("insert into invitation (code_hash, user_id, expires_at) values ($1, $2, now() + interval '1 day')", storage.TokenHash(code), user)
	return code
}

func (w *signInWorld) bind(organisation int32) {
	w.Exec("insert into issuer_binding (issuer, organisation_id) values ($1, nullif($2::int, 0))", w.issuer, organisation)
}

const somebody, another = "test-user@127.0.0.1", "test-user2"

func TestSignInWithInvitation(t *testing.T) {
	w := newSignInWorld(t, "")
	viborg := w.Member("Viborg Kommune")
	user := w.User("Åse Kontakt")
	contact := w.Grant(user, access.ContactPerson, viborg)
	office := w.Grant(user, access.Lawyer, 0)
	code := w.invitation(user)

	if o := read200[SessionOptions](t, w.ask(asking{path: "/api/v1/session/options"})); len(o.Issuers) != 1 || o.Issuers[0].Url != "/api/v1/session/oidc/test/start" {
		t.Errorf("options %+v", o)
	}
	b := w.browser()
	b.redeem(code).want(t, 401, "session.no_identity")
	if at := b.signIn(somebody); at != "/sign-in?invitation=1" {
		t.Fatalf("an identity without a user ends at %s", at)
	}
	t.Run("the provider may not speak for the organisation", func(t *testing.T) {
		b.redeem(code).want(t, 403, "session.issuer_not_bound")
	})
	w.bind(viborg)
	t.Run("a code that nobody made", func(t *testing.T) {
		b.redeem(storage.NewToken()).want(t, 422, "session.invitation_invalid")
	})
	me := read200[Me](t, b.redeem(code)) // the refusal above did not use it up
	if me.Active.Id != contact || len(me.Roles) != 1 {
		t.Errorf("me %+v", me)
	}
	t.Run("the role that the provider may not speak for cannot be taken", func(t *testing.T) {
		r := w.ask(asking{method: "PATCH", path: "/api/v1/me", token: b.session(), csrf: me.Csrf, body: `{"activeRole":` + itoa(office) + `}`})
		r.want(t, 403, "session.role_not_yours")
	})
	t.Run("the next sign-in needs no code", func(t *testing.T) {
		fresh := w.browser()
		if at := fresh.signIn(somebody); at != "/begin" {
			t.Errorf("ends at %s", at)
		}
		if got := fresh.me(); got.Active.Id != contact {
			t.Errorf("me %+v", got)
		}
	})
	t.Run("the next sign-in ends the session before", func(t *testing.T) {
		old := b.session()
		if at := b.signIn(somebody); at != "/begin" || b.session() == old {
			t.Errorf("ends at %s", at)
		}
		w.ask(asking{path: "/api/v1/me", token: old}).want(t, 401, "unauthenticated")
		if got := b.me(); got.Active.Id != contact {
			t.Errorf("me %+v", got)
		}
	})
	t.Run("a code holds once", func(t *testing.T) {
		thief := w.browser()
		if at := thief.signIn(another); at != "/sign-in?invitation=1" {
			t.Errorf("ends at %s", at)
		}
		thief.redeem(code).want(t, 422, "session.invitation_invalid")
	})
	t.Run("a code that has expired", func(t *testing.T) {
		late := w.User("For Sen")
		w.Grant(late, access.DPO, viborg)
		code := w.invitation(late)
		w.Exec("update invitation set expires_at = now() - interval '1 second' where user_id = $1", late)
		slow := w.browser()
		slow.signIn(another)
		slow.redeem(code).want(t, 422, "session.invitation_invalid")
	})
	t.Run("an identity belongs to one user", func(t *testing.T) {
		second := w.User("Anden")
		w.Grant(second, access.DPO, viborg)
		code := w.invitation(second)
		b.redeem(code).want(t, 409, "session.identity_taken")
		if n := count(w.world, "select count(*) from invitation where used_at is null and user_id = "+itoa(second)); n != 1 {
			t.Error("the refused code is used up")
		}
	})
	t.Run("a binding that is taken away ends sign-ins", func(t *testing.T) {
		w.Exec("delete from issuer_binding")
		if at := w.browser().signIn(somebody); at != "/sign-in?problem=session.issuer_not_bound" {
			t.Errorf("ends at %s", at)
		}
	})
	t.Run("the e-mail address links nobody", func(t *testing.T) {
		w.bind(viborg)
		same := w.User("Samme Post")
		w.Grant(same, access.ContactPerson, viborg)
		w.Exec("update app_user set email = 'test-user2@zitadel.ch' where id = $1", same)
		if at := w.browser().signIn(another); at != "/sign-in?invitation=1" {
			t.Errorf("ends at %s", at)
		}
	})
}

func (b *browser) session() string {
	b.w.t.Helper()
	home, err := url.Parse(b.w.server.URL)
	if err != nil {
		b.w.t.Fatal(err)
	}
	for _, c := range b.http.Jar.Cookies(home) {
		if c.Name == "klausul_session" {
			return c.Value
		}
	}
	return ""
}

func TestSignInState(t *testing.T) {
	w := newSignInWorld(t, "")
	const expired, failed = "/sign-in?problem=session.sign_in_expired", "/sign-in?problem=session.provider_failed"
	t.Run("a callback holds once", func(t *testing.T) {
		b := w.browser()
		callback := b.callback(somebody)
		if at := b.finish(callback); at != "/sign-in?invitation=1" {
			t.Fatalf("ends at %s", at)
		}
		if at := b.finish(callback); at != expired {
			t.Errorf("replayed, it ends at %s", at)
		}
	})
	t.Run("a callback of another browser", func(t *testing.T) {
		if at := w.browser().finish(w.browser().callback(somebody)); at != expired {
			t.Errorf("ends at %s", at)
		}
	})
	t.Run("a callback of another sign-in", func(t *testing.T) {
		victim := w.browser()
		victim.do("GET", w.server.URL+"/api/v1/session/oidc/test/start", "", "")
		if at := victim.finish(w.browser().callback(somebody)); at != expired {
			t.Errorf("ends at %s", at)
		}
	})
	t.Run("a code that the provider did not give", func(t *testing.T) {
		b := w.browser()
		u, err := url.Parse(b.callback(somebody))
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		q.Set("code", "made-up")
		u.RawQuery = q.Encode()
		if at := b.finish(u.String()); at != failed {
			t.Errorf("ends at %s", at)
		}
	})
	t.Run("a code of another sign-in", func(t *testing.T) {
		one, two := w.browser(), w.browser()
		first, err := url.Parse(one.callback(somebody))
		if err != nil {
			t.Fatal(err)
		}
		second, err := url.Parse(two.callback(another))
		if err != nil {
			t.Fatal(err)
		}
		q := first.Query()
		q.Set("code", second.Query().Get("code")) // PKCE holds it to the browser that began
		first.RawQuery = q.Encode()
		if at := one.finish(first.String()); at != failed {
			t.Errorf("ends at %s", at)
		}
	})
	t.Run("the person says no", func(t *testing.T) {
		b := w.browser()
		start := b.do("GET", w.server.URL+"/api/v1/session/oidc/test/start", "", "")
		to, err := start.Location()
		if err != nil {
			t.Fatal(err)
		}
		if to.Query().Get("code_challenge_method") != "S256" || to.Query().Get("nonce") == "" {
			t.Errorf("no PKCE or nonce: %s", to)
		}
		if at := b.finish(w.server.URL + "/api/v1/session/oidc/test/callback?error=access_denied&state=" + to.Query().Get("state")); at != failed {
			t.Errorf("ends at %s", at)
		}
	})
	t.Run("too late", func(t *testing.T) {
		b := w.browser()
		callback := b.callback(somebody)
		w.Clock.Advance(11 * time.Minute)
		if at := b.finish(callback); at != expired {
			t.Errorf("ends at %s", at)
		}
		w.Clock.Set(time.Time{})
	})
	t.Run("a provider that is not there", func(t *testing.T) {
		w.browser().do("GET", w.server.URL+"/api/v1/session/oidc/nobody/start", "", "").want(t, 404, "not_found")
	})
	t.Run("a cookie that was changed", func(t *testing.T) {
		w.ask(asking{method: "POST", path: "/api/v1/session/invitation", body: `{"code":"` + storage.NewToken() + `"}`,
			header: map[string]string{"Cookie": "klausul_identity=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}}).want(t, 401, "session.no_identity")
	})
}

func TestGroupsOnlyTakeRolesAway(t *testing.T) {
	w := newSignInWorld(t, "groups")
	viborg := w.Member("Viborg Kommune")
	user := w.User("Åse Kontakt")
	contact := w.Grant(user, access.ContactPerson, viborg)
	dpo := w.Grant(user, access.DPO, viborg)
	w.bind(viborg)
	w.Exec("update app_user set issuer = $2, subject = 'id1' where id = $1", user, w.issuer)

	w.groups = []string{"rådgivere", "fremmede"}
	b := w.browser()
	if at := b.signIn(somebody); at != "/begin" {
		t.Fatalf("ends at %s", at)
	}
	me := b.me()
	if me.Active.Id != dpo || len(me.Roles) != 1 {
		t.Errorf("me %+v", me)
	}
	w.ask(asking{method: "PATCH", path: "/api/v1/me", token: b.session(), csrf: me.Csrf, body: `{"activeRole":` + itoa(contact) + `}`}).want(t, 403, "session.role_not_yours")

	w.groups = []string{"fremmede"}
	if at := w.browser().signIn(somebody); at != "/sign-in?problem=session.no_role" {
		t.Errorf("without a group it ends at %s", at)
	}
	w.Exec("delete from role_grant where id = $1", contact)
	w.groups = []string{"rådgivere"}
	w.Exec("update role_grant set role = 'procurement' where id = $1", dpo)
	if at := w.browser().signIn(somebody); at != "/sign-in?problem=session.no_role" {
		t.Errorf("a group gave a role: %s", at)
	}
}

func TestProviderThatIsNone(t *testing.T) {
	wrong := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]string{"issuer": "https://somebody.else", "authorization_endpoint": "https://x", "token_endpoint": "https://x", "jwks_uri": "https://x"})
	}))
	t.Cleanup(wrong.Close)
	for name, issuer := range map[string]string{"nobody there": "http://127.0.0.1:1", "another issuer": wrong.URL} {
		_, err := NewProvider(t.Context(), ProviderConfig{Key: "kommunen", Issuer: issuer, Client: wrong.Client()})
		if err == nil || !strings.Contains(err.Error(), "kommunen") || !strings.Contains(err.Error(), issuer) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
