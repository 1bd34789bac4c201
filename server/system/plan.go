package system

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"time"

	"klausul/server/access"
	"klausul/server/storage"
)

// Issue is the KLE subject plan that is in use.
type Issue struct {
	Issued   time.Time `db:"issued_on"`
	Items    int       `db:"items"`
	SHA256   string    `db:"sha256"`
	Imported time.Time `db:"imported_at"`
	By       string    `db:"imported_by"`
}

// FindKLE finds numbers that may be attached, by number or title; up to 50.
func (s *Service) FindKLE(ctx context.Context, scope access.Scope, typed string) ([]KLE, error) {
	q := storage.List("select number, title, uuid, keeping, deletion, retired from kle").And("not retired")
	if typed != "" {
		q.And("(number like ? || '%' or title ilike ?)", typed, storage.Like(typed))
	}
	return storage.Select[KLE](ctx, s.db, scope, q.Last("order by number limit 50"))
}

// KLEIssue returns the newest issue that was taken in; found is false when there is none.
func (s *Service) KLEIssue(ctx context.Context, scope access.Scope) (issue Issue, found bool, err error) {
	err = s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		issue, found, err = latestIssue(tx)
		return err
	})
	return issue, found, err
}

func latestIssue(tx *storage.Tx) (Issue, bool, error) {
	return storage.Find[Issue](tx, `select i.issued_on, i.items, i.sha256, i.imported_at, coalesce(u.name, '') as imported_by
		from kle_issue i left join app_user u on u.id = i.imported_by order by i.issued_on desc, i.id desc limit 1`)
}

// ImportKLE takes in a subject plan: new numbers are added, titles brought up to date, and
// what the plan has not got is marked retired but kept, since systems may name it. The
// same file again changes nothing. It refuses with ErrKLEFile or ErrKLEOlder.
func (s *Service) ImportKLE(ctx context.Context, scope access.Scope, r io.Reader) (Issue, error) {
	sum := sha256.New()
	plan, err := ReadKLE(io.TeeReader(r, sum))
	if err != nil {
		return Issue{}, err
	}
	hash := hex.EncodeToString(sum.Sum(nil))
	var issue Issue
	err = s.db.Write(ctx, scope, "kle.import", func(tx *storage.Tx) error {
		last, found, err := latestIssue(tx)
		if err != nil {
			return err
		}
		if found && plan.Issued.Before(last.Issued) {
			return ErrKLEOlder.With("issued", last.Issued.Format(time.DateOnly))
		}
		if found && last.SHA256 == hash {
			tx.Continues() // the same file again leaves no row
			issue = last
			return nil
		}
		if err := plan.write(tx); err != nil {
			return err
		}
		if _, err := tx.Pgx().Exec(ctx, "insert into kle_issue (issued_on, items, sha256, imported_at, imported_by) values ($1, $2, $3, $4, $5)",
			plan.Issued, len(plan.Items), hash, tx.Now(), tx.Scope().Actor().User); err != nil {
			return err
		}
		tx.Record("register", "kle", 0, nil, map[string]any{"issued": plan.Issued.Format(time.DateOnly), "items": len(plan.Items), "sha256": hash})
		issue, _, err = latestIssue(tx)
		return err
	})
	return issue, err
}

func (p Plan) write(tx *storage.Tx) error {
	numbers, titles, uuids := make([]string, len(p.Items)), make([]string, len(p.Items)), make([]*string, len(p.Items))
	keeping, deletion, retired := make([]string, len(p.Items)), make([]string, len(p.Items)), make([]bool, len(p.Items))
	for i, k := range p.Items {
		numbers[i], titles[i], keeping[i], deletion[i], retired[i] = k.Number, k.Title, k.Keeping, k.Deletion, k.Retired
		if k.UUID != nil {
			text := k.UUID.String()
			uuids[i] = &text
		}
	}
	if _, err := tx.Pgx().Exec(tx.Context(), `insert into kle (number, title, uuid, keeping, deletion, retired)
		select * from unnest($1::text[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::boolean[])
		on conflict (number) do update set title = excluded.title, uuid = excluded.uuid, keeping = excluded.keeping,
			deletion = excluded.deletion, retired = excluded.retired`, numbers, titles, uuids, keeping, deletion, retired); err != nil {
		return err
	}
	_, err := tx.Pgx().Exec(tx.Context(), "update kle set retired = true where not retired and number <> all($1)", numbers)
	return err
}
