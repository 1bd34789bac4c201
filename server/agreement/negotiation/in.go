package negotiation

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"slices"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/agreement/round"
	"klausul/server/clause"
	"klausul/server/document"
	"klausul/server/fault"
	"klausul/server/storage"
	"klausul/server/word"
)

// Receive takes in the Word file that came back, compared with what was sent last. The same
// file twice is the same round. A newer file in the place of one that was not answered yet
// keeps what was decided on the same changes. Without anyway it refuses with ErrOther,
// ErrOtherRound or ErrOwnFile; else with fault.ErrNotFound, ErrNoRound, ErrNotDraft, ErrTooLarge, what
// package word refuses, document.ErrUploadName or what the scanner found.
func (s *Service) Receive(ctx context.Context, scope access.Scope, id int64, name string, body io.Reader, anyway bool) (Round, error) {
	name, err := document.FileName(name)
	if err != nil {
		return Round{}, err
	}
	raw, err := whole(body, ErrTooLarge)
	if err != nil {
		return Round{}, err
	}
	d, sentHead, sent, draft, err := s.awaited(ctx, scope, id)
	if err != nil {
		return Round{}, err
	}
	if had, found := d.file(In, sum(raw)); found {
		return s.Round(ctx, scope, id, had.No)
	}
	if own, found := d.file(Out, sum(raw)); found && !anyway {
		return Round{}, ErrOwnFile.With("round", own.No)
	}
	back, err := word.Read(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return Round{}, err
	}
	out, err := s.word(ctx, scope, sentHead)
	if err != nil {
		return Round{}, err
	}
	report := round.Compare(round.New(out, sent), back)
	if err := strange(report); err != nil && !anyway {
		return Round{}, err
	}
	changes := changesOf(report, sent, draft.Tree.Fields, draft.Tree.Language)
	staged, err := s.documents.Take(ctx, 0, "runde.docx", raw, mediaType)
	if err != nil {
		return Round{}, err
	}
	no := 0
	err = s.db.Write(ctx, scope, "negotiation.receive", func(tx *storage.Tx) error {
		now, err := held(tx, id, 0)
		if err != nil {
			return err
		}
		if had, found := now.file(In, staged.SHA256); found {
			no = had.No
			tx.Continues()
			return nil
		}
		if !now.CanReceive() || now.Rounds != d.Rounds {
			return ErrClosed
		}
		no = now.Rounds + 1
		file, err := s.documents.Register(tx, staged)
		if err != nil {
			return err
		}
		tx.Record("negotiation", id, 0, nil, map[string]any{"round": no, "sha256": staged.SHA256, "changes": len(changes)})
		if err := insertRound(tx, now, no, sentHead, file, name, report, changes); err != nil {
			return err
		}
		return move(tx, now, Running, Office)
	})
	if err != nil {
		return Round{}, err
	}
	return s.Round(ctx, scope, id, no)
}

// awaited is what came before a file: the negotiation, the round that it answers and the
// tree that was sent.
func (s *Service) awaited(ctx context.Context, scope access.Scope, id int64) (d Detail, h Head, sent []clause.Clause, draft agreement.Detail, err error) {
	err = s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		if d, err = load(tx, id); err != nil {
			return err
		}
		out, some := d.lastOut()
		switch {
		case !some:
			return ErrNoRound
		case !d.Draft:
			return ErrNotDraft
		case !d.CanReceive():
			return ErrAct.With("act", "receive").With("stage", d.Stage)
		}
		h = out
		if sent, err = tree(tx, h.ID); err != nil {
			return err
		}
		draft, err = agreement.LoadVersion(tx, d.VersionID)
		return err
	})
	return d, h, sent, draft, err
}

// file is the round in which a file with that hash came, or went out.
func (d Detail) file(way Direction, sha256 string) (Head, bool) {
	for _, h := range d.Heads {
		if h.Direction == way && h.SHA256 == sha256 {
			return h, true
		}
	}
	return Head{}, false
}

// word reads the file of a round.
func (s *Service) word(ctx context.Context, scope access.Scope, h Head) (word.Document, error) {
	_, body, err := s.documents.Open(ctx, scope, h.File)
	if err != nil {
		return word.Document{}, err
	}
	raw, err := io.ReadAll(body)
	if err := errors.Join(err, body.Close()); err != nil {
		return word.Document{}, err
	}
	return word.Read(bytes.NewReader(raw), int64(len(raw)))
}

// strange tells whether the file is of something else.
func strange(r round.Report) error {
	for _, f := range r.Findings {
		switch f.Kind {
		case round.OtherAgreement:
			return ErrOther.With("number", f.After).With("wanted", f.Before)
		case round.OtherRound:
			return ErrOtherRound
		}
	}
	return nil
}

