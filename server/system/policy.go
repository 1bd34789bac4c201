package system

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
)

// PolicyUnit is what a number of policy counts.
type PolicyUnit string

// Municipalities, a yes (1) or a no (0), calendar days, or lines of a mail.
const (
	UnitMembers PolicyUnit = "members"
	UnitYesNo   PolicyUnit = "yes_no"
	UnitDays    PolicyUnit = "days"
	UnitLines   PolicyUnit = "lines"
)

// PolicyKind is a number that the program reads, and what it may be.
type PolicyKind struct {
	Key         string
	Unit        PolicyUnit
	Least, Most int32
}

// PolicyKinds are all numbers there are, in the order of the screen. One that has never
// been set has no values: whoever reads it says what then holds.
var PolicyKinds = []PolicyKind{
	{Threshold, UnitMembers, 1, 98},
	{"agreement.second_eyes", UnitYesNo, 0, 1},
	{"task.accession_days", UnitDays, 1, 365},
	{"task.remind_before", UnitDays, 0, 90},
	{"task.remind_every", UnitDays, 1, 90},
	{"task.news_days", UnitDays, 1, 90},
	{"task.mail_lines", UnitLines, 1, 200},
}

// PolicyState is how a value stands today.
type PolicyState string

// A value was replaced, applies, or is yet to.
const (
	PolicyWas     PolicyState = "was"
	PolicyApplies PolicyState = "applies"
	PolicyAhead   PolicyState = "ahead"
)

// PolicyNumber is a number from law or policy, valid from a day until the next one.
type PolicyNumber struct {
	Key         string      `db:"key"`
	From        time.Time   `db:"from_date"`
	Value       int32       `db:"value"`
	Source      string      `db:"source"`
	Unconfirmed bool        `db:"unconfirmed"`
	By          string      `db:"created_by"`
	Set         time.Time   `db:"created_at"`
	State       PolicyState `db:"state"`
}

// Policy is a kind with every value it has had and is to have, the newest day first.
type Policy struct {
	PolicyKind
	Values []PolicyNumber
}

// Policies tells every number and its course.
func (s *Service) Policies(ctx context.Context, scope access.Scope) (out []Policy, err error) {
	by, person := "''", ""
	if scope.Login() == access.LoginOffice { // who entered it is the secretariat's affair
		by, person = "coalesce(u.name, '')", " left join app_user u on u.id = p.created_by"
	}
	err = s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		all, err := storage.All[PolicyNumber](tx, `select p.key, p.from_date, p.value, p.source, p.unconfirmed, p.created_at, `+by+` as created_by,
			case when p.from_date > $1 then 'ahead' when lead(p.from_date) over (partition by p.key order by p.from_date) <= $1 then 'was' else 'applies' end as state
			from policy_number p`+person+` order by p.key, p.from_date desc`, tx.Today())
		for _, kind := range PolicyKinds {
			values := slices.DeleteFunc(slices.Clone(all), func(n PolicyNumber) bool { return n.Key != kind.Key })
			out = append(out, Policy{PolicyKind: kind, Values: values})
		}
		return err
	})
	return out, err
}

// SetPolicy adds a dated number; those before stay as they are. It refuses with
// ErrPolicySource, ErrPolicyValue or ErrPolicyDate, and with fault.ErrNotFound a number
// that nothing reads.
func (s *Service) SetPolicy(ctx context.Context, scope access.Scope, n PolicyNumber) error {
	n.Source = strings.TrimSpace(n.Source)
	if n.Source == "" {
		return ErrPolicySource.At(fault.Field{Pointer: "/source", Code: "system.policy_source"})
	}
	kind := slices.IndexFunc(PolicyKinds, func(k PolicyKind) bool { return k.Key == n.Key })
	if kind < 0 {
		return fault.ErrNotFound
	}
	if n.Value < PolicyKinds[kind].Least || n.Value > PolicyKinds[kind].Most {
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
