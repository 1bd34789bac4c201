package member_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/member"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
	"klausul/server/vendor"
)

// house is Viborg with a contact person, two colleagues and a system, and Randers next door.
type house struct {
	*storagetest.Env
	users                 *member.Users
	viborg, randers       int32
	contact, neighbour    access.Scope
	admin                 access.Scope
	owner, heir, stranger int64
	ownerGrant            int64
	ownerToken            string
	usage, responsible    int32
}

func newHouse(t *testing.T) house {
	t.Helper()
	h := house{Env: storagetest.New(t)}
	h.users = member.NewUsers(h.Store)
	h.viborg, h.randers = h.Member("Viborg Kommune"), h.Member("Randers Kommune")
	h.contact, h.neighbour = h.Scope(access.ContactPerson, h.viborg), h.Scope(access.ContactPerson, h.randers)
	h.admin = h.Scope(access.SecretariatAdmin, 0)
	h.owner, h.heir, h.stranger = h.User("Ove Ejer"), h.User("Ane Arving"), h.User("Ida Randers")
	h.ownerGrant = h.Grant(h.owner, access.SystemOwner, h.viborg)
	h.Grant(h.heir, access.SystemOwner, h.viborg)
	h.Grant(h.stranger, access.DPO, h.randers)
	h.ownerToken = h.Session(h.owner, h.ownerGrant)
	vendor := h.Vendor("KMD A/S")
	h.usage, h.responsible = h.Usage(h.viborg, h.System(vendor, "Løn")), h.Usage(h.viborg, h.System(vendor, "Omsorg"))
	h.Exec("update usage set owner_user_id = $2 where id = $1", h.usage, h.owner)
	h.Exec("update usage set responsible_user_id = $2 where id = $1", h.responsible, h.owner)
	h.Exec("insert into organisation_setting (organisation_id, default_responsible) values ($1, $2)", h.viborg, h.owner)
	return h
}

// idle leaves the owner nothing to hand over.
func (h house) idle() {
	h.Exec("update usage set owner_user_id = null, responsible_user_id = null")
	h.Exec("update organisation_setting set default_responsible = null")
}

func TestRoles(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, today := t.Context(), on(t, h.Day(0))
	runs := member.Membership{From: today}

	p, err := h.users.AddRole(ctx, h.contact, h.owner, access.DPO, h.viborg, runs)
	require.NoError(t, err)
	roles, err := p.Roles()
	require.NoError(t, err)
	require.Len(t, roles, 2)
	require.Equal(t, access.DPO, roles[0].Role)
	require.Nil(t, roles[0].To)
	past := today.AddDate(0, 0, -1)
	for name, c := range map[string]struct {
		by   access.Scope
		user int64
		role access.Role
		in   int32
		when member.Membership
		want error
	}{
		"the same role again":                       {h.contact, h.owner, access.DPO, h.viborg, runs, member.ErrRoleHeld},
		"from a day that has been":                  {h.contact, h.owner, access.Procurement, h.viborg, member.Membership{From: past}, member.ErrPast},
		"backwards":                                 {h.contact, h.owner, access.Procurement, h.viborg, member.Membership{From: today, To: &past}, member.ErrPeriod},
		"a lawyer in a municipality":                {h.admin, h.owner, access.Lawyer, h.viborg, runs, member.ErrInviteRole},
		"a contact person, into the secretariat":    {h.contact, h.owner, access.SecretariatAdmin, 0, runs, fault.ErrNotFound},
		"a contact person, next door":               {h.contact, h.owner, access.DPO, h.randers, runs, fault.ErrNotFound},
		"a contact person, somebody from elsewhere": {h.contact, h.stranger, access.DPO, h.viborg, runs, fault.ErrNotFound},
		"somebody who does not exist":               {h.admin, 999999, access.DPO, h.viborg, runs, fault.ErrNotFound},
		"a lawyer gives roles":                      {h.Scope(access.Lawyer, 0), h.owner, access.Procurement, h.viborg, runs, fault.ErrNotFound},
	} {
		t.Run("refused: "+name, func(t *testing.T) {
			_, err := h.users.AddRole(ctx, c.by, c.user, c.role, c.in, c.when)
			require.ErrorIs(t, err, c.want)
		})
	}
	_, err = h.users.AddRole(ctx, h.admin, h.owner, access.DPO, h.randers, runs)
	require.NoError(t, err, "one person in two organisations")
	seen, err := h.users.Get(ctx, h.contact, h.owner)
	require.NoError(t, err)
	require.NotContains(t, string(seen.Held), "Randers", "Viborg sees its own roles of the person")

	require.ErrorIs(t, h.users.EndRole(ctx, h.neighbour, h.ownerGrant, nil), fault.ErrNotFound)
	later := today.AddDate(0, 1, 0)
	require.NoError(t, h.users.EndRole(ctx, h.contact, h.ownerGrant, &later))
	require.Equal(t, h.owner, h.Actor(h.ownerToken).User, "it runs until its last day")
	require.ErrorIs(t, h.users.EndRole(ctx, h.contact, h.ownerGrant, &later), member.ErrRoleEnded)
	require.NoError(t, h.users.EndRole(ctx, h.contact, h.ownerGrant, nil))
	_, err = h.Store.Whoami(ctx, h.ownerToken)
	require.ErrorIs(t, err, fault.ErrUnauthenticated, "at once")
	require.ErrorIs(t, h.users.EndRole(ctx, h.contact, h.contact.Actor().Grant.ID, nil), member.ErrSelf)
	require.ErrorIs(t, h.users.EndRole(ctx, h.admin, h.contact.Actor().Grant.ID, nil), member.ErrLast)
}

