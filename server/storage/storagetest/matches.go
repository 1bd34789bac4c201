package storagetest

import (
	"fmt"
	"reflect"
	"sort"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm/schema"
)

// MatchesTable fails the test when a field of the GORM struct has no column in the
// table, or is of a kind that the column cannot hold, or cannot hold its null.
// row is a pointer to the struct; columns that the struct leaves out are fine.
func MatchesTable(t *testing.T, e *Env, row any, table string) {
	t.Helper()
	for _, f := range mismatches(e, row, table) {
		t.Error(f)
	}
}

type column struct {
	kind     string
	nullable bool
}

func mismatches(e *Env, row any, table string) []string {
	e.t.Helper()
	s, err := schema.Parse(row, &sync.Map{}, schema.NamingStrategy{})
	if err != nil {
		return []string{fmt.Sprintf("%T is no GORM struct: %v", row, err)}
	}
	columns := e.columns(table)
	if len(columns) == 0 {
		return []string{fmt.Sprintf("%T: there is no table %s", row, table)}
	}
	var faults []string
	for _, f := range s.Fields {
		if f.DBName == "" {
			continue
		}
		c, ok := columns[f.DBName]
		switch {
		case !ok:
			faults = append(faults, fmt.Sprintf("%T.%s: table %s has no column %s", row, f.Name, table, f.DBName))
		case !holds(f.FieldType, c.kind):
			faults = append(faults, fmt.Sprintf("%T.%s: a %s cannot be the column %s.%s, which is %s", row, f.Name, f.FieldType, table, f.DBName, c.kind))
		case c.nullable && !takesNull(f.FieldType):
			faults = append(faults, fmt.Sprintf("%T.%s: the column %s.%s may be null, %s cannot", row, f.Name, table, f.DBName, f.FieldType))
		}
	}
	sort.Strings(faults)
	return faults
}

func (e *Env) columns(table string) map[string]column {
	e.t.Helper()
	rows, err := e.admin.Query(e.ctx(), `select column_name, udt_name, is_nullable = 'YES' from information_schema.columns
		where table_schema = 'public' and table_name = $1`, table)
	if err != nil {
		e.t.Fatal(err)
	}
	defer rows.Close()
	found := map[string]column{}
	for rows.Next() {
		var name string
		var c column
		if err := rows.Scan(&name, &c.kind, &c.nullable); err != nil {
			e.t.Fatal(err)
		}
		found[name] = c
	}
	if err := rows.Err(); err != nil {
		e.t.Fatal(err)
	}
	return found
}

// fits lists the PostgreSQL types that each kind of Go value holds without loss.
var fits = map[string]string{
	"bool": "bool", "int16": "int2", "int32": "int2 int4", "int64": "int2 int4 int8", "int": "int2 int4 int8",
	"float64": "float4 float8", "string": "text varchar bpchar uuid date jsonb", "bytes": "bytea jsonb",
	"time": "timestamptz date", "uuid": "uuid",
}

func holds(t reflect.Type, udt string) bool {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	kind := t.Kind().String()
	switch {
	case t.PkgPath() == "time" && t.Name() == "Time":
		kind = "time"
	case t.PkgPath() == "github.com/google/uuid":
		kind = "uuid"
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
		kind = "bytes"
	case t.Kind() == reflect.Struct || t.Kind() == reflect.Map || t.Kind() == reflect.Slice:
		return udt == "jsonb" || strings.HasPrefix(udt, "_") // by a serializer or as an array
	}
	for _, f := range strings.Fields(fits[kind]) {
		if f == udt {
			return true
		}
	}
	return false
}

func takesNull(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return true
	}
	_, scans := reflect.PointerTo(t).MethodByName("Scan")
	return scans && t.PkgPath() != "github.com/google/uuid"
}
