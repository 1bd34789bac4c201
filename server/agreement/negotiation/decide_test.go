package negotiation_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement/negotiation"
)

// Where a clause stands and how it reads are decided one by one.
func TestADecisionOnAMoveLeavesTheWordingAlone(t *testing.T) {
	w := setup(t)
	d := w.send(w.start())
	r := w.receive(d, edited(t, w.file(d, 1), standard, "Underretningen sker måske senest "))
	require.Len(t, r.Changes, 1)
	w.Exec(`insert into negotiation_change (round_id, no, clause_key, place, kind, before, after, other, touched, trivial, tracked)
		select r.id, 2, $2, 900, 'moved', '', '', 's4-1', false, false, true from negotiation_round r where r.negotiation_id = $1 and r.no = 2`, d.ID, r.Changes[0].Clause)
	r, err := w.negotiations.Round(t.Context(), w.lawyer, d.ID, 2)
	require.NoError(t, err)
	whole := say(r.Changes[0], negotiation.Counter, "Underretningen sker senest 24 timer efter opdagelsen.", "Den korte frist")
	whole.Whole = true
	w.decide(d, 2, whole)
	changed := w.decide(d, 2, say(r.Changes[1], negotiation.Accept, "", "")) // by a colleague, who saw no counter
	require.Len(t, changed, 1)
	r, err = w.negotiations.Round(t.Context(), w.lawyer, d.ID, 2)
	require.NoError(t, err)
	require.NotNil(t, r.Changes[0].Decision)
	require.Equal(t, []any{negotiation.Counter, true, 1}, []any{*r.Changes[0].Decision, r.Changes[0].Whole, r.Changes[0].Version})
}
