package member

import (
	"context"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
)

// Who may decide for an organisation.
const (
	ContactDecides = "contact"
	OwnerToo       = "owner_too" // a system owner may decide on the own systems
)

// Settings are what an organisation has decided about its own work. Version is 0 until
// it has decided anything.
type Settings struct {
	Organisation    int32   `db:"organisation_id"`
	Responsible     *int64  `db:"default_responsible"`
	ResponsibleName *string `db:"responsible_name"`
	Deciders        string  `db:"deciders"`
	Version         int     `db:"version"`
}

const settingsSQL = `select o.id as organisation_id, s.default_responsible, u.name::text as responsible_name,
	coalesce(s.deciders, 'contact') as deciders, coalesce(s.version, 0) as version
	from organisation o left join organisation_setting s on s.organisation_id = o.id left join app_user u on u.id = s.default_responsible`

// Settings reads them. It refuses with fault.ErrNotFound.
func (s *Service) Settings(ctx context.Context, scope access.Scope, id int32) (Settings, error) {
	return storage.One[Settings](ctx, s.db, scope, storage.List(settingsSQL).Within(scope, "o.id").And("o.id = ?", id))
}

// SettingsOf reads them inside a transaction, for the work that follows them.
func SettingsOf(tx *storage.Tx, id int32) (Settings, error) {
	found, ok, err := storage.Find[Settings](tx, settingsSQL+" where o.id = $1", id)
	if err == nil && !ok {
		err = fault.ErrNotFound
	}
	return found, err
}

// Decide changes the settings. It refuses with ErrResponsible, fault.ErrNotFound or fault.ErrStale.
func (s *Service) Decide(ctx context.Context, scope access.Scope, id int32, seen int, to Settings) (Settings, error) {
	err := s.db.Write(ctx, scope, "organisation.decide_settings", func(tx *storage.Tx) error {
		// Two first decisions at once meet at the organisation's own row.
		if err := tx.Lock("organisation where id = $1", id); err != nil {
			return err
		}
		if _, err := find(tx, id); err != nil {
			return err
		}
		was, err := SettingsOf(tx, id)
		if err != nil {
			return err
		}
		if was.Version != seen {
			return storage.Stale(tx, "organisation_setting", id, was.Version, map[string]any{"deciders": was.Deciders, "responsible": was.ResponsibleName})
		}
		if to.Responsible != nil {
			if known, err := colleague(tx, *to.Responsible, id); err != nil || !known {
				return fault.Or(err, ErrResponsible.At(fault.Field{Pointer: "/responsible", Code: "member.responsible_gone"}))
			}
		}
		tx.Record("organisation_setting", id, id, map[string]any{"responsible": was.Responsible, "deciders": was.Deciders},
			map[string]any{"responsible": to.Responsible, "deciders": to.Deciders})
		_, err = tx.Pgx().Exec(ctx, `insert into organisation_setting (organisation_id, default_responsible, deciders, changed_at, changed_by) values ($1, $2, $3, $4, $5)
			on conflict (organisation_id) do update set default_responsible = excluded.default_responsible, deciders = excluded.deciders,
			  changed_at = excluded.changed_at, changed_by = excluded.changed_by, version = organisation_setting.version + 1`,
			id, to.Responsible, to.Deciders, tx.Now(), scope.Actor().User)
		return err
	})
	if err != nil {
		return Settings{}, err
	}
	return s.Settings(ctx, scope, id)
}

// colleague tells whether the person has a role in the organisation today.
func colleague(tx *storage.Tx, user int64, organisation int32) (bool, error) {
	row, _, err := storage.Find[struct {
		Known bool `db:"known"`
	}](tx, `select exists (select from role_grant g join app_user u on u.id = g.user_id and u.left_at is null
		where g.user_id = $1 and g.organisation_id = $2 and g.role <> 'api'
		  and g.from_date <= today() and (g.to_date is null or g.to_date >= today())) as known`, user, organisation)
	return row.Known, err
}
