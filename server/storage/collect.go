package storage

import (
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
)

// fields are the fields of each struct type that rows were read into, by column name.
var fields sync.Map // reflect.Type -> map[string][]int

// collectRows reads all rows into structs by column name, and closes them. Every column
// needs a field, by its tag db or else its name, and every field a column. The names are
// looked up once per result: for a page of a list, pgx does it fifty times.
func collectRows[T any](rows pgx.Rows) ([]T, error) {
	defer rows.Close()
	var targets []any
	var at [][]int
	found := []T{}
	for rows.Next() {
		if at == nil {
			var err error
			if at, err = places(reflect.TypeFor[T](), rows); err != nil {
				return nil, err
			}
			targets = make([]any, len(at))
		}
		var none T
		found = append(found, none)
		row := reflect.ValueOf(&found[len(found)-1]).Elem()
		for i, index := range at {
			targets[i] = row.FieldByIndex(index).Addr().Interface()
		}
		if err := rows.Scan(targets...); err != nil {
			return nil, err
		}
	}
	return found, rows.Err()
}

// places finds the field of each column.
func places(t reflect.Type, rows pgx.Rows) ([][]int, error) {
	known, ok := fields.Load(t)
	if !ok {
		known, _ = fields.LoadOrStore(t, columns(t, nil, map[string][]int{}))
	}
	byName := known.(map[string][]int)
	at := make([][]int, 0, len(byName))
	seen := map[string]bool{}
	for _, d := range rows.FieldDescriptions() {
		name := strings.ReplaceAll(d.Name, "_", "")
		index, ok := byName[name]
		if !ok || seen[name] {
			return nil, fmt.Errorf("storage: the column %s has no field of its own in %s", d.Name, t)
		}
		seen[name] = true
		at = append(at, index)
	}
	for name := range byName {
		if !seen[name] {
			return nil, fmt.Errorf("storage: no column %s for a field of %s", name, t)
		}
	}
	return at, nil
}

// columns lists the fields, those of embedded structs too, under the names of their
// columns in small letters without underscores.
func columns(t reflect.Type, path []int, into map[string][]int) map[string][]int {
	for i := range t.NumField() {
		f := t.Field(i)
		index := append(append([]int{}, path...), i)
		name, tagged := f.Tag.Lookup("db")
		switch {
		case f.Anonymous && !tagged:
			columns(f.Type, index, into)
		case name == "-" || !f.IsExported():
		case tagged:
			into[strings.ReplaceAll(name, "_", "")] = index
		default:
			into[strings.ToLower(f.Name)] = index
		}
	}
	return into
}
