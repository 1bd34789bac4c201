package clause

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"gopkg.in/yaml.v3"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/storage"
	"klausul/templates"
)

// Refusals of positions.
var (
	// ErrPosition refuses a position without a subject and an issue, or with a range that nothing lies in.
	ErrPosition = fault.New(fault.Invalid, "position.invalid")
	// ErrPositionTwice refuses a second position on the same issue of the same clause or field.
	ErrPositionTwice = fault.New(fault.Conflict, "position.twice")
)

// Position (forhandlingsposition) is what the secretariat wants on a clause or a field of a
// template family: the range that a rule can check, fall-backs with wording, and where to stop.
type Position struct {
	ID          int64           `db:"id" json:"-"`
	Family      string          `db:"family" json:"family"`
	Kind        string          `db:"kind" json:"kind"` // clause, field
	Subject     string          `db:"subject" json:"subject"`
	Issue       string          `db:"issue" json:"issue"`
	Preferred   string          `db:"preferred" json:"preferred"`
	Acceptable  string          `db:"acceptable" json:"acceptable"`
	Minimum     *int            `db:"minimum" json:"minimum,omitempty"`
	Maximum     *int            `db:"maximum" json:"maximum,omitempty"`
	Allowed     []string        `db:"allowed" json:"allowed"`
	WalkAway    string          `db:"walk_away" json:"walkAway"`
	Escalate    string          `db:"escalate" json:"escalate"`
	Note        string          `db:"note" json:"note"`
	Raw         json.RawMessage `db:"fallbacks" json:"-"`
	Fallbacks   []Fallback      `db:"-" json:"fallbacks"` // the best first
	Unconfirmed bool            `db:"unconfirmed" json:"unconfirmed"`
	Version     int             `db:"version" json:"-"`
	ChangedAt   time.Time       `db:"changed_at" json:"-"`
	ChangedBy   string          `db:"changed_by" json:"-"`
}

// Fallback is wording that the secretariat can live with, and when it is used.
type Fallback struct {
	Wording string `json:"wording" yaml:"wording"`
	When    string `json:"when" yaml:"when"`
}

const positionSQL = `select p.id, p.family, p.kind, p.subject, p.issue, p.preferred, p.acceptable, p.minimum, p.maximum, p.allowed, p.walk_away, p.escalate,
	p.note, p.fallbacks, p.unconfirmed, p.version, p.changed_at, coalesce(u.name::text, '') as changed_by from position p left join app_user u on u.id = p.changed_by`

const (
	mostText      = 4000
	mostFallbacks = 10
)

// Clean trims the texts and refuses with ErrPosition.
func (p Position) Clean() (Position, error) {
	for pointer, text := range map[string]*string{"/subject": &p.Subject, "/issue": &p.Issue, "/preferred": &p.Preferred, "/acceptable": &p.Acceptable,
		"/walkAway": &p.WalkAway, "/escalate": &p.Escalate, "/note": &p.Note} {
		*text = strings.TrimSpace(*text)
		if utf8.RuneCountInString(*text) > mostText {
			return p, ErrPosition.At(fault.Field{Pointer: pointer, Code: "field.too_long"})
		}
	}
	for pointer, text := range map[string]string{"/subject": p.Subject, "/issue": p.Issue} {
		if text == "" {
			return p, ErrPosition.At(fault.Field{Pointer: pointer, Code: "required"})
		}
	}
	if p.Minimum != nil && p.Maximum != nil && *p.Maximum < *p.Minimum {
		return p, ErrPosition.At(fault.Field{Pointer: "/maximum", Code: "field.too_small"})
	}
	p.Fallbacks = slices.DeleteFunc(slices.Clone(p.Fallbacks), func(f Fallback) bool { return strings.TrimSpace(f.Wording) == "" })
	if len(p.Fallbacks) > mostFallbacks {
		return p, ErrPosition.At(fault.Field{Pointer: "/fallbacks", Code: "field.too_long"})
	}
	p.Allowed = append([]string{}, p.Allowed...)
	return p, nil
}

// Within tells whether a value lies in the range; known is false where the position has none
// that speaks of such a value.
func (p Position) Within(value any) (within, known bool) {
	if n, ok := field.Whole(value); ok && (p.Minimum != nil || p.Maximum != nil) {
		return (p.Minimum == nil || n >= *p.Minimum) && (p.Maximum == nil || n <= *p.Maximum), true
	}
	if s, ok := value.(string); ok && len(p.Allowed) > 0 {
		return slices.Contains(p.Allowed, s), true
	}
	return false, false
}

