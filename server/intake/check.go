package intake

import (
	"context"
	"encoding/json"
	"time"

	"klausul/server/access"
	"klausul/server/storage"
)

// Check holds the lines against the register: afterwards each has its outcome, and the
// import waits for a person. It may run twice: it begins anew.
func (s *Service) Check(ctx context.Context, j CheckJob) error {
	w := &work{s, access.System("import.check").For(j.Organisation), j.Import, j.Organisation, j.Run, "import.check", Checking}
	return w.finish(ctx, func() error { return w.check(ctx) })
}

func (w *work) check(ctx context.Context) error {
	i, err := w.load(ctx)
	if err != nil {
		return err
	}
	var c *catalogue
	var agreements map[string]*knownAgreement
	err = w.db.Read(ctx, w.scope, func(tx *storage.Tx) (err error) {
		if c, err = loadCatalogue(tx, w.id, w.org); err != nil || i.Kind != OwnAgreements {
			return err
		}
		agreements, err = loadAgreements(tx, w.id)
		return err
	})
	if err != nil {
		return err
	}
	office, fields, before, files, last, done := i.Organisation == nil, mapped(i.Columns), earlier{}, owners{}, 0, 0
	for {
		lines, err := w.lines(ctx, last)
		if err != nil {
			return err
		}
		if len(lines) == 0 {
			return w.conclude(ctx, i)
		}
		all := make([]*parsed, len(lines))
		for n, r := range lines {
			p := parse(i.Kind, fields, r, office)
			c.plan(i.Kind, p)
			if i.Kind == OwnAgreements && p.outcome != Refused && files.own(p) {
				p.compareAgreement(agreements[agreementKey(p.org, p.vendor, p.text("title"))], office)
			}
			if key, field := p.key(i.Kind); key != "" {
				before.repeats(key, field, p)
			}
			all[n] = p
		}
		last, done = lines[len(lines)-1].number, done+len(lines)
		if err := w.note(ctx, all, done); err != nil {
			return err
		}
	}
}

func loadCatalogue(tx *storage.Tx, id int64, own int32) (*catalogue, error) {
	organisations, err := storage.All[knownOrganisation](tx, "select id, cvr, name, member from import_organisations($1)", id)
	if err != nil {
		return nil, err
	}
	vendors, err := storage.All[knownVendor](tx, "select id, number, name, cvr, foreign_number, country, street, postal_code, city, version, merged_into from vendor order by id")
	if err != nil {
		return nil, err
	}
	systems, err := storage.All[knownSystem](tx, "select id, number, uuid::text, kitos_uuid::text, name, vendor_id, version, merged_into from it_system order by id")
	if err != nil {
		return nil, err
	}
	return newCatalogue(own, organisations, vendors, systems), nil
}

func loadAgreements(tx *storage.Tx, id int64) (map[string]*knownAgreement, error) {
	found, err := storage.All[knownAgreement](tx, `select a.id, a.organisation_id, a.vendor_id, a.kind, a.title, a.signed_on, a.ends_on, a.concept, a.interval_months,
		a.case_number, a.note, a.file_name, a.version, array(select s.system_id from own_agreement_system s where s.own_agreement_id = a.id) as systems
		from import_own_agreements($1) a order by a.id`, id)
	all := make(map[string]*knownAgreement, len(found))
	for n := range found {
		all[agreementKey(found[n].Organisation, found[n].Vendor, found[n].Title)] = &found[n]
	}
	return all, err
}

func (w *work) lines(ctx context.Context, after int) (lines []record, err error) {
	err = w.db.Read(ctx, w.scope, func(tx *storage.Tx) error {
		rows, err := storage.All[struct {
			Line  int      `db:"line"`
			Cells []string `db:"cells"`
		}](tx, "select line, cells from import_row where import_id = $1 and line > $2 order by line limit $3", w.id, after, portion)
		for _, r := range rows {
			lines = append(lines, record{r.Line, r.Cells})
		}
		return err
	})
	return lines, err
}