// The last role in an organisation does not end at once while work is open there, whichever
// way; a role that ends by its date does, and the job moves the work.
func TestEndRoleLeavesNoWorkBehind(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	dpo := h.Grant(h.owner, access.DPO, h.viborg)
	h.Grant(h.owner, access.DPO, h.randers)
	require.NoError(t, h.users.EndRole(ctx, h.contact, dpo, nil), "another role is left")
	err := h.users.EndRole(ctx, h.contact, h.ownerGrant, nil)
	require.ErrorIs(t, err, member.ErrLeaveOpen, "one next door is no help")
	f, _ := fault.Of(err)
	require.Equal(t, h.viborg, f.Detail["organisation"])
	require.Equal(t, h.owner, h.Actor(h.ownerToken).User)
	today := on(t, h.Day(0))
	require.NoError(t, h.users.EndRole(ctx, h.contact, h.ownerGrant, &today), "it ends by its date")
	h.idle()
	require.NoError(t, h.users.EndRole(ctx, h.contact, h.ownerGrant, nil))
}

// Whose last role has run out has left, and what was open goes to who is responsible by default.
func TestRolesRunOut(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	_, secret, err := h.users.CreateKey(ctx, h.contact, "ESDH")
	require.NoError(t, err)
	h.Exec("update role_grant set user_id = $1 where role = 'api'", h.owner)
	h.Exec("update session set user_id = $1 where kind = 'api_key'", h.owner)
	rest := h.Grant(h.owner, access.DPO, h.randers)
	h.Exec("update role_grant set from_date = today() - 900, to_date = today() - 400 where id = $1", h.ownerGrant)
	h.Exec("update organisation_setting set default_responsible = $1 where organisation_id = $2", h.heir, h.viborg)
	next := h.Usage(h.randers, h.System(h.Vendor("Netcompany A/S"), "Sag"))
	h.Exec("update usage set owner_user_id = $2 where id = $1", next, h.owner)
	require.NoError(t, h.users.RunOut(ctx))
	left := func() string {
		return storagetest.One[string](h.Env, "select coalesce((left_at at time zone 'Europe/Copenhagen')::text, 'here') from app_user where id = $1", h.owner)
	}
	require.Equal(t, "here", left(), "a role next door runs")
	require.Equal(t, h.heir, storagetest.One[int64](h.Env, "select owner_user_id from usage where id = $1 and changed_by is null and changed_at is not null", h.usage))
	require.Equal(t, h.heir, storagetest.One[int64](h.Env, "select responsible_user_id from usage where id = $1", h.responsible))
	require.Equal(t, h.owner, storagetest.One[int64](h.Env, "select owner_user_id from usage where id = $1", next), "the neighbour's stays")
	a, err := h.Store.Whoami(ctx, secret)
	require.NoError(t, err)
	require.Equal(t, h.heir, a.User)

	h.Exec("update role_grant set from_date = today() - 900, to_date = today() - 399 where id = $1", rest)
	h.Exec("insert into organisation_setting (organisation_id, default_responsible) values ($1, $2)", h.randers, h.owner)
	require.NoError(t, h.users.RunOut(ctx))
	require.NoError(t, h.users.RunOut(ctx), "twice does nothing more")
	require.Equal(t, h.Day(-398)+" 00:00:00", left(), "the day after the last one")
	require.True(t, storagetest.One[bool](h.Env, "select owner_user_id is null from usage where id = $1", next), "nobody is responsible by default")
	require.True(t, storagetest.One[bool](h.Env, "select default_responsible is null from organisation_setting where organisation_id = $1", h.randers))
	require.Equal(t, []string{"api_key", "usage", "usage"}, storagetest.One[[]string](h.Env, "select array_agg(record order by record) from audit_event where action = 'person.run_out' and organisation_id = $1", h.viborg))
	require.Equal(t, []string{"organisation_setting", "usage", "user"}, storagetest.One[[]string](h.Env, "select array_agg(record order by record) from audit_event where action = 'person.run_out' and organisation_id = $1", h.randers))
	runs := member.Membership{From: on(t, h.Day(0))}
	p, err := h.users.AddRole(ctx, h.contact, h.owner, access.DPO, h.viborg, runs)
	require.NoError(t, err, "a role prolonged too late")
	require.Nil(t, p.Left)
	require.NoError(t, h.users.RunOut(ctx))
	require.Equal(t, "here", left())

	h.Exec("delete from role_grant where user_id = $1 and to_date is null", h.owner)
	require.NoError(t, h.users.RunOut(ctx))
	require.NoError(t, h.users.Anonymise(ctx))
	require.True(t, storagetest.One[bool](h.Env, "select anonymised_at is not null from app_user where id = $1", h.owner))
	_, err = h.users.AddRole(ctx, h.contact, h.owner, access.DPO, h.viborg, runs)
	require.ErrorIs(t, err, fault.ErrNotFound, "nobody knows any more who that was")
}

func TestInvitationAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	bind(h.Env, h.viborg)
	first, err := h.users.Invite(ctx, h.contact, "Ny", "ny@example.dk", access.DPO, h.viborg)
	require.NoError(t, err)
	_, err = h.users.InviteAgain(ctx, h.neighbour, first.User)
	require.ErrorIs(t, err, fault.ErrNotFound)
	second, err := h.users.InviteAgain(ctx, h.contact, first.User)
	require.NoError(t, err)
	id := member.Identity{Issuer: issuer, Subject: "ny"}
	_, err = h.users.Redeem(ctx, id, first.Code, time.Hour)
	require.ErrorIs(t, err, member.ErrInvitation, "the old code is nothing")
	p, err := h.users.Get(ctx, h.contact, first.User)
	require.NoError(t, err)
	require.NotNil(t, p.Invited)
	require.NoError(t, h.users.WithdrawInvitation(ctx, h.contact, first.User))
	require.ErrorIs(t, h.users.WithdrawInvitation(ctx, h.contact, first.User), member.ErrNoInvitation)
	_, err = h.users.Redeem(ctx, id, second.Code, time.Hour)
	require.ErrorIs(t, err, member.ErrInvitation, "nor the withdrawn one")
	third, err := h.users.InviteAgain(ctx, h.contact, first.User)
	require.NoError(t, err)
	_, err = h.users.Redeem(ctx, id, third.Code, time.Hour)
	require.NoError(t, err)
	_, err = h.users.InviteAgain(ctx, h.contact, first.User)
	require.ErrorIs(t, err, member.ErrSignedIn)
}

