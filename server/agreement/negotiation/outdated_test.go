package negotiation_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement"
	"klausul/server/agreement/negotiation"
	"klausul/server/clause"
)

// answer gives a question of the draft another answer.
func (w *world) answer(path string, value any) {
	w.t.Helper()
	d, err := w.agreements.Get(w.t.Context(), w.lawyer, w.draft.ID)
	require.NoError(w.t, err)
	base := 0
	for _, a := range d.Answers {
		if a.Path == path {
			base = a.Version
		}
	}
	_, err = w.agreements.Answer(w.t.Context(), w.lawyer, w.draft.ID, path, base, value)
	require.NoError(w.t, err)
}

// A clause that was agreed word by word does not follow the choices of the template's clause
// any more: who changes what it rests on is told, and nothing goes out before a person looked.
func TestAgreedClausesOutliveTheirAnswersOnlyWhenConfirmed(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	w.answer("subprocessors.authorisation", "general")
	d := w.send(w.start())
	r := w.receive(d, edited(t, w.file(d, 1), "Nye underdatabehandlere og udskiftninger varsles skriftligt mindst ", "Nye underdatabehandlere og udskiftninger varsles pr. mail mindst "))
	require.Len(t, r.Changes, 1)
	w.decide(d, 2, say(r.Changes[0], negotiation.Accept, "", "Mail er nok"))
	d = w.send(w.get(d))
	require.Empty(t, d.Outdated)
	w.answer("subprocessors.notice_days", 45)
	d = w.get(d)
	require.Empty(t, d.Outdated, "the days are filled in still")
	_, deviations, err := w.agreements.Deviations(ctx, w.lawyer, w.draft.ID)
	require.NoError(t, err)
	require.Len(t, deviations.Clauses, 1)
	require.Contains(t, deviations.Clauses[0].Is, "pr. mail mindst 45 dage", "as the agreement prints it")
	require.Contains(t, deviations.Clauses[0].Was, "skriftligt mindst 45 dage", "the answer is no deviation")

	w.answer("subprocessors.authorisation", "specific")
	d = w.get(d)
	require.Len(t, d.Outdated, 1)
	late := d.Outdated[0]
	require.Equal(t, "s7-3", late.Key)
	require.Len(t, late.Moved, 1)
	require.Equal(t, "subprocessors.authorisation", late.Moved[0].Path)
	require.NotEqual(t, late.Moved[0].Was, late.Moved[0].Is)
	_, err = w.negotiations.Move(ctx, w.lawyer, d.ID, d.Version, negotiation.Agree, "")
	require.ErrorIs(t, err, negotiation.ErrMoved, "the answer stands in other clauses too")
	back := w.receive(d, edited(t, w.file(d, 3), "pr. mail", "i portalen"))
	w.decide(d, 4, say(back.Changes[0], negotiation.Reject, "", "Nej"))
	d = w.get(d)
	require.Len(t, d.Outdated, 1)
	_, err = w.negotiations.Send(ctx, w.lawyer, d.ID, d.Version, "")
	require.ErrorIs(t, err, agreement.ErrOutdated)

	w.answer("subprocessors.authorisation", "general")
	require.Empty(t, w.get(d).Outdated, "the answer is put back")
	w.answer("subprocessors.authorisation", "specific")

	require.ErrorIs(t, w.negotiations.Confirm(ctx, w.lawyer, w.draft.ID, late.Key, "something else"), agreement.ErrOutdated)
	require.NoError(t, w.negotiations.Confirm(ctx, w.lawyer, w.draft.ID, late.Key, w.get(d).Outdated[0].Seen))
	require.Empty(t, w.get(d).Outdated)
	require.NoError(t, w.negotiations.Confirm(ctx, w.lawyer, w.draft.ID, late.Key, "seen before"), "a colleague was quicker")
	d = w.send(w.get(d))

	_, err = w.negotiations.Move(ctx, w.lawyer, d.ID, d.Version, negotiation.TakeOver, "")
	require.NoError(t, err)
	w.answer("subprocessors.authorisation", "general")
	check, err := w.agreements.CheckRelease(ctx, w.lawyer, w.draft.ID)
	require.NoError(t, err)
	require.Len(t, check.Outdated, 1)
	require.False(t, check.Ready)
	_, err = w.agreements.Release(ctx, w.lawyer, w.draft.ID, check.Version, agreement.Audience{Kind: agreement.Users})
	require.ErrorIs(t, err, agreement.ErrOutdated)
	require.NoError(t, w.negotiations.Confirm(ctx, w.lawyer, w.draft.ID, late.Key, check.Outdated[0].Seen))
	check, err = w.agreements.CheckRelease(ctx, w.lawyer, w.draft.ID)
	require.NoError(t, err)
	require.Empty(t, check.Outdated)
}

