package agreement

import (
	"time"

	"klausul/server/storage"
)

// Kinds of notice: an agreement is terminated to a day, or that is taken back before the day.
const (
	noticeGiven     = "given"
	noticeTakenBack = "taken_back"
)

// notice keeps the day on which an agreement ends, or lets it go on. Until the day it stays
// in force. The step counts from the day on which it is taken; the last day stands beside it.
func notice(tx *storage.Tx, d AccessionDetail, step Step, capacity string) error {
	kind, on, ends := noticeTakenBack, step.On, (*time.Time)(nil)
	if step.Act == Terminate {
		kind, on, ends = noticeGiven, tx.Today(), &step.On
	}
	tx.Record("accession", d.ID, d.Organisation, map[string]any{"endsOn": d.EndsOn},
		map[string]any{"endsOn": ends, "on": on.Format(time.DateOnly), "reason": step.Reason, "capacity": capacity})
	overtake(tx, d)
	if _, err := tx.Pgx().Exec(tx.Context(), "update accession set ends_on = $2, reason = $3, version = version + 1 where id = $1", d.ID, ends, step.Reason); err != nil {
		return err
	}
	_, err := tx.Pgx().Exec(tx.Context(), `insert into accession_step (accession_id, organisation_id, state, on_date, reason, capacity, at, by_user, notice, ends_on)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, d.ID, d.Organisation, d.State, on, step.Reason, capacity, tx.Now(), tx.Scope().Actor().User, kind, ends)
	return err
}
