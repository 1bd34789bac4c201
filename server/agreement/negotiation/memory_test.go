package negotiation_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement/negotiation"
	"klausul/server/storage/storagetest"
)

// A new clause is remembered by what it stands behind, and a wording for a whole clause is one
// decision, whatever number of changes it answers.
func TestWhatIsCountedAsSaidBefore(t *testing.T) {
	w := setup(t)
	adds := func(d negotiation.Detail, no int, other string) {
		w.Exec(`insert into negotiation_change (round_id, no, clause_key, place, kind, before, after, other, touched, trivial, tracked)
			select r.id, $3, '', 900 + $3, 'new', '', 'Et nyt punkt bag ' || $4, $4, false, false, true from negotiation_round r where r.negotiation_id = $1 and r.no = $2`, d.ID, 2, no, other)
	}
	d := w.send(w.start())
	r := w.receive(d, edited(t, w.file(d, 1), standard, "Underretningen sker måske senest ", hours, ">48</w:t>"))
	require.Len(t, r.Changes, 2)
	adds(d, 3, "s4-1")
	adds(d, 4, "s10-2")
	r, err := w.negotiations.Round(t.Context(), w.lawyer, d.ID, 2)
	require.NoError(t, err)
	whole := say(r.Changes[0], negotiation.Counter, "Underretningen sker senest 24 timer efter opdagelsen.", "Vi holder på fristen")
	whole.Whole = true
	w.decide(d, 2, whole, say(r.Changes[2], negotiation.Accept, "", ""), say(r.Changes[3], negotiation.Reject, "", "Nej"))
	w.send(w.get(d))
	for no := 1; no <= 4; no++ {
		aids, err := w.negotiations.Aids(t.Context(), w.lawyer, d.ID, 2, no)
		require.NoError(t, err)
		require.Zero(t, aids.Accepted+aids.Refused+aids.Countered, "change %d is no precedent of its own", no)
		for _, p := range aids.Precedents {
			require.NotEqual(t, r.Changes[no-1].After, p.Wording, "change %d", no)
		}
	}

	other := w.send(w.second())
	w.receive(other, edited(t, w.file(other, 1), hours, ">47</w:t>"))
	adds(other, 2, "s4-1")
	adds(other, 3, "s10-2")
	for no, want := range map[int][3]int{1: {0, 0, 1}, 2: {1, 0, 0}, 3: {0, 1, 0}} {
		aids, err := w.negotiations.Aids(t.Context(), w.lawyer, other.ID, 2, no)
		require.NoError(t, err)
		require.Equal(t, want, [3]int{aids.Accepted, aids.Refused, aids.Countered}, "change %d", no)
	}
}

// A wording for a whole clause touches standard text when any of the changes that it answers does.
func TestACounterToStandardTextIsRememberedAsOne(t *testing.T) {
	w := setup(t)
	d := w.send(w.start())
	r := w.receive(d, edited(t, w.file(d, 1), hours, ">48</w:t>", "er blevet bekendt med bruddet", "har set bruddet"))
	require.Len(t, r.Changes, 2)
	require.Equal(t, []bool{false, true}, []bool{r.Changes[0].Touched, r.Changes[1].Touched})
	whole := say(r.Changes[0], negotiation.Counter, "Underretningen sker senest 24 timer efter opdagelsen.", "Vi holder på fristen")
	whole.Whole = true
	w.decide(d, 2, whole)
	w.send(w.get(d))
	require.Equal(t, 1, storagetest.One[int](w.Env, "select count(*)::int from precedent"))
	require.True(t, storagetest.One[bool](w.Env, "select touched from precedent"))
}
