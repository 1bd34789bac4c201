package member_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/member"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
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
	refused := decide(h.contact, 1, nil, []int64{heirs, own})
	require.ErrorIs(t, refused, member.ErrSelf)
	var told *fault.Error
	require.ErrorAs(t, refused, &told)
	require.Equal(t, own, told.Detail["grant"], "it says which row")
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
