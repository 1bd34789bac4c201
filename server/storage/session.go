package storage

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"klausul/server/access"
	"klausul/server/fault"
)

// NewToken returns 256 random bits as base64url: a session, an API key, a code.
func NewToken() string {
	b := make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		panic(err) // never fails on a supported system
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// TokenHash is what the database keeps of a token.
func TokenHash(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// whoami is who holds a token.
type whoami struct {
	SessionID        int64     `db:"session_id"`
	UserID           int64     `db:"user_id"`
	Name             string    `db:"name"`
	Language         string    `db:"language"`
	ExpiresAt        time.Time `db:"expires_at"`
	Kind             string    `db:"kind"`
	GrantID          int64     `db:"grant_id"`
	Role             string    `db:"role"`
	OrganisationID   *int32    `db:"organisation_id"`
	OrganisationName *string   `db:"organisation_name"`
	Member           bool      `db:"member"`
	Grants           []byte    `db:"grants"` // of Whoami alone
}

const whoamiCols = `session_id, user_id, name, language, case when expires_at = 'infinity' then '9999-12-31'::timestamptz else expires_at end as expires_at,
	kind, grant_id, role, organisation_id, organisation_name, member`

// Session resolves a token to the actor, without the person's other roles, reading
// memberships afresh: a revoked role ends access at once on every replica. A forged,
// expired or revoked token is refused with fault.ErrUnauthenticated.
func (s *Store) Session(ctx context.Context, token string) (access.Actor, error) {
	token = cleanToken(token)
	if token == "" {
		return access.Actor{}, fault.ErrUnauthenticated
	}
	var w whoami
	err := s.retry(ctx, func() error {
		conn, err := s.pools[access.LoginMember].pgx.Acquire(ctx)
		if err != nil {
			return lost(ctx, err, nil)
		}
		defer conn.Release()
		err = conn.QueryRow(ctx, "select "+whoamiCols+" from session_actor($1)", token).Scan(&w.SessionID, &w.UserID, &w.Name, &w.Language, &w.ExpiresAt,
			&w.Kind, &w.GrantID, &w.Role, &w.OrganisationID, &w.OrganisationName, &w.Member)
		return lost(ctx, err, conn.Conn())
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return access.Actor{}, fault.ErrUnauthenticated
	}
	if err != nil {
		return access.Actor{}, fmt.Errorf("resolve the session: %w", err)
	}
	return w.actor(token)
}

// Whoami is Session with every role that the person holds.
func (s *Store) Whoami(ctx context.Context, token string) (access.Actor, error) {
	token = cleanToken(token)
	if token == "" {
		return access.Actor{}, fault.ErrUnauthenticated
	}
	found, err := asked[whoami](ctx, s, s.pools[access.LoginMember], []any{token, ""}, "select "+whoamiCols+", grants from whoami()", nil)
	if err != nil {
		return access.Actor{}, fmt.Errorf("resolve the session: %w", err)
	}
	if len(found) == 0 {
		return access.Actor{}, fault.ErrUnauthenticated
	}
	return found[0].actor(token)
}

func (w whoami) actor(token string) (access.Actor, error) {
	a := access.Actor{
		Token: token, Session: w.SessionID, Key: w.Kind == "api_key", User: w.UserID, Name: w.Name, Language: w.Language,
		Expires: w.ExpiresAt, Member: w.Member, Grant: access.Grant{ID: w.GrantID, Role: access.Role(w.Role)},
	}
	if w.OrganisationID != nil {
		a.Grant.Organisation = *w.OrganisationID
		a.Grant.OrganisationName = *w.OrganisationName
	}
	var grants []struct {
		ID           int64
		Role         access.Role
		Organisation *int32
		Name         *string
	}
	if len(w.Grants) > 0 {
		if err := json.Unmarshal(w.Grants, &grants); err != nil {
			return a, err
		}
	}
	for _, g := range grants {
		grant := access.Grant{ID: g.ID, Role: g.Role}
		if g.Organisation != nil {
			grant.Organisation, grant.OrganisationName = *g.Organisation, *g.Name
		}
		a.Grants = append(a.Grants, grant)
	}
	return a, nil
}

// ForgetSessions removes sessions and invitations that ended more than a month ago.
func (s *Store) ForgetSessions(ctx context.Context, scope access.Scope) error {
	return s.Write(ctx, scope, "session.forget", func(tx *Tx) error {
		_, err := tx.pgx.Exec(tx.ctx, "select forget_sessions()")
		return err
	})
}
