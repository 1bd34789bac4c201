package tests

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Bad input, and acts on what somebody else has changed meanwhile.
func TestRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	t.Run("an address that somebody changed", func(t *testing.T) { staleAddress(t, w) })
	t.Run("a release of a text that somebody changed", func(t *testing.T) { staleRelease(t, w) })
	t.Run("two people on one field", func(t *testing.T) { oneField(t, w) })
	t.Run("two people on two fields", func(t *testing.T) { twoFields(t, w) })
	t.Run("input that the contract does not know", func(t *testing.T) { unknownInput(t, w) })
	t.Run("cursors that are not ours", func(t *testing.T) { cursors(t, w) })
	t.Run("bodies too large, too deep or broken", func(t *testing.T) { bodies(t, w) })
}

func staleAddress(t *testing.T, w *world) {
	office, viborg := w.as(t, "jurist"), w.as(t, "kontakt-viborg")
	o := read[listOf[organisation]](viborg, "/api/v1/organisations").Items[0]
	path := fmt.Sprintf("/api/v1/organisations/%d", o.ID)
	seen := fmt.Sprintf("%q", fmt.Sprint(o.Version))
	to := func(street string) map[string]any {
		return map[string]any{"address": map[string]any{"street": street, "postalCode": "8800", "city": "Viborg"}}
	}
	if first := send[organisation](viborg, "PATCH", path, to("Prinsens Allé 5"), "If-Match", seen); first.Version != o.Version+1 || first.Address["street"] != "Prinsens Allé 5" {
		t.Fatalf("changed to %+v", first)
	}
	p := office.refused(412, "stale", "PATCH", path, to("Torvet 1"), "If-Match", seen)
	now, _ := p.Detail["current"].(map[string]any)
	address, _ := now["address"].(map[string]any)
	if p.Detail["changedBy"] != "Kirsten Ågesen Holm" || p.Detail["action"] != "organisation.change_address" || address["street"] != "Prinsens Allé 5" ||
		p.Detail["version"] != float64(o.Version+1) || p.Detail["changedAt"] == nil || fmt.Sprint(p.Detail["changed"]) != "[address]" {
		t.Errorf("what changed is told as %v", p.Detail)
	}
	if now := read[organisation](office, path); now.Address["street"] != "Prinsens Allé 5" {
		t.Errorf("the stale act went through: %+v", now)
	}
	// Without a version, or with one that is none, nobody acts.
	office.refused(422, "invalid", "PATCH", path, to("Torvet 1"))
	office.refused(422, "invalid", "PATCH", path, to("Torvet 1"), "If-Match", "*")
	p = office.refused(422, "member.address", "PATCH", path, map[string]any{"address": map[string]any{"street": "Torvet 1"}}, "If-Match", seen)
	if len(p.Errors) != 2 {
		t.Errorf("a half address is refused with %v", p.Errors)
	}
}

func staleRelease(t *testing.T, w *world) {
	lawyer := w.as(t, "jurist")
	d := lawyer.draft("Ændret imens")
	lawyer.answerAll(d)
	id := d.Agreement.ID
	seen := fmt.Sprintf("%q", fmt.Sprint(lawyer.check(id).Version))
	lawyer.answer(id, "service.purpose", 1, "Et helt andet formål")
	path := fmt.Sprintf("/api/v1/agreements/%d/release", id)
	p := lawyer.refused(412, "stale", "POST", path, everybody, "If-Match", seen)
	now, _ := p.Detail["current"].(map[string]any)
	const label = "Formålet med behandlingen"
	if now[label] != "Et helt andet formål" || fmt.Sprint(p.Detail["changed"]) != "["+label+"]" || p.Detail["changedBy"] != "Johanne Lindekrog" || p.Detail["action"] != "agreement.answer" {
		t.Errorf("what changed is told as %v", p.Detail)
	}
	r := w.register(t)
	if n := ask[int](r, "select count(*) from batch where subject_id = $1", id) + ask[int](r, "select count(*) from accession where agreement_id = $1", id); n != 0 {
		t.Errorf("the stale release left %d rows", n)
	}
	lawyer.refused(422, "invalid", "POST", path, everybody)
}

