package tests

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"klausul/server/config"
	"klausul/server/storage/storagetest"
)

// nothingLeft waits until no process works on the data any more.
func nothingLeft(t *testing.T, dir string) {
	t.Helper()
	var left []string
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if left = workingIn(t, dir); len(left) == 0 {
			return
		}
	}
	t.Fatalf("left behind: %v", left)
}

// TestKilledInTheMiddle kills the real program on its own stores in the middle of a
// batch, alone and with its whole group, and starts it again on the same data.
func TestKilledInTheMiddle(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	server := launch(t, "KLAUSUL_DATA_DIR="+dir)
	if len(workingIn(t, dir)) < 2 {
		t.Fatalf("the stores are not seen at work: %v", workingIn(t, dir))
	}
	lawyer := signIn(t, server.url, "jurist")
	id, b := lawyer.started("Slået ihjel")
	for _, group := range []bool{false, true} {
		from := lawyer.batch(b.ID).Done
		lawyer.watch(b.ID, func(b batch) bool { return b.Done < from+15 })
		if group {
			server.killGroup()
		} else {
			server.kill()
		}
		nothingLeft(t, dir)
		server = launch(t, "KLAUSUL_DATA_DIR="+dir)
		lawyer.url = server.url // the session outlives the server
		if now := lawyer.batch(b.ID); now.Done < from+15 || now.Done >= members {
			t.Fatalf("killed at %d or more, taken up at %+v", from+15, now)
		}
	}
	// The jobs in hand are taken up at once, not after the minute that replicas wait.
	lawyer.finished(b.ID, 50*time.Second)
	r := embeddedRegister(t, dir)
	r.exactly98(id)
	r.sealed(id, 40*time.Second)
	vaultHolds(t, r, embeddedVault(t, dir), id)
	t.Run("the audit trail holds", func(t *testing.T) { verified(t, dir, r) })
	t.Run("a changed row is named", func(t *testing.T) { tampered(t, dir, server.url, r) })
	if err := server.stop(); err != nil {
		t.Errorf("asked to end it ended with %v: %s", err, server.log.tail())
	}
	nothingLeft(t, dir)
}

// verified runs `klausul verify audit` beside the running server.
func verified(t *testing.T, dir string, r *register) {
	auditHolds(t, config.Config{DataDir: dir})
	said, err := run(t, dir, "verify", "audit")
	if err != nil || !strings.Contains(said, "\nfaults 0\n") {
		t.Fatalf("%v: %s", err, said)
	}
	if n := ask[int](r, "select count(*) from audit_event where action = 'accession.offer' and record = 'accession'"); !strings.Contains(said, "sealed ") || n != members {
		t.Errorf("%d offers in the trail, verify says %s", n, said)
	}
}

// tampered changes, as a superuser, one thing after the other that the trail must hold.
func tampered(t *testing.T, dir, url string, r *register) {
	event := ask[int64](r, "select id from audit_event where action = 'agreement.release' and value_id is not null")
	seal := ask[int64](r, "select number from audit_seal s join audit_event e on e.id = $1 and e.era = s.era and e.xid >= s.from_xid and e.xid < s.to_xid", event)
	for _, harm := range []struct{ do, undo, named string }{
		{"update audit_event set actor_id = actor_id + 1 where id = $1", "update audit_event set actor_id = actor_id - 1 where id = $1", fmt.Sprintf("row under seal %d ", seal)},
		{"update audit_value set value = value || ' ' where id = (select value_id from audit_event where id = $1)",
			"update audit_value set value = rtrim(value) where id = (select value_id from audit_event where id = $1)", fmt.Sprintf("value of row %d ", event)},
		{"update audit_event set action = 'agreement.relaese' where id = $1", "update audit_event set action = 'agreement.release' where id = $1", fmt.Sprintf("row under seal %d ", seal)},
	} {
		r.exec(harm.do, event)
		said, err := run(t, dir, "verify", "audit")
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 1 || !strings.Contains(said, harm.named) || strings.Contains(said, "\nfaults 0\n") {
			t.Errorf("after %s: %v, %s; want it to name the %s", harm.do, err, said, harm.named)
		}
		r.exec(harm.undo, event)
		if said, err := run(t, dir, "verify", "audit"); err != nil {
			t.Fatalf("mended, but %v: %s", err, said)
		}
	}
	// A seal is missed by the one that follows it, so one has to follow.
	signIn(t, url, "tilsyn")
	eventually(t, 30*time.Second, "a seal after the release's", func() bool {
		return ask[bool](r, "select exists (select from audit_seal where number > $1)", seal)
	})
	gone := ask[int64](r, "delete from audit_seal where number = $1 returning number", seal)
	if said, err := run(t, dir, "verify", "audit"); err == nil || !strings.Contains(said, fmt.Sprintf("gap: seal %d follows seal %d", gone+1, gone-1)) {
		t.Errorf("without seal %d: %v, %s", gone, err, said)
	}
}

