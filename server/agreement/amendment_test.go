package agreement_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement"
	"klausul/server/clause"
	"klausul/server/storage"
	"klausul/server/task"
	"klausul/server/word"
)

// amended releases an amendment that sets another deadline for breaches, and returns it with
// what Viborg has in force and what it is offered.
func (w *world) amended() (d agreement.Detail, base, offer agreement.AccessionDetail) {
	w.t.Helper()
	ctx := w.t.Context()
	w.addressed()
	first, own := w.offered()
	own = w.say(own)
	persons := 0
	for _, a := range own.Answers {
		if a.Path == "data.persons" {
			persons = a.Version
		}
	}
	_, err := w.agreements.AnswerOwn(ctx, w.person(w.viborg), own.ID, "data.persons", persons, 777)
	require.NoError(w.t, err)
	base = w.take(w.take(w.own(w.viborg), agreement.Accept, ""), agreement.EnterForce, "")
	next := w.renewed(first, agreement.Amendment)
	had := 0
	for _, a := range next.Answers {
		if a.Path == "breach.hours" {
			had = a.Version
		}
	}
	_, err = w.agreements.Answer(ctx, w.lawyer, first.ID, "breach.hours", had, 12)
	require.NoError(w.t, err)
	d, err = w.agreements.Get(ctx, w.lawyer, first.ID)
	require.NoError(w.t, err)
	b, err := w.agreements.Release(ctx, w.lawyer, d.ID, d.Version, everybody)
	require.NoError(w.t, err)
	// The register says something else meanwhile; what is in force goes before it.
	w.Exec("insert into usage (organisation_id, system_id, from_date) select $1, id, current_date - 1 from it_system where number = $2", w.viborg, w.systems[1])
	w.work(b, w.viborg)
	return d, base, w.own(w.viborg)
}

func TestAnAmendmentTakesFromItsBase(t *testing.T) {
	w := setup(t)
	_, base, offer := w.amended()
	require.NotEqual(t, base.ID, offer.ID)
	require.Equal(t, base.Systems, offer.Systems, "the systems of the agreement in force")
	require.Len(t, offer.Systems, 1)
	require.Equal(t, offer.Systems, offer.Offered, "and none else can be chosen")
	require.Empty(t, offer.Missing, "nobody is asked again")
	said := map[string]string{}
	for _, a := range base.Answers {
		said[a.Path] = string(a.Value)
	}
	require.Equal(t, "777", said["data.persons"])
	require.Len(t, offer.Answers, len(base.Answers))
	for _, a := range offer.Answers {
		require.Equal(t, said[a.Path], string(a.Value), a.Path)
		require.Equal(t, "base", a.Source, a.Path)
	}
	_, err := w.agreements.CoverSystems(t.Context(), w.person(w.viborg), offer.ID, offer.Version, []int32{w.systems[1]})
	require.ErrorIs(t, err, agreement.ErrCovers)
}

func TestAnAmendmentSaysWhatItIs(t *testing.T) {
	w := setup(t)
	d, base, offer := w.amended()
	require.Equal(t, agreement.Amendment, offer.Kind)
	require.Equal(t, 1, *offer.BaseNo)
	require.Equal(t, 2, offer.VersionNo)
	require.Equal(t, "Ny tekst", offer.ChangeNote)
	require.Equal(t, 1, *d.BaseNo)
	require.NotEmpty(t, offer.Changes)
	for _, c := range offer.Changes {
		require.Equal(t, clause.Changed, c.Change)
		require.NotEmpty(t, c.Number)
	}
	require.Equal(t, d.Changes(), offer.Changes, "the organisation's own facts are in both")

	base = w.again(base)
	require.Equal(t, agreement.Replacement, base.Kind)
	require.Nil(t, base.BaseNo)
	require.Empty(t, base.Changes)
	require.Equal(t, offer.ID, base.Successor)
	require.Equal(t, agreement.Amendment, base.SuccessorKind())

	kinds := map[int64]string{}
	rows, _, err := task.NewTodos(w.Store).List(t.Context(), w.person(w.viborg), task.TodoFilter{}, storage.Page{Sort: "due", Limit: 10})
	require.NoError(t, err)
	for _, r := range rows {
		kinds[r.Target] = r.VersionKind
	}
	require.Equal(t, map[int64]string{base.ID: "replacement", offer.ID: "amendment"}, kinds)
}

// What the organisation says otherwise than in the agreement that is amended is a change of
// its text: the paper prints the clause that holds it, as it prints what all have changed.
func TestAnAmendmentPrintsOwnFactsThatChange(t *testing.T) {
	w := setup(t)
	_, base, offer := w.amended()
	first := w.paper(offer)
	require.Contains(t, first, "12 timer", "what all have changed")
	require.NotContains(t, first, "777", "as it was, so it is not said again")
	told := len(offer.Changes)

	_, err := w.agreements.AnswerOwn(t.Context(), w.person(w.viborg), offer.ID, "data.persons", 1, 888)
	require.NoError(t, err)
	require.NoError(t, w.agreements.MakePaper(t.Context(), agreement.PaperJob{Accession: offer.ID, Organisation: w.viborg}))
	offer = w.again(offer)
	require.Equal(t, 2, offer.Current())
	require.Contains(t, w.paper(offer), "Hos den dataansvarlige er det omkring 888 personer.")
	require.NotContains(t, w.paper(offer), "Hos den dataansvarlige: ", "the contact is the same")
	require.Len(t, offer.Changes, told+1, "and the page names the clause")
	require.NoError(t, w.agreements.MakePaper(t.Context(), agreement.PaperJob{Accession: base.ID, Organisation: w.viborg}))
	require.Contains(t, w.paper(base), "omkring 777 personer", "the agreement that it amends stays")

	_, err = w.agreements.AnswerOwn(t.Context(), w.person(w.viborg), offer.ID, "data.persons", 2, 777)
	require.NoError(t, err)
	require.NoError(t, w.agreements.MakePaper(t.Context(), agreement.PaperJob{Accession: offer.ID, Organisation: w.viborg}))
	offer = w.again(offer)
	require.NotContains(t, w.paper(offer), "omkring 777", "said as before again: no change")
	require.Len(t, offer.Changes, told)
}

// paper is the text of an accession's newest Word file.
func (w *world) paper(d agreement.AccessionDetail) string {
	w.t.Helper()
	_, _, body, err := w.agreements.Download(w.t.Context(), w.person(d.Organisation), d.ID, "docx", 0)
	require.NoError(w.t, err)
	raw, err := io.ReadAll(body)
	require.NoError(w.t, errors.Join(err, body.Close()))
	read, err := word.Read(bytes.NewReader(raw), int64(len(raw)))
	require.NoError(w.t, err)
	var all strings.Builder
	for _, p := range read.Paragraphs {
		all.WriteString(p.Text() + "\n")
	}
	return all.String()
}
