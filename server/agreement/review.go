package agreement

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
	"klausul/server/task"
)

// Refusals of a second pair of eyes.
var (
	ErrReviewOpen    = fault.New(fault.Conflict, "review.open")    // somebody is asked already
	ErrReviewNone    = fault.New(fault.Conflict, "review.none")    // nobody is asked
	ErrReviewSelf    = fault.New(fault.Conflict, "review.self")    // nobody approves what they last changed or asked about themselves
	ErrReviewMoved   = fault.New(fault.Conflict, "review.moved")   // the text was changed since it was read
	ErrReviewReason  = fault.New(fault.Invalid, "review.reason")   // returned without one
	ErrReviewLawyer  = fault.New(fault.Invalid, "review.lawyer")   // no other lawyer
	ErrReviewMissing = fault.New(fault.Conflict, "review.missing") // a release needs an approval that holds
)

// ReviewState is how the second pair of eyes stands to the text as it is now.
type ReviewState string

// Void was approved, and answered since: nobody has looked at what stands there now.
const (
	ReviewNone     ReviewState = "none"
	ReviewAsked    ReviewState = "asked"
	ReviewApproved ReviewState = "approved"
	ReviewReturned ReviewState = "returned"
	ReviewVoid     ReviewState = "void"
)

// Review is one asking, with its verdict once there is one.
type Review struct {
	ID        int64      `db:"id"`
	AtVersion int        `db:"at_version"`
	AskedOf   string     `db:"asked_of"`
	Note      string     `db:"note"`
	AskedAt   time.Time  `db:"asked_at"`
	AskedBy   string     `db:"asked_by"`
	AskedByID int64      `db:"asked_by_id"`
	Verdict   *string    `db:"verdict"`
	Reason    string     `db:"reason"`
	DecidedAt *time.Time `db:"decided_at"`
	DecidedBy string     `db:"decided_by"`
}

// Reviews are all askings on a draft, the newest first, and what holds now.
type Reviews struct {
	State     ReviewState
	Required  bool // a release needs an approval that holds
	MayDecide bool // the asker of this question
	Version   int  // of the text as it is now
	All       []Review
	More      bool        // askings before those in All
	Lawyers   []Colleague // whom one can ask
}

// Colleague is another lawyer.
type Colleague struct {
	ID   int64  `db:"id"`
	Name string `db:"name"`
}

// standing is what the newest asking means for the text at a version.
func standing(all []Review, version int) ReviewState {
	switch {
	case len(all) == 0:
		return ReviewNone
	case all[0].Verdict == nil:
		return ReviewAsked
	case *all[0].Verdict == string(ReviewReturned):
		return ReviewReturned
	case all[0].AtVersion != version:
		return ReviewVoid
	}
	return ReviewApproved
}

const secondEyes = "agreement.second_eyes" // policy number: 1 when a release needs them

func eyes(tx *storage.Tx, d Detail) (r Reviews, err error) {
	r.Version = d.Version
	if r.All, err = storage.All[Review](tx, `select r.id, r.at_version, coalesce(o.name, '') as asked_of, r.note, r.asked_at, coalesce(a.name, '') as asked_by, r.asked_by as asked_by_id,
		r.verdict, r.reason, r.decided_at, coalesce(d.name, '') as decided_by
		from agreement_review r left join app_user o on o.id = r.asked_of left join app_user a on a.id = r.asked_by left join app_user d on d.id = r.decided_by
		where r.agreement_version_id = $1 order by r.id desc limit $2`, d.VersionID, most+1); err != nil {
		return r, err
	}
	r.All, r.More = cut(r.All)
	r.State = standing(r.All, d.Version)
	number, err := task.Number(tx, secondEyes)
	if errors.Is(err, task.ErrNotNumber) {
		return r, nil
	}
	r.Required = number > 0
	return r, err
}

// lastChangedBy is who made the text's newest version.
func lastChangedBy(tx *storage.Tx, version int64) (int64, error) {
	v, _, err := storage.Find[struct {
		By *int64 `db:"changed_by"`
	}](tx, "select changed_by from agreement_version where id = $1", version)
	if err != nil || v.By == nil {
		return 0, err
	}
	return *v.By, nil
}

// Reviews tells how the second pair of eyes stands on a draft. It refuses with fault.ErrNotFound.
func (s *Service) Reviews(ctx context.Context, scope access.Scope, id int64) (r Reviews, err error) {
	err = s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		d, err := load(tx, id)
		if err != nil {
			return err
		}
		if r, err = eyes(tx, d); err != nil {
			return err
		}
		by, err := lastChangedBy(tx, d.VersionID)
		if err != nil {
			return err
		}
		me := tx.Scope().Actor()
		r.MayDecide = r.State == ReviewAsked && me.Grant.Role == access.Lawyer && r.All[0].AskedByID != me.User && by != me.User
		r.Lawyers, err = lawyers(tx)
		return err
	})
	return r, err
}

