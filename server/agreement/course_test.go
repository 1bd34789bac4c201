package agreement_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/fault"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
	"klausul/server/task"
)

// offered releases an agreement to both members and returns it with Viborg's own.
func (w *world) offered() (agreement.Detail, agreement.AccessionDetail) {
	w.t.Helper()
	d, b := w.released()
	w.work(b, w.viborg)
	w.work(b, w.randers)
	return d, w.own(w.viborg)
}

// own is an organisation's newest accession, as its contact person reads it.
func (w *world) own(organisation int32) agreement.AccessionDetail {
	w.t.Helper()
	id := storagetest.One[int64](w.Env, "select max(id) from accession where organisation_id = $1", organisation)
	d, err := w.agreements.Accession(w.t.Context(), w.person(organisation), id)
	require.NoError(w.t, err)
	return d
}

func (w *world) person(organisation int32) access.Scope {
	return w.Scope(access.ContactPerson, organisation)
}

// say answers what the text still asks the organisation for.
func (w *world) say(d agreement.AccessionDetail) agreement.AccessionDetail {
	w.t.Helper()
	for _, path := range d.Missing {
		var value any = "Mona Holm, jurist, 87 87 87 87"
		if path == "data.persons" {
			value = 4200
		}
		_, err := w.agreements.AnswerOwn(w.t.Context(), w.person(d.Organisation), d.ID, path, 0, value)
		require.NoError(w.t, err, path)
	}
	return w.own(d.Organisation)
}

func (w *world) take(d agreement.AccessionDetail, act agreement.Act, reason string) agreement.AccessionDetail {
	w.t.Helper()
	now, err := w.agreements.Take(w.t.Context(), w.person(d.Organisation), d.ID, d.Version, agreement.Step{Act: act, Reason: reason})
	require.NoError(w.t, err, act)
	return now
}

func (w *world) addressed() {
	w.Exec("update organisation set street = 'Prinsens Allé 5', postal_code = '8800', city = 'Viborg' where id = any($1)", []int32{w.viborg, w.randers})
}

func TestCourse(t *testing.T) {
	w := setup(t)
	w.addressed()
	_, own := w.offered()
	require.Equal(t, agreement.AccessionOffered, own.State)
	require.Contains(t, own.Missing, "data.persons")
	_, err := w.agreements.Take(t.Context(), w.person(w.viborg), own.ID, own.Version, agreement.Step{Act: agreement.Accept})
	require.ErrorIs(t, err, agreement.ErrFacts, "own facts come first")

	first := own.InstanceHash
	own = w.say(own)
	require.Empty(t, own.Missing)
	require.NotEqual(t, first, own.InstanceHash, "own facts are in the hash")
	require.False(t, own.Papered(), "the paper says less than the agreement now")

	held := w.take(own, agreement.Hold, "Vi afventer budgettet")
	require.Equal(t, "Vi afventer budgettet", held.Reason)
	w.take(w.take(held, agreement.Decline, "For dyrt"), agreement.Reopen, "Det er det ikke")
	taken := w.take(w.own(w.viborg), agreement.Accept, "")
	require.Equal(t, agreement.AccessionAccepted, taken.State)
	_, err = w.agreements.AnswerOwn(t.Context(), w.person(w.viborg), own.ID, "data.persons", 1, 1)
	require.ErrorIs(t, err, agreement.ErrConcrete)

	require.NoError(t, w.agreements.MakePaper(t.Context(), agreement.PaperJob{Accession: own.ID, Organisation: w.viborg}))
	require.NoError(t, w.agreements.MakePaper(t.Context(), agreement.PaperJob{Accession: own.ID, Organisation: w.viborg}), "a job may run twice")
	papered := w.own(w.viborg)
	require.True(t, papered.Papered())
	require.Equal(t, 2, papered.Current())
	require.Len(t, papered.Documents, 4, "the first paper stays")

	inForce := w.take(papered, agreement.EnterForce, "")
	require.NotNil(t, inForce.InForceOn)
	states := []agreement.AccessionState{}
	for _, s := range inForce.Steps {
		states = append(states, s.State)
		if s.State != agreement.AccessionOffered {
			require.Equal(t, "member", s.Capacity)
		}
	}
	require.Equal(t, []agreement.AccessionState{"offered", "on_hold", "declined", "offered", "accepted", "in_force"}, states)

	ends := storage.LegalDate(w.Store.Now()).AddDate(0, 1, 0)
	later, err := w.agreements.Take(t.Context(), w.person(w.viborg), own.ID, inForce.Version, agreement.Step{Act: agreement.Terminate, On: ends, Reason: "Systemet udgår"})
	require.NoError(t, err)
	require.Equal(t, agreement.AccessionInForce, later.State, "it ends on its day, not before")
	require.Equal(t, ends, later.EndsOn.UTC())
	given := later.Steps[len(later.Steps)-1]
	require.Equal(t, "given", given.Notice)
	require.NotEmpty(t, given.By, "and it is somebody's")
	require.Equal(t, ends, given.EndsOn.UTC())
	require.NoError(t, w.agreements.RunOut(t.Context()))
	require.Equal(t, agreement.AccessionInForce, w.own(w.viborg).State)
	w.Exec("update accession_step set ends_on = current_date - 1 where notice = 'given'")
	w.Exec("update accession set ends_on = current_date - 1, in_force_on = current_date - 9 where id = $1", own.ID)
	require.NoError(t, w.agreements.RunOut(t.Context()))
	require.NoError(t, w.agreements.RunOut(t.Context()), "and may run twice")
	over := w.own(w.viborg)
	require.Equal(t, agreement.AccessionTerminated, over.State)
	require.Equal(t, "job", over.Steps[len(over.Steps)-1].Capacity)
}

