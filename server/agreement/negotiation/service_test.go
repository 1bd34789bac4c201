package negotiation_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/agreement/negotiation"
	"klausul/server/clause"
	"klausul/server/fault"
	"klausul/server/redline"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
)

func TestTwoRoundsToAnAgreedText(t *testing.T) {
	w := setup(t)
	d := w.start()
	require.Equal(t, []any{negotiation.Preparing, negotiation.Office}, []any{d.Stage, *d.Turn})
	require.Equal(t, d.ID, w.start().ID, "it is started once")

	d = w.send(d)
	require.Equal(t, []any{negotiation.Running, negotiation.Vendor}, []any{d.Stage, *d.Turn})
	require.False(t, d.CanSend())
	require.Equal(t, clause.Sum(w.draft.Shared()), d.Heads[0].TextHash)
	_, err := w.negotiations.Send(t.Context(), w.lawyer, d.ID, d.Version, "")
	require.ErrorIs(t, err, negotiation.ErrNotTurn)

	first := edited(t, w.file(d, 1), standard, "Underretningen sker, når det er muligt, og helst senest ", hours, ">48</w:t>")
	r := w.receive(d, first)
	require.Equal(t, 2, r.No)
	require.Equal(t, 2, w.receive(d, first).No, "the same file twice is the same round")
	require.True(t, r.Open)
	answer := change(t, r, "48")
	require.Equal(t, "breach.hours", answer.Field)
	require.False(t, answer.Touched)
	d = w.get(d)
	require.Equal(t, negotiation.Office, *d.Turn)
	require.Equal(t, len(r.Changes), d.Undecided)
	require.NotContains(t, d.Acts(), negotiation.Agree, "changes wait")
	_, err = w.negotiations.Send(t.Context(), w.lawyer, d.ID, d.Version, "")
	require.ErrorIs(t, err, negotiation.ErrUndecided)

	var verdicts []negotiation.Verdict
	for _, c := range r.Changes {
		if c.Touched {
			verdicts = append(verdicts, say(c, negotiation.Accept, "", "Leverandøren har døgnvagt"))
		}
	}
	require.NotEmpty(t, verdicts)
	w.decide(d, 2, verdicts...)
	w.decide(d, 2, say(answer, negotiation.Counter, "36", ""))
	rows, err := w.negotiations.Preview(t.Context(), w.lawyer, d.ID)
	require.NoError(t, err)
	var changed []negotiation.ClauseRedline
	for _, c := range rows {
		if c.Changed {
			changed = append(changed, c)
		}
	}
	require.Len(t, changed, 1)
	before, err := w.agreements.Get(t.Context(), w.lawyer, w.draft.ID)
	require.NoError(t, err)
	require.Equal(t, clause.Sum(w.draft.Shared()), clause.Sum(before.Shared()), "nothing is written before it goes out")

	for text, forVendor := range map[string]bool{"Hvad er jeres døgnvagt?": true, "De giver sig nok": false} {
		_, err := w.agreements.Comment(t.Context(), w.lawyer, w.draft.ID, "", "s10-2", text, forVendor)
		require.NoError(t, err)
	}
	require.NotContains(t, w.get(d).Acts(), negotiation.Agree, "a counter has to go out first")
	d = w.send(w.get(d))
	after, err := w.agreements.Get(t.Context(), w.lawyer, w.draft.ID)
	require.NoError(t, err)
	require.Equal(t, clause.Sum(after.Shared()), d.Heads[0].TextHash, "the draft is what was sent")
	require.Len(t, after.Negotiated, 1)
	require.True(t, after.Negotiated[0].Touched)
	require.Contains(t, after.Negotiated[0].Is, "når det er muligt, og helst senest 36 timer")
	require.Contains(t, after.Negotiated[0].Was, standard+"24 timer")
	_, err = w.negotiations.Decide(t.Context(), w.lawyer, d.ID, 2, []negotiation.Verdict{{No: 1, Base: 1}})
	require.ErrorIs(t, err, negotiation.ErrClosed, "undo until it is sent")

	out := w.word(w.file(d, 3))
	var redlined []string
	for _, r := range out.Revisions {
		redlined = append(redlined, string(r.Change)+" "+r.Author+" "+r.Text)
	}
	require.ElementsMatch(t, []string{"deletion Sekretariatet 48", "insertion Sekretariatet 36"}, redlined, "what the secretariat writes otherwise than the vendor is tracked")
	var front []string
	for _, p := range out.Accepted() {
		if strings.HasPrefix(p.Style, "Cover ") || p.Style == "Mark" {
			text := p.Label() + " "
			for _, r := range p.Runs {
				text += r.Text
			}
			front = append(front, strings.TrimSpace(text))
		}
	}
	require.Equal(t, []string{"Følgebrev", "Kære leverandør", "1. Se varslet.", "2. Se listen.", "Bemærk"}, front[:5])
	require.Len(t, out.Comments, 1)
	require.Equal(t, "Hvad er jeres døgnvagt?", out.Comments[0].Text, "the comment for the vendor, not the internal one")

	for no, want := range map[int]string{2: "når det er muligt, og helst", 3: "36"} {
		name, pdf, err := w.negotiations.RedlinePDF(t.Context(), w.lawyer, d.ID, no)
		require.NoError(t, err)
		require.Equal(t, d.Code()+fmt.Sprintf("-runde-%d.pdf", no), name)
		require.Contains(t, pdfText(t, pdf), want)
	}

	second, err := w.negotiations.Receive(t.Context(), w.lawyer, d.ID, "retur.docx", bytes.NewReader(w.file(d, 3)), true)
	require.NoError(t, err, "the vendor agrees, and changes nothing")
	require.Empty(t, second.Changes, "nothing was changed")
	d = w.get(d)
	require.Contains(t, d.Acts(), negotiation.Agree)
	d, err = w.negotiations.Move(t.Context(), w.lawyer, d.ID, d.Version, negotiation.Agree, "")
	require.NoError(t, err)
	require.Equal(t, negotiation.Agreed, d.Stage)
	require.Equal(t, negotiation.Heard{}, d.Heard, "nobody was asked")
	var course []string
	for _, s := range d.Steps {
		course = append(course, string(s.Stage)+" "+string(s.Turn))
	}
	require.Equal(t, []string{"preparing office", "running vendor", "running office", "running vendor", "running office", "agreed "}, course)
	require.Nil(t, d.Turn)
	_, err = w.agreements.Answer(t.Context(), w.lawyer, w.draft.ID, "service.purpose", 1, "Andet")
	require.ErrorIs(t, err, agreement.ErrAgreed)
	_, deviations, err := w.agreements.Deviations(t.Context(), w.lawyer, w.draft.ID)
	require.NoError(t, err)
	require.Len(t, deviations.Clauses, 1)
	name, report, err := w.agreements.DeviationReport(t.Context(), w.lawyer, w.draft.ID)
	require.NoError(t, err)
	require.Equal(t, after.Code()+"-fravigelser.pdf", name)
	require.True(t, bytes.HasPrefix(report, []byte("%PDF-")))

	d, err = w.negotiations.Move(t.Context(), w.lawyer, d.ID, d.Version, negotiation.Reopen, "")
	require.NoError(t, err)
	require.Equal(t, negotiation.Running, d.Stage)
	d, err = w.negotiations.Move(t.Context(), w.lawyer, d.ID, d.Version, negotiation.Agree, "")
	require.NoError(t, err, "it was reopened by mistake: the text is still the one that was agreed")
	d, err = w.negotiations.Move(t.Context(), w.lawyer, d.ID, d.Version, negotiation.Reopen, "")
	require.NoError(t, err)
	_, err = w.agreements.Answer(t.Context(), w.lawyer, w.draft.ID, "service.purpose", 1, "Andet")
	require.NoError(t, err)
	_, err = w.negotiations.Move(t.Context(), w.lawyer, d.ID, d.Version, negotiation.Agree, "")
	require.ErrorIs(t, err, negotiation.ErrMoved, "the vendor has not seen it")
	draft, err := w.agreements.Get(t.Context(), w.lawyer, w.draft.ID)
	require.NoError(t, err)
	_, err = w.agreements.Release(t.Context(), w.lawyer, w.draft.ID, draft.Version, agreement.Audience{Kind: agreement.Users})
	require.ErrorIs(t, err, agreement.ErrNegotiating)
}

