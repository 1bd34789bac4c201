package system

import (
	"context"
	"time"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
)

// Threshold is the key of the number of members that must use a system, with an agreement
// on it, for the secretariat to supervise it.
const Threshold = "supervision.threshold"

// ScopeList is one of the four questions about the threshold rule.
type ScopeList string

// The lists: in scope on the day; in scope on the earlier day but no longer; used by
// members that have no agreement; agreed on by members of whom none uses it.
const (
	InScope  ScopeList = "over"
	Fallen   ScopeList = "fallen"
	Unagreed ScopeList = "unagreed"
	Unused   ScopeList = "unused"
)

// conditions are what puts a system on a list. Who has said that it needs no agreement lacks none.
var conditions = map[ScopeList]string{
	InScope:  "n.in_scope",
	Fallen:   "coalesce(b.in_scope, false) and not coalesce(n.in_scope, false)",
	Unagreed: "n.users > n.agreed + n.not_needed",
	Unused:   "n.agreements > 0 and n.users = 0",
}

// Scoped is one system under the threshold rule, on a day and on an earlier one.
type Scoped struct {
	ID           int32  `db:"id"`
	Number       int32  `db:"number"`
	Name         string `db:"name"`
	VendorNumber int32  `db:"vendor_number"`
	VendorName   string `db:"vendor_name"`
	Users        int    `db:"users"`      // members that use it on the day
	Agreed       int    `db:"agreed"`     // of them, those with an agreement on it
	NotNeeded    int    `db:"not_needed"` // of them, those that have said why they need none
	Agreements   int    `db:"agreements"` // members with an agreement on it, whether they use it or not
	InScope      bool   `db:"in_scope"`
	WasAgreed    int    `db:"was_agreed"` // Agreed on the earlier day
	WasInScope   bool   `db:"was_in_scope"`
	Lacking      int    `db:"lacking"` // members that use it without an agreement
}

// ScopeFilter says on which day, compared with which, and narrows.
type ScopeFilter struct {
	List       ScopeList
	Day, Since time.Time // zero: today, and a year before Day
	Text       string
}

// on gives the filter its days. It refuses a day that comes before the other's, or a day to come.
func (f ScopeFilter) on(today time.Time) (ScopeFilter, error) {
	if f.Day.IsZero() {
		f.Day = today
	}
	if f.Since.IsZero() {
		f.Since = f.Day.AddDate(-1, 0, 0)
	}
	if f.Day.After(today) {
		return f, ErrScopeDay.At(fault.Field{Pointer: "query/day", Code: "system.scope_day"})
	}
	if !f.Since.Before(f.Day) {
		return f, ErrScopeDay.At(fault.Field{Pointer: "query/since", Code: "system.scope_day"})
	}
	return f, nil
}

// Refusals about the rule and its numbers.
var (
	ErrScopeDay     = fault.New(fault.Invalid, "system.scope_day")        // a day to come, or none before the other
	ErrPolicyDate   = fault.New(fault.Conflict, "system.policy_date")     // there is a number from that day already
	ErrPolicyValue  = fault.New(fault.Invalid, "system.policy_value")     // outside what the number may be
	ErrPolicySource = fault.New(fault.Invalid, "system.policy_source")    // nobody says where it stands
	ErrNotCounted   = fault.New(fault.NotFound, "system.scope_uncounted") // nothing has been counted that the caller may see
)

const scopeCols = `select s.id, s.number, s.name, v.number as vendor_number, v.name as vendor_name, coalesce(n.users, 0) as users, coalesce(n.agreed, 0) as agreed,
	coalesce(n.not_needed, 0) as not_needed, coalesce(n.agreements, 0) as agreements, coalesce(n.in_scope, false) as in_scope,
	coalesce(b.agreed, 0) as was_agreed, coalesce(b.in_scope, false) as was_in_scope, coalesce(n.users - n.agreed - n.not_needed, 0) as lacking`

// The rule itself is the database's scope_at: it is asked for both days in one statement.
const scopeFrom = ` from scope_at(?) n full join scope_at(?) b on b.system_id = n.system_id
	join it_system s on s.id = coalesce(n.system_id, b.system_id) join vendor v on v.id = s.vendor_id`

var scopeOrders = map[string]storage.Order{
	"name":    {By: "s.name", Type: "text", ID: "s.id"},
	"users":   {By: "coalesce(n.users, 0)", Type: "int", ID: "s.id"},
	"agreed":  {By: "coalesce(n.agreed, 0)", Type: "int", ID: "s.id"},
	"lacking": {By: "coalesce(n.users - n.agreed - n.not_needed, 0)", Type: "int", ID: "s.id"},
}

func scoped(cols string, f ScopeFilter) *storage.Query {
	q := storage.List(cols+scopeFrom, f.Day, f.Since).And(conditions[f.List])
	if f.Text != "" {
		q.And("(s.name ilike ? or v.name ilike ?)", storage.Like(f.Text), storage.Like(f.Text))
	}
	return q
}