// Positions lists what the secretariat wants, by subject; family narrows it to one.
func (s *Service) Positions(ctx context.Context, scope access.Scope, family string) ([]Position, error) {
	rows, err := storage.Select[Position](ctx, s.db, scope, storage.List(positionSQL).And("p.removed_at is null").
		If(family != "", "p.family = ?", family).Last("order by p.family, p.kind, p.subject, p.issue, p.id limit 1000"))
	for i := range rows {
		err = errors.Join(err, json.Unmarshal(rows[i].Raw, &rows[i].Fallbacks))
	}
	return rows, err
}

// PositionsOf reads what the secretariat wants of a family's clauses, inside a transaction that has more to do.
func PositionsOf(tx *storage.Tx, family string) ([]Position, error) {
	rows, err := storage.All[Position](tx, positionSQL+" where p.removed_at is null and p.family = $1 order by p.kind, p.subject, p.issue, p.id limit 1000", family)
	for i := range rows {
		err = errors.Join(err, json.Unmarshal(rows[i].Raw, &rows[i].Fallbacks))
	}
	return rows, err
}

// AddPosition adds one. It refuses with ErrPosition or ErrPositionTwice.
func (s *Service) AddPosition(ctx context.Context, scope access.Scope, p Position) (Position, error) {
	p, err := p.Clean()
	if err != nil {
		return p, err
	}
	err = s.db.Write(ctx, scope, "position.add", func(tx *storage.Tx) error {
		p.ChangedAt, p.ChangedBy = tx.Now(), tx.Scope().Actor().Name
		me := tx.Scope().Actor().User
		p.ID, err = insertPosition(ctx, tx.Pgx(), p, &p.ChangedAt, &me)
		p.Version = 1
		tx.Record("position", p.ID, 0, nil, p)
		return twice(err)
	})
	return p, err
}

type inserter interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

func insertPosition(ctx context.Context, tx inserter, p Position, at *time.Time, by *int64) (id int64, err error) {
	fallbacks, err := json.Marshal(append([]Fallback{}, p.Fallbacks...))
	if err != nil {
		return 0, err
	}
	err = tx.QueryRow(ctx, `insert into position (family, kind, subject, issue, preferred, acceptable, minimum, maximum, allowed, walk_away, escalate, note, fallbacks, unconfirmed, changed_at, changed_by)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, coalesce($15, now()), $16) returning id`,
		p.Family, p.Kind, p.Subject, p.Issue, p.Preferred, p.Acceptable, p.Minimum, p.Maximum, p.Allowed, p.WalkAway, p.Escalate, p.Note, fallbacks, p.Unconfirmed,
		at, by).Scan(&id)
	return id, err
}

func twice(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.ConstraintName == "position_once" {
		return ErrPositionTwice.At(fault.Field{Pointer: "/issue", Code: ErrPositionTwice.Code})
	}
	return err
}

// ChangePosition corrects one. It refuses as AddPosition does, with fault.ErrNotFound or
// fault.ErrStale, which tells what stands there now.
func (s *Service) ChangePosition(ctx context.Context, scope access.Scope, id int64, seen int, to Position) (Position, error) {
	to, err := to.Clean()
	if err != nil {
		return to, err
	}
	err = s.db.Write(ctx, scope, "position.change", func(tx *storage.Tx) error {
		was, err := heldPosition(tx, id, seen)
		if err != nil {
			return err
		}
		fallbacks, err := json.Marshal(append([]Fallback{}, to.Fallbacks...))
		if err != nil {
			return err
		}
		to.ID, to.Family, to.Version, to.ChangedAt, to.ChangedBy = id, was.Family, was.Version+1, tx.Now(), tx.Scope().Actor().Name
		_, err = tx.Pgx().Exec(ctx, `update position set kind = $2, subject = $3, issue = $4, preferred = $5, acceptable = $6, minimum = $7, maximum = $8, allowed = $9,
			walk_away = $10, escalate = $11, note = $12, fallbacks = $13, unconfirmed = $14, version = $15, changed_at = $16, changed_by = $17 where id = $1`,
			id, to.Kind, to.Subject, to.Issue, to.Preferred, to.Acceptable, to.Minimum, to.Maximum, to.Allowed, to.WalkAway, to.Escalate, to.Note, fallbacks,
			to.Unconfirmed, to.Version, to.ChangedAt, tx.Scope().Actor().User)
		tx.Record("position", id, 0, was, to)
		return twice(err)
	})
	return to, err
}