func TestNobodyDecidesForAnother(t *testing.T) {
	w := setup(t)
	w.addressed()
	_, own := w.offered()
	own = w.say(own)
	ctx := t.Context()
	accept := agreement.Step{Act: agreement.Accept}

	_, err := w.agreements.Take(ctx, w.person(w.randers), own.ID, own.Version, accept)
	require.ErrorIs(t, err, fault.ErrNotFound, "the neighbour")
	_, err = w.agreements.Take(ctx, w.lawyer, own.ID, own.Version, accept)
	require.ErrorIs(t, err, agreement.ErrNoMandate, "the secretariat")
	_, err = w.agreements.AnswerOwn(ctx, w.person(w.randers), own.ID, "data.persons", 1, 7)
	require.ErrorIs(t, err, fault.ErrNotFound)

	proposed, err := w.agreements.Propose(ctx, w.lawyer, own.ID, accept)
	require.NoError(t, err)
	require.Equal(t, agreement.AccessionOffered, proposed.State, "a proposal moves nothing")
	_, err = w.agreements.Decide(ctx, w.person(w.randers), own.ID, proposed.Proposal.ID, true, "")
	require.ErrorIs(t, err, fault.ErrNotFound)
	confirmed, err := w.agreements.Decide(ctx, w.person(w.viborg), own.ID, proposed.Proposal.ID, true, "")
	require.NoError(t, err)
	require.Equal(t, agreement.AccessionAccepted, confirmed.State)
	require.Nil(t, confirmed.Proposal)

	m, err := w.agreements.GiveMandate(ctx, w.person(w.viborg), storage.LegalDate(w.Store.Now()), nil, "Direktionen, sag 12")
	require.NoError(t, err)
	require.True(t, m.Runs)
	acted, err := w.agreements.Take(ctx, w.lawyer, own.ID, confirmed.Version, agreement.Step{Act: agreement.EnterForce})
	require.NoError(t, err)
	require.Equal(t, agreement.AccessionInForce, acted.State)
	require.Equal(t, "mandate", acted.Steps[len(acted.Steps)-1].Capacity)

	_, err = w.agreements.RevokeMandate(ctx, w.person(w.randers), m.ID)
	require.ErrorIs(t, err, fault.ErrNotFound)
	_, err = w.agreements.RevokeMandate(ctx, w.person(w.viborg), m.ID)
	require.NoError(t, err)
	_, err = w.agreements.Take(ctx, w.lawyer, own.ID, acted.Version, agreement.Step{Act: agreement.Terminate, Reason: "x"})
	require.ErrorIs(t, err, agreement.ErrNoMandate, "taken back, it holds no more")
}

