package storagetest

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"klausul/server/access"
	"klausul/server/storage"
)

// The builders write raw SQL as klausul_admin, past every policy. Dates are
// "2024-05-31"; an empty one is none.

var serial atomic.Int32

// Exec runs a statement as klausul_admin.
func (e *Env) Exec(sql string, args ...any) {
	e.t.Helper()
	if _, err := e.admin.Exec(e.ctx(), sql, args...); err != nil {
		e.t.Fatalf("%s: %v", sql, err)
	}
}

// One is the first column of the first row, read as klausul_admin.
func One[T any](e *Env, sql string, args ...any) T {
	e.t.Helper()
	var v T
	if err := e.admin.QueryRow(e.ctx(), sql, args...).Scan(&v); err != nil {
		e.t.Fatalf("%s: %v", sql, err)
	}
	return v
}

// Conn is a connection of its own as the given login ("postgres" is the superuser),
// closed when the test ends.
func (e *Env) Conn(login string) *pgx.Conn {
	e.t.Helper()
	conn, err := pgx.Connect(e.ctx(), e.URL(access.Login(login)))
	if err != nil {
		e.t.Fatal(err)
	}
	e.t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func (e *Env) ctx() context.Context { return context.WithoutCancel(e.t.Context()) }

// Day is today in Copenhagen, by the database's clock, and some days on.
func (e *Env) Day(days int) string {
	e.t.Helper()
	return One[time.Time](e, "select today() + $1::int", days).Format(time.DateOnly)
}

func date(d string) any {
	if d == "" {
		return nil
	}
	return d
}

// Organisation adds a municipality without a membership.
func (e *Env) Organisation(name string) int32 {
	e.t.Helper()
	n := serial.Add(1)
	return One[int32](e, `insert into organisation (kind, name, cvr, municipality_code, street, postal_code, city)
		values ('municipality', $1, $2, $3, 'Torvet 1', '8800', 'Viborg') returning id`,
		name, fmt.Sprintf("%08d", 20000000+n), fmt.Sprintf("t%d", n))
}

// Membership adds a period of membership.
func (e *Env) Membership(organisation int32, from, to string) {
	e.t.Helper()
	e.Exec("insert into membership (organisation_id, from_date, to_date) values ($1, $2::text::date, $3::text::date)", organisation, from, date(to))
}

// Member adds a municipality that has been a member since 2018.
func (e *Env) Member(name string) int32 {
	e.t.Helper()
	id := e.Organisation(name)
	e.Membership(id, "2018-01-01", "")
	return id
}

// User adds a person without a role.
func (e *Env) User(name string) int64 {
	e.t.Helper()
	return One[int64](e, "insert into app_user (name, email) values ($1, $2) returning id", name, strings.ToLower(strings.ReplaceAll(name, " ", "."))+"@example.dk")
}

// Grant gives a person a role from 2020 on; organisation 0 is the secretariat or the board.
func (e *Env) Grant(user int64, role access.Role, organisation int32) int64 {
	e.t.Helper()
	return e.GrantBetween(user, role, organisation, "2020-01-01", "")
}

// GrantBetween gives a person a role for a time.
func (e *Env) GrantBetween(user int64, role access.Role, organisation int32, from, to string) int64 {
	e.t.Helper()
	return One[int64](e, `insert into role_grant (user_id, role, organisation_id, from_date, to_date)
		values ($1, $2, nullif($3::int, 0), $4::text::date, $5::text::date) returning id`, user, string(role), organisation, from, date(to))
}

// Session opens a browser session in one of the person's roles and returns its token.
func (e *Env) Session(user, grant int64) string {
	e.t.Helper()
	token := storage.NewToken()
	e.Exec(`insert into session (token_hash, kind, user_id, grant_id, expires_at) values ($1, 'browser', $2, $3, now() + interval '8 hours')`,
		storage.TokenHash(token), user, grant)
	return token
}

// Token makes a person with one role and a session in it.
func (e *Env) Token(role access.Role, organisation int32) string {
	e.t.Helper()
	user := e.User(fmt.Sprintf("Åse %s %d", role, serial.Add(1)))
	return e.Session(user, e.Grant(user, role, organisation))
}

// Actor resolves a token as the product does.
func (e *Env) Actor(token string) access.Actor {
	e.t.Helper()
	a, err := e.Store.Whoami(e.ctx(), token)
	if err != nil {
		e.t.Fatalf("resolve the session: %v", err)
	}
	return a
}

// anything is a policy that allows every action and narrows rows as the real one does.
type anything struct{}

func (anything) Allows(access.Role, string, string) bool { return true }

// ScopeOf is the scope of a session for any action. An ex-member gets a reading one.
func (e *Env) ScopeOf(token string) access.Scope {
	e.t.Helper()
	a := e.Actor(token)
	action := "write"
	if a.Grant.Organisation != 0 && !a.Member {
		action = "read"
	}
	s, err := access.Authorize(anything{}, a, "test", action)
	if err != nil {
		e.t.Fatal(err)
	}
	return s
}

// Scope makes a person with one role and a session, and returns its scope.
func (e *Env) Scope(role access.Role, organisation int32) access.Scope {
	e.t.Helper()
	return e.ScopeOf(e.Token(role, organisation))
}

// Vendor adds a Danish vendor, known since 2019.
func (e *Env) Vendor(name string) int32 {
	e.t.Helper()
	return One[int32](e, "insert into vendor (name, cvr, created_at) values ($1, $2, '2019-01-01') returning id", name, fmt.Sprintf("%08d", 40000000+serial.Add(1)))
}

// System adds a system of the vendor, known since 2019.
func (e *Env) System(vendor int32, name string) int32 {
	e.t.Helper()
	return One[int32](e, "insert into it_system (vendor_id, name, created_at) values ($1, $2, '2019-01-01') returning id", vendor, name)
}

// Usage says that the organisation has used the system since 2020.
func (e *Env) Usage(organisation, system int32) int32 {
	e.t.Helper()
	return One[int32](e, "insert into usage (organisation_id, system_id, from_date) values ($1, $2, '2020-01-01') returning id", organisation, system)
}

// Hash is a hash that belongs to no text, for rows that need one.
func Hash(c byte) string { return strings.Repeat(string(c), 64) }

// Agreement is a joint agreement and its one version.
type Agreement struct {
	ID, Version, Template int64
}

// Draft adds a joint agreement for the systems whose version is not offered yet, on a
// template of its own with one clause, and one answer.
func (e *Env) Draft(vendor int32, title string, systems ...int32) Agreement {
	e.t.Helper()
	var a Agreement
	a.Template = One[int64](e, `with family as (insert into template_family (key, name, use_when, audience)
		values ($1, '{"da": "Databehandleraftale"}', '{"da": "Brug den, når det er en prøve."}', 'members'))
		insert into template_version (key, name, version, language, provenance, text_hash, fields)
		values ($1, 'Databehandleraftale', '1', 'da', 'sample', $2, '[]') returning id`, fmt.Sprintf("t%d", serial.Add(1)), Hash('a'))
	e.Exec(`insert into clause (template_version_id, key, position, number, level, annex, heading, blocks, hash)
		values ($1, 'formaal', 1, '1', 1, false, 'Formål', '[]', $2)`, a.Template, Hash('b'))
	a.ID = One[int64](e, "insert into agreement (vendor_id, title) values ($1, $2) returning id", vendor, title)
	for _, s := range systems {
		e.Exec("insert into agreement_system (agreement_id, system_id) values ($1, $2)", a.ID, s)
	}
	a.Version = One[int64](e, "insert into agreement_version (agreement_id, no, template_version_id) values ($1, 1, $2) returning id", a.ID, a.Template)
	e.Exec(`insert into answer (agreement_version_id, path, value) values ($1, 'purpose', '"løn"')`, a.Version)
	return a
}

// Offered is Draft, offered to the municipalities at the given time ("" = 2024-01-02).
func (e *Env) Offered(vendor int32, title, at string, systems ...int32) Agreement {
	e.t.Helper()
	if at == "" {
		at = "2024-01-02 10:00+00"
	}
	a := e.Draft(vendor, title, systems...)
	e.Exec("update agreement_version set state = 'offered', offered_at = $2::text::timestamptz, text_hash = $3 where id = $1", a.Version, at, Hash('c'))
	return a
}

// Amended adds an offered amendment of an offered agreement, as its next version.
func (e *Env) Amended(a Agreement) Agreement {
	e.t.Helper()
	a.Version = One[int64](e, `insert into agreement_version (agreement_id, no, template_version_id, state, kind, base_version_id, text_hash, offered_at)
		select agreement_id, no + 1, template_version_id, state, 'amendment', id, text_hash, offered_at from agreement_version where id = $1 returning id`, a.Version)
	return a
}

// Accession adds one organisation's own agreement, with its systems and a sealed PDF.
func (e *Env) Accession(a Agreement, organisation int32) int64 {
	e.t.Helper()
	id := One[int64](e, `insert into accession (agreement_id, agreement_version_id, organisation_id, text_hash, instance_hash, party, offered_at, state_at)
		select $1, $2, $3, $4, $5, '{}', offered_at, offered_at from agreement_version where id = $2 returning id`,
		a.ID, a.Version, organisation, Hash('c'), Hash('d'))
	e.Exec("insert into accession_system (accession_id, system_id, organisation_id) select $1, system_id, $2 from agreement_system where agreement_id = $3", id, organisation, a.ID)
	n := serial.Add(1)
	file := One[int64](e, `insert into stored_file (organisation_id, sha256, size, media_type, state, staging_key)
		values ($1, $2, 1000, 'application/pdf', 'sealed', $3) returning id`, organisation, fmt.Sprintf("%064x", n), fmt.Sprintf("staging/%d", n))
	e.Exec("insert into accession_document (accession_id, format, organisation_id, file_id, instance_hash, made_at) values ($1, 'pdf', $2, $3, $4, now())", id, organisation, file, Hash('d'))
	return id
}

// Step moves an accession to the state, by its organisation, from the given day.
func (e *Env) Step(accession int64, state, on string) {
	e.t.Helper()
	e.Exec(`update accession set state = $2, state_at = now(), reason = 'x', in_force_on = case when $2::text = 'in_force' then $3::text::date else in_force_on end where id = $1`, accession, state, on)
	e.Exec(`insert into accession_step (accession_id, organisation_id, state, on_date, capacity, at)
		select id, organisation_id, state, $2::text::date, 'member', now() from accession where id = $1`, accession, on)
}
