package agreement

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"klausul/server/clause"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/storage"
)

// ErrOutdated refuses to send, agree on or release a text with agreed clauses that were
// written to other answers, until somebody confirmed their wording.
var ErrOutdated = fault.New(fault.Conflict, "agreement.clause_outdated")

// Outdated is an agreed clause that the template would word otherwise today than when it was
// agreed: the choices and conditions of the template's clause have no hold on it any more.
type Outdated struct {
	Key, Number, Heading string
	Moved                []Rested
	Seen                 string // what a confirmation confirms: the wording, and what it would rest on
}

// Rested is an answer, or a fact of the register, that a clause rests on, as it was and is.
type Rested struct{ Path, Label, Was, Is string }

// bases are what the clauses rest on: by key, then by path.
type bases map[string]map[string]any

// OutdatedClauses finds the agreed clauses of a draft that are out of date.
func OutdatedClauses(tx *storage.Tx, d Detail) ([]Outdated, error) {
	if len(d.Negotiated) == 0 {
		return nil, nil
	}
	row, _, err := storage.Find[struct {
		Raw json.RawMessage `db:"rests_on"`
	}](tx, "select rests_on from agreement_version where id = $1", d.VersionID)
	if err != nil {
		return nil, err
	}
	var on bases
	if err := json.Unmarshal(row.Raw, &on); err != nil {
		return nil, fmt.Errorf("read what the clauses of version %d rest on: %w", d.VersionID, err)
	}
	return d.outdated(on)
}

// UpToDate refuses with ErrOutdated, which names the clauses.
func UpToDate(tx *storage.Tx, d Detail) error {
	late, err := OutdatedClauses(tx, d)
	if err != nil || len(late) == 0 {
		return err
	}
	told := make([]string, len(late))
	for i, o := range late {
		told[i] = o.told()
	}
	return ErrOutdated.With("clauses", strings.Join(told, "; "))
}

// told is the clause with the questions that were answered otherwise: "7.3 (Varsel)".
func (o Outdated) told() string {
	labels := make([]string, len(o.Moved))
	for i, m := range o.Moved {
		labels[i] = m.Label
	}
	return fmt.Sprintf("%s (%s)", o.Number, strings.Join(labels, ", "))
}

// Confirm says of an out-of-date clause that its wording holds all the same; seen is what was
// looked at. One that is not out of date stays as it is. It refuses with ErrOutdated when
// something else stands there by now.
func Confirm(tx *storage.Tx, d Detail, key, seen string) error {
	if err := tx.Lock("agreement_version where id = $1", d.VersionID); err != nil {
		return err
	}
	if d.State != Draft {
		return ErrOffered
	}
	late, err := OutdatedClauses(tx, d)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(late, func(o Outdated) bool { return o.Key == key })
	if i < 0 {
		tx.Continues()
		return nil
	}
	if late[i].Seen != seen {
		return ErrOutdated.With("clauses", late[i].told())
	}
	was, is := map[string]any{"clause": key}, map[string]any{"clause": key}
	for _, m := range late[i].Moved {
		was[m.Path], is[m.Path] = m.Was, m.Is
	}
	tx.Record("agreement", d.ID, 0, was, is)
	return Rest(tx, d, key)
}

// Rest writes down that the wording of the clauses rests on what stands in the draft now: of
// those with the keys, or of all.
func Rest(tx *storage.Tx, d Detail, keys ...string) error {
	raw, err := json.Marshal(d.rests(keys...))
	if err != nil {
		return err
	}
	_, err = tx.Pgx().Exec(tx.Context(), "update agreement_version set rests_on = rests_on || $2 where id = $1 and state = 'draft'", d.VersionID, raw)
	return err
}

// rests are what the clauses with the keys, or all of them, rest on as the text stands.
func (d Detail) rests(keys ...string) bases {
	on := bases{}
	for _, c := range d.plain {
		if len(keys) == 0 || slices.Contains(keys, c.Key) {
			on[c.Key] = d.basis(c)
		}
	}
	return on
}

// basis is what stands where the template's clause looks, by path; what is empty is left out.
func (d Detail) basis(c clause.Clause) map[string]any {
	f, out := d.shared(), map[string]any{}
	for _, path := range c.Paths() {
		if rows, known := f.Collections[path]; known {
			out[path] = rows
		} else if fact := f.Facts[path]; fact != "" {
			out[path] = fact
		} else if asked, known := field.Find(f.Fields, path); known && f.Values.Of(asked) != nil {
			out[path] = f.Values.Of(asked)
		}
	}
	return out
}

