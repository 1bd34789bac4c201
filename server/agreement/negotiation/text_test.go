package negotiation

import (
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement"
	"klausul/server/agreement/round"
	"klausul/server/clause"
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
