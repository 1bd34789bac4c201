// Package access knows who is asking and what a role may do.
//
// Authorize is the only way from an actor to a Scope, and every use case that
// touches data demands a Scope: without passing the guard there is nothing to
// pass on. The scope narrows in SQL. It is the first of two independent locks;
// the second, row-level security, reads the session itself (storage).
package access

import (
	"slices"
	"time"

	"klausul/server/fault"
)

// Role is what somebody is, in one organisation or in the secretariat.
type Role string

// The roles of design §5.
const (
	Lawyer           Role = "lawyer"
	Supervisor       Role = "supervisor"
	SecretariatAdmin Role = "secretariat_admin"
	Board            Role = "board"
	ContactPerson    Role = "contact_person"
	SystemOwner      Role = "system_owner"
	DPO              Role = "dpo"
	Procurement      Role = "procurement"
	API              Role = "api"
	SystemJob        Role = "system"
)

// Roles lists every role that policies/roles.csv may name.
var Roles = []Role{Lawyer, Supervisor, SecretariatAdmin, ContactPerson, SystemOwner, DPO, Procurement, Board, API}

// Login is the database login that a role's statements run as.
type Login string

// The serving logins. None is owner, superuser or BYPASSRLS.
const (
	LoginMember Login = "klausul_member"
	LoginOffice Login = "klausul_office"
	LoginBoard  Login = "klausul_board"
	LoginJob    Login = "klausul_job"
)

// Logins lists the serving logins; klausul_admin, the owner, serves none of them.
var Logins = []Login{LoginMember, LoginOffice, LoginBoard, LoginJob}

// Login returns the database login of the role; an unknown role gets the one that sees least.
func (r Role) Login() Login {
	switch r {
	case Lawyer, Supervisor, SecretariatAdmin:
		return LoginOffice
	case Board:
		return LoginBoard
	case SystemJob:
		return LoginJob
	default:
		return LoginMember
	}
}

// Grant is one role of a user. Organisation is 0 for the secretariat and the board.
type Grant struct {
	ID               int64
	Role             Role
	Organisation     int32
	OrganisationName string
}

// Actor is who holds the session token of this request.
type Actor struct {
	Token    string // the session token itself; row-level security reads it in every transaction
	Session  int64
	Key      bool // an API key, not a person in a browser
	User     int64
	Name     string
	Language string
	Expires  time.Time
	Grant    Grant   // the active role
	Grants   []Grant // every role the person holds
	Member   bool    // the organisation's membership runs today
}

// Scope is the key to the data: an actor who may do one thing, and over which rows.
type Scope struct {
	actor     Actor
	job       string
	all       bool
	orgs      []int32
	ownUsages bool
}

// ErrNotMember refuses a change by an organisation whose membership has ended.
var ErrNotMember = fault.New(fault.Forbidden, "access.membership_ended")

// Policy answers whether a role may do something.
type Policy interface {
	Allows(role Role, object, action string) bool
}

// reading are the actions that change nothing; every other one needs a running membership.
var reading = []string{"read", "export", "download", "history"}

// Authorize returns the scope in which the actor may do action on object.
// It refuses with fault.ErrForbidden, or ErrNotMember for a change by an ex-member.
func Authorize(p Policy, a Actor, object, action string) (Scope, error) {
	if !p.Allows(a.Grant.Role, object, action) {
		return Scope{}, fault.ErrForbidden.With("object", object).With("action", action)
	}
	change := !slices.Contains(reading, action)
	if change && object != "session" && a.Grant.Organisation != 0 && !a.Member {
		return Scope{}, ErrNotMember
	}
	s := Scope{actor: a, ownUsages: a.Grant.Role == SystemOwner}
	if _, off := p.(Unguarded); off || a.Grant.Role.Login() == LoginOffice {
		s.all = true
		s.ownUsages = false
	} else if a.Grant.Organisation != 0 {
		s.orgs = []int32{a.Grant.Organisation}
	}
	return s, nil
}

// System returns the scope of a job. The name is what the audit trail shows as role's action source.
// A job that works for one organisation narrows it with For; row-level security then shows that
// organisation's rows only.
func System(job string) Scope {
	return Scope{actor: Actor{Grant: Grant{Role: SystemJob}}, job: job, all: true}
}

// For narrows a job's scope to one organisation. A scope of a person is returned unchanged.
func (s Scope) For(organisation int32) Scope {
	if s.job == "" {
		return s
	}
	s.all, s.orgs = false, []int32{organisation}
	s.actor.Grant.Organisation = organisation
	return s
}

// Actor is who acts.
func (s Scope) Actor() Actor { return s.actor }

// Job is the job's name, empty for people.
func (s Scope) Job() string { return s.job }

// Login is the database login for this scope.
func (s Scope) Login() Login { return s.actor.Grant.Role.Login() }

// Organisations returns the organisations whose rows the scope covers, or all = true.
// The store puts them into WHERE.
func (s Scope) Organisations() (ids []int32, all bool) { return s.orgs, s.all }

// Own is the organisation the actor acts for, 0 for the secretariat.
func (s Scope) Own() int32 { return s.actor.Grant.Organisation }

// OwnUsagesOf is the user whose usages alone are in scope (the system owner's role), 0 for others.
func (s Scope) OwnUsagesOf() int64 {
	if s.ownUsages {
		return s.actor.User
	}
	return 0
}

// Valid tells whether the scope came from Authorize or System.
func (s Scope) Valid() bool { return s.actor.Grant.Role != "" }
