package agreement

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"klausul/server/access"
	"klausul/server/agreement/round"
	"klausul/server/clause"
	"klausul/server/redline"
	"klausul/server/render"
	"klausul/server/storage"
)

// Redline is what was agreed against what the template has.
func (n Negotiated) Redline() []redline.Segment { return redline.Text(n.Was, n.Is) }

// Deviations are what was agreed otherwise: than the template has it, or, of answers, than
// what was sent first.
type Deviations struct {
	Clauses []Negotiated
	Answers []ChangedAnswer
}

// none tells whether everything was agreed as it was sent, in the template's wording.
func (v Deviations) none() bool { return len(v.Clauses) == 0 && len(v.Answers) == 0 }

// Deviations are those of the newest version in the order of the text; why is told to the
// secretariat only. It refuses with fault.ErrNotFound.
func (s *Service) Deviations(ctx context.Context, scope access.Scope, id int64) (d Detail, v Deviations, err error) {
	if d, err = s.Get(ctx, scope, id); err != nil {
		return d, v, err
	}
	v.Clauses = d.deviations()
	err = s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		v.Answers, err = changedAnswers(tx, d)
		return err
	})
	return d, v, err
}

// deviations are what the agreement prints against what the template would, under the answers
// that stand there. What reads as the template has it is left out.
func (d Detail) deviations() []Negotiated {
	rows := slices.Clone(d.Negotiated)
	template, printed := clause.Fill(d.plain, d.shared()), d.Shared()
	text := func(tree []clause.Clause, key, otherwise string) string {
		i := slices.IndexFunc(tree, func(c clause.Clause) bool { return c.Key == key })
		if i < 0 {
			return otherwise
		}
		return round.Text(tree[i], d.Tree.Language)
	}
	for i, n := range rows {
		rows[i].Was, rows[i].Is = text(template, n.Key, n.Was), text(printed, n.Key, n.Is)
	}
	rows = slices.DeleteFunc(rows, func(n Negotiated) bool {
		return n.Kind == NegotiatedChanged && n.After == "" && clause.Normal(n.Was) == clause.Normal(n.Is)
	})
	place := func(key string) int {
		return slices.IndexFunc(printed, func(c clause.Clause) bool { return c.Key == key })
	}
	for i, n := range rows {
		if at := place(n.Key); at >= 0 {
			rows[i].Heading = headingAt(printed, at)
		}
	}
	slices.SortStableFunc(rows, func(a, b Negotiated) int { return cmp.Compare(place(a.Key), place(b.Key)) })
	return rows
}

type deviationWording struct {
	title, none, standard, own, was, is, reason, added, gone, decided string
	decidedBy, answers, first, agreed, open                           string
	conformity                                                        map[Conformity]string
}

var deviationWords = map[string]deviationWording{
	"da": {"Fravigelser: %s", "Aftalen har skabelonens ordlyd i alle punkter, og ingen svar er ændret under forhandlingen.", "Standardtekst er fravigt", "Tilføjelser og egne formuleringer", "Skabelonens ordlyd", "Aftalt ordlyd", "Begrundelse",
		"Punktet findes ikke i skabelonen.", "Punktet er udgået.", "Besluttet den %s.",
		"Besluttet den %s af %s.", "Ændrede svar", "Sendt først", "Aftalt", "ikke udfyldt",
		map[Conformity]string{Unchanged: "Datatilsynets standardkontraktsbestemmelser er brugt uændret.", Deviates: "Datatilsynets standardkontraktsbestemmelser er fraveget i de punkter, der står her.",
			NotAuthority: "Teksten bygger ikke på Datatilsynets standardkontraktsbestemmelser."}},
	"en": {"Deviations: %s", "The agreement has the template's wording in all clauses, and no answers changed in the negotiation.", "Standard text was changed", "Additions and own wording", "Wording of the template", "Agreed wording", "Reason",
		"The template does not have the clause.", "The clause was left out.", "Decided on %s.",
		"Decided on %s by %s.", "Changed answers", "Sent first", "Agreed", "not filled in",
		map[Conformity]string{Unchanged: "The authority's standard contractual clauses are adopted unchanged.", Deviates: "The authority's standard contractual clauses were changed in the clauses listed here.",
			NotAuthority: "The text is not based on the authority's standard contractual clauses."}},
}

