package agreement

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
	"klausul/server/task"
)

// AnswerHearing saves one thing that the organisation says, as it is typed; the secretariat
// sees it once it is sent. base is the version that the writer started from. It refuses with
// ErrHearingClosed, ErrHearingLate, ErrHearingSent, ErrAnswerConflict, field.ErrUnknown or field.ErrValue.
func (s *Service) AnswerHearing(ctx context.Context, scope access.Scope, id int64, path string, base int, value any) (Answer, error) {
	var saved Answer
	err := s.inHearing(ctx, scope, "hearing.answer", id, func(tx *storage.Tx, h HearingDetail, own HearingParty) error {
		asked, err := h.asks(path)
		if err != nil {
			return err
		}
		if own.SentAt != nil {
			return ErrHearingSent
		}
		saved, err = hearingPlace(id, own.Organisation).save(tx, asked, base, value)
		return err
	})
	return saved, err
}

// SendHearing sends the organisation's answer, or says that it has no remarks; facts that
// are filled in go along either way. It refuses with ErrHearingClosed, ErrHearingLate,
// ErrHearingSent, ErrHearingEmpty, or, where remarks are written already, ErrHearingRemarks.
func (s *Service) SendHearing(ctx context.Context, scope access.Scope, id int64, noRemarks bool) (HearingDetail, error) {
	return s.settleHearing(ctx, scope, "hearing.send", id, func(tx *storage.Tx, own HearingParty) error {
		switch {
		case own.SentAt != nil:
			return ErrHearingSent
		case own.empty() && !noRemarks:
			return ErrHearingEmpty
		case noRemarks && own.remarks():
			return ErrHearingRemarks
		}
		tx.Record("hearing", id, own.Organisation, nil, map[string]any{"noRemarks": noRemarks})
		_, err := tx.Pgx().Exec(ctx, "update hearing_party set sent_at = $3, sent_by = $4, no_remarks = $5 where hearing_id = $1 and organisation_id = $2",
			id, own.Organisation, tx.Now(), tx.Scope().Actor().User, noRemarks)
		if err != nil {
			return err
		}
		return task.Complete(tx, task.Hear, id, own.Organisation)
	})
}

// ReopenHearing takes the organisation's answer back to write on, while there is time. It
// refuses with ErrHearingClosed, ErrHearingLate or ErrHearingNotSent.
func (s *Service) ReopenHearing(ctx context.Context, scope access.Scope, id int64) (HearingDetail, error) {
	return s.settleHearing(ctx, scope, "hearing.reopen", id, func(tx *storage.Tx, own HearingParty) error {
		if own.SentAt == nil {
			return ErrHearingNotSent
		}
		tx.Record("hearing", id, own.Organisation, map[string]any{"noRemarks": own.NoRemarks}, nil)
		_, err := tx.Pgx().Exec(ctx, "update hearing_party set sent_at = null, sent_by = null, no_remarks = false where hearing_id = $1 and organisation_id = $2", id, own.Organisation)
		if err != nil {
			return err
		}
		return task.Reopen(tx, task.Hear, id, own.Organisation)
	})
}

func (s *Service) settleHearing(ctx context.Context, scope access.Scope, action string, id int64, act func(*storage.Tx, HearingParty) error) (HearingDetail, error) {
	err := s.inHearing(ctx, scope, action, id, func(tx *storage.Tx, _ HearingDetail, own HearingParty) error { return act(tx, own) })
	if err != nil {
		return HearingDetail{}, err
	}
	return s.Hearing(ctx, scope, id)
}

// inHearing is an act of an organisation in a hearing that runs: of one that ends meanwhile
// the database refuses it, and says so in the same words.
func (s *Service) inHearing(ctx context.Context, scope access.Scope, action string, id int64, act func(*storage.Tx, HearingDetail, HearingParty) error) error {
	err := s.db.Write(ctx, scope, action, func(tx *storage.Tx) error {
		if err := tx.Lock("hearing_party where hearing_id = $1 and organisation_id = $2", id, tx.Scope().Own()); err != nil {
			return err
		}
		h, err := loadHearing(tx, id)
		if err != nil {
			return err
		}
		if len(h.Parties) != 1 || tx.Scope().Own() == 0 {
			return fault.ErrNotFound
		}
		if err := h.runs(); err != nil {
			return err
		}
		return act(tx, h, h.Parties[0])
	})
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.ConstraintName == "hearing_runs" {
		return ErrHearingClosed.Because(err)
	}
	return err
}
