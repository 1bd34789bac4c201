package negotiation_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/agreement/negotiation"
)

// Members follow to the end: what was agreed, by clause and kind, before the text is released.
func TestMembersSeeWhatWasAgreed(t *testing.T) {
	w := setup(t)
	viborg := w.Scope(access.ContactPerson, w.viborg)
	d := w.send(w.start())
	r := w.receive(d, edited(t, w.file(d, 1), hours, ">48</w:t>", "uden unødig forsinkelse", "når det er muligt", "kan på forlangende vise", "kan på rimeligt forlangende vise"))
	var verdicts []negotiation.Verdict
	for _, c := range r.Changes {
		verdicts = append(verdicts, say(c, negotiation.Accept, "", "De har døgnvagt"))
	}
	w.decide(d, 2, verdicts...)
	seen, err := w.negotiations.Get(t.Context(), viborg, d.ID)
	require.NoError(t, err)
	require.Empty(t, seen.Settled, "what is weighed is the secretariat's")
	d = w.get(d)
	d, err = w.negotiations.Move(t.Context(), w.lawyer, d.ID, d.Version, negotiation.Agree, "")
	require.NoError(t, err)
	seen, err = w.negotiations.Get(t.Context(), viborg, d.ID)
	require.NoError(t, err)
	kinds := map[string]negotiation.SettledKind{}
	for _, s := range seen.Settled {
		require.NotEmpty(t, s.Heading)
		kinds[s.Number] = s.Kind
		require.Equal(t, s.Kind == negotiation.SettledChanged, s.Touched, s.Number)
	}
	require.Equal(t, map[string]negotiation.SettledKind{"5.2": negotiation.SettledChanged, "10.1": negotiation.SettledChanged, "10.2": negotiation.SettledAnswer}, kinds)
}

// A placeholder is told of before it goes out, and nobody agrees on one.
func TestPlaceholdersAreNotAgreedOn(t *testing.T) {
	w := setup(t)
	_, err := w.agreements.Answer(t.Context(), w.lawyer, w.draft.ID, "service.purpose", 1, nil)
	require.NoError(t, err)
	d := w.start()
	require.Len(t, d.Unanswered, 1, "what each municipality says for itself does not count")
	require.Equal(t, "service.purpose", d.Unanswered[0].Path)
	d = w.send(d)
	w.receive(d, edited(t, w.file(d, 1)))
	d = w.get(d)
	_, err = w.negotiations.Move(t.Context(), w.lawyer, d.ID, d.Version, negotiation.Agree, "")
	require.ErrorIs(t, err, negotiation.ErrUnanswered)
	require.ErrorContains(t, err, negotiation.ErrUnanswered.Code)
	_, err = w.agreements.Answer(t.Context(), w.lawyer, w.draft.ID, "service.purpose", 2, "Drift")
	require.NoError(t, err)
	_, err = w.negotiations.Move(t.Context(), w.lawyer, d.ID, d.Version, negotiation.Agree, "")
	require.ErrorIs(t, err, negotiation.ErrMoved, "the vendor has not seen the answer")
	d = w.get(w.send(w.get(d)))
	require.Empty(t, d.Unanswered)
	d, err = w.negotiations.Move(t.Context(), w.lawyer, d.ID, d.Version, negotiation.Agree, "")
	require.NoError(t, err)
	require.Equal(t, negotiation.Agreed, d.Stage)
}
