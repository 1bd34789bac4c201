package negotiation

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/agreement/round"
	"klausul/server/clause"
	"klausul/server/fault"
	"klausul/server/render"
	"klausul/server/storage"
)

const mediaType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

// next is the text as the next round would have it.
type next struct {
	draft   agreement.Detail
	text    agreement.Detail
	outcome outcome
	changes []Change
	last    Head // the round in that it follows, of no number before the first
	// proposed is what was sent as the vendor wants it; nil before the first round in.
	proposed []clause.Clause
	comments []agreement.Comment // for the vendor
}

// reckon reads the draft and what was decided on the round that came last. It refuses with ErrNotPlaced.
func reckon(tx *storage.Tx, d Detail) (n next, err error) {
	if n.draft, err = agreement.LoadVersion(tx, d.VersionID); err != nil {
		return n, err
	}
	n.text = n.draft
	if n.comments, err = agreement.ForVendor(tx, d.AgreementID); err != nil {
		return n, err
	}
	last, some := d.newest()
	if !some || last.Direction == Out {
		return n, nil
	}
	n.last = last
	r, err := loadRound(tx, last)
	if err != nil {
		return n, err
	}
	n.changes = r.Changes
	sent, err := tree(tx, *last.Answers)
	if err != nil {
		return n, err
	}
	if n.outcome, err = settle(n.draft, sent, r.Report, r.Changes, last.No); err != nil {
		return n, err
	}
	plain, err := clause.Load(tx, n.draft.Template)
	if err != nil {
		return n, err
	}
	if n.text, err = n.outcome.on(n.draft, plain.Clauses); err != nil {
		return n, err
	}
	n.proposed, err = wishOf(n.draft, sent, r)
	return n, err
}

// wished are the changes as if each were accepted; what nobody can place is left out.
func wished(changes []Change) []Change {
	var out []Change
	for _, c := range changes {
		if (c.Kind == Added || c.Kind == Moved) && c.Other == "" {
			continue
		}
		accept := Accept
		c.Decision, c.Wording, c.Whole = &accept, "", false
		out = append(out, c)
	}
	return out
}

// hands are how the secretariat signs what it writes into a Word file.
var hands = map[string]string{"da": "Sekretariatet", "en": "The secretariat"}

// refused begins the comment that tells the vendor why.
var refusedWords = map[string]string{"da": "Afvist: ", "en": "Refused: "}

// document is the next Word file: what the secretariat writes otherwise than the vendor
// stands in it as tracked changes, and what it says to the vendor as comments.
func (n next) document(note string, at, now time.Time) render.Document {
	doc := n.text.Preview(at)
	doc.Cover = note
	language := n.text.Tree.Language
	hand := render.Hand{Author: hands[language], At: now}
	if n.proposed != nil {
		doc = round.Redlined(n.draft.PreviewOf(n.proposed, at), doc, hand)
	}
	doc.Hand = hand
	for _, c := range n.comments {
		doc.Comments = append(doc.Comments, render.Comment{Clause: c.Key, Author: hand.Author, At: c.At, Text: c.Text})
	}
	for _, c := range n.changes {
		if said, decided := c.decided(); decided && said == Reject && c.Reason != "" {
			place := c.Clause
			if c.Kind == Added {
				place = c.made(n.draft.VersionNo, n.last.No)
			}
			doc.Comments = append(doc.Comments, render.Comment{Clause: place, Author: hand.Author, At: *c.DecidedAt, Text: refusedWords[language] + c.Reason})
		}
	}
	return doc
}

// agree makes the draft the text that both sides stand on, and keeps its hash. It refuses with
// ErrMoved when the draft was changed since the vendor saw it, ErrUnanswered, which names the
// fields, or agreement.ErrOutdated.
func (d Detail) agree(tx *storage.Tx) error {
	if err := tx.Lock("agreement_version where id = $1", d.VersionID); err != nil {
		return err
	}
	n, err := reckon(tx, d)
	if err != nil {
		return err
	}
	if err := answered(n.text); err != nil {
		return err
	}
	now := clause.Sum(n.draft.Shared())
	sent, _ := d.lastOut()
	if sent.TextHash != now && (d.TextHash == nil || *d.TextHash != now) {
		return ErrMoved
	}
	if err := agreement.UpToDate(tx, n.text); err != nil {
		return err
	}
	if err := n.write(tx); err != nil {
		return err
	}
	_, err = tx.Pgx().Exec(tx.Context(), "update negotiation set text_hash = $2 where id = $1", d.ID, clause.Sum(n.text.Shared()))
	return err
}