func TestLeave(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	key, secret, err := h.users.CreateKey(ctx, h.contact, "ESDH")
	require.NoError(t, err)
	h.Exec("update role_grant set user_id = $1 where role = 'api'", h.owner)
	h.Exec("update session set user_id = $1 where id = $2", h.owner, key)

	l, err := h.users.Leaving(ctx, h.contact, h.owner)
	require.NoError(t, err)
	require.Equal(t, []member.OpenWork{{Organisation: &h.viborg, OrganisationName: "Viborg Kommune", Roles: 1, Owned: 1, Responsible: 1, Settings: 1, Keys: 1}}, l.Work)
	require.Contains(t, l.Colleagues, member.Colleague{Organisation: h.viborg, ID: h.heir, Name: "Ane Arving"})
	_, err = h.users.Leaving(ctx, h.neighbour, h.owner)
	require.ErrorIs(t, err, fault.ErrNotFound)

	for name, c := range map[string]struct {
		by   access.Scope
		who  int64
		to   map[int32]int64
		want error
	}{
		"nobody takes the work":  {h.contact, h.owner, nil, member.ErrLeaveOpen},
		"a stranger takes it":    {h.contact, h.owner, map[int32]int64{h.viborg: h.stranger}, member.ErrLeaveColleague},
		"the leaver takes it":    {h.contact, h.owner, map[int32]int64{h.viborg: h.owner}, member.ErrLeaveColleague},
		"the neighbour ends it":  {h.neighbour, h.owner, map[int32]int64{h.viborg: h.heir}, fault.ErrNotFound},
		"a DPO ends it":          {h.Scope(access.DPO, h.viborg), h.owner, map[int32]int64{h.viborg: h.heir}, fault.ErrNotFound},
		"oneself":                {h.contact, h.contact.Actor().User, nil, member.ErrSelf},
		"the last administrator": {h.admin, h.admin.Actor().User, nil, member.ErrSelf},
	} {
		t.Run("refused: "+name, func(t *testing.T) {
			_, err := h.users.Leave(ctx, c.by, c.who, c.to)
			require.ErrorIs(t, err, c.want)
			require.Equal(t, h.owner, storagetest.One[int64](h.Env, "select owner_user_id from usage where id = $1", h.usage), "nothing moved")
		})
	}
	gone, err := h.users.Leave(ctx, h.contact, h.owner, map[int32]int64{h.viborg: h.heir})
	require.NoError(t, err)
	require.True(t, gone)
	_, err = h.Store.Whoami(ctx, h.ownerToken)
	require.ErrorIs(t, err, fault.ErrUnauthenticated)
	require.Equal(t, h.heir, storagetest.One[int64](h.Env, "select owner_user_id from usage where id = $1", h.usage))
	require.Equal(t, h.heir, storagetest.One[int64](h.Env, "select responsible_user_id from usage where id = $1", h.responsible))
	require.Equal(t, h.heir, storagetest.One[int64](h.Env, "select default_responsible from organisation_setting where organisation_id = $1", h.viborg))
	for _, usage := range []int32{h.usage, h.responsible} {
		require.Equal(t, h.contact.Actor().User, storagetest.One[int64](h.Env, "select changed_by from usage where id = $1 and changed_at > now() - interval '1 hour'", usage), "a conflict names who did it")
		require.Equal(t, 1, storagetest.One[int](h.Env, "select count(*) from audit_event where action = 'user.leave' and record = 'usage' and record_id = ($1::int)::text and organisation_id = $2", usage, h.viborg))
	}
	a, err := h.Store.Whoami(ctx, secret)
	require.NoError(t, err, "the organisation's key works on")
	require.Equal(t, h.heir, a.User)
	_, err = h.users.Leave(ctx, h.contact, h.owner, nil)
	require.ErrorIs(t, err, fault.ErrNotFound, "twice")
}

// Who leaves one of two organisations is still somebody in the other.
func TestLeaveOneOfTwo(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	elsewhere := h.Session(h.owner, h.Grant(h.owner, access.DPO, h.randers))
	gone, err := h.users.Leave(ctx, h.contact, h.owner, map[int32]int64{h.viborg: h.heir})
	require.NoError(t, err)
	require.False(t, gone)
	_, err = h.Store.Whoami(ctx, h.ownerToken)
	require.ErrorIs(t, err, fault.ErrUnauthenticated)
	require.Equal(t, h.randers, h.Actor(elsewhere).Grant.Organisation)
	gone, err = h.users.Leave(ctx, h.admin, h.owner, nil)
	require.NoError(t, err)
	require.True(t, gone)
	_, err = h.Store.Whoami(ctx, elsewhere)
	require.ErrorIs(t, err, fault.ErrUnauthenticated)
}

