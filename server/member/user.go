package member

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
)

// Users keeps the people and keys that act for organisations and for the
// secretariat: how they sign in, in which role, who invited them.
type Users struct{ db *storage.Store }

// NewUsers returns the users on their store.
func NewUsers(db *storage.Store) *Users { return &Users{db: db} }

// The ways in which signing in and inviting are refused.
var (
	ErrPersona        = fault.New(fault.NotFound, "session.persona_unknown")
	ErrNotLinked      = fault.New(fault.Forbidden, "session.not_linked")       // the identity belongs to nobody yet: an invitation code links it
	ErrIssuerNotBound = fault.New(fault.Forbidden, "session.issuer_not_bound") // the provider may not speak for any organisation the person acts for
	ErrNoRole         = fault.New(fault.Forbidden, "session.no_role")          // no role runs today, or the provider's groups leave none
	ErrInvitation     = fault.New(fault.Invalid, "session.invitation_invalid") // unknown, used or expired: the three are not told apart
	ErrLinked         = fault.New(fault.Conflict, "session.identity_taken")    // the identity is another user's already
	ErrRoleNotYours   = fault.New(fault.Forbidden, "session.role_not_yours")
	ErrInviteRole     = fault.New(fault.Invalid, "user.role_organisation")  // the role belongs to an organisation and none was given, or the other way round
	ErrInviteDenied   = fault.New(fault.Forbidden, "user.invite_elsewhere") // a contact person invites into the own organisation only
	ErrKeyDenied      = fault.New(fault.Forbidden, "api_key.not_allowed")
)

// invitationRuns is how long a code can be used.
const invitationRuns = 14 * 24 * time.Hour

// Identity is somebody as a provider knows them. Roles are those that the
// provider's groups leave to the person, nil when groups decide nothing.
type Identity struct {
	Issuer, Subject string
	Roles           []access.Role
}

// Started is a new session. The token is known to nobody else; the database keeps its hash.
type Started struct {
	Token   string
	Expires time.Time
}

// usable is a role that runs today.
type usable struct {
	ID           int64       `db:"id"`
	Role         access.Role `db:"role"`
	Organisation *int32      `db:"organisation_id"`
	Bound        bool        `db:"bound"`
}

const usableSQL = `select g.id, g.role, g.organisation_id, exists (select from issuer_binding b
		where b.issuer = $2 and b.organisation_id is not distinct from g.organisation_id) as bound
	from role_grant g where g.user_id = $1 and g.role <> 'api'
	and g.from_date <= today() and (g.to_date is null or g.to_date >= today()) order by g.id`

// StartDemo signs in as a persona of the demo register. Only a server on loopback may
// call it. The sessions of the tokens in before, which the browser held until now, end
// with it; so they do in SignIn and Redeem.
func (u *Users) StartDemo(ctx context.Context, persona string, lifetime time.Duration, before ...string) (Started, error) {
	var s Started
	err := u.db.Write(ctx, access.System("session.start"), "session.start_demo", func(tx *storage.Tx) error {
		user, found, err := storage.Find[struct {
			ID int64 `db:"id"`
		}](tx, "select id from app_user where persona = $1 and left_at is null", persona)
		if err != nil {
			return err
		}
		if !found {
			return ErrPersona
		}
		grants, err := storage.All[usable](tx, usableSQL, user.ID, "")
		if err != nil {
			return err
		}
		if len(grants) == 0 {
			return ErrNoRole
		}
		if s, err = begin(tx, user.ID, grants[0], nil, lifetime); err != nil {
			return err
		}
		return replace(tx, before)
	})
	return s, err
}

// SignIn starts a session for an identity that is linked to a user. It refuses with
// ErrNotLinked, ErrNoRole or ErrIssuerNotBound.
func (u *Users) SignIn(ctx context.Context, id Identity, lifetime time.Duration, before ...string) (Started, error) {
	var s Started
	err := u.db.Write(ctx, access.System("session.start"), "session.start", func(tx *storage.Tx) error {
		user, found, err := storage.Find[struct {
			ID int64 `db:"id"`
		}](tx, "select id from app_user where issuer = $1 and subject = $2 and left_at is null", id.Issuer, id.Subject)
		if err != nil {
			return err
		}
		if !found {
			return ErrNotLinked
		}
		if s, err = beginAs(tx, user.ID, id, lifetime); err != nil {
			return err
		}
		return replace(tx, before)
	})
	return s, err
}

