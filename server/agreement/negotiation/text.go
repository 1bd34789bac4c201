package negotiation

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"klausul/server/agreement"
	"klausul/server/agreement/round"
	"klausul/server/clause"
	"klausul/server/field"
)

// outcome is what the decisions of a round make of the text.
type outcome struct {
	answers field.Values
	clauses []agreement.Negotiated
}

// settle reckons it: changes that were accepted or countered, put into the text that was
// sent. Undecided ones count as rejected, for a preview. It refuses with ErrNotPlaced.
func settle(d agreement.Detail, sent []clause.Clause, report round.Report, changes []Change, no int) (outcome, error) {
	out := outcome{answers: field.Values{}}
	sent = slices.Clone(sent)
	behind := map[string]string{} // the last new clause behind another
	byClause := map[string][]Change{}
	answered := map[string]int{}
	for _, c := range changes {
		answered[c.Field]++
	}
	for _, c := range changes {
		said, decided := c.decided()
		switch {
		case !decided || said == Reject:
			continue
		case c.Kind == Added:
			n, err := newClause(sent, c, said, d.VersionNo, no)
			if err != nil {
				return out, err
			}
			if last := behind[n.After]; last != "" {
				n.After = last
			}
			behind[c.Other] = n.Key
			sent = agreement.WithNegotiated(sent, []agreement.Negotiated{n})
			out.clauses = append(out.clauses, n)
			continue
		case c.Field != "" && answered[c.Field] == 1 && said == Accept: // of several changes of one answer each is words
			var value any
			if err := json.Unmarshal(c.Value, &value); err != nil {
				return out, fmt.Errorf("read the answer of change %d: %w", c.No, err)
			}
			out.answers[c.Field] = value
			continue
		}
		byClause[c.Clause] = append(byClause[c.Clause], c)
	}
	for _, r := range report.Clauses {
		of := byClause[r.Key]
		at := slices.IndexFunc(sent, func(c clause.Clause) bool { return c.Key == r.Key })
		if len(of) == 0 || at < 0 {
			continue
		}
		out.clauses = append(out.clauses, rewritten(d, sent, sent[at], r.Before, of))
	}
	return out, nil
}

// rewritten is a clause as the decisions on it have it.
func rewritten(d agreement.Detail, sent []clause.Clause, c clause.Clause, before string, changes []Change) agreement.Negotiated {
	n := agreement.Negotiated{Key: c.Key, Kind: agreement.NegotiatedChanged, Was: before}
	if i := slices.IndexFunc(d.Negotiated, func(o agreement.Negotiated) bool { return o.Key == c.Key }); i >= 0 {
		n = d.Negotiated[i]
		if n.Kind == agreement.NegotiatedGone {
			n.Kind = agreement.NegotiatedChanged // unless it is left out again
		}
	}
	to, at := "", 0
	var reasons []string
	for _, ch := range changes {
		said, _ := ch.decided()
		n.Touched = n.Touched || ch.Touched
		if ch.Reason != "" {
			reasons = append(reasons, ch.Reason)
		}
		switch {
		case ch.Kind == Moved:
			n.After = ch.Other
			c.Number = between(sent, ch.Other)
			continue
		case ch.Kind == Gone && said == Accept:
			n.Kind = agreement.NegotiatedGone
		case ch.Kind == Gone:
			to, at = ch.Wording, len(before)
			continue
		}
		if said == Counter && ch.Whole {
			to, at = ch.Wording, len(before)
			break
		}
		text := ch.After
		if said == Counter {
			text = ch.Wording
		}
		to += before[at:ch.From] + text
		at = ch.To
	}
	to += before[at:]
	if why := strings.Join(slices.Compact(reasons), "\n"); why != "" && why != n.Reason {
		n.Reason = strings.TrimSpace(n.Reason + "\n" + why) // what was agreed before keeps its reason
	}
	standard := fixed(c)
	switch {
	case n.Kind == agreement.NegotiatedGone && c.Level == 1: // the clauses under it stay
		if to = unheaded[d.Tree.Language]; len(c.Blocks) > 0 {
			to = unheadedText[d.Tree.Language]
		}
		c.Heading, c.Blocks = to, nil
		c.Hash = c.Sum()
	case n.Kind == agreement.NegotiatedGone:
		to = left[d.Tree.Language]
		c.Blocks = []clause.Block{{Kind: clause.Paragraph, Spans: []clause.Span{{Kind: clause.Supplementary, Text: to}}}}
		c.Hash = c.Sum()
	default:
		c = round.Rewrite(c, before, to)
	}
	n.Touched = n.Touched || fixed(c) != standard // also by the secretariat's own words
	n.Clause, n.Is = c, to
	if n.Kind == agreement.NegotiatedChanged && n.After == "" && clause.Normal(n.Was) == clause.Normal(n.Is) {
		n.Kind = "" // as it was before anybody negotiated
	}
	return n
}

