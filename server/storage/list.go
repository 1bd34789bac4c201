package storage

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

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
// for their arguments; only constant text is ever put into the statement.
type Query struct {
	base  string
	where []string
	args  []any
	tail  string
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

// Order says how one sort key reads: the expression, its SQL type, and the unique id that ends it.
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
		value, id, err := decodeCursor(p.Cursor)
		if err != nil {
			q.err = err
			return q
		}
		q.And(fmt.Sprintf("(%s, %s) %s (?::text::%s, ?)", o.By, o.ID, op, o.Type), value, id)
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

func (q *Query) bind(text string, args []any) string {
	var b strings.Builder
	n := 0
	for _, r := range text {
		if r != '?' {
			b.WriteRune(r)
			continue
		}
		q.args = append(q.args, args[n])
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
	raw, _ := json.Marshal([]any{value, id})
	return rows, base64.RawURLEncoding.EncodeToString(raw)
}

func decodeCursor(c string) (string, int64, error) {
	raw, err := base64.RawURLEncoding.DecodeString(c)
	if err != nil {
		return "", 0, ErrCursor.Because(err)
	}
	var parts []json.RawMessage
	var value string
	var id int64
	if json.Unmarshal(raw, &parts) != nil || len(parts) != 2 || json.Unmarshal(parts[0], &value) != nil || json.Unmarshal(parts[1], &id) != nil {
		return "", 0, ErrCursor
	}
	return value, id, nil
}

// Like turns what a person typed into a pattern that finds it anywhere, literally.
func Like(typed string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.TrimSpace(typed)) + "%"
}
