package agreement_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/fault"
	"klausul/server/storage/storagetest"
)

func (w *world) answer(id int64, path string, base int, value any) {
	w.t.Helper()
	_, err := w.agreements.Answer(w.t.Context(), w.lawyer, id, path, base, value)
	require.NoError(w.t, err, path)
}

func (w *world) plan(id, from int64) agreement.CopyPlan {
	w.t.Helper()
	p, err := w.agreements.PlanCopy(w.t.Context(), w.lawyer, id, from)
	require.NoError(w.t, err)
	return p
}

func line(t *testing.T, p agreement.CopyPlan, path string) agreement.CopyLine {
	t.Helper()
	i := slices.IndexFunc(p.Lines, func(l agreement.CopyLine) bool { return l.Field.Path == path })
	require.GreaterOrEqual(t, i, 0, path)
	return p.Lines[i]
}

// pick chooses lines of a plan as a person who looked at it does.
func pick(t *testing.T, p agreement.CopyPlan, paths ...string) []agreement.Picked {
	t.Helper()
	out := make([]agreement.Picked, len(paths))
	for i, path := range paths {
		l := line(t, p, path)
		out[i] = agreement.Picked{Path: path, Base: l.Base, Seen: l.Seen}
	}
	return out
}

// given are the answers of a draft as JSON, by path; those taken back are left out.
func (w *world) given(id int64) map[string]string {
	w.t.Helper()
	d, err := w.agreements.Get(w.t.Context(), w.lawyer, id)
	require.NoError(w.t, err)
	out := map[string]string{}
	for path, value := range d.Values() {
		raw, err := json.Marshal(value)
		require.NoError(w.t, err)
		out[path] = string(raw)
	}
	return out
}

func (w *world) audited(action string) int {
	return storagetest.One[int](w.Env, "select count(*) from audit_event where action = $1", action)
}

var chain = []any{map[string]any{"name": "Vestsky", "purpose": "Drift", "country": "DK"}, map[string]any{"name": "Østsky", "purpose": "Backup"}}

func TestPlanCopy(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	source, draft := w.answered(), w.draft()
	w.answer(source.ID, "subprocessors.list", 0, chain)
	w.answer(source.ID, "duration.from", 0, "2027-01-01") // hidden: the term is not by dates
	w.answer(draft.ID, "data.kind", 0, "special")
	w.answer(draft.ID, "security.level", 0, "low")
	w.answer(draft.ID, "service.purpose", 0, "Taget ud igen")
	w.answer(draft.ID, "service.purpose", 1, nil)

	sources, more, err := w.agreements.CopySources(ctx, w.lawyer, draft.ID)
	require.NoError(t, err)
	require.Len(t, sources, 1, "not the draft itself")
	require.False(t, more)
	require.Equal(t, source.VersionID, sources[0].Version)
	require.Equal(t, len(answers)+2, sources[0].Answers)

	p := w.plan(draft.ID, source.VersionID)
	require.Len(t, p.Lines, len(answers)+1)
	for path, fit := range map[string]agreement.Fit{"service.purpose": agreement.Brings, "subprocessors.list": agreement.Brings,
		"data.kind": agreement.Same, "security.level": agreement.Replaces} {
		require.Equal(t, fit, line(t, p, path).Fit, path)
	}
	require.Equal(t, 2, line(t, p, "service.purpose").Base, "an answer that was taken back has a version")
	require.Equal(t, "low", line(t, p, "security.level").Mine)

	t.Run("an older version of the same agreement is a source", func(t *testing.T) {
		_, err := w.agreements.Release(ctx, w.lawyer, source.ID, w.version(source.ID), everybody)
		require.NoError(t, err)
		next, err := w.agreements.Renew(ctx, w.lawyer, source.ID, agreement.Replacement, "Ny sikkerhed")
		require.NoError(t, err)
		p := w.plan(next.ID, source.VersionID)
		require.Equal(t, agreement.Same, line(t, p, "subprocessors.list").Fit, "a new version begins with the answers")
	})
	t.Run("refused of what is not the vendor's", func(t *testing.T) {
		foreign := w.Draft(w.Vendor("En anden A/S"), "Fremmed")
		for _, from := range []int64{foreign.Version, draft.VersionID, 0, 999999} {
			_, err := w.agreements.PlanCopy(ctx, w.lawyer, draft.ID, from)
			require.ErrorIs(t, err, agreement.ErrCopySource)
			_, err = w.agreements.Copy(ctx, w.lawyer, draft.ID, from, []agreement.Picked{{Path: "service.purpose"}})
			require.ErrorIs(t, err, agreement.ErrCopySource)
		}
		_, _, err := w.agreements.CopySources(ctx, w.Scope(access.ContactPerson, w.viborg), draft.ID)
		require.ErrorIs(t, err, fault.ErrNotFound, "a draft is the secretariat's")
	})
}

