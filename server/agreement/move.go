package agreement

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"klausul/server/access"
	"klausul/server/clause"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/storage"
)

// AnswerFate says what becomes of an answer when the text stands on another template.
type AnswerFate string

// Kept answers carry over; those that are Back were set aside by an earlier move; Lost are set
// aside now; New must be answered before the release; Open is a new question that may be left.
const (
	FateKept AnswerFate = "kept"
	FateBack AnswerFate = "back"
	FateLost AnswerFate = "lost"
	FateNew  AnswerFate = "new"
	FateOpen AnswerFate = "open"
)

// MovedAnswer is one answer, or one question, in a move.
type MovedAnswer struct {
	Path, Label string
	Fate        AnswerFate
	Value       any
	Shown       string
}

// MovedClause is one clause three ways: what the template changed, and what that changes
// in the agreement's own text. What was agreed otherwise than the template has it stays; it is
// Adrift, and stands last, when what it stood behind is not in the new template.
type MovedClause struct {
	Template, Agreement clause.ClauseChange
	Adrift              bool
}

// Move is what it would mean for an agreement to stand on another version.
type Move struct {
	From, To clause.Version
	State    State
	Version  int // of the agreement's text, for If-Match
	Clauses  []MovedClause
	Answers  []MovedAnswer
}

// Refusals of a move.
var (
	ErrSameTemplate = fault.New(fault.Conflict, "agreement.same_template")  // it stands there already
	ErrMoveLanguage = fault.New(fault.Conflict, "agreement.other_language") // the binding language does not change by a move
)

// aside is what a move left behind.
type aside struct {
	From    int64                      `json:"from,omitempty"`
	Answers map[string]json.RawMessage `json:"answers,omitempty"`
}

// PlanMove tells what a move would mean, and changes nothing. It refuses with
// fault.ErrNotFound, ErrTemplate, ErrSameTemplate or ErrMoveLanguage.
func (s *Service) PlanMove(ctx context.Context, scope access.Scope, id, template int64) (Move, error) {
	var m Move
	err := s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		d, err := load(tx, id)
		if err == nil {
			m, _, err = planMove(tx, d, template)
		}
		return err
	})
	return m, err
}

func planMove(tx *storage.Tx, d Detail, template int64) (Move, aside, error) {
	m := Move{From: d.Tree, State: d.State, Version: d.Version}
	row, _, err := storage.Find[struct {
		Aside json.RawMessage `db:"set_aside"`
	}](tx, "select set_aside from agreement_version where id = $1", d.VersionID)
	if err != nil {
		return m, aside{}, err
	}
	var left aside
	if err := json.Unmarshal(row.Aside, &left); err != nil {
		return m, left, fmt.Errorf("read what version %d set aside: %w", d.VersionID, err)
	}
	m.To, err = clause.Load(tx, template)
	switch {
	case err != nil:
		return m, left, ErrTemplate.At(fault.Field{Pointer: "/template", Code: ErrTemplate.Code}).Because(err)
	case template == d.Template:
		return m, left, ErrSameTemplate
	case m.To.State != clause.Published && template != left.From:
		return m, left, ErrTemplate.At(fault.Field{Pointer: "/template", Code: ErrTemplate.Code})
	case m.To.Language != d.Tree.Language:
		return m, left, ErrMoveLanguage
	}
	m.Answers = fates(d, m.To, left)
	moved := d
	moved.Tree, moved.Answers = m.To, nil
	var adrift []string
	moved.Tree.Clauses, adrift = placed(m.To.Clauses, d.Negotiated)
	for _, a := range m.Answers {
		if a.Fate != FateKept && a.Fate != FateBack {
			continue
		}
		raw, err := json.Marshal(a.Value)
		if err != nil {
			return m, left, err
		}
		moved.Answers = append(moved.Answers, Answer{Path: a.Path, Value: raw})
	}
	texts := clause.CompareClauses(d.Shared(), moved.Shared())
	own := map[string]clause.ClauseChange{}
	for _, c := range texts {
		own[c.Key] = c
	}
	told := map[string]bool{}
	for _, c := range clause.CompareClauses(d.plain, m.To.Clauses) {
		told[c.Key] = true
		m.Clauses = append(m.Clauses, MovedClause{c, own[c.Key], slices.Contains(adrift, c.Key)})
	}
	for _, c := range texts { // no template has them
		if !told[c.Key] {
			of := clause.ClauseChange{Key: c.Key, Kind: clause.Same, Level: c.Level, Annex: c.Annex, Before: c.Before, After: c.After, Heading: c.Heading}
			m.Clauses = append(m.Clauses, MovedClause{of, c, slices.Contains(adrift, c.Key)})
		}
	}
	return m, left, nil
}

// fates says of every answer and every new question what becomes of it, in the order of the fields.
func fates(d Detail, to clause.Version, left aside) []MovedAnswer {
	values := d.Values()
	var out []MovedAnswer
	fits := func(path string, value any) (MovedAnswer, bool) {
		f, ok := field.Find(to.Fields, path)
		if !ok || f.Local || f.Derived {
			return MovedAnswer{}, false
		}
		checked, err := f.Check(value)
		return MovedAnswer{Path: path, Label: f.Label, Value: checked, Shown: shown(f, checked, to.Language)}, err == nil && checked != nil
	}
	for _, f := range to.Fields {
		if a, ok := fits(f.Path, values[f.Path]); ok {
			a.Fate = FateKept
			out = append(out, a)
			continue
		}
		var waiting any
		if json.Unmarshal(left.Answers[f.Path], &waiting) == nil && values[f.Path] == nil {
			if a, ok := fits(f.Path, waiting); ok {
				a.Fate = FateBack
				out = append(out, a)
				continue
			}
		}
		if _, was := field.Find(d.Tree.Fields, f.Path); was || f.Local || f.Derived {
			continue
		}
		fate := FateOpen
		if f.Required && f.Default == nil {
			fate = FateNew
		}
		out = append(out, MovedAnswer{Path: f.Path, Label: f.Label, Fate: fate, Shown: shown(f, f.Default, to.Language)})
	}
	for _, f := range d.Tree.Fields {
		value := values[f.Path]
		if value == nil || f.Derived || slices.ContainsFunc(out, func(a MovedAnswer) bool { return a.Path == f.Path && a.Fate == FateKept }) {
			continue
		}
		out = append(out, MovedAnswer{Path: f.Path, Label: f.Label, Fate: FateLost, Value: value, Shown: shown(f, value, d.Tree.Language)})
	}
	return out
}

