package tests

import (
	"fmt"
	"strings"
	"testing"
)

// TestDisclosure asks for the file of a person (GDPR article 15), a user and somebody who
// is none: it holds every trace and nothing of others, and not everybody gets it.
func TestDisclosure(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.register(t)
	const mail, name = "asta.zqx9@example.dk", "Asta Zqx9"
	vendor := ask[int64](r, "select id from vendor where name = $1", storyVendor)
	r.exec("insert into vendor_contact (vendor_id, role, name, email, phone) values ($1, 'breach', $2, $3, '11223344'), ($1, 'breach', 'En anden', 'b'||$3, '99887766')", vendor, name, mail)
	r.exec("update organisation set mail = upper($1) where name = $2", mail, noAddress)
	r.exec("update usage set local_owner = $1 where id = (select min(id) from usage)", "Drift, "+name)
	admin, viborg, randers := w.as(t, "admin"), w.as(t, "kontakt-viborg"), w.as(t, "kontakt-randers")

	file := func(a answer) string {
		t.Helper()
		if a.status != 200 || !strings.HasPrefix(a.header.Get("Content-Disposition"), "attachment") {
			t.Fatalf("the file is answered with %s", a)
		}
		return plain(t, a.body)
	}
	traces := func(text string, want bool, all ...string) {
		t.Helper()
		for _, s := range all {
			if strings.Contains(text, s) != want {
				t.Errorf("%q in the file: want %t", s, want)
			}
		}
	}
	asked := map[string]any{"email": mail, "name": name}
	byMail := file(admin.do("POST", "/api/v1/disclosures", asked))
	traces(byMail, true, "11223344", strings.ToUpper(mail), "Drift, "+name, `"found_by": "name"`)
	traces(byMail, false, "99887766", "En anden", "b"+mail, "token_hash")
	if a := admin.do("POST", "/api/v1/disclosures", map[string]any{"email": "ingen@zqx9.example"}); a.status != 204 || len(a.body) > 0 {
		t.Errorf("nothing held is answered with %s", a)
	}
	for _, c := range []*client{viborg, randers, w.as(t, "jurist"), w.as(t, "tilsyn"), w.as(t, "dpo-viborg"), w.as(t, "bestyrelse")} {
		c.refused(403, "forbidden", "POST", "/api/v1/disclosures", asked)
	}
	admin.refused(422, "person.name_part", "POST", "/api/v1/disclosures", map[string]any{"email": mail, "name": "Asta"})
	admin.refused(422, "invalid", "POST", "/api/v1/disclosures", map[string]any{"email": "Asta Zqx9"})

	me := ask[int64](r, "select u.id from app_user u where u.persona = $1", "dpo-viborg")
	path := fmt.Sprintf("/api/v1/users/%d/disclosure", me)
	own := file(viborg.do("POST", path, nil))
	traces(own, true, fmt.Sprintf(`"user": %d`, me), `"role": "dpo"`)
	traces(own, false, mail, name, "token_hash")
	randers.refused(404, "not_found", "POST", path, nil)

	if n := ask[int](r, "select count(*) from audit_event where action = $1", "person.disclose_any"); n != 2 {
		t.Errorf("%d disclosures by mail are kept, want 2", n)
	}
	traces(w.log.String(), false, mail, "zqx9")
}