func insertRound(tx *storage.Tx, d Detail, no int, sent Head, file int64, name string, report round.Report, changes []Change) error {
	raw, err := json.Marshal(report)
	if err != nil {
		return err
	}
	made, _, err := storage.Find[struct {
		ID int64 `db:"id"`
	}](tx, `insert into negotiation_round (negotiation_id, no, direction, answers_id, file_id, file_name, text_hash, report, made_at, made_by)
		values ($1, $2, 'in', $3, $4, $5, $6, $7, $8, $9) returning id`, d.ID, no, sent.ID, file, name, sent.TextHash, raw, tx.Now(), tx.Scope().Actor().User)
	if err != nil {
		return err
	}
	all := make([]map[string]any, len(changes))
	for i, c := range changes {
		all[i] = map[string]any{"no": c.No, "clause_key": c.Clause, "place": c.Place, "kind": c.Kind, "from_at": c.From, "to_at": c.To, "before": c.Before, "after": c.After, "other": c.Other,
			"touched": c.Touched, "trivial": c.Trivial, "tracked": c.Tracked, "author": c.Author, "said_at": c.SaidAt, "field": c.Field, "value": c.Value}
	}
	rows, err := json.Marshal(all)
	if err != nil {
		return err
	}
	if _, err := tx.Pgx().Exec(tx.Context(), `insert into negotiation_change (round_id, no, clause_key, place, kind, from_at, to_at, before, after, other, touched, trivial, tracked, author, said_at, field, value)
		select $1, x.no, x.clause_key, x.place, x.kind, x.from_at, x.to_at, x.before, x.after, x.other, x.touched, x.trivial, x.tracked, x.author, x.said_at, x.field, nullif(x.value, 'null')
		from jsonb_to_recordset($2::jsonb) x (no int, clause_key text, place int, kind text, from_at int, to_at int, before text, after text, other text, touched boolean, trivial boolean, tracked boolean,
		  author text, said_at text, field text, value jsonb)`, made.ID, rows); err != nil {
		return err
	}
	last, some := d.newest()
	if !some || last.Direction == Out {
		return nil
	}
	return carry(tx, last, made.ID, changes)
}

// carry says of a newer file what was said of the same changes in the one before it.
func carry(tx *storage.Tx, before Head, roundID int64, changes []Change) error {
	had, err := changesIn(tx, before.ID)
	if err != nil {
		return err
	}
	for _, c := range changes {
		i := slices.IndexFunc(had, func(h Change) bool { return h.Decision != nil && !h.Whole && h.same(c) })
		if i < 0 {
			continue
		}
		if _, err := tx.Pgx().Exec(tx.Context(), `insert into negotiation_verdict (round_id, no, decision, wording, whole, reason, version, decided_at, decided_by)
			select $1, $2, o.decision, o.wording, o.whole, o.reason, o.version, o.decided_at, o.decided_by from negotiation_verdict o where o.round_id = $3 and o.no = $4`, roundID, c.No, before.ID, had[i].No); err != nil {
			return err
		}
	}
	return nil
}

const changeSQL = `select c.no, c.clause_key, c.place, c.kind, c.from_at, c.to_at, c.before, c.after, c.other, c.touched, c.trivial, c.tracked, c.author, c.said_at, c.field, c.value,
	v.decision, coalesce(v.wording, '') as wording, coalesce(v.whole, false) as whole, coalesce(v.reason, '') as reason, coalesce(v.version, 0) as version, v.decided_at,
	coalesce(u.name, '') as decided_by from negotiation_change c left join negotiation_verdict v on v.round_id = c.round_id and v.no = c.no left join app_user u on u.id = v.decided_by`

func changesIn(tx *storage.Tx, roundID int64) ([]Change, error) {
	return storage.All[Change](tx, changeSQL+" where c.round_id = $1 order by c.no", roundID)
}

// loadRound reads a round in.
func loadRound(tx *storage.Tx, h Head) (r Round, err error) {
	r.Head = h
	row, found, err := storage.Find[struct {
		Report []byte `db:"report"`
	}](tx, "select report from negotiation_round where id = $1 and direction = 'in'", h.ID)
	if err != nil || !found {
		return r, fault.Or(err, fault.ErrNotFound)
	}
	if err := json.Unmarshal(row.Report, &r.Report); err != nil {
		return r, err
	}
	r.Changes, err = changesIn(tx, h.ID)
	return r, err
}

// Round returns a round with everything there is to say of it; of a round out the clauses as
// they were sent. It refuses with fault.ErrNotFound.
func (s *Service) Round(ctx context.Context, scope access.Scope, id int64, no int) (r Round, err error) {
	err = s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		d, err := load(tx, id)
		if err != nil {
			return err
		}
		h, err := d.head(no)
		if err != nil {
			return err
		}
		if h.Direction == Out {
			sent, err := tree(tx, h.ID)
			r = Round{Head: h, Report: round.Report{Nearness: 1}}
			for i, c := range sent {
				text, part := round.Text(c, d.Language), round.Clause
				if c.Level == 1 {
					part = round.Section
				}
				r.Report.Clauses = append(r.Report.Clauses, round.Returned{Key: c.Key, Part: part, Number: c.Number, Heading: c.Heading, Place: i, Before: text, After: text})
			}
			return err
		}
		r, err = loadRound(tx, h)
		r.Open = d.decidable(h) == nil
		return err
	})
	return r, err
}

// proposed is the text as a file has it, in the order in which it is read there.
func proposed(r round.Report) []said {
	clauses := slices.Clone(r.Clauses)
	slices.SortStableFunc(clauses, func(a, b round.Returned) int { return cmp.Compare(a.Place, b.Place) })
	var out []said
	for _, c := range clauses {
		if c.After != "" && (c.Part == round.Clause || c.Part == round.Section || c.Part == round.Unplaced) {
			out = append(out, said{c.Key, c.Number, c.Heading, c.After})
		}
	}
	return out
}

// sum is the hash by which a file is known.
func sum(raw []byte) string {
	h := sha256.Sum256(raw)
	return hex.EncodeToString(h[:])
}