func TestAccessReview(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	require.NoError(t, h.users.OpenReviews(ctx))
	require.NoError(t, h.users.OpenReviews(ctx), "twice opens nothing")
	list, _, err := h.users.Reviews(ctx, h.contact, member.ReviewOpen, storage.Page{})
	require.NoError(t, err)
	require.Len(t, list, 1, "its own alone")
	review := list[0]
	require.Equal(t, 3, review.Open)
	require.Equal(t, on(t, h.Day(30)), review.Due)
	require.False(t, review.Overdue(review.Due))
	require.True(t, review.Overdue(review.Due.AddDate(0, 0, 1)))
	office, _, err := h.users.Reviews(ctx, h.admin, "", storage.Page{})
	require.NoError(t, err)
	require.Len(t, office, 3, "the secretariat's, Viborg's, Randers'")

	_, lines, err := h.users.Review(ctx, h.contact, review.ID)
	require.NoError(t, err)
	_, _, err = h.users.Review(ctx, h.neighbour, review.ID)
	require.ErrorIs(t, err, fault.ErrNotFound)
	var own, heirs int64
	for _, l := range lines {
		switch l.User {
		case h.contact.Actor().User:
			own = l.Grant
		case h.heir:
			heirs = l.Grant
		}
	}
	decide := func(by access.Scope, seen int, keep, end []int64) error {
		return h.users.DecideReview(ctx, by, review.ID, seen, keep, end)
	}
	require.ErrorIs(t, decide(h.neighbour, 1, []int64{own}, nil), fault.ErrNotFound)
	require.ErrorIs(t, decide(h.admin, 1, []int64{own}, nil), member.ErrReviewElsewhere)
	require.ErrorIs(t, decide(h.contact, 1, []int64{heirs, 987}, nil), member.ErrReviewLine)
	require.ErrorIs(t, decide(h.contact, 1, nil, []int64{heirs, own}), member.ErrSelf)
	require.NoError(t, func() error { _, err := h.Store.Whoami(ctx, h.ownerToken); return err }(), "a refusal ends nobody")
	require.ErrorIs(t, decide(h.contact, 1, []int64{heirs}, []int64{h.ownerGrant}), member.ErrLeaveOpen, "the last role leaves work behind: Leave hands it over")
	h.idle()
	require.NoError(t, decide(h.contact, 1, []int64{heirs}, []int64{h.ownerGrant}))
	_, err = h.Store.Whoami(ctx, h.ownerToken)
	require.ErrorIs(t, err, fault.ErrUnauthenticated, "ended at once")
	require.ErrorIs(t, decide(h.contact, 1, []int64{own}, nil), fault.ErrStale)
	require.NoError(t, decide(h.contact, 2, []int64{own}, nil))
	require.ErrorIs(t, decide(h.contact, 3, nil, nil), member.ErrReviewDone)
	review, _, err = h.users.Review(ctx, h.contact, review.ID)
	require.NoError(t, err)
	require.NotNil(t, review.Done)
	require.Equal(t, h.contact.Actor().Name, *review.DoneBy)

	// The next one comes when the rule says, and the rule is a dated row.
	h.Exec("update access_review set opened_on = today() - 200, due_on = today() - 170")
	require.NoError(t, h.users.OpenReviews(ctx))
	require.Equal(t, 1, storagetest.One[int](h.Env, "select count(*) from access_review where organisation_id = $1", h.viborg))
	h.Exec("insert into person_rule (key, from_date, amount, unit, source) values ('access.review', today(), 6, 'months', 'x')")
	require.NoError(t, h.users.OpenReviews(ctx))
	require.Equal(t, 2, storagetest.One[int](h.Env, "select count(*) from access_review where organisation_id = $1", h.viborg))
}

