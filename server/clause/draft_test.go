package clause_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/clause"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/storage/storagetest"
)

type house struct {
	*storagetest.Env
	t              *testing.T
	clauses        *clause.Service
	sample         int64
	lawyer, second access.Scope
}

func setup(t *testing.T) *house {
	t.Parallel()
	h := &house{Env: storagetest.New(t), t: t}
	h.clauses = clause.New(h.Store)
	require.NoError(t, pgx.BeginFunc(t.Context(), h.Conn("klausul_admin"), func(tx pgx.Tx) (err error) {
		h.sample, err = clause.LoadSample(t.Context(), tx)
		return err
	}))
	h.lawyer, h.second = h.Scope(access.Lawyer, 0), h.Scope(access.Lawyer, 0)
	return h
}

func (h *house) draft() clause.Tree {
	h.t.Helper()
	id, err := h.clauses.NewDraft(h.t.Context(), h.lawyer, h.sample, "")
	require.NoError(h.t, err)
	return h.tree(id)
}

func (h *house) tree(id int64) clause.Tree {
	h.t.Helper()
	tree, err := h.clauses.Tree(h.t.Context(), h.lawyer, id)
	require.NoError(h.t, err)
	return tree
}

func at(t *testing.T, tree clause.Tree, key string) clause.Clause {
	t.Helper()
	i := slices.IndexFunc(tree.Clauses, func(c clause.Clause) bool { return c.Key == key })
	require.GreaterOrEqual(t, i, 0, key)
	return tree.Clauses[i]
}

func written(text string) []clause.Block {
	spans, err := clause.Spans(text)
	if err != nil {
		panic(err)
	}
	return []clause.Block{{Kind: clause.Paragraph, Spans: spans}}
}

func TestADraftIsTheSameText(t *testing.T) {
	h := setup(t)
	d, of := h.draft(), h.tree(h.sample)
	require.Equal(t, clause.Draft, d.State)
	require.Equal(t, of.TextHash, d.TextHash)
	require.Equal(t, of.ID, *d.BasedOn)
	n, err := strconv.Atoi(of.Version.Version)
	require.NoError(t, err)
	require.Equal(t, strconv.Itoa(n+1), d.Version.Version)
	require.Len(t, d.Siblings, 2)
	for _, c := range clause.Compare(of.Version, d.Version).Clauses {
		require.Equal(t, clause.Same, c.Kind)
	}
	_, err = h.clauses.NewDraft(t.Context(), h.lawyer, h.sample, of.Version.Version)
	require.ErrorIs(t, err, clause.ErrLabel)
	_, err = h.clauses.NewDraft(t.Context(), h.lawyer, 999999, "")
	require.ErrorIs(t, err, fault.ErrNotFound)
}

func TestRulesOfADraft(t *testing.T) {
	h := setup(t)
	ctx := t.Context()
	d := h.draft()
	two := 2
	made := field.Rule{Code: "hurtig", Path: "breach.hours", Severity: field.Warning, When: &field.Condition{Path: "breach.hours", Below: &two},
		Says: map[string]string{"da": "Kort", "en": "Short"}, Source: "Prøve"}
	require.NoError(t, h.clauses.SaveRule(ctx, h.lawyer, d.ID, nil, &made))
	require.Len(t, h.tree(d.ID).Rules, len(d.Rules)+1)
	require.ErrorIs(t, h.clauses.SaveRule(ctx, h.lawyer, d.ID, nil, &made), clause.ErrRule, "there is one of that name")
	changed := made
	changed.Severity = field.Error
	require.NoError(t, h.clauses.SaveRule(ctx, h.lawyer, d.ID, &made, &changed))
	require.ErrorIs(t, h.clauses.SaveRule(ctx, h.second, d.ID, &made, nil), clause.ErrRule, "somebody changed it since")
	silent := changed
	silent.When = nil
	require.ErrorIs(t, h.clauses.SaveRule(ctx, h.lawyer, d.ID, &changed, &silent), clause.ErrRules)
	require.NoError(t, h.clauses.SaveRule(ctx, h.lawyer, d.ID, &changed, nil))
	require.Equal(t, d.Rules, h.tree(d.ID).Rules)
	require.ErrorIs(t, h.clauses.SaveRule(ctx, h.lawyer, h.sample, nil, &made), clause.ErrFrozen)
}

