package agreement_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/storage"
)

// Members see what was agreed. Why is out of their reach in the database too.
func TestReasonsOfDeviationsAreTheSecretariats(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	d := w.answered()
	w.Exec(`insert into negotiated_clause (agreement_version_id, clause_key, clause, kind, before, after, touched, reason, decided_at)
		values ($1, 's10-2', '{"Key": "s10-2", "Level": 2, "Number": "10.2", "Blocks": [{"kind": "paragraph", "spans": [{"kind": "supplementary", "text": "Aftalt"}]}]}', 'changed', '', 'Aftalt', true, 'De har døgnvagt', now())`, d.VersionID)
	_, err := w.agreements.Release(ctx, w.lawyer, d.ID, d.Version, everybody)
	require.NoError(t, err)
	viborg := w.Scope(access.ContactPerson, w.viborg)
	for _, c := range []struct {
		scope  access.Scope
		reason string
	}{{w.lawyer, "De har døgnvagt"}, {viborg, ""}} {
		_, v, err := w.agreements.Deviations(ctx, c.scope, d.ID)
		require.NoError(t, err)
		rows := v.Clauses
		require.Len(t, rows, 1)
		require.Equal(t, []any{agreement.NegotiatedChanged, "Aftalt", c.reason}, []any{rows[0].Kind, rows[0].Is, rows[0].Reason})
	}
	for _, column := range []string{"reason", "decided_by"} {
		err = w.Store.Read(ctx, viborg, func(tx *storage.Tx) error {
			_, err := tx.Pgx().Exec(ctx, "select "+column+" from negotiated_clause")
			return err
		})
		var refused *pgconn.PgError
		require.ErrorAs(t, err, &refused, column)
		require.Equal(t, "42501", refused.Code)
	}
}

// The report follows the text: 5.2 before 10.2 before 12.1, each with what it stands under.
func TestDeviationsStandInTheOrderOfTheText(t *testing.T) {
	w := setup(t)
	d := w.answered()
	for _, number := range []string{"12.1", "10.2", "5.2"} {
		key := "s" + strings.ReplaceAll(number, ".", "-")
		w.Exec(`insert into negotiated_clause (agreement_version_id, clause_key, clause, kind, before, after, touched, decided_at)
			values ($1, $2::text, jsonb_build_object('Key', $2::text, 'Level', 2, 'Number', $3::text, 'Blocks', '[{"kind": "paragraph", "spans": [{"kind": "supplementary", "text": "Aftalt"}]}]'::jsonb), 'changed', '', 'Aftalt', $3::text = '12.1', now())`, d.VersionID, key, number)
	}
	_, v, err := w.agreements.Deviations(t.Context(), w.lawyer, d.ID)
	require.NoError(t, err)
	var order []string
	for _, n := range v.Clauses {
		order = append(order, n.Clause.Number)
		require.NotEmpty(t, n.Heading, n.Clause.Number)
	}
	require.Equal(t, []string{"5.2", "10.2", "12.1"}, order)
}