func TestDisclose(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	h.Grant(h.owner, access.DPO, h.randers)
	h.Exec("update organisation set mail = 'OVE.ejer@example.dk' where id = $1", h.viborg)
	i, err := h.users.Invite(ctx, h.contact, "Nina Ny", "nina@example.dk", access.DPO, h.viborg)
	require.NoError(t, err)

	held := func(by access.Scope, user int64) map[string]int {
		t.Helper()
		d, err := h.users.Disclose(ctx, by, user)
		require.NoError(t, err)
		rows := map[string]int{}
		for _, p := range d.Places {
			rows[p.Table+"."+p.Field] = len(p.Rows)
		}
		raw, err := json.Marshal(d)
		require.NoError(t, err)
		require.NotContains(t, string(raw), "_hash")
		return rows
	}
	all := held(h.admin, h.owner)
	require.Equal(t, 2, all["role_grant.user_id"])
	require.Equal(t, 1, all["session.user_id"])
	require.Equal(t, 1, all["usage.owner_user_id"])
	require.Equal(t, 1, all["organisation_setting.default_responsible"])
	require.Equal(t, 1, all["organisation.mail"], "capital letters or not")
	require.Contains(t, all, "own_agreement.created_by", "a place where nothing was found is named")
	own := held(h.contact, h.owner)
	require.Equal(t, 1, own["role_grant.user_id"], "what Randers holds is Randers'")
	require.Equal(t, 1, own["usage.owner_user_id"])
	require.Equal(t, 0, held(h.neighbour, h.owner)["usage.owner_user_id"])
	invited := held(h.admin, i.User)
	require.Equal(t, 1, invited["audit_value.value"], "the value of the invitation")
	require.Equal(t, 1, invited["invitation.user_id"])

	_, err = h.users.Disclose(ctx, h.contact, h.stranger)
	require.ErrorIs(t, err, fault.ErrNotFound)
	_, err = h.users.Disclose(ctx, h.Scope(access.Lawyer, 0), h.owner)
	require.ErrorIs(t, err, fault.ErrNotFound, "past the guard")
	require.Equal(t, 4, storagetest.One[int](h.Env, "select count(*) from audit_event where action = 'person.disclose'"), "that it was made is kept")
}

// Who is no user is found by the address in every text, and by the name where only that stands.
func TestDiscloseAny(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	const mail, name = "ann.friis@kmd.example", "Ann Friis"
	vendor := h.Vendor("NNIT A/S")
	contact := func(name, email, phone string) {
		h.Exec("insert into vendor_contact (vendor_id, role, name, email, phone) values ($1, 'breach', $2, $3, $4)", vendor, name, email, phone)
	}
	contact(name, "Ann.Friis@KMD.example", "11111111")
	contact(name, "ann.friis@andet.example", "22222222")     // another of the same name
	contact("Joann", "joann.friis@kmd.example", "33333333")  // an address that ends alike
	contact("Lang", "ann.friis@kmd.example.com", "44444444") // and one that begins alike
	contact("Bo Bagved", "bo@kmd.example", "55555555")       // a colleague
	h.Exec("update organisation set mail = $2 where id = $1", h.randers, mail)
	h.Exec("update usage set local_owner = 'ann friis, lokal 12', not_needed_reason = 'Spørg Bo Bagved', not_needed_at = now() where id = $1", h.usage)
	h.Exec("update usage set local_owner = 'Ann Friisberg' where id = $1", h.responsible)
	h.Exec("insert into subprocessor (vendor_id, processor_id, from_date, service) values ($1, $2, '2024-01-01', E'Drift\n<ann.friis@kmd.example>')", vendor, h.Vendor("Under A/S"))
	imported := storagetest.One[int64](h.Env, `insert into import (organisation_id, kind, state, file_name, size, staging_key, created_by)
		values ($1, 'usages', 'ready', 'Ann Friis.csv', 1, '', $2) returning id`, h.viborg, h.heir)
	h.Exec(`insert into import_row (import_id, line, organisation_id, cells) values ($1, 2, $2, '["Bo Bagved", "mail:\nann.friis@kmd.example"]')`, imported, h.viborg)
	h.Exec("insert into audit_value (id, value, salt) values ('00000000-0000-0000-0000-000000000001', $1, 'x')", `{"after":{"service":"\u003cann.friis@kmd.example\u003e"}}`)
	h.Exec("insert into audit_event (role, action, record, record_id, value_id) values ('lawyer', 'subprocessor.add', 'subprocessor', '1', '00000000-0000-0000-0000-000000000001')")

	held := func(email, name string) (map[string]int, string) {
		t.Helper()
		d, err := h.users.DiscloseAny(ctx, h.admin, email, name)
		require.NoError(t, err)
		rows, text := map[string]int{}, ""
		for _, p := range d.Places {
			require.NotEqual(t, p.Table+"."+p.Field, p.Word, "a table with text has a word in texts (server/member/holdings.go)")
			if len(p.Rows) > 0 {
				rows[p.Table+"."+p.Field] = len(p.Rows)
			}
			for _, r := range p.Rows {
				text += string(r) + "\n"
			}
		}
		return rows, text
	}
	got, text := held("ANN.friis@kmd.example", "")
	require.Equal(t, map[string]int{"vendor_contact.email": 1, "organisation.mail": 1, "subprocessor.service": 1, "import_row.cells": 1, "audit_value.value": 1}, got)
	require.Contains(t, text, "11111111", "a contact whole")
	got, named := held(" "+mail, " Ann  Friis ")
	require.Equal(t, map[string]int{"vendor_contact.email": 1, "vendor_contact.name": 1, "organisation.mail": 1, "subprocessor.service": 1,
		"import_row.cells": 1, "import.file_name": 1, "audit_value.value": 1, "usage.local_owner": 1}, got)
	require.Contains(t, named, `"found_by": "name"`)
	for _, other := range []string{"andet", "22222222", "33333333", "44444444", "Friisberg", "Bagved", "Ove", "_hash"} {
		require.NotContains(t, text+named, other, "nothing of anybody else")
	}
	got, _ = held("ukendt@example.dk", "Ukendt Person")
	require.Empty(t, got)

	h.Exec("update app_user set email = 'ove@example.dk' where id = $1", h.owner)
	got, _ = held("ove@example.dk", "")
	require.Equal(t, 1, got["usage.owner_user_id"], "a user's file holds what the number leads to as well")
	require.Equal(t, 1, got["app_user.email"])

	_, err := h.users.DiscloseAny(ctx, h.admin, mail, "Ann")
	require.ErrorIs(t, err, member.ErrNamePart)
	for _, by := range []access.Scope{h.Scope(access.Lawyer, 0), h.Scope(access.Supervisor, 0)} {
		_, err = h.users.DiscloseAny(ctx, by, mail, "")
		require.ErrorIs(t, err, fault.ErrNotFound, "past the guard")
	}
	_, err = h.users.DiscloseAny(ctx, h.contact, mail, "")
	require.Error(t, err, "past the guard a contact person finds the function closed")
	require.Equal(t, 4, storagetest.One[int](h.Env, "select count(*) from audit_event where action = 'person.disclose_any'"), "that it was made is kept")
	require.Equal(t, 0, storagetest.One[int](h.Env, "select count(*) from audit_event e join audit_value v on v.id = e.value_id where e.action = 'person.disclose_any' and (v.value ~* 'ann|ove|@')"),
		"but not of whom")
}

