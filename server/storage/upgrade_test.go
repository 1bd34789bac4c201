package storage_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5"

	"klausul/migrations"
	"klausul/server/access"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
)

// renamed tells where the content of a column went that a later migration moved:
// "table.column" -> an expression over the table as it is today.
var renamed = map[string]string{
	"organisation.successor_id": "select s.successor_id from organisation_successor s where s.organisation_id = organisation.id",
}

// Each file in testdata/upgrade is what a database of an earlier version held. It is
// filled at that version and brought up to date: every row is still there, unchanged.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	dumps, err := filepath.Glob("testdata/upgrade/*.sql")
	if err != nil || len(dumps) == 0 {
		t.Fatalf("no earlier version: %v", err)
	}
	for _, dump := range dumps {
		version := strings.TrimSuffix(filepath.Base(dump), ".sql")
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			e := storagetest.Empty(t, "")
			if err := storage.MigrateTo(t.Context(), e.AdminURL, nil, upTo(t, version)); err != nil {
				t.Fatal(err)
			}
			data, err := os.ReadFile(dump)
			if err != nil {
				t.Fatal(err)
			}
			// As pg_restore does it: the rows' references may point forward.
			if _, err := e.Conn("postgres").Exec(t.Context(), "set session_replication_role = replica; "+string(data)); err != nil {
				t.Fatalf("fill: %v", err)
			}
			admin := e.Conn(storage.Admin)
			before := contents(t, admin, nil)
			if err := storage.Migrate(t.Context(), e.AdminURL, nil); err != nil {
				t.Fatalf("migrate a filled database: %v", err)
			}
			after := contents(t, admin, before)
			filled := 0
			for table, had := range before {
				filled += len(had.rows)
				if !slices.Equal(had.rows, after[table].rows) {
					t.Errorf("%s held\n%s\nand holds\n%s", table, strings.Join(had.rows, "\n"), strings.Join(after[table].rows, "\n"))
				}
			}
			if filled < 5 {
				t.Errorf("the earlier version held %d rows: nothing is proved", filled)
			}
			worksAfterwards(t, e)
		})
	}
}

// upTo is the migrations up to a version.
func upTo(t *testing.T, version string) fs.FS {
	t.Helper()
	older, found := fstest.MapFS{}, false
	for _, name := range files(t) {
		if v, _, _ := strings.Cut(name, "_"); v <= version {
			text, err := fs.ReadFile(migrations.FS, name)
			if err != nil {
				t.Fatal(err)
			}
			older[name], found = &fstest.MapFile{Data: text}, found || v == version
		}
	}
	if !found {
		t.Fatalf("there is no migration %s", version)
	}
	return older
}

type content struct {
	columns []string
	rows    []string
}

// contents reads every table of ours, and the sequences, row by row as text. With
// like, it reads the columns that those tables had.
func contents(t *testing.T, conn *pgx.Conn, like map[string]content) map[string]content {
	t.Helper()
	tables := query[string](t, conn, `select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'S')
		and relname not like 'river%' and relname not like 'goose%'`)
	all := map[string]content{}
	for _, table := range tables {
		if _, had := like[table]; like != nil && !had {
			continue
		}
		c := content{columns: like[table].columns}
		if like == nil {
			c.columns = query[string](t, conn, `select attname::text from pg_attribute where attrelid = $1::text::regclass and attnum > 0 and not attisdropped and attname <> 'log_cnt' order by attnum`, table)
		}
		var parts []string
		for _, column := range c.columns {
			expression, moved := renamed[table+"."+column]
			if !moved || like == nil {
				expression = pgx.Identifier{column}.Sanitize()
			}
			parts = append(parts, "coalesce(("+expression+")::text, 'null')")
		}
		if len(parts) > 0 {
			c.rows = query[string](t, conn, "select concat_ws(' | ', "+strings.Join(parts, ", ")+") from "+pgx.Identifier{table}.Sanitize()+" order by 1")
		}
		all[table] = c
	}
	return all
}

func query[T any](t *testing.T, conn *pgx.Conn, sql string, args ...any) []T {
	t.Helper()
	rows, err := conn.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[T])
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return found
}

// worksAfterwards opens the door to the upgraded database and goes through it.
func worksAfterwards(t *testing.T, e *storagetest.Env) {
	t.Helper()
	e.Store = e.Open(nil)
	member := storagetest.One[int32](e, "select min(organisation_id) from membership where to_date is null")
	if a := e.Actor(e.Token(access.ContactPerson, member)); !a.Member || a.Grant.Organisation != member {
		t.Errorf("actor after the upgrade: %+v", a)
	}
	given := storagetest.One[int](e, "select last_value from vendor_number")
	err := e.Store.Write(t.Context(), e.Scope(access.Lawyer, 0), "vendor.add", func(tx *storage.Tx) error {
		return tx.DB().Exec("insert into vendor (name, country) values ('Ny', 'SE')").Error
	})
	if err != nil {
		t.Error(err)
	}
	if number := storagetest.One[int](e, "select max(number) from vendor"); number != given+1 {
		t.Errorf("the next public number is %d after %d", number, given)
	}
	r, err := storage.VerifyAudit(t.Context(), e.AdminURL)
	if err != nil || len(r.Faults) != 0 {
		t.Errorf("audit after the upgrade: %+v %v", r, err)
	}
}
