package member

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
)

// The ways in which a change of somebody's access is refused.
var (
	ErrRoleHeld       = fault.New(fault.Conflict, "user.role_held")      // the person has the role in part of the period already
	ErrRoleEnded      = fault.New(fault.Conflict, "user.role_ended")     // it has ended, or ends by then anyway
	ErrSelf           = fault.New(fault.Conflict, "user.self")           // nobody ends the own access: another one does
	ErrLast           = fault.New(fault.Conflict, "user.last")           // the organisation would have no contact person, the secretariat no administrator
	ErrSignedIn       = fault.New(fault.Conflict, "user.signed_in")      // who has signed in needs no code
	ErrNoInvitation   = fault.New(fault.Conflict, "user.no_invitation")  // there is no code to withdraw
	ErrLeaveOpen      = fault.New(fault.Conflict, "user.leave_open")     // open work in an organisation and nobody named to take it
	ErrLeaveColleague = fault.New(fault.Invalid, "user.leave_colleague") // who shall take it has no role there today
)

// refusals are the words of the database's functions.
var refusals = map[string]*fault.Error{
	"unknown": fault.ErrNotFound, "held": ErrRoleHeld, "ended": ErrRoleEnded, "self": ErrSelf, "last": ErrLast,
	"linked": ErrSignedIn, "none": ErrNoInvitation, "open": ErrLeaveOpen, "colleague": ErrLeaveColleague,
}

func refusal(word string) error {
	if word == "" {
		return nil
	}
	return refusals[word]
}

// Role is a role of a person with its period; To is its last day, nil while it runs.
type Role struct {
	ID               int64
	Role             access.Role
	Organisation     *int32
	OrganisationName *string `json:"name"`
	From             string
	To               *string
}

// Runs tells whether the role is one of that day.
func (r Role) Runs(day time.Time) bool {
	on := day.Format(time.DateOnly)
	return r.From <= on && (r.To == nil || *r.To >= on)
}

// Person is a user with every role there was, is and will be.
type Person struct {
	ID         int64           `db:"id"`
	Name       string          `db:"name"`
	Email      string          `db:"email"`
	Linked     bool            `db:"linked"`
	Left       *time.Time      `db:"left_at"`
	Anonymised *time.Time      `db:"anonymised_at"`
	Invited    *time.Time      `db:"invited"` // until when a code can be used
	Held       json.RawMessage `db:"held"`
}

// Roles are the roles within the scope, newest first.
func (p Person) Roles() (roles []Role, err error) { return roles, json.Unmarshal(p.Held, &roles) }

// Get reads one person. It refuses with fault.ErrNotFound.
func (u *Users) Get(ctx context.Context, scope access.Scope, id int64) (Person, error) {
	within, args := "", []any{}
	if orgs, all := scope.Organisations(); !all {
		within, args = " and g.organisation_id = any(?)", []any{orgs}
	}
	const held = " from role_grant g left join organisation o on o.id = g.organisation_id where g.user_id = u.id and g.role <> 'api'"
	q := storage.List(`select u.id, u.name, u.email, u.subject is not null as linked, u.left_at, u.anonymised_at, user_invitation(u.id) as invited,
		(select coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'role', g.role, 'organisation', g.organisation_id, 'name', o.name,
		  'from', g.from_date, 'to', g.to_date) order by g.from_date desc, g.id desc), '[]')`+held+within+`) as held from app_user u`, args...)
	return storage.One[Person](ctx, u.db, scope, q.And("u.id = ?", id).And("exists (select"+held+within+")", args...))
}

// AddRole gives a person a role from a day on; organisation is 0 for the secretariat and
// the board, to may be nil. It refuses with ErrInviteRole, ErrPeriod, ErrPast, ErrRoleHeld
// or fault.ErrNotFound, which a person of another organisation is, and an organisation that
// is none.
func (u *Users) AddRole(ctx context.Context, scope access.Scope, user int64, role access.Role, organisation int32, p Membership) (Person, error) {
	office := role.Login() == access.LoginOffice || role == access.Board
	if role == access.API || office != (organisation == 0) {
		return Person{}, ErrInviteRole
	}
	if err := p.Check(); err != nil {
		return Person{}, err
	}
	if p.From.Before(storage.LegalDate(u.db.Now())) {
		return Person{}, ErrPast.At(fault.Field{Pointer: "/from", Code: "member.past"})
	}
	err := u.db.Write(ctx, scope, "user.add_role", func(tx *storage.Tx) error {
		var in *int32
		if organisation != 0 {
			in = &organisation
		}
		made, _, err := storage.Find[struct {
			ID      *int64 `db:"grant_id"`
			Refusal string `db:"refusal"`
		}](tx, "select grant_id, refusal from grant_add($1, $2, $3, $4, $5)", user, string(role), in, p.From, p.To)
		if err != nil {
			return noSuch(err)
		}
		after := period(p)
		after["role"] = role
		tx.Record("user", user, organisation, nil, after)
		return refusal(made.Refusal)
	})
	if err != nil {
		return Person{}, err
	}
	return u.Get(ctx, scope, user)
}

