package agreement_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/clause"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/storage"
)

// published makes the next version of the sample: a field is gone, one is new and must be
// answered, one has other limits, and a clause reads otherwise.
func (w *world) published() clause.Version {
	w.t.Helper()
	ctx, second := w.t.Context(), w.Scope(access.Lawyer, 0)
	templates := clause.New(w.Store)
	id, err := templates.NewDraft(ctx, w.lawyer, w.template, "")
	require.NoError(w.t, err)
	tree, err := templates.Tree(ctx, w.lawyer, id)
	require.NoError(w.t, err)
	spans, err := clause.Spans("Det nye spørgsmål: {nyt.felt}.")
	require.NoError(w.t, err)
	added := field.Field{Path: "nyt.felt", Type: field.Text, Label: "Nyt felt", Required: true}
	require.NoError(w.t, templates.SaveField(ctx, w.lawyer, id, nil, &added))
	_, err = templates.AddClause(ctx, w.lawyer, id, tree.Clauses[1].Key, false, "", []clause.Block{{Kind: clause.Paragraph, Spans: spans}})
	require.NoError(w.t, err)
	hours, _ := field.Find(tree.Fields, "breach.hours")
	fewer := hours
	most := 30
	fewer.Maximum = &most
	require.NoError(w.t, templates.SaveField(ctx, w.lawyer, id, &hours, &fewer))
	tree, err = templates.Tree(ctx, w.lawyer, id)
	require.NoError(w.t, err)
	require.NoError(w.t, templates.Review(ctx, second, id, tree.Revision))
	require.NoError(w.t, templates.Publish(ctx, second, id, tree.Revision+1))
	tree, err = templates.Tree(ctx, w.lawyer, id)
	require.NoError(w.t, err)
	return tree.Version
}

func fate(m agreement.Move, path string) agreement.AnswerFate {
	i := slices.IndexFunc(m.Answers, func(a agreement.MovedAnswer) bool { return a.Path == path })
	if i < 0 {
		return ""
	}
	return m.Answers[i].Fate
}

func TestMoveADraftAndBack(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	d := w.draft()
	for path, value := range map[string]any{"service.purpose": "Drift", "breach.hours": 36,
		"subprocessors.list": []any{map[string]any{"name": "Vestsky", "purpose": "Drift", "country": "US"}}} {
		_, err := w.agreements.Answer(ctx, w.lawyer, d.ID, path, 0, value)
		require.NoError(t, err)
	}
	_, err := w.agreements.PlanMove(ctx, w.lawyer, d.ID, w.template)
	require.ErrorIs(t, err, agreement.ErrSameTemplate)
	to := w.published()
	_, err = w.agreements.Create(ctx, w.lawyer, w.vendor, w.systems, w.template, "")
	require.ErrorIs(t, err, agreement.ErrTemplate, "no new agreement on a superseded version")
	d, err = w.agreements.Get(ctx, w.lawyer, d.ID)
	require.NoError(t, err)
	require.Equal(t, w.template, d.Template, "it never moves by itself")

	m, err := w.agreements.PlanMove(ctx, w.lawyer, d.ID, to.ID)
	require.NoError(t, err)
	require.Equal(t, []agreement.AnswerFate{agreement.FateKept, agreement.FateLost, agreement.FateNew},
		[]agreement.AnswerFate{fate(m, "service.purpose"), fate(m, "breach.hours"), fate(m, "nyt.felt")})
	require.Equal(t, agreement.FateKept, fate(m, "subprocessors.list"))
	require.Empty(t, fate(m, "subprocessors.outside_eea"), "what the register reckons is no answer that could be lost")
	i := slices.IndexFunc(m.Clauses, func(c agreement.MovedClause) bool { return c.Template.Kind == clause.Added })
	require.Equal(t, clause.Added, m.Clauses[i].Agreement.Kind)
	changed := slices.IndexFunc(m.Clauses, func(c agreement.MovedClause) bool {
		return c.Template.Kind == clause.Same && c.Agreement.Kind == clause.Changed
	})
	require.GreaterOrEqual(t, changed, 0, "the template says the same, but the agreement loses its 36 hours")

	require.ErrorIs(t, w.agreements.Move(ctx, w.lawyer, d.ID, d.Version-1, to.ID), fault.ErrStale)
	require.NoError(t, w.agreements.Move(ctx, w.lawyer, d.ID, d.Version, to.ID))
	moved, err := w.agreements.Get(ctx, w.lawyer, d.ID)
	require.NoError(t, err)
	require.Equal(t, to.ID, moved.Template)
	require.Equal(t, d.VersionNo, moved.VersionNo, "a draft moves itself")
	require.Equal(t, "Drift", moved.Values()["service.purpose"])
	require.Nil(t, moved.Values()["breach.hours"])

	back, err := w.agreements.PlanMove(ctx, w.lawyer, d.ID, w.template)
	require.NoError(t, err)
	require.Equal(t, agreement.FateBack, fate(back, "breach.hours"))
	require.NoError(t, w.agreements.Move(ctx, w.lawyer, d.ID, moved.Version, w.template))
	again, err := w.agreements.Get(ctx, w.lawyer, d.ID)
	require.NoError(t, err)
	require.EqualValues(t, 36, again.Values()["breach.hours"], "what was set aside is back")
	require.Equal(t, clause.Sum(d.Shared()), clause.Sum(again.Shared()))
	rows, err := w.Store.History(ctx, w.lawyer, "agreement", d.ID)
	require.NoError(t, err)
	require.Equal(t, "agreement.move", rows[0].Action)
}