func (d Detail) outdated(on bases) ([]Outdated, error) {
	var out []Outdated

	for _, n := range d.Negotiated {
		i := slices.IndexFunc(d.plain, func(c clause.Clause) bool { return c.Key == n.Key })
		was, known := on[n.Key]
		if i < 0 || !known {
			continue
		}
		is, err := plainly(d.basis(d.plain[i]))
		if err != nil {
			return nil, err
		}
		reads := func(basis map[string]any) string { return d.reads(d.plain[i], n, basis) }
		before := reads(was)
		if before == reads(is) {
			continue
		}
		o := Outdated{Key: n.Key, Number: n.Clause.Number, Heading: n.Clause.Heading, Seen: seen(n, is)}
		var all []Rested
		for _, path := range d.plain[i].Paths() {
			if reflect.DeepEqual(was[path], is[path]) {
				continue
			}
			m, alone := d.rested(path, was[path], is[path]), maps.Clone(was)
			all = append(all, m)
			if alone[path] = is[path]; reads(alone) != before {
				o.Moved = append(o.Moved, m)
			}
		}
		if len(o.Moved) == 0 { // none of them changes it without another
			o.Moved = all
		}
		out = append(out, o)
	}
	return out, nil
}

func seen(n Negotiated, basis map[string]any) string {
	raw, err := json.Marshal([]any{n.Clause, basis})
	if err != nil {
		panic(err) // it came from JSON
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// plainly gives values as they are read back from the database.
func plainly(values map[string]any) (out map[string]any, err error) {
	raw, err := json.Marshal(values)
	if err == nil {
		err = json.Unmarshal(raw, &out)
	}
	return out, err
}

// reads is the template's clause as it would read on a basis, with the names of those places
// that the agreed wording still fills in by itself. Of one that was left out only what the
// template would have of it counts, not what is filled in.
func (d Detail) reads(c clause.Clause, n Negotiated, basis map[string]any) string {
	now, f := d.shared(), d.shared()
	follows := n.Clause.Paths()
	if n.Kind == NegotiatedGone {
		follows = c.Paths()
	}
	for _, path := range c.Paths() {
		delete(f.Values, path)
		rows, list := basis[path].([]any)
		if _, register := f.Collections[path]; register && list {
			f.Collections[path] = cellsOf(rows)
		} else if fact, is := basis[path].(string); is && now.Facts[path] != "" {
			f.Facts[path] = fact
		} else if basis[path] != nil {
			f.Values[path] = basis[path]
		}
	}
	filled := func(path string) bool {
		_, asked := field.Find(f.Fields, path)
		return slices.Contains(follows, path) && (asked || now.Facts[path] != "" || now.Collections[path] != nil)
	}
	var text strings.Builder
	for _, b := range clause.Fill([]clause.Clause{c}, f)[0].Blocks {
		if b.Table != nil && filled(b.Table.Collection) {
			text.WriteString(b.Table.Collection + "\n")
			continue
		}
		for _, line := range (clause.Clause{Blocks: []clause.Block{b}}).Lines() {
			for _, s := range line {
				if s.Kind == clause.FillIn && filled(s.Field) {
					s.Text = s.Field
				}
				text.WriteString(s.Text)
			}
			text.WriteByte('\n')
		}
	}
	return text.String()
}

func cellsOf(rows []any) []map[string]string {
	out := make([]map[string]string, 0, len(rows))
	for _, row := range rows {
		cells := map[string]string{}
		if of, ok := row.(map[string]any); ok {
			for column, value := range of {
				cells[column] = fmt.Sprint(value)
			}
		}
		out = append(out, cells)
	}
	return out
}

// collections are what the register's rows are called; what is asked for has a label of its own.
var collections = map[string]map[string]string{"da": {"systems": "Systemer"}, "en": {"systems": "Systems"}}

// rested is a value before and now, as a person reads it.
func (d Detail) rested(path string, was, is any) Rested {
	f, asked := field.Find(d.Tree.Fields, path)
	tell := func(v any) string {
		if asked {
			return shown(f, v, d.Tree.Language)
		}
		switch v := v.(type) {
		case string:
			return v
		case []any:
			var names []string
			for _, row := range cellsOf(v) {
				names = append(names, row["name"])
			}
			return field.Enumerate(names, d.Tree.Language)
		}
		return ""
	}
	return Rested{path, cmp.Or(f.Label, collections[d.Tree.Language][path], path), tell(was), tell(is)}
}
