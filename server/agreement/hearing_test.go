package agreement_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/clause"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
)

// heard is a world with a draft, a hearing on it, and the contact persons of both members.
type heard struct {
	*world
	draft           agreement.Detail
	hearing         agreement.HearingDetail
	fromViborg      access.Scope
	fromRanders     access.Scope
	today, deadline time.Time
}

func setupHearing(t *testing.T) heard {
	w := setup(t)
	h := heard{world: w, draft: w.answered(), fromViborg: w.Scope(access.ContactPerson, w.viborg), fromRanders: w.Scope(access.ContactPerson, w.randers)}
	h.today = storage.LegalDate(time.Now())
	h.deadline = h.today.AddDate(0, 0, 14)
	var err error
	h.hearing, err = w.agreements.OpenHearing(t.Context(), w.lawyer, h.draft.ID, h.asking(w.viborg, w.randers))
	require.NoError(t, err)
	return h
}

func (h heard) asking(organisations ...int32) agreement.HearingDraft {
	return agreement.HearingDraft{Question: "Passer teksten til jer?", Deadline: h.deadline, Organisations: organisations}
}

func (h heard) say(scope access.Scope, path string, value any) {
	h.t.Helper()
	_, err := h.agreements.AnswerHearing(h.t.Context(), scope, h.hearing.ID, path, 0, value)
	require.NoError(h.t, err, path)
}

func TestOpenHearing(t *testing.T) {
	h := setupHearing(t)
	ctx := t.Context()
	plan, err := h.agreements.PlanHearing(ctx, h.lawyer, h.draft.ID)
	require.NoError(t, err)
	require.Equal(t, []agreement.PlannedParty{{Organisation: h.randers, Name: "Randers Kommune"}, {Organisation: h.viborg, Name: "Viborg Kommune", Uses: true}}, plan.Parties)
	require.Equal(t, h.hearing.ID, plan.Open.ID)

	t.Run("refused while one is open", func(t *testing.T) {
		_, err := h.agreements.OpenHearing(ctx, h.lawyer, h.draft.ID, h.asking(h.viborg))
		require.ErrorIs(t, err, agreement.ErrHearingOpen)
	})
	for name, c := range map[string]struct {
		change func(*agreement.HearingDraft)
		want   error
	}{
		"without a question":       {func(q *agreement.HearingDraft) { q.Question = " " }, agreement.ErrHearingQuestion},
		"with a day that is over":  {func(q *agreement.HearingDraft) { q.Deadline = h.today.AddDate(0, 0, -1) }, agreement.ErrHearingDeadline},
		"of nobody":                {func(q *agreement.HearingDraft) { q.Organisations = nil }, agreement.ErrHearingNobody},
		"of one that is no member": {func(q *agreement.HearingDraft) { q.Organisations = []int32{h.Organisation("Uden")} }, agreement.ErrHearingParty},
	} {
		t.Run("refused "+name, func(t *testing.T) {
			q := h.asking(h.viborg)
			c.change(&q)
			_, err := h.agreements.OpenHearing(ctx, h.lawyer, h.draft.ID, q)
			require.ErrorIs(t, err, c.want)
		})
	}
	t.Run("refused on a text that is released", func(t *testing.T) {
		d, _ := h.released()
		_, err := h.agreements.OpenHearing(ctx, h.lawyer, d.ID, h.asking(h.viborg))
		require.ErrorIs(t, err, agreement.ErrOffered)
	})
	t.Run("another round after the first is closed, with the text as it then stands", func(t *testing.T) {
		closed, err := h.agreements.CloseHearing(ctx, h.lawyer, h.hearing.ID)
		require.NoError(t, err)
		require.Equal(t, agreement.Figures{Asked: 2, Silent: 2, Categories: closed.Figures().Categories}, closed.Figures(), "no answer is counted as that")
		_, err = h.agreements.CloseHearing(ctx, h.lawyer, h.hearing.ID)
		require.ErrorIs(t, err, agreement.ErrHearingClosed)
		_, err = h.agreements.Answer(ctx, h.lawyer, h.draft.ID, "service.purpose", 1, "Et andet formål")
		require.NoError(t, err)
		second, err := h.agreements.OpenHearing(ctx, h.lawyer, h.draft.ID, h.asking(h.viborg))
		require.NoError(t, err)
		require.Equal(t, 2, second.No)
		require.NotEqual(t, h.hearing.TextHash, second.TextHash)
	})
}

