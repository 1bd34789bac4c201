package member

import (
	"context"
	"errors"
	"time"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
)

// The ways in which a decision of an access review is refused.
var (
	ErrReviewDone      = fault.New(fault.Conflict, "access_review.done")
	ErrReviewLine      = fault.New(fault.Invalid, "access_review.line")        // a role that is not up for review here, or twice
	ErrReviewElsewhere = fault.New(fault.Forbidden, "access_review.elsewhere") // each organisation says it of its own people
)

// Review is one yearly look at who has access. Organisation nil is the secretariat itself.
type Review struct {
	ID               int64      `db:"id"`
	Organisation     *int32     `db:"organisation_id"`
	OrganisationName *string    `db:"organisation_name"`
	Opened           time.Time  `db:"opened_on"`
	Due              time.Time  `db:"due_on"`
	Done             *time.Time `db:"done_at"`
	DoneBy           *string    `db:"done_by"`
	Version          int        `db:"version"`
	Lines            int        `db:"lines"`
	Open             int        `db:"open"` // roles that run and nobody has said anything of
}

// Overdue tells whether the day to be done by has gone.
func (r Review) Overdue(today time.Time) bool { return r.Done == nil && today.After(r.Due) }

// Verdict is what is said of one role.
type Verdict struct {
	Grant   int64       `db:"grant_id"`
	User    int64       `db:"user_id"`
	Name    string      `db:"name"`
	Email   string      `db:"email"`
	Role    access.Role `db:"role"`
	From    time.Time   `db:"from_date"`
	To      *time.Time  `db:"to_date"`
	Verdict *string     `db:"verdict"`
	At      *time.Time  `db:"decided_at"`
	By      *string     `db:"decided_by"`
	Open    bool        `db:"open"`
}

const openLine = "l.verdict is null and (g.to_date is null or g.to_date >= today())"

const reviewSQL = `select r.id, r.organisation_id, o.name::text as organisation_name, r.opened_on, r.due_on, r.done_at, d.name::text as done_by, r.version,
	(select count(*)::int from access_review_line l where l.review_id = r.id) as lines,
	(select count(*)::int from access_review_line l join role_grant g on g.id = l.grant_id where l.review_id = r.id and ` + openLine + `) as open
	from access_review r left join organisation o on o.id = r.organisation_id left join app_user d on d.id = r.done_by`

// ReviewState narrows a list of reviews; empty does not.
type ReviewState string

// The states a list can be narrowed to.
const (
	ReviewOpen    ReviewState = "open"
	ReviewOverdue ReviewState = "overdue"
	ReviewIsDone  ReviewState = "done"
)

// reviewOrders: access_review_own serves a member, the primary key the office.
var reviewOrders = map[string]storage.Order{"number": {By: "r.id", Type: "bigint", ID: "r.id"}}

// Reviews lists the reviews in scope, newest first.
func (u *Users) Reviews(ctx context.Context, scope access.Scope, state ReviewState, p storage.Page) ([]Review, string, error) {
	p.Sort = "-number"
	q := storage.List(reviewSQL).Within(scope, "r.organisation_id").If(state == ReviewOpen, "r.done_at is null").
		If(state == ReviewOverdue, "r.done_at is null and r.due_on < today()").If(state == ReviewIsDone, "r.done_at is not null")
	rows, err := storage.Select[Review](ctx, u.db, scope, q.Page(reviewOrders, p))
	if err != nil {
		return nil, "", err
	}
	rows, next := storage.Cut(rows, p, func(r Review) (string, int64) { return storage.Key(p, map[string]any{"number": r.ID}), r.ID })
	return rows, next, nil
}

// Review reads one with its lines. It refuses with fault.ErrNotFound.
func (u *Users) Review(ctx context.Context, scope access.Scope, id int64) (r Review, lines []Verdict, err error) {
	err = u.db.Read(ctx, scope, func(tx *storage.Tx) error {
		if r, err = reviewOf(tx, id); err != nil {
			return err
		}
		lines, err = storage.All[Verdict](tx, `select l.grant_id, g.user_id, u.name::text as name, u.email, g.role, g.from_date, g.to_date,
			l.verdict, l.decided_at, b.name::text as decided_by, `+openLine+` as open
			from access_review_line l join role_grant g on g.id = l.grant_id join app_user u on u.id = g.user_id left join app_user b on b.id = l.decided_by
			where l.review_id = $1 order by u.name, l.grant_id`, id)
		return err
	})
	return r, lines, err
}

