package agreement

import (
	"context"
	"strings"
	"time"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
)

// Proposal is a step that the secretariat proposes; it is taken when the organisation confirms it.
type Proposal struct {
	ID     int64      `db:"id"`
	Act    Act        `db:"act"`
	On     *time.Time `db:"on_date"` // nil: the day on which it is confirmed
	Reason string     `db:"reason"`
	At     time.Time  `db:"proposed_at"`
	By     string     `db:"by"`
}

func (p Proposal) step() Step {
	s := Step{Act: p.Act, Reason: p.Reason}
	if p.On != nil {
		s.On = *p.On
	}
	return s
}

func openProposal(tx *storage.Tx, accession int64) (*Proposal, error) {
	p, found, err := storage.Find[Proposal](tx, `select p.id, p.act, p.on_date, p.reason, p.proposed_at, coalesce(u.name, '') as by
		from accession_proposal p left join app_user u on u.id = p.proposed_by where p.accession_id = $1 and p.outcome = 'open'`, accession)
	if err != nil || !found {
		return nil, err
	}
	return &p, nil
}

// Propose puts a step before the organisation. It refuses as Take does, but for what the
// organisation can still mend, and with ErrProposal while another one is open.
func (s *Service) Propose(ctx context.Context, scope access.Scope, id int64, step Step) (AccessionDetail, error) {
	var now AccessionDetail
	err := s.db.Write(ctx, scope, "accession.propose", func(tx *storage.Tx) error {
		d, err := loadAccession(tx, id)
		if err != nil {
			return err
		}
		if d.Proposal != nil {
			return ErrProposal.With("by", d.Proposal.By)
		}
		if step.Act == Reopen { // what an organisation has said, only the organisation takes back
			return ErrCourse.With("act", step.Act).With("state", d.State)
		}
		step.Reason = strings.TrimSpace(step.Reason)
		p := Proposal{Act: step.Act, Reason: step.Reason}
		if step.On.IsZero() {
			step.On = tx.Today()
		} else {
			p.On = &step.On
		}
		mended := d
		mended.MissingAddress, mended.Missing = false, nil
		if _, err := step.check(mended, tx.Today()); err != nil {
			return err
		}
		tx.Record("accession", id, d.Organisation, nil, map[string]any{"act": p.Act, "on": p.On, "reason": p.Reason})
		added, err := tx.Pgx().Exec(ctx, `insert into accession_proposal (accession_id, organisation_id, act, on_date, reason, proposed_at, proposed_by)
			values ($1, $2, $3, $4, $5, $6, $7) on conflict (accession_id) where outcome = 'open' do nothing`, id, d.Organisation, p.Act, p.On, p.Reason, tx.Now(), tx.Scope().Actor().User)
		switch {
		case err != nil:
			return err
		case added.RowsAffected() == 0:
			return ErrProposal // a colleague was faster
		}
		now, err = loadAccession(tx, id)
		return err
	})
	return now, err
}

// Decide confirms or refuses what the secretariat proposed; confirmed, the step is taken in
// the same breath. It refuses with ErrProposalGone or as Take does.
func (s *Service) Decide(ctx context.Context, scope access.Scope, id, proposal int64, confirm bool, answer string) (AccessionDetail, error) {
	action, outcome := "accession.refuse", "refused"
	if confirm {
		action, outcome = "accession.confirm", "confirmed"
	}
	var now AccessionDetail
	err := s.db.Write(ctx, scope, action, func(tx *storage.Tx) error {
		d, err := lockAccession(tx, id, 0)
		if err != nil {
			return err
		}
		p, err := openProposal(tx, id)
		if err != nil {
			return err
		}
		if p == nil || p.ID != proposal {
			return ErrProposalGone
		}
		if !confirm && strings.TrimSpace(answer) == "" {
			return ErrReason.At(fault.Field{Pointer: "/answer", Code: ErrReason.Code})
		}
		if _, err := tx.Pgx().Exec(ctx, "update accession_proposal set outcome = $2, decided_at = $3, decided_by = $4, answer = $5 where id = $1",
			proposal, outcome, tx.Now(), tx.Scope().Actor().User, strings.TrimSpace(answer)); err != nil {
			return err
		}
		tx.Record("accession", id, d.Organisation, map[string]any{"proposal": p.Act}, map[string]any{"outcome": outcome, "answer": answer})
		d.Proposal = nil // decided, so the step does not overtake it
		if confirm {
			if err := s.take(tx, d, p.step()); err != nil {
				return err
			}
		}
		now, err = loadAccession(tx, id)
		return err
	})
	return now, err
}

// Withdraw takes back what the secretariat proposed. It refuses with ErrProposalGone.
func (s *Service) Withdraw(ctx context.Context, scope access.Scope, id, proposal int64) (AccessionDetail, error) {
	var now AccessionDetail
	err := s.db.Write(ctx, scope, "accession.withdraw", func(tx *storage.Tx) error {
		d, err := loadAccession(tx, id)
		if err != nil {
			return err
		}
		done, err := tx.Pgx().Exec(ctx, "update accession_proposal set outcome = 'withdrawn', decided_at = $3, decided_by = $4 where id = $1 and accession_id = $2 and outcome = 'open'",
			proposal, id, tx.Now(), tx.Scope().Actor().User)
		if err != nil {
			return err
		}
		if done.RowsAffected() == 0 {
			return ErrProposalGone
		}
		tx.Record("accession", id, d.Organisation, map[string]any{"proposal": d.Proposal}, nil)
		now, err = loadAccession(tx, id)
		return err
	})
	return now, err
}