// Scope lists the systems of one question, reckoned live for any day that has been. It
// refuses with ErrScopeDay.
func (s *Service) Scope(ctx context.Context, scope access.Scope, f ScopeFilter, p storage.Page) ([]Scoped, string, error) {
	f, err := f.on(storage.LegalDate(s.db.Now()))
	if err != nil {
		return nil, "", err
	}
	rows, err := storage.Select[Scoped](ctx, s.db, scope, scoped(scopeCols, f).Page(scopeOrders, p))
	if err != nil {
		return nil, "", err
	}
	rows, next := storage.Cut(rows, p, func(y Scoped) (string, int64) {
		return storage.Key(p, map[string]any{"name": y.Name, "users": y.Users, "agreed": y.Agreed, "lacking": y.Lacking}), int64(y.ID)
	})
	return rows, next, nil
}

// ScopeCounts is how many systems each of the four lists holds, and the threshold of the day.
type ScopeCounts struct {
	Day       time.Time `db:"-"`
	Since     time.Time `db:"-"`
	Over      int       `db:"over"`
	Crossed   int       `db:"crossed"` // of Over, those that were not in scope on the earlier day
	Fallen    int       `db:"fallen"`
	Unagreed  int       `db:"unagreed"`
	Unused    int       `db:"unused"`
	Threshold *int32    `db:"threshold"`
}

// CountScope counts all four lists. It refuses with ErrScopeDay.
func (s *Service) CountScope(ctx context.Context, scope access.Scope, f ScopeFilter) (ScopeCounts, error) {
	f, err := f.on(storage.LegalDate(s.db.Now()))
	if err != nil {
		return ScopeCounts{}, err
	}
	f.List = ""
	cols := `select count(*) filter (where ` + conditions[InScope] + `) as over, count(*) filter (where n.in_scope and not coalesce(b.in_scope, false)) as crossed,
		count(*) filter (where ` + conditions[Fallen] + `) as fallen, count(*) filter (where ` + conditions[Unagreed] + `) as unagreed,
		count(*) filter (where ` + conditions[Unused] + `) as unused,
		(select p.value from policy_number p where p.key = 'supervision.threshold' and p.from_date <= ? order by p.from_date desc limit 1) as threshold`
	q := storage.List(cols+scopeFrom, f.Day, f.Day, f.Since)
	if f.Text != "" {
		q.And("(s.name ilike ? or v.name ilike ?)", storage.Like(f.Text), storage.Like(f.Text))
	}
	c, err := storage.One[ScopeCounts](ctx, s.db, scope, q)
	c.Day, c.Since = f.Day, f.Since
	return c, err
}

// ScopePoint is how many systems were in scope on a day, and how many users that took.
type ScopePoint struct {
	Day       time.Time `db:"day"`
	InScope   int       `db:"in_scope"`
	Threshold *int32    `db:"threshold"`
}

// Course is how the number of systems in scope went, quarter by quarter, as a job last
// reckoned it.
func (s *Service) Course(ctx context.Context, scope access.Scope) ([]ScopePoint, error) {
	return storage.Select[ScopePoint](ctx, s.db, scope, storage.List("select day, in_scope, threshold from scope_point").Last("order by day"))
}

// Supervision says whether the secretariat supervises a system, and why.
type Supervision struct {
	Day         time.Time  `db:"day"`
	Counted     time.Time  `db:"counted"`
	Users       int        `db:"users"`
	Agreed      int        `db:"agreed"`
	InScope     bool       `db:"in_scope"`
	Threshold   *int32     `db:"threshold"`
	From        *time.Time `db:"from_date"`
	Unconfirmed bool       `db:"unconfirmed"`
}

// Supervision answers for one system from what a job reckoned: numbers over foreign rows
// come from nowhere else. It refuses with ErrNotCounted while there is nothing to answer
// from, which for an ex-member is always.
func (s *Service) Supervision(ctx context.Context, scope access.Scope, number int32) (Supervision, error) {
	v, err := storage.Select[Supervision](ctx, s.db, scope, storage.List(`select d.day, d.counted, coalesce(c.users, 0) as users, coalesce(c.agreed, 0) as agreed, coalesce(c.in_scope, false) as in_scope,
		p.value as threshold, p.from_date, coalesce(p.unconfirmed, false) as unconfirmed
		from it_system s join (select max(x.day) as day, max(x.at) as counted from system_scope x) d on d.day is not null
		left join system_scope c on c.system_id = coalesce(s.merged_into, s.id)
		left join lateral (select x.value, x.from_date, x.unconfirmed from policy_number x where x.key = 'supervision.threshold' and x.from_date <= d.day order by x.from_date desc limit 1) p on true`).
		And("s.number = ?", number))
	if err == nil && len(v) == 0 {
		err = ErrNotCounted
	}
	if err != nil {
		return Supervision{}, err
	}
	return v[0], nil
}

// RefreshScope reckons the rule for today and its course, across organisations, into the
// aggregate tables.
func (s *Service) RefreshScope(ctx context.Context) error {
	return s.db.Write(ctx, access.System("system.refresh_scope"), "system.refresh_scope", func(tx *storage.Tx) error {
		tx.Continues() // the rows carry their time
		_, err := tx.Pgx().Exec(ctx, "select refresh_scope()")
		return err
	})
}
