package storage_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
)

var vendorOrders = map[string]storage.Order{
	"name":   {By: "name", Type: "text", ID: "id"},
	"number": {By: "number", Type: "int", ID: "id"},
	"added":  {By: "created_at", Type: "timestamptz", ID: "id"},
}

func TestQueryBuildsOneStatement(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		query *storage.Query
		sql   string
		args  []any
	}{
		"nothing":            {storage.List("select 1"), "select 1", nil},
		"arguments in order": {storage.List("select ? from t", "a").And("b = ? or c = ?", 1, 2).And("d"), "select $1 from t where b = $2 or c = $3 and d", []any{"a", 1, 2}},
		"only if":            {storage.List("select 1").If(false, "a = ?", 1).If(true, "b = ?", 2), "select 1 where b = $1", []any{2}},
		"a question in text": {storage.List("select '?', 'it''s ?' from t").And("a like '%?%' and b = ?", 3), "select '?', 'it''s ?' from t where a like '%?%' and b = $1", []any{3}},
		"letters of Danish":  {storage.List("select 'æ?ø' || ?", "å"), "select 'æ?ø' || $1", []any{"å"}},
		"an end of its own":  {storage.List("select 1").And("a").Last("for update"), "select 1 where a for update", nil},
		"first page": {storage.List("select 1 from vendor").Page(vendorOrders, storage.Page{Sort: "name"}),
			"select 1 from vendor order by name asc, id asc limit 51", nil},
		"downwards": {storage.List("select 1 from vendor").Page(vendorOrders, storage.Page{Sort: "-added", Limit: 10}),
			"select 1 from vendor order by created_at desc, id desc limit 11", nil},
	} {
		sql, args, err := c.query.SQL()
		if err != nil || sql != c.sql || !slices.Equal(args, c.args) {
			t.Errorf("%s: %q %v %v, want %q %v", name, sql, args, err, c.sql, c.args)
		}
	}
	for _, broken := range []func(){
		func() { storage.List("select ?") },
		func() { storage.List("select 1", 1) },
		func() { storage.List("select 1").And("a = ? and b = ?", 1) },
	} {
		func() {
			defer func() {
				if p := fmt.Sprint(recover()); !strings.Contains(p, "do not match") {
					t.Errorf("panicked with %s", p)
				}
			}()
			broken()
		}()
	}
}

func TestPageRefuses(t *testing.T) {
	t.Parallel()
	for _, sort := range []string{"", "-", "cvr", "--name", "name desc", "Name"} {
		_, _, err := storage.List("select 1").Page(vendorOrders, storage.Page{Sort: sort}).SQL()
		if f, ok := fault.Of(err); !ok || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Pointer != "query/sort" {
			t.Errorf("sort %q: %v", sort, err)
		}
	}
	text := base64.RawURLEncoding.EncodeToString
	for _, cursor := range []string{
		"!", "e", "=", text([]byte("x")), text([]byte("null")), text([]byte("[]")), text([]byte(`["a",1]`)), text([]byte(`{"s":"name","v":"a"}`)),
		text([]byte(`{"s":"number","v":"1","i":1}`)), text([]byte(`{"s":"-name","v":"a","i":1}`)), text([]byte(`{"s":"name","v":1,"i":1}`)),
		text([]byte(`{"s":"name","v":"a","i":1e99}`)), text([]byte(`{"s":"name","v":"a","i":1,"x":1}`)),
	} {
		_, _, err := storage.List("select 1").Page(vendorOrders, storage.Page{Sort: "name", Cursor: cursor}).SQL()
		if !errors.Is(err, storage.ErrCursor) {
			t.Errorf("cursor %q: %v", cursor, err)
		}
	}
	// Well formed, but of a value that is none of the column's.
	h := newHouse(t)
	for sort, value := range map[string]string{"added": "i går", "number": "1; drop table vendor", "name": `a\u0000b`, "-number": "99999999999999999999"} {
		cursor := text(fmt.Appendf(nil, `{"s":%q,"v":"%s","i":1}`, sort, value))
		_, err := storage.Select[vendorRow](t.Context(), h.Store, h.office, storage.List("select id, name from vendor").Page(vendorOrders, storage.Page{Sort: sort, Cursor: cursor}))
		if !errors.Is(err, storage.ErrCursor) {
			t.Errorf("cursor of %s at %q: %v", sort, value, err)
		}
	}
	// The same error without a cursor is not the cursor's.
	_, err := storage.Select[vendorRow](t.Context(), h.Store, h.office, storage.List("select id, name from vendor").And("id = 1/(id-id)").Page(vendorOrders, storage.Page{Sort: "name"}))
	if err == nil || errors.Is(err, storage.ErrCursor) {
		t.Errorf("a division by zero: %v", err)
	}
}