func TestAnonymise(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	i, err := h.users.Invite(ctx, h.contact, "Nina Ny", "nina@example.dk", access.DPO, h.viborg)
	require.NoError(t, err)
	_, err = h.users.Leave(ctx, h.contact, i.User, nil)
	require.NoError(t, err)
	_, err = h.users.Leave(ctx, h.contact, h.owner, map[int32]int64{h.viborg: h.heir})
	require.NoError(t, err)
	h.Exec("update app_user set left_at = now() - interval '13 months' where id = $1", i.User)
	require.NoError(t, h.users.Anonymise(ctx))
	require.NoError(t, h.users.Anonymise(ctx), "twice does nothing more")

	p, err := h.users.Get(ctx, h.contact, i.User)
	require.NoError(t, err)
	require.NotNil(t, p.Anonymised)
	require.NotContains(t, p.Name, "Nina")
	require.Empty(t, p.Email)
	require.Equal(t, "Ove Ejer", storagetest.One[string](h.Env, "select name from app_user where id = $1", h.owner), "the rule's time is not up")
	require.Equal(t, 0, storagetest.One[int](h.Env, "select count(*) from audit_value where value like '%Nina%' or value like '%nina@%'"))
	log, _, err := h.users.Erasures(ctx, h.admin, storage.Page{})
	require.NoError(t, err)
	require.Len(t, log, 1)
	require.Equal(t, i.User, *log[0].User)
	require.Equal(t, "person.anonymise", log[0].Rule)
	rules, err := h.users.Rules(ctx, h.admin)
	require.NoError(t, err)
	require.Len(t, rules, 5)

	// The chain holds without the values.
	_, err = h.Store.Seal(ctx, access.System("audit.seal"))
	require.NoError(t, err)
	r, err := storage.VerifyAudit(ctx, h.AdminURL)
	require.NoError(t, err)
	require.Empty(t, r.Faults)
}

