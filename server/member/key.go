package member

import (
	"context"
	"time"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
)

// keyMark starts every API key, so that one that has leaked can be recognised.
const keyMark = "klausul_"

// Key is an API key of an organisation. Prefix is the part that is safe to show.
type Key struct {
	ID       int64      `db:"id"`
	Name     string     `db:"name"`
	Prefix   string     `db:"prefix"`
	Created  time.Time  `db:"created_at"`
	LastUsed *time.Time `db:"last_used_at"` // to the hour
	Revoked  *time.Time `db:"revoked_at"`
}

// Keys lists the keys of the session's organisation, newest first.
func (u *Users) Keys(ctx context.Context, scope access.Scope) ([]Key, error) {
	return storage.Select[Key](ctx, u.db, scope, storage.List("select id, name, prefix, created_at, last_used_at, revoked_at from api_keys()"))
}

// CreateKey makes a key for the own organisation. The secret is returned this once;
// the database keeps its hash. It refuses with ErrKeyDenied.
func (u *Users) CreateKey(ctx context.Context, scope access.Scope, name string) (id int64, secret string, err error) {
	secret = keyMark + storage.NewToken()
	err = u.db.Write(ctx, scope, "api_key.create", func(tx *storage.Tx) error {
		row, _, err := storage.Find[struct {
			ID *int64 `db:"id"`
		}](tx, "select api_key_create($1, $2, $3) as id", name, secret[:len(keyMark)+6], storage.TokenHash(secret))
		if err != nil {
			return err
		}
		if row.ID == nil {
			return ErrKeyDenied
		}
		id = *row.ID
		tx.Record("api_key", id, scope.Own(), nil, map[string]any{"name": name})
		return nil
	})
	return id, secret, err
}

// RevokeKey ends a key of the own organisation at once. It refuses with fault.ErrNotFound.
func (u *Users) RevokeKey(ctx context.Context, scope access.Scope, id int64) error {
	return u.db.Write(ctx, scope, "api_key.revoke", func(tx *storage.Tx) error {
		row, _, err := storage.Find[struct {
			Done bool `db:"done"`
		}](tx, "select api_key_revoke($1) as done", id)
		if err == nil && !row.Done {
			err = fault.ErrNotFound
		}
		tx.Record("api_key", id, scope.Own(), nil, nil)
		return err
	})
}

// KeyUsed notes that a key was used. Call it at most once an hour per key.
func (u *Users) KeyUsed(ctx context.Context, key int64) error {
	return u.db.Write(ctx, access.System("api_key.used"), "api_key.used", func(tx *storage.Tx) error {
		tx.Record("api_key", key, 0, nil, nil)
		_, err := tx.Pgx().Exec(ctx, "update session set last_used_at = $2 where id = $1 and kind = 'api_key'", key, tx.Now())
		return err
	})
}
