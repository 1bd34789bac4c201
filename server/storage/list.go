package storage

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"klausul/server/access"
	"klausul/server/fault"
)

// ErrCursor refuses a cursor that is not one of ours for this list.
var ErrCursor = fault.New(fault.Invalid, "list.bad_cursor")

// Page is how a list is read: in which order, from where, how many.
type Page struct {
	Sort   string // a key of the list's orders, "-" in front for descending
	Cursor string // the Next of the page before
	Limit  int    // 0 = 50
}

// Query builds one list statement that could be pasted into psql. Conditions use ?
// for their arguments, outside quotes; only constant text is ever put into the statement.
type Query struct {
	base  string
	where []string
	args  []any
	tail  string
	paged bool // from a cursor
	err   error
}

// List starts a statement from "select … from …".
func List(base string, args ...any) *Query {
	q := &Query{}
	q.base = q.bind(base, args)
	return q
}

// And adds a condition.
func (q *Query) And(condition string, args ...any) *Query {
	q.where = append(q.where, q.bind(condition, args))
	return q
}

// If adds a condition when ok.
func (q *Query) If(ok bool, condition string, args ...any) *Query {
	if ok {
		q.And(condition, args...)
	}
	return q
}

// Within narrows the list to the scope's organisations: the first lock, and what
// lets the index on that column give the order under row-level security.
func (q *Query) Within(scope access.Scope, column string) *Query {
	ids, all := scope.Organisations()
	switch {
	case all:
	case len(ids) == 1:
		q.And(column+" = ?", ids[0])
	default:
		q.And(column+" = any(?)", ids)
	}
	return q
}

// Order says how one sort key reads: the expression, which is never null, its SQL
// type, and the unique id that ends it.
type Order struct{ By, Type, ID string }

// Page adds order, keyset condition and limit. It asks for one row more than the
// page holds, so that Next can tell whether there is another.
func (q *Query) Page(orders map[string]Order, p Page) *Query {
	key, desc := strings.CutPrefix(p.Sort, "-")
	o, ok := orders[key]
	if !ok {
		q.err = fault.ErrInvalid.At(fault.Field{Pointer: "query/sort", Code: "invalid"})
		return q
	}
	op, dir := ">", "asc"
	if desc {
		op, dir = "<", "desc"
	}
	if p.Cursor != "" {
		value, id, err := decodeCursor(p)
		if err != nil {
			q.err = err
			return q
		}
		q.paged = true
		q.And(fmt.Sprintf("(%s, %s) %s (?::text::%s, ?::bigint)", o.By, o.ID, op, o.Type), value, id)
	}
	q.tail = fmt.Sprintf(" order by %s %s, %s %s limit %d", o.By, dir, o.ID, dir, limit(p)+1)
	return q
}

func limit(p Page) int {
	if p.Limit <= 0 {
		return 50
	}
	return p.Limit
}

// Last ends the statement with constant text: an order and a limit of its own.
func (q *Query) Last(tail string) *Query {
	q.tail = " " + tail
	return q
}

// SQL returns the statement and its arguments.
func (q *Query) SQL() (string, []any, error) {
	s := q.base
	if len(q.where) > 0 {
		s += " where " + strings.Join(q.where, " and ")
	}
	return s + q.tail, q.args, q.err
}

// refused names the cursor when its value is one that PostgreSQL cannot read back.
func (q *Query) refused(err error) error {
	var pg *pgconn.PgError
	if q.paged && errors.As(err, &pg) && strings.HasPrefix(pg.Code, "22") {
		return ErrCursor.Because(err)
	}
	return err
}

func (q *Query) bind(text string, args []any) string {
	var b strings.Builder
	n, quoted := 0, false
	for _, r := range text {
		quoted = quoted != (r == '\'')
		if r != '?' || quoted {
			b.WriteRune(r)
			continue
		}
		if n < len(args) {
			q.args = append(q.args, args[n])
		}
		n++
		fmt.Fprintf(&b, "$%d", len(q.args))
	}
	if n != len(args) {
		panic("storage: condition and arguments do not match: " + text)
	}
	return b.String()
}

// Cut returns the page's rows and the cursor of the next page, empty at the end.
// key gives a row's sort value, as text that PostgreSQL reads back, and its id.
func Cut[T any](rows []T, p Page, key func(T) (string, int64)) ([]T, string) {
	if len(rows) <= limit(p) {
		return rows, ""
	}
	rows = rows[:limit(p)]
	value, id := key(rows[len(rows)-1])
	raw, _ := json.Marshal(cursor{p.Sort, value, id})
	return rows, base64.RawURLEncoding.EncodeToString(raw)
}

// cursor is the last row of a page, in the order that it was read in.
type cursor struct {
	Sort  string `json:"s"`
	Value string `json:"v"`
	ID    int64  `json:"i"`
}

func decodeCursor(p Page) (string, int64, error) {
	raw, err := base64.RawURLEncoding.DecodeString(p.Cursor)
	if err != nil {
		return "", 0, ErrCursor.Because(err)
	}
	var c cursor
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return "", 0, ErrCursor.Because(err)
	}
	if c.Sort != p.Sort || c.ID == 0 {
		return "", 0, ErrCursor
	}
	return c.Value, c.ID, nil
}

// Like turns what a person typed into a pattern that finds it anywhere, literally.
func Like(typed string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.TrimSpace(typed)) + "%"
}
