package storage_test

import (
	"fmt"
	"strings"
	"testing"

	"klausul/server/access"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
)

// register fills a register of 98 members with the long tail of a real one: 20,000 accessions.
func register(t *testing.T) (house, []int32) {
	t.Helper()
	h := house{Env: storagetest.New(t)}
	var orgs []int32
	for i := range 98 {
		orgs = append(orgs, h.Member(fmt.Sprintf("Kommune %02d", i)))
	}
	h.office = h.Scope(access.Lawyer, 0)
	h.vendor = h.Vendor("KMD A/S")
	h.Exec("insert into vendor (name, cvr) select 'Leverandør ' || n, lpad(n::text, 8, '0') from generate_series(1, 700) n")
	h.Exec("insert into it_system (vendor_id, name) select id, 'System ' || id from vendor")
	h.Exec("insert into usage (organisation_id, system_id, from_date) select o.id, s.id, '2020-01-01' from organisation o, it_system s where (o.id * s.id) % 7 = 0")
	a := h.Offered(h.vendor, "Løn", "", h.System(h.vendor, "Løn"))
	h.Accession(a, orgs[40])
	h.Exec("insert into agreement (vendor_id, title) select id, name from vendor")
	h.Exec(`insert into agreement_version (agreement_id, no, template_version_id, state, offered_at, text_hash)
		select id, 1, $1, case when id % 10 = 0 then 'draft' else 'offered' end, case when id % 10 <> 0 then timestamptz '2024-01-01' + id * interval '1 hour' end,
		  case when id % 10 <> 0 then $2 end from agreement where id <> $3`, a.Template, storagetest.Hash('a'), a.ID)
	h.Exec("insert into answer (agreement_version_id, path, value) select v.id, 'path' || n, '1' from agreement_version v, generate_series(1, 20) n")
	h.Exec(`insert into accession (agreement_id, agreement_version_id, organisation_id, text_hash, instance_hash, party, offered_at, state_at)
		select v.agreement_id, v.id, o.id, $1, $1, '{}', v.offered_at + o.id * interval '1 second', v.offered_at
		  from agreement_version v, organisation o where v.state = 'offered' and v.id <> $2 order by random() limit 20000`, storagetest.Hash('a'), a.Version)
	h.Exec("insert into accession_system (accession_id, system_id, organisation_id) select a.id, 1, a.organisation_id from accession a where a.agreement_id <> $1", a.ID)
	h.Exec("vacuum analyze")
	return h, orgs
}

