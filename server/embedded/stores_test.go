package embedded

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

func TestStartStop(t *testing.T) {
	ctx := context.Background()
	for range 2 {
		at := time.Now()
		s, err := Temporary(ctx, Options{Postgres: true, S3: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Log("cold", time.Since(at), s.PIDs())
		c, err := pgx.Connect(ctx, s.DSN("postgres", "postgres"))
		if err != nil {
			t.Fatal(err)
		}
		var v string
		if err := c.QueryRow(ctx, "select version()").Scan(&v); err != nil {
			t.Fatal(err)
		}
		t.Log(v)
		c.Close(ctx)
		at = time.Now()
		if err := s.Stop(ctx); err != nil {
			t.Fatal(err)
		}
		t.Log("stop", time.Since(at))
	}
}
