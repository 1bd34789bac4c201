package intake

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"

	"klausul/server/access"
	"klausul/server/storage"
	"klausul/server/system"
)

// applying is how long the one transaction may take.
const applying = 3 * time.Minute

// Consent is what a person agrees to do without.
type Consent struct {
	Partial      bool // lines with errors may stay behind
	WithoutFiles bool // agreements whose file was never sent are registered without
}

// Accept writes every good line in one transaction, or nothing. A person who leaves
// meanwhile finds it done. It refuses with ErrNotReady, ErrFinished, ErrHasErrors,
// ErrFilesMissing, ErrNothing, fault.ErrStale, or ErrChangedSince when the register has
// moved since the check: check again.
func (s *Service) Accept(ctx context.Context, scope access.Scope, id int64, seen int, c Consent) (Import, error) {
	ctx, done := context.WithTimeout(context.WithoutCancel(ctx), applying)
	defer done()
	err := s.db.Write(ctx, scope, "import.apply", func(tx *storage.Tx) error {
		i, err := s.lock(tx, id, seen)
		switch {
		case err != nil:
			return err
		case i.State.Over() || i.ForgottenAt != nil:
			return ErrFinished
		case i.State != Ready:
			return ErrNotReady
		case i.Refused > 0 && !c.Partial:
			return ErrHasErrors.With("refused", i.Refused)
		case i.Added+i.Changed == 0:
			return ErrNothing
		}
		if err := s.apply(tx, i, c); err != nil {
			return moved(err)
		}
		if err := remember(tx, i); err != nil {
			return err
		}
		tx.Record("import", id, tx.Scope().Own(), nil, map[string]any{"state": Applied, "added": i.Added, "changed": i.Changed, "left": i.Refused})
		_, err = tx.Pgx().Exec(tx.Context(), `update import set state = 'applied', applied_at = $2, applied_by = $3, changed_at = $2, version = version + 1 where id = $1`,
			id, tx.Now(), tx.Scope().Actor().User)
		return err
	})
	if err != nil {
		return Import{}, err
	}
	return s.Get(ctx, scope, id)
}

// moved tells a line that no longer fits what is there now.
func moved(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch pg.Code {
		case "23505", "23P01", "23503": // somebody registered the same, or took away what it stood on
			return ErrChangedSince.Because(err)
		}
	}
	return err
}

// mergedSQL counts the lines whose vendor or system was merged into another since the check.
const mergedSQL = `select count(*)::int as total from import_row r left join it_system s on s.id = r.system_id left join vendor v on v.id = r.vendor_id
	where r.import_id = $1 and r.outcome in ('added', 'changed') and (s.merged_into is not null or v.merged_into is not null)`

func (s *Service) apply(tx *storage.Tx, i Import, c Consent) (err error) {
	gone, _, err := storage.Find[struct {
		Total int `db:"total"`
	}](tx, mergedSQL, i.ID)
	if err != nil {
		return err
	}
	if gone.Total > 0 {
		return ErrChangedSince
	}
	written := 0
	switch {
	case i.Kind == Usages && i.Organisation == nil:
		written, err = applyForAll(tx, i)
	case i.Kind == Usages:
		written, err = applyUsages(tx, i)
	case i.Kind == Vendors:
		written, err = write(tx, i, "vendor", vendorsSQL)
	case i.Kind == Systems:
		if err = takeKitos(tx, i); err == nil {
			written, err = write(tx, i, "system", systemsSQL)
		}
	default:
		var p placed
		if p, err = s.place(tx, i, c.WithoutFiles); err == nil {
			written, err = applyAgreements(tx, i, p)
		}
	}
	if err == nil && written != i.Added+i.Changed {
		err = ErrChangedSince
	}
	return err
}

// applyForAll writes the secretariat's list of many organisations' usages, which are not
// its own: the database's function adds and fills, and never changes or ends.
func applyForAll(tx *storage.Tx, i Import) (int, error) {
	n, _, err := storage.Find[struct {
		Written *int `db:"written"`
	}](tx, "select import_apply_usages($1, $2) as written", i.ID, storage.RequestID(tx.Context()))
	if err != nil || n.Written == nil {
		return 0, err
	}
	return *n.Written, nil
}

// done is one record that was written.
type done struct {
	ID     int64          `db:"id"`
	Org    int32          `db:"org"`
	Before map[string]any `db:"before"`
	After  map[string]any `db:"after"`
}

// write runs statements that return what they wrote and tells the audit trail.
func write(tx *storage.Tx, i Import, kind string, statements []string) (int, error) {
	n := 0
	for _, sql := range statements {
		rows, err := storage.All[done](tx, sql, i.ID)
		if err != nil {
			return 0, err
		}
		for _, r := range rows {
			var before any
			if r.Before != nil {
				before = r.Before
			}
			tx.Record(kind, r.ID, r.Org, before, r.After)
		}
		n += len(rows)
	}
	return n, nil
}

