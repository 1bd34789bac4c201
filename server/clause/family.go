package clause

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
)

// Audience is who reads the published versions of a family.
type Audience string

// The active members, or all 98 municipalities.
const (
	ForMembers Audience = "members"
	ForAll     Audience = "all"
)

// Words are a sentence by language: "da" and "en".
type Words map[string]string

// Family is a template in all its versions. UseWhen says which family is for what.
type Family struct {
	Key      string
	Name     Words
	UseWhen  Words
	Audience Audience
	Version  int
	Versions []Version // newest first, without text
}

type familyRow struct {
	Key      string   `db:"key"`
	Name     []byte   `db:"name"`
	UseWhen  []byte   `db:"use_when"`
	Audience Audience `db:"audience"`
	Version  int      `db:"version"`
}

// Families lists the families that the scope may read with their versions. Who is not the
// secretariat finds the published and superseded ones.
func (s *Service) Families(ctx context.Context, scope access.Scope) ([]Family, error) {
	q := storage.List("select f.key, f.name, f.use_when, f.audience, f.version from template_family f")
	rows, err := storage.Select[familyRow](ctx, s.db, scope, audience(q, scope, "f").Last("order by f.key = 'eksempel', f.name ->> 'da', f.key limit 200"))
	if err != nil {
		return nil, err
	}
	versions, err := storage.Select[versionRow](ctx, s.db, scope, visible(storage.List(versionSQL), scope).Last("order by v.id desc limit 2000"))
	if err != nil {
		return nil, err
	}
	out := make([]Family, len(rows))
	for i, r := range rows {
		out[i] = Family{Key: r.Key, Audience: r.Audience, Version: r.Version}
		if err := errors.Join(json.Unmarshal(r.Name, &out[i].Name), json.Unmarshal(r.UseWhen, &out[i].UseWhen)); err != nil {
			return nil, fmt.Errorf("read template family %s: %w", r.Key, err)
		}
		for _, v := range versions {
			if v.Key != r.Key {
				continue
			}
			l, err := v.listed()
			if err != nil {
				return nil, err
			}
			out[i].Versions = append(out[i].Versions, l.Version)
		}
	}
	return out, nil
}

// audience puts the first lock on families.
func audience(q *storage.Query, scope access.Scope, family string) *storage.Query {
	_, all := scope.Organisations()
	return q.If(!all && !scope.Actor().Member, family+".audience = ?", ForAll)
}

// visible puts the first lock on versions v: who is not the secretariat finds what is
// published for its audience, and what an agreement that it may read stands on.
func visible(q *storage.Query, scope access.Scope) *storage.Query {
	_, all := scope.Organisations()
	if all {
		return q
	}
	return q.And(`(v.state in ('published', 'superseded') and v.key in (select f.key from template_family f where ? or f.audience = 'all')
		or v.id in (select y.template_version_id from agreement_version y where y.state = 'offered'))`, scope.Actor().Member)
}

// SaveFamily makes a family (seen 0) or changes it. It refuses with fault.ErrStale.
func (s *Service) SaveFamily(ctx context.Context, scope access.Scope, f Family, seen int) error {
	return s.db.Write(ctx, scope, "template.family", func(tx *storage.Tx) error {
		if err := tx.Lock("template_family where key = $1", f.Key); err != nil {
			return err
		}
		had, found, err := storage.Find[familyRow](tx, "select key, name, use_when, audience, version from template_family where key = $1", f.Key)
		if err != nil {
			return err
		}
		now := map[string]any{"name": f.Name, "useWhen": f.UseWhen, "audience": f.Audience}
		if found && had.Version != seen {
			return storage.Stale(tx, "template_family", f.Key, had.Version, map[string]any{"name": json.RawMessage(had.Name), "useWhen": json.RawMessage(had.UseWhen), "audience": had.Audience})
		}
		if !found && seen != 0 {
			return fault.ErrNotFound
		}
		name, err := json.Marshal(f.Name)
		if err != nil {
			return err
		}
		use, err := json.Marshal(f.UseWhen)
		if err != nil {
			return err
		}
		_, err = tx.Pgx().Exec(ctx, `insert into template_family (key, name, use_when, audience, changed_at, changed_by) values ($1, $2, $3, $4, $5, $6)
			on conflict (key) do update set name = excluded.name, use_when = excluded.use_when, audience = excluded.audience,
			  version = template_family.version + 1, changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
			f.Key, name, use, f.Audience, tx.Now(), tx.Scope().Actor().User)
		tx.Record("template_family", f.Key, 0, nil, now)
		return err
	})
}
