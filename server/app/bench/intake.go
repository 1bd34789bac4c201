package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/xuri/excelize/v2"

	"klausul/server/access"
	"klausul/server/intake"
	"klausul/server/storage"
)

// taken is how many lines a list has: an extract of a national catalogue.
const taken = 60_000

// waitingSQL makes an import of the secretariat as its check leaves it: usages of 1990,
// which nothing in the register stands in the way of.
var waitingSQL = []string{
	`insert into import (id, kind, state, file_name, size, staging_key, total, added, created_by)
	 select 1, 'usages', 'ready', 'bench.csv', 1, '', $1, $1, id from app_user where persona = 'jurist'`,
	`insert into import_row (import_id, line, cells, value, outcome, label, target_org, system_id, from_date, to_date)
	 select 1, row_number() over (), '[]', jsonb_build_object('local_owner', 'Chefen', 'persons', 1250, 'case_number', '2026-' || s.id), 'added', s.name, o.id, s.id, '1990-01-01', '1990-12-31'
	   from it_system s cross join organisation o order by s.id, o.id limit $1`,
}

func openImport(ctx context.Context, w *world) (pair, error) {
	t, err := openTrail(ctx, w)
	if err != nil {
		return pair{}, err
	}
	admin, err := pgx.Connect(ctx, t.address(storage.Admin))
	if err != nil {
		return pair{}, errors.Join(err, t.close())
	}
	closing := func() error { return errors.Join(admin.Close(context.WithoutCancel(ctx)), t.close()) }
	fail := func(err error) (pair, error) { return pair{}, errors.Join(err, closing()) }
	for _, sql := range waitingSQL {
		if _, err := admin.Exec(ctx, sql, taken); err != nil {
			return fail(err)
		}
	}
	if _, err := admin.Exec(ctx, "create table plain_usage (like usage including all); insert into plain_usage overriding system value select * from usage; "+
		"select setval(pg_get_serial_sequence('plain_usage', 'id'), (select max(id) from plain_usage)); analyze import_row"); err != nil {
		return fail(err)
	}
	rows, err := admin.Query(ctx, "select target_org, system_id, from_date, to_date, 'import', value ->> 'local_owner', (value ->> 'persons')::int, value ->> 'case_number' from import_row where import_id = 1 order by line")
	if err != nil {
		return fail(err)
	}
	copied, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) ([]any, error) { return r.Values() })
	if err != nil {
		return fail(err)
	}
	policy, err := access.NewCasbin()
	if err != nil {
		return fail(err)
	}
	scope, err := access.Authorize(policy, t.scope.Actor(), "import", "write")
	if err != nil {
		return fail(err)
	}
	lists := intake.New(t.audited, nil, nil)
	clear := func(ctx context.Context, sql string) error {
		_, err := admin.Exec(ctx, sql)
		return err
	}
	return pair{
		ours: func(ctx context.Context) (float64, error) {
			began := time.Now()
			done, err := lists.Accept(ctx, scope, 1, 0, intake.Consent{})
			took := time.Since(began)
			if err == nil && done.State != intake.Applied {
				err = fmt.Errorf("the import is %s", done.State)
			}
			if err != nil {
				return 0, err
			}
			for _, sql := range []string{"delete from usage where from_date = '1990-01-01'", "update import set state = 'ready', applied_at = null where id = 1", "vacuum usage"} {
				if err := clear(ctx, sql); err != nil {
					return 0, err
				}
			}
			return taken / took.Seconds(), nil
		},
		other: func(ctx context.Context) (float64, error) {
			began := time.Now()
			_, err := admin.CopyFrom(ctx, pgx.Identifier{"plain_usage"}, []string{"organisation_id", "system_id", "from_date", "to_date", "source", "local_owner", "persons", "case_number"}, pgx.CopyFromRows(copied))
			took := time.Since(began)
			if err != nil {
				return 0, err
			}
			for _, sql := range []string{"delete from plain_usage where from_date = '1990-01-01'", "vacuum plain_usage"} {
				if err := clear(ctx, sql); err != nil {
					return 0, err
				}
			}
			return taken / took.Seconds(), nil
		},
		close: closing,
	}, nil
}

// openImportXLSX compares reading and understanding a workbook with excelize's reading alone.
func openImportXLSX(_ context.Context, _ *world) (pair, error) {
	dir, err := os.MkdirTemp("", "klausul-bench-")
	if err != nil {
		return pair{}, err
	}
	name := filepath.Join(dir, "usages.xlsx")
	if err := writeUsages(name); err != nil {
		return pair{}, errors.Join(err, os.RemoveAll(dir))
	}
	return pair{
		ours: func(context.Context) (float64, error) {
			began := time.Now()
			lines, good, err := intake.Try(name, intake.Usages)
			if err == nil && (lines != taken || good != taken) {
				err = fmt.Errorf("%d lines, %d of them good", lines, good)
			}
			return milliseconds(time.Since(began)), err
		},
		other: func(context.Context) (float64, error) {
			began := time.Now()
			n, err := readAlone(name)
			if err == nil && n != taken+1 {
				err = fmt.Errorf("%d rows", n)
			}
			return milliseconds(time.Since(began)), err
		},
		close: func() error { return os.RemoveAll(dir) },
	}, nil
}

func readAlone(name string) (n int, err error) {
	f, err := excelize.OpenFile(name)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	rows, err := f.Rows("Sheet1")
	if err != nil {
		return 0, err
	}
	for ; rows.Next(); n++ {
		if _, err := rows.Columns(); err != nil {
			return n, err
		}
	}
	return n, errors.Join(rows.Error(), rows.Close())
}

func writeUsages(name string) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	if err := w.SetRow("A1", []any{"Kommunens CVR", "System", "Leverandør", "Fra", "Til", "Systemejer", "Antal personer", "Sagsnr."}); err != nil {
		return err
	}
	for n := range taken {
		row := []any{"29189846", fmt.Sprintf("System %d", n%2000), "Nordlys Data A/S", "01-01-2020", "", "Ældre- og plejechefen", n % 5000, fmt.Sprintf("2026-%06d", n)}
		if err := w.SetRow(fmt.Sprintf("A%d", n+2), row); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.SaveAs(name)
}
