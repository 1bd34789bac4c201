package negotiation

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/agreement/round"
	"klausul/server/clause"
	"klausul/server/fault"
	"klausul/server/storage"
)

// Verdict is what somebody says to a change; none takes back what was said.
type Verdict struct {
	No       int
	Base     int // the change's version that was seen
	Decision *Decision
	Wording  string      // of a counter
	Whole    bool        // the wording stands for the clause as a whole: its other changes of wording are decided with it
	Others   map[int]int // of a whole wording: the versions of the clause's other changes that were seen
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
	case !some || last.ID != h.ID || h.Direction != In || d.TextHash != nil: // what was agreed on is written: the next round is the place for more
		return ErrClosed
	}
	return nil
}

// check tells what a verdict lacks; touches, whether a counter changes standard text.
func (v *Verdict) check(c Change, at int, touches func(Change, Verdict) bool) error {
	v.Wording, v.Reason = strings.TrimSpace(v.Wording), strings.TrimSpace(v.Reason)
	pointer := func(name string) fault.Field {
		return fault.Field{Pointer: fmt.Sprintf("/decisions/%d/%s", at, name), Code: "required"}
	}
	if v.Decision == nil {
		v.Wording, v.Reason, v.Whole = "", "", false
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
		if v.Reason == "" && touches(c, *v) {
			return ErrReason.With("change", c.No).At(pointer("reason"))
		}
	}
	v.Whole = v.Whole && *v.Decision == Counter && c.Kind == Wording
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
		r, err := loadRound(tx, h)
		if err != nil {
			return err
		}
		sent, err := tree(tx, *h.Answers)
		if err != nil {
			return err
		}
		b := book{tx: tx, round: h.ID, all: r.Changes, sent: sent, report: r.Report, before: map[string]any{}, after: map[string]any{}}
		for i, v := range verdicts {
			if err := b.take(v, i); err != nil {
				return err
			}
		}
		for _, c := range b.all {
			if _, touched := b.after[fmt.Sprint(c.No)]; touched {
				changed = append(changed, c)
			}
		}
		tx.Record("negotiation", id, 0, map[string]any{"round": no, "changes": b.before}, map[string]any{"round": no, "changes": b.after})
		return nil
	})
	return changed, err
}

// book writes down what is said to the changes of a round.
type book struct {
	tx            *storage.Tx
	round         int64
	all           []Change // numbered from 1
	sent          []clause.Clause
	report        round.Report
	before, after map[string]any
}

// touches tells whether a counter changes standard text: because the vendor's change does, or
// by its own words.
func (b *book) touches(c Change, v Verdict) bool {
	i := slices.IndexFunc(b.sent, func(s clause.Clause) bool { return s.Key == c.Clause })
	k := slices.IndexFunc(b.report.Clauses, func(r round.Returned) bool { return r.Key == c.Clause })
	if c.Touched || i < 0 || k < 0 {
		return c.Touched
	}
	c.Decision, c.Wording, c.Whole = v.Decision, v.Wording, v.Whole
	return rewritten(agreement.Detail{}, b.sent, b.sent[i], b.report.Clauses[k].Before, []Change{c}).Touched
}

// take writes one verdict down, and what follows from it for the clause's other changes: a
// wording for the whole clause decides them too, and taking it back opens them again.
func (b *book) take(v Verdict, at int) error {
	if v.No < 1 || v.No > len(b.all) {
		return fault.ErrNotFound
	}
	c := b.all[v.No-1]
	if c.Version != v.Base {
		return c.conflict()
	}
	if err := v.check(c, at, b.touches); err != nil {
		return err
	}
	for _, o := range b.all {
		switch {
		case o.No == c.No || o.Clause != c.Clause || o.Kind != Wording || c.Kind != Wording: // where it stands is another question
		case v.Whole && v.Others[o.No] != o.Version:
			return o.conflict()
		case v.Whole:
			if err := b.put(o, v); err != nil {
				return err
			}
		case o.Whole:
			if err := b.put(o, Verdict{}); err != nil {
				return err
			}
		}
	}
	return b.put(c, v)
}

// conflict tells what somebody said to the change meanwhile.
func (c Change) conflict() error {
	return ErrConflict.With("change", c.No).With("version", c.Version).With("decision", c.Decision).With("wording", c.Wording).With("reason", c.Reason).With("by", c.DecidedBy)
}

func (b *book) put(c Change, v Verdict) error {
	key := fmt.Sprint(c.No)
	if _, again := b.before[key]; !again {
		b.before[key] = map[string]any{"decision": c.Decision, "wording": c.Wording, "whole": c.Whole, "reason": c.Reason}
	}
	b.after[key] = map[string]any{"decision": v.Decision, "wording": v.Wording, "whole": v.Whole, "reason": v.Reason}
	c.Decision, c.Wording, c.Whole, c.Reason, c.Version = v.Decision, v.Wording, v.Whole, v.Reason, c.Version+1
	c.DecidedAt, c.DecidedBy = nil, ""
	var by *int64
	if v.Decision != nil {
		now, me := b.tx.Now(), b.tx.Scope().Actor()
		c.DecidedAt, c.DecidedBy, by = &now, me.Name, &me.User
	}
	b.all[c.No-1] = c
	_, err := b.tx.Pgx().Exec(b.tx.Context(), `insert into negotiation_verdict (round_id, no, decision, wording, whole, reason, version, decided_at, decided_by)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (round_id, no) do update set decision = excluded.decision, wording = excluded.wording, whole = excluded.whole,
		reason = excluded.reason, version = excluded.version, decided_at = excluded.decided_at, decided_by = excluded.decided_by`,
		b.round, c.No, c.Decision, c.Wording, c.Whole, c.Reason, c.Version, c.DecidedAt, by)
	return err
}
