package access_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"klausul/policies"
	"klausul/server/access"
	"klausul/server/fault"
)

// columns of testdata/law.txt, after object and action.
var columns = []access.Role{access.Lawyer, access.Supervisor, access.SecretariatAdmin,
	access.ContactPerson, access.SystemOwner, access.DPO, access.Procurement, access.API, access.Board}

type rule struct {
	role           access.Role
	object, action string
}

// law reads the hand-written table: every role with every object and action, allowed or not.
func law(t *testing.T) map[rule]bool {
	t.Helper()
	text, err := os.ReadFile("testdata/law.txt")
	if err != nil {
		t.Fatal(err)
	}
	rules := map[rule]bool{}
	for n, line := range strings.Split(string(text), "\n") {
		f := strings.Fields(line)
		if len(f) == 0 || strings.HasPrefix(line, "#") {
			continue
		}
		if len(f) != 2+len(columns) {
			t.Fatalf("law.txt line %d has %d columns, want %d", n+1, len(f), 2+len(columns))
		}
		for i, mark := range f[2:] {
			r := rule{columns[i], f[0], f[1]}
			if _, twice := rules[r]; twice || mark != "x" && mark != "-" {
				t.Fatalf("law.txt line %d: %v is there twice, or %q is neither x nor -", n+1, r, mark)
			}
			rules[r] = mark == "x"
		}
	}
	return rules
}

func TestEveryRoleHasAColumn(t *testing.T) {
	if len(columns) != len(access.Roles) {
		t.Fatalf("the law knows %d roles, the program %d", len(columns), len(access.Roles))
	}
}

func TestPolicyIsTheLaw(t *testing.T) {
	rules := law(t)
	p, err := access.NewCasbin()
	if err != nil {
		t.Fatal(err)
	}
	for r, want := range rules {
		if got := p.Allows(r.role, r.object, r.action); got != want {
			t.Errorf("%s may %s %s: policy says %v, the law %v", r.role, r.action, r.object, got, want)
		}
	}
	for line := range strings.Lines(policies.Roles) {
		f := strings.Split(strings.TrimSpace(line), ",")
		r := rule{access.Role(strings.TrimSpace(f[1])), strings.TrimSpace(f[2]), strings.TrimSpace(f[3])}
		if !rules[r] {
			t.Errorf("policies/roles.csv has %v, which the law does not allow", r)
		}
	}
}

func TestPolicyRefusesTheUnknown(t *testing.T) {
	p, err := access.NewCasbin()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []rule{
		{"", "vendor", "read"}, {"system", "vendor", "read"}, {"root", "vendor", "read"},
		{access.Lawyer, "", ""}, {access.Lawyer, "vendor", "*"}, {access.Lawyer, "*", "read"}, {access.Lawyer, "vendor", "READ"},
	} {
		if p.Allows(r.role, r.object, r.action) {
			t.Errorf("%v is allowed", r)
		}
	}
}

func person(role access.Role, organisation int32, member bool) access.Actor {
	return access.Actor{Token: "t", User: 7, Member: member, Expires: time.Now().Add(time.Hour),
		Grant: access.Grant{ID: 1, Role: role, Organisation: organisation}}
}

func TestAuthorize(t *testing.T) {
	p, err := access.NewCasbin()
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name           string
		actor          access.Actor
		object, action string
		refusal        error
		all            bool
		orgs           []int32
		own            int64
		login          access.Login
	}{
		{name: "the office reads every row", actor: person(access.Lawyer, 0, false), object: "accession", action: "read", all: true, login: access.LoginOffice},
		{name: "a member reads its own", actor: person(access.ContactPerson, 5, true), object: "accession", action: "read", orgs: []int32{5}, login: access.LoginMember},
		{name: "a key reads its organisation's", actor: person(access.API, 5, true), object: "accession", action: "read", orgs: []int32{5}, login: access.LoginMember},
		{name: "a system owner only usages naming the person", actor: person(access.SystemOwner, 5, true), object: "system", action: "read", orgs: []int32{5}, own: 7, login: access.LoginMember},
		{name: "the board has no organisation", actor: person(access.Board, 0, false), object: "desk", action: "read", login: access.LoginBoard},
		{name: "an ex-member still reads", actor: person(access.ContactPerson, 5, false), object: "accession", action: "download", orgs: []int32{5}, login: access.LoginMember},
		{name: "an ex-member changes nothing", actor: person(access.ContactPerson, 5, false), object: "organisation", action: "write", refusal: access.ErrNotMember},
		{name: "an ex-member may sign out", actor: person(access.ContactPerson, 5, false), object: "session", action: "write", orgs: []int32{5}, login: access.LoginMember},
		{name: "a role without the right", actor: person(access.DPO, 5, true), object: "organisation", action: "write", refusal: fault.ErrForbidden},
		{name: "nobody", actor: access.Actor{}, object: "vendor", action: "read", refusal: fault.ErrForbidden},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, err := access.Authorize(p, tc.actor, tc.object, tc.action)
			if !errors.Is(err, tc.refusal) {
				t.Fatalf("got %v, want %v", err, tc.refusal)
			}
			if tc.refusal != nil {
				if s.Valid() {
					t.Fatal("a refusal carries a scope")
				}
				return
			}
			orgs, all := s.Organisations()
			if all != tc.all || len(orgs) != len(tc.orgs) || len(orgs) == 1 && orgs[0] != tc.orgs[0] || s.OwnUsagesOf() != tc.own || s.Login() != tc.login {
				t.Errorf("scope: all %v, organisations %v, usages of %d, login %s", all, orgs, s.OwnUsagesOf(), s.Login())
			}
		})
	}
}

func TestUnknownRoleGetsTheLoginThatSeesLeast(t *testing.T) {
	for _, r := range []access.Role{"", "root", "klausul_admin"} {
		if r.Login() != access.LoginMember {
			t.Errorf("%q runs as %s", r, r.Login())
		}
	}
}

func TestJobScope(t *testing.T) {
	s := access.System("jobs.release")
	if _, all := s.Organisations(); !all || s.Login() != access.LoginJob || s.Job() != "jobs.release" {
		t.Errorf("a job: %+v", s)
	}
	narrow := s.For(9)
	if orgs, all := narrow.Organisations(); all || len(orgs) != 1 || orgs[0] != 9 || narrow.Own() != 9 {
		t.Errorf("a job for one organisation reaches %v, all %v", orgs, all)
	}
	if _, all := s.Organisations(); !all {
		t.Error("narrowing a job changed the scope it was made from")
	}
	p, err := access.NewCasbin()
	if err != nil {
		t.Fatal(err)
	}
	mine, err := access.Authorize(p, person(access.ContactPerson, 5, true), "accession", "read")
	if err != nil {
		t.Fatal(err)
	}
	if moved := mine.For(9); moved.Own() != 5 {
		t.Error("a person's scope was moved to another organisation")
	}
}