// parts of a line's differences, as the audit trail keeps them.
const (
	beforeSQL = `(select coalesce(jsonb_object_agg(d ->> 'field', d -> 'before'), '{}') from jsonb_array_elements(r.differences) d) as before`
	afterSQL  = `(select coalesce(jsonb_object_agg(d ->> 'field', d -> 'after'), '{}') from jsonb_array_elements(r.differences) d) as after`
)

func applyUsages(tx *storage.Tx, i Import) (int, error) {
	return write(tx, i, "usage", []string{
		// First what ends an old usage: it makes room for the next.
		`update usage u set to_date = coalesce(r.to_date, u.to_date), local_name = coalesce(r.value ->> 'local_name', u.local_name),
		    local_owner = coalesce(r.value ->> 'local_owner', u.local_owner), persons = coalesce((r.value ->> 'persons')::int, u.persons),
		    case_number = coalesce(r.value ->> 'case_number', u.case_number), version = u.version + 1,
		    changed_at = now(), changed_by = (select c.user_id from current_session() c)
		  from import_row r where r.import_id = $1 and r.outcome = 'changed' and u.id = r.target_id and u.version = r.target_version
		  returning u.id::bigint, u.organisation_id as org, ` + beforeSQL + ", " + afterSQL,
		`with made as (
		  insert into usage (organisation_id, system_id, from_date, to_date, source, local_name, local_owner, persons, case_number, responsible_user_id, changed_at, changed_by)
		  select r.target_org, r.system_id, r.from_date, r.to_date, 'import', coalesce(r.value ->> 'local_name', ''), coalesce(r.value ->> 'local_owner', ''),
		         (r.value ->> 'persons')::int, coalesce(r.value ->> 'case_number', ''), o.default_responsible, now(), (select c.user_id from current_session() c)
		    from import_row r left join organisation_setting o on o.organisation_id = r.target_org where r.import_id = $1 and r.outcome = 'added'
		  returning id, organisation_id, system_id, from_date, to_date, local_name, local_owner, persons, case_number, responsible_user_id)
		select id::bigint, organisation_id as org, null::jsonb as before, to_jsonb(made) - 'id' - 'organisation_id' as after from made`,
	})
}

var vendorsSQL = []string{
	`with made as (
	  insert into vendor (name, cvr, country, foreign_number, street, postal_code, city, organisation_id)
	  select r.value ->> 'name', r.value ->> 'cvr', r.value ->> 'country', r.value ->> 'foreign_number', coalesce(r.value ->> 'street', ''),
	         coalesce(r.value ->> 'postal_code', ''), coalesce(r.value ->> 'city', ''),
	         (select min(o.id) from organisation o where o.cvr = r.value ->> 'cvr' and o.kind = 'joint_company')
	    from import_row r where r.import_id = $1 and r.outcome = 'added'
	     and not exists (select from vendor v where v.cvr = r.value ->> 'cvr')
	    order by r.line
	  returning id, number, name, cvr, country, foreign_number, street, postal_code, city)
	select id::bigint, 0 as org, null::jsonb as before, to_jsonb(made) - 'id' as after from made`,
	`update vendor v set name = coalesce(r.value ->> 'name', v.name), foreign_number = coalesce(r.value ->> 'foreign_number', v.foreign_number),
	    street = coalesce(r.value ->> 'street', v.street), postal_code = coalesce(r.value ->> 'postal_code', v.postal_code), city = coalesce(r.value ->> 'city', v.city),
	    version = v.version + 1
	  from import_row r where r.import_id = $1 and r.outcome = 'changed' and v.id = r.target_id and v.version = r.target_version
	  returning v.id::bigint, 0 as org, ` + beforeSQL + ", " + afterSQL,
}

// systemsSQL names a system by its public number, as every other act on one does.
var systemsSQL = []string{
	`with made as (
	  insert into it_system (vendor_id, name, kitos_uuid)
	  select r.vendor_id, r.value ->> 'system_name', (r.value ->> 'system_uuid')::uuid
	    from import_row r where r.import_id = $1 and r.outcome = 'added'
	     and not exists (select from it_system s where s.vendor_id = r.vendor_id and lower(s.name) = lower(r.value ->> 'system_name') and r.value ->> 'system_uuid' is null)
	    order by r.line
	  returning id, number, vendor_id, name, kitos_uuid)
	select number::bigint as id, 0 as org, null::jsonb as before, to_jsonb(made) - 'id' as after from made`,
	`update it_system s set name = coalesce(r.value ->> 'system_name', s.name),
	    kitos_uuid = case when r.differences @> '[{"field": "system_uuid"}]' then (r.value ->> 'system_uuid')::uuid else s.kitos_uuid end,
	    version = s.version + 1
	  from import_row r where r.import_id = $1 and r.outcome = 'changed' and s.id = r.target_id and s.version = r.target_version
	  returning s.number::bigint as id, 0 as org, ` + beforeSQL + ", " + afterSQL,
}

