package agreement

import (
	"context"
	"encoding/json"
	"fmt"

	"klausul/server/access"
	"klausul/server/clause"
	"klausul/server/document"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/member"
	"klausul/server/storage"
	"klausul/server/task"
)

// Check is what a release would do, and what stands in the way.
type Check struct {
	Recipients     int
	MissingAddress []member.Organisation
	Unanswered     []field.Field
	Broken         []field.Rule // of them those that are errors stand in the way
	Unset          []Unset      // nor can a document with these be made
	Review         ReviewState
	ReviewRequired bool
	Ready          bool
	Version        int // for If-Match
}

// CheckRelease looks before the act: who would get it, whose address is missing (their
// line is marked in the document), which fields are open.
func (s *Service) CheckRelease(ctx context.Context, scope access.Scope, id int64) (Check, error) {
	var c Check
	err := s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		d, err := load(tx, id)
		if err != nil {
			return err
		}
		members, err := member.Active(tx)
		if err != nil {
			return err
		}
		c = Check{Recipients: len(members), Unanswered: d.Unanswered(), Broken: d.Broken(), Unset: d.Unset(), Version: d.Version}
		r, err := eyes(tx, d)
		if err != nil {
			return err
		}
		c.Review, c.ReviewRequired = r.State, r.Required
		for _, m := range members {
			if !m.Address().Complete() {
				c.MissingAddress = append(c.MissingAddress, m)
			}
		}
		c.Ready = d.State == Draft && len(c.Unanswered) == 0 && len(d.forbidden()) == 0 && len(c.Unset) == 0 && (!r.Required || r.State == ReviewApproved) && c.Recipients > 0
		return nil
	})
	return c, err
}

// Release freezes the text and starts the batch that makes every active member's own
// agreement. It refuses with fault.ErrStale telling who changed what, ErrOffered,
// ErrUnanswered, ErrRuleBroken, ErrGlyph, ErrReviewMissing or ErrNoMembers.
func (s *Service) Release(ctx context.Context, scope access.Scope, id int64, seen int) (task.Batch, error) {
	var batch task.Batch
	err := s.db.Write(ctx, scope, "agreement.release", func(tx *storage.Tx) error {
		if _, err := tx.Pgx().Exec(ctx, "select 1 from agreement_version where agreement_id = $1 for update", id); err != nil {
			return err
		}
		d, err := load(tx, id)
		if err != nil {
			return err
		}
		if d.Version != seen {
			return stale(tx, d, seen)
		}
		if err := looked(tx, d); err != nil {
			return err
		}
		hash, err := d.Offer()
		if err != nil {
			return err
		}
		members, err := member.Active(tx)
		if err != nil {
			return err
		}
		if len(members) == 0 {
			return ErrNoMembers
		}
		orgs := make([]int32, len(members))
		for i, m := range members {
			orgs[i] = m.ID
		}
		kept, err := json.Marshal(facts{d.Vendor, d.Systems})
		if err != nil {
			return err
		}
		if _, err := tx.Pgx().Exec(ctx, `update agreement_version set state = 'offered', text_hash = $2, facts = $5, offered_at = $3, offered_by = $4,
			changed_at = $3, changed_by = $4, version = version + 1 where id = $1`, d.VersionID, hash, tx.Now(), tx.Scope().Actor().User, kept); err != nil {
			return err
		}
		tx.Record("agreement", id, 0, Draft, map[string]any{"state": Offered, "textHash": hash, "answers": d.Values(), "organisations": len(orgs)})
		started, err := task.Start(tx, task.Release, id, d.Title, orgs)
		if err != nil {
			return err
		}
		batch, _, err = task.Latest(tx, task.Release, id)
		if err == nil && batch.ID != started {
			err = fmt.Errorf("batch %d started, %d found", started, batch.ID)
		}
		return err
	})
	return batch, err
}

// stale names the fields answered since the reader's version, and what stands there now.
func stale(tx *storage.Tx, d Detail, seen int) error {
	now := map[string]any{}
	values := d.Values()
	for _, a := range d.Answers {
		if f, ok := field.Find(d.Tree.Fields, a.Path); ok && a.AtVersion > seen {
			now[f.Label] = shown(f, values.Of(f), d.Tree.Language)
		}
	}
	if d.State != Draft {
		now["state"] = d.State
	}
	return storage.Stale(tx, "agreement", d.ID, d.Version, now)
}

