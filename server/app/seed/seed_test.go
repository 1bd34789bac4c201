package seed

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/clause"
	"klausul/server/embedded"
	"klausul/server/storage"
)

var (
	stores *embedded.Stores
	silent = slog.New(slog.DiscardHandler)
)

func TestMain(m *testing.M) {
	ctx := context.Background()
	var err error
	if stores, err = embedded.Temporary(ctx, embedded.Options{Postgres: true}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	if err := stores.Stop(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// database makes a migrated, empty database and returns its owner's address.
func database(t *testing.T, name string) string {
	t.Helper()
	if err := storage.Bootstrap(t.Context(), stores.DSN("postgres", "postgres"), name); err != nil {
		t.Fatal(err)
	}
	admin := stores.DSN(storage.Admin, name)
	if err := storage.Migrate(t.Context(), admin, silent); err != nil {
		t.Fatal(err)
	}
	return admin
}

func loaded(t *testing.T, name string, size Size) *pgx.Conn {
	t.Helper()
	admin := database(t, name)
	ok, err := Load(t.Context(), admin, size, silent)
	if err != nil || !ok {
		t.Fatalf("loaded %v: %v", ok, err)
	}
	conn, err := pgx.Connect(t.Context(), admin)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// fact is a number about a register, asked in SQL that can be pasted into psql.
type fact struct {
	what, sql string
	want      int
}

func check(t *testing.T, conn *pgx.Conn, facts []fact) {
	t.Helper()
	for _, f := range facts {
		t.Run(f.what, func(t *testing.T) {
			var got int
			if err := conn.QueryRow(t.Context(), f.sql).Scan(&got); err != nil {
				t.Fatal(err)
			}
			if got != f.want {
				t.Errorf("got %d, want %d: %s", got, f.want, f.sql)
			}
		})
	}
}

func TestDemo(t *testing.T) {
	conn := loaded(t, "demo", Demo)
	check(t, conn, []fact{
		{"98 municipalities", "select count(*) from organisation where kind = 'municipality'", 98},
		{"exactly 98 members today", "select value from figure where key = 'members'", 98},
		{"one former member, since the end of 2024", "select count(*) from membership where to_date = '2024-12-31'", 1},
		{"one vendor is a joint company", "select count(*) from vendor v join organisation o on o.id = v.organisation_id and o.cvr = v.cvr", 1},
		{"one member without address", "select count(*) from organisation where street = '' and name = 'Læsø Kommune'", 1},
		{"no other without address", "select count(*) from organisation where street = '' or postal_code = '' or city = ''", 1},
		{"every address says demo", "select count(*) from organisation where street <> '' and street not like '%(demo)'", 0},
		{"vendors", "select count(*) from vendor", 52},
		{"systems", "select count(*) from it_system", 120},
		{"usages", "select count(*) from usage", 2500},
		{"two vendors of one name", "select count(*) from (select from vendor group by name having count(*) = 2) d", 1},
		{"vendors of ten other countries", "select count(distinct country) from vendor where country <> 'DK' and foreign_number <> ''", 10},
		{"the story's tree has three tiers", "select count(*) from subprocessor a join subprocessor b on b.parent_id = a.id join subprocessor c on c.parent_id = b.id where a.vendor_id = 1", 1},
		{"some stand behind others and deliver nothing", "select count(*) from vendor v where exists (select from subprocessor p where p.processor_id = v.id) and not exists (select from it_system s where s.vendor_id = v.id)", 12},
		{"some transfers lack a certification", "select (count(*) > 0)::int from subprocessor p where p.basis = 'dpf' and not exists (select from dpf_certification d where d.vendor_id = p.processor_id)", 1},
		{"most systems are described", "select (count(distinct system_id) * 100 / 120 between 60 and 80)::int from system_profile where list = 'data_kind'", 1},
		{"some hold no personal data", "select (count(*) between 3 and 12)::int from system_screening where outcome = 'no_personal_data'", 1},
		{"none is both described and without data", "select count(*) from system_screening g join system_profile p on p.system_id = g.system_id where g.outcome = 'no_personal_data'", 0},
		{"own agreements are on systems that run", `select count(*) from own_agreement_system x
			where not exists (select from usage u where u.organisation_id = x.organisation_id and u.system_id = x.system_id and u.to_date is null)`, 0},
		{"Viborg has some of its own", "select (count(*) between 2 and 12)::int from own_agreement a join organisation o on o.id = a.organisation_id where o.name = 'Viborg Kommune'", 1},
		{"an agreement that nobody uses", `select count(*) from agreement a where not exists (
			select from agreement_system s join usage u on u.system_id = s.system_id where s.agreement_id = a.id and u.to_date is null)`, 1},
		{"a vendor name of 90 characters", "select max(length(name)) from vendor", 90},
		{"a system name of 90 characters", "select max(length(name)) from it_system", 90},
		{"most systems have a KITOS id", "select (count(kitos_uuid) * 100 / count(*) between 70 and 95)::int from it_system", 1},
		{"the story's vendor has no agreement", "select count(*) from agreement a join vendor v on v.id = a.vendor_id where v.name = 'Åhavn Omsorgssystemer A/S'", 0},
		{"the story's vendor has three systems", "select count(*) from it_system s join vendor v on v.id = s.vendor_id where v.name = 'Åhavn Omsorgssystemer A/S'", 3},
		{"agreements", "select count(*) from agreement", 6},
		{"an accession for each member of the day", `select count(*) from agreement_version v
			full join accession a on a.agreement_version_id = v.id
			full join membership m on m.organisation_id = a.organisation_id and m.from_date <= v.offered_at::date and coalesce(m.to_date, 'infinity') >= v.offered_at::date
			where v.id is not null and (a.id is null or m.organisation_id is null)`, 0},
		{"the former member has some", "select (count(*) > 0)::int from accession a join membership m on m.organisation_id = a.organisation_id where m.to_date is not null", 1},
		{"accessions name systems of their agreement", `select count(*) from accession a join accession_system s on s.accession_id = a.id
			where not exists (select from agreement_system g where g.agreement_id = a.agreement_id and g.system_id = s.system_id)`, 0},
		{"every accession names a system", "select count(*) from accession a where not exists (select from accession_system s where s.accession_id = a.id)", 0},
		{"nothing is offered before its systems are known", `select count(*) from agreement_version v join agreement_system g on g.agreement_id = v.agreement_id
			join it_system s on s.id = g.system_id join vendor d on d.id = s.vendor_id where greatest(s.created_at, d.created_at) > v.offered_at`, 0},
		{"the system owner owns some", "select count(*) from usage u join app_user p on p.id = u.owner_user_id where p.persona = 'systemejer-viborg'", 4},
		{"personas", "select count(*) from app_user where persona is not null", 10},
		{"one of them has two roles", "select count(*) from (select from role_grant group by user_id having count(*) = 2) d", 1},
		{"the load stands in the audit trail", "select count(*) from audit_event where action = 'register.seed'", 1},
	})
	t.Run("use is long-tailed: from 1 to 98 members", func(t *testing.T) {
		var fewest, most, median int
		err := conn.QueryRow(t.Context(), `select min(n), max(n), percentile_disc(0.5) within group (order by n)
			from (select count(distinct organisation_id) as n from usage where to_date is null group by system_id) d`).Scan(&fewest, &most, &median)
		if err != nil || fewest != 1 || most != 98 || median > 15 {
			t.Errorf("from %d to %d, half of them under %d: %v", fewest, most, median, err)
		}
	})
	t.Run("the next vendor gets the next number", func(t *testing.T) {
		var id, number int
		err := conn.QueryRow(t.Context(), "insert into vendor (name, country) values ('Næste', 'SE') returning id, number").Scan(&id, &number)
		if err != nil || id != 53 || number != 1053 {
			t.Errorf("id %d, number %d: %v", id, number, err)
		}
	})
}

func TestHashes(t *testing.T) {
	loaded(t, "hashes", Demo)
	db, err := storage.Open(t.Context(), storage.Config{URL: func(l access.Login) string { return stores.DSN(string(l), "hashes") }})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	service := agreement.New(db, nil, nil)
	for id := int64(1); id <= 6; id++ {
		d, err := service.Get(t.Context(), access.System("seed.test"), id)
		if err != nil {
			t.Fatal(err)
		}
		if d.TextHash == nil || clause.Sum(d.Shared()) != *d.TextHash {
			t.Errorf("agreement %d: its text has another hash than its row", id)
		}
		if open := d.Unanswered(); len(open) > 0 {
			t.Errorf("agreement %d was offered with open fields: %v", id, open)
		}
	}
}

func TestCVR(t *testing.T) {
	conn := loaded(t, "cvr", Demo)
	rows, err := conn.Query(t.Context(), "select cvr from vendor where cvr is not null union select cvr from organisation where kind = 'joint_company'")
	if err != nil {
		t.Fatal(err)
	}
	numbers, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(numbers) < 30 {
		t.Fatalf("%d numbers: %v", len(numbers), err)
	}
	for _, n := range numbers {
		sum := 0
		for i, weight := range []int{2, 7, 6, 5, 4, 3, 2, 1} {
			sum += int(n[i]-'0') * weight
		}
		if sum%11 != 0 {
			t.Errorf("%s fails modulus 11", n)
		}
	}
}

func TestLoad(t *testing.T) {
	t.Run("the same size gives the same register", func(t *testing.T) {
		one, two := dump(t, loaded(t, "one", Demo)), dump(t, loaded(t, "two", Demo))
		if one != two {
			t.Errorf("%s and %s", one, two)
		}
	})
	t.Run("a filled database is left as it is", func(t *testing.T) {
		admin := database(t, "filled")
		if ok, err := Load(t.Context(), admin, Demo, silent); err != nil || !ok {
			t.Fatalf("loaded %v: %v", ok, err)
		}
		conn, err := pgx.Connect(t.Context(), admin)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(t.Context())
		before := dump(t, conn)
		if ok, err := Load(t.Context(), admin, Full, silent); err != nil || ok {
			t.Errorf("loaded again %v: %v", ok, err)
		}
		if dump(t, conn) != before {
			t.Error("the second load changed something")
		}
	})
	t.Run("of two at once one loads", func(t *testing.T) {
		admin := database(t, "race")
		type result struct {
			ok  bool
			err error
		}
		results := make(chan result)
		for range 2 {
			go func() {
				ok, err := Load(context.Background(), admin, Demo, silent)
				results <- result{ok, err}
			}()
		}
		a, b := <-results, <-results
		if a.err != nil || b.err != nil || a.ok == b.ok {
			t.Errorf("%v and %v", a, b)
		}
	})
	t.Run("a database that is away is an error", func(t *testing.T) {
		_, err := Load(t.Context(), stores.DSN(storage.Admin, "nowhere"), Demo, silent)
		if err == nil || !strings.Contains(err.Error(), "klausul_admin") {
			t.Errorf("%v", err)
		}
	})
}

// dump hashes every row of every table that the generator writes; what the
// database adds by itself (the moment of loading) is left out.
func dump(t *testing.T, conn *pgx.Conn) string {
	t.Helper()
	h := sha256.New()
	for _, q := range []string{
		"organisation", "membership", "app_user", "role_grant", "vendor", "it_system", "usage", "agreement",
		"agreement_system", "agreement_version", "answer", "accession", "accession_system", "clause",
		"subprocessor", "vendor_name", "vendor_contact", "dpf_certification",
		"(select key, value from figure)",
		"(select id, key, name, version, language, provenance, text_hash, fields from template_version)",
	} {
		rows, err := conn.Query(t.Context(), "select to_jsonb(d)::text from "+q+" d order by 1")
		if err != nil {
			t.Fatal(err)
		}
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil || len(lines) == 0 {
			t.Fatalf("%s: %d rows: %v", q, len(lines), err)
		}
		_, _ = io.WriteString(h, strings.Join(lines, "\n"))
	}
	return hex.EncodeToString(h.Sum(nil))
}

func TestFull(t *testing.T) {
	conn := loaded(t, "full", Full)
	check(t, conn, []fact{
		{"members", "select value from figure where key = 'members'", 98},
		{"vendors", "select count(*) from vendor", 712},
		{"systems", "select count(*) from it_system", 2000},
		{"usages", "select count(*) from usage", 60000},
		{"accessions, up to the last member of the last version", "select (count(*) between 100000 and 100098)::int from accession", 1},
		{"over the years 2022 to 2026", "select count(distinct extract(year from offered_at)) from accession", 5},
		{"some agreements have a second version", "select (count(*) > 100)::int from agreement_version where no = 2", 1},
		{"the lists have statistics", "select (reltuples > 90000)::int from pg_class where relname = 'accession'", 1},
	})
}

func TestLongNames(t *testing.T) {
	for _, name := range []string{longVendor, longSystem} {
		if n := utf8.RuneCountInString(name); n != 90 {
			t.Errorf("%q has %d characters", name, n)
		}
	}
}
