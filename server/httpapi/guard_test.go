package httpapi

import (
	"os"
	"strings"
	"testing"

	"klausul/server/access"
)

// lawFile is the hand-written table of who may do what.
const lawFile = "../access/testdata/law.txt"

var lawColumns = []access.Role{access.Lawyer, access.Supervisor, access.SecretariatAdmin,
	access.ContactPerson, access.SystemOwner, access.DPO, access.Procurement, access.API, access.Board}

// law answers "object action" -> role -> may.
func law(t *testing.T) map[string]map[access.Role]bool {
	t.Helper()
	raw, err := os.ReadFile(lawFile)
	if err != nil {
		t.Fatal(err)
	}
	rules := map[string]map[access.Role]bool{}
	for line := range strings.Lines(string(raw)) {
		f := strings.Fields(line)
		if len(f) == 0 || f[0][0] == '#' {
			continue
		}
		may := map[access.Role]bool{}
		for i, mark := range f[2:] {
			may[lawColumns[i]] = mark == "x"
		}
		rules[f[0]+" "+f[1]] = may
	}
	return rules
}

// Every role tries every operation over HTTP: refused exactly where the law says so.
func TestEveryRoleTriesEveryOperation(t *testing.T) {
	w := newWorld(t, nil)
	viborg := w.Member("Viborg Kommune")
	rules := law(t)
	spec, err := GetSpec()
	if err != nil {
		t.Fatal(err)
	}
	ops, err := operations(spec)
	if err != nil {
		t.Fatal(err)
	}
	fill := strings.NewReplacer(":id", "999999", ":number", "999999", ":format", "pdf")
	for _, role := range lawColumns {
		organisation := viborg
		if role.Login() != access.LoginMember {
			organisation = 0
		}
		user := w.User("Åse " + string(role))
		grant := w.Grant(user, role, organisation)
		for _, op := range ops {
			if op.public {
				continue
			}
			a := asking{method: op.method, path: fill.Replace(op.path), header: map[string]string{}}
			token := w.Session(user, grant)
			if role == access.API {
				a.key = "klausul_" + token
				w.Exec("update session set kind = 'api_key', token_hash = sha256(convert_to($2, 'UTF8')) where token_hash = sha256(convert_to($1, 'UTF8'))", token, a.key)
			} else {
				a.token = token
				if op.method != "GET" {
					a.csrf = "own"
				}
			}
			got := w.ask(a)
			refused := got.StatusCode == 403
			may, known := rules[op.object+" "+op.action]
			if !known {
				t.Fatalf("%s asks for %s %s, which the law does not know", op.id, op.object, op.action)
			}
			if refused == may[role] {
				t.Errorf("%s tries %s: %d %s, the law says %v", role, op.id, got.StatusCode, got.code(t), may[role])
			}
			if refused && got.code(t) != "forbidden" {
				t.Errorf("%s is refused %s with %q", role, op.id, got.code(t))
			}
		}
	}
}

func TestMeListsWhatTheRoleMay(t *testing.T) {
	w := newWorld(t, nil)
	viborg, former := w.Member("Viborg Kommune"), w.Organisation("Tidligere Kommune")
	w.Membership(former, "2019-01-01", "2024-12-31")
	for _, tc := range []struct {
		name        string
		token       string
		may, mayNot []string
	}{
		{"a lawyer", w.Token(access.Lawyer, 0), []string{"releaseAgreement", "cancelBatch", "getMe"}, []string{"inviteUser", "createApiKey", "startDemoSession"}},
		{"a contact person", w.Token(access.ContactPerson, viborg), []string{"createApiKey", "downloadAccession", "updateOrganisation"}, []string{"createAgreement", "exportOrganisations"}},
		{"an ex-member's contact person", w.Token(access.ContactPerson, former), []string{"downloadAccession", "listAccessions", "endSession"}, []string{"updateOrganisation", "createApiKey", "inviteUser"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			all := " " + strings.Join(w.me(tc.token).Operations, " ") + " "
			for _, id := range tc.may {
				if !strings.Contains(all, " "+id+" ") {
					t.Errorf("%s is missing in %s", id, all)
				}
			}
			for _, id := range tc.mayNot {
				if strings.Contains(all, " "+id+" ") {
					t.Errorf("%s is offered", id)
				}
			}
		})
	}
}

func TestExMemberChangesNothing(t *testing.T) {
	w := newWorld(t, nil)
	former := w.Organisation("Tidligere Kommune")
	w.Membership(former, "2019-01-01", "2024-12-31")
	token := w.Token(access.ContactPerson, former)
	w.ask(asking{path: "/api/v1/accessions", token: token}).want(t, 200, "")
	w.ask(asking{method: "POST", path: "/api/v1/api-keys", token: token, csrf: "own", body: `{"name":"x"}`}).want(t, 403, "access.membership_ended")
}

func TestStrangeAddresses(t *testing.T) {
	w := newWorld(t, nil)
	token := w.Token(access.Lawyer, 0)
	for _, tc := range []struct {
		method, path string
		status       int
	}{
		{"GET", "/api", 404}, {"GET", "/api/", 404}, {"GET", "/api/v1/nothing", 404}, {"GET", "/api/v2/vendors", 404},
		{"GET", "/api/v1/vendors/", 404}, {"PUT", "/api/v1/vendors", 404}, {"HEAD", "/api/v1/vendors", 404}, {"OPTIONS", "/api/v1/vendors", 404},
		{"GET", "/api/v1//vendors", 404}, {"GET", "/api/v1/../v1/vendors", 404}, {"POST", "/vendors", 404}, {"DELETE", "/", 404},
		{"GET", "/api/v1/vendors/abc", 422}, {"GET", "/api/v1/vendors/99999999999999999999", 422}, {"GET", "/api/v1/vendors/0", 422},
	} {
		got := w.ask(asking{method: tc.method, path: tc.path, token: token, csrf: "own"})
		if got.StatusCode != tc.status || !strings.HasPrefix(got.Header.Get("Content-Type"), "application/problem+json") {
			t.Errorf("%s %s: %d %s", tc.method, tc.path, got.StatusCode, got.text)
		}
	}
}