// mediaTypes of the two formats.
var mediaTypes = map[string]string{
	"pdf":  "application/pdf",
	"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}

// ReleaseOne makes one organisation's own agreement: its text, its files, its row. It
// may run twice, on any replica: the same facts give the same bytes in the same place,
// and the line of the batch is settled in the same transaction as the row.
func (s *Service) ReleaseOne(ctx context.Context, j task.ItemJob, subject int64) error {
	scope := access.System("agreement.release_one").For(j.Organisation)
	d, party, err := s.prepare(ctx, scope, j, subject)
	if err != nil {
		return err
	}
	staged := map[string]document.Staged{}
	doc := d.Document(party, storage.Local(*d.OfferedAt))
	for format, media := range mediaTypes {
		body, err := s.render(ctx, doc, format)
		if err != nil {
			return fmt.Errorf("render %s: %w", format, err)
		}
		name := fmt.Sprintf("agreement-%d-v%d.%s", d.ID, d.VersionNo, format)
		if staged[format], err = s.documents.Stage(ctx, j.Organisation, name, body, media); err != nil {
			return err
		}
	}
	return s.db.Write(ctx, scope, "accession.offer", func(tx *storage.Tx) error {
		waits, err := task.Claim(tx, j)
		if err != nil || !waits {
			return err
		}
		id, err := s.insertAccession(tx, d, party, j)
		if err != nil {
			return err
		}
		for _, format := range []string{"pdf", "docx"} {
			file, err := s.documents.Register(tx, staged[format])
			if err != nil {
				return err
			}
			if _, err := tx.Pgx().Exec(ctx, `insert into accession_document (accession_id, format, organisation_id, file_id) values ($1, $2, $3, $4)
				on conflict (accession_id, format) do nothing`, id, format, j.Organisation, file); err != nil {
				return err
			}
		}
		return task.Settle(tx, j, id)
	})
}

func (s *Service) prepare(ctx context.Context, scope access.Scope, j task.ItemJob, subject int64) (d Detail, p Party, err error) {
	err = s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		a, found, err := storage.Find[Agreement](tx, agreementCols+" and false) as accessions"+agreementFrom+" where a.id = $1 and v.state = 'offered'", subject)
		if err != nil || !found {
			return orFault(err, fault.ErrNotFound)
		}
		if d, err = loadVersion(tx, a); err != nil {
			return err
		}
		if clause.Sum(d.Shared()) != *d.TextHash {
			return ErrTextMoved
		}
		o, err := member.Load(tx, j.Organisation)
		p = partyOf(o)
		return err
	})
	return d, p, err
}

// insertAccession adds the organisation's row, or finds the one that an earlier run added.
func (s *Service) insertAccession(tx *storage.Tx, d Detail, p Party, j task.ItemJob) (int64, error) {
	raw, err := json.Marshal(p)
	if err != nil {
		return 0, err
	}
	instance := clause.Sum(d.For(p))
	made, isNew, err := storage.Find[struct {
		ID int64 `db:"id"`
	}](tx, `insert into accession (agreement_id, agreement_version_id, organisation_id, batch_id, text_hash, instance_hash, party, missing_address, offered_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (agreement_version_id, organisation_id) do nothing returning id`,
		d.ID, d.VersionID, j.Organisation, j.Batch, d.TextHash, instance, raw, !p.Address.Complete(), tx.Now())
	if err != nil {
		return 0, fmt.Errorf("insert accession: %w", err)
	}
	if !isNew {
		had, _, err := storage.Find[struct {
			ID int64 `db:"id"`
		}](tx, "select id from accession where agreement_version_id = $1 and organisation_id = $2", d.VersionID, j.Organisation)
		return had.ID, err
	}
	tx.Record("accession", made.ID, j.Organisation, nil, map[string]any{"agreement": d.ID, "instanceHash": instance, "missingAddress": !p.Address.Complete()})
	// The systems it uses; an organisation that uses none of them yet is offered all.
	_, err = tx.Pgx().Exec(tx.Context(), `with used as (
		  select g.system_id from agreement_system g where g.agreement_id = $2 and exists (
		    select from usage u where u.system_id = g.system_id and u.organisation_id = $3 and u.from_date <= $4 and (u.to_date is null or u.to_date >= $4)))
		insert into accession_system (accession_id, system_id, organisation_id)
		select $1, g.system_id, $3 from agreement_system g where g.agreement_id = $2
		   and (g.system_id in (select system_id from used) or not exists (select from used))`,
		made.ID, d.ID, j.Organisation, tx.Today())
	return made.ID, err
}
