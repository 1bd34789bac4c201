package negotiation

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement"
	"klausul/server/agreement/round"
	"klausul/server/clause"
	"klausul/server/render"
)

// A heading that is agreed to go leaves neither its words nor a sentence that its clauses went.
func TestAHeadingIsLeftOutAlone(t *testing.T) {
	t.Parallel()
	accept := Accept
	sent := []clause.Clause{
		{Key: "s4", Number: "4", Level: 1, Heading: "Instruks"},
		{Key: "s4-1", Number: "4.1", Level: 2, Blocks: []clause.Block{{Kind: clause.Paragraph, Spans: []clause.Span{{Kind: clause.Normative, Text: "Kun efter instruks."}}}}},
	}
	for at, want := range []string{"Overskriften er udgået efter aftale", "Punktet er udgået efter aftale."} {
		before := round.Text(sent[at], "da")
		n := rewritten(agreement.Detail{Tree: clause.Version{Language: "da"}}, sent, sent[at], before, []Change{{Clause: sent[at].Key, Kind: Gone, Before: before, Decision: &accept}})
		require.Equal(t, agreement.NegotiatedGone, n.Kind)
		require.True(t, n.Touched)
		require.Equal(t, []string{want, want}, []string{n.Is, round.Text(n.Clause, "da")}, "what it is told as is what is printed")
	}
}

// What the vendor only took out is put in again whole: no word stands struck that it never wrote.
func TestARejectedDeletionPutsNothingInTheVendorsMouth(t *testing.T) {
	t.Parallel()
	reject := Reject
	sent := []clause.Clause{
		{Key: "s4", Number: "4", Level: 1, Heading: "Instruks"},
		{Key: "s4-1", Number: "4.1", Level: 2, Blocks: []clause.Block{{Kind: clause.Paragraph, Spans: []clause.Span{{Kind: clause.Normative, Text: "Kun efter instruks."}}}}},
		{Key: "s4-2", Number: "4.2", Level: 2, Blocks: []clause.Block{{Kind: clause.Paragraph, Spans: []clause.Span{{Kind: clause.Normative, Text: "Instruksen er skriftlig."}}}}},
	}
	draft := agreement.Detail{Tree: clause.Version{Language: "da", Clauses: sent}}
	var r Round
	for i, at := range []int{0, 2} {
		before := round.Text(sent[at], "da")
		r.Report.Clauses = append(r.Report.Clauses, round.Returned{Key: sent[at].Key, Before: before})
		r.Changes = append(r.Changes, Change{No: i + 1, Clause: sent[at].Key, Kind: Gone, Before: before, Decision: &reject})
	}
	wish, err := wishOf(draft, sent, r)
	require.NoError(t, err)
	for _, c := range wish {
		require.NotContains(t, round.Text(c, "da"), "udgået")
	}
	n := next{draft: draft, text: draft, proposed: wish}
	type mark struct {
		change render.Change
		text   string
	}
	var marks []mark
	doc := n.document("", time.Time{}, time.Time{})
	require.Len(t, doc.Sections, 1)
	for _, run := range doc.Sections[0].Marked {
		marks = append(marks, mark{run.Change, run.Text})
	}
	for _, b := range doc.Sections[0].Blocks {
		for _, run := range b.Runs {
			marks = append(marks, mark{max(b.Change, run.Change), run.Text})
		}
	}
	require.Equal(t, []mark{{render.Inserted, "Instruks"}, {0, "Kun efter instruks."}, {render.Inserted, "Instruksen er skriftlig."}}, marks)
}
