package member_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/member"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
)

const issuer = "https://id.example"

func bind(e *storagetest.Env, organisation int32) {
	e.Exec("insert into issuer_binding (issuer, organisation_id) values ($1, nullif($2::int, 0))", issuer, organisation)
}

func TestCodeHoldsOnceUnderHaste(t *testing.T) {
	t.Parallel()
	e := storagetest.New(t)
	users := member.NewUsers(e.Store)
	viborg := e.Member("Viborg Kommune")
	bind(e, viborg)
	admin := e.Scope(access.SecretariatAdmin, 0)
	i, err := users.Invite(t.Context(), admin, "Åse Ny", "aase@example.dk", access.ContactPerson, viborg)
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	errs := make([]error, 8)
	for n := range errs {
		wait.Go(func() {
			_, errs[n] = users.Redeem(t.Context(), member.Identity{Issuer: issuer, Subject: fmt.Sprint(n)}, i.Code, time.Hour)
		})
	}
	wait.Wait()
	good := 0
	for _, err := range errs {
		if err == nil {
			good++
		} else if !errors.Is(err, member.ErrInvitation) {
			t.Errorf("refused with %v", err)
		}
	}
	if good != 1 {
		t.Errorf("%d people used one code", good)
	}
	if linked := storagetest.One[int](e, "select count(*) from app_user where issuer is not null"); linked != 1 {
		t.Errorf("%d identities are linked", linked)
	}
	if n := storagetest.One[int](e, "select count(*) from session where user_id = $1", i.User); n != 1 {
		t.Errorf("%d sessions were started", n)
	}
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	e := storagetest.New(t)
	users := member.NewUsers(e.Store)
	viborg, randers := e.Member("Viborg Kommune"), e.Member("Randers Kommune")
	bind(e, randers)
	user := e.User("Åse")
	first := e.Grant(user, access.ContactPerson, viborg)
	second := e.Grant(user, access.DPO, randers)
	past := e.GrantBetween(user, access.ContactPerson, randers, "2020-01-01", "2021-01-01")
	e.Exec("update app_user set issuer = $2, subject = 'aase' where id = $1", user, issuer)
	id := member.Identity{Issuer: issuer, Subject: "aase"}

	now := time.Now().UTC().Truncate(time.Microsecond)
	e.Clock.Set(now)
	s, err := users.SignIn(t.Context(), id, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if !s.Expires.Equal(now.Add(time.Hour)) {
		t.Errorf("it lasts until %s", s.Expires)
	}
	a := e.Actor(s.Token)
	if a.Grant.ID != second || len(a.Grants) != 1 {
		t.Errorf("the provider speaks for Randers only, the session is %+v of %+v", a.Grant, a.Grants)
	}
	for name, grant := range map[string]int64{"of an organisation that the provider is not bound to": first, "that has ended": past} {
		if err := users.Change(t.Context(), e.ScopeOf(s.Token), member.Change{Grant: &grant}); !errors.Is(err, member.ErrRoleNotYours) {
			t.Errorf("a role %s: %v", name, err)
		}
	}
	for name, tc := range map[string]struct {
		id   member.Identity
		want error
	}{
		"another subject":  {member.Identity{Issuer: issuer, Subject: "bo"}, member.ErrNotLinked},
		"another provider": {member.Identity{Issuer: "https://other", Subject: "aase"}, member.ErrNotLinked},
		"no group left":    {member.Identity{Issuer: issuer, Subject: "aase", Roles: []access.Role{}}, member.ErrNoRole},
		"a group too many": {member.Identity{Issuer: issuer, Subject: "aase", Roles: []access.Role{access.Lawyer}}, member.ErrNoRole},
	} {
		if _, err := users.SignIn(t.Context(), tc.id, time.Hour); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	e.Exec("update app_user set left_at = now() where id = $1", user)
	if _, err := users.SignIn(t.Context(), id, time.Hour); !errors.Is(err, member.ErrNotLinked) {
		t.Errorf("somebody who has left: %v", err)
	}
}

// Role and language change together or not at all, and leave one audit row.
func TestChangeIsWholeOrNothing(t *testing.T) {
	t.Parallel()
	e := storagetest.New(t)
	users := member.NewUsers(e.Store)
	viborg := e.Member("Viborg Kommune")
	user := e.User("Åse")
	first, second := e.Grant(user, access.ContactPerson, viborg), e.Grant(user, access.Lawyer, 0)
	foreign := e.Grant(e.User("Bo"), access.DPO, viborg)
	token, english := e.Session(user, first), "en"
	rows := func() int {
		return storagetest.One[int](e, "select count(*) from audit_event where action = 'session.change'")
	}

	if err := users.Change(t.Context(), e.ScopeOf(token), member.Change{Grant: &foreign, Language: &english}); !errors.Is(err, member.ErrRoleNotYours) {
		t.Errorf("a foreign role: %v", err)
	}
	if a := e.Actor(token); a.Grant.ID != first || a.Language != "da" || rows() != 0 {
		t.Errorf("after a refusal: %+v, %s, %d audit rows", a.Grant, a.Language, rows())
	}
	if err := users.Change(t.Context(), e.ScopeOf(token), member.Change{Grant: &second, Language: &english}); err != nil {
		t.Fatal(err)
	}
	if a := e.Actor(token); a.Grant.ID != second || a.Language != "en" || rows() != 1 {
		t.Errorf("after the change: %+v, %s, %d audit rows", a.Grant, a.Language, rows())
	}
	if err := users.Change(t.Context(), e.ScopeOf(token), member.Change{Language: &english}); err != nil {
		t.Fatal(err)
	}
	if a := e.Actor(token); a.Grant.ID != second {
		t.Errorf("the language alone changed the role to %+v", a.Grant)
	}
}

// Two locks on the list of people: each alone shows no foreign person.
func TestPeopleOfTheNeighbour(t *testing.T) {
	t.Parallel()
	e := storagetest.New(t)
	users := member.NewUsers(e.Store)
	viborg, randers := e.Member("Viborg Kommune"), e.Member("Randers Kommune")
	token := e.Token(access.ContactPerson, viborg)
	both := e.User("Begge Steder")
	e.Grant(both, access.DPO, viborg)
	e.Grant(both, access.DPO, randers)
	e.Grant(e.User("Nabo"), access.DPO, randers)
	e.Grant(e.User("Jurist"), access.Lawyer, 0)

	onlyOwn := func(name string, scope access.Scope) {
		t.Helper()
		list, _, err := users.List(t.Context(), scope, member.UserFilter{}, storage.Page{Sort: "name"})
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range list {
			grants, err := u.Grants()
			if err != nil {
				t.Fatal(err)
			}
			if len(grants) != 1 || grants[0].Organisation != viborg {
				t.Errorf("%s: %s with %+v", name, u.Name, grants)
			}
		}
		if len(list) != 2 {
			t.Errorf("%s: %d people", name, len(list))
		}
		if n, err := users.Count(t.Context(), scope, member.UserFilter{}); err != nil || n != 2 {
			t.Errorf("%s: %d people are counted, %v", name, n, err)
		}
		if back, _, err := users.List(t.Context(), scope, member.UserFilter{}, storage.Page{Sort: "-email"}); err != nil || len(back) != 2 || back[0].Email < back[1].Email {
			t.Errorf("%s: %+v by address, %v", name, back, err)
		}
	}
	narrow := e.ScopeOf(token)
	wide, err := access.Authorize(access.Unguarded{}, e.Actor(token), "user", "read")
	if err != nil {
		t.Fatal(err)
	}
	onlyOwn("both locks", narrow)
	onlyOwn("row-level security alone", wide)
	for _, table := range []string{"app_user", "role_grant", "organisation"} {
		e.Exec("alter table " + table + " disable row level security")
	}
	onlyOwn("the scope alone", narrow)
}

func TestKeysOfTheNeighbour(t *testing.T) {
	t.Parallel()
	e := storagetest.New(t)
	users := member.NewUsers(e.Store)
	viborg, randers := e.Member("Viborg Kommune"), e.Member("Randers Kommune")
	mine, theirs := e.Scope(access.ContactPerson, viborg), e.Scope(access.ContactPerson, randers)
	id, secret, err := users.CreateKey(t.Context(), mine, "ESDH")
	if err != nil {
		t.Fatal(err)
	}
	if a := e.Actor(secret); !a.Key || a.Grant.Role != access.API || a.Grant.Organisation != viborg {
		t.Errorf("the key is %+v", a)
	}
	if err := users.RevokeKey(t.Context(), theirs, id); !errors.Is(err, fault.ErrNotFound) {
		t.Errorf("the neighbour revokes: %v", err)
	}
	if _, _, err := users.CreateKey(t.Context(), e.Scope(access.DPO, viborg), "x"); !errors.Is(err, member.ErrKeyDenied) {
		t.Errorf("a DPO makes a key, past the guard: %v", err)
	}
	if err := users.KeyUsed(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	keys, err := users.Keys(t.Context(), mine)
	if err != nil || len(keys) != 1 || keys[0].LastUsed == nil || keys[0].Revoked != nil {
		t.Errorf("%+v %v", keys, err)
	}
	if err := users.RevokeKey(t.Context(), mine, id); err != nil {
		t.Fatal(err)
	}
	if err := users.RevokeKey(t.Context(), mine, id); !errors.Is(err, fault.ErrNotFound) {
		t.Errorf("revoked twice: %v", err)
	}
	if _, err := e.Store.Whoami(t.Context(), secret); !errors.Is(err, fault.ErrUnauthenticated) {
		t.Errorf("a revoked key: %v", err)
	}
}

// The function in the database refuses by itself what the guard would let through.
func TestInvitePastTheGuard(t *testing.T) {
	t.Parallel()
	e := storagetest.New(t)
	users := member.NewUsers(e.Store)
	viborg, randers, former := e.Member("Viborg Kommune"), e.Member("Randers Kommune"), e.Organisation("Tidligere Kommune")
	e.Membership(former, "2019-01-01", "2024-12-31")
	for name, tc := range map[string]struct {
		by   access.Scope
		role access.Role
		in   int32
	}{
		"a contact person, a lawyer":         {e.Scope(access.ContactPerson, viborg), access.Lawyer, 0},
		"a contact person, an administrator": {e.Scope(access.ContactPerson, viborg), access.SecretariatAdmin, 0},
		"a contact person, the neighbour's":  {e.Scope(access.ContactPerson, viborg), access.DPO, randers},
		"a DPO":                              {e.Scope(access.DPO, viborg), access.DPO, viborg},
		"a lawyer":                           {e.Scope(access.Lawyer, 0), access.DPO, viborg},
		"an ex-member's contact person":      {e.Scope(access.ContactPerson, former), access.DPO, former},
	} {
		if _, err := users.Invite(t.Context(), tc.by, "x", "x@x", tc.role, tc.in); !errors.Is(err, member.ErrInviteDenied) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