// answered refuses with ErrUnanswered. What a municipality answers by itself may be open.
func answered(d agreement.Detail) error {
	open := d.Unanswered()
	if len(open) == 0 {
		return nil
	}
	fields, labels := make([]fault.Field, len(open)), make([]string, len(open))
	for i, f := range open {
		fields[i], labels[i] = fault.Field{Pointer: "/answers/" + f.Path, Code: "required"}, f.Label
	}
	return ErrUnanswered.At(fields...).With("labels", strings.Join(labels, ", "))
}

// write writes what was decided into the draft, and into the office's memory.
func (n next) write(tx *storage.Tx) error {
	for i := range n.outcome.clauses {
		n.outcome.clauses[i].Round = &n.last.ID
	}
	if err := agreement.Negotiate(tx, n.draft, n.outcome.answers, n.outcome.clauses); err != nil {
		return err
	}
	return remember(tx, n)
}

// Send makes the next Word file of the text with everything decided, and gives the turn to
// the vendor. It refuses with fault.ErrStale, ErrNotDraft, ErrAct, ErrNotTurn, ErrUndecided,
// ErrNotPlaced, agreement.ErrOutdated, or what rendering refuses with.
func (s *Service) Send(ctx context.Context, scope access.Scope, id int64, seen int, note string) (Detail, error) {
	note = strings.TrimSpace(note)
	var d Detail
	var n next
	if err := s.db.Read(ctx, scope, func(tx *storage.Tx) (err error) {
		if d, err = load(tx, id); err != nil {
			return err
		}
		if d.Version != seen {
			return storage.Stale(tx, "negotiation", id, d.Version, map[string]any{"stage": d.Stage, "rounds": d.Rounds})
		}
		if err := d.sendable(); err != nil {
			return err
		}
		if n, err = reckon(tx, d); err != nil {
			return err
		}
		return agreement.UpToDate(tx, n.text)
	}); err != nil {
		return Detail{}, err
	}
	now := s.db.Now()
	doc := n.document(note, storage.LegalDate(now), now)
	body, err := s.agreements.Render(ctx, doc, "docx")
	if err != nil {
		return Detail{}, err
	}
	no := d.Rounds + 1
	name := fmt.Sprintf("%s-runde-%d.docx", d.Code(), no)
	staged, err := s.documents.Stage(ctx, 0, fmt.Sprintf("round-%d-%d.docx", id, no), body, mediaType)
	if err != nil {
		return Detail{}, err
	}
	err = s.db.Write(ctx, scope, "negotiation.send", func(tx *storage.Tx) error {
		stands, err := held(tx, id, seen)
		if err != nil {
			return err
		}
		if err := stands.sendable(); err != nil { // a colleague took a decision back meanwhile
			return err
		}
		again, err := reckon(tx, d)
		if err != nil {
			return err
		}
		if again.draft.Version != n.draft.Version {
			return storage.Stale(tx, "agreement", d.AgreementID, again.draft.Version, map[string]any{"state": again.draft.State})
		}
		if clause.Sum(again.text.Shared()) != doc.TextHash { // a colleague decided otherwise meanwhile
			return storage.Stale(tx, "negotiation", id, d.Version, map[string]any{"stage": d.Stage, "rounds": d.Rounds})
		}
		if err := agreement.UpToDate(tx, again.text); err != nil { // what a clause rests on may change without its words
			return err
		}
		if err := again.write(tx); err != nil {
			return err
		}
		if err := agreement.Rest(tx, again.text); err != nil {
			return err
		}
		file, err := s.documents.Register(tx, staged)
		if err != nil {
			return err
		}
		shared := n.text.Shared()
		raw, err := json.Marshal(shared)
		if err != nil {
			return err
		}
		if _, err := tx.Pgx().Exec(ctx, `insert into negotiation_round (negotiation_id, no, direction, file_id, file_name, text_hash, note, tree, made_at, made_by)
			values ($1, $2, 'out', $3, $4, $5, $6, $7, $8, $9)`, id, no, file, name, doc.TextHash, note, raw, tx.Now(), tx.Scope().Actor().User); err != nil {
			return err
		}
		tx.Record("negotiation", id, 0, nil, map[string]any{"round": no, "sha256": staged.SHA256, "textHash": doc.TextHash})
		if _, err := tx.Pgx().Exec(ctx, "update negotiation set text_hash = null where id = $1", id); err != nil { // another text is on the table
			return err
		}
		return move(tx, d, Running, Vendor)
	})
	if err != nil {
		return Detail{}, err
	}
	return s.Get(ctx, scope, id)
}

