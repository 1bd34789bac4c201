package agreement

import (
	"context"
	"strings"
	"time"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/storage"
)

// Refusals of a comment.
var (
	ErrCommentText  = fault.New(fault.Invalid, "comment.text")  // none, or too long
	ErrCommentPlace = fault.New(fault.Invalid, "comment.place") // no such question or clause, or both
)

// Comment is what somebody of the secretariat says of a question (Path), of a clause (Key),
// or of the whole. A member never sees it. One for the vendor goes out with the next Word file.
type Comment struct {
	ID         int64      `db:"id"`
	Agreement  int64      `db:"agreement_id"`
	Path       string     `db:"path"`
	Key        string     `db:"clause_key"`
	Text       string     `db:"text"`
	ForVendor  bool       `db:"for_vendor"`
	At         time.Time  `db:"created_at"`
	By         string     `db:"created_by"`
	ResolvedAt *time.Time `db:"resolved_at"`
	ResolvedBy string     `db:"resolved_by"`
}

const commentSQL = `select c.id, c.agreement_id, c.path, c.clause_key, c.text, c.for_vendor, c.created_at, coalesce(u.name, '') as created_by, c.resolved_at, coalesce(r.name, '') as resolved_by
	from agreement_comment c left join app_user u on u.id = c.created_by left join app_user r on r.id = c.resolved_by`

// commentOrders: what is open, then what is settled, the newest first in both. The index is
// agreement_comment_by_agreement.
var commentOrders = map[string]storage.Order{"open": {By: "case when c.resolved_at is null then 1 else 0 end", Type: "int", ID: "c.id"}}

// Comments returns a page of what was said of an agreement, the cursor of the next, and how
// many are open in all: those come first. It refuses with fault.ErrNotFound.
func (s *Service) Comments(ctx context.Context, scope access.Scope, id int64, p storage.Page) (rows []Comment, next string, open int, err error) {
	err = s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		if _, err := load(tx, id); err != nil {
			return err
		}
		count, _, err := storage.Find[struct {
			Open int `db:"open"`
		}](tx, "select count(*) as open from agreement_comment c where c.agreement_id = $1 and c.resolved_at is null", id)
		if err != nil {
			return err
		}
		open = count.Open
		rows, err = storage.Rows[Comment](tx, storage.List(commentSQL).And("c.agreement_id = ?", id).Page(commentOrders, p))
		return err
	})
	rows, next = storage.Cut(rows, p, func(c Comment) (string, int64) {
		first := 0
		if c.ResolvedAt == nil {
			first = 1
		}
		return storage.Key(p, map[string]any{"open": first}), c.ID
	})
	return rows, next, open, err
}

// Comment says something of an agreement. It refuses with ErrCommentText or ErrCommentPlace.
func (s *Service) Comment(ctx context.Context, scope access.Scope, id int64, path, key, text string, forVendor bool) (c Comment, err error) {
	text = strings.TrimSpace(text)
	if text == "" || len([]rune(text)) > 4000 {
		return c, ErrCommentText.At(fault.Field{Pointer: "/text", Code: ErrCommentText.Code})
	}
	err = s.db.Write(ctx, scope, "comment.add", func(tx *storage.Tx) error {
		d, err := load(tx, id)
		if err != nil {
			return err
		}
		if !d.has(path, key) {
			return ErrCommentPlace
		}
		made, _, err := storage.Find[struct {
			ID int64 `db:"id"`
		}](tx, "insert into agreement_comment (agreement_id, path, clause_key, text, created_at, created_by, for_vendor) values ($1, $2, $3, $4, $5, $6, $7) returning id",
			id, path, key, text, tx.Now(), tx.Scope().Actor().User, forVendor)
		if err != nil {
			return err
		}
		tx.Record("agreement", id, 0, nil, map[string]any{"comment": made.ID, "path": path, "clause": key, "forVendor": forVendor})
		c, _, err = storage.Find[Comment](tx, commentSQL+" where c.id = $1", made.ID)
		return err
	})
	return c, err
}

// has tells whether there is such a question or clause; neither is the whole.
func (d Detail) has(path, key string) bool {
	switch {
	case path != "" && key != "":
		return false
	case path != "":
		_, asked := field.Find(d.Tree.Fields, path)
		return asked
	case key != "":
		return hasClause(d.Tree.Clauses, key)
	}
	return true
}

// ResolveComment closes a comment, or opens it again. It refuses with fault.ErrNotFound.
func (s *Service) ResolveComment(ctx context.Context, scope access.Scope, comment int64, resolved bool) (c Comment, err error) {
	err = s.db.Write(ctx, scope, "comment.resolve", func(tx *storage.Tx) error {
		var at *time.Time
		var by *int64
		if resolved {
			now, me := tx.Now(), tx.Scope().Actor().User
			at, by = &now, &me
		}
		if _, err := tx.Pgx().Exec(ctx, "update agreement_comment set resolved_at = $2, resolved_by = $3 where id = $1 and (resolved_at is null) = $4", comment, at, by, resolved); err != nil {
			return err
		}
		found := false
		if c, found, err = storage.Find[Comment](tx, commentSQL+" where c.id = $1", comment); err != nil || !found {
			return fault.Or(err, fault.ErrNotFound)
		}
		tx.Record("agreement", c.Agreement, 0, map[string]any{"comment": comment, "resolved": !resolved}, map[string]any{"comment": comment, "resolved": resolved})
		return nil
	})
	return c, err
}

// ForVendor are the open comments that go out to the vendor, the oldest first.
func ForVendor(tx *storage.Tx, agreement int64) ([]Comment, error) {
	return storage.All[Comment](tx, commentSQL+" where c.agreement_id = $1 and c.for_vendor and c.resolved_at is null order by c.id limit 1000", agreement)
}
