package jobs

import (
	"context"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/document"
	"klausul/server/duplicate"
	"klausul/server/fault"
	"klausul/server/files/filestest"
	"klausul/server/intake"
	"klausul/server/member"
	"klausul/server/notify"
	"klausul/server/render"
	"klausul/server/report"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
	"klausul/server/system"
	"klausul/server/task"
)

func services(t *testing.T, e *storagetest.Env) Services {
	tasks, s3 := task.New(e.Store), filestest.New(t).Store
	documents := document.New(e.Store, s3)
	return Services{Store: e.Store, Members: member.New(e.Store), Users: member.NewUsers(e.Store), Tasks: tasks, Documents: documents, Imports: intake.New(e.Store, s3, documents),
		Agreements: agreement.New(e.Store, documents, render.NewPDF()), Reports: report.New(e.Store, tasks),
		Systems: system.New(e.Store), Duplicates: duplicate.New(e.Store), Todos: task.NewTodos(e.Store), Notify: notify.New(e.Store, notify.Post{})}
}

// kinds are the names of all jobs that a folder's source declares, by the type's method Kind.
func kinds(t *testing.T, root string) (all []string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, ".gen.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, declared := range file.Decls {
			method, ok := declared.(*ast.FuncDecl)
			if !ok || method.Recv == nil || method.Name.Name != "Kind" || len(method.Body.List) != 1 {
				continue
			}
			if says, ok := method.Body.List[0].(*ast.ReturnStmt); ok && len(says.Results) == 1 {
				if name, ok := says.Results[0].(*ast.BasicLit); ok {
					all = append(all, strings.Trim(name.Value, `"`))
				}
			}
		}
		return nil
	}))
	return all
}

// named is a job by its name alone.
type named string

func (n named) Kind() string { return string(n) }

func TestEveryKindHasAWorkerAndEveryTickAName(t *testing.T) {
	t.Parallel()
	r, err := New(services(t, storagetest.New(t)), 1, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	var unknown *river.UnknownJobKindError
	_, err = r.client.Insert(t.Context(), named("nobody.works_this"), nil)
	require.ErrorAs(t, err, &unknown, "the queue tells what has no worker")

	all, ticking := kinds(t, ".."), kinds(t, ".")
	require.Contains(t, all, agreement.PaperJob{}.Kind())
	require.Greater(t, len(all), len(ticking))
	for _, kind := range all {
		_, err := r.client.Insert(t.Context(), named(kind), nil)
		require.NoError(t, err, "%s has no worker", kind)
	}
	require.Len(t, schedule(), len(ticking), "every job of the clock is in its list, and nothing else")
}

func TestRetryable(t *testing.T) {
	var snooze *river.JobSnoozeError
	require.ErrorAs(t, retryable(storage.ErrUnavailable), &snooze, "what is away is waited for")
	var cancel *river.JobCancelError
	require.ErrorAs(t, retryable(fault.ErrNotFound), &cancel, "what is gone is given up")
	plain := errors.New("broken")
	require.Equal(t, plain, retryable(plain))
	require.NoError(t, retryable(nil))
}

func TestTheClockSealsAndCounts(t *testing.T) {
	t.Parallel()
	e := storagetest.New(t)
	e.Member("Viborg Kommune")
	require.NoError(t, e.Store.Write(t.Context(), e.Scope(access.Lawyer, 0), "test.act", func(*storage.Tx) error { return nil }))
	r, err := New(services(t, e), 2, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.NoError(t, r.Start(t.Context()))
	t.Cleanup(func() {
		ctx, done := context.WithTimeout(context.Background(), 10*time.Second)
		defer done()
		require.NoError(t, r.Stop(ctx))
	})
	require.Eventually(t, func() bool {
		return storagetest.One[int](e, "select count(*) from audit_seal") > 0 &&
			storagetest.One[int](e, "select coalesce(sum(value), 0)::int from figure where key = 'members'") == 1
	}, 30*time.Second, 100*time.Millisecond)
}

func TestTakeUpGivesADeadServersJobsBack(t *testing.T) {
	t.Parallel()
	e := storagetest.New(t)
	scope := e.Scope(access.Lawyer, 0)
	require.NoError(t, e.Store.Write(t.Context(), scope, "test.enqueue", func(tx *storage.Tx) error {
		tx.Enqueue(task.ItemJob{Batch: 1, Organisation: 1, Run: 1})
		return nil
	}))
	e.Exec("update river_job set state = 'running', attempt = 1, attempted_at = now()")
	n, err := TakeUp(t.Context(), e.Store)
	require.NoError(t, err)
	require.Equal(t, int64(1), n)
	require.Equal(t, "available", storagetest.One[string](e, "select state::text from river_job"))
}
