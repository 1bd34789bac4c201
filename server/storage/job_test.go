package storage_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"klausul/server/access"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
)

// once is a job that may stand in the queue only once.
type once struct {
	Batch int64 `json:"batch"`
}

func (once) Kind() string { return "test.once" }

func enqueue(scope access.Scope, s *storage.Store, t *testing.T, args storage.Job, options ...storage.JobOption) error {
	t.Helper()
	return s.Write(t.Context(), scope, "test.enqueue", func(tx *storage.Tx) error {
		tx.Enqueue(args, options...)
		return nil
	})
}

func TestMembersSeeTheirOwnJobs(t *testing.T) {
	t.Parallel()
	w := buildWall(t)
	w.Store = w.Open(nil)
	for who, args := range map[string]remind{"viborg": {1}, "randers": {2}, "ex": {3}, "office": {4}} {
		if err := enqueue(w.ScopeOf(w.token[who]), w.Store, t, args); err != nil {
			t.Fatalf("%s: %v", who, err)
		}
	}
	if err := enqueue(access.System("test.sweep"), w.Store, t, remind{5}); err != nil {
		t.Fatalf("job: %v", err)
	}
	for column, want := range map[string]string{
		"viborg": "1", "randers": "2", "ex": "3", "future": "-", "nobody": "-", "office": "1,2,3,4,5", "board": "!", "job viborg": "1,2,3,4,5", "job none": "1,2,3,4,5",
	} {
		w.labels["river_job"] = "args ->> 'accession'"
		for who, s := range situations(column) {
			want := want
			if s.login == access.LoginMember && s.token == "office" {
				want = "4" // a session sees its own jobs through whichever login
			}
			if got := w.seen(t, s, "river_job"); got != want {
				t.Errorf("%s sees the jobs %s, want %s", who, got, want)
			}
		}
	}
	own := fmt.Sprint(w.Actor(w.token["viborg"]).Session)
	for act, c := range map[string]struct{ sql, want string }{
		"a job in its own name":     {"insert into river_job (kind, args, max_attempts, metadata) values ('x', '{}', 1, '{\"session\": " + own + "}')", "1"},
		"a job in another's name":   {"insert into river_job (kind, args, max_attempts, metadata) values ('x', '{}', 1, '{\"session\": 2}')", "!"},
		"a job of the house":        {"insert into river_job (kind, args, max_attempts, metadata) values ('x', '{}', 1, '{\"session\": 0}')", "!"},
		"a job in nobody's name":    {"insert into river_job (kind, args, max_attempts) values ('x', '{}', 1)", "!"},
		"another kind for all":      {"update river_job set kind = 'y'", "1"},
		"other arguments":           {"update river_job set args = '{}'", "!"},
		"another session":           {"update river_job set metadata = '{}'", "!"},
		"cancelling":                {"update river_job set state = 'cancelled', finalized_at = now()", "!"},
		"removing":                  {"delete from river_job", "!"},
		"leading":                   {"insert into river_leader values (now(), now(), 'x', 'default')", "!"},
		"a word in everybody's ear": {"insert into river_notification (payload, topic) values ('x', 'x')", "!"},
	} {
		if got := w.done(t, situation{login: access.LoginMember, token: "viborg"}, c.sql); got != c.want {
			t.Errorf("%s: %s, want %s", act, got, c.want)
		}
	}
	for _, token := range nobodies {
		s := situation{login: access.LoginMember, token: token}
		if got := w.done(t, s, "insert into river_job (kind, args, max_attempts, metadata) values ('x', '{}', 1, '{\"session\": "+own+"}')"); got != "!" {
			t.Errorf("session %s adds a job in viborg's name: %s", token, got)
		}
	}
}

