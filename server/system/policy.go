package system

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
)

// PolicyNumber is a number from law or policy, valid from a day until the next one.
type PolicyNumber struct {
	Key         string    `db:"key"`
	From        time.Time `db:"from_date"`
	Value       int32     `db:"value"`
	Source      string    `db:"source"`
	Unconfirmed bool      `db:"unconfirmed"`
	By          string    `db:"created_by"`
}

// Policies lists the numbers, by key, the newest first.
func (s *Service) Policies(ctx context.Context, scope access.Scope) ([]PolicyNumber, error) {
	by := "''"
	if scope.Login() == access.LoginOffice { // who entered it is the secretariat's affair
		by = "coalesce(u.name, '')"
	}
	from := " as created_by from policy_number p"
	if scope.Login() == access.LoginOffice {
		from += " left join app_user u on u.id = p.created_by"
	}
	return storage.Select[PolicyNumber](ctx, s.db, scope, storage.List("select p.key, p.from_date, p.value, p.source, p.unconfirmed, "+by+from).
		Last("order by p.key, p.from_date desc"))
}

// SetPolicy adds a dated number; those before stay as they are. It refuses with
// ErrPolicySource, ErrPolicyValue or ErrPolicyDate.
func (s *Service) SetPolicy(ctx context.Context, scope access.Scope, n PolicyNumber) error {
	n.Source = strings.TrimSpace(n.Source)
	if n.Source == "" {
		return ErrPolicySource.At(fault.Field{Pointer: "/source", Code: "system.policy_source"})
	}
	if n.Key == "supervision.threshold" && n.Value < 1 {
		return ErrPolicyValue.At(fault.Field{Pointer: "/value", Code: "system.policy_value"})
	}
	return s.db.Write(ctx, scope, "policy.set", func(tx *storage.Tx) error {
		_, err := tx.Pgx().Exec(ctx, `insert into policy_number (key, from_date, value, source, unconfirmed, created_at, created_by) values ($1, $2, $3, $4, $5, $6, $7)`,
			n.Key, n.From, n.Value, n.Source, n.Unconfirmed, tx.Now(), tx.Scope().Actor().User)
		var pg *pgconn.PgError
		if errors.As(err, &pg) && pg.Code == "23505" {
			return ErrPolicyDate.At(fault.Field{Pointer: "/from", Code: "system.policy_date"})
		}
		tx.Record("policy_number", n.Key, 0, nil, map[string]any{"from": n.From.Format(time.DateOnly), "value": n.Value, "source": n.Source, "unconfirmed": n.Unconfirmed})
		return err
	})
}
