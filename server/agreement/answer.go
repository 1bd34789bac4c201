package agreement

import (
	"context"
	"encoding/json"
	"time"

	"klausul/server/access"
	"klausul/server/clause"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/storage"
)

// Answer saves one field of a draft. base is the field's version the writer started
// from, 0 when it had none. Two people on different fields never meet; on the same
// field the second gets ErrAnswerConflict with the other's text, and both are kept
// until somebody chooses. It refuses with field.ErrUnknown, field.ErrValue or ErrOffered.
func (s *Service) Answer(ctx context.Context, scope access.Scope, id int64, path string, base int, value any) (Answer, error) {
	var saved Answer
	err := s.db.Write(ctx, scope, "agreement.answer", func(tx *storage.Tx) error {
		d, err := find(tx, id)
		if err != nil {
			return err
		}
		fields, err := clause.Fields(tx, d.Template)
		if err != nil {
			return err
		}
		f, ok := field.Find(fields, path)
		if !ok || f.Local {
			return field.ErrUnknown.At(fault.Field{Pointer: "/path", Code: "field.unknown"})
		}
		if value, err = f.Check(value); err != nil {
			return err
		}
		at, err := change(tx, d.VersionID)
		if err != nil {
			return err
		}
		had, err := currentAnswer(tx, d.VersionID, path)
		if err != nil {
			return err
		}
		if had.Version != base {
			return ErrAnswerConflict.With("path", path).With("version", had.Version).With("theirs", had.Value).
				With("yours", value).With("by", had.By).With("at", had.At)
		}
		saved, err = writeAnswer(tx, d.VersionID, at, path, had, value)
		if had.sameSession(tx) {
			tx.Continues()
		} else {
			tx.Record("agreement", id, 0, map[string]any{path: had.Value}, map[string]any{path: value})
		}
		return err
	})
	return saved, err
}

// editingSession is how long a pause ends it. Autosaves of one person on one field are
// audited once per session, with what stood there before it.
const editingSession = 15 * time.Minute

func (a Answer) sameSession(tx *storage.Tx) bool {
	return a.ByID == tx.Scope().Actor().User && tx.Now().Sub(a.At) < editingSession
}

// change makes a new version of a draft's text and holds it until the answer is written.
// It refuses with ErrOffered.
func change(tx *storage.Tx, version int64) (int, error) {
	v, draft, err := storage.Find[struct {
		Version int `db:"version"`
	}](tx, `update agreement_version set version = version + 1, changed_at = $2, changed_by = $3
		where id = $1 and state = 'draft' returning version`, version, tx.Now(), tx.Scope().Actor().User)
	if err == nil && !draft {
		err = ErrOffered
	}
	return v.Version, err
}

func currentAnswer(tx *storage.Tx, version int64, path string) (Answer, error) {
	if err := tx.Lock("answer where agreement_version_id = $1 and path = $2", version, path); err != nil {
		return Answer{}, err
	}
	a, _, err := storage.Find[Answer](tx, `select n.path, n.value, n.version, coalesce(u.name, '') as changed_by, coalesce(n.changed_by, 0) as changed_by_id, n.changed_at, n.at_version
		from answer n left join app_user u on u.id = n.changed_by where n.agreement_version_id = $1 and n.path = $2`, version, path)
	return a, err
}

func writeAnswer(tx *storage.Tx, version int64, at int, path string, had Answer, value any) (Answer, error) {
	raw, err := json.Marshal(value)
	if err != nil {
		return Answer{}, err
	}
	me := tx.Scope().Actor()
	_, err = tx.Pgx().Exec(tx.Context(), `insert into answer (agreement_version_id, path, value, version, changed_at, changed_by, at_version)
		values ($1, $2, $3, $4, $5, $6, $7) on conflict (agreement_version_id, path)
		do update set value = excluded.value, version = excluded.version, changed_at = excluded.changed_at,
		  changed_by = excluded.changed_by, at_version = excluded.at_version`, version, path, raw, had.Version+1, tx.Now(), me.User, at)
	return Answer{Path: path, Value: raw, Version: had.Version + 1, By: me.Name, ByID: me.User, At: tx.Now(), AtVersion: at}, err
}