func TestEnqueueOptionsAndMetadata(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	at := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	err := h.Store.Write(t.Context(), h.office, "test.enqueue", func(tx *storage.Tx) error {
		tx.Enqueue(remind{1}, storage.Queue("mail"), storage.At(at))
		tx.Enqueue(remind{2})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	got := storagetest.One[string](h.Env, `select string_agg(concat_ws(' ', args ->> 'accession', queue, state, scheduled_at = $1, metadata ->> 'action', (metadata ->> 'session')::bigint = $2), '; ' order by id) from river_job`,
		at, h.office.Actor().Session)
	if want := "1 mail scheduled t test.enqueue t; 2 default available f test.enqueue t"; got != want {
		t.Errorf("jobs: %s\nwant: %s", got, want)
	}
}

// A unique job that another session has queued is refused, not lost in silence.
func TestUniqueJobOfAnotherSession(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	unique := func(o *river.InsertOpts) { o.UniqueOpts = river.UniqueOpts{ByArgs: true} }
	viborg, randers := h.Scope(access.ContactPerson, h.viborg), h.Scope(access.ContactPerson, h.randers)
	for _, scope := range []access.Scope{viborg, viborg} {
		if err := enqueue(scope, h.Store, t, once{1}, unique); err != nil {
			t.Fatal(err)
		}
	}
	if err := enqueue(randers, h.Store, t, once{1}, unique); code(err) != "42501" {
		t.Errorf("the same job of another session: %v, want 42501", err)
	}
	if err := enqueue(h.office, h.Store, t, once{1}, unique); err != nil {
		t.Errorf("the office: %v", err)
	}
	if n := h.count("select count(*) from river_job"); n != 1 {
		t.Errorf("%d jobs, want 1", n)
	}
}

type reminder struct {
	river.WorkerDefaults[remind]
	ran chan int64
}

func (r *reminder) Work(_ context.Context, job *river.Job[remind]) error {
	r.ran <- job.Args.Accession
	return nil
}

// River leads, fetches, works and cleans up with no more than the job login's rights.
func TestJobsRunAsTheJobLogin(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := &reminder{ran: make(chan int64, 10)}
	workers := river.NewWorkers()
	river.AddWorker(workers, r)
	var logged strings.Builder
	client, err := river.NewClient(riverpgxv5.New(h.Store.Pool(access.LoginJob)), &river.Config{
		Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 2}}, Workers: workers,
		Logger: slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelWarn})),
		PeriodicJobs: []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(time.Hour),
			func() (river.JobArgs, *river.InsertOpts) { return remind{99}, nil }, &river.PeriodicJobOpts{RunOnStart: true})},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	defer cancel()
	if err := client.Start(ctx); err != nil {
		t.Fatal(err)
	}
	want := []int64{1, 2, 3, 99}
	for i, scope := range []access.Scope{h.Scope(access.ContactPerson, h.viborg), h.office, access.System("test").For(h.randers)} {
		if err := enqueue(scope, h.Store, t, remind{int64(i + 1)}); err != nil {
			t.Fatal(err)
		}
	}
	// A write that fails runs no job.
	if err := h.Store.Write(t.Context(), h.office, "test", func(tx *storage.Tx) error { tx.Enqueue(remind{50}); return context.DeadlineExceeded }); err == nil {
		t.Error("the write did not fail")
	}
	var got []int64
	for range want {
		select {
		case n := <-r.ran:
			got = append(got, n)
		case <-time.After(time.Minute):
			t.Fatalf("only the jobs %v ran; River says:\n%s", got, logged.String())
		}
	}
	stopping, stop := context.WithTimeout(ctx, 30*time.Second)
	defer stop()
	if err := client.Stop(stopping); err != nil {
		t.Fatal(err)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("the jobs %v ran, want %v", got, want)
	}
	if n := h.count("select count(*) from river_job where state = 'completed'"); n != len(want) {
		t.Errorf("%d jobs are completed, want %d", n, len(want))
	}
	if strings.Contains(logged.String(), "42501") || strings.Contains(logged.String(), "permission denied") {
		t.Errorf("River was refused something:\n%s", logged.String())
	}
	var found []string
	rows, err := h.Conn(storage.Admin).Query(t.Context(), "select name from river_queue")
	if err == nil {
		found, err = pgx.CollectRows(rows, pgx.RowTo[string])
	}
	if err != nil || !slices.Equal(found, []string{"default"}) {
		t.Errorf("queues %v %v", found, err)
	}
}
