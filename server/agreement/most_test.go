package agreement_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement"
	"klausul/server/fault"
	"klausul/server/storage"
)

func TestAListThatIsCutSaysSo(t *testing.T) {
	w := setup(t)
	_, own := w.offered()
	w.Exec("insert into accession_step (accession_id, organisation_id, state, on_date, capacity, at) select $1, $2, case n % 2 when 0 then 'on_hold' else 'offered' end, current_date, 'member', now() from generate_series(1, 201) n", own.ID, w.viborg)
	w.Exec("insert into instruction (accession_id, organisation_id, given_on, given_to, wording, recorded_at) select $1, $2, current_date - n, '', 'Nr. ' || n, now() from generate_series(1, 201) n", own.ID, w.viborg)
	long := w.own(w.viborg)
	require.True(t, long.MoreSteps)
	require.Len(t, long.Steps, 200)
	require.Equal(t, "offered", string(long.Steps[199].State), "the newest stands last")
	require.True(t, long.MoreInstructions)
	require.Equal(t, "Nr. 1", long.Instructions[0].Wording)
}

// pages reads a list to its end, three at a time, and names each row.
func pages[T any](t *testing.T, sort string, name func(T) string, read func(storage.Page) ([]T, string, error)) (all []string) {
	t.Helper()
	for p, n := (storage.Page{Sort: sort, Limit: 3}), 0; n < 10; n++ {
		rows, next, err := read(p)
		require.NoError(t, err)
		require.LessOrEqual(t, len(rows), 3)
		for _, r := range rows {
			all = append(all, name(r))
		}
		if next == "" {
			return all
		}
		p.Cursor = next
	}
	require.Fail(t, "the list has no end")
	return nil
}

func TestCommentsArePaged(t *testing.T) {
	w := setup(t)
	d := w.draft()
	w.Exec(`insert into agreement_comment (agreement_id, path, clause_key, text, created_at, created_by, resolved_at)
		select $1, '', '', n::text, now(), (select min(id) from app_user), case when n in (3, 4, 6, 7) then now() end from generate_series(1, 8) n`, d.ID)
	all := pages(t, "-open", func(c agreement.Comment) string { return c.Text }, func(p storage.Page) ([]agreement.Comment, string, error) {
		rows, next, open, err := w.agreements.Comments(t.Context(), w.lawyer, d.ID, p)
		require.Equal(t, 4, open, "on whatever page")
		return rows, next, err
	})
	require.Equal(t, []string{"8", "5", "2", "1", "7", "6", "4", "3"}, all, "what is open first, the newest before the oldest")
	_, _, _, err := w.agreements.Comments(t.Context(), w.lawyer, d.ID, storage.Page{Sort: "-open", Cursor: "nix"})
	require.ErrorIs(t, err, storage.ErrCursor)
	_, _, _, err = w.agreements.Comments(t.Context(), w.lawyer, 0, storage.Page{Sort: "-open"})
	require.ErrorIs(t, err, fault.ErrNotFound)
}

func TestMandatesArePaged(t *testing.T) {
	w := setup(t)
	for _, o := range []int32{w.viborg, w.randers} {
		w.Exec("insert into mandate (organisation_id, from_date, to_date, note, recorded_at, revoked_at) select $1, current_date - 9 - n, current_date - 9 - n, n::text, now(), now() from generate_series(1, 3) n", o)
		w.Exec("insert into mandate (organisation_id, from_date, note, recorded_at) values ($1, current_date - 1, 'runs', now())", o)
	}
	all := pages(t, "runs", func(m agreement.Mandate) string { return m.OrganisationName[:1] + m.Note }, func(p storage.Page) ([]agreement.Mandate, string, error) {
		return w.agreements.Mandates(t.Context(), w.lawyer, p)
	})
	require.Equal(t, []string{"Rruns", "Vruns", "R3", "R2", "R1", "V3", "V2", "V1"}, all)
	all = pages(t, "runs", func(m agreement.Mandate) string { return m.OrganisationName[:1] + m.Note }, func(p storage.Page) ([]agreement.Mandate, string, error) {
		return w.agreements.Mandates(t.Context(), w.person(w.viborg), p)
	})
	require.Equal(t, []string{"Vruns", "V3", "V2", "V1"}, all, "and nobody else's")
}

func TestHearingsArePaged(t *testing.T) {
	h := setupHearing(t)
	first := h.hearing.ID
	// Later rounds, closed.
	h.Exec(`with copies as (insert into hearing (agreement_id, agreement_version_id, no, title, vendor_name, systems, question, deadline, language, clauses, fields, text_hash, opened_at, opened_by, closed_at)
		  select agreement_id, agreement_version_id, no + n, n::text, vendor_name, systems, question, deadline, language, clauses, fields, text_hash, opened_at, opened_by, now()
		    from hearing, generate_series(1, 3) n where id = $1 returning id)
		insert into hearing_party (hearing_id, organisation_id) select id, $2 from copies`, first, h.viborg)
	title := func(x agreement.Hearing) string {
		if x.ID == first {
			return "asked"
		}
		return x.Title
	}
	read := func(own bool) func(storage.Page) ([]agreement.Hearing, string, error) {
		return func(p storage.Page) ([]agreement.Hearing, string, error) {
			if own {
				return h.agreements.Hearings(t.Context(), h.fromViborg, 0, p)
			}
			return h.agreements.Hearings(t.Context(), h.lawyer, h.draft.ID, p)
		}
	}
	require.Equal(t, []string{"asked", "3", "2", "1"}, pages(t, "-waits", title, read(true)), "the one that waits, though it is the oldest")
	require.Equal(t, []string{"asked", "3", "2", "1"}, pages(t, "-waits", title, read(false)))
	h.say(h.fromViborg, "clause."+h.draft.Tree.Clauses[1].Key, "Fristen er for kort.")
	_, err := h.agreements.SendHearing(t.Context(), h.fromViborg, first, false)
	require.NoError(t, err)
	require.Equal(t, []string{"3", "2", "1", "asked"}, pages(t, "-waits", title, read(true)), "answered, it waits no longer")
	require.Equal(t, []string{"asked", "3", "2", "1"}, pages(t, "-waits", title, read(false)), "for the secretariat it waits for Randers")
}