func TestSuccession(t *testing.T) {
	w := setup(t)
	w.addressed()
	ctx := t.Context()
	d, own := w.offered()
	old := w.take(w.take(w.say(own), agreement.Accept, ""), agreement.EnterForce, "")

	next, err := w.agreements.Renew(ctx, w.lawyer, d.ID, agreement.Replacement, "Ny frist")
	require.NoError(t, err)
	require.Equal(t, 2, next.VersionNo)
	require.Len(t, next.Answers, len(d.Answers), "the answers come along")
	_, err = w.agreements.Renew(ctx, w.lawyer, d.ID, agreement.Replacement, "igen")
	require.ErrorIs(t, err, agreement.ErrNotOffered)
	b, err := w.agreements.Release(ctx, w.lawyer, d.ID, next.Version, everybody)
	require.NoError(t, err)

	waiting := w.own(w.randers)
	w.work(b, w.viborg)
	w.work(b, w.randers)
	require.NotEqual(t, waiting.ID, w.own(w.randers).ID)
	gone, err := w.agreements.Accession(ctx, w.person(w.randers), waiting.ID)
	require.NoError(t, err)
	require.Equal(t, agreement.AccessionSuperseded, gone.State, "an offer that nobody took up gives way to the newer one")

	still, err := w.agreements.Accession(ctx, w.person(w.viborg), old.ID)
	require.NoError(t, err)
	require.Equal(t, agreement.AccessionInForce, still.State, "what is in force stays so until its successor is")
	fresh := w.own(w.viborg)
	require.Equal(t, fresh.ID, still.Successor)
	w.take(w.take(w.say(fresh), agreement.Accept, ""), agreement.EnterForce, "")
	still, err = w.agreements.Accession(ctx, w.person(w.viborg), old.ID)
	require.NoError(t, err)
	require.Equal(t, agreement.AccessionSuperseded, still.State)
	require.NotNil(t, still.EndsOn)
}

func TestAmendment(t *testing.T) {
	w := setup(t)
	w.addressed()
	ctx := t.Context()
	d, own := w.offered()
	base := w.take(w.take(w.say(own), agreement.Accept, ""), agreement.EnterForce, "")
	next, err := w.agreements.Renew(ctx, w.lawyer, d.ID, agreement.Amendment, "Kortere frist ved brud")
	require.NoError(t, err)
	_, err = w.agreements.Release(ctx, w.lawyer, d.ID, next.Version, everybody)
	require.ErrorIs(t, err, agreement.ErrUnamended)
	check, err := w.agreements.CheckRelease(ctx, w.lawyer, d.ID)
	require.NoError(t, err)
	require.True(t, check.Unamended)

	had := 0
	for _, a := range next.Answers {
		if a.Path == "breach.hours" {
			had = a.Version
		}
	}
	_, err = w.agreements.Answer(ctx, w.lawyer, d.ID, "breach.hours", had, 12)
	require.NoError(t, err)
	next, err = w.agreements.Get(ctx, w.lawyer, d.ID)
	require.NoError(t, err)
	doc := next.Preview(w.Store.Now())
	require.Contains(t, doc.Title, "Tillæg")
	keys := []string{}
	for _, s := range doc.Sections {
		keys = append(keys, s.Key)
	}
	require.NotEmpty(t, keys)
	require.Less(t, len(keys), 4, "only what differs is printed: %v", keys)

	b, err := w.agreements.Release(ctx, w.lawyer, d.ID, next.Version, everybody)
	require.NoError(t, err)
	w.work(b, w.viborg)
	w.take(w.take(w.say(w.own(w.viborg)), agreement.Accept, ""), agreement.EnterForce, "")
	still, err := w.agreements.Accession(ctx, w.person(w.viborg), base.ID)
	require.NoError(t, err)
	require.Equal(t, agreement.AccessionInForce, still.State, "an amendment leaves its base in force")
}

