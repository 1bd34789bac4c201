package seed

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"klausul/server/agreement"
	"klausul/server/storage"
)

// table is the rows of one table on their way in.
type table struct {
	name    string
	columns []string
	rows    [][]any
}

// write copies everything in, in the order of the foreign keys, sets the
// sequences past it, writes the figures and says in the audit trail what happened.
func (r *register) write(ctx context.Context, tx pgx.Tx) error {
	tables := slices.Concat(r.baseTables(), r.agreementTables(), r.treeTables(), r.describedTables(), r.ownTables())
	for _, t := range tables {
		if _, err := tx.CopyFrom(ctx, pgx.Identifier{t.name}, t.columns, pgx.CopyFromRows(t.rows)); err != nil {
			return fmt.Errorf("copy %s: %w", t.name, err)
		}
	}
	for _, t := range []string{"organisation", "app_user", "role_grant", "vendor", "it_system", "usage", "agreement", "agreement_version", "accession", "access_review", "subprocessor", "system_screening", "own_agreement"} {
		sql := fmt.Sprintf("select setval(pg_get_serial_sequence('%[1]s', 'id'), (select max(id) from %[1]s))", t)
		if _, err := tx.Exec(ctx, sql); err != nil {
			return fmt.Errorf("set the ids of %s: %w", t, err)
		}
	}
	for sequence, t := range map[string]string{"vendor_number": "vendor", "system_number": "it_system", "agreement_number": "agreement"} {
		if _, err := tx.Exec(ctx, fmt.Sprintf("select setval('%s', (select max(number) from %s))", sequence, t)); err != nil {
			return fmt.Errorf("set %s: %w", sequence, err)
		}
	}
	if _, err := tx.Exec(ctx, "select refresh_figures()"); err != nil {
		return fmt.Errorf("refresh the figures: %w", err)
	}
	_, err := tx.Exec(ctx, "insert into audit_event (role, action, record, record_id) values ('system', 'register.seed', 'register', $1)", r.size.Name)
	return err
}

func (r *register) baseTables() []table {
	opened := day(2022, 2, 1).Add(8 * time.Hour)
	organisations := table{name: "organisation", columns: []string{"id", "kind", "name", "cvr", "municipality_code", "street", "postal_code", "city", "mail", "created_at"}}
	memberships := table{name: "membership", columns: []string{"organisation_id", "from_date", "to_date"}}
	for _, o := range r.organisations {
		organisations.rows = append(organisations.rows, []any{o.id, o.kind, o.name, o.cvr, o.code, o.street, o.postalCode, o.city, o.mail, opened})
		if !o.from.IsZero() {
			memberships.rows = append(memberships.rows, []any{o.id, o.from, o.to})
		}
	}
	users := table{name: "app_user", columns: []string{"id", "name", "email", "persona", "created_at"}}
	grants := table{name: "role_grant", columns: []string{"id", "user_id", "role", "organisation_id", "from_date"}}
	for _, p := range r.people {
		users.rows = append(users.rows, []any{p.id, p.name, p.email, p.persona, opened})
		for _, g := range p.grants {
			grants.rows = append(grants.rows, []any{g.id, p.id, g.role, g.organisation, registerOpens})
		}
	}
	vendors := table{name: "vendor", columns: []string{"id", "number", "name", "cvr", "foreign_number", "country", "street", "postal_code", "city", "organisation_id", "created_at", "named_from"}}
	for _, v := range r.vendors {
		vendors.rows = append(vendors.rows, []any{v.id, v.number, v.name, v.cvr, v.foreignNumber, v.country, v.street, v.postalCode, v.city, v.organisation, v.created, v.namedFrom})
	}
	systems := table{name: "it_system", columns: []string{"id", "number", "uuid", "kitos_uuid", "vendor_id", "name", "created_at"}}
	for _, s := range r.systems {
		kitos := pgtype.UUID{}
		if s.kitos != nil {
			kitos = pgtype.UUID{Bytes: *s.kitos, Valid: true}
		}
		systems.rows = append(systems.rows, []any{s.id, s.number, pgtype.UUID{Bytes: s.uuid, Valid: true}, kitos, s.vendor, s.name, s.created})
	}
	usages := table{name: "usage", columns: []string{"id", "organisation_id", "system_id", "from_date", "to_date", "source", "local_name", "owner_user_id", "created_at",
		"responsible_user_id", "local_owner", "case_number", "persons", "not_needed_reason", "not_needed_by", "not_needed_at"}}
	for _, u := range r.usages {
		usages.rows = append(usages.rows, []any{u.id, u.organisation, u.system, u.from, u.to, u.source, u.localName, u.owner, u.from.Add(8 * time.Hour),
			u.responsible, u.localOwner, u.caseNumber, u.persons, u.reason, u.reasonBy, u.reasonAt})
	}
	return append([]table{organisations, memberships, users, grants, vendors, systems, usages}, r.peopleTables()...)
}