// fixed is the standard text of a clause.
func fixed(c clause.Clause) string {
	var b strings.Builder
	b.WriteString(c.Heading)
	for _, line := range c.Lines() {
		for _, s := range line {
			if s.Kind == clause.Normative {
				b.WriteString(s.Text)
			}
		}
	}
	return clause.Normal(b.String())
}

// left stands in the place of a clause that the parties left out: the numbers of all others stay.
var left = map[string]string{"da": "Punktet er udgået efter aftale.", "en": "This clause was left out by agreement."}

// unheaded stands in the place of a section's heading that the parties left out; its clauses are
// decided one by one.
var unheaded = map[string]string{"da": "Overskriften er udgået efter aftale", "en": "This heading was left out by agreement"}

// unheadedText stands there when text of its own went with the heading.
var unheadedText = map[string]string{"da": "Overskriften og teksten lige under den er udgået efter aftale", "en": "This heading and the text right under it were left out by agreement"}

// made is the key of the clause that a change of a round adds to a version.
func (c Change) made(version, no int) string {
	return fmt.Sprintf("agreed-v%d-%02d-%04d", version, no, c.No)
}

// newClause is a clause that the template does not have.
func newClause(sent []clause.Clause, c Change, said Decision, version, no int) (agreement.Negotiated, error) {
	i := slices.IndexFunc(sent, func(x clause.Clause) bool { return x.Key == c.Other })
	if i < 0 {
		return agreement.Negotiated{}, ErrNotPlaced.With("change", c.No)
	}
	text := c.After
	if said == Counter {
		text = c.Wording
	}
	after := sent[i]
	made := clause.Clause{Key: c.made(version, no), Number: between(sent, after.Key), Level: max(2, after.Level), Annex: after.Annex}
	for line := range strings.SplitSeq(text, "\n") {
		if strings.TrimSpace(line) != "" {
			made.Blocks = append(made.Blocks, clause.Block{Kind: clause.Paragraph, Spans: []clause.Span{{Kind: clause.Supplementary, Text: line}}})
		}
	}
	made.Hash = made.Sum()
	return agreement.Negotiated{Key: made.Key, After: after.Key, Clause: made, Kind: agreement.NegotiatedNew, Is: text, Touched: c.Touched, Reason: c.Reason}, nil
}

// between is a number for what stands behind a clause without moving any other: "7.2a".
func between(sent []clause.Clause, after string) string {
	i := slices.IndexFunc(sent, func(c clause.Clause) bool { return c.Key == after })
	if i < 0 {
		return ""
	}
	base := sent[i].Number
	if sent[i].Level == 1 {
		base += ".0"
	}
	base = strings.TrimRight(base, "abcdefghijklmnopqrstuvwxyz")
	for _, letter := range "abcdefghijklmnopqrstuvwxyz" {
		number := base + string(letter)
		if !slices.ContainsFunc(sent, func(c clause.Clause) bool { return c.Number == number }) {
			return number
		}
	}
	return base
}

// on is a draft as it reads once the outcome is written into it; plain is its template's tree.
func (o outcome) on(d agreement.Detail, plain []clause.Clause) (agreement.Detail, error) {
	d.Answers = slices.Clone(d.Answers)
	for path, value := range o.answers {
		raw, err := json.Marshal(value)
		if err != nil {
			return d, err
		}
		i := slices.IndexFunc(d.Answers, func(a agreement.Answer) bool { return a.Path == path })
		if i < 0 {
			d.Answers, i = append(d.Answers, agreement.Answer{Path: path}), len(d.Answers)
		}
		d.Answers[i].Value = raw
	}
	d.Negotiated = slices.DeleteFunc(slices.Clone(d.Negotiated), func(h agreement.Negotiated) bool {
		return slices.ContainsFunc(o.clauses, func(n agreement.Negotiated) bool { return n.Key == h.Key })
	})
	for _, n := range o.clauses {
		if n.Kind != "" {
			d.Negotiated = append(d.Negotiated, n)
		}
	}
	slices.SortFunc(d.Negotiated, func(a, b agreement.Negotiated) int { return strings.Compare(a.Key, b.Key) })
	d.Tree.Clauses = agreement.WithNegotiated(plain, d.Negotiated)
	return d, nil
}
