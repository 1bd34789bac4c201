package agreement_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement"
	"klausul/server/fault"
	"klausul/server/storage/storagetest"
)

func TestWhatThePaperCannotShowIsNotConcluded(t *testing.T) {
	w := setup(t)
	w.addressed()
	ctx := t.Context()
	_, own := w.offered()
	own = w.say(own)
	version := 0
	for _, a := range own.Answers {
		if a.Path == "controller.contact" {
			version = a.Version
		}
	}
	saved, err := w.agreements.AnswerOwn(ctx, w.person(w.viborg), own.ID, "controller.contact", version, "Mona 🐻 Holm")
	require.NoError(t, err, "any text is kept")
	require.Equal(t, "🐻", saved.Unset(), "and told at the field")
	own = w.own(w.viborg)
	require.Len(t, own.Unset(), 1)

	_, err = w.agreements.Take(ctx, w.person(w.viborg), own.ID, own.Version, agreement.Step{Act: agreement.Accept})
	require.ErrorIs(t, err, agreement.ErrGlyph)
	f, _ := fault.Of(err)
	require.Equal(t, "/answers/controller.contact", f.Fields[0].Pointer)
	require.Zero(t, storagetest.One[int](w.Env, "select count(*)::int from river_job where kind = 'accession.paper'"))

	_, err = w.agreements.AnswerOwn(ctx, w.person(w.viborg), own.ID, "controller.contact", saved.Version, "Mona Holm")
	require.NoError(t, err)
	w.Exec(`update accession set party = jsonb_set(party, '{name}', '"Viborg 🐻"') where id = $1`, own.ID)
	own = w.own(w.viborg)
	_, err = w.agreements.Take(ctx, w.person(w.viborg), own.ID, own.Version, agreement.Step{Act: agreement.Accept})
	require.ErrorIs(t, err, agreement.ErrGlyph)
	f, _ = fault.Of(err)
	require.Equal(t, "/party", f.Fields[0].Pointer, "the party stands in the paper too")
}

func TestAPaperThatWasGivenUpIsOrderedAgain(t *testing.T) {
	w := setup(t)
	w.addressed()
	ctx := t.Context()
	_, own := w.offered()
	own = w.take(w.say(own), agreement.Accept, "")
	require.False(t, own.Papered())
	waiting := func() int {
		return storagetest.One[int](w.Env, "select count(*)::int from river_job where kind = 'accession.paper' and finalized_at is null")
	}
	require.Equal(t, 1, waiting())
	require.NoError(t, w.agreements.OrderPapers(ctx))
	require.Equal(t, 1, waiting(), "one is on its way")

	w.Exec("update river_job set state = 'discarded', finalized_at = now() where kind = 'accession.paper'")
	require.NoError(t, w.agreements.OrderPapers(ctx))
	require.NoError(t, w.agreements.OrderPapers(ctx))
	require.Equal(t, 1, waiting(), "given up, it is ordered again, once")

	require.NoError(t, w.agreements.MakePaper(ctx, agreement.PaperJob{Accession: own.ID, Organisation: w.viborg}))
	w.Exec("update river_job set state = 'completed', finalized_at = now() where kind = 'accession.paper'")
	require.NoError(t, w.agreements.OrderPapers(ctx))
	require.Zero(t, waiting(), "what is made is not made again")

	w.Exec("delete from accession_document where accession_id = $1", own.ID)
	require.NoError(t, w.agreements.OrderPapers(ctx))
	require.Zero(t, waiting(), "what never had a paper was taken in with the register, and waits for none")
}