// What was agreed with the vendor stays as it is; that it loses its place is said.
func TestAMoveKeepsWhatWasAgreed(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	d := w.draft()
	agreed := func(key, after, kind, text string) {
		w.Exec(`insert into negotiated_clause (agreement_version_id, clause_key, after_key, clause, kind, before, after, touched, decided_at)
			values ($1, $2, $3, jsonb_build_object('Key', $2::text, 'Level', 2, 'Blocks', jsonb_build_array(jsonb_build_object('kind', 'paragraph', 'spans', jsonb_build_array(jsonb_build_object('kind', 'supplementary', 'text', $5::text))))), $4, '', $5, false, now())`,
			d.VersionID, key, after, kind, text)
	}
	agreed("s10-2", "", "changed", "Aftalt om brud")
	to := w.published()
	of := func(m agreement.Move, key string) agreement.MovedClause {
		i := slices.IndexFunc(m.Clauses, func(c agreement.MovedClause) bool { return c.Template.Key == key })
		require.GreaterOrEqual(t, i, 0, key)
		return m.Clauses[i]
	}
	m, err := w.agreements.PlanMove(ctx, w.lawyer, d.ID, to.ID)
	require.NoError(t, err)
	kept := of(m, "s10-2")
	require.Equal(t, []clause.ChangeKind{clause.Same, clause.Same}, []clause.ChangeKind{kept.Template.Kind, kept.Agreement.Kind}, "neither the template nor the agreement changes")
	require.False(t, kept.Adrift)

	require.NoError(t, w.agreements.Move(ctx, w.lawyer, d.ID, d.Version, to.ID))
	old, err := clause.New(w.Store).Tree(ctx, w.lawyer, w.template)
	require.NoError(t, err)
	i := slices.IndexFunc(to.Clauses, func(c clause.Clause) bool {
		return !slices.ContainsFunc(old.Clauses, func(o clause.Clause) bool { return o.Key == c.Key })
	})
	agreed("agreed-1", to.Clauses[i].Key, "new", "Aftalt ved siden af")
	m, err = w.agreements.PlanMove(ctx, w.lawyer, d.ID, w.template)
	require.NoError(t, err)
	require.True(t, of(m, "agreed-1").Adrift, "what it stood behind is not there any more")
	require.Equal(t, clause.Moved, of(m, "agreed-1").Agreement.Kind)
}

func TestAnAnswerGivenAnewIsNotTakenForTheOneSetAside(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	d := w.draft()
	_, err := w.agreements.Answer(ctx, w.lawyer, d.ID, "breach.hours", 0, 36)
	require.NoError(t, err)
	to := w.published()
	move := func(template int64) agreement.Detail {
		at, err := w.agreements.Get(ctx, w.lawyer, d.ID)
		require.NoError(t, err)
		require.NoError(t, w.agreements.Move(ctx, w.lawyer, d.ID, at.Version, template))
		at, err = w.agreements.Get(ctx, w.lawyer, d.ID)
		require.NoError(t, err)
		return at
	}
	moved := move(to.ID)
	version := 0
	for _, a := range moved.Answers {
		if a.Path == "breach.hours" {
			version = a.Version
		}
	}
	_, err = w.agreements.Answer(ctx, w.lawyer, d.ID, "breach.hours", version, 24)
	require.NoError(t, err, "36 waits aside; 24 is what the next template allows")
	plan, err := w.agreements.PlanMove(ctx, w.lawyer, d.ID, w.template)
	require.NoError(t, err)
	require.Equal(t, agreement.FateKept, fate(plan, "breach.hours"))
	require.EqualValues(t, 24, move(w.template).Values()["breach.hours"], "what is called kept is kept")
}

func TestMoveWhatIsReleasedMakesANewDraft(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	d, _ := w.released()
	to := w.published()
	require.NoError(t, w.agreements.Move(ctx, w.lawyer, d.ID, d.Version, to.ID))
	next, err := w.agreements.Get(ctx, w.lawyer, d.ID)
	require.NoError(t, err)
	require.Equal(t, agreement.Draft, next.State)
	require.Equal(t, d.VersionNo+1, next.VersionNo)
	require.Equal(t, d.Values()["service.purpose"], next.Values()["service.purpose"])
	member, err := w.agreements.Get(ctx, w.Scope(access.ContactPerson, w.viborg), d.ID)
	require.NoError(t, err)
	require.Equal(t, d.TextHash, member.TextHash, "the released text stands for the members")

	rows, _, err := w.agreements.Impact(ctx, w.lawyer, to.ID, storage.Page{})
	require.NoError(t, err)
	require.Len(t, rows, 2, "the released text and the draft beside it")
	n, err := w.agreements.CountImpact(ctx, w.lawyer, w.template)
	require.NoError(t, err)
	require.Equal(t, 1, n, "on the earlier version stands only what stands there")
}