func (w *world) version(id int64) int {
	w.t.Helper()
	d, err := w.agreements.Get(w.t.Context(), w.lawyer, id)
	require.NoError(w.t, err)
	return d.Version
}

func TestPlanCopyBetweenTemplates(t *testing.T) {
	w := setup(t)
	old := w.draft()
	w.answer(old.ID, "breach.hours", 0, 36)
	to := w.published()
	young, err := w.agreements.Create(t.Context(), w.lawyer, w.vendor, w.systems, to.ID, "")
	require.NoError(t, err)
	w.answer(young.ID, "nyt.felt", 0, "Nyt svar")

	hours := line(t, w.plan(young.ID, old.VersionID), "breach.hours")
	require.Equal(t, agreement.Unfit, hours.Fit)
	require.Equal(t, "field.too_large", hours.Why)
	l := line(t, w.plan(old.ID, young.VersionID), "nyt.felt")
	require.Equal(t, agreement.Unfit, l.Fit)
	require.Equal(t, "field.unknown", l.Why)
	require.Equal(t, "Nyt felt", l.Field.Label)

	done, err := w.agreements.Copy(t.Context(), w.lawyer, young.ID, old.VersionID, pick(t, w.plan(young.ID, old.VersionID), "breach.hours"))
	require.NoError(t, err)
	require.Equal(t, agreement.CopyDone{Passed: []agreement.Passed{{Path: "breach.hours", Label: hours.Field.Label, Why: agreement.PassedUnfit}}}, done)
	require.Zero(t, w.audited("agreement.copy"), "nothing was changed")

	rows, err := w.agreements.Create(t.Context(), w.lawyer, w.vendor, w.systems, to.ID, "")
	require.NoError(t, err)
	w.answer(rows.ID, "locations", 0, []any{map[string]any{"place": "Aarhus", "country": "DK"}, map[string]any{"place": "Ukendt", "country": "DK"}})
	w.Exec(`update answer set value = jsonb_set(value, '{1,country}', '"ZZ"') where agreement_version_id = $1`, rows.VersionID) // as an import once left it
	l = line(t, w.plan(young.ID, rows.VersionID), "locations")
	require.Equal(t, agreement.Unfit, l.Fit)
	require.Equal(t, "field.not_a_country", l.Why)
	require.Equal(t, 2, l.Row)
}

func TestCopyAndUndo(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	source, draft := w.answered(), w.draft()
	w.answer(source.ID, "subprocessors.list", 0, chain)
	w.answer(draft.ID, "security.level", 0, "low")
	before := w.given(draft.ID)
	p := w.plan(draft.ID, source.VersionID)
	chosen := pick(t, p, "service.purpose", "security.level", "subprocessors.list", "deletion.choice")

	done, err := w.agreements.Copy(ctx, w.lawyer, draft.ID, source.VersionID, chosen)
	require.NoError(t, err)
	require.Equal(t, 4, done.Count)
	require.Empty(t, done.Passed)
	require.Equal(t, 1, w.audited("agreement.copy"), "one act, one row")
	now := w.given(draft.ID)
	require.Equal(t, `"high"`, now["security.level"])
	require.Equal(t, w.given(source.ID)["subprocessors.list"], now["subprocessors.list"])
	require.NotContains(t, now, "data.kind", "what was not chosen is left")

	again, err := w.agreements.Copy(ctx, w.lawyer, draft.ID, source.VersionID, pick(t, w.plan(draft.ID, source.VersionID), "service.purpose"))
	require.NoError(t, err)
	require.Equal(t, agreement.CopyDone{}, again, "what stands there already is not written again")

	copied, err := w.agreements.Copied(ctx, w.lawyer, draft.ID)
	require.NoError(t, err)
	require.Len(t, copied, 4)
	require.Equal(t, source.Number, copied[0].Number)

	w.answer(draft.ID, "deletion.choice", 1, "return")
	copied, err = w.agreements.Copied(ctx, w.lawyer, draft.ID)
	require.NoError(t, err)
	require.Len(t, copied, 3, "a changed answer is the person's own")

	undone, err := w.agreements.Uncopy(ctx, w.lawyer, draft.ID, done.Act)
	require.NoError(t, err)
	require.Equal(t, 3, undone.Count)
	require.Len(t, undone.Passed, 1)
	require.Equal(t, "deletion.choice", undone.Passed[0].Path)
	require.Equal(t, agreement.PassedChanged, undone.Passed[0].Why)
	require.NotEmpty(t, undone.Passed[0].By)
	after := w.given(draft.ID)
	require.Equal(t, `"return"`, after["deletion.choice"], "what was changed since is kept")
	delete(after, "deletion.choice")
	require.Equal(t, before, after, "the rest is exactly what was there")
	require.Equal(t, 1, w.audited("agreement.uncopy"))
	copied, err = w.agreements.Copied(ctx, w.lawyer, draft.ID)
	require.NoError(t, err)
	require.Empty(t, copied)
	_, err = w.agreements.Uncopy(ctx, w.lawyer, draft.ID, done.Act)
	require.ErrorIs(t, err, agreement.ErrNothingCopied)
}