// noSuch tells a reference to what does not exist: an organisation that is none.
func noSuch(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == "23503" {
		return fault.ErrNotFound.Because(err)
	}
	return err
}

// EndRole ends a role after its last day; nil is at once, and ends the sessions in it on
// every server. It refuses with ErrPast, ErrRoleEnded, ErrSelf, ErrLast, fault.ErrNotFound, or,
// at once, with ErrLeaveOpen: Leave hands over what the last role in an organisation leaves open.
func (u *Users) EndRole(ctx context.Context, scope access.Scope, grant int64, last *time.Time) error {
	return u.db.Write(ctx, scope, "user.end_role", func(tx *storage.Tx) error {
		day := tx.Today().AddDate(0, 0, -1)
		if last != nil {
			if last.Before(tx.Today()) {
				return ErrPast.At(fault.Field{Pointer: "/to", Code: "member.past"})
			}
			day = *last
		}
		return endGrant(tx, grant, day)
	})
}

func endGrant(tx *storage.Tx, grant int64, last time.Time) error {
	held, _, err := storage.Find[struct {
		User         int64       `db:"user_id"`
		Role         access.Role `db:"role"`
		Organisation *int32      `db:"organisation_id"`
	}](tx, "select user_id, role, organisation_id from role_grant where id = $1", grant)
	if err != nil {
		return err
	}
	done, _, err := storage.Find[struct {
		Refusal string `db:"refusal"`
	}](tx, "select grant_end($1, $2) as refusal", grant, last)
	if err != nil {
		return err
	}
	organisation := int32(0)
	if held.Organisation != nil {
		organisation = *held.Organisation
	}
	tx.Record("user", held.User, organisation, map[string]any{"role": held.Role}, map[string]any{"role": held.Role, "to": last.Format(time.DateOnly)})
	if done.Refusal == "open" {
		return ErrLeaveOpen.With("organisation", organisation)
	}
	return refusal(done.Refusal)
}

// InviteAgain makes a new code for somebody who has not signed in; older ones are nothing
// from now on. It refuses with ErrSignedIn or fault.ErrNotFound.
func (u *Users) InviteAgain(ctx context.Context, scope access.Scope, user int64) (Invitation, error) {
	i := Invitation{User: user, Code: storage.NewToken()}
	err := u.db.Write(ctx, scope, "user.invite_again", func(tx *storage.Tx) error {
		i.Expires = tx.Now().Add(invitationRuns)
		return renew(tx, user, storage.TokenHash(i.Code), &i.Expires)
	})
	return i, err
}

// WithdrawInvitation makes a person's codes worthless. It refuses with ErrNoInvitation,
// ErrSignedIn or fault.ErrNotFound.
func (u *Users) WithdrawInvitation(ctx context.Context, scope access.Scope, user int64) error {
	return u.db.Write(ctx, scope, "user.withdraw_invitation", func(tx *storage.Tx) error { return renew(tx, user, nil, nil) })
}

func renew(tx *storage.Tx, user int64, hash []byte, expires *time.Time) error {
	done, _, err := storage.Find[struct {
		Refusal string `db:"refusal"`
	}](tx, "select invitation_renew($1, $2, $3) as refusal", user, hash, expires)
	if err != nil {
		return err
	}
	tx.Record("user", user, tx.Scope().Own(), nil, map[string]any{"expires": expires})
	return refusal(done.Refusal)
}

// OpenWork is what is open with a person in one organisation; Organisation nil is the secretariat.
type OpenWork struct {
	Organisation     *int32 `db:"organisation_id"`
	OrganisationName string `db:"organisation_name"`
	Roles            int    `db:"roles"`       // that end
	Owned            int    `db:"owned"`       // usages that the person owns
	Responsible      int    `db:"responsible"` // usages that the person is responsible for
	Settings         int    `db:"settings"`    // the person is responsible by default
	Keys             int    `db:"keys"`        // API keys the person made
}

// Moves tells whether somebody must take something over.
func (w OpenWork) Moves() bool { return w.Owned+w.Responsible+w.Settings+w.Keys > 0 }