type vendorRow struct {
	ID        int32     `db:"id"`
	Name      string    `db:"name"`
	Number    int32     `db:"number"`
	CreatedAt time.Time `db:"created_at"`
}

// Pages taken one after another are the whole list, in Danish order, in both
// directions, with rows of one value and while others are added.
func TestPagesAreTheWholeListInDanishOrder(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Exec("truncate vendor, it_system cascade")
	// Å and Aa are the last letter, Æ and Ø before it; upper and lower case stand together; two have one name.
	danish := []string{"Adobe", "Atea", "EG", "eg2", "KMD", "KMD", "Zylab", "Ærø IT", "Ødegaard", "Åben Kode", "Aarhus IT"}
	for i := range danish {
		h.Exec("insert into vendor (name, cvr, created_at) values ($1, '12345678', '2020-01-01 00:00:00.123456+00'::timestamptz + $2::int / 3 * interval '1 microsecond')",
			danish[(i*7)%len(danish)], i)
	}
	member := h.Scope(access.ContactPerson, h.viborg)
	for _, scope := range []access.Scope{h.office, member} {
		for _, sort := range []string{"name", "-name", "number", "-number", "added", "-added"} {
			var names []string
			var ids []int32
			p := storage.Page{Sort: sort, Limit: 2}
			for pages := 0; ; pages++ {
				rows, err := storage.Select[vendorRow](t.Context(), h.Store, scope, storage.List("select id, name, number, created_at from vendor").
					And("name <> ? and name like '%'", "x?").Page(vendorOrders, p))
				if err != nil {
					t.Fatal(err)
				}
				rows, next := storage.Cut(rows, p, func(v vendorRow) (string, int64) {
					return storage.Key(p, map[string]any{"name": v.Name, "number": v.Number, "added": v.CreatedAt}), int64(v.ID)
				})
				for _, v := range rows {
					names, ids = append(names, v.Name), append(ids, v.ID)
				}
				if p.Cursor = next; next == "" {
					if pages != 5 {
						t.Errorf("%s: %d pages, want 6", sort, pages+1)
					}
					break
				}
			}
			if unique := slices.Compact(slices.Sorted(slices.Values(ids))); len(ids) != len(danish) || len(unique) != len(danish) {
				t.Errorf("%s: rows %v, want %d, each once", sort, ids, len(danish))
			}
			want := slices.Clone(danish)
			if sort == "-name" {
				slices.Reverse(want)
			}
			if strings.HasSuffix(sort, "name") && !slices.Equal(names, want) {
				t.Errorf("%s: %q, want %q", sort, names, want)
			}
		}
	}
}

func TestWithin(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for who, want := range map[string]string{"office": "", "member": "where x.organisation_id = $1", "board": "where x.organisation_id = any($1)"} {
		scope := map[string]access.Scope{"office": h.office, "member": h.Scope(access.DPO, h.viborg), "board": h.Scope(access.Board, 0)}[who]
		sql, args, err := storage.List("select").Within(scope, "x.organisation_id").SQL()
		if err != nil || strings.TrimSpace(strings.TrimPrefix(sql, "select")) != want {
			t.Errorf("%s: %q %v", who, sql, err)
		}
		if who == "member" && !slices.Equal(args, []any{h.viborg}) {
			t.Errorf("member: %v", args)
		}
	}
	// No organisation is no row, not every row.
	type usage struct{ ID int32 }
	h.Usage(h.viborg, h.system)
	none := access.System("test").For(0)
	rows, err := storage.Select[usage](t.Context(), h.Store, none, storage.List("select id from usage").Within(none, "organisation_id"))
	if err != nil || len(rows) != 0 {
		t.Errorf("%v %v", rows, err)
	}
}