func TestAudience(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	system := storagetest.One[int32](w.Env, "select id from it_system where number = $1", w.systems[0])
	w.Exec("delete from usage where not (organisation_id = $1 and system_id = $2)", w.viborg, system)
	outsider := storagetest.One[int32](w.Env, "insert into organisation (kind, name, cvr) values ('municipality', 'Udenfor Kommune', '12345674') returning id")
	d := w.answered()
	b, err := w.agreements.Release(ctx, w.lawyer, d.ID, d.Version, agreement.Audience{Kind: agreement.Users})
	require.NoError(t, err)
	require.Equal(t, 1, b.Total, "only the member that uses a system")
	w.work(b, w.viborg)
	require.Len(t, w.own(w.viborg).Systems, 1, "and only the system that it uses")

	more, err := w.agreements.ReleaseMore(ctx, w.lawyer, d.ID, agreement.Audience{Kind: agreement.Chosen, Chosen: []int32{w.viborg, outsider}})
	require.NoError(t, err)
	require.Equal(t, 1, more.Total, "nobody gets it twice")
	w.work(more, outsider)
	require.Equal(t, 1, storagetest.One[int](w.Env, "select count(*)::int from accession where organisation_id = $1", outsider))
	_, err = w.agreements.ReleaseMore(ctx, w.lawyer, d.ID, agreement.Audience{Kind: agreement.Users})
	require.ErrorIs(t, err, agreement.ErrNoMembers)

	// The batch works on the version it was started for, whatever comes after.
	late, err := w.agreements.ReleaseMore(ctx, w.lawyer, d.ID, agreement.Audience{Kind: agreement.Members})
	require.NoError(t, err)
	next, err := w.agreements.Renew(ctx, w.lawyer, d.ID, agreement.Replacement, "Ny")
	require.NoError(t, err)
	_, err = w.agreements.Release(ctx, w.lawyer, d.ID, next.Version, agreement.Audience{Kind: agreement.Users})
	require.NoError(t, err)
	w.work(late, w.randers)
	require.Equal(t, 1, w.own(w.randers).VersionNo)
}

func TestAgain(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	d, own := w.offered()
	w.Exec("update organisation set street = 'Ny Allé 9', postal_code = '8800', city = 'Viborg' where id = $1", w.viborg)
	b, err := w.agreements.Again(ctx, w.lawyer, d.ID, []int32{w.viborg})
	require.NoError(t, err)
	require.Equal(t, task.Again, b.Kind)
	w.work(b, w.viborg)
	again := w.own(w.viborg)
	require.Equal(t, 2, again.Current())
	require.Equal(t, "Ny Allé 9", again.Party.Address.Street)
	require.NotEqual(t, own.InstanceHash, again.InstanceHash)
	for no, street := range map[int]bool{1: false, 2: true} {
		_, _, body, err := w.agreements.Download(ctx, w.person(w.viborg), own.ID, "docx", no)
		require.NoError(t, err)
		all, err := io.ReadAll(body)
		require.NoError(t, err)
		require.Equal(t, street, docxSays(t, all, "Ny Allé 9"), "paper %d", no)
	}
	bundle, err := w.agreements.Zip(context.WithoutCancel(ctx), w.lawyer, b.ID, "")
	require.NoError(t, err)
	require.Equal(t, 2, bundle.Count, "the newest papers only")
	rows, err := w.Store.History(ctx, w.person(w.viborg), "accession", own.ID)
	require.NoError(t, err)
	require.Equal(t, "batch.zip", rows[0].Action, "each agreement's own history tells of it")
}

// docxSays tells whether a Word file holds a text.
func docxSays(t *testing.T, file []byte, text string) bool {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	require.NoError(t, err)
	f, err := z.Open("word/document.xml")
	require.NoError(t, err)
	all, err := io.ReadAll(f)
	require.NoError(t, err)
	return bytes.Contains(all, []byte(text))
}

func TestStrayed(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	d := w.answered()
	other := w.Vendor("Køber A/S")
	w.Exec("update it_system set vendor_id = $2 where number = $1", w.systems[1], other)
	check, err := w.agreements.CheckRelease(ctx, w.lawyer, d.ID)
	require.NoError(t, err)
	require.False(t, check.Ready)
	require.Len(t, check.Strayed, 1)
	_, err = w.agreements.Release(ctx, w.lawyer, d.ID, d.Version, everybody)
	require.ErrorIs(t, err, agreement.ErrStrayed)
	d, err = w.agreements.SetSystems(ctx, w.lawyer, d.ID, d.Version, w.systems[:1])
	require.NoError(t, err)
	_, err = w.agreements.Release(ctx, w.lawyer, d.ID, d.Version, everybody)
	require.NoError(t, err)
}