func reviewOf(tx *storage.Tx, id int64) (Review, error) {
	sql, args, err := storage.List(reviewSQL).Within(tx.Scope(), "r.organisation_id").And("r.id = ?", id).SQL()
	if err != nil {
		return Review{}, err
	}
	r, found, err := storage.Find[Review](tx, sql, args...)
	if err == nil && !found {
		err = fault.ErrNotFound
	}
	return r, err
}

// DecideReview says of roles that they are still right, and ends others at once. When
// nothing is open any more the review is done, by whom and when. It refuses with
// ErrReviewDone, ErrReviewLine, ErrReviewElsewhere, fault.ErrStale, fault.ErrNotFound, and
// as EndRole does; then nothing is said.
func (u *Users) DecideReview(ctx context.Context, scope access.Scope, id int64, seen int, keep, end []int64) error {
	return u.db.Write(ctx, scope, "access_review.decide", func(tx *storage.Tx) error {
		r, err := reviewOf(tx, id)
		if err != nil {
			return err
		}
		own := int32(0)
		if r.Organisation != nil {
			own = *r.Organisation
		}
		if own != scope.Own() {
			return ErrReviewElsewhere
		}
		if err := tx.Lock("access_review where id = $1", id); err != nil {
			return err
		}
		if r, err = reviewOf(tx, id); err != nil {
			return err
		}
		switch {
		case r.Done != nil:
			return ErrReviewDone
		case r.Version != seen:
			return storage.Stale(tx, "access_review", id, r.Version, map[string]any{"open": r.Open})
		}
		for _, grant := range end {
			if err := endGrant(tx, grant, tx.Today().AddDate(0, 0, -1)); err != nil {
				var refused *fault.Error
				if errors.As(err, &refused) {
					return refused.With("grant", grant) // which of the rows it is
				}
				return err
			}
		}
		if err := say(tx, id, "keep", keep); err != nil {
			return err
		}
		if err := say(tx, id, "end", end); err != nil {
			return err
		}
		tx.Record("access_review", id, own, nil, map[string]any{"kept": keep, "ended": end})
		_, err = tx.Pgx().Exec(ctx, `update access_review r set version = r.version + 1, done_at = case when o.open = 0 then $2::timestamptz end, done_by = case when o.open = 0 then $3::bigint end
			from (select count(*) as open from access_review_line l join role_grant g on g.id = l.grant_id where l.review_id = $1 and `+openLine+`) o where r.id = $1`,
			id, tx.Now(), scope.Actor().User)
		return err
	})
}

// say writes a verdict on lines that have none.
func say(tx *storage.Tx, review int64, verdict string, grants []int64) error {
	if len(grants) == 0 {
		return nil
	}
	said, err := tx.Pgx().Exec(tx.Context(), "update access_review_line set verdict = $3, decided_at = $4, decided_by = $5 where review_id = $1 and grant_id = any($2) and verdict is null",
		review, grants, verdict, tx.Now(), tx.Scope().Actor().User)
	if err == nil && said.RowsAffected() != int64(len(grants)) {
		err = ErrReviewLine
	}
	return err
}

// OpenReviews opens the yearly review wherever it is time for one.
func (u *Users) OpenReviews(ctx context.Context) error {
	return u.db.Write(ctx, access.System("access_review.open"), "access_review.open", func(tx *storage.Tx) error {
		tx.Continues() // a day without one leaves no row
		opened, err := storage.All[struct {
			ID           int64  `db:"review_id"`
			Organisation *int32 `db:"organisation_id"`
		}](tx, "select review_id, organisation_id from open_access_reviews()")
		for _, r := range opened {
			in := int32(0)
			if r.Organisation != nil {
				in = *r.Organisation
			}
			tx.Record("access_review", r.ID, in, nil, nil)
		}
		return err
	})
}
