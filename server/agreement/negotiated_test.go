package agreement_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement"
	"klausul/server/clause"
)

func TestMovedClausesStandWhereTheyWereMoved(t *testing.T) {
	t.Parallel()
	tree := func(keys string) (out []clause.Clause) {
		for k := range strings.FieldsSeq(keys) {
			out = append(out, clause.Clause{Key: k, Level: 2})
		}
		return out
	}
	for _, c := range []struct {
		tree, want string
		rows       [][2]string // what follows what
	}{
		{"s1 s2-1 s2-2 s2-3 s2-4", "s1 s2-3 s2-4 s2-2 s2-1", [][2]string{{"s2-1", "s2-2"}, {"s2-2", "s2-4"}}},
		{"p c z", "p z c", [][2]string{{"c", "z"}}},
		{"a b", "a new1 new2 b", [][2]string{{"new1", "a"}, {"new2", "new1"}}},
		{"a b", "a b lost", [][2]string{{"lost", "gone"}}},
	} {
		var rows []agreement.Negotiated
		for _, r := range c.rows {
			rows = append(rows, agreement.Negotiated{Key: r[0], After: r[1], Clause: clause.Clause{Key: r[0], Level: 2}})
		}
		given := tree(c.tree)
		var got []string
		for _, x := range agreement.WithNegotiated(given, rows) {
			got = append(got, x.Key)
		}
		require.Equal(t, c.want, strings.Join(got, " "))
		require.Equal(t, tree(c.tree), given, "the template's own tree stays as it is")
	}
}