// oneField lets two people save the same field from the same version, again and again at
// the same moment: one is kept, the other is told both texts.
func oneField(t *testing.T, w *world) {
	lawyer, other := w.as(t, "jurist"), w.as(t, "jurist")
	d := lawyer.draft("To på ét felt")
	path := fmt.Sprintf("/api/v1/agreements/%d/answers", d.Agreement.ID)
	for base := range 5 {
		answers := make([]answer, 2)
		var both sync.WaitGroup
		for i, c := range []*client{lawyer, other} {
			both.Go(func() {
				answers[i], _ = c.try("PATCH", path, map[string]any{"path": "service.purpose", "base": base, "value": fmt.Sprintf("tekst %d af %d", base, i)})
			})
		}
		both.Wait()
		kept := slices.IndexFunc(answers, func(a answer) bool { return a.status == 200 })
		if kept < 0 || answers[1-kept].status != 409 {
			t.Fatalf("round %d: %s and %s", base, answers[0], answers[1])
		}
		p := decode[problem](t, answers[1-kept])
		theirs, yours := fmt.Sprintf("tekst %d af %d", base, kept), fmt.Sprintf("tekst %d af %d", base, 1-kept)
		if p.Code != "agreement.answer_conflict" || p.Detail["theirs"] != theirs || p.Detail["yours"] != yours || p.Detail["by"] != "Johanne Lindekrog" || p.Detail["version"] != float64(base+1) {
			t.Errorf("round %d: the conflict is told as %v", base, p)
		}
		for _, a := range read[jointDetail](lawyer, fmt.Sprintf("/api/v1/agreements/%d", d.Agreement.ID)).Answers {
			if a.Path == "service.purpose" && (a.Value != theirs || a.Version != base+1) {
				t.Errorf("round %d: stored is %+v", base, a)
			}
		}
	}
}

func twoFields(t *testing.T, w *world) {
	lawyer, other := w.as(t, "jurist"), w.as(t, "jurist")
	d := lawyer.draft("To på to felter")
	path := fmt.Sprintf("/api/v1/agreements/%d/answers", d.Agreement.ID)
	var both sync.WaitGroup
	for c, field := range map[*client]string{lawyer: "service.purpose", other: "data.subjects"} {
		both.Go(func() {
			for base := range 10 {
				if a, err := c.try("PATCH", path, map[string]any{"path": field, "base": base, "value": fmt.Sprint("udgave ", base)}); err != nil || a.status != 200 {
					t.Errorf("%s from %d: %v %s", field, base, err, a)
				}
			}
		})
	}
	both.Wait()
	for _, a := range read[jointDetail](lawyer, fmt.Sprintf("/api/v1/agreements/%d", d.Agreement.ID)).Answers {
		if a.Version != 10 || a.Value != "udgave 9" {
			t.Errorf("stored is %+v", a)
		}
	}
}

