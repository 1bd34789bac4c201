package storage

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"klausul/server/access"
)

// Select runs one statement in the scope, in one round trip, and collects its rows
// by column name. It is for lists: nothing else happens in its transaction.
func Select[T any](ctx context.Context, s *Store, scope access.Scope, q *Query) ([]T, error) {
	p, err := s.pool(scope)
	if err != nil {
		return nil, err
	}
	query, args, err := q.SQL()
	if err != nil {
		return nil, err
	}
	rows, err := asked[T](ctx, s, p, sessionArgs(scope), query, args)
	if err != nil {
		return nil, fmt.Errorf("list: %w", q.refused(err))
	}
	return rows, nil
}

// Rows runs the statement of a list inside a transaction that has more to do.
func Rows[T any](tx *Tx, q *Query) ([]T, error) {
	sql, args, err := q.SQL()
	if err != nil {
		return nil, err
	}
	rows, err := All[T](tx, sql, args...)
	return rows, q.refused(err)
}

// asked sends the session and one query together and collects the rows. The two
// are one transaction: PostgreSQL commits a pipeline at its end.
func asked[T any](ctx context.Context, s *Store, p *pool, session []any, query string, args []any) (rows []T, err error) {
	err = s.retry(ctx, func() error {
		conn, err := p.pgx.Acquire(ctx)
		if err != nil {
			return lost(ctx, err, nil)
		}
		defer conn.Release()
		var b pgx.Batch
		b.Queue(sessionSQL, session...)
		b.Queue(query, args...)
		res := conn.SendBatch(ctx, &b)
		rows, err = collect[T](res)
		if closing := res.Close(); err == nil {
			err = closing
		}
		return lost(ctx, err, conn.Conn())
	})
	return rows, err
}

func collect[T any](res pgx.BatchResults) ([]T, error) {
	if _, err := res.Exec(); err != nil {
		return nil, err
	}
	found, err := res.Query()
	if err != nil {
		return nil, err
	}
	return collectRows[T](found)
}

func sessionArgs(scope access.Scope) []any {
	if scope.Job() != "" {
		return []any{"", organisationSetting(scope)}
	}
	return []any{cleanToken(scope.Actor().Token), ""}
}