// lawyers are the others whose role runs today.
func lawyers(tx *storage.Tx) ([]Colleague, error) {
	return storage.All[Colleague](tx, `select u.id, u.name from app_user u where u.left_at is null and u.id <> $1 and u.id in (select g.user_id from role_grant g
		where g.role = 'lawyer' and g.from_date <= $2 and (g.to_date is null or g.to_date >= $2)) order by u.name, u.id`, tx.Scope().Actor().User, tx.Today())
}

// AskReview asks another lawyer, or any with of 0, to look at a draft as it stands. It
// refuses with ErrOffered, ErrReviewOpen or ErrReviewLawyer.
func (s *Service) AskReview(ctx context.Context, scope access.Scope, id, of int64, note string) (Reviews, error) {
	return s.reviewing(ctx, scope, "review.ask", id, func(tx *storage.Tx, d Detail, r Reviews) error {
		var asked *int64
		if of != 0 {
			others, err := lawyers(tx)
			if err != nil {
				return err
			}
			for _, l := range others {
				if l.ID == of {
					asked = &of
				}
			}
			if asked == nil {
				return ErrReviewLawyer.At(fault.Field{Pointer: "/of", Code: ErrReviewLawyer.Code})
			}
		}
		if r.State == ReviewAsked {
			return ErrReviewOpen
		}
		tx.Record("agreement", id, 0, nil, map[string]any{"version": d.Version, "of": of})
		_, err := tx.Pgx().Exec(ctx, "insert into agreement_review (agreement_version_id, at_version, asked_of, note, asked_at, asked_by) values ($1, $2, $3, $4, $5, $6)",
			d.VersionID, d.Version, asked, strings.TrimSpace(note), tx.Now(), tx.Scope().Actor().User)
		var pg *pgconn.PgError
		if errors.As(err, &pg) && pg.ConstraintName == "agreement_review_open" {
			return ErrReviewOpen
		}
		return err
	})
}

// DecideReview approves the text at the version that the lawyer read, or returns it with a
// reason. It refuses with ErrOffered, ErrReviewNone, ErrReviewSelf, ErrReviewMoved or ErrReviewReason.
func (s *Service) DecideReview(ctx context.Context, scope access.Scope, id int64, approve bool, reason string, seen int) (Reviews, error) {
	reason = strings.TrimSpace(reason)
	return s.reviewing(ctx, scope, "review.decide", id, func(tx *storage.Tx, d Detail, r Reviews) error {
		me := tx.Scope().Actor().User
		by, err := lastChangedBy(tx, d.VersionID)
		switch {
		case err != nil:
			return err
		case r.State != ReviewAsked:
			return ErrReviewNone
		case r.All[0].AskedByID == me, by == me:
			return ErrReviewSelf
		case d.Version != seen:
			return ErrReviewMoved
		case !approve && reason == "":
			return ErrReviewReason.At(fault.Field{Pointer: "/reason", Code: ErrReviewReason.Code})
		}
		verdict := ReviewApproved
		if !approve {
			verdict = ReviewReturned
		}
		tx.Record("agreement", id, 0, nil, map[string]any{"version": d.Version, "verdict": verdict, "reason": reason})
		_, err = tx.Pgx().Exec(ctx, "update agreement_review set verdict = $2, reason = $3, at_version = $4, decided_at = $5, decided_by = $6 where id = $1",
			r.All[0].ID, string(verdict), reason, d.Version, tx.Now(), me)
		return err
	})
}

// reviewing is an act on the newest version of a draft, which nobody changes meanwhile.
func (s *Service) reviewing(ctx context.Context, scope access.Scope, action string, id int64, act func(*storage.Tx, Detail, Reviews) error) (Reviews, error) {
	err := s.db.Write(ctx, scope, action, func(tx *storage.Tx) error {
		if err := tx.Lock("agreement_version where agreement_id = $1", id); err != nil {
			return err
		}
		d, err := load(tx, id)
		if err != nil {
			return err
		}
		if d.State != Draft {
			return ErrOffered
		}
		r, err := eyes(tx, d)
		if err != nil {
			return err
		}
		return act(tx, d, r)
	})
	if err != nil {
		return Reviews{}, err
	}
	return s.Reviews(ctx, scope, id)
}

// looked refuses a release with ErrReviewMissing where one needs an approval that holds.
func looked(tx *storage.Tx, d Detail) error {
	r, err := eyes(tx, d)
	if err == nil && r.Required && r.State != ReviewApproved {
		return ErrReviewMissing
	}
	return err
}
