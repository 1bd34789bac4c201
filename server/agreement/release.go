package agreement

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"klausul/server/access"
	"klausul/server/document"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/member"
	"klausul/server/storage"
	"klausul/server/task"
)

// Check is what a release could do, and what stands in the way.
type Check struct {
	Recipients []Recipient // all that could be reached; the audience picks among them
	Unanswered []field.Field
	Broken     []field.Rule // of them those that are errors stand in the way
	Unset      []Unset      // characters that the paper cannot show; they stand in the way
	Review     ReviewState  // whether a second lawyer has looked
	Required   bool         // and whether that stands in the way
	Strayed    []SystemRef  // systems that another vendor delivers today; they stand in the way
	Unamended  bool         // an amendment that changes nothing stands in the way
	Outdated   []Outdated   // agreed clauses that were written to other answers; they stand in the way
	Due        time.Time    // the deadline that policy proposes
	Ready      bool
	Version    int // for If-Match
}

// CheckRelease looks before the act: who could get it and what they would miss, which
// fields are open, which rules speak.
func (s *Service) CheckRelease(ctx context.Context, scope access.Scope, id int64) (Check, error) {
	var c Check
	err := s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		d, err := load(tx, id)
		if err != nil {
			return err
		}
		c = Check{Unanswered: d.Unanswered(), Broken: d.Broken(), Unset: d.Unset(), Version: d.Version, Unamended: d.Base != nil && !d.amends()}
		if c.Recipients, err = recipients(tx, d); err != nil {
			return err
		}
		if c.Strayed, err = strayed(tx, d); err != nil {
			return err
		}
		if c.Due, err = task.Due(tx, task.Accede); err != nil {
			return err
		}
		if c.Outdated, err = OutdatedClauses(tx, d); err != nil {
			return err
		}
		r, err := eyes(tx, d)
		if err != nil {
			return err
		}
		c.Review, c.Required = r.State, r.Required
		c.Ready = d.State == Draft && len(c.Unanswered) == 0 && len(d.forbidden()) == 0 && len(c.Unset) == 0 && len(c.Strayed) == 0 && !c.Unamended && len(c.Outdated) == 0 &&
			(!r.Required || r.State == ReviewApproved)
		return nil
	})
	return c, err
}

// strayed are the agreement's systems that its vendor does not deliver any more.
func strayed(tx *storage.Tx, d Detail) ([]SystemRef, error) {
	return storage.All[SystemRef](tx, `select s.id, s.number, s.name from agreement_system g join it_system s on s.id = g.system_id
		where g.agreement_id = $1 and s.vendor_id <> $2 order by s.name, s.id`, d.ID, d.VendorID)
}