// What was answered otherwise while the vendor had the text is told of clauses that are
// written only now, too.
func TestAnAnswerChangedMeanwhileIsTold(t *testing.T) {
	w := setup(t)
	w.answer("subprocessors.authorisation", "general")
	d := w.send(w.start())
	r := w.receive(d, edited(t, w.file(d, 1), "Nye underdatabehandlere og udskiftninger varsles skriftligt mindst ", "Nye underdatabehandlere og udskiftninger varsles pr. mail mindst "))
	w.answer("subprocessors.authorisation", "specific")
	require.Empty(t, w.get(d).Outdated)
	w.decide(d, 2, say(r.Changes[0], negotiation.Accept, "", "Mail er nok"))
	d = w.get(d)
	require.Len(t, d.Outdated, 1)
	_, err := w.negotiations.Move(t.Context(), w.lawyer, d.ID, d.Version, negotiation.Agree, "")
	require.ErrorIs(t, err, negotiation.ErrMoved)
	_, err = w.negotiations.Send(t.Context(), w.lawyer, d.ID, d.Version, "")
	require.ErrorIs(t, err, agreement.ErrOutdated)
	require.NoError(t, w.negotiations.Confirm(t.Context(), w.lawyer, w.draft.ID, "s7-3", d.Outdated[0].Seen))
	w.send(w.get(d))
}

// Where the agreed clause alone speaks of an answer, the text stays as the vendor saw it: it is
// not agreed on either before somebody looked.
func TestNothingOutdatedIsAgreedOn(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	d := w.send(w.start())
	r := w.receive(d, edited(t, w.file(d, 1), standard, "Underretningen sker måske senest "))
	whole := say(r.Changes[0], negotiation.Counter, "Underretningen sker senest et døgn efter opdagelsen.", "Den korte frist")
	whole.Whole = true
	w.decide(d, 2, whole)
	d = w.send(w.get(d))
	w.answer("breach.hours", 36)
	now, err := w.agreements.Get(ctx, w.lawyer, w.draft.ID)
	require.NoError(t, err)
	require.Equal(t, d.Heads[0].TextHash, clause.Sum(now.Shared()), "no other clause speaks of the hours")
	d = w.get(d)
	_, err = w.negotiations.Move(ctx, w.lawyer, d.ID, d.Version, negotiation.Agree, "")
	require.ErrorIs(t, err, agreement.ErrOutdated)
	require.Len(t, d.Outdated, 1)
	require.NoError(t, w.negotiations.Confirm(ctx, w.lawyer, w.draft.ID, "s10-2", d.Outdated[0].Seen))
	d, err = w.negotiations.Move(ctx, w.lawyer, d.ID, d.Version, negotiation.Agree, "")
	require.NoError(t, err)
	require.Equal(t, negotiation.Agreed, d.Stage)
}

// Once a negotiation is over, what its last round decided is not on its way into the draft any
// more: the room, the release and a confirmation speak of the same text.
func TestWhatIsOverIsConfirmedAsTheDraftHasIt(t *testing.T) {
	for name, c := range map[string]struct {
		first    string // the wording that is agreed
		was, is  string // of what the last round changes
		path     string
		answered any
	}{
		"another wording": {"Nye underdatabehandlere varsles pr. mail mindst 30 dage i forvejen.", "pr. mail", "i portalen", "subprocessors.authorisation", "specific"},
		"an answer":       {"Nye underdatabehandlere varsles pr. mail en måned i forvejen.", ">30</w:t>", ">60</w:t>", "subprocessors.notice_days", 45},
	} {
		t.Run(name, func(t *testing.T) {
			w := setup(t)
			ctx := t.Context()
			w.answer("subprocessors.authorisation", "general")
			w.answer("subprocessors.notice_days", 30)
			d := w.send(w.start())
			r := w.receive(d, edited(t, w.file(d, 1), "varsles skriftligt mindst ", "varsles mundtligt mindst "))
			whole := say(r.Changes[0], negotiation.Counter, c.first, "Mail er nok")
			whole.Whole = true
			w.decide(d, 2, whole)
			d = w.send(w.get(d))
			r = w.receive(d, edited(t, w.file(d, 3), c.was, c.is))
			w.decide(d, 4, say(r.Changes[0], negotiation.Accept, "", "Også godt"))
			d = w.get(d)
			d, err := w.negotiations.Move(ctx, w.lawyer, d.ID, d.Version, negotiation.TakeOver, "")
			require.NoError(t, err)
			w.answer(c.path, c.answered)
			check, err := w.agreements.CheckRelease(ctx, w.lawyer, w.draft.ID)
			require.NoError(t, err)
			require.Len(t, check.Outdated, 1)
			require.Equal(t, check.Outdated, w.get(d).Outdated)
			require.NoError(t, w.negotiations.Confirm(ctx, w.lawyer, w.draft.ID, "s7-3", check.Outdated[0].Seen))
			check, err = w.agreements.CheckRelease(ctx, w.lawyer, w.draft.ID)
			require.NoError(t, err)
			require.Empty(t, check.Outdated)
			require.Empty(t, w.get(d).Outdated)
		})
	}
}