func TestAnswerHearing(t *testing.T) {
	h := setupHearing(t)
	ctx := t.Context()
	t.Run("the member reads the text as it stood, without a right to the draft", func(t *testing.T) {
		_, err := h.agreements.Get(ctx, h.fromViborg, h.draft.ID)
		require.ErrorIs(t, err, fault.ErrNotFound)
		_, err = h.agreements.Answer(ctx, h.lawyer, h.draft.ID, "service.purpose", 1, "Et formål, der kom til siden")
		require.NoError(t, err)
		seen, err := h.agreements.Hearing(ctx, h.fromViborg, h.hearing.ID)
		require.NoError(t, err)
		require.Equal(t, h.hearing.TextHash, seen.TextHash)
		require.Len(t, seen.Parties, 1)
		require.Equal(t, "Viborg Kommune", seen.Parties[0].OrganisationName)
		require.Contains(t, plain(seen.Clauses), "Drift af omsorgsjournalen")
		require.NotContains(t, plain(seen.Clauses), "kom til siden")
	})
	for name, c := range map[string]struct {
		path  string
		value any
		want  error
	}{
		"a question that is not asked": {"service.purpose", "x", field.ErrUnknown},
		"a clause that is not there":   {"clause.nix", "x", field.ErrUnknown},
		"people below none":            {"persons", -1.0, field.ErrValue},
		"a kind of data that is none":  {"categories", []any{"dna"}, field.ErrValue},
	} {
		t.Run("refused: "+name, func(t *testing.T) {
			_, err := h.agreements.AnswerHearing(ctx, h.fromViborg, h.hearing.ID, c.path, 0, c.value)
			require.ErrorIs(t, err, c.want)
		})
	}
	t.Run("nothing is sent when nothing is said", func(t *testing.T) {
		_, err := h.agreements.SendHearing(ctx, h.fromViborg, h.hearing.ID, false)
		require.ErrorIs(t, err, agreement.ErrHearingEmpty)
	})
	key := h.hearing.Clauses[1].Key
	h.say(h.fromViborg, "persons", 1200.0)
	h.say(h.fromViborg, "categories", []any{"cpr", "health"})
	h.say(h.fromViborg, "clause."+key, "Fristen er for kort.")
	t.Run("two people on one field never overwrite each other", func(t *testing.T) {
		_, err := h.agreements.AnswerHearing(ctx, h.Scope(access.ContactPerson, h.viborg), h.hearing.ID, "persons", 0, 9.0)
		require.ErrorIs(t, err, agreement.ErrAnswerConflict)
	})
	t.Run("the secretariat sees it once it is sent, and the neighbour never", func(t *testing.T) {
		before, err := h.agreements.Hearing(ctx, h.lawyer, h.hearing.ID)
		require.NoError(t, err)
		require.Zero(t, before.Figures().Sent)
		require.Empty(t, before.Remarks())
		_, err = h.agreements.SendHearing(ctx, h.fromViborg, h.hearing.ID, false)
		require.NoError(t, err)
		_, err = h.agreements.SendHearing(ctx, h.fromRanders, h.hearing.ID, true)
		require.NoError(t, err, "no remarks is an answer")
		after, err := h.agreements.Hearing(ctx, h.lawyer, h.hearing.ID)
		require.NoError(t, err)
		f := after.Figures()
		require.Equal(t, []int{2, 2, 0, 1, 1200, 1}, []int{f.Asked, f.Sent, f.Silent, f.NoRemarks, f.Persons, f.PersonsBy})
		for _, c := range f.Categories {
			require.Equal(t, map[bool]int{true: 1}[c.Value == "cpr" || c.Value == "health"], c.Parties, c.Value)
		}
		require.Len(t, after.Remarks(), 1)
		require.Equal(t, "Fristen er for kort.", after.Remarks()[0].Text)
		neighbour, err := h.agreements.Hearing(ctx, h.fromRanders, h.hearing.ID)
		require.NoError(t, err)
		require.Len(t, neighbour.Parties, 1)
		require.Empty(t, neighbour.Remarks())
		require.Equal(t, 1, neighbour.Asked)
	})
	t.Run("what is sent stands until it is taken back", func(t *testing.T) {
		_, err := h.agreements.AnswerHearing(ctx, h.fromViborg, h.hearing.ID, "persons", 1, 1300.0)
		require.ErrorIs(t, err, agreement.ErrHearingSent)
		_, err = h.agreements.SendHearing(ctx, h.fromViborg, h.hearing.ID, false)
		require.ErrorIs(t, err, agreement.ErrHearingSent)
		_, err = h.agreements.ReopenHearing(ctx, h.fromViborg, h.hearing.ID)
		require.NoError(t, err)
		_, err = h.agreements.ReopenHearing(ctx, h.fromViborg, h.hearing.ID)
		require.ErrorIs(t, err, agreement.ErrHearingNotSent)
		_, err = h.agreements.AnswerHearing(ctx, h.fromViborg, h.hearing.ID, "persons", 1, 1300.0)
		require.NoError(t, err)
	})
	t.Run("nobody whom it does not ask sees it", func(t *testing.T) {
		other := h.Scope(access.ContactPerson, h.Member("Skive Kommune"))
		_, err := h.agreements.Hearing(ctx, other, h.hearing.ID)
		require.ErrorIs(t, err, fault.ErrNotFound)
		_, err = h.agreements.SendHearing(ctx, other, h.hearing.ID, true)
		require.ErrorIs(t, err, fault.ErrNotFound)
		rows, _, err := h.agreements.Hearings(ctx, other, 0, storage.Page{Sort: "-waits"})
		require.NoError(t, err)
		require.Empty(t, rows)
	})
}