// Whose address or name only is a part of another's loses nothing, and is in nobody else's file.
func TestAnAddressIsWhole(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	invite := func(name, email string) int64 {
		i, err := h.users.Invite(ctx, h.contact, name, email, access.DPO, h.viborg)
		require.NoError(t, err)
		return i.User
	}
	anne, hanne := invite("Anne Holm", "anne@viborg.dk"), invite("Anne Holmgaard", "hanne@viborg.dk")
	values := func(user int64) (text string) {
		d, err := h.users.Disclose(ctx, h.admin, user)
		require.NoError(t, err)
		for _, p := range d.Places {
			if p.Table == "audit_value" {
				for _, r := range p.Rows {
					text += string(r)
				}
			}
		}
		return text
	}
	text := values(anne)
	require.Contains(t, text, "Anne Holm")
	require.NotContains(t, text, "hanne@")
	require.NotContains(t, text, "Holmgaard")

	_, err := h.users.Leave(ctx, h.contact, anne, nil)
	require.NoError(t, err)
	h.Exec("update app_user set left_at = now() - interval '13 months' where id = $1", anne)
	require.NoError(t, h.users.Anonymise(ctx))
	require.Contains(t, values(hanne), "hanne@viborg.dk")
	require.Zero(t, storagetest.One[int](h.Env, `select count(*) from audit_value where value ~ '"anne@viborg.dk'`))
}

// A vendor's contact that was removed long ago leaves the trail, with all that it was
// called before; one that stands, or was removed lately, stays.
func TestEraseContacts(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, vendors, lawyer := t.Context(), vendor.New(h.Store), h.Scope(access.Lawyer, 0)
	n := storagetest.One[int32](h.Env, "select number from vendor where id = $1", h.Vendor("Åhavn A/S"))
	add := func(name, email string) vendor.Contact {
		c, err := vendors.AddContact(ctx, lawyer, n, vendor.Contact{Role: "breach", Name: name, Email: email, Phone: "12345678"})
		require.NoError(t, err)
		return c
	}
	gone, late, stands := add("Bo Bort", "bo@aahavn.dk"), add("Lis Sent", "lis@aahavn.dk"), add("Bo Bort", "stadig@aahavn.dk")
	_, err := vendors.ChangeContact(ctx, lawyer, n, gone.ID, 1, vendor.Contact{Role: "breach", Name: "Bo Bortgift", Email: "bo@aahavn.dk"})
	require.NoError(t, err)
	require.NoError(t, vendors.RemoveContact(ctx, lawyer, n, gone.ID, 2))
	require.NoError(t, vendors.RemoveContact(ctx, lawyer, n, late.ID, 1))
	require.NoError(t, h.users.EraseContacts(ctx))
	values := func(email string) int {
		return storagetest.One[int](h.Env, "select count(*) from audit_value where value like '%' || $1 || '%'", email)
	}
	require.Equal(t, 3, values("bo@aahavn.dk"), "the rule's time is not up")
	h.Exec("alter table audit_event disable trigger all")
	h.Exec("update audit_event e set at = now() - interval '13 months' from audit_value v where v.id = e.value_id and v.value like '%bo@aahavn.dk%'")
	h.Exec("alter table audit_event enable trigger all")
	require.NoError(t, h.users.EraseContacts(ctx))
	require.NoError(t, h.users.EraseContacts(ctx), "twice does nothing more")
	require.Equal(t, []int{0, 2, 1}, []int{values("bo@aahavn.dk"), values("lis@aahavn.dk"), values("stadig@aahavn.dk")})
	require.Equal(t, stands.Email, storagetest.One[string](h.Env, "select string_agg(email, ',') from vendor_contact"))
	log, _, err := h.users.Erasures(ctx, h.admin, storage.Page{})
	require.NoError(t, err)
	require.Len(t, log, 1)
	require.Equal(t, []any{"contact.erase", "contact", 3}, []any{log[0].Rule, log[0].What, log[0].Entries})
	require.Nil(t, log[0].User)
	require.Equal(t, 1, storagetest.One[int](h.Env, "select count(*) from audit_event where action = 'contact.erase' and record = 'vendor'"))
}

// A new table that names a person, or holds a mail, is thought about: say in places
// (holdings.go) what it is, and in user_leave() whether it moves when the person leaves.
func TestEveryPlaceThatNamesAPersonHasAWord(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	d, err := h.users.Disclose(t.Context(), h.admin, h.owner)
	require.NoError(t, err)
	require.Greater(t, len(d.Places), 20)
	for _, p := range d.Places {
		if p.Word == p.Table+"."+p.Field {
			t.Errorf("%s names a person: give it a word in places (server/member/holdings.go), and say in user_leave() whether it moves when the person leaves", p.Word)
		}
	}
}