// DeviationReport is the deviations as a PDF, with the reasons. It refuses with
// fault.ErrNotFound or ErrGlyph.
func (s *Service) DeviationReport(ctx context.Context, scope access.Scope, id int64) (name string, body []byte, err error) {
	d, v, err := s.Deviations(ctx, scope, id)
	if err != nil {
		return "", nil, err
	}
	body, err = s.Render(ctx, d.deviationReport(v, storage.LegalDate(s.db.Now())), "pdf")
	return d.Code() + "-fravigelser.pdf", body, err
}

func (d Detail) deviationReport(v Deviations, at time.Time) render.Document {
	w := deviationWords[d.Tree.Language]
	doc := render.Document{Title: fmt.Sprintf(w.title, d.Title), Number: VersionCode(d.Number, d.VersionNo), Version: fmt.Sprint(d.VersionNo), Language: d.Tree.Language, At: at,
		Header: d.Vendor.Name, TextHash: clause.Sum(d.Shared()), Marks: []string{w.conformity[d.Conformity()]}}
	add := func(heading string, blocks []render.Block) {
		if len(blocks) == 0 {
			blocks = []render.Block{{Kind: render.Paragraph, Runs: render.Text("–")}}
		}
		no := len(doc.Sections) + 1
		doc.Sections = append(doc.Sections, render.Section{Key: fmt.Sprintf("deviations-%d", no), Number: fmt.Sprint(no), Heading: heading, Blocks: blocks})
	}
	for _, touched := range []bool{true, false} {
		var blocks []render.Block
		for _, n := range v.Clauses {
			if n.Touched == touched {
				blocks = append(blocks, w.blocks(n, d.Tree.Language)...)
			}
		}
		add(map[bool]string{true: w.standard, false: w.own}[touched], blocks)
	}
	var answers []render.Block
	for _, a := range v.Answers {
		answers = append(answers, w.answer(a, d.Tree.Language)...)
	}
	add(w.answers, answers)
	if v.none() {
		doc.Marks = append(doc.Marks, w.none)
	}
	return doc
}

func said(head, text string) render.Block {
	return render.Block{Kind: render.Paragraph, Runs: []render.Run{{Text: head + ": ", Bold: true}, {Text: text}}}
}

func (w deviationWording) when(at time.Time, by, language string) render.Block {
	text := fmt.Sprintf(w.decided, render.Day(storage.LegalDate(at), language))
	if by != "" {
		text = fmt.Sprintf(w.decidedBy, render.Day(storage.LegalDate(at), language), by)
	}
	return render.Block{Kind: render.Paragraph, Runs: render.Text(text)}
}

// answer is a changed answer: its clause and question, both answers, why, by whom and when.
func (w deviationWording) answer(a ChangedAnswer, language string) []render.Block {
	out := []render.Block{{Kind: render.SubHeading, Runs: render.Text(strings.TrimSpace(a.Number + " " + a.Label))},
		said(w.first, cmp.Or(a.Was, w.open)), said(w.agreed, cmp.Or(a.Is, w.open))}
	if a.Reason != "" {
		out = append(out, said(w.reason, a.Reason))
	}
	return append(out, w.when(a.At, a.By, language))
}

// blocks are a deviation: its clause, both wordings, the reason, the day and who decided.
func (w deviationWording) blocks(n Negotiated, language string) []render.Block {
	label := strings.TrimSpace(n.Clause.Number + " " + n.Heading)
	out := []render.Block{{Kind: render.SubHeading, Runs: render.Text(label)}}
	switch n.Kind {
	case NegotiatedNew:
		out = append(out, render.Block{Kind: render.Paragraph, Runs: render.Text(w.added)})
	case NegotiatedGone:
		out = append(out, render.Block{Kind: render.Paragraph, Runs: render.Text(w.gone)})
	}
	if n.Was != "" {
		out = append(out, said(w.was, n.Was))
	}
	if n.Kind != NegotiatedGone {
		out = append(out, said(w.is, n.Is))
	}
	if n.Reason != "" {
		out = append(out, said(w.reason, n.Reason))
	}
	return append(out, w.when(n.DecidedAt, n.DecidedBy, language))
}
