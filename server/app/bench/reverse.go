package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"klausul/server/access"
	"klausul/server/embedded"
	"klausul/server/report"
	"klausul/server/storage"
)

// A copy of the full register with a tree of 50 rows, three tiers deep, under each of
// its 2,000 systems: 100,000 rows. Which vendors stand where follows from the numbers
// alone, so that every run asks the same.
const (
	treeRows   = 100_000
	growBranch = `insert into subprocessor (vendor_id, system_id, parent_id, processor_id, service, storage, basis, from_date)
		select y.vendor_id, y.id, p.id, v.id, 'Drift', '{IE}', 'eea', '2024-01-01'
		  from it_system y cross join generate_series(%d, %d) n
		  join vendor v on v.id = 1 + (y.id * 7919 + n * 104729) %% (select count(*) from vendor)
		  left join lateral (select id from subprocessor p where p.vendor_id = y.vendor_id and p.system_id = y.id and p.service = 'Drift' order by p.id offset %d + n %% 10 limit 1) p on %t`
)

// openReverse compares the members behind a sub-processor, as the secretariat asks the
// store, with the same recursive statement by bare pgx as the owner of the tables. Both
// ask about the vendor that stands in most chains.
func openReverse(ctx context.Context, w *world) (_ pair, err error) {
	dir, err := w.full(ctx)
	if err != nil {
		return pair{}, err
	}
	stores, err := embedded.Start(ctx, embedded.Options{Dir: dir, Postgres: true})
	if err != nil {
		return pair{}, err
	}
	closing := func() error { return stop(ctx, stores) }
	p, closeBoth, err := reverse(ctx, stores)
	if err != nil {
		return pair{}, errors.Join(err, closing())
	}
	p.close = func() error { closeBoth(); return closing() }
	return p, nil
}

func reverse(ctx context.Context, stores *embedded.Stores) (p pair, closing func(), err error) {
	address, err := copyOf(ctx, stores, "klausul_reverse")
	if err != nil {
		return p, nil, err
	}
	vendor, err := grow(ctx, address(storage.Admin), address("postgres"))
	if err != nil {
		return p, nil, err
	}
	db, err := storage.Open(ctx, storage.Config{URL: func(l access.Login) string { return address(string(l)) }})
	if err != nil {
		return p, nil, err
	}
	pool, err := pgxpool.New(ctx, address(storage.Admin))
	if err != nil {
		db.Close()
		return p, nil, err
	}
	closing = func() { pool.Close(); db.Close() }
	p, err = asked(ctx, db, pool, vendor)
	if err != nil {
		closing()
	}
	return p, closing, err
}

// grow makes the trees and returns the number of the vendor that stands in most.
func grow(ctx context.Context, admin, super string) (vendor int32, err error) {
	conn, err := pgx.Connect(ctx, super)
	if err != nil {
		return 0, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	for _, sql := range []string{
		"set session_replication_role = replica", // the rows are a tree by how they are made
		"delete from subprocessor",
		fmt.Sprintf(growBranch, 1, 10, 0, false),  // directly under the vendor; "on false" joins no parent
		fmt.Sprintf(growBranch, 11, 30, 0, true),  // under the first ten
		fmt.Sprintf(growBranch, 31, 50, 10, true), // under the second
		"vacuum analyze subprocessor",
	} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return 0, fmt.Errorf("grow the trees: %s: %w", sql, err)
		}
	}
	var rows int
	err = conn.QueryRow(ctx, `select (select count(*) from subprocessor), v.number from subprocessor p join vendor v on v.id = p.processor_id
		group by v.id order by count(distinct p.vendor_id) desc, v.id limit 1`).Scan(&rows, &vendor)
	if err == nil && rows != treeRows {
		err = fmt.Errorf("%d tree rows, not %d", rows, treeRows)
	}
	return vendor, err
}

// asked gives the two sides, which must answer the same members.
func asked(ctx context.Context, db *storage.Store, pool *pgxpool.Pool, vendor int32) (pair, error) {
	scope, err := lawyer(ctx, db, "vendor")
	if err != nil {
		return pair{}, err
	}
	service, on := report.New(db, nil), storage.LegalDate(db.Now())
	sql, args, err := report.AffectedSQL(vendor, on)
	if err != nil {
		return pair{}, err
	}
	ours := func(ctx context.Context) ([]report.Affected, error) {
		return service.Affected(ctx, scope, report.BehindFilter{Vendor: vendor, On: on})
	}
	bare := func(ctx context.Context) ([]report.Affected, error) {
		rows, err := pool.Query(ctx, sql, args...)
		if err != nil {
			return nil, err
		}
		return pgx.CollectRows(rows, pgx.RowToStructByName[report.Affected])
	}
	one, err := ours(ctx)
	if err != nil {
		return pair{}, err
	}
	two, err := bare(ctx)
	if err != nil {
		return pair{}, err
	}
	if len(one) < 50 || !slices.Equal(one, two) {
		return pair{}, fmt.Errorf("the two sides do not answer the same members: %d and %d", len(one), len(two))
	}
	return pair{ours: asking(quietly(ours)), other: asking(quietly(bare))}, nil
}

// quietly asks and looks only for an error.
func quietly(ask func(context.Context) ([]report.Affected, error)) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := ask(ctx)
		return err
	}
}