// plan is how PostgreSQL runs a query in the scope, when it sees the arguments and when it must not.
func (h house) plan(t *testing.T, scope access.Scope, q *storage.Query) map[string]string {
	t.Helper()
	sql, args, err := q.SQL()
	if err != nil {
		t.Fatal(err)
	}
	plans := map[string]string{}
	for _, mode := range []string{"force_custom_plan", "force_generic_plan"} {
		err = h.Store.Read(t.Context(), scope, func(tx *storage.Tx) error {
			if _, err := tx.Pgx().Exec(tx.Context(), "set local plan_cache_mode = "+mode); err != nil {
				return err
			}
			rows, err := tx.Pgx().Query(tx.Context(), "explain (analyze, costs off, timing off, summary off) "+sql, args...)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				var line string
				if err := rows.Scan(&line); err != nil {
					return err
				}
				plans[mode] += line + "\n"
			}
			return rows.Err()
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return plans
}

var offered = map[string]storage.Order{"offered": {By: "offered_at", Type: "timestamptz", ID: "id"}}

func TestPlans(t *testing.T) {
	t.Parallel()
	h, orgs := register(t)
	member := h.Scope(access.ContactPerson, orgs[40])
	t.Run("lists follow their indexes", func(t *testing.T) { h.followIndexes(t, member) })
	t.Run("policies ask once per statement", func(t *testing.T) { h.asksOnce(t, member) })
}

func (h house) followIndexes(t *testing.T, member access.Scope) {
	accessions := func() *storage.Query {
		return storage.List("select id, agreement_id, organisation_id, offered_at from accession")
	}
	p := storage.Page{Sort: "-offered"}
	type row struct {
		ID             int64  `db:"id"`
		AgreementID    int64  `db:"agreement_id"`
		OrganisationID int32  `db:"organisation_id"`
		OfferedAt      string `db:"offered_at"`
	}
	rows, err := storage.Select[row](t.Context(), h.Store, member, storage.List("select id, agreement_id, organisation_id, offered_at::text from accession").Within(member, "organisation_id").Page(offered, p))
	if err != nil || len(rows) != 51 {
		t.Fatalf("%d rows %v", len(rows), err)
	}
	_, next := storage.Cut(rows, p, func(r row) (string, int64) { return r.OfferedAt, r.ID })
	second := storage.Page{Sort: "-offered", Cursor: next}
	for name, c := range map[string]struct {
		scope access.Scope
		query *storage.Query
		index string
		not   string
	}{
		"member":                   {member, accessions().Within(member, "organisation_id").Page(offered, p), "accession_own", "Sort"},
		"member, second page":      {member, accessions().Within(member, "organisation_id").Page(offered, second), "accession_own", "Sort"},
		"member, oldest first":     {member, accessions().Within(member, "organisation_id").Page(offered, storage.Page{Sort: "offered"}), "accession_own", "Sort"},
		"member, forgotten WHERE":  {member, accessions().Page(offered, p), "accession_own", "Sort"},
		"office":                   {h.office, accessions().Page(offered, p), "accession_all", "Sort"},
		"office, second page":      {h.office, accessions().Page(offered, second), "accession_all", "Sort"},
		"office, of one agreement": {h.office, accessions().And("agreement_id = ?", rows[0].AgreementID).Page(offered, p), "accession_by_agreement", "Seq Scan"},
		"vendors of the office":    {h.office, storage.List("select id, name from vendor").Page(vendorOrders, storage.Page{Sort: "name"}), "vendor_by_name", "Sort"},
		"vendors of a member":      {member, storage.List("select id, name from vendor").Page(vendorOrders, storage.Page{Sort: "name"}), "vendor_by_name", "Sort"},
		"usages of a member":       {member, storage.List("select id from usage").Within(member, "organisation_id"), "usage_now", "Seq Scan"},
		"usages that run today": {member, storage.List("select id from usage").Within(member, "organisation_id").
			And("case when to_date is null then 'infinity'::date else to_date end >= (select today())"), "AND (CASE", "Seq Scan"},
		"answers of one agreement":  {member, storage.List("select path, value from answer").And("agreement_version_id = ?", 11), "answer_pkey", "Seq Scan on answer"},
		"systems of one accession":  {member, storage.List("select system_id from accession_system").And("accession_id = ?", rows[0].ID), "accession_system_pkey", "Seq Scan"},
		"one accession of a member": {member, accessions().And("id = ?", rows[0].ID), "accession_pkey", "Seq Scan"},
	} {
		for mode, plan := range h.plan(t, c.scope, c.query) {
			if !strings.Contains(plan, c.index) || strings.Contains(plan, c.not) {
				t.Errorf("%s, %s: want %s and no %s in\n%s", name, mode, c.index, c.not, plan)
			}
		}
	}
}

// The functions behind the policies are asked once per statement, not once per row.
func (h house) asksOnce(t *testing.T, member access.Scope) {
	if _, err := h.Conn("postgres").Exec(t.Context(), "do $$ begin execute format('alter database %I set track_functions = pl', current_database()); end $$"); err != nil {
		t.Fatal(err)
	}
	h.Store = h.Open(nil)
	for _, table := range []string{"accession", "usage", "vendor", "it_system", "agreement", "agreement_version", "agreement_system", "answer",
		"clause", "template_version", "accession_system", "accession_document", "stored_file", "territory", "organisation", "membership", "app_user", "role_grant"} {
		const calls = "select coalesce(sum(calls), 0)::int from pg_stat_xact_user_functions"
		var before, after int
		err := h.Store.Read(t.Context(), member, func(tx *storage.Tx) error {
			if err := tx.Pgx().QueryRow(tx.Context(), calls).Scan(&before); err != nil {
				return err
			}
			if _, err := tx.Pgx().Exec(tx.Context(), "select count(*) from "+table); err != nil {
				return err
			}
			return tx.Pgx().QueryRow(tx.Context(), calls).Scan(&after)
		})
		if err != nil {
			t.Fatalf("%s: %v", table, err)
		}
		if n := after - before; n < 1 || n > 3 {
			t.Errorf("counting %s asked %d times", table, n)
		}
	}
}