// Release freezes the text and starts the batch that makes each organisation of the
// audience its own agreement. It refuses with fault.ErrStale telling who changed what,
// ErrOffered, ErrUnanswered, ErrRuleBroken, ErrGlyph, ErrReviewMissing, ErrNegotiating, ErrOutdated, ErrStrayed, ErrUnamended, ErrAudience, ErrDue
// or ErrNoMembers.
func (s *Service) Release(ctx context.Context, scope access.Scope, id int64, seen int, to Audience) (task.Batch, error) {
	var batch task.Batch
	err := s.db.Write(ctx, scope, "agreement.release", func(tx *storage.Tx) error {
		if err := tx.Lock("agreement_version where agreement_id = $1", id); err != nil {
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
		orgs, due, err := freeze(tx, d, to)
		if err != nil {
			return err
		}
		if err := endHearings(tx, d); err != nil {
			return err
		}
		batch, err = start(tx, d, task.Release, orgs, due)
		return err
	})
	return batch, err
}

// freeze makes the draft the released text, with what it says of vendor and systems.
func freeze(tx *storage.Tx, d Detail, to Audience) ([]int32, time.Time, error) {
	hash, err := d.Offer()
	if err != nil {
		return nil, time.Time{}, err
	}
	if err := negotiating(tx, d.VersionID); err != nil {
		return nil, time.Time{}, err
	}
	if err := UpToDate(tx, d); err != nil {
		return nil, time.Time{}, err
	}
	if lost, err := strayed(tx, d); err != nil || len(lost) > 0 {
		return nil, time.Time{}, fault.Or(err, ErrStrayed.With("systems", lost))
	}
	if d.Base != nil && !d.amends() {
		return nil, time.Time{}, ErrUnamended
	}
	all, err := recipients(tx, d)
	if err != nil {
		return nil, time.Time{}, err
	}
	orgs, err := to.pick(all, tx.Today())
	if err != nil {
		return nil, time.Time{}, err
	}
	due, err := to.due(tx)
	if err != nil {
		return nil, due, err
	}
	kept, err := json.Marshal(facts{d.Vendor, d.Systems, d.Derived, field.Printing})
	if err != nil {
		return nil, due, err
	}
	tx.Record("agreement", d.ID, 0, Draft, map[string]any{"state": Offered, "textHash": hash, "answers": d.Values(), "audience": to.Kind, "organisations": len(orgs)})
	_, err = tx.Pgx().Exec(tx.Context(), `update agreement_version set state = 'offered', text_hash = $2, facts = $5, offered_at = $3, offered_by = $4,
		changed_at = $3, changed_by = $4, audience = $6, due_on = $7, version = version + 1 where id = $1`,
		d.VersionID, hash, tx.Now(), tx.Scope().Actor().User, kept, to.Kind, due)
	return orgs, due, err
}

// start makes the batch over the organisations, and of a release the task that waits for them.
func start(tx *storage.Tx, d Detail, kind task.Kind, orgs []int32, due time.Time) (task.Batch, error) {
	var own *time.Time // a further release has a day of its own beside the task's
	if kind == task.Release {
		if _, further, err := task.Find(tx, task.Accede, d.VersionID); err != nil {
			return task.Batch{}, err
		} else if further {
			own = &due
		}
		if _, err := task.Open(tx, task.Accede, d.VersionID, d.Title, due, systemIDs(d.Systems)...); err != nil {
			return task.Batch{}, err
		}
	}
	started, err := task.Start(tx, kind, d.ID, d.VersionID, d.Title, own, orgs)
	if err != nil {
		return task.Batch{}, err
	}
	batch, _, err := task.Latest(tx, kind, d.ID)
	if err == nil && batch.ID != started {
		err = fmt.Errorf("batch %d started, %d found", started, batch.ID)
	}
	return batch, err
}

// ReleaseMore releases a text that is frozen already to further organisations. It refuses
// with ErrNotOffered, ErrStrayed, ErrAudience, ErrDue or ErrNoMembers.
func (s *Service) ReleaseMore(ctx context.Context, scope access.Scope, id int64, to Audience) (task.Batch, error) {
	var batch task.Batch
	err := s.db.Write(ctx, scope, "agreement.release_more", func(tx *storage.Tx) error {
		d, err := released(tx, id)
		if err != nil {
			return err
		}
		if lost, err := strayed(tx, d); err != nil || len(lost) > 0 {
			return fault.Or(err, ErrStrayed.With("systems", lost))
		}
		all, err := recipients(tx, d)
		if err != nil {
			return err
		}
		orgs, err := to.pick(all, tx.Today())
		if err != nil {
			return err
		}
		due, err := to.due(tx)
		if err != nil {
			return err
		}
		tx.Record("agreement", id, 0, nil, map[string]any{"audience": to.Kind, "organisations": len(orgs)})
		batch, err = start(tx, d, task.Release, orgs, due)
		return err
	})
	return batch, err
}

// released locks and reads an agreement whose newest version is released.
func released(tx *storage.Tx, id int64) (Detail, error) {
	if err := tx.Lock("agreement_version where agreement_id = $1", id); err != nil {
		return Detail{}, err
	}
	d, err := load(tx, id)
	if err == nil && d.State != Offered {
		err = ErrNotOffered
	}
	return d, err
}

// Again makes the papers of organisations anew that have not concluded yet, with name and
// address as the register has them today: of all, or of those chosen. What was made stays.
// It refuses with ErrNotOffered or ErrNoMembers.
func (s *Service) Again(ctx context.Context, scope access.Scope, id int64, chosen []int32) (task.Batch, error) {
	var batch task.Batch
	err := s.db.Write(ctx, scope, "agreement.again", func(tx *storage.Tx) error {
		d, err := released(tx, id)
		if err != nil {
			return err
		}
		rows, err := storage.All[struct {
			ID int32 `db:"organisation_id"`
		}](tx, `select organisation_id from accession where agreement_version_id = $1 and state in ('offered', 'on_hold')
			and ($2::int[] is null or organisation_id = any($2)) order by organisation_id`, d.VersionID, chosen)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return ErrNoMembers
		}
		orgs := make([]int32, len(rows))
		for i, r := range rows {
			orgs[i] = r.ID
		}
		tx.Record("agreement", id, 0, nil, map[string]any{"again": len(orgs)})
		batch, err = start(tx, d, task.Again, orgs, time.Time{})
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

// WorkLine does one organisation's line of a batch. It may run twice, on any replica.
func (s *Service) WorkLine(ctx context.Context, j task.ItemJob, l task.ItemLine) error {
	if l.Kind == task.Again {
		return s.againOne(ctx, j, l.Version)
	}
	return s.releaseOne(ctx, j, l)
}

// releaseOne makes one organisation's own agreement: its text, its files, its row, its
// task. The same facts give the same bytes in the same place, and the line of the batch is
// settled in the same transaction as the row.
func (s *Service) releaseOne(ctx context.Context, j task.ItemJob, l task.ItemLine) error {
	scope := access.System("agreement.release_one").For(j.Organisation)
	var text Detail
	var own Instance
	if err := s.db.Read(ctx, scope, func(tx *storage.Tx) (err error) {
		if text, err = frozen(tx, l.Version); err != nil {
			return err
		}
		own, err = firstInstance(tx, text, j.Organisation)
		return err
	}); err != nil {
		return err
	}
	staged, err := s.stage(ctx, text, own, j.Organisation)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, scope, "accession.offer", func(tx *storage.Tx) error {
		waits, err := task.Claim(tx, j)
		if err != nil || !waits {
			return err
		}
		newer, err := laterThan(tx, text.ID, text.VersionID, j.Organisation)
		if err != nil {
			return err
		}
		if at := slices.IndexFunc(newer, later.replacement); at >= 0 {
			return task.Settle(tx, j, newer[at].ID) // a batch that comes late: the organisation has a later text already
		}
		id, err := s.offer(tx, text, own, j, staged)
		if err != nil {
			return err
		}
		if err := makeRoom(tx, text, id, j.Organisation, l.Due); err != nil {
			return err
		}
		return task.Settle(tx, j, id)
	})
}

// firstInstance is what the register knows of an organisation on the day of the offer. Of
// the systems it is offered those it uses; one that uses none of them yet, all. An amendment
// goes before the register: it has the systems and the own facts of what it amends.
func firstInstance(tx *storage.Tx, text Detail, organisation int32) (Instance, error) {
	o, err := member.Load(tx, organisation)
	if err != nil {
		return Instance{}, err
	}
	used, err := storage.All[struct {
		ID int32 `db:"system_id"`
	}](tx, `select distinct u.system_id from usage u join agreement_system g on g.system_id = u.system_id and g.agreement_id = $1
		where u.organisation_id = $2 and u.from_date <= $3 and (u.to_date is null or u.to_date >= $3)`, text.ID, organisation, tx.Today())
	if err != nil {
		return Instance{}, err
	}
	i := Instance{Party: partyOf(o), Values: field.Values{}}
	if err := i.keep(tx, text, organisation); err != nil {
		return i, err
	}
	ids := make([]int32, 0, len(used))
	for _, s := range text.Systems {
		for _, u := range used {
			if u.ID == s.ID {
				ids = append(ids, s.ID)
				if text.BaseID == nil {
					i.Systems = append(i.Systems, s)
				}
			}
		}
	}
	if len(i.Systems) == 0 {
		i.Systems = text.Systems
	}
	known, err := suggested(tx, text.ID, organisation, ids, tx.Today())
	if err != nil {
		return i, err
	}
	for _, f := range localFields(text.Tree.Fields) {
		if v, err := f.Check(known[f.Path]); err == nil && v != nil && i.Values[f.Path] == nil {
			i.Values[f.Path] = v
		}
	}
	return i, nil
}

// offer adds the organisation's row, or finds the one that an earlier run added.
func (s *Service) offer(tx *storage.Tx, text Detail, own Instance, j task.ItemJob, staged map[string]document.Staged) (int64, error) {
	raw, err := json.Marshal(own.Party)
	if err != nil {
		return 0, err
	}
	instance := text.InstanceHash(own)
	made, isNew, err := storage.Find[struct {
		ID int64 `db:"id"`
	}](tx, `insert into accession (agreement_id, agreement_version_id, organisation_id, batch_id, text_hash, instance_hash, party, missing_address, missing, offered_at, state_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10) on conflict (agreement_version_id, organisation_id) do nothing returning id`,
		text.ID, text.VersionID, j.Organisation, j.Batch, text.TextHash, instance, raw, !own.Party.Address.Complete(), own.missing(text.Tree.Fields), tx.Now())
	if err != nil {
		return 0, fmt.Errorf("insert accession: %w", err)
	}
	if !isNew {
		had, _, err := storage.Find[struct {
			ID int64 `db:"id"`
		}](tx, "select id from accession where agreement_version_id = $1 and organisation_id = $2", text.VersionID, j.Organisation)
		return had.ID, err
	}
	tx.Record("accession", made.ID, j.Organisation, nil, map[string]any{"agreement": text.ID, "instanceHash": instance, "missingAddress": !own.Party.Address.Complete()})
	if _, err := tx.Pgx().Exec(tx.Context(), "insert into accession_system (accession_id, system_id, organisation_id) select $1, unnest($2::int[]), $3", made.ID, systemIDs(own.Systems), j.Organisation); err != nil {
		return 0, err
	}
	for path, value := range own.Values {
		said, err := json.Marshal(value)
		if err != nil {
			return 0, err
		}
		if _, err := tx.Pgx().Exec(tx.Context(), `insert into accession_answer (accession_id, path, organisation_id, value, source, changed_at) values ($1, $2, $3, $4, $5, $6)`,
			made.ID, path, j.Organisation, said, own.source(path), tx.Now()); err != nil {
			return 0, err
		}
	}
	if err := noteStep(tx, made.ID, j.Organisation, AccessionOffered, tx.Today(), "", asJob); err != nil {
		return 0, err
	}
	if err := s.file(tx, made.ID, j.Organisation, 1, instance, staged); err != nil {
		return 0, err
	}
	return made.ID, nil
}

// makeRoom is what an offer does to what was there: earlier offers of the same agreement that
// nobody took up give way, and the organisation is told by a task.
func makeRoom(tx *storage.Tx, text Detail, accession int64, organisation int32, due *time.Time) error {
	if text.Kind == Replacement {
		if err := supersede(tx, text.ID, text.VersionID, organisation, tx.Today(), undecided); err != nil {
			return err
		}
	}
	given, found, err := task.Find(tx, task.Accede, text.VersionID)
	if err != nil || !found {
		return err
	}
	if err := task.Assign(tx, given, organisation, accession); err != nil || due == nil {
		return err
	}
	return task.SetDay(tx, given, organisation, *due)
}

// againOne takes the organisation's name and address anew and makes its paper, unless it
// has concluded meanwhile.
func (s *Service) againOne(ctx context.Context, j task.ItemJob, version int64) error {
	scope := access.System("agreement.again_one").For(j.Organisation)
	var id int64
	err := s.db.Write(ctx, scope, "accession.again", func(tx *storage.Tx) error {
		had, found, err := storage.Find[struct {
			ID int64 `db:"id"`
		}](tx, "select id from accession where agreement_version_id = $1 and organisation_id = $2", version, j.Organisation)
		if err != nil || !found {
			return fault.Or(err, fault.ErrNotFound)
		}
		id = had.ID
		d, err := lockAccession(tx, id, 0)
		if err != nil || !d.State.Editable() {
			return err
		}
		if err := takeParty(tx, &d); err != nil {
			return err
		}
		return settle(tx, &d)
	})
	if err != nil {
		return err
	}
	if err := s.MakePaper(ctx, PaperJob{Accession: id, Organisation: j.Organisation}); err != nil {
		return err
	}
	return s.db.Write(ctx, scope, "accession.again_done", func(tx *storage.Tx) error {
		tx.Continues()
		waits, err := task.Claim(tx, j)
		if err != nil || !waits {
			return err
		}
		return task.Settle(tx, j, id)
	})
}

// ErrStrayed refuses a text that names systems which another vendor delivers today.
var ErrStrayed = fault.New(fault.Conflict, "agreement.strayed")