// RemovePosition takes one off the list; it stays in the audit. back puts it on again, as
// long as no other has taken its place (ErrPositionTwice).
func (s *Service) RemovePosition(ctx context.Context, scope access.Scope, id int64, back bool) error {
	act := map[bool]string{false: "position.remove", true: "position.restore"}[back]
	return s.db.Write(ctx, scope, act, func(tx *storage.Tx) error {
		done, err := tx.Pgx().Exec(ctx, `update position set removed_at = case when $2 then null else $3::timestamptz end, version = version + 1, changed_at = $3, changed_by = $4
			where id = $1 and (removed_at is not null) = $2`, id, back, tx.Now(), tx.Scope().Actor().User)
		if err == nil && done.RowsAffected() == 0 {
			err = fault.ErrNotFound
		}
		tx.Record("position", id, 0, map[string]any{"removed": back}, map[string]any{"removed": !back})
		return twice(err)
	})
}

func heldPosition(tx *storage.Tx, id int64, seen int) (Position, error) {
	if err := tx.Lock("position where id = $1", id); err != nil {
		return Position{}, err
	}
	was, found, err := storage.Find[Position](tx, positionSQL+" where p.id = $1 and p.removed_at is null", id)
	switch {
	case err != nil:
		return was, err
	case !found:
		return was, fault.ErrNotFound
	case was.Version != seen:
		return was, storage.Stale(tx, "position", id, was.Version, map[string]any{"issue": was.Issue, "preferred": was.Preferred, "acceptable": was.Acceptable})
	}
	return was, json.Unmarshal(was.Raw, &was.Fallbacks)
}

type sourcePosition struct {
	Subject, Kind, Issue, Preferred, Acceptable, Escalate, Note string
	WalkAway                                                    string `yaml:"walkAway"`
	Range                                                       struct {
		Minimum, Maximum *int
		Allowed          []string
	}
	Fallbacks []Fallback
}

// FirstPositions are the proposals that ship with Klausul, unconfirmed, for a version's family.
// It refuses one whose clause or field the version does not have.
func FirstPositions(v Version) ([]Position, error) {
	raw, err := templates.FS.ReadFile("positions/disputes.da.yaml")
	if err != nil {
		return nil, err
	}
	var rows []sourcePosition
	dec := yaml.NewDecoder(strings.NewReader(string(raw)))
	dec.KnownFields(true)
	if err := dec.Decode(&rows); err != nil {
		return nil, fmt.Errorf("read the positions: %w", err)
	}
	var out []Position
	for _, r := range rows {
		p, err := Position{Family: v.Key, Kind: r.Kind, Subject: r.Subject, Issue: r.Issue, Preferred: r.Preferred, Acceptable: r.Acceptable, Minimum: r.Range.Minimum,
			Maximum: r.Range.Maximum, Allowed: r.Range.Allowed, WalkAway: r.WalkAway, Escalate: r.Escalate, Note: r.Note, Fallbacks: r.Fallbacks, Unconfirmed: true}.Clean()
		if err != nil {
			return nil, err
		}
		_, asked := field.Find(v.Fields, p.Subject)
		if p.Kind == "field" != asked || p.Kind == "clause" && !slices.ContainsFunc(v.Clauses, func(c Clause) bool { return c.Key == p.Subject }) {
			return nil, fmt.Errorf("position %q: the template has no %s %q", p.Issue, p.Kind, p.Subject)
		}
		out = append(out, p)
	}
	return out, nil
}

// loadPositions stores the first positions of a family that has none.
func loadPositions(ctx context.Context, tx pgx.Tx, v Version) error {
	var some bool
	if err := tx.QueryRow(ctx, "select exists (select 1 from position where family = $1)", v.Key).Scan(&some); err != nil || some {
		return err
	}
	positions, err := FirstPositions(v)
	if err != nil {
		return err
	}
	for _, p := range positions {
		if _, err := insertPosition(ctx, tx, p, nil, nil); err != nil {
			return err
		}
	}
	return nil
}
