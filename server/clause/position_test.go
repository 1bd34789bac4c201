package clause_test

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/clause"
	"klausul/server/fault"
	"klausul/server/storage/storagetest"
)

func number(n int) *int { return &n }

func TestWithin(t *testing.T) {
	hours := clause.Position{Minimum: number(1), Maximum: number(36)}
	concept := clause.Position{Allowed: []string{"4", "5"}}
	for name, c := range map[string]struct {
		position      clause.Position
		value         any
		within, known bool
	}{
		"in the range":                       {hours, 24.0, true, true},
		"at its end":                         {hours, 36, true, true},
		"beyond":                             {hours, 48, false, true},
		"one of the allowed":                 {concept, "5", true, true},
		"none of them":                       {concept, "2", false, true},
		"a text where a number is spoken of": {hours, "uden unødig forsinkelse", false, false},
		"a position without a range":         {clause.Position{}, 24, false, false},
		"a number where words are spoken of": {concept, 5, false, false},
		"no upper end":                       {clause.Position{Minimum: number(30)}, 900, true, true},
	} {
		within, known := c.position.Within(c.value)
		require.Equal(t, [2]bool{c.within, c.known}, [2]bool{within, known}, name)
	}
}

func TestPositionsOfTheDisputes(t *testing.T) {
	v, err := clause.SampleVersion()
	require.NoError(t, err)
	positions, err := clause.FirstPositions(v)
	require.NoError(t, err)
	require.Len(t, positions, 12)
	for _, p := range positions {
		require.True(t, p.Unconfirmed, p.Issue)
		require.NotEmpty(t, p.Preferred, p.Issue)
		require.NotEmpty(t, p.WalkAway, p.Issue)
		require.NotEmpty(t, p.Escalate, p.Issue)
	}
}

func TestPositions(t *testing.T) {
	e := storagetest.New(t)
	s := clause.New(e.Store)
	lawyer := e.Scope(access.Lawyer, 0)
	require.NoError(t, pgx.BeginFunc(t.Context(), e.Conn("klausul_admin"), func(tx pgx.Tx) error {
		_, err := clause.LoadSample(t.Context(), tx)
		return err
	}))
	first, err := s.Positions(t.Context(), lawyer, "eksempel")
	require.NoError(t, err)
	require.Len(t, first, 12)

	made, err := s.AddPosition(t.Context(), lawyer, clause.Position{Family: "eksempel", Kind: "clause", Subject: "s5-1", Issue: " Tavshedspligt ", Preferred: "for alle",
		Fallbacks: []clause.Fallback{{Wording: "Kun for dem med adgang."}, {Wording: "  "}}})
	require.NoError(t, err)
	require.Equal(t, "Tavshedspligt", made.Issue)
	require.Len(t, made.Fallbacks, 1, "a fall-back without wording is none")

	_, err = s.AddPosition(t.Context(), lawyer, clause.Position{Family: "eksempel", Kind: "clause", Subject: "s5-1", Issue: "Tavshedspligt"})
	require.ErrorIs(t, err, clause.ErrPositionTwice)
	_, err = s.AddPosition(t.Context(), lawyer, clause.Position{Family: "eksempel", Kind: "clause", Subject: "s5-1", Issue: "x", Minimum: number(3), Maximum: number(1)})
	require.ErrorIs(t, err, clause.ErrPosition)

	changed := made
	changed.WalkAway = "Ingen tavshedspligt"
	changed, err = s.ChangePosition(t.Context(), lawyer, made.ID, made.Version, changed)
	require.NoError(t, err)
	_, err = s.ChangePosition(t.Context(), lawyer, made.ID, made.Version, made)
	require.ErrorIs(t, err, fault.ErrStale, "somebody changed it since")

	require.NoError(t, s.RemovePosition(t.Context(), lawyer, made.ID, false))
	require.ErrorIs(t, s.RemovePosition(t.Context(), lawyer, made.ID, false), fault.ErrNotFound)
	gone, err := s.Positions(t.Context(), lawyer, "eksempel")
	require.NoError(t, err)
	require.Len(t, gone, 12)
	require.NoError(t, s.RemovePosition(t.Context(), lawyer, made.ID, true), "and comes back")
	back, err := s.Positions(t.Context(), lawyer, "")
	require.NoError(t, err)
	require.Len(t, back, 13)
}
