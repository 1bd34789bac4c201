package agreement

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"klausul/server/access"
	"klausul/server/clause"
	"klausul/server/document"
	"klausul/server/fault"
	"klausul/server/member"
	"klausul/server/storage"
)

// PaperJob makes the papers of an accession as it stands, unless they are made.
type PaperJob struct {
	Accession    int64 `json:"accession"`
	Organisation int32 `json:"organisation"`
}

// Kind names the job in the queue.
func (PaperJob) Kind() string { return "accession.paper" }

// mediaTypes of the two formats.
var mediaTypes = map[string]string{
	"pdf":  "application/pdf",
	"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}

// MakePaper makes PDF and Word of an accession as it stands, as its next paper; what was
// made before stays. It may run twice: a paper with the same hash is there already.
func (s *Service) MakePaper(ctx context.Context, j PaperJob) error {
	scope := access.System("accession.paper").For(j.Organisation)
	var d AccessionDetail
	var text Detail
	err := s.db.Read(ctx, scope, func(tx *storage.Tx) (err error) {
		if d, err = loadAccession(tx, j.Accession); err != nil {
			return err
		}
		text, err = frozen(tx, d.VersionID)
		return err
	})
	if err != nil || d.Papered() {
		return err
	}
	staged, err := s.stage(ctx, text, d.instance(), j.Organisation)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, scope, "accession.paper", func(tx *storage.Tx) error {
		now, err := lockAccession(tx, j.Accession, 0)
		if err != nil || now.Papered() || now.InstanceHash != d.InstanceHash {
			return err // it moved meanwhile, and whoever moved it ordered the next paper
		}
		tx.Record("accession", j.Accession, j.Organisation, map[string]any{"paper": now.Current()}, map[string]any{"paper": now.Current() + 1, "instanceHash": d.InstanceHash})
		return s.file(tx, j.Accession, j.Organisation, now.Current()+1, d.InstanceHash, staged)
	})
}

// OrderPapers orders the papers of what was concluded and has none that says what it says:
// the job that was to make one may have been given up.
func (s *Service) OrderPapers(ctx context.Context) error {
	return s.db.Write(ctx, access.System("accession.order_papers"), "accession.order_papers", func(tx *storage.Tx) error {
		tx.Continues() // the paper's own job tells of the paper
		behind, err := storage.All[struct {
			ID           int64 `db:"id"`
			Organisation int32 `db:"organisation_id"`
		}](tx, "select id, organisation_id from accessions_unpapered()")
		for _, b := range behind {
			tx.Enqueue(PaperJob{Accession: b.ID, Organisation: b.Organisation})
		}
		return err
	})
}

// Papered tells whether the newest paper says what the accession says.
func (d AccessionDetail) Papered() bool {
	return len(d.Documents) > 0 && d.Documents[0].InstanceHash == d.InstanceHash
}

// frozen reads a released version, and holds it to the hash that it was released with.
func frozen(tx *storage.Tx, version int64) (Detail, error) {
	d, err := versionDetail(tx, version)
	if err != nil {
		return d, err
	}
	if d.State != Offered || d.TextHash == nil || d.OfferedAt == nil {
		return d, fault.ErrNotFound
	}
	if clause.Sum(d.Shared()) != *d.TextHash {
		return d, ErrTextMoved
	}
	return d, nil
}

// stage makes both files and receives them, outside any transaction.
func (s *Service) stage(ctx context.Context, text Detail, i Instance, organisation int32) (map[string]document.Staged, error) {
	staged := map[string]document.Staged{}
	doc := text.Document(i, storage.Local(*text.OfferedAt))
	for format, media := range mediaTypes {
		body, err := s.Render(ctx, doc, format)
		if err != nil {
			return nil, fmt.Errorf("render %s: %w", format, err)
		}
		name := fmt.Sprintf("agreement-%d-v%d.%s", text.ID, text.VersionNo, format)
		if staged[format], err = s.documents.Stage(ctx, organisation, name, body, media); err != nil {
			return nil, err
		}
	}
	return staged, nil
}

