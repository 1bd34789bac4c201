package embedded

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"testing"
	"time"
)

// parentEnv turns the test binary into a program that owns stores, so that
// tests can kill it and run it as other users.
const parentEnv = "EMBEDDED_TEST_PARENT"

func TestMain(m *testing.M) {
	if dir := os.Getenv(parentEnv); dir != "" {
		os.Unsetenv(parentEnv)
		os.Exit(parent(dir))
	}
	os.Exit(m.Run())
}

// report is what the parent program says when its stores run.
type report struct {
	DSN  string
	S3   S3Endpoint
	PIDs map[string]int
}

func parent(dir string) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	s, err := Start(ctx, Options{Dir: dir, Postgres: true, S3: true})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	json.NewEncoder(os.Stdout).Encode(report{s.DSN("postgres", "postgres"), s.S3(), s.PIDs()})
	<-ctx.Done()
	end, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := s.Stop(end); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}
