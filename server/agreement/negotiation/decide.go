package negotiation

import (
	"context"
	"fmt"
	"strings"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
)

// Verdict is what somebody says to a change; none takes back what was said.
type Verdict struct {
	No       int
	Base     int // the change's version that was seen
	Decision *Decision
	Wording  string // of a counter
	Reason   string
}

// decidable tells why nothing more can be said to a round's changes. It refuses with
// ErrNotDraft, ErrAct or ErrClosed.
func (d Detail) decidable(h Head) error {
	last, some := d.newest()
	switch {
	case !d.Draft:
		return ErrNotDraft
	case d.Stage != Running:
		return ErrAct.With("act", "decide").With("stage", d.Stage)
	case !some || last.ID != h.ID || h.Direction != In:
		return ErrClosed
	}
	return nil
}

// check tells what a verdict lacks.
func (v *Verdict) check(c Change, at int) error {
	v.Wording, v.Reason = strings.TrimSpace(v.Wording), strings.TrimSpace(v.Reason)
	pointer := func(name string) fault.Field {
		return fault.Field{Pointer: fmt.Sprintf("/decisions/%d/%s", at, name), Code: "required"}
	}
	if v.Decision == nil {
		v.Wording, v.Reason = "", ""
		return nil
	}
	switch *v.Decision {
	case Accept:
		if c.Touched && v.Reason == "" {
			return ErrReason.With("change", c.No).At(pointer("reason"))
		}
		if (c.Kind == Added || c.Kind == Moved) && c.Other == "" {
			return ErrNotPlaced.With("change", c.No)
		}
	case Reject:
		if v.Reason == "" && !c.Trivial {
			return ErrReason.With("change", c.No).At(pointer("reason"))
		}
	case Counter:
		if v.Wording == "" || c.Kind == Moved {
			return ErrWording.With("change", c.No).At(pointer("wording"))
		}
		if c.Kind == Added && c.Other == "" {
			return ErrNotPlaced.With("change", c.No)
		}
	}
	if *v.Decision != Counter {
		v.Wording = ""
	}
	return nil
}

// Decide says something to changes of the round that came last, to all of them or to none.
// It refuses with ErrNotDraft, ErrAct, ErrClosed, ErrReason, ErrWording, ErrNotPlaced,
// fault.ErrNotFound, or ErrConflict, which tells what another said.
func (s *Service) Decide(ctx context.Context, scope access.Scope, id int64, no int, verdicts []Verdict) (changed []Change, err error) {
	err = s.db.Write(ctx, scope, "negotiation.decide", func(tx *storage.Tx) error {
		changed = nil
		d, err := held(tx, id, 0)
		if err != nil {
			return err
		}
		h, err := d.head(no)
		if err != nil {
			return err
		}
		if err := d.decidable(h); err != nil {
			return err
		}
		all, err := changesIn(tx, h.ID)
		if err != nil {
			return err
		}
		before, after := map[string]any{}, map[string]any{}
		for i, v := range verdicts {
			if v.No < 1 || v.No > len(all) {
				return fault.ErrNotFound
			}
			c := all[v.No-1] // they are numbered from 1
			if c.Version != v.Base {
				return ErrConflict.With("change", c.No).With("version", c.Version).With("decision", c.Decision).With("wording", c.Wording).With("reason", c.Reason).With("by", c.DecidedBy)
			}
			if err := v.check(c, i); err != nil {
				return err
			}
			key := fmt.Sprint(c.No)
			before[key] = map[string]any{"decision": c.Decision, "wording": c.Wording, "reason": c.Reason}
			after[key] = map[string]any{"decision": v.Decision, "wording": v.Wording, "reason": v.Reason}
			c.Decision, c.Wording, c.Reason, c.Version = v.Decision, v.Wording, v.Reason, c.Version+1
			c.DecidedAt, c.DecidedBy = nil, ""
			var by *int64
			if v.Decision != nil {
				now, me := tx.Now(), tx.Scope().Actor()
				c.DecidedAt, c.DecidedBy, by = &now, me.Name, &me.User
			}
			if _, err := tx.Pgx().Exec(ctx, `update negotiation_change set decision = $3, wording = $4, reason = $5, version = $6, decided_at = $7, decided_by = $8 where round_id = $1 and no = $2`,
				h.ID, c.No, c.Decision, c.Wording, c.Reason, c.Version, c.DecidedAt, by); err != nil {
				return err
			}
			all[v.No-1] = c
			changed = append(changed, c)
		}
		tx.Record("negotiation", id, 0, map[string]any{"round": no, "changes": before}, map[string]any{"round": no, "changes": after})
		return nil
	})
	return changed, err
}