func TestHearingEnds(t *testing.T) {
	h := setupHearing(t)
	ctx := t.Context()
	h.Clock.Set(h.deadline.Add(12 * time.Hour))
	h.say(h.fromViborg, "remark", "På den sidste dag")
	h.Clock.Set(h.deadline.Add(36 * time.Hour))
	_, err := h.agreements.SendHearing(ctx, h.fromViborg, h.hearing.ID, false)
	require.ErrorIs(t, err, agreement.ErrHearingLate)
	_, err = h.agreements.ReopenHearing(ctx, h.fromViborg, h.hearing.ID)
	require.ErrorIs(t, err, agreement.ErrHearingLate)
	over, err := h.agreements.Hearing(ctx, h.lawyer, h.hearing.ID)
	require.NoError(t, err)
	require.Equal(t, 2, over.Figures().Silent, "what was written and never sent is no answer")

	_, err = h.agreements.ProlongHearing(ctx, h.lawyer, h.hearing.ID, h.deadline)
	require.ErrorIs(t, err, agreement.ErrHearingDeadline, "no later than it was")
	_, err = h.agreements.ProlongHearing(ctx, h.lawyer, h.hearing.ID, h.deadline.AddDate(0, 0, 7))
	require.NoError(t, err)
	_, err = h.agreements.SendHearing(ctx, h.fromViborg, h.hearing.ID, false)
	require.NoError(t, err)

	h.Exec("update hearing set closed_at = now() where id = $1", h.hearing.ID)
	_, err = h.agreements.SendHearing(ctx, h.fromRanders, h.hearing.ID, true)
	require.ErrorIs(t, err, agreement.ErrHearingClosed)
	rows, _, err := h.agreements.Hearings(ctx, h.lawyer, h.draft.ID, storage.Page{Sort: "-waits"})
	require.NoError(t, err)
	require.Len(t, rows, 1)
	require.Equal(t, []int{2, 1}, []int{rows[0].Asked, rows[0].Sent})
}

