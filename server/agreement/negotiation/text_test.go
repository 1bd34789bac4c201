package negotiation

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement"
	"klausul/server/agreement/round"
	"klausul/server/clause"
	"klausul/server/render"
	"klausul/server/word"
)

// A heading that is agreed to go leaves neither its words nor a sentence that its clauses went;
// text of its own that went with it is told.
func TestAHeadingIsLeftOutAlone(t *testing.T) {
	t.Parallel()
	accept := Accept
	sent := []clause.Clause{
		{Key: "s4", Number: "4", Level: 1, Heading: "Instruks"},
		{Key: "s5", Number: "5", Level: 1, Heading: "Fortrolighed", Blocks: []clause.Block{{Kind: clause.Paragraph, Spans: []clause.Span{{Kind: clause.Supplementary, Text: "Aftalt under overskriften."}}}}},
		{Key: "s4-1", Number: "4.1", Level: 2, Blocks: []clause.Block{{Kind: clause.Paragraph, Spans: []clause.Span{{Kind: clause.Normative, Text: "Kun efter instruks."}}}}},
	}
	for at, want := range []string{"Overskriften er udgået efter aftale", "Overskriften og teksten lige under den er udgået efter aftale", "Punktet er udgået efter aftale."} {
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

// Why a new clause is refused is said at its words, not at the title.
func TestWhyANewClauseIsRefusedStandsAtIt(t *testing.T) {
	t.Parallel()
	reject, at := Reject, time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	sent := []clause.Clause{
		{Key: "s4", Number: "4", Level: 1, Heading: "Instruks"},
		{Key: "s4-1", Number: "4.1", Level: 2, Blocks: []clause.Block{{Kind: clause.Paragraph, Spans: []clause.Span{{Kind: clause.Normative, Text: "Kun efter instruks."}}}}},
	}
	draft := agreement.Detail{Tree: clause.Version{Language: "da", Clauses: sent}}
	draft.Title, draft.VersionNo = "Aftale", 2
	r := Round{Head: Head{No: 4}, Changes: []Change{
		{No: 1, Kind: Added, Other: "s4-1", After: "Vi hæfter for intet.", Decision: &reject, DecidedAt: &at, Reason: "Følger af loven."},
		{No: 2, Kind: Added, After: "Ingen ved, hvor det hører til.", Decision: &reject, DecidedAt: &at, Reason: "Uklart."},
	}}
	wish, err := wishOf(draft, sent, r)
	require.NoError(t, err)
	n := next{draft: draft, text: draft, changes: r.Changes, last: r.Head, proposed: wish}
	raw, err := render.DOCX(n.document("", at, at))
	require.NoError(t, err)
	file, err := word.Read(bytes.NewReader(raw), int64(len(raw)))
	require.NoError(t, err)
	anchors := map[string]string{}
	for _, c := range file.Comments {
		anchors[c.Text] = c.Anchor
	}
	require.Equal(t, map[string]string{"Afvist: Følger af loven.": "Vi hæfter for intet.", "Afvist: Uklart.": "Aftale"}, anchors)
}

// A clause that a returned file brought has no key yet: in another round it is known by its words.
func TestNewClausesArePairedByWording(t *testing.T) {
	t.Parallel()
	first, last := said{"s15-1", "15.1", "Værneting", "Retten i Aarhus."}, said{"s16", "16", "Bilag", "Bilag"}
	in := []said{first, {"", "15.2", "", "Vi hæfter for intet."}, {"", "15.3", "", "Voldgift\ni Oslo."}, last}
	out := []said{first, {"agreed-v1-02-0001", "15.1a", "Værneting", "Voldgift\ni Oslo."}, last}
	for name, c := range map[string]struct {
		before, after []said
		want          []string
	}{
		"one agreed, one refused": {in, out, []string{"s15-1 15.1 false", " 15.2 true", "agreed-v1-02-0001 15.1a false", "s16 16 false"}},
		"the other way":           {out, in, []string{"s15-1 15.1 false", " 15.2 true", "agreed-v1-02-0001 15.3 false", "s16 16 false"}},
		"two files":               {in, []said{first, in[2], {"", "15.3", "", "Noget helt tredje."}, last}, []string{"s15-1 15.1 false", " 15.2 true", " 15.3 false", " 15.3 true", "s16 16 false"}},
		"the same file":           {in, in, []string{"s15-1 15.1 false", " 15.2 false", " 15.3 false", "s16 16 false"}},
	} {
		var got []string
		for _, r := range redlines(c.before, c.after) {
			got = append(got, fmt.Sprint(r.Key, " ", r.Number, " ", r.Changed))
		}
		require.Equal(t, c.want, got, name)
	}
}
