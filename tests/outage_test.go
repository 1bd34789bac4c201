package tests

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"klausul/server/app"
	"klausul/server/config"
	"klausul/server/embedded"
	"klausul/server/files"
)

// embeddedServer is a server in this process that runs its own stores below a directory.
type embeddedServer struct {
	dir, url string
	log      *logBook
	cfg      config.Config
}

func newEmbedded(t *testing.T, dir string, options ...app.Option) *embeddedServer {
	t.Helper()
	s := &embeddedServer{dir: dir, log: &logBook{}}
	s.cfg = config.Config{Addr: "127.0.0.1:0", DataDir: dir, LockDays: 1, RateUser: 1e6, RateAnonymous: 1e6}
	options = append(options, app.WithFrontend(fstest.MapFS{"index.html": {Data: []byte("<!doctype html>")}}), app.WithOutput(io.Discard),
		app.WithLogger(slog.New(slog.NewJSONHandler(s.log, &slog.HandlerOptions{Level: slog.LevelWarn}))))
	a, err := app.New(context.WithoutCancel(t.Context()), s.cfg, options...)
	if err != nil {
		t.Fatalf("start the server: %v", err)
	}
	s.url = a.URL()
	ctx, stop := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() { ran <- a.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ran; err != nil {
			t.Errorf("the server ended with: %v", err)
		}
		if err := a.Close(); err != nil {
			t.Errorf("close the server: %v", err)
		}
		if t.Failed() {
			t.Log("the server's log:\n" + s.log.tail())
		}
	})
	return s
}