func unknownInput(t *testing.T, w *world) {
	lawyer := w.as(t, "jurist")
	d := lawyer.draft("Ukendt")
	path := fmt.Sprintf("/api/v1/agreements/%d/answers", d.Agreement.ID)
	at := func(p problem, pointer, code string) {
		t.Helper()
		if len(p.Errors) != 1 || p.Errors[0].Pointer != pointer || p.Errors[0].Code != code {
			t.Errorf("want %s %s, got %v", pointer, code, p.Errors)
		}
	}
	good := map[string]any{"path": "service.purpose", "base": 0, "value": "x"}
	with := func(key string, value any) map[string]any {
		m := map[string]any{key: value}
		for k, v := range good {
			if _, there := m[k]; !there {
				m[k] = v
			}
		}
		return m
	}
	at(lawyer.refused(422, "invalid", "PATCH", path, with("approved", true)), "/approved", "unknown_field")
	at(lawyer.refused(422, "invalid", "PATCH", path, with("base", "nul")), "/base", "wrong_type")
	at(lawyer.refused(422, "invalid", "PATCH", path, with("path", []int{1})), "/path", "wrong_type")
	at(lawyer.refused(422, "invalid", "PATCH", path, map[string]any{"path": "service.purpose", "value": "x"}), "/base", "required")
	at(lawyer.refused(422, "invalid", "GET", "/api/v1/vendors?sort=salary", nil), "query/sort", "not_a_choice")
	at(lawyer.refused(422, "invalid", "GET", "/api/v1/vendors?limit=0", nil), "query/limit", "too_small")
	at(lawyer.refused(422, "invalid", "GET", "/api/v1/vendors?colour=red", nil), "query/colour", "unknown_field")
	at(lawyer.refused(422, "invalid", "GET", "/api/v1/agreements/syv", nil), "path/id", "malformed")
	at(lawyer.refused(422, "invalid", "GET", "/api/v1/agreements/0", nil), "path/id", "too_small")
	at(lawyer.refused(422, "invalid", "GET", "/api/v1/search?q=a", nil), "query/q", "too_short")

	// The rules of the fields themselves.
	at(lawyer.refused(422, "field.unknown", "PATCH", path, with("path", "salary.bonus")), "/path", "field.unknown")
	lawyer.refused(422, "field.unknown", "PATCH", path, with("path", "controller.name")) // a local slot is nobody's to answer
	for field, value := range map[string]any{"subprocessors.notice_days": "tredive", "data.kind": "secret", "breach.hours": 7000, "service.purpose": 12} {
		lawyer.refused(422, "field.value", "PATCH", path, map[string]any{"path": field, "base": 0, "value": value})
	}
	lawyer.refused(404, "not_found", "PATCH", "/api/v1/agreements/999999/answers", good)
	lawyer.refused(404, "not_found", "GET", "/api/v1/nothing-here", nil)
	lawyer.refused(422, "vendor.unknown", "POST", "/api/v1/agreements", map[string]any{"vendor": 999999, "systems": []int{1}, "template": 1})
	lawyer.refused(422, "system.unknown", "POST", "/api/v1/agreements", map[string]any{"vendor": 1001, "systems": []int{999999}, "template": 1})
	lawyer.refused(422, "agreement.unknown_template", "POST", "/api/v1/agreements", map[string]any{
		"vendor": 1001, "systems": []int64{lawyer.found(storyVendor).Systems[0].Number}, "template": 999999})

	// What a person types is searched for, not obeyed.
	for _, typed := range []string{"%%", "__", `\\`, "' or 1=1 --", "æøå", "🙂🙂", strings.Repeat("ø", 200)} {
		if got := read[total](lawyer, "/api/v1/vendors/count?q="+url.QueryEscape(typed)).Total; got != 0 && typed != "æøå" {
			t.Errorf("%q finds %d vendors", typed, got)
		}
	}
	for _, a := range []answer{lawyer.do("GET", "/api/v1/vendors?q=%00", nil), lawyer.do("GET", "/api/v1/vendors?q=%ff%fe", nil),
		lawyer.do("PATCH", path, with("value", "nul\x00tegn"))} {
		if a.status != 422 && a.status != 200 {
			t.Errorf("odd bytes: %s", a)
		}
	}
}