func TestNobodyIsRemindedOfAHearingThatIsOver(t *testing.T) {
	h := setupHearing(t)
	ctx := t.Context()
	lines := func() string {
		t.Helper()
		return storagetest.One[string](h.Env, "select string_agg(l.state, ' ' order by o.name) from task_line l join organisation o on o.id = l.organisation_id")
	}
	_, err := h.agreements.SendHearing(ctx, h.fromRanders, h.hearing.ID, true)
	require.NoError(t, err)
	h.Clock.Set(h.deadline.Add(12 * time.Hour))
	require.NoError(t, h.agreements.RunOutHearings(ctx))
	require.Equal(t, "done open", lines(), "on the last day there is time")
	h.Exec("update hearing set deadline = today() - 1")
	h.Clock.Set(h.deadline.Add(36 * time.Hour))
	require.NoError(t, h.agreements.RunOutHearings(ctx))
	require.Equal(t, "done withdrawn", lines())
	require.NoError(t, h.agreements.RunOutHearings(ctx), "nothing to do the second time")
	_, err = h.agreements.ProlongHearing(ctx, h.lawyer, h.hearing.ID, h.deadline.AddDate(0, 0, 7))
	require.NoError(t, err)
	require.Equal(t, "done open", lines(), "asked again")
	require.NoError(t, h.agreements.RunOutHearings(ctx))
	require.Equal(t, "done open", lines())
	_, err = h.agreements.SendHearing(ctx, h.fromViborg, h.hearing.ID, true)
	require.NoError(t, err)
}

func TestNoRemarksIsNotSaidBesideRemarks(t *testing.T) {
	h := setupHearing(t)
	ctx := t.Context()
	h.say(h.fromViborg, "persons", 1200.0)
	for _, path := range []string{"remark", "clause." + h.hearing.Clauses[1].Key} {
		h.say(h.fromViborg, path, "Fristen er for kort.")
		_, err := h.agreements.SendHearing(ctx, h.fromViborg, h.hearing.ID, true)
		require.ErrorIs(t, err, agreement.ErrHearingRemarks, path)
		_, err = h.agreements.AnswerHearing(ctx, h.fromViborg, h.hearing.ID, path, 1, nil)
		require.NoError(t, err)
	}
	sent, err := h.agreements.SendHearing(ctx, h.fromViborg, h.hearing.ID, true)
	require.NoError(t, err, "facts go along, and remarks that were deleted are none")
	require.True(t, sent.Parties[0].NoRemarks)
}

func TestReleaseEndsTheHearing(t *testing.T) {
	h := setupHearing(t)
	ctx := t.Context()
	_, err := h.agreements.SendHearing(ctx, h.fromRanders, h.hearing.ID, true)
	require.NoError(t, err)
	_, err = h.agreements.Release(ctx, h.lawyer, h.draft.ID, h.draft.Version, everybody)
	require.NoError(t, err)
	rows, _, err := h.agreements.Hearings(ctx, h.lawyer, h.draft.ID, storage.Page{Sort: "-waits"})
	require.NoError(t, err)
	require.Len(t, rows, 1)
	require.NotNil(t, rows[0].ClosedAt)
	_, err = h.agreements.SendHearing(ctx, h.fromViborg, h.hearing.ID, true)
	require.ErrorIs(t, err, agreement.ErrHearingClosed, "nobody is asked about a text that is locked")
}

// plain is all that the clauses say.
func plain(clauses []clause.Clause) (text string) {
	for _, c := range clauses {
		for _, b := range c.Blocks {
			for _, s := range b.Spans {
				text += s.Text
			}
		}
	}
	return text
}