// takeKitos frees the KITOS uuids that lines give to a system and that one merged into it still bears.
func takeKitos(tx *storage.Tx, i Import) error {
	rows, err := storage.All[struct {
		System int32     `db:"id"`
		Kitos  uuid.UUID `db:"kitos_uuid"`
	}](tx, `select s.merged_into as id, s.kitos_uuid from import_row r join it_system s on s.merged_into = r.target_id and s.kitos_uuid = (r.value ->> 'system_uuid')::uuid
		where r.import_id = $1 and r.outcome = 'changed' and r.differences @> '[{"field": "system_uuid"}]' order by r.line`, i.ID)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := system.TakeKitos(tx, r.System, &r.Kitos); err != nil {
			return err
		}
	}
	return nil
}

// applyAgreements registers an organisation's own agreements, or proposes them for it.
func applyAgreements(tx *storage.Tx, i Import, p placed) (int, error) {
	state := "registered"
	if i.Organisation == nil {
		state = "proposed"
	}
	added, err := storage.All[struct {
		ID     int64          `db:"id"`
		Org    int32          `db:"org"`
		After  map[string]any `db:"after"`
		System []int32        `db:"systems"`
	}](tx, `with said as materialized (
		  select r.*, f.id as file_id, coalesce(f.name, '') as file_name from import_row r left join unnest($5::int[], $6::bigint[], $7::text[]) f(line, id, name) on f.line = r.line
		   where r.import_id = $1 and r.outcome = 'added'
		), made as (
		  insert into own_agreement (organisation_id, vendor_id, kind, state, title, signed_on, ends_on, concept, interval_months, case_number, note, file_id, file_name, created_at, created_by)
		  select s.target_org, s.vendor_id, coalesce(s.value ->> 'agreement_kind', 'own'), $2, s.value ->> 'title', (s.value ->> 'signed_on')::date, (s.value ->> 'ends_on')::date,
		         (s.value ->> 'concept')::smallint, (s.value ->> 'interval_months')::smallint, coalesce(s.value ->> 'case_number', ''), coalesce(s.value ->> 'note', ''), s.file_id, s.file_name, $3, $4
		    from said s order by s.line
		  returning id, organisation_id, vendor_id, title)
		select m.id, m.organisation_id as org, s.value - 'system_ids' - case when s.file_id is null then 'file' else '' end as after, array(select x::int from jsonb_array_elements_text(s.value -> 'system_ids') x) as systems
		  from made m join said s on s.target_org = m.organisation_id and s.vendor_id = m.vendor_id and s.value ->> 'title' = m.title`,
		i.ID, state, tx.Now(), tx.Scope().Actor().User, p.lines, p.files, p.names)
	if err != nil {
		return 0, err
	}
	for _, a := range added {
		a.After["state"] = state
		tx.Record("own_agreement", a.ID, a.Org, nil, a.After)
		if err := addSystems(tx, a.ID, a.Org, a.System); err != nil {
			return 0, err
		}
	}
	if i.Organisation == nil { // what is there is the organisation's
		return len(added), nil
	}
	changed, err := storage.All[struct {
		ID     int64          `db:"id"`
		Org    int32          `db:"org"`
		Before map[string]any `db:"before"`
		After  map[string]any `db:"after"`
		System []int32        `db:"systems"`
		Filed  bool           `db:"filed"`
	}](tx, `update own_agreement a set kind = coalesce(r.value ->> 'agreement_kind', a.kind), signed_on = coalesce((r.value ->> 'signed_on')::date, a.signed_on),
		    ends_on = coalesce((r.value ->> 'ends_on')::date, a.ends_on), concept = coalesce((r.value ->> 'concept')::smallint, a.concept),
		    interval_months = coalesce((r.value ->> 'interval_months')::smallint, a.interval_months), case_number = coalesce(r.value ->> 'case_number', a.case_number),
		    note = coalesce(r.value ->> 'note', a.note), file_id = coalesce(f.id, a.file_id), file_name = coalesce(f.name, a.file_name), version = a.version + 1
		  from import_row r left join unnest($2::int[], $3::bigint[], $4::text[]) f(line, id, name) on f.line = r.line where r.import_id = $1 and r.outcome = 'changed' and a.id = r.target_id and a.version = r.target_version
		  returning a.id, a.organisation_id as org, array(select x::int from jsonb_array_elements_text(r.value -> 'system_ids') x) as systems, f.id is not null as filed, `+beforeSQL+", "+afterSQL, i.ID, p.lines, p.files, p.names)
	if err != nil {
		return 0, err
	}
	for _, a := range changed {
		if !a.Filed {
			delete(a.Before, "file")
			delete(a.After, "file")
		}
		tx.Record("own_agreement", a.ID, a.Org, a.Before, a.After)
		if err := addSystems(tx, a.ID, a.Org, a.System); err != nil {
			return 0, err
		}
	}
	return len(added) + len(changed), nil
}

func addSystems(tx *storage.Tx, id int64, org int32, systems []int32) error {
	_, err := tx.Pgx().Exec(tx.Context(), `insert into own_agreement_system (own_agreement_id, system_id, organisation_id)
		select $1, s, $3 from unnest($2::int[]) s on conflict do nothing`, id, systems, org)
	return err
}
