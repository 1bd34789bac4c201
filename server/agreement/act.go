package agreement

import (
	"context"
	"errors"
	"strings"
	"time"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
	"klausul/server/task"
)

// capacities in which a step is taken.
const (
	asMember  = "member"
	asMandate = "mandate"
	asJob     = "job"
)

// Take takes a step of an organisation's own agreement. Only the organisation may, or the
// secretariat under the organisation's mandate. It refuses with ErrCourse, ErrReplaced, ErrBase,
// ErrReason, ErrDayEarly, ErrDayLate, ErrAddress, ErrFacts, ErrCovers, ErrNoMandate, fault.ErrStale or fault.ErrNotFound.
func (s *Service) Take(ctx context.Context, scope access.Scope, id int64, seen int, step Step) (AccessionDetail, error) {
	var now AccessionDetail
	err := s.db.Write(ctx, scope, "accession."+string(step.Act), func(tx *storage.Tx) error {
		d, err := holdAccession(tx, id, seen)
		if err != nil {
			return err
		}
		if err := s.take(tx, d, step); err != nil {
			return err
		}
		now, err = loadAccession(tx, id)
		return err
	})
	return now, err
}

// holdAccession is lockAccession for whoever may take the step: the office only under a mandate.
func holdAccession(tx *storage.Tx, id int64, seen int) (AccessionDetail, error) {
	if tx.Scope().Own() != 0 {
		return lockAccession(tx, id, seen)
	}
	d, err := loadAccession(tx, id)
	switch {
	case err != nil:
		return d, err
	case !d.Mandated:
		return d, ErrNoMandate
	}
	return lockAccession(tx, id, seen)
}

func (s *Service) take(tx *storage.Tx, d AccessionDetail, step Step) error {
	step.Reason = strings.TrimSpace(step.Reason)
	if step.On.IsZero() {
		step.On = tx.Today()
	}
	to, err := step.check(d, tx.Today())
	if err != nil {
		return err
	}
	as := capacity(tx)
	if _, last := d.Days(step.Act, tx.Today()); as == asMandate {
		if err := step.dated(d.mandateFrom, last); err != nil {
			return err
		}
	}
	if step.Act == Continue || step.Act == Terminate && step.On.After(tx.Today()) {
		return notice(tx, d, step, as)
	}
	if err := move(tx, d, to, step, as); err != nil {
		return err
	}
	switch step.Act {
	case EnterForce:
		if err := s.enter(tx, d, step); err != nil {
			return err
		}
	case Accept:
		tx.Enqueue(PaperJob{Accession: d.ID, Organisation: d.Organisation})
	case Reopen:
		return task.Reopen(tx, task.Accede, d.ID, d.Organisation)
	case Hold:
		return nil // it still waits for the organisation
	case Decline, Terminate, Continue:
	}
	return task.Complete(tx, task.Accede, d.ID, d.Organisation)
}

// move writes the state and the step that led there.
func move(tx *storage.Tx, d AccessionDetail, to AccessionState, step Step, capacity string) error {
	tx.Record("accession", d.ID, d.Organisation, map[string]any{"state": d.State},
		map[string]any{"state": to, "on": step.On.Format(time.DateOnly), "reason": step.Reason, "capacity": capacity})
	if _, err := tx.Pgx().Exec(tx.Context(), `update accession set state = $2::text, state_at = $3, reason = $4, version = version + 1,
		in_force_on = case when $2 = 'in_force' then $5::date else in_force_on end,
		ends_on = case when $2 in ('superseded', 'terminated') then greatest($5::date, in_force_on) else ends_on end where id = $1`,
		d.ID, to, tx.Now(), step.Reason, step.On); err != nil {
		return err
	}
	overtake(tx, d)
	if err := noteStep(tx, d.ID, d.Organisation, to, step.On, step.Reason, capacity); err != nil {
		return err
	}
	if to == AccessionTerminated {
		return endAmendments(tx, d, step)
	}
	return nil
}

// overtake records that a proposal fell because the agreement moved; the database closes it.
func overtake(tx *storage.Tx, d AccessionDetail) {
	if d.Proposal != nil {
		tx.Record("accession", d.ID, d.Organisation, map[string]any{"proposal": d.Proposal.Act}, map[string]any{"outcome": "overtaken"})
	}
}

func noteStep(tx *storage.Tx, accession int64, organisation int32, to AccessionState, on time.Time, reason, capacity string) error {
	var by *int64
	if user := tx.Scope().Actor().User; user != 0 {
		by = &user
	}
	_, err := tx.Pgx().Exec(tx.Context(), `insert into accession_step (accession_id, organisation_id, state, on_date, reason, capacity, at, by_user)
		values ($1, $2, $3, $4, $5, $6, $7, $8)`, accession, organisation, to, on, reason, capacity, tx.Now(), by)
	return err
}

// enter is what follows when an agreement enters into force: its predecessors give way, and
// the sub-processors of annex B.1 are authorised from that day.
func (s *Service) enter(tx *storage.Tx, d AccessionDetail, step Step) error {
	text, err := versionDetail(tx, d.VersionID)
	if err != nil {
		return err
	}
	if text.Kind != Amendment { // an amendment leaves its base in force beside it
		if err := supersede(tx, d.Agreement, d.VersionID, d.Organisation, step.On, running); err != nil {
			return err
		}
	}
	return authorise(tx, d, text, step.On)
}

// RunOut ends what was to end on a day that has passed. What cannot be ended stops no other.
func (s *Service) RunOut(ctx context.Context) error {
	due, err := storage.Select[struct {
		ID           int64 `db:"id"`
		Organisation int32 `db:"organisation_id"`
	}](ctx, s.db, access.System("accession.run_out"), storage.List("select id, organisation_id from accessions_run_out()"))
	for _, one := range due {
		err = errors.Join(err, s.db.Write(ctx, access.System("accession.run_out").For(one.Organisation), "accession.run_out", func(tx *storage.Tx) error {
			d, err := lockAccession(tx, one.ID, 0)
			if err != nil || d.State != AccessionInForce || d.EndsOn == nil || !d.EndsOn.Before(tx.Today()) {
				return err
			}
			return move(tx, d, AccessionTerminated, Step{On: *d.EndsOn, Reason: d.Reason}, asJob)
		}))
	}
	return err
}

// Refusals of what the office does for an organisation.
var (
	ErrNoMandate    = fault.New(fault.Forbidden, "accession.no_mandate")   // the organisation has given the secretariat none
	ErrProposal     = fault.New(fault.Conflict, "accession.proposal_open") // one proposal at a time
	ErrProposalGone = fault.New(fault.Conflict, "accession.proposal_gone") // decided or withdrawn meanwhile
	ErrMandateRuns  = fault.New(fault.Conflict, "mandate.running")         // one mandate on a day
	ErrMandateNote  = fault.New(fault.Invalid, "mandate.note")             // who decided it, and where that is written
	ErrMandateDays  = fault.New(fault.Invalid, "mandate.days")             // it would end before it begins
)