// Redeem links the identity to the user that the code was made for and starts a
// session. It refuses with ErrInvitation, ErrLinked, ErrNoRole or ErrIssuerNotBound;
// a refused code stays unused.
func (u *Users) Redeem(ctx context.Context, id Identity, code string, lifetime time.Duration, before ...string) (Started, error) {
	var s Started
	err := u.db.Write(ctx, access.System("session.invitation"), "session.redeem_invitation", func(tx *storage.Tx) error {
		user, found, err := storage.Find[struct {
			ID int64 `db:"id"`
		}](tx, `select u.id from invitation i join app_user u on u.id = i.user_id
			where i.code_hash = $1 and i.used_at is null and i.expires_at > $2 and u.issuer is null and u.left_at is null for update of i`,
			storage.TokenHash(code), tx.Now())
		if err != nil {
			return err
		}
		if !found {
			return ErrInvitation
		}
		if s, err = beginAs(tx, user.ID, id, lifetime); err != nil {
			return err
		}
		if _, err = tx.Pgx().Exec(ctx, "update invitation set used_at = $2 where code_hash = $1", storage.TokenHash(code), tx.Now()); err != nil {
			return err
		}
		_, err = tx.Pgx().Exec(ctx, "update app_user set issuer = $2, subject = $3 where id = $1", user.ID, id.Issuer, id.Subject)
		tx.Record("user", user.ID, 0, nil, map[string]any{"issuer": id.Issuer, "linked": true})
		if err != nil {
			return err
		}
		return replace(tx, before)
	})
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == "23505" {
		return Started{}, ErrLinked
	}
	return s, err
}

// beginAs picks the first role that the provider may speak for and its groups leave.
func beginAs(tx *storage.Tx, user int64, id Identity, lifetime time.Duration) (Started, error) {
	grants, err := storage.All[usable](tx, usableSQL, user, id.Issuer)
	if err != nil {
		return Started{}, err
	}
	bound := false
	for _, g := range grants {
		bound = bound || g.Bound
		if g.Bound && (id.Roles == nil || slices.Contains(id.Roles, g.Role)) {
			return begin(tx, user, g, id.Roles, lifetime)
		}
	}
	if len(grants) > 0 && !bound {
		return Started{}, ErrIssuerNotBound
	}
	return Started{}, ErrNoRole
}

func begin(tx *storage.Tx, user int64, g usable, roles []access.Role, lifetime time.Duration) (Started, error) {
	s := Started{Token: storage.NewToken(), Expires: tx.Now().Add(lifetime)}
	var only []string // null: every role
	for _, r := range roles {
		only = append(only, string(r))
	}
	row, _, err := storage.Find[struct {
		ID int64 `db:"id"`
	}](tx, `insert into session (token_hash, kind, user_id, grant_id, expires_at, roles) values ($1, 'browser', $2, $3, $4, $5) returning id`,
		storage.TokenHash(s.Token), user, g.ID, s.Expires, only)
	if err != nil {
		return Started{}, err
	}
	var organisation int32
	if g.Organisation != nil {
		organisation = *g.Organisation
	}
	tx.Record("session", row.ID, organisation, nil, map[string]any{"user": user, "role": g.Role})
	return s, nil
}

// replace ends the browser sessions of the tokens. One that is nobody's, a key or over already is passed by.
func replace(tx *storage.Tx, before []string) error {
	for _, token := range before {
		ended, found, err := storage.Find[struct {
			ID           int64  `db:"id"`
			Organisation *int32 `db:"organisation_id"`
		}](tx, `update session s set revoked_at = $2 from role_grant g
			where g.id = s.grant_id and s.token_hash = $1 and s.kind = 'browser' and s.revoked_at is null returning s.id, g.organisation_id`,
			storage.TokenHash(token), tx.Now())
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		var organisation int32
		if ended.Organisation != nil {
			organisation = *ended.Organisation
		}
		tx.Record("session", ended.ID, organisation, nil, map[string]any{"ended": true})
	}
	return nil
}