// The other answer is written as an answer, so that the form and its rules know of it.
func TestAcceptedAnswerIsAnAnswer(t *testing.T) {
	w := setup(t)
	d := w.send(w.start())
	r := w.receive(d, edited(t, w.file(d, 1), hours, ">48</w:t>"))
	require.Len(t, r.Changes, 1)
	aids, err := w.negotiations.Aids(t.Context(), w.lawyer, d.ID, 2, 1)
	require.NoError(t, err)
	i := slices.IndexFunc(aids.Positions, func(h negotiation.Held) bool { return h.Subject == "breach.hours" })
	require.GreaterOrEqual(t, i, 0)
	require.Equal(t, negotiation.Outside, aids.Positions[i].Verdict, "48 is more than the 36 that are the most")
	require.NotEmpty(t, aids.Positions[i].Fallbacks)
	require.Empty(t, aids.Precedents)
	w.decide(d, 2, say(r.Changes[0], negotiation.Accept, "", "De har ingen døgnvagt"))
	w.send(w.get(d))
	after, err := w.agreements.Get(t.Context(), w.lawyer, w.draft.ID)
	require.NoError(t, err)
	require.EqualValues(t, 48, after.Values()["breach.hours"])
	require.Empty(t, after.Negotiated)
	_, deviations, err := w.agreements.Deviations(t.Context(), w.lawyer, w.draft.ID)
	require.NoError(t, err)
	require.Empty(t, deviations.Clauses)
	require.Len(t, deviations.Answers, 1, "no wording was changed, and a deadline was given away")
	gave := deviations.Answers[0]
	require.Equal(t, []string{"breach.hours", "10.2", "24 timer", "48 timer", "De har ingen døgnvagt", w.lawyer.Actor().Name}, []string{gave.Path, gave.Number, gave.Was, gave.Is, gave.Reason, gave.By})
	require.NotEmpty(t, gave.Label)
	require.NotEmpty(t, gave.Heading)
	_, report, err := w.agreements.DeviationReport(t.Context(), w.lawyer, w.draft.ID)
	require.NoError(t, err)
	text := pdfText(t, report)
	for _, line := range []string{"Ændrede svar", "10.2 " + gave.Label, "Sendt først: 24 timer", "Aftalt: 48 timer", "Begrundelse: De har ingen døgnvagt", "af " + gave.By} {
		require.Contains(t, text, line)
	}
	require.NotContains(t, text, "skabelonens ordlyd i alle punkter")

	other := w.send(w.second())
	again := w.receive(other, edited(t, w.file(other, 1), hours, ">47</w:t>"))
	aids, err = w.negotiations.Aids(t.Context(), w.lawyer, other.ID, 2, again.Changes[0].No)
	require.NoError(t, err)
	require.Equal(t, 1, aids.Accepted)
	require.Len(t, aids.Precedents, 1, "it was decided before")
	require.Equal(t, []string{"accepted", "48", "Åhavn A/S"}, []string{aids.Precedents[0].Outcome, aids.Precedents[0].Wording, aids.Precedents[0].Vendor})
}

