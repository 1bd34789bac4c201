package agreement

import (
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

// Deviations are the clauses of the newest version that were agreed otherwise than the
// template has them, those of standard text first; why is told to the secretariat only. It refuses with fault.ErrNotFound.
func (s *Service) Deviations(ctx context.Context, scope access.Scope, id int64) (d Detail, rows []Negotiated, err error) {
	d, err = s.Get(ctx, scope, id)
	return d, d.deviations(), err
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
	slices.SortStableFunc(rows, func(a, b Negotiated) int {
		switch {
		case a.Touched == b.Touched:
			return 0
		case a.Touched:
			return -1
		}
		return 1
	})
	return rows
}

type deviationWording struct {
	title, none, standard, own, was, is, reason, added, gone, decided string
	conformity                                                        map[Conformity]string
}

var deviationWords = map[string]deviationWording{
	"da": {"Fravigelser: %s", "Aftalen har skabelonens ordlyd i alle punkter.", "Standardtekst er fravigt", "Tilføjelser og egne formuleringer", "Skabelonens ordlyd", "Aftalt ordlyd", "Begrundelse",
		"Punktet findes ikke i skabelonen.", "Punktet er udgået.", "Besluttet den %s.",
		map[Conformity]string{Unchanged: "Datatilsynets standardkontraktsbestemmelser er brugt uændret.", Deviates: "Datatilsynets standardkontraktsbestemmelser er fraveget i de punkter, der står her.",
			NotAuthority: "Teksten bygger ikke på Datatilsynets standardkontraktsbestemmelser."}},
	"en": {"Deviations: %s", "The agreement has the template's wording in all clauses.", "Standard text was changed", "Additions and own wording", "Wording of the template", "Agreed wording", "Reason",
		"The template does not have the clause.", "The clause was left out.", "Decided on %s.",
		map[Conformity]string{Unchanged: "The authority's standard contractual clauses are adopted unchanged.", Deviates: "The authority's standard contractual clauses were changed in the clauses listed here.",
			NotAuthority: "The text is not based on the authority's standard contractual clauses."}},
}

// DeviationReport is the deviations as a PDF, with the reasons. It refuses with
// fault.ErrNotFound or ErrGlyph.
func (s *Service) DeviationReport(ctx context.Context, scope access.Scope, id int64) (name string, body []byte, err error) {
	d, rows, err := s.Deviations(ctx, scope, id)
	if err != nil {
		return "", nil, err
	}
	body, err = s.Render(ctx, d.deviationReport(rows, storage.LegalDate(s.db.Now())), "pdf")
	return d.Code() + "-fravigelser.pdf", body, err
}

func (d Detail) deviationReport(rows []Negotiated, at time.Time) render.Document {
	w := deviationWords[d.Tree.Language]
	doc := render.Document{Title: fmt.Sprintf(w.title, d.Title), Number: VersionCode(d.Number, d.VersionNo), Version: fmt.Sprint(d.VersionNo), Language: d.Tree.Language, At: at,
		Header: d.Vendor.Name, TextHash: clause.Sum(d.Shared()), Marks: []string{w.conformity[d.Conformity()]}}
	for i, touched := range []bool{true, false} {
		section := render.Section{Key: fmt.Sprintf("deviations-%d", i+1), Number: fmt.Sprint(i + 1), Heading: map[bool]string{true: w.standard, false: w.own}[touched]}
		for _, n := range rows {
			if n.Touched == touched {
				section.Blocks = append(section.Blocks, w.blocks(n, d.Tree.Language)...)
			}
		}
		if len(section.Blocks) == 0 {
			section.Blocks = []render.Block{{Kind: render.Paragraph, Runs: render.Text("–")}}
		}
		doc.Sections = append(doc.Sections, section)
	}
	if len(rows) == 0 {
		doc.Marks = append(doc.Marks, w.none)
	}
	return doc
}

// blocks are a deviation: its clause, both wordings, the reason and the day.
func (w deviationWording) blocks(n Negotiated, language string) []render.Block {
	label := strings.TrimSpace(n.Clause.Number + " " + n.Clause.Heading)
	out := []render.Block{{Kind: render.SubHeading, Runs: render.Text(label)}}
	add := func(head, text string) {
		out = append(out, render.Block{Kind: render.Paragraph, Runs: []render.Run{{Text: head + ": ", Bold: true}, {Text: text}}})
	}
	switch n.Kind {
	case NegotiatedNew:
		out = append(out, render.Block{Kind: render.Paragraph, Runs: render.Text(w.added)})
	case NegotiatedGone:
		out = append(out, render.Block{Kind: render.Paragraph, Runs: render.Text(w.gone)})
	}
	if n.Was != "" {
		add(w.was, n.Was)
	}
	if n.Kind != NegotiatedGone {
		add(w.is, n.Is)
	}
	if n.Reason != "" {
		add(w.reason, n.Reason)
	}
	day := render.Day(storage.LegalDate(n.DecidedAt), language)
	return append(out, render.Block{Kind: render.Paragraph, Runs: render.Text(fmt.Sprintf(w.decided, day))})
}