func TestLikeFindsWhatWasTyped(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	names := []string{"100 %", "100 kr", "a_b", "axb", `back\slash`, "Ærø", "what?"}
	for _, n := range names {
		h.Vendor(n)
	}
	for typed, want := range map[string][]string{
		"100 %": {"100 %"}, "a_b": {"a_b"}, `k\s`: {`back\slash`}, "  ærø ": {"Ærø"}, "t?": {"what?"}, "'; --": nil, "100": {"100 %", "100 kr"},
	} {
		rows, err := storage.Select[vendorRow](t.Context(), h.Store, h.office, storage.List("select id, name, number, created_at from vendor").And("name ilike ?", storage.Like(typed)).Last("order by name"))
		var got []string
		for _, r := range rows {
			got = append(got, r.Name)
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q finds %q (%v), want %q", typed, got, err, want)
		}
	}
}

func TestOneCountFindAll(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v, err := storage.One[vendorRow](t.Context(), h.Store, h.office, storage.List("select id, name, number, created_at from vendor").And("id = ?", h.vendor))
	if err != nil || v.Name != "KMD A/S" {
		t.Errorf("%v %v", v, err)
	}
	if _, err := storage.One[vendorRow](t.Context(), h.Store, h.office, storage.List("select id, name, number, created_at from vendor").And("id = ?", -1)); !errors.Is(err, fault.ErrNotFound) {
		t.Errorf("an unknown vendor: %v", err)
	}
	if n, err := storage.Count(t.Context(), h.Store, h.office, storage.List("select count(*) as total from vendor")); err != nil || n != 1 {
		t.Errorf("%d %v", n, err)
	}
	err = h.Store.Read(t.Context(), h.office, func(tx *storage.Tx) error {
		const sql = "select id, name, number, created_at from vendor where id >= $1"
		if _, ok, err := storage.Find[vendorRow](tx, sql, h.vendor+1); ok || err != nil {
			t.Errorf("an unknown vendor: %v %v", ok, err)
		}
		if v, ok, err := storage.Find[vendorRow](tx, sql, h.vendor); !ok || err != nil || v.ID != h.vendor {
			t.Errorf("find: %v %v %v", v, ok, err)
		}
		all, err := storage.All[vendorRow](tx, sql, 0)
		if len(all) != 1 || err != nil {
			t.Errorf("all: %v %v", all, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A column without a field, or a field without a column, is a mistake that shows at the first row.
func TestRowsNeedAFieldForEachColumn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	type named struct {
		Name string `db:"name"`
	}
	type whole struct {
		named
		ID    int32
		Local string `db:"-"`
		own   int
	}
	rows := func(columns string) ([]whole, error) {
		return storage.Select[whole](t.Context(), h.Store, h.office, storage.List("select "+columns+" from vendor"))
	}
	if got, err := rows("name, id"); err != nil || len(got) != 1 || got[0].own != 0 || got[0].ID != h.vendor || got[0].Name != "KMD A/S" {
		t.Errorf("%+v %v", got, err)
	}
	for columns, want := range map[string]string{
		"id": "no column name", "id, name, city": "column city has no field", "id, id, name": "column id has no field of its own", "id, null as name": "NULL",
		"id, name, 1 as local": "column local has no field", "id, name, 1 as own": "column own has no field",
	} {
		if got, err := rows(columns); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v %v, want %q", columns, got, err, want)
		}
	}
	if got, err := storage.Select[whole](t.Context(), h.Store, h.office, storage.List("select id, name from vendor").And("false")); err != nil || got == nil || len(got) != 0 {
		t.Errorf("no rows: %v %v", got, err)
	}
}

// A stale act is told who was faster, and with what.
func TestStaleTellsWhoWasFaster(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if err := h.Store.Read(t.Context(), h.office, func(tx *storage.Tx) error {
		return storage.Stale(tx, "vendor", h.vendor, 3, map[string]any{"name": "x"})
	}); !errors.Is(err, fault.ErrStale) {
		t.Errorf("without a history: %v", err)
	}
	h.act(t, "vendor.rename")
	err := h.Store.Read(t.Context(), h.office, func(tx *storage.Tx) error {
		return storage.Stale(tx, "vendor", h.vendor, 3, map[string]any{"name": "x", "city": "y"})
	})
	f, ok := fault.Of(err)
	if !ok || f.Code != "stale" || f.Detail["version"] != 3 || f.Detail["action"] != "vendor.rename" || f.Detail["changedBy"] != h.office.Actor().Name ||
		!slices.Equal(f.Detail["changed"].([]string), []string{"city", "name"}) {
		t.Errorf("%+v", f)
	}
	entries, err := h.Store.History(t.Context(), h.office, "vendor", h.vendor)
	if err != nil || len(entries) != 1 || entries[0].Role != "lawyer" {
		t.Errorf("history: %v %v", entries, err)
	}
}
