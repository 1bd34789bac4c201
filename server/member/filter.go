package member

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
)

// ErrFilterName refuses a second filter of one name on the same page.
var ErrFilterName = fault.New(fault.Conflict, "filter.name_taken")

// SavedFilter is the address of a filtered list under a name.
type SavedFilter struct {
	ID     int64  `db:"id"`
	Name   string `db:"name"`
	Query  string `db:"query"`
	Shared bool   `db:"shared"`
	Own    bool   `db:"own"`
	By     string `db:"by"`
}

func filters(scope access.Scope) *storage.Query {
	me := scope.Actor().User
	q := storage.List(`select f.id, f.name::text as name, f.query, f.shared, f.user_id = ? as own, coalesce(u.name::text, '') as by
		from saved_filter f left join app_user u on u.id = f.user_id`, me).And("(f.shared or f.user_id = ?)", me)
	if own := scope.Own(); own != 0 {
		return q.And("f.organisation_id = ?", own)
	}
	return q.And("f.organisation_id is null")
}

// Filters lists the filters of a page: one's own, and what colleagues share.
func (u *Users) Filters(ctx context.Context, scope access.Scope, page string) ([]SavedFilter, error) {
	return storage.Select[SavedFilter](ctx, u.db, scope, filters(scope).And("f.page = ?", page).Last("order by f.name, f.id limit 100"))
}

// SaveFilter keeps a filter under a name. It refuses with ErrFilterName.
func (u *Users) SaveFilter(ctx context.Context, scope access.Scope, page, name, query string, shared bool) (SavedFilter, error) {
	f := SavedFilter{Name: strings.TrimSpace(name), Query: query, Shared: shared, Own: true, By: scope.Actor().Name}
	if f.Name == "" {
		return f, fault.ErrInvalid.At(fault.Field{Pointer: "/name", Code: "required"})
	}
	err := u.db.Write(ctx, scope, "filter.save", func(tx *storage.Tx) error {
		var own *int32
		if o := scope.Own(); o != 0 {
			own = &o
		}
		made, _, err := storage.Find[struct {
			ID int64 `db:"id"`
		}](tx, `insert into saved_filter (organisation_id, user_id, page, name, query, shared, created_at) values ($1, $2, $3, $4, $5, $6, $7) returning id`,
			own, scope.Actor().User, page, f.Name, query, shared, tx.Now())
		f.ID = made.ID
		tx.Record("filter", made.ID, scope.Own(), nil, map[string]any{"page": page, "shared": shared})
		return err
	})
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == "23505" {
		err = ErrFilterName.At(fault.Field{Pointer: "/name", Code: ErrFilterName.Code})
	}
	return f, err
}

// RemoveFilter removes a filter of one's own. It refuses with fault.ErrNotFound.
func (u *Users) RemoveFilter(ctx context.Context, scope access.Scope, id int64) error {
	return u.db.Write(ctx, scope, "filter.remove", func(tx *storage.Tx) error {
		q := filters(scope).And("f.id = ?", id).And("f.user_id = ?", scope.Actor().User)
		sql, args, err := q.SQL()
		if err != nil {
			return err
		}
		f, found, err := storage.Find[SavedFilter](tx, sql, args...)
		if err == nil && !found {
			err = fault.ErrNotFound
		}
		if err != nil {
			return err
		}
		tx.Record("filter", id, scope.Own(), map[string]any{"shared": f.Shared}, nil)
		_, err = tx.Pgx().Exec(ctx, "delete from saved_filter where id = $1 and user_id = $2", id, scope.Actor().User)
		return err
	})
}