func TestExMemberCannotConclude(t *testing.T) {
	w := setup(t)
	w.addressed()
	_, own := w.offered()
	own = w.say(own)
	ctx, today := t.Context(), storage.LegalDate(w.Store.Now())
	contact := w.person(w.viborg) // signed in before the membership ended
	_, err := w.agreements.GiveMandate(ctx, contact, today.AddDate(0, 0, -9), nil, "Direktionen, sag 12")
	require.NoError(t, err)
	accept := agreement.Step{Act: agreement.Accept}
	w.Exec("alter table membership disable trigger membership_ends_mandates")
	w.leaves(w.viborg, today.AddDate(0, 0, -1))

	_, err = w.agreements.Take(ctx, contact, own.ID, own.Version, accept)
	require.ErrorIs(t, err, fault.ErrNotFound, "the wall knows that it left")
	_, err = w.agreements.Take(ctx, w.lawyer, own.ID, own.Version, accept)
	require.ErrorIs(t, err, agreement.ErrNoMandate, "its mandate holds no more, though nobody ended it")
	conn := w.office()
	moved, err := conn.Exec(ctx, "update accession set state = 'accepted' where id = $1", own.ID)
	require.NoError(t, err)
	require.Zero(t, moved.RowsAffected(), "nor for the database")

	w.Exec("update mandate set recorded_at = recorded_at - interval '9 days'")
	w.Membership(w.viborg, today.Format(time.DateOnly), "")
	_, err = w.agreements.Take(ctx, w.lawyer, own.ID, own.Version, accept)
	require.ErrorIs(t, err, agreement.ErrNoMandate, "a member again, it gives a new one")
	w.take(own, agreement.Accept, "")
}

// leaves ends a membership as the register does.
func (w *world) leaves(organisation int32, last time.Time) {
	w.Exec("update membership set to_date = $2 where organisation_id = $1", organisation, last)
}

// office is a connection of the secretariat's login: what the database alone refuses.
func (w *world) office() *pgx.Conn {
	w.t.Helper()
	conn := w.Conn(string(access.LoginOffice))
	_, err := conn.Exec(w.t.Context(), "select set_config('app.session', $1, false)", w.Token(access.Lawyer, 0))
	require.NoError(w.t, err)
	return conn
}

func TestMandateDays(t *testing.T) {
	w := setup(t)
	w.addressed()
	_, own := w.offered()
	own = w.say(own)
	w.Exec("update accession_step set on_date = on_date - 30 where accession_id = $1", own.ID)
	ctx, today := t.Context(), storage.LegalDate(w.Store.Now())
	_, err := w.agreements.GiveMandate(ctx, w.person(w.viborg), today.AddDate(0, 0, -9), nil, "Direktionen, sag 12")
	require.NoError(t, err)
	_, err = w.agreements.Take(ctx, w.lawyer, own.ID, own.Version, agreement.Step{Act: agreement.Accept, On: today.AddDate(0, 0, -10)})
	require.ErrorIs(t, err, agreement.ErrDayEarly, "before the mandate began")
	note := "insert into accession_step (accession_id, organisation_id, state, on_date, capacity, at) values ($1, $2, 'accepted', $3, 'mandate', now())"
	conn := w.office()
	_, err = conn.Exec(ctx, note, own.ID, w.viborg, today.AddDate(0, 0, -10))
	require.ErrorContains(t, err, "row-level security")
	_, err = conn.Exec(ctx, note, own.ID, w.viborg, today.AddDate(0, 0, -9))
	require.NoError(t, err)
	_, err = w.agreements.Take(ctx, w.lawyer, own.ID, own.Version, agreement.Step{Act: agreement.Accept})
	require.NoError(t, err)
}

func TestMandateEndsWithMembership(t *testing.T) {
	w := setup(t)
	ctx, today := t.Context(), storage.LegalDate(w.Store.Now())
	contact := w.person(w.viborg)
	m, err := w.agreements.GiveMandate(ctx, contact, today.AddDate(0, 0, -9), nil, "Direktionen, sag 12")
	require.NoError(t, err)
	w.leaves(w.viborg, today.AddDate(0, 1, 0))
	now := storagetest.One[time.Time](w.Env, "select to_date from mandate where id = $1", m.ID)
	require.Equal(t, today.AddDate(0, 1, 0), now.UTC(), "it ends with the membership")
	w.leaves(w.viborg, today.AddDate(0, 0, -2))
	now = storagetest.One[time.Time](w.Env, "select to_date from mandate where id = $1", m.ID)
	require.Equal(t, today.AddDate(0, 0, -2), now.UTC(), "also when the end is registered late")
	list, _, err := w.agreements.Mandates(ctx, w.lawyer, storage.Page{Sort: "runs"})
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.False(t, list[0].Runs)
}

