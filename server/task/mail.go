package task

import (
	"context"

	"klausul/server/access"
	"klausul/server/storage"
)

// WantsMail tells whether the person gets mail about tasks.
func (s *Todos) WantsMail(ctx context.Context, scope access.Scope) (bool, error) {
	w, err := storage.One[struct {
		On bool `db:"wants"`
	}](ctx, s.db, scope, storage.List("select coalesce(session_mail(), false) as wants"))
	return w.On, err
}

// WantMail turns the person's own mail about tasks on or off.
func (s *Todos) WantMail(ctx context.Context, scope access.Scope, on bool) error {
	return s.db.Write(ctx, scope, "task.mail", func(tx *storage.Tx) error {
		tx.Record("user", tx.Scope().Actor().User, tx.Scope().Own(), nil, map[string]any{"taskMail": on})
		_, err := tx.Pgx().Exec(ctx, "select session_mail_set($1)", on)
		return err
	})
}