// settings give the stores to the real program.
func (s *stores) settings(t testing.TB) []string {
	t.Helper()
	c := s.cfg
	return []string{"KLAUSUL_DATA_DIR=" + t.TempDir(), "KLAUSUL_DEMO=on", "KLAUSUL_FILE_KEY=" + string(c.FileKey), "KLAUSUL_DATABASE_URL=" + c.Database.URL,
		"KLAUSUL_S3_ENDPOINT=" + c.S3.Endpoint, "KLAUSUL_S3_PLAIN=true", "KLAUSUL_S3_ACCESS_KEY=" + string(c.S3.Access), "KLAUSUL_S3_SECRET_KEY=" + string(c.S3.Secret),
		"KLAUSUL_S3_REGION=" + c.S3.Region, "KLAUSUL_S3_STAGING_BUCKET=" + c.S3.Staging, "KLAUSUL_S3_VAULT_BUCKET=" + c.S3.Vault}
}

// TestOneOfTwoServersKilled has two servers on one pair of stores work one batch and
// kills one of them: the other finishes, the jobs in hand of the dead one included.
func TestOneOfTwoServersKilled(t *testing.T) {
	t.Parallel()
	s := newStores(t)
	first, second := launch(t, s.settings(t)...), launch(t, s.settings(t)...)
	out := signIn(t, first.url, "tilsyn")
	out.do("DELETE", "/api/v1/session", nil)
	out.url = second.url // signed out at one is signed out at all
	out.refused(401, "unauthenticated", "GET", "/api/v1/me", nil)
	lawyer := signIn(t, first.url, "jurist")
	id, b := lawyer.started("To servere")
	r := openRegister(t, s.db.SuperURL)
	lawyer.watch(b.ID, func(b batch) bool { return b.Done < 25 })
	// It dies with jobs in hand: those are what the other one has to take over.
	first.kill()
	lawyer.url = second.url // any server knows the session and any shows the progress
	hands := ask[int](r, "select count(distinct attempted_by[array_length(attempted_by, 1)]) from river_job where kind = 'batch.item' and attempted_by is not null")
	if now := lawyer.batch(b.ID); now.Done < 25 || now.Done >= members || hands != 2 {
		t.Fatalf("killed with %+v and %d servers at work", now, hands)
	}
	lawyer.finished(b.ID, 240*time.Second)
	r.exactly98(id)
	r.sealed(id, 240*time.Second)
	vaultHolds(t, r, s.s3.Config, id)
	auditHolds(t, s.cfg)
	if err := second.stop(); err != nil {
		t.Errorf("the second server ended with %v", err)
	}
}

// TestFourServersAtOnce starts four programs at the same moment on an empty database.
func TestFourServersAtOnce(t *testing.T) {
	t.Parallel()
	s := storesOn(t, storagetest.Empty(t, ""))
	settings := make([][]string, 4)
	for i := range settings {
		settings[i] = s.settings(t)
	}
	klausul(t)
	servers := make([]*program, len(settings))
	var starting sync.WaitGroup
	for i := range servers {
		starting.Go(func() { servers[i] = launch(t, settings[i]...) })
	}
	starting.Wait()
	if t.Failed() {
		t.FailNow()
	}
	r := openRegister(t, s.db.SuperURL)
	for what, sql := range map[string]string{
		"members":            "select count(*) from membership where to_date is null",
		"organisations - 2":  "select count(*) - 2 from organisation",
		"loads of the seed":  "select 97 + count(*) from audit_event where action = 'register.seed'",
		"sample templates":   "select 97 + count(*) from template_version where translation_of is null",
		"runs of the schema": "select 97 + max(n) from (select count(*) n from goose_db_version group by version_id) v",
	} {
		if n := ask[int](r, sql); n != members {
			t.Errorf("%s: %d", what, n)
		}
	}
	lawyer := signIn(t, servers[0].url, "jurist")
	id, b := lawyer.started("Fire servere")
	for _, p := range servers {
		c := *lawyer
		c.url = p.url
		if got := c.batch(b.ID); got.Total != members {
			t.Errorf("%s shows %+v", p.url, got)
		}
	}
	lawyer.finished(b.ID, 90*time.Second)
	r.exactly98(id)
	r.sealed(id, 90*time.Second)
	vaultHolds(t, r, s.s3.Config, id)
	for _, p := range servers {
		if err := p.stop(); err != nil {
			t.Errorf("a server ended with %v: %s", err, p.log.tail())
		}
	}
}