// second is the negotiation of another draft.
func (w *world) second() negotiation.Detail {
	w.t.Helper()
	number := storagetest.One[int32](w.Env, "select number from vendor where id = $1", w.vendor)
	system := storagetest.One[int32](w.Env, "select number from it_system limit 1")
	d, err := w.agreements.Create(w.t.Context(), w.lawyer, number, []int32{system}, w.draft.Template, "En til")
	require.NoError(w.t, err)
	n, err := w.negotiations.Start(w.t.Context(), w.lawyer, d.ID)
	require.NoError(w.t, err)
	return n
}

func TestRefusals(t *testing.T) {
	w := setup(t)
	d := w.start()
	ctx := t.Context()
	_, err := w.negotiations.Receive(ctx, w.lawyer, d.ID, "x.docx", strings.NewReader("PK"), false)
	require.ErrorIs(t, err, negotiation.ErrNoRound)
	d = w.send(d)
	raw := w.file(d, 1)

	_, err = w.negotiations.Receive(ctx, w.lawyer, d.ID, "x.docx", bytes.NewReader(raw), false)
	require.ErrorIs(t, err, negotiation.ErrOwnFile)
	require.Equal(t, negotiation.Vendor, *w.get(d).Turn, "the vendor has still not answered")

	other := w.send(w.second())
	_, err = w.negotiations.Receive(ctx, w.lawyer, d.ID, "x.docx", bytes.NewReader(w.file(other, 1)), false)
	require.ErrorIs(t, err, negotiation.ErrOther)
	forced, err := w.negotiations.Receive(ctx, w.lawyer, d.ID, "x.docx", bytes.NewReader(w.file(other, 1)), true)
	require.NoError(t, err)
	require.NotEmpty(t, forced.Report.Findings)

	r := w.receive(w.get(d), edited(t, raw, standard, "Underretningen sker måske senest ", hours, ">48</w:t>"))
	require.Equal(t, 3, r.No, "a newer file stands in the place of the one before")
	i := slices.IndexFunc(r.Changes, func(c negotiation.Change) bool { return c.Touched })
	require.GreaterOrEqual(t, i, 0)
	c := r.Changes[i]
	own := say(change(t, r, "48"), negotiation.Counter, "Fristen er 24 timer.", "")
	own.Whole = true
	for name, try := range map[string]struct {
		say  negotiation.Verdict
		want error
	}{
		"standard text accepted without a reason": {say(c, negotiation.Accept, "", ""), negotiation.ErrReason},
		"rejected without a reason":               {say(c, negotiation.Reject, "", " "), negotiation.ErrReason},
		"a counter to standard text alone":        {say(c, negotiation.Counter, "senest", ""), negotiation.ErrReason},
		"a counter that changes standard text":    {own, negotiation.ErrReason},
		"a counter without words":                 {say(c, negotiation.Counter, "", "x"), negotiation.ErrWording},
		"a change that is not there":              {negotiation.Verdict{No: 99}, fault.ErrNotFound},
		"somebody was quicker":                    {negotiation.Verdict{No: c.No, Base: 7}, negotiation.ErrConflict},
	} {
		_, err := w.negotiations.Decide(ctx, w.lawyer, d.ID, 3, []negotiation.Verdict{try.say})
		require.ErrorIs(t, err, try.want, name)
	}
	_, err = w.negotiations.Decide(ctx, w.lawyer, d.ID, 2, []negotiation.Verdict{say(c, negotiation.Park, "", "")})
	require.ErrorIs(t, err, negotiation.ErrClosed)
	parked := w.decide(d, 3, say(c, negotiation.Park, "", "Spørg sikkerhed"))
	require.Equal(t, 1, parked[0].Version)
	require.Positive(t, w.get(d).Undecided, "parked is undecided")
	undone := w.decide(d, 3, negotiation.Verdict{No: c.No, Base: 1})
	require.Nil(t, undone[0].Decision)

	whole := say(c, negotiation.Counter, "Underretningen sker senest 24 timer efter opdagelsen.", "Den korte frist")
	whole.Base, whole.Whole = 2, true
	hasty := change(t, r, "48")
	w.decide(d, 3, say(hasty, negotiation.Accept, "", "")) // a colleague, meanwhile
	_, err = w.negotiations.Decide(ctx, w.lawyer, d.ID, 3, []negotiation.Verdict{whole})
	require.ErrorIs(t, err, negotiation.ErrConflict, "it would be overwritten unseen")
	whole.Others = map[int]int{hasty.No: hasty.Version + 1}
	both := w.decide(d, 3, whole)
	require.Greater(t, len(both), 1, "a wording for the whole clause decides all of its changes")
	rows, err := w.negotiations.Preview(ctx, w.lawyer, d.ID)
	require.NoError(t, err)
	j := slices.IndexFunc(rows, func(r negotiation.ClauseRedline) bool { return r.Key == c.Clause })
	text := ""
	for _, s := range rows[j].Redline {
		if s.Op != redline.Delete {
			text += s.Text
		}
	}
	require.Equal(t, "Underretningen sker senest 24 timer efter opdagelsen.", text)
	opened := w.decide(d, 3, negotiation.Verdict{No: c.No, Base: 3})
	require.Len(t, opened, len(both))
	for _, o := range opened {
		require.Nil(t, o.Decision, "taken back for all of them")
	}

	d = w.get(d)
	_, err = w.negotiations.Move(ctx, w.lawyer, d.ID, d.Version, negotiation.End, "  ")
	require.ErrorIs(t, err, negotiation.ErrAdvice)
	_, err = w.negotiations.Move(ctx, w.lawyer, d.ID, d.Version, negotiation.Resume, "")
	require.ErrorIs(t, err, negotiation.ErrAct)
	_, err = w.negotiations.Move(ctx, w.lawyer, d.ID, d.Version-1, negotiation.Pause, "")
	require.ErrorIs(t, err, fault.ErrStale)
	d, err = w.negotiations.Move(ctx, w.lawyer, d.ID, d.Version, negotiation.End, "Brug egen aftale")
	require.NoError(t, err)
	require.Equal(t, "Brug egen aftale", d.Advice)
	require.Equal(t, []negotiation.Act{negotiation.Reopen}, d.Acts())
}