func (r *register) agreementTables() []table {
	lawyer := r.person("jurist")
	agreements := table{name: "agreement", columns: []string{"id", "number", "vendor_id", "title", "created_at", "created_by"}}
	covered := table{name: "agreement_system", columns: []string{"agreement_id", "system_id"}}
	for _, a := range r.agreements {
		agreements.rows = append(agreements.rows, []any{a.id, int32(a.id), a.vendor.id, a.title, a.created, lawyer})
		for _, s := range a.systems {
			covered.rows = append(covered.rows, []any{a.id, s.id})
		}
	}
	versions := table{name: "agreement_version", columns: []string{"id", "agreement_id", "no", "template_version_id", "state", "started_at", "changed_at", "changed_by", "text_hash", "offered_at", "offered_by"}}
	answers := table{name: "answer", columns: []string{"agreement_version_id", "path", "value", "changed_at", "changed_by"}}
	accessions := table{name: "accession", columns: []string{"id", "agreement_id", "agreement_version_id", "organisation_id", "text_hash", "instance_hash", "party", "missing_address", "offered_at", "state", "state_at", "reason", "in_force_on", "ends_on", "missing"}}
	steps := table{name: "accession_step", columns: []string{"accession_id", "organisation_id", "state", "on_date", "reason", "capacity", "at"}}
	said := table{name: "accession_answer", columns: []string{"accession_id", "path", "organisation_id", "value", "changed_at"}}
	systems := table{name: "accession_system", columns: []string{"accession_id", "system_id", "organisation_id", "ended_at"}}
	for _, v := range r.versions {
		versions.rows = append(versions.rows, []any{v.id, v.agreement, int32(v.no), r.template.id, "offered", v.offered.AddDate(0, 0, -21), v.offered, lawyer, v.textHash, v.offered, lawyer})
		for _, a := range v.answers {
			answers.rows = append(answers.rows, []any{v.id, a.path, a.value, v.offered.AddDate(0, 0, -7), lawyer})
		}
		for _, a := range v.accessions {
			accessions.rows = append(accessions.rows, append([]any{a.id, v.agreement, v.id, a.organisation, v.textHash, a.instanceHash, a.party, a.missingAddress, v.offered}, a.course()...))
			for i, s := range a.steps {
				capacity := "member"
				if i == 0 || s.state == agreement.AccessionSuperseded {
					capacity = "job"
				}
				steps.rows = append(steps.rows, []any{a.id, a.organisation, s.state, storage.LegalDate(s.at), s.reason, capacity, s.at})
			}
			for path, value := range a.values {
				raw, _ := json.Marshal(value) // text and numbers only
				said.rows = append(said.rows, []any{a.id, path, a.organisation, raw, v.offered})
			}
			for _, s := range a.systems {
				systems.rows = append(systems.rows, []any{a.id, s, a.organisation, a.endedAt()})
			}
		}
	}
	return []table{agreements, covered, versions, answers, accessions, systems, steps, said}
}
