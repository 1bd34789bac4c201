package agreement_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAListThatIsCutSaysSo(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	d, own := w.offered()
	w.Exec("insert into agreement_comment (agreement_id, path, clause_key, text, created_at, created_by, resolved_at) select $1, '', '', 'Nr. ' || n, now(), (select min(id) from app_user), case when n > 1 then now() end from generate_series(1, 200) n", d.ID)
	rows, more, err := w.agreements.Comments(ctx, w.lawyer, d.ID)
	require.NoError(t, err)
	require.False(t, more, "200 are all")
	require.Equal(t, "Nr. 1", rows[0].Text)
	w.Exec("insert into agreement_comment (agreement_id, path, clause_key, text, created_at, created_by, resolved_at) select $1, '', '', 'Ny', now(), (select min(id) from app_user), now()", d.ID)
	rows, more, err = w.agreements.Comments(ctx, w.lawyer, d.ID)
	require.NoError(t, err)
	require.True(t, more)
	require.Len(t, rows, 200)
	require.Equal(t, "Nr. 1", rows[0].Text, "what is open is left out last")
	require.Equal(t, "Ny", rows[199].Text)

	w.Exec("insert into accession_step (accession_id, organisation_id, state, on_date, capacity, at) select $1, $2, case n % 2 when 0 then 'on_hold' else 'offered' end, current_date, 'member', now() from generate_series(1, 201) n", own.ID, w.viborg)
	w.Exec("insert into instruction (accession_id, organisation_id, given_on, given_to, wording, recorded_at) select $1, $2, current_date - n, '', 'Nr. ' || n, now() from generate_series(1, 201) n", own.ID, w.viborg)
	long := w.own(w.viborg)
	require.True(t, long.MoreSteps)
	require.Len(t, long.Steps, 200)
	require.Equal(t, "offered", string(long.Steps[199].State), "the newest stands last")
	require.True(t, long.MoreInstructions)
	require.Equal(t, "Nr. 1", long.Instructions[0].Wording)

	w.Exec("insert into mandate (organisation_id, from_date, to_date, note, recorded_at, revoked_at) select $1, current_date - n, current_date - n, 'Nr. ' || n, now(), now() from generate_series(1, 201) n", w.viborg)
	mandates, more, err := w.agreements.Mandates(ctx, w.lawyer)
	require.NoError(t, err)
	require.True(t, more)
	require.Len(t, mandates, 200)
}