func TestEditing(t *testing.T) {
	h := setup(t)
	ctx := t.Context()
	d := h.draft()
	first, last := d.Clauses[3], d.Clauses[4]

	saved, err := h.clauses.EditClause(ctx, h.lawyer, d.ID, first.Key, first.Edited.Version, "Ny overskrift", written("Ny tekst ((vores))."))
	require.NoError(t, err)
	require.Equal(t, 2, saved.Edited.Version)

	t.Run("two people on two clauses never meet", func(t *testing.T) {
		_, err := h.clauses.EditClause(ctx, h.second, d.ID, last.Key, last.Edited.Version, last.Heading, written("En anden tekst."))
		require.NoError(t, err)
	})
	t.Run("on one clause the second is told the other's text", func(t *testing.T) {
		_, err := h.clauses.EditClause(ctx, h.second, d.ID, first.Key, first.Edited.Version, "x", written("Min tekst."))
		require.ErrorIs(t, err, clause.ErrConflict)
		f, _ := fault.Of(err)
		require.Equal(t, "Ny overskrift", f.Detail["heading"])
		require.Equal(t, 2, f.Detail["version"])
		require.NotEmpty(t, f.Detail["by"])
		require.Equal(t, "Ny overskrift", at(t, h.tree(d.ID), first.Key).Heading)
	})
	t.Run("a slot on nothing is refused with its place", func(t *testing.T) {
		_, err := h.clauses.EditClause(ctx, h.lawyer, d.ID, first.Key, 2, "", written("{findes.ikke}"))
		require.ErrorIs(t, err, clause.ErrSlot)
		f, _ := fault.Of(err)
		require.Equal(t, "/blocks/0/spans/0/field", f.Fields[0].Pointer)
	})
	t.Run("the hash follows the text", func(t *testing.T) {
		tree := h.tree(d.ID)
		require.Equal(t, clause.Sum(tree.Clauses), tree.TextHash)
		require.NotEqual(t, d.TextHash, tree.TextHash)
		require.Equal(t, at(t, tree, first.Key).Sum(), at(t, tree, first.Key).Hash)
	})
	t.Run("a clause comes in, moves, goes and comes back", func(t *testing.T) {
		made, err := h.clauses.AddClause(ctx, h.lawyer, d.ID, first.Key, false, "", written("Tilføjet."))
		require.NoError(t, err)
		was := h.tree(d.ID)
		require.Equal(t, last.Number, at(t, was, made.Key).Number, "numbers are derived again")
		require.NoError(t, h.clauses.MoveClause(ctx, h.lawyer, d.ID, made.Key, made.Edited.Version, -1))
		require.Equal(t, first.Number, at(t, h.tree(d.ID), made.Key).Number)
		require.ErrorIs(t, h.clauses.MoveClause(ctx, h.lawyer, d.ID, made.Key, made.Edited.Version, -1), clause.ErrPlace)
		require.NoError(t, h.clauses.RemoveClause(ctx, h.lawyer, d.ID, made.Key, made.Edited.Version))
		gone := h.tree(d.ID)
		require.Len(t, gone.Clauses, len(was.Clauses)-1)
		require.Equal(t, made.Key, gone.Removed[0].Key)
		require.ErrorIs(t, h.clauses.RestoreClause(ctx, h.lawyer, d.ID, made.Key, made.Edited.Version), clause.ErrConflict)
		require.NoError(t, h.clauses.RestoreClause(ctx, h.lawyer, d.ID, made.Key, gone.Removed[0].Edited.Version))
		require.Len(t, h.tree(d.ID).Clauses, len(was.Clauses))
	})
	t.Run("a field is changed as it was read", func(t *testing.T) {
		had := h.tree(d.ID).Fields[1]
		next := had
		next.Label = "Et nyt navn"
		require.NoError(t, h.clauses.SaveField(ctx, h.lawyer, d.ID, &had, &next))
		require.ErrorIs(t, h.clauses.SaveField(ctx, h.second, d.ID, &had, &had), clause.ErrField)
		added := field.Field{Path: "ny.oplysning", Type: field.Text, Label: "Ny oplysning"}
		require.NoError(t, h.clauses.SaveField(ctx, h.lawyer, d.ID, nil, &added))
		require.ErrorIs(t, h.clauses.SaveField(ctx, h.lawyer, d.ID, nil, &added), clause.ErrField)
		broken := added
		broken.Default, broken.Path = "uden kilde", "x"
		require.ErrorIs(t, h.clauses.SaveField(ctx, h.lawyer, d.ID, nil, &broken), clause.ErrFields)
		require.Contains(t, h.tree(d.ID).Problems(), clause.Problem{Code: "field_unused", Error: true, Field: "ny.oplysning", Detail: "Ny oplysning"})
		require.NoError(t, h.clauses.SaveField(ctx, h.lawyer, d.ID, &added, nil))
	})
	t.Run("who changed what is told", func(t *testing.T) {
		rows, err := h.Store.History(ctx, h.lawyer, "template", d.ID)
		require.NoError(t, err)
		require.Equal(t, "template.draft", rows[len(rows)-1].Action)
		require.Equal(t, "template.field", rows[0].Action)
	})
	_, err = h.clauses.EditClause(ctx, h.lawyer, h.sample, first.Key, 1, "x", nil)
	require.ErrorIs(t, err, clause.ErrFrozen, "what is published stands")
}