// note writes what a portion of lines means.
func (w *work) note(ctx context.Context, all []*parsed, done int) error {
	n := len(all)
	lines, values, flaws, outcomes, labels := make([]int, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	orgs, vendors, systems, versions := make([]int32, n), make([]int32, n), make([]int32, n), make([]int32, n)
	targets, froms, tos, differences := make([]int64, n), make([]*time.Time, n), make([]*time.Time, n), make([]string, n)
	for i, p := range all {
		lines[i], outcomes[i], labels[i] = p.line, string(p.outcome), p.label
		orgs[i], vendors[i], systems[i], versions[i], targets[i] = p.org, p.vendor, p.system, p.version, p.target
		froms[i], tos[i] = p.from, p.to
		for _, part := range []struct {
			value any
			into  *string
			empty string
		}{{p.value, &values[i], "{}"}, {p.flaws, &flaws[i], "[]"}, {p.differences, &differences[i], "[]"}} {
			raw, err := json.Marshal(part.value)
			if err != nil {
				return err
			}
			if *part.into = string(raw); string(raw) == "null" {
				*part.into = part.empty
			}
		}
	}
	return w.step(ctx, func(tx *storage.Tx) error {
		_, err := tx.Pgx().Exec(tx.Context(), `update import_row r set value = x.value::jsonb, errors = x.errors::jsonb, outcome = nullif(x.outcome, ''), label = x.label,
			target_org = nullif(x.org, 0), vendor_id = nullif(x.vendor, 0), system_id = nullif(x.system, 0), from_date = x.from_date, to_date = x.to_date,
			target_id = nullif(x.target, 0), target_version = nullif(x.version, 0), differences = x.differences::jsonb
			from unnest($2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::int[], $9::int[], $10::date[], $11::date[], $12::bigint[], $13::int[], $14::text[])
			  x(line, value, errors, outcome, label, org, vendor, system, from_date, to_date, target, version, differences)
			where r.import_id = $1 and r.line = x.line`,
			w.id, lines, values, flaws, outcomes, labels, orgs, vendors, systems, froms, tos, targets, versions, differences)
		if err != nil {
			return err
		}
		_, err = tx.Pgx().Exec(tx.Context(), "update import set done = $2 where id = $1", w.id, done)
		return err
	})
}

// claimsSQL keeps which systems claim a KITOS uuid that another bears: the two are suspected to be one.
var claimsSQL = `insert into kitos_claim (system_id, kitos_uuid, own_uuid, claimed_at)
	select s.id, bears.kitos_uuid, s.kitos_uuid, $2 from import_row r join it_system s on s.id = r.system_id
	  join it_system bears on bears.kitos_uuid = (r.value ->> 'system_uuid')::uuid
	 where r.import_id = $1 and r.outcome = 'refused' and r.errors @> '[{"code": "` + flawTaken + `"}]' on conflict do nothing`

// conclude compares usages with those in the register, all at once, and counts.
func (w *work) conclude(ctx context.Context, i Import) error {
	return w.step(ctx, func(tx *storage.Tx) error {
		if i.Kind == Usages {
			for _, m := range matching {
				if _, err := tx.Pgx().Exec(tx.Context(), m.sql, m.args(w.id, tx.Today(), i.Organisation == nil)...); err != nil {
					return err
				}
			}
		}
		if i.Kind == Systems {
			if _, err := tx.Pgx().Exec(tx.Context(), claimsSQL, w.id, tx.Now()); err != nil {
				return err
			}
		}
		counts, _, err := storage.Find[struct {
			Added     int `db:"added"`
			Changed   int `db:"changed"`
			Unchanged int `db:"unchanged"`
			Refused   int `db:"refused"`
			Repeated  int `db:"repeated"`
		}](tx, `update import i set state = 'ready', added = c.added, changed = c.changed, unchanged = c.unchanged, refused = c.refused, repeated = c.repeated,
			version = version + 1, changed_at = $2
			from (select count(*) filter (where outcome = 'added')::int as added, count(*) filter (where outcome = 'changed')::int as changed,
			             count(*) filter (where outcome = 'unchanged')::int as unchanged, count(*) filter (where outcome = 'refused')::int as refused,
			             count(*) filter (where outcome = 'repeated')::int as repeated from import_row where import_id = $1) c
			where i.id = $1 returning i.added, i.changed, i.unchanged, i.refused, i.repeated`, w.id, tx.Now())
		tx.Record("import", w.id, w.org, nil, map[string]any{"state": Ready, "added": counts.Added, "changed": counts.Changed, "refused": counts.Refused})
		return err
	})
}