// file gives staged files their rows under an accession.
func (s *Service) file(tx *storage.Tx, accession int64, organisation int32, no int, instance string, staged map[string]document.Staged) error {
	for _, format := range []string{"pdf", "docx"} {
		file, err := s.documents.Register(tx, staged[format])
		if err != nil {
			return err
		}
		if _, err := tx.Pgx().Exec(tx.Context(), `insert into accession_document (accession_id, no, format, organisation_id, file_id, instance_hash, made_at)
			values ($1, $2, $3, $4, $5, $6, $7) on conflict (accession_id, no, format) do nothing`, accession, no, format, organisation, file, instance, tx.Now()); err != nil {
			return err
		}
	}
	return nil
}

// PreviewOwn is an organisation's agreement as it stands now, before its paper is made.
func (s *Service) PreviewOwn(ctx context.Context, scope access.Scope, id int64, format string) (name string, body []byte, err error) {
	var d AccessionDetail
	var text Detail
	err = s.db.Read(ctx, scope, func(tx *storage.Tx) (err error) {
		if d, err = loadAccession(tx, id); err != nil {
			return err
		}
		text, err = versionDetail(tx, d.VersionID)
		return err
	})
	if err != nil {
		return "", nil, err
	}
	body, err = s.Render(ctx, text.Document(d.instance(), storage.Local(*text.OfferedAt)), format)
	return d.fileName(AccessionDocument{Format: format}), body, err
}

// takeParty takes the organisation's name and address from the register.
func takeParty(tx *storage.Tx, d *AccessionDetail) error {
	o, err := member.Load(tx, d.Organisation)
	if err != nil {
		return err
	}
	p := partyOf(o)
	raw, err := json.Marshal(p)
	if err != nil {
		return err
	}
	tx.Record("accession", d.ID, d.Organisation, map[string]any{"party": d.Party}, map[string]any{"party": p})
	d.Party, d.MissingAddress = p, !p.Address.Complete()
	_, err = tx.Pgx().Exec(tx.Context(), "update accession set party = $2, missing_address = $3 where id = $1", d.ID, raw, d.MissingAddress)
	return err
}

// suggested are own facts that the register knows on the day of the offer: who the contact
// is, and how many persons the organisation said in the hearing, or its usages say.
func suggested(tx *storage.Tx, agreement int64, organisation int32, systems []int32, day time.Time) (map[string]any, error) {
	row, _, err := storage.Find[struct {
		Contact string `db:"contact"`
		Persons *int   `db:"persons"`
		Heard   *int   `db:"heard"`
	}](tx, `select coalesce((select p.name || ', ' || p.email from role_grant g join app_user p on p.id = g.user_id
		    where g.organisation_id = $1 and g.role = 'contact_person' and g.from_date <= $3 and (g.to_date is null or g.to_date >= $3) and p.left_at is null
		    order by g.from_date, g.id limit 1), '') as contact,
		  (select max(u.persons) from usage u where u.organisation_id = $1 and u.system_id = any($2)
		    and u.from_date <= $3 and (u.to_date is null or u.to_date >= $3)) as persons,
		  (select (n.value #>> '{}')::int from hearing h join hearing_party p on p.hearing_id = h.id and p.organisation_id = $1 and p.sent_at is not null
		    join hearing_answer n on n.hearing_id = h.id and n.organisation_id = $1 and n.path = $5 and n.value <> 'null'
		   where h.agreement_id = $4 order by h.id desc limit 1) as heard`, organisation, systems, day, agreement, persons)
	if err != nil {
		return nil, err
	}
	out := map[string]any{}
	if row.Contact != "" {
		out["controller.contact"] = row.Contact
	}
	if row.Persons != nil {
		out["data.persons"] = *row.Persons
	}
	if row.Heard != nil {
		out["data.persons"] = *row.Heard
	}
	return out, nil
}