// Change is what a person may set for themselves; nil leaves it as it is.
type Change struct {
	Grant    *int64  // the role that is active in this session
	Language *string // "da" or "en", of the person
}

// Change makes the change, whole or not at all. It refuses with ErrRoleNotYours.
func (u *Users) Change(ctx context.Context, scope access.Scope, c Change) error {
	if c == (Change{}) {
		return nil
	}
	return u.db.Write(ctx, scope, "session.change", func(tx *storage.Tx) error {
		before, after := map[string]any{}, map[string]any{}
		if c.Language != nil {
			if _, err := tx.Pgx().Exec(ctx, "select session_language($1)", *c.Language); err != nil {
				return err
			}
			before["language"], after["language"] = scope.Actor().Language, *c.Language
		}
		if c.Grant != nil {
			row, _, err := storage.Find[struct {
				Done bool `db:"done"`
			}](tx, "select session_switch($1) as done", *c.Grant)
			if err != nil {
				return err
			}
			if !row.Done {
				return ErrRoleNotYours
			}
			before["grant"], after["grant"] = scope.Actor().Grant.ID, *c.Grant
		}
		tx.Record("session", scope.Actor().Session, scope.Own(), before, after)
		return nil
	})
}

// End ends the session: its token is nothing from now on, on every server.
func (u *Users) End(ctx context.Context, scope access.Scope) error {
	return u.db.Write(ctx, scope, "session.end", func(tx *storage.Tx) error {
		tx.Record("session", scope.Actor().Session, scope.Own(), nil, nil)
		_, err := tx.Pgx().Exec(ctx, "select session_end()")
		return err
	})
}

// Persona is a demo user that anybody at this machine may sign in as.
type Persona struct {
	Key          string      `db:"persona"`
	Name         string      `db:"name"`
	Role         access.Role `db:"role"`
	Organisation *int32      `db:"organisation_id"`

	OrganisationName string `db:"-"`
}

// Personas lists the demo users with the role each starts in.
func (u *Users) Personas(ctx context.Context) ([]Persona, error) {
	scope := access.System("session.options")
	list, err := storage.Select[Persona](ctx, u.db, scope, storage.List(`select u.persona, u.name, g.role, g.organisation_id from app_user u
		cross join lateral (select g.role, g.organisation_id from role_grant g where g.user_id = u.id order by g.id limit 1) g
		where u.persona is not null and u.left_at is null order by u.id`))
	if err != nil {
		return nil, err
	}
	names := map[int32]string{}
	for i, p := range list {
		if p.Organisation == nil {
			continue
		}
		id := *p.Organisation
		if _, known := names[id]; !known {
			o, err := storage.One[struct {
				Name string `db:"name"`
			}](ctx, u.db, scope.For(id), storage.List("select name from organisation").And("id = ?", id))
			if err != nil {
				return nil, err
			}
			names[id] = o.Name
		}
		list[i].OrganisationName = names[id]
	}
	return list, nil
}

// User is a person as colleagues and the secretariat see them.
type User struct {
	ID     int64           `db:"id"`
	Name   string          `db:"name"`
	Email  string          `db:"email"`
	Linked bool            `db:"linked"`
	Held   json.RawMessage `db:"held"`
}

// Grants are the roles that run today, within the scope that listed the user.
func (u User) Grants() ([]access.Grant, error) {
	var raw []struct {
		ID           int64
		Role         access.Role
		Organisation int32
		Name         string
	}
	if err := json.Unmarshal(u.Held, &raw); err != nil {
		return nil, err
	}
	grants := make([]access.Grant, len(raw))
	for i, g := range raw {
		grants[i] = access.Grant{ID: g.ID, Role: g.Role, Organisation: g.Organisation, OrganisationName: g.Name}
	}
	return grants, nil
}

