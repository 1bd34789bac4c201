package bench

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"klausul/server/access"
	"klausul/server/embedded"
	"klausul/server/report"
	"klausul/server/storage"
)

// openMatrix compares the matrix of 700 vendors and 98 members from 100,000 accessions, as
// the secretariat asks the store, with its statement alone by bare pgx as the owner of the tables.
func openMatrix(ctx context.Context, w *world) (_ pair, err error) {
	dir, err := w.full(ctx)
	if err != nil {
		return pair{}, err
	}
	stores, err := embedded.Start(ctx, embedded.Options{Dir: dir, Postgres: true})
	if err != nil {
		return pair{}, err
	}
	closing := func() error { return stop(ctx, stores) }
	address, err := copyOf(ctx, stores, "klausul_matrix")
	if err != nil {
		return pair{}, errors.Join(err, closing())
	}
	db, err := storage.Open(ctx, storage.Config{URL: func(l access.Login) string { return address(string(l)) }})
	if err != nil {
		return pair{}, errors.Join(err, closing())
	}
	pool, err := pgxpool.New(ctx, address(storage.Admin))
	if err != nil {
		db.Close()
		return pair{}, errors.Join(err, closing())
	}
	p, err := matrix(ctx, db, pool)
	p.close = func() error { pool.Close(); db.Close(); return closing() }
	if err != nil {
		err = errors.Join(err, p.close())
	}
	return p, err
}

func matrix(ctx context.Context, db *storage.Store, pool *pgxpool.Pool) (pair, error) {
	if _, err := pool.Exec(ctx, "analyze"); err != nil {
		return pair{}, err
	}
	var accessions int
	if err := pool.QueryRow(ctx, "select count(*) from accession").Scan(&accessions); err != nil {
		return pair{}, err
	}
	scope, err := lawyer(ctx, db, "matrix")
	if err != nil {
		return pair{}, err
	}
	service := report.New(db, nil)
	m, err := service.Matrix(ctx, scope)
	if err != nil {
		return pair{}, err
	}
	if accessions < 100_000 || len(m.Rows) < 600 || len(m.Organisations) != 98 {
		return pair{}, fmt.Errorf("the matrix has %d vendors and %d members of %d accessions", len(m.Rows), len(m.Organisations), accessions)
	}
	ours := func(ctx context.Context) error {
		_, err := service.Matrix(ctx, scope)
		return err
	}
	bare := func(ctx context.Context) error {
		rows, err := pool.Query(ctx, report.MatrixSQL)
		if err != nil {
			return err
		}
		_, err = pgx.CollectRows(rows, pgx.RowToStructByName[report.PackedRow])
		return err
	}
	return pair{ours: asking(ours), other: asking(bare)}, nil
}