// Colleague is somebody who can take work over in an organisation.
type Colleague struct {
	Organisation int32  `db:"organisation_id"`
	ID           int64  `db:"id"`
	Name         string `db:"name"`
}

// Leaving is what ending somebody's access would do.
type Leaving struct {
	Work       []OpenWork
	Colleagues []Colleague
}

const leavingSQL = "select organisation_id, organisation_name, roles, owned, responsible, settings, keys from leaving($1)"

// Leaving counts what is open with a person, in the organisations that the caller keeps,
// and names who could take it. It refuses with fault.ErrNotFound.
func (u *Users) Leaving(ctx context.Context, scope access.Scope, user int64) (l Leaving, err error) {
	if _, err := u.Get(ctx, scope, user); err != nil {
		return l, err
	}
	err = u.db.Read(ctx, scope, func(tx *storage.Tx) error {
		if l.Work, err = storage.All[OpenWork](tx, leavingSQL, user); err != nil {
			return err
		}
		var orgs []int32
		for _, w := range l.Work {
			if w.Organisation != nil {
				orgs = append(orgs, *w.Organisation)
			}
		}
		l.Colleagues, err = storage.All[Colleague](tx, `select distinct g.organisation_id, u.id, u.name::text as name from role_grant g
			join app_user u on u.id = g.user_id and u.left_at is null
			where g.organisation_id = any($1) and u.id <> $2 and g.role <> 'api'
			  and g.from_date <= today() and (g.to_date is null or g.to_date >= today()) order by 1, 3, 2`, orgs, user)
		return err
	})
	return l, err
}

// Leave ends a person's access at once, on every server, and gives what is open to a named
// colleague in each organisation, all or nothing. A contact person ends what the person is
// in the own organisation; gone tells whether no role is left anywhere. It refuses with
// ErrLeaveOpen or ErrLeaveColleague naming the organisation, ErrSelf, ErrLast or fault.ErrNotFound.
func (u *Users) Leave(ctx context.Context, scope access.Scope, user int64, to map[int32]int64) (gone bool, err error) {
	err = u.db.Write(ctx, scope, "user.leave", func(tx *storage.Tx) error {
		work, err := storage.All[OpenWork](tx, leavingSQL, user)
		if err != nil {
			return err
		}
		orgs, people := make([]int32, 0, len(to)), make([]int64, 0, len(to))
		for o, p := range to {
			orgs, people = append(orgs, o), append(people, p)
		}
		done, _, err := storage.Find[struct {
			Refusal      string          `db:"refusal"`
			Organisation *int32          `db:"organisation_id"`
			Gone         bool            `db:"gone"`
			Moved        json.RawMessage `db:"moved"`
		}](tx, "select refusal, organisation_id, gone, moved from user_leave($1, $2, $3)", user, orgs, people)
		if err != nil {
			return err
		}
		if done.Refusal != "" {
			no := refusals[done.Refusal]
			if done.Organisation != nil {
				no = no.With("organisation", *done.Organisation)
			}
			return no
		}
		for _, w := range work {
			in := int32(0)
			if w.Organisation != nil {
				in = *w.Organisation
			}
			tx.Record("user", user, in, map[string]any{"roles": w.Roles, "owned": w.Owned, "responsible": w.Responsible, "settings": w.Settings, "keys": w.Keys},
				map[string]any{"to": to[in], "gone": done.Gone})
		}
		var moved []struct {
			Usage, Organisation int32
			Before, After       json.RawMessage
		}
		if err := json.Unmarshal(done.Moved, &moved); err != nil {
			return err
		}
		for _, m := range moved {
			tx.Record("usage", m.Usage, m.Organisation, m.Before, m.After)
		}
		gone = done.Gone
		return nil
	})
	return gone, err
}

// RunOut does what follows when people's last roles have run out by their date: open work
// moves to whoever is responsible by default, or to nobody, and who has no role left has
// left the day after the last of them.
func (u *Users) RunOut(ctx context.Context) error {
	return u.db.Write(ctx, access.System("person.run_out"), "person.run_out", func(tx *storage.Tx) error {
		tx.Continues() // a day with nobody leaves no row
		done, err := storage.All[struct {
			Record       string          `db:"record"`
			ID           string          `db:"record_id"`
			Organisation *int32          `db:"organisation_id"`
			Before       json.RawMessage `db:"before"`
			After        json.RawMessage `db:"after"`
		}](tx, "select record, record_id, organisation_id, before, after from people_run_out()")
		for _, d := range done {
			in := int32(0)
			if d.Organisation != nil {
				in = *d.Organisation
			}
			tx.Record(d.Record, d.ID, in, d.Before, d.After)
		}
		return err
	})
}
