package system_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage/storagetest"
	"klausul/server/system"
)

func TestPolicyNumbers(t *testing.T) {
	t.Parallel()
	e := storagetest.New(t)
	s := system.New(e.Store)
	admin := e.Scope(access.SecretariatAdmin, 0)
	values := func(scope access.Scope, key string) []system.PolicyNumber {
		all, err := s.Policies(t.Context(), scope)
		require.NoError(t, err)
		return all[slices.IndexFunc(all, func(p system.Policy) bool { return p.Key == key })].Values
	}
	n := system.PolicyNumber{Key: system.Threshold, From: day("2027-01-01"), Value: 5, Source: "Bestyrelsens beslutning 4. november 2026"}
	require.NoError(t, s.SetPolicy(t.Context(), admin, n))
	require.ErrorIs(t, s.SetPolicy(t.Context(), admin, n), system.ErrPolicyDate, "a number is never overwritten")
	t.Run("a number ahead stands beside the one that applies and the one before", func(t *testing.T) {
		all := values(admin, system.Threshold)
		require.Len(t, all, 3)
		require.Equal(t, []any{int32(5), false, system.PolicyAhead}, []any{all[0].Value, all[0].Unconfirmed, all[0].State})
		require.Equal(t, []any{int32(10), true, system.PolicyApplies}, []any{all[1].Value, all[1].Unconfirmed, all[1].State})
		require.Equal(t, system.PolicyWas, all[2].State)
		require.NotEmpty(t, all[0].By)
		require.Empty(t, all[1].By, "it came with the program")
	})
	t.Run("who set it is the secretariat's affair", func(t *testing.T) {
		require.Empty(t, values(e.Scope(access.DPO, e.Member("Viborg Kommune")), system.Threshold)[0].By)
	})
	t.Run("one that was never set has no values", func(t *testing.T) {
		require.Empty(t, values(admin, "agreement.second_eyes"))
		require.NoError(t, s.SetPolicy(t.Context(), admin, system.PolicyNumber{Key: "agreement.second_eyes", From: day("2026-01-01"), Value: 1, Source: "prøve"}))
		require.Equal(t, system.PolicyApplies, values(admin, "agreement.second_eyes")[0].State)
	})
	t.Run("the number has its bounds, a source, and a reader", func(t *testing.T) {
		for _, refused := range []struct {
			key    string
			value  int32
			source string
			with   error
		}{
			{system.Threshold, 0, "x", system.ErrPolicyValue},
			{"agreement.second_eyes", 2, "x", system.ErrPolicyValue},
			{"task.remind_every", 0, "x", system.ErrPolicyValue},
			{"task.accession_days", 366, "x", system.ErrPolicyValue},
			{"task.accession_days", 30, " ", system.ErrPolicySource},
			{"task.nobody_reads", 30, "x", fault.ErrNotFound},
		} {
			err := s.SetPolicy(t.Context(), admin, system.PolicyNumber{Key: refused.key, From: day("2028-01-01"), Value: refused.value, Source: refused.source})
			require.ErrorIs(t, err, refused.with, refused.key)
		}
	})
	t.Run("every number that the database was born with is among them", func(t *testing.T) {
		for key := range strings.SplitSeq(storagetest.One[string](e, "select string_agg(distinct key, ' ') from policy_number"), " ") {
			require.True(t, slices.ContainsFunc(system.PolicyKinds, func(k system.PolicyKind) bool { return k.Key == key }), key)
		}
	})
	t.Run("the database lets no lawyer set one", func(t *testing.T) {
		err := s.SetPolicy(t.Context(), e.Scope(access.Lawyer, 0), system.PolicyNumber{Key: system.Threshold, From: day("2028-01-01"), Value: 1, Source: "x"})
		require.ErrorContains(t, err, "42501")
		_, refused := fault.Of(err)
		require.False(t, refused)
	})
}