func TestYearEnd(t *testing.T) {
	w := setup(t)
	w.addressed()
	_, own := w.offered()
	own = w.say(own)
	// New Year's Eve in UTC is New Year's Day in Denmark for an hour.
	newYear := time.Date(time.Now().Year()+1, 1, 1, 0, 30, 0, 0, time.FixedZone("CET", 3600))
	w.Clock.Set(newYear)
	taken := w.take(own, agreement.Accept, "")
	require.Equal(t, newYear.Format(time.DateOnly), taken.Steps[len(taken.Steps)-1].On.Format(time.DateOnly))
}

func TestTheDeadlineGoesWithTheState(t *testing.T) {
	w := setup(t)
	w.addressed()
	_, own := w.offered()
	today := storage.LegalDate(w.Store.Now())
	require.NotNil(t, own.DueOn)
	require.Equal(t, storagetest.One[time.Time](w.Env, "select due_on from task where subject_id = $1 and thing = 'accession'", own.VersionID).UTC(), own.DueOn.UTC())
	require.False(t, own.Late(today))
	require.True(t, own.Late(own.DueOn.AddDate(0, 0, 1)))
	require.False(t, w.take(w.say(own), agreement.Accept, "").Late(own.DueOn.AddDate(0, 0, 1)), "decided is not late")
}

func TestADayTellsWhichSideItIsWrongOn(t *testing.T) {
	w := setup(t)
	w.addressed()
	_, own := w.offered()
	taken := w.take(w.say(own), agreement.Accept, "")
	today := storage.LegalDate(w.Store.Now())
	first, last := taken.Days(agreement.EnterForce, today)
	require.Equal(t, today, first.UTC(), "not before it was concluded")
	require.Equal(t, today, last)
	for _, c := range []struct {
		on   time.Time
		want *fault.Error
	}{{first.AddDate(0, 0, -1), agreement.ErrDayEarly}, {last.AddDate(0, 0, 1), agreement.ErrDayLate}} {
		_, err := w.agreements.Take(t.Context(), w.person(w.viborg), own.ID, taken.Version, agreement.Step{Act: agreement.EnterForce, On: c.on})
		require.ErrorIs(t, err, c.want)
		f, _ := fault.Of(err)
		require.Equal(t, first.Format(time.DateOnly), f.Detail["earliest"])
		require.Equal(t, last.Format(time.DateOnly), f.Detail["latest"])
	}
	_, last = w.take(taken, agreement.EnterForce, "").Days(agreement.Terminate, today)
	require.Equal(t, today.AddDate(1, 0, 0), last, "an end may be told a year ahead")
}

// What an act answers is what is read afterwards, though nothing is read again.
func TestAnActAnswersHowItStands(t *testing.T) {
	w := setup(t)
	_, _, amendment := w.amended()
	for name, d := range map[string]agreement.AccessionDetail{"an offer": w.own(w.randers), "an amendment": amendment} {
		person := w.person(d.Organisation)
		now, err := w.agreements.SayCase(t.Context(), person, d.ID, d.Version, " 24/117 ")
		require.NoError(t, err, name)
		require.Equal(t, "24/117", now.CaseNumber)
		require.Equal(t, d.Version+1, now.Version, name)
		require.Equal(t, w.own(d.Organisation), now, name)

		w.Exec("update organisation set street = 'Ny Vej ' || id, postal_code = '8800', city = 'Viborg' where id = $1", d.Organisation)
		now, err = w.agreements.RefreshParty(t.Context(), person, d.ID, now.Version)
		require.NoError(t, err, name)
		require.NotEqual(t, d.InstanceHash, now.InstanceHash, name)
		require.Equal(t, w.own(d.Organisation), now, name)

		var numbers []int32
		for _, s := range now.Offered[:1] {
			numbers = append(numbers, s.Number)
		}
		now, err = w.agreements.CoverSystems(t.Context(), person, d.ID, now.Version, numbers)
		require.NoError(t, err, name)
		require.Len(t, now.Systems, 1)
		require.Equal(t, w.own(d.Organisation), now, name)

		_, err = w.agreements.SayCase(t.Context(), person, d.ID, d.Version, "")
		require.ErrorIs(t, err, fault.ErrStale, name)
	}
}