func TestFourEyesToPublish(t *testing.T) {
	h := setup(t)
	ctx := t.Context()
	d := h.draft()
	member := h.Scope(access.ContactPerson, h.Member("Viborg Kommune"))
	_, err := h.clauses.Tree(ctx, member, d.ID)
	require.ErrorIs(t, err, fault.ErrNotFound, "a member sees no draft")

	require.ErrorIs(t, h.clauses.Review(ctx, h.lawyer, d.ID, d.Revision), clause.ErrOwnReview)
	require.ErrorIs(t, h.clauses.Publish(ctx, h.second, d.ID, d.Revision), clause.ErrNotReviewed)
	require.ErrorIs(t, h.clauses.Review(ctx, h.second, d.ID, d.Revision+1), fault.ErrStale)
	require.NoError(t, h.clauses.Review(ctx, h.second, d.ID, d.Revision))
	require.NoError(t, h.clauses.Return(ctx, h.lawyer, d.ID, h.tree(d.ID).Revision, "Bestemmelse 4.1 mangler"))
	back := h.tree(d.ID)
	require.Equal(t, "Bestemmelse 4.1 mangler", back.Returned)
	require.Equal(t, clause.Draft, back.State)

	require.NoError(t, h.clauses.RemoveClause(ctx, h.lawyer, d.ID, back.Clauses[2].Key, back.Clauses[2].Edited.Version))
	require.NoError(t, h.clauses.Declare(ctx, h.lawyer, d.ID, h.tree(d.ID).Revision, clause.Declaration{Name: "Skabelon", Version: "2027", Provenance: clause.Secretariat}))
	require.ErrorIs(t, h.clauses.Declare(ctx, h.lawyer, d.ID, h.tree(d.ID).Revision, clause.Declaration{Name: "x", Version: "1", Provenance: clause.Authority}), clause.ErrProvenance)
	require.ErrorIs(t, h.clauses.Declare(ctx, h.lawyer, d.ID, h.tree(d.ID).Revision, clause.Declaration{Name: "x", Version: h.tree(h.sample).Version.Version, Provenance: clause.Sample}), clause.ErrLabel)
	empty, err := h.clauses.AddClause(ctx, h.lawyer, d.ID, back.Clauses[1].Key, false, "", nil)
	require.NoError(t, err)
	require.NoError(t, h.clauses.Review(ctx, h.second, d.ID, h.tree(d.ID).Revision))
	err = h.clauses.Publish(ctx, h.lawyer, d.ID, h.tree(d.ID).Revision)
	require.ErrorIs(t, err, clause.ErrProblems)
	f, _ := fault.Of(err)
	require.Contains(t, f.Detail["problems"], clause.Problem{Code: "clause_empty", Error: true, Clause: empty.Key, Detail: at(t, h.tree(d.ID), empty.Key).Number})

	require.NoError(t, h.clauses.Return(ctx, h.second, d.ID, h.tree(d.ID).Revision, "En tom bestemmelse"))
	require.NoError(t, h.clauses.RemoveClause(ctx, h.lawyer, d.ID, empty.Key, 1))
	require.NoError(t, h.clauses.RestoreClause(ctx, h.lawyer, d.ID, back.Clauses[2].Key, back.Clauses[2].Edited.Version+1))
	require.NoError(t, h.clauses.Review(ctx, h.second, d.ID, h.tree(d.ID).Revision))
	require.NoError(t, h.clauses.Publish(ctx, h.second, d.ID, h.tree(d.ID).Revision))
	now, was := h.tree(d.ID), h.tree(h.sample)
	require.Equal(t, clause.Published, now.State)
	require.Equal(t, clause.Superseded, was.State)
	require.Equal(t, now.ID, *was.SupersededBy)
	require.Equal(t, clause.Sum(now.Clauses), now.TextHash)

	t.Run("a member reads what is published", func(t *testing.T) {
		tree, err := h.clauses.Tree(ctx, member, d.ID)
		require.NoError(t, err)
		require.Len(t, tree.Clauses, len(now.Clauses))
		require.Len(t, tree.Siblings, 2)
		offered, err := h.clauses.List(ctx, member)
		require.NoError(t, err)
		for _, v := range offered {
			require.Equal(t, clause.Published, v.State)
			require.NotEqual(t, h.sample, v.ID)
		}
	})
	t.Run("who left reads what is for everybody", func(t *testing.T) {
		gone := h.Organisation("Skive Kommune")
		h.Membership(gone, "2020-01-01", "2021-12-31")
		former := h.Scope(access.ContactPerson, gone)
		_, err := h.clauses.Tree(ctx, former, d.ID)
		require.ErrorIs(t, err, fault.ErrNotFound)
		families, err := h.clauses.Families(ctx, h.lawyer)
		require.NoError(t, err)
		i := slices.IndexFunc(families, func(f clause.Family) bool { return f.Key == now.Key })
		f := families[i]
		f.Audience = clause.ForAll
		require.NoError(t, h.clauses.SaveFamily(ctx, h.lawyer, f, f.Version))
		require.ErrorIs(t, h.clauses.SaveFamily(ctx, h.lawyer, f, f.Version), fault.ErrStale)
		_, err = h.clauses.Tree(ctx, former, d.ID)
		require.NoError(t, err)
	})
	t.Run("two versions are compared", func(t *testing.T) {
		c, err := h.clauses.Compare(ctx, member, h.sample, d.ID)
		require.NoError(t, err)
		require.Len(t, c.Clauses, len(now.Clauses))
	})
}

// A published text is kept in memory. Who may read it is asked of the database each time, a
// draft made from it is another text, and who changes what he was given changes it for nobody.
func TestPublishedTextFromMemory(t *testing.T) {
	h := setup(t)
	first, err := h.clauses.Get(t.Context(), h.lawyer, h.sample)
	require.NoError(t, err)
	stranger := h.Scope(access.ContactPerson, h.Organisation("Ikke medlem"))
	_, err = h.clauses.Get(t.Context(), stranger, h.sample)
	require.ErrorIs(t, err, fault.ErrNotFound)
	first.Clauses[0].Heading = "Ændret"
	again, err := h.clauses.Get(t.Context(), h.lawyer, h.sample)
	require.NoError(t, err)
	require.NotEqual(t, "Ændret", again.Clauses[0].Heading)
	require.Len(t, again.Clauses, len(first.Clauses))
	require.Equal(t, first.Fields, again.Fields)
	require.Equal(t, first.Rules, again.Rules)
}