// shown is a value as a person reads it; rows as their number.
func shown(f field.Field, value any, language string) string {
	if f.Type == field.Rows {
		if n := len(f.Cells(value, language)); n > 0 {
			return fmt.Sprint(n)
		}
		return ""
	}
	if value == nil {
		return ""
	}
	return f.Print(value, language)
}

// Move puts a draft on another published version, or back where it stood; of a released
// agreement it makes a new draft there, and the released text stands. Answers that the new
// one does not ask for are set aside. It never happens by itself. It refuses with
// fault.ErrStale or as PlanMove.
func (s *Service) Move(ctx context.Context, scope access.Scope, id int64, seen int, template int64) error {
	return s.db.Write(ctx, scope, "agreement.move", func(tx *storage.Tx) error {
		if err := tx.Lock("agreement_version where agreement_id = $1", id); err != nil {
			return err
		}
		d, err := load(tx, id)
		if err != nil {
			return err
		}
		m, left, err := planMove(tx, d, template)
		if err != nil {
			return err
		}
		if d.Version != seen {
			return storage.Stale(tx, "agreement", id, d.Version, map[string]any{"state": d.State, "template": d.Template})
		}
		next := aside{From: d.Template, Answers: map[string]json.RawMessage{}}
		for path, value := range left.Answers {
			next.Answers[path] = value
		}
		lost := map[string]any{}
		for _, a := range m.Answers {
			switch a.Fate {
			case FateLost:
				raw, err := json.Marshal(a.Value)
				if err != nil {
					return err
				}
				next.Answers[a.Path], lost[a.Path] = raw, a.Value
			case FateKept, FateBack: // answered again since, or taken up: nothing waits there any more
				delete(next.Answers, a.Path)
			}
		}
		raw, err := json.Marshal(next)
		if err != nil {
			return err
		}
		version, at := d.VersionID, 0
		if d.State == Draft {
			at, err = moveDraft(tx, d, template, raw)
		} else {
			version, at, err = startVersion(tx, d, template, raw)
		}
		if err != nil {
			return err
		}
		for _, a := range m.Answers {
			if a.Fate == FateBack || a.Fate == FateKept && version != d.VersionID {
				if _, err := draftPlace(id, version, at).put(tx, a.Path, Answer{}, a.Value); err != nil {
					return err
				}
			}
		}
		tx.Record("agreement", id, 0, map[string]any{"template": d.Template, "answers": lost}, map[string]any{"template": template})
		return nil
	})
}

// moveDraft puts a draft on the template; answers without a question are taken out of it. It
// refuses with ErrNegotiating: what the vendor has before it is not exchanged under its hands.
func moveDraft(tx *storage.Tx, d Detail, template int64, left []byte) (int, error) {
	if err := negotiating(tx, d.VersionID); err != nil {
		return 0, err
	}
	at, err := change(tx, d.VersionID)
	if err != nil {
		return 0, err
	}
	if _, err := tx.Pgx().Exec(tx.Context(), "update agreement_version set template_version_id = $2, set_aside = $3 where id = $1", d.VersionID, template, left); err != nil {
		return 0, err
	}
	_, err = tx.Pgx().Exec(tx.Context(), "update answer set value = 'null', version = version + 1, changed_at = $3, changed_by = $4, at_version = $5 where agreement_version_id = $1 and $2::jsonb -> 'answers' ? path",
		d.VersionID, left, tx.Now(), tx.Scope().Actor().User, at)
	return at, err
}

// startVersion makes the next version of a released agreement, a draft on the template. What
// was agreed otherwise than the template has it stays agreed, under the answers that are frozen.
func startVersion(tx *storage.Tx, d Detail, template int64, left []byte) (id int64, at int, err error) {
	on, err := json.Marshal(d.rests())
	if err != nil {
		return 0, 0, err
	}
	made, _, err := storage.Find[struct {
		ID      int64 `db:"id"`
		Version int   `db:"version"`
	}](tx, `insert into agreement_version (agreement_id, no, template_version_id, set_aside, started_at, changed_at, changed_by, rests_on)
		values ($1, $2, $3, $4, $5, $5, $6, $7) returning id, version`, d.ID, d.VersionNo+1, template, left, tx.Now(), tx.Scope().Actor().User, on)
	if err != nil {
		return 0, 0, err
	}
	_, err = tx.Pgx().Exec(tx.Context(), `insert into negotiated_clause (agreement_version_id, clause_key, after_key, clause, kind, before, after, touched, reason, round_id, decided_at, decided_by)
		select $2, clause_key, after_key, clause, kind, before, after, touched, reason, round_id, decided_at, decided_by from negotiated_clause where agreement_version_id = $1`, d.VersionID, made.ID)
	return made.ID, made.Version, err
}