// RedlinePDF is a round as a PDF with its changes marked: one in against what was sent, one
// out against what the vendor wanted. It refuses with fault.ErrNotFound or agreement.ErrGlyph.
func (s *Service) RedlinePDF(ctx context.Context, scope access.Scope, id int64, no int) (name string, body []byte, err error) {
	var doc render.Document
	err = s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		d, err := load(tx, id)
		if err != nil {
			return err
		}
		h, err := d.head(no)
		if err != nil {
			return err
		}
		draft, err := agreement.LoadVersion(tx, d.VersionID)
		if err != nil {
			return err
		}
		before, after, hand, err := d.sides(tx, h, draft)
		if err != nil {
			return err
		}
		at := storage.LegalDate(h.MadeAt)
		doc = round.Redlined(draft.PreviewOf(before, at), draft.PreviewOf(after, at), render.Hand{Author: hand, At: h.MadeAt})
		name = fmt.Sprintf("%s-runde-%d.pdf", d.Code(), no)
		return nil
	})
	if err != nil {
		return "", nil, err
	}
	body, err = s.agreements.Render(ctx, doc, "pdf")
	return name, body, err
}

// sides are the two texts of a round, and who changed the one into the other.
func (d Detail) sides(tx *storage.Tx, h Head, draft agreement.Detail) (before, after []clause.Clause, hand string, err error) {
	if h.Direction == In {
		before, after, err = wanted(tx, h, draft)
		return before, after, d.VendorName, err
	}
	if after, err = tree(tx, h.ID); err != nil {
		return nil, nil, "", err
	}
	before = after
	for _, last := range d.Heads { // newest first
		if last.No < h.No && last.Direction == In {
			_, before, err = wanted(tx, last, draft)
			break
		}
	}
	return before, after, hands[d.Language], err
}

// wanted is what was sent before a round in, and what the vendor wants of it; what nobody can
// place is left out.
func wanted(tx *storage.Tx, h Head, draft agreement.Detail) (sent, wish []clause.Clause, err error) {
	r, err := loadRound(tx, h)
	if err != nil {
		return nil, nil, err
	}
	if sent, err = tree(tx, *h.Answers); err != nil {
		return nil, nil, err
	}
	wish, err = wishOf(draft, sent, r)
	return sent, wish, err
}

// wishOf is what was sent with everything that the vendor wants of it, and no word that it
// did not write: what it took out is not there.
func wishOf(draft agreement.Detail, sent []clause.Clause, r Round) ([]clause.Clause, error) {
	changes := wished(r.Changes)
	gone := map[string]bool{}
	for i := range changes {
		changes[i].Field = "" // as words
		if changes[i].Kind == Gone {
			gone[changes[i].Clause] = true
		}
	}
	o, err := settle(draft, sent, r.Report, changes, r.No)
	var wish []clause.Clause
	for _, c := range agreement.WithNegotiated(sent, o.clauses) {
		switch {
		case !gone[c.Key]:
			wish = append(wish, c)
		case c.Level == 1: // what stands under it stays
			c.Heading = ""
			wish = append(wish, c)
		}
	}
	return wish, err
}