// attached are the stores of a running server, past the product.
func attached(t testing.TB, dir string) *embedded.Stores {
	t.Helper()
	s, err := embedded.Attach(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func embeddedRegister(t testing.TB, dir string) *register {
	t.Helper()
	return openRegister(t, attached(t, dir).DSN("postgres", "klausul"))
}

// embeddedVault is how the vault of a running server is reached past the product.
func embeddedVault(t testing.TB, dir string) files.Config {
	t.Helper()
	at := attached(t, dir).S3()
	return files.Config{Endpoint: "http://" + at.Host(), AccessKey: at.AccessKey, SecretKey: at.SecretKey, Region: at.Region,
		Transport: at.Transport(), VaultBucket: "klausul-vault"}
}

// auditHolds recomputes the audit trail once all of it is sealed.
func auditHolds(t testing.TB, cfg config.Config) {
	t.Helper()
	var said bytes.Buffer
	eventually(t, 30*time.Second, "everything sealed", func() bool {
		said.Reset()
		if err := app.VerifyAudit(t.Context(), cfg, &said); err != nil {
			t.Fatalf("verify audit: %v\n%s", err, &said)
		}
		return strings.Contains(said.String(), "\nunsealed 0\n")
	})
	if !strings.Contains(said.String(), "\nfaults 0\n") || strings.HasPrefix(said.String(), "seals 0\n") {
		t.Errorf("verify audit says\n%s", &said)
	}
}

// typist saves one field of a draft of its own again and again, and remembers what was acknowledged.
type typist struct {
	c         *client
	path      string
	agreement int64
	version   int // the last acknowledged one
	saved     int
	away      map[string]int // refusals by code
	bad       []string
}

func newTypist(c *client, n int) *typist {
	d := c.draft(fmt.Sprintf("Skriver %d", n))
	return &typist{c: c, agreement: d.Agreement.ID, path: fmt.Sprintf("/api/v1/agreements/%d/answers", d.Agreement.ID), away: map[string]int{}}
}

func (y *typist) text(version int) string { return fmt.Sprintf("udgave %d", version) }

func (y *typist) save() {
	a, err := y.c.try("PATCH", y.path, map[string]any{"path": "service.purpose", "base": y.version, "value": y.text(y.version + 1)})
	if err != nil {
		y.bad = append(y.bad, err.Error())
		return
	}
	code := ""
	if !a.ok() {
		code = decode[problem](y.c.t, a).Code
	}
	switch {
	case a.ok():
		y.version, y.saved = y.version+1, y.saved+1
	case a.status == 409 && code == "agreement.answer_conflict" && y.away["storage.outcome_unknown"] > 0:
		y.version++ // the write whose outcome was unknown had happened; no other's can be there
	case a.status == 503 && (code == "storage.unavailable" || code == "storage.outcome_unknown"):
		y.away[code]++
		if a.header.Get("Retry-After") == "" {
			y.bad = append(y.bad, "no Retry-After: "+a.String())
		}
		time.Sleep(20 * time.Millisecond)
	default:
		y.bad = append(y.bad, a.String())
	}
}

func TestDatabaseRestartsUnderLoad(t *testing.T) {
	t.Parallel()
	s := newEmbedded(t, t.TempDir())
	lawyer := signIn(t, s.url, "jurist")
	typists := []*typist{}
	for n := range 4 {
		typists = append(typists, newTypist(lawyer, n))
	}
	id, b := lawyer.started("Under genstart")
	over := make(chan struct{})
	var all sync.WaitGroup
	for _, y := range typists {
		all.Go(func() {
			for {
				select {
				case <-over:
					return
				default:
					y.save()
				}
			}
		})
	}
	kill := func(how syscall.Signal) {
		pid := attached(t, s.dir).PIDs()["postgres"]
		if err := syscall.Kill(pid, how); err != nil {
			t.Error(err)
		}
		eventually(t, 60*time.Second, "PostgreSQL back", func() bool {
			a, err := lawyer.try("GET", "/api/v1/desk", nil)
			return err == nil && a.ok() && attached(t, s.dir).PIDs()["postgres"] != pid
		})
	}
	eventually(t, 30*time.Second, "the batch in its middle", func() bool { return lawyer.batch(b.ID).Done >= 5 })
	kill(syscall.SIGKILL)
	time.Sleep(300 * time.Millisecond)
	kill(syscall.SIGINT)
	time.Sleep(300 * time.Millisecond)
	close(over)
	all.Wait()

	refusals := 0
	for _, y := range typists {
		if len(y.bad) > 0 {
			t.Errorf("%d answers were neither kept nor a clear refusal, first: %s", len(y.bad), y.bad[0])
		}
		for _, n := range y.away {
			refusals += n
		}
		var kept given
		for _, a := range read[jointDetail](lawyer, fmt.Sprintf("/api/v1/agreements/%d", y.agreement)).Answers {
			kept = a
		}
		// One write more than acknowledged may be there: the one whose outcome was unknown.
		extra := min(1, y.away["storage.outcome_unknown"])
		if y.saved == 0 || kept.Version < y.version || kept.Version > y.version+extra || kept.Value != y.text(kept.Version) {
			t.Errorf("%d writes acknowledged up to version %d, the register has %+v", y.saved, y.version, kept)
		}
	}
	if refusals == 0 {
		t.Error("nobody noticed that PostgreSQL was away: nothing was tried")
	}
	lawyer.finished(b.ID, 60*time.Second)
	r := embeddedRegister(t, s.dir)
	r.exactly98(id)
	r.sealed(id, 60*time.Second)
	vaultHolds(t, r, embeddedVault(t, s.dir), id)
	auditHolds(t, s.cfg)
}

func TestObjectStoreAwayInTheMiddle(t *testing.T) {
	t.Parallel()
	w := newWorld(t, slowS3(20*time.Millisecond))
	lawyer := w.as(t, "jurist")
	id, b := lawyer.started("Uden objektlager")
	lawyer.watch(b.ID, func(b batch) bool { return b.Done < 10 })
	w.s3.Away(true)
	still := lawyer.batch(b.ID)
	eventually(t, 10*time.Second, "the batch waiting", func() bool {
		time.Sleep(700 * time.Millisecond)
		before := still
		still = lawyer.batch(b.ID)
		return before.Done == still.Done
	})
	if still.State != "running" || still.Failed != 0 || still.Done >= members {
		t.Fatalf("while the store is away the batch is %+v", still)
	}
	if lines := read[listOf[batchLine]](lawyer, fmt.Sprintf("/api/v1/batches/%d/items?state=pending", b.ID)).Items; len(lines) != members-still.Done {
		t.Errorf("%d lines wait, %d are done", len(lines), still.Done)
	}
	made := read[listOf[own]](lawyer, fmt.Sprintf("/api/v1/accessions?agreement=%d&limit=1", id)).Items[0]
	lawyer.refused(503, "files.unavailable", "GET", fmt.Sprintf("/api/v1/accessions/%d/documents/pdf", made.ID), nil)
	ready := func() answer { return (&client{t: t, url: w.url}).do("GET", "/readyz", nil) }
	away := func() bool {
		a := ready()
		return a.status == 503 && strings.Contains(string(a.body), `"files":"away"`) && strings.Contains(string(a.body), `"postgres":"ok"`)
	}
	if !away() {
		t.Errorf("readyz says %s", ready())
	}
	if live := (&client{t: t, url: w.url}).do("GET", "/healthz", nil); live.status != 200 {
		t.Errorf("healthz says %s", live)
	}
	endedStream(t, w, b.ID)
	// Back, and gone again in the middle of a transfer.
	w.s3.AwayAfter(300 << 10)
	eventually(t, 10*time.Second, "the store back", func() bool { return ready().status == 200 })
	eventually(t, 40*time.Second, "the store gone again", away)
	time.Sleep(time.Second)
	w.s3.Away(false)
	lawyer.finished(b.ID, 60*time.Second)
	r := w.register(t)
	r.exactly98(id)
	r.sealed(id, 60*time.Second)
	vaultHolds(t, r, w.s3.Config, id)
	lawyer.download(made.ID, "pdf")
}

// endedStream shows that a stream ends with the session that it was opened in.
func endedStream(t *testing.T, w *world, running int64) {
	t.Helper()
	c := w.as(t, "tilsyn")
	ended := make(chan int)
	opened := make(chan struct{})
	var once sync.Once
	go func() {
		seen := c.watch(running, func(batch) bool { once.Do(func() { close(opened) }); return true })
		ended <- len(seen)
	}()
	<-opened
	if a := c.do("DELETE", "/api/v1/session", nil); a.status != 204 {
		t.Fatalf("sign out: %s", a)
	}
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		t.Error("20 s after signing out the stream still runs")
	}
}

// TestObjectStoreFull lets the store answer that it has no room, as servers of others do.
func TestObjectStoreFull(t *testing.T) {
	t.Parallel()
	var room sync.Map
	full := app.WithS3Transport(func(next http.RoundTripper) http.RoundTripper {
		return trip(func(r *http.Request) (*http.Response, error) {
			if _, isFull := room.Load("full"); !isFull || r.Method != http.MethodPut {
				time.Sleep(5 * time.Millisecond)
				return next.RoundTrip(r)
			}
			if r.Body != nil {
				r.Body.Close()
			}
			const said = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>XMinioStorageFull</Code><Message>no room</Message></Error>`
			return &http.Response{StatusCode: 507, Status: "507 Insufficient Storage", ProtoMajor: 1, ProtoMinor: 1, Request: r,
				Header: http.Header{"Content-Type": {"application/xml"}}, ContentLength: int64(len(said)), Body: io.NopCloser(strings.NewReader(said))}, nil
		})
	})
	w := newWorld(t, full)
	lawyer := w.as(t, "jurist")
	id, b := lawyer.started("Uden plads")
	lawyer.watch(b.ID, func(b batch) bool { return b.Done < 10 })
	room.Store("full", true)
	time.Sleep(2 * time.Second)
	still := lawyer.batch(b.ID)
	if still.State != "running" || still.Failed != 0 || still.Done >= members {
		t.Fatalf("without room the batch is %+v", still)
	}
	made := read[listOf[own]](lawyer, fmt.Sprintf("/api/v1/accessions?agreement=%d&limit=1", id)).Items[0]
	lawyer.download(made.ID, "pdf") // what is there can be read
	room.Delete("full")
	lawyer.finished(b.ID, 60*time.Second)
	r := w.register(t)
	r.exactly98(id)
	r.sealed(id, 60*time.Second)
	vaultHolds(t, r, w.s3.Config, id)
}

const smallDisk = "KLAUSUL_TEST_SMALL_DISK"

// TestDiskFull runs itself once more with mounts of its own and fills the one disk that
// holds everything, under a running batch.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	if os.Getenv(smallDisk) != "" {
		diskFull(t)
		return
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe, "-test.run=^TestDiskFull$", "-test.v")
	cmd.Env = append(os.Environ(), smallDisk+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWUSER,
			UidMappings: []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}}, GidMappings: []syscall.SysProcIDMap{{HostID: os.Getegid(), Size: 1}}}
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func diskFull(t *testing.T) {
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=220m"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(disk, syscall.MNT_DETACH) }) // the mount ends with this process anyway
	s := newEmbedded(t, filepath.Join(disk, "data"))
	lawyer := signIn(t, s.url, "jurist")
	d := lawyer.draft("Fuld disk")
	lawyer.answerAll(d)
	id := d.Agreement.ID
	ballast := filepath.Join(disk, "ballast")
	fill(t, disk, ballast, 3<<20)
	b := lawyer.release(id)
	// It waits, and whoever looks is answered.
	eventually(t, 60*time.Second, "the disk full", func() bool { return free(t, disk) < 200<<10 })
	time.Sleep(3 * time.Second)
	fill(t, disk, ballast+"2", 0)
	a, err := lawyer.try("PATCH", fmt.Sprintf("/api/v1/agreements/%d/answers", d.Agreement.ID), map[string]any{"path": "service.purpose", "base": 1, "value": "x"})
	if err != nil || a.status != 409 && a.status != 503 {
		t.Errorf("on a full disk a change is answered with %s, %v", a, err)
	}
	if a, err := lawyer.try("GET", fmt.Sprintf("/api/v1/batches/%d", b.ID), nil); err == nil && a.ok() {
		if now := decode[batch](t, a); now.State != "running" || now.Done >= members {
			t.Errorf("on a full disk the batch is %+v", now)
		}
		for _, line := range read[listOf[batchLine]](lawyer, fmt.Sprintf("/api/v1/batches/%d/items?state=failed", b.ID)).Items {
			if !slices.Contains([]string{"files.disk_full", "storage.unavailable"}, line.Code) {
				t.Errorf("%s failed with %q", line.Organisation.Name, line.Code)
			}
		}
	} else if err != nil || a.status != 503 {
		t.Errorf("on a full disk the batch cannot be looked at: %s, %v", a, err)
	}
	for _, f := range []string{ballast, ballast + "2"} {
		if err := os.Remove(f); err != nil {
			t.Fatal(err)
		}
	}
	lawyer.finished(b.ID, 90*time.Second)
	r := embeddedRegister(t, s.dir)
	r.exactly98(id)
	r.sealed(id, 60*time.Second)
	vaultHolds(t, r, embeddedVault(t, s.dir), id)
	auditHolds(t, s.cfg)
}

func free(t *testing.T, disk string) int64 {
	t.Helper()
	var s syscall.Statfs_t
	if err := syscall.Statfs(disk, &s); err != nil {
		t.Fatal(err)
	}
	return int64(s.Bavail) * s.Bsize
}

// fill writes until only so many bytes are left.
func fill(t *testing.T, disk, name string, left int64) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for chunk := make([]byte, 64<<10); free(t, disk) > left; {
		if _, err := f.Write(chunk); err != nil {
			return // there is no room for another one
		}
	}
}