func cursors(t *testing.T, w *world) {
	lawyer := w.as(t, "jurist")
	page := read[listOf[ref]](lawyer, "/api/v1/vendors?limit=7")
	if len(page.Items) != 7 || page.Next == "" {
		t.Fatalf("a page of %d, next %q", len(page.Items), page.Next)
	}
	// A good cursor walks the whole list once.
	seen := map[int64]bool{}
	for next := ""; ; {
		page := read[listOf[ref]](lawyer, "/api/v1/vendors?limit=7&cursor="+next)
		for _, v := range page.Items {
			if seen[v.Number] {
				t.Fatalf("vendor %d twice", v.Number)
			}
			seen[v.Number] = true
		}
		if next = page.Next; next == "" {
			break
		}
	}
	if all := read[total](lawyer, "/api/v1/vendors/count").Total; all != len(seen) {
		t.Errorf("%d of %d vendors seen", len(seen), all)
	}
	raw := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	for _, cursor := range []string{"x", "!!!!", raw("{}"), raw(`{"s":"number","v":"1","i":1}`), raw(`{"s":"name","v":"a","i":1,"z":2}`),
		raw(`["name"]`), raw(`{"s":"name","v":{},"i":1}`), page.Next[:len(page.Next)-4]} {
		lawyer.refused(422, "list.bad_cursor", "GET", "/api/v1/vendors?cursor="+url.QueryEscape(cursor), nil)
	}
	lawyer.refused(422, "list.bad_cursor", "GET", "/api/v1/vendors?sort=-number&cursor="+raw(`{"s":"-number","v":"ikke et tal","i":1}`), nil)
	lawyer.refused(422, "list.bad_cursor", "GET", "/api/v1/accessions?cursor="+raw(`{"s":"-offered","v":"i går","i":1}`), nil)
	lawyer.refused(422, "invalid", "GET", "/api/v1/vendors?cursor="+strings.Repeat("A", 500), nil)
}

func bodies(t *testing.T, w *world) {
	lawyer := w.as(t, "jurist")
	d := lawyer.draft("Store ting")
	path := fmt.Sprintf("/api/v1/agreements/%d/answers", d.Agreement.ID)
	change := func(value string) []byte {
		return []byte(`{"path":"service.purpose","base":0,"value":` + value + `}`)
	}
	huge := change(`"` + strings.Repeat("a", 2<<20) + `"`)
	if p := lawyer.refused(413, "too_large", "PATCH", path, huge); p.Detail["limit"] != float64(1<<20) {
		t.Errorf("the limit is told as %v", p.Detail)
	}
	lawyer.refused(413, "too_large", "POST", "/api/v1/session/demo", huge)
	if p := lawyer.chunked(413, path, huge); p.Code != "too_large" { // no length is announced
		t.Errorf("refused with %s", p.Code)
	}
	deep := strings.Repeat("[", 200_000) + strings.Repeat("]", 200_000)
	for name, body := range map[string][]byte{
		"deep lists":     change(deep),
		"deep objects":   change(strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000)),
		"many members":   change("{" + strings.Repeat(`"a":1,`, 100_000) + `"a":1}`),
		"a huge number":  change(strings.Repeat("9", 100_000)),
		"cut off":        []byte(`{"path":"service.purpose","base":0,"val`),
		"two values":     append(change(`"x"`), change(`"y"`)...),
		"no JSON":        []byte("<xml/>"),
		"nothing":        {},
		"a list":         []byte(`[]`),
		"null":           []byte(`null`),
		"not UTF-8":      change("\"\xff\xfe\""),
		"a NUL":          change(`"\u0000"`),
		"an object":      change(`{"a":1}`),
		"a long purpose": change(`"` + strings.Repeat("å", 400_000) + `"`),
	} {
		if a := lawyer.do("PATCH", path, body); a.status != 422 {
			t.Errorf("%s: %s", name, a)
		}
	}
	lawyer.refused(422, "invalid", "PATCH", path, change(`"x"`), "Content-Type", "text/plain")
	if answers := read[jointDetail](lawyer, fmt.Sprintf("/api/v1/agreements/%d", d.Agreement.ID)).Answers; len(answers) > 0 {
		t.Errorf("stored: %v", answers)
	}
	if log := w.log.String(); strings.Contains(log, "panic") {
		t.Errorf("a request panicked:\n%s", w.log.tail())
	}
}