// heldSQL are the roles of a user that run today; the scope narrows both it and the list.
const heldSQL = ` from role_grant g left join organisation o on o.id = g.organisation_id where g.user_id = u.id and g.role <> 'api'
	and g.from_date <= today() and (g.to_date is null or g.to_date >= today())`

// UserFilter narrows the list of users; empty parts do not.
type UserFilter struct {
	Text string
	Left bool // those who have no role any more, in place of those who have one today
}

// userOrders are small: an organisation has a handful of users, all of them some hundreds.
var userOrders = map[string]storage.Order{
	"name":  {By: "u.name", Type: "text", ID: "u.id"},
	"email": {By: "u.email", Type: "text", ID: "u.id"},
}

// within narrows roles g to the scope.
func within(scope access.Scope) (string, []any) {
	orgs, all := scope.Organisations()
	if all {
		return "", nil
	}
	return " and g.organisation_id = any(?)", []any{orgs}
}

func (f UserFilter) narrow(q *storage.Query, scope access.Scope) *storage.Query {
	within, args := within(scope)
	if running := "exists (select" + heldSQL + within + ")"; f.Left {
		q.And("exists (select from role_grant g where g.user_id = u.id and g.role <> 'api'"+within+")", args...).And("(u.left_at is not null or not "+running+")", args...)
	} else {
		q.And("u.left_at is null").And(running, args...)
	}
	if f.Text != "" {
		q.And("(u.name ilike ? or u.email ilike ?)", storage.Like(f.Text), storage.Like(f.Text))
	}
	return q
}

// List returns a page of the users with a role in the scope today, or of those who have
// none any more, and the cursor of the next.
func (u *Users) List(ctx context.Context, scope access.Scope, f UserFilter, p storage.Page) ([]User, string, error) {
	within, args := within(scope)
	q := storage.List(`select u.id, u.name, u.email, u.subject is not null as linked, (select coalesce(jsonb_agg(jsonb_build_object(
		'id', g.id, 'role', g.role, 'organisation', g.organisation_id, 'name', o.name) order by g.id), '[]')`+heldSQL+within+`) as held from app_user u`, args...)
	rows, err := storage.Select[User](ctx, u.db, scope, f.narrow(q, scope).Page(userOrders, p))
	if err != nil {
		return nil, "", err
	}
	rows, next := storage.Cut(rows, p, func(u User) (string, int64) {
		return storage.Key(p, map[string]any{"name": u.Name, "email": u.Email}), u.ID
	})
	return rows, next, nil
}

// Count returns how many users the filter finds.
func (u *Users) Count(ctx context.Context, scope access.Scope, f UserFilter) (int, error) {
	return storage.Count(ctx, u.db, scope, f.narrow(storage.List("select count(*) as total from app_user u"), scope))
}

// Invitation is a code that links a first sign-in to the user it was made for. It is shown once.
type Invitation struct {
	User    int64
	Code    string
	Expires time.Time
}

// Invite makes a user with one role; organisation is 0 for the secretariat and the
// board. It refuses with ErrInviteRole, ErrInviteDenied or fault.ErrNotFound.
func (u *Users) Invite(ctx context.Context, scope access.Scope, name, email string, role access.Role, organisation int32) (Invitation, error) {
	office := role.Login() == access.LoginOffice || role == access.Board
	if role == access.API || office != (organisation == 0) {
		return Invitation{}, ErrInviteRole
	}
	i := Invitation{Code: storage.NewToken()}
	err := u.db.Write(ctx, scope, "user.invite", func(tx *storage.Tx) error {
		i.Expires = tx.Now().Add(invitationRuns)
		var in *int32
		if organisation != 0 {
			in = &organisation
		}
		row, _, err := storage.Find[struct {
			ID *int64 `db:"id"`
		}](tx, "select invite_user($1, $2, $3, $4, $5, $6) as id", name, email, string(role), in, storage.TokenHash(i.Code), i.Expires)
		if err != nil {
			return noSuch(err)
		}
		if row.ID == nil {
			return ErrInviteDenied
		}
		i.User = *row.ID
		tx.Record("user", i.User, organisation, nil, map[string]any{"name": name, "email": email, "role": role})
		return nil
	})
	return i, err
}