// What the secretariat weighs is its own; what it answered, those who follow see.
func TestVerdictsAreSeenOnceTheyAreSent(t *testing.T) {
	w := setup(t)
	viborg := w.Scope(access.ContactPerson, w.viborg)
	d := w.send(w.start())
	r := w.receive(d, edited(t, w.file(d, 1), hours, ">48</w:t>"))
	w.decide(d, 2, say(r.Changes[0], negotiation.Counter, "36", "Højst 36"))
	seen := func() *negotiation.Decision {
		r, err := w.negotiations.Round(t.Context(), viborg, d.ID, 2)
		require.NoError(t, err)
		require.Len(t, r.Changes, 1)
		return r.Changes[0].Decision
	}
	require.Nil(t, seen())
	w.send(w.get(d))
	require.Equal(t, negotiation.Counter, *seen())
}

// Members that use the system follow; others do not know that there is a negotiation.
func TestWhoFollows(t *testing.T) {
	w := setup(t)
	d := w.send(w.start())
	w.receive(d, edited(t, w.file(d, 1), standard, "Underretningen sker måske senest "))
	for _, c := range []struct {
		scope access.Scope
		sees  bool
	}{{w.Scope(access.ContactPerson, w.viborg), true}, {w.Scope(access.DPO, w.viborg), true}, {w.Scope(access.ContactPerson, w.randers), false}} {
		rows, _, err := w.negotiations.List(t.Context(), c.scope, negotiation.Filter{}, storage.Page{Sort: "since"})
		require.NoError(t, err)
		byTurn, _, err := w.negotiations.List(t.Context(), c.scope, negotiation.Filter{Turn: negotiation.Office}, storage.Page{Sort: "-turn"})
		require.NoError(t, err)
		require.Equal(t, rows, byTurn)
		counts, err := w.negotiations.Count(t.Context(), c.scope, negotiation.Filter{Stage: negotiation.Agreed})
		require.NoError(t, err)
		require.Zero(t, counts.Total)
		require.Equal(t, len(rows), counts.Stages[negotiation.Running], "the stages are counted without the filter's own")
		r, err := w.negotiations.Round(t.Context(), c.scope, d.ID, 2)
		if !c.sees {
			require.Empty(t, rows)
			require.ErrorIs(t, err, fault.ErrNotFound)
			continue
		}
		require.NoError(t, err)
		require.Len(t, rows, 1)
		require.Equal(t, "Åhavn A/S", rows[0].VendorName)
		require.NotEmpty(t, r.Changes)
		_, _, err = w.negotiations.Entries(t.Context(), c.scope, d.ID, storage.Page{Sort: "since"})
		require.Error(t, err, "the journal is the office's")
	}
}

func TestJournal(t *testing.T) {
	w := setup(t)
	d := w.start()
	due := w.Store.Now().AddDate(0, 0, 7)
	_, err := w.negotiations.AddEntry(t.Context(), w.lawyer, d.ID, negotiation.Note, "Ringede til Ida", &due)
	require.ErrorIs(t, err, negotiation.ErrEntry)
	_, err = w.negotiations.AddEntry(t.Context(), w.lawyer, d.ID, negotiation.Note, "Ringede til Ida", nil)
	require.NoError(t, err)
	step, err := w.negotiations.AddEntry(t.Context(), w.lawyer, d.ID, negotiation.Step, "Rykke for svar", &due)
	require.NoError(t, err)
	require.Equal(t, "Rykke for svar", *w.get(d).NextStep)
	_, err = w.negotiations.SettleEntry(t.Context(), w.lawyer, step.ID, true)
	require.NoError(t, err)
	require.Nil(t, w.get(d).NextStep)
	rows, next, err := w.negotiations.Entries(t.Context(), w.lawyer, d.ID, storage.Page{Sort: "since"})
	require.NoError(t, err)
	require.Empty(t, next)
	require.Len(t, rows, 2)
}