func TestCopyKeepsWhatSomebodyAnsweredMeanwhile(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	source, draft := w.answered(), w.draft()
	p := w.plan(draft.ID, source.VersionID)
	chosen := pick(t, p, "service.purpose", "security.level", "transfer.allowed")
	w.answer(draft.ID, "service.purpose", 0, "En andens svar")
	w.answer(source.ID, "security.level", 1, "medium")
	// What nobody could have chosen on the page is told too, and not written.
	chosen = append(chosen, agreement.Picked{Path: "controller.name"}, agreement.Picked{Path: "findes.ikke"}, chosen[2])

	done, err := w.agreements.Copy(ctx, w.lawyer, draft.ID, source.VersionID, chosen)
	require.NoError(t, err)
	require.Equal(t, 1, done.Count)
	whys := map[string]string{}
	for _, x := range done.Passed {
		whys[x.Path] = x.Why
	}
	require.Equal(t, map[string]string{"service.purpose": agreement.PassedChanged, "security.level": agreement.PassedSource,
		"controller.name": agreement.PassedUnfit, "findes.ikke": agreement.PassedUnfit}, whys)
	now := w.given(draft.ID)
	require.Equal(t, `"En andens svar"`, now["service.purpose"])
	require.NotContains(t, now, "security.level")

	t.Run("a second copying over the first is undone to the first", func(t *testing.T) {
		third := w.draft()
		w.answer(third.ID, "transfer.allowed", 0, "yes")
		second, err := w.agreements.Copy(ctx, w.lawyer, draft.ID, third.VersionID, pick(t, w.plan(draft.ID, third.VersionID), "transfer.allowed"))
		require.NoError(t, err)
		require.Equal(t, `"yes"`, w.given(draft.ID)["transfer.allowed"])
		_, err = w.agreements.Uncopy(ctx, w.lawyer, draft.ID, done.Act)
		require.ErrorIs(t, err, agreement.ErrNothingCopied, "the later one has taken its place")
		_, err = w.agreements.Uncopy(ctx, w.lawyer, draft.ID, second.Act)
		require.NoError(t, err)
		require.Equal(t, `"no"`, w.given(draft.ID)["transfer.allowed"])
	})
	t.Run("refused of a released agreement", func(t *testing.T) {
		_, err := w.agreements.Release(ctx, w.lawyer, source.ID, w.version(source.ID), everybody)
		require.NoError(t, err)
		_, err = w.agreements.PlanCopy(ctx, w.lawyer, source.ID, draft.VersionID)
		require.ErrorIs(t, err, agreement.ErrOffered)
		_, err = w.agreements.Copy(ctx, w.lawyer, source.ID, draft.VersionID, chosen)
		require.ErrorIs(t, err, agreement.ErrOffered)
		_, err = w.agreements.Uncopy(ctx, w.lawyer, source.ID, 1)
		require.ErrorIs(t, err, agreement.ErrOffered)
	})
}
