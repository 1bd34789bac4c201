package storage_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"klausul/server/access"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
)

var sealer = access.System("audit.seal")

// settle waits until every transaction begun so far has ended. Transaction ids are the
// server's, so those of other tests' databases hold the sealer back too.
func (h house) settle(t *testing.T) {
	t.Helper()
	now := storagetest.One[string](h.Env, "select pg_current_xact_id()::text")
	wait(t, "the transactions of other tests", func() bool {
		return storagetest.One[bool](h.Env, "select pg_snapshot_xmin(pg_current_snapshot()) > $1::text::xid8", now)
	})
}

// seal seals until nothing is left and returns how many rows it took.
func (h house) seal(t *testing.T) int {
	t.Helper()
	h.settle(t)
	all := 0
	for {
		n, err := h.Store.Seal(t.Context(), sealer)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			return all
		}
		all += n
	}
}

func (h house) verify(t *testing.T) storage.AuditReport {
	t.Helper()
	r, err := storage.VerifyAudit(t.Context(), h.AdminURL)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// act leaves one audit row with a value.
func (h house) act(t *testing.T, name string) {
	t.Helper()
	err := h.Store.Write(t.Context(), h.office, name, func(tx *storage.Tx) error {
		tx.Record("vendor", h.vendor, 0, nil, map[string]string{"name": name})
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestAuditRowOfEachKindOfActor(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	member := h.Scope(access.ContactPerson, h.viborg)
	write := func(scope access.Scope, fn func(*storage.Tx)) {
		t.Helper()
		if err := h.Store.Write(t.Context(), scope, "test.act", func(tx *storage.Tx) error { fn(tx); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	write(h.office, func(*storage.Tx) {})
	write(member, func(*storage.Tx) {})
	write(h.Scope(access.Board, 0), func(*storage.Tx) {})
	write(access.System("batch.release").For(h.randers), func(*storage.Tx) {})
	write(access.System("audit.seal"), func(*storage.Tx) {})
	write(member, func(tx *storage.Tx) {
		tx.Record("usage", 7, h.viborg, nil, nil)
		tx.Record("usage", 8, h.viborg, map[string]int{"a": 1}, nil)
		tx.Record("vendor", "nine", 0, nil, []string{"æ"})
	})
	rows, err := h.Conn(storage.Admin).Query(t.Context(), `select concat_ws('|', e.role, actor_id is not null, organisation_id, record, record_id, value)
		from audit_event e left join audit_value v on v.id = e.value_id order by e.id`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var got []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		got = append(got, line)
	}
	v, r := h.viborg, h.randers
	want := []string{
		"lawyer|t||", fmt.Sprintf("contact_person|t|%d||", v), "board|t||", fmt.Sprintf("system:batch.release|f|%d||", r), "system:audit.seal|f||",
		fmt.Sprintf("contact_person|t|%d|usage|7", v), fmt.Sprintf(`contact_person|t|%d|usage|8|{"before":{"a":1},"after":null}`, v),
		`contact_person|t|vendor|nine|{"before":null,"after":["æ"]}`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("audit rows:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if n := h.count("select count(distinct xid) from audit_event"); n != 6 {
		t.Errorf("%d transactions, want 6", n)
	}
	// The member reads the history of its own, the office that of everything.
	history := func(scope access.Scope, record, id string) (n int) {
		t.Helper()
		err := h.Store.Read(t.Context(), scope, func(tx *storage.Tx) error {
			return tx.DB().Raw("select count(*) from history(?, ?)", record, id).Scan(&n).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	other := h.Scope(access.ContactPerson, h.randers)
	for i, want := range map[access.Login][3]int{"office": {1, 1, 1}, "own": {1, 1, 0}, "other": {0, 0, 0}} {
		scope := map[access.Login]access.Scope{"office": h.office, "own": member, "other": other}[i]
		if got := [3]int{history(scope, "usage", "7"), history(scope, "usage", "8"), history(scope, "vendor", "nine")}; got != want {
			t.Errorf("history for %s: %v, want %v", i, got, want)
		}
	}
}

// An autosave that goes on with an audited one leaves no row, unless it records something.
func TestContinuesLeavesOnlyWhatItRecords(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for want, records := range []bool{false, true} {
		err := h.Store.Write(t.Context(), h.office, "answer.save", func(tx *storage.Tx) error {
			tx.Continues()
			if records {
				tx.Record("agreement", 1, 0, nil, nil)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if n := h.count("select count(*) from audit_event"); n != want {
			t.Errorf("%d audit rows, want %d", n, want)
		}
	}
}

func TestWithoutAuditNothingIsRecorded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Store = h.Open(func(c *storage.Config) { c.NoAudit = true })
	h.act(t, "test")
	if n := h.count("select count(*) from audit_event"); n != 0 {
		t.Errorf("%d audit rows", n)
	}
}

func TestSealsChainAndVerify(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if n := h.seal(t); n != 0 {
		t.Errorf("sealed %d of nothing", n)
	}
	if age, err := h.Store.UnsealedAge(t.Context()); err != nil || age != 0 {
		t.Errorf("nothing waits, age %s %v", age, err)
	}
	for round := range 5 {
		for i := range round + 1 {
			h.act(t, fmt.Sprintf("test.%d.%d", round, i))
		}
		if n := h.seal(t); n != round+1 {
			t.Errorf("round %d sealed %d rows, want %d", round, n, round+1)
		}
	}
	h.act(t, "test.waits")
	h.Clock.Advance(time.Minute)
	if age, err := h.Store.UnsealedAge(t.Context()); err != nil || age < 59*time.Second || age > 2*time.Minute {
		t.Errorf("age of the unsealed row: %s %v, want about a minute", age, err)
	}
	r := h.verify(t)
	if r.Seals != 5 || r.Sealed != 15 || r.Unsealed != 1 || r.Erased != 0 || len(r.Faults) != 0 {
		t.Errorf("report: %+v", r)
	}
}

// signed appends an audit row as the session that is asking.
const signed = `insert into audit_event (actor_id, role, action)
	select split_part(s, ' ', 1)::bigint, split_part(s, ' ', 2), ? from unnest(session_signatures()) s limit 1`

// A transaction that began early and commits late is not passed over, and holds up
// neither the writers nor, once it is done, the sealer.
func TestLateCommitIsSealedNotSkipped(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	appended, finish := make(chan struct{}), make(chan struct{})
	done := make(chan error, 1)
	go func() {
		first := true
		done <- h.Store.Write(t.Context(), h.office, "test.slow", func(tx *storage.Tx) error {
			// The row that a slow statement after it keeps invisible.
			err := tx.DB().Exec(signed, "test.slow.early").Error
			if first {
				first = false
				close(appended)
				<-finish
			}
			return err
		})
	}()
	<-appended
	began := time.Now()
	for i := range 50 {
		h.act(t, fmt.Sprintf("test.fast.%d", i))
	}
	if d := time.Since(began); d > 2*time.Second {
		t.Errorf("50 writes beside a slow one took %s", d)
	}
	if n, err := h.Store.Seal(t.Context(), sealer); n != 0 || err != nil {
		t.Errorf("sealed %d rows (%v) over the head of a running transaction", n, err)
	}
	if r := h.verify(t); r.Unsealed != 50 || len(r.Faults) != 0 {
		t.Errorf("while it runs: %+v", r)
	}
	close(finish)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if n := h.seal(t); n != 52 {
		t.Errorf("sealed %d rows, want 52", n)
	}
	if r := h.verify(t); r.Unsealed != 0 || r.Sealed != 52 || len(r.Faults) != 0 {
		t.Errorf("afterwards: %+v", r)
	}
}

// A writer that takes two seconds does not slow the others: its audit rows lock nothing.
func TestSlowWriterHoldsNobody(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var writers sync.WaitGroup
	writers.Go(func() {
		err := h.Store.Write(t.Context(), h.office, "test.slow", func(tx *storage.Tx) error {
			tx.Record("vendor", h.vendor, 0, nil, 1)
			return tx.DB().Exec(signed, "early").Error
		})
		if err != nil {
			t.Error(err)
		}
	})
	slow := h.Conn(string(access.LoginJob))
	tx, err := slow.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), "insert into audit_event (role, action) values ('system:test', 'test.slow')"); err != nil {
		t.Fatal(err)
	}
	writers.Go(func() {
		if _, err := tx.Exec(t.Context(), "select pg_sleep(2)"); err != nil {
			t.Error(err)
		}
		if err := tx.Commit(t.Context()); err != nil {
			t.Error(err)
		}
	})
	began, slowest := time.Now(), time.Duration(0)
	n := 0
	for time.Since(began) < 1500*time.Millisecond {
		at := time.Now()
		h.act(t, "test.fast")
		slowest = max(slowest, time.Since(at))
		if _, err := h.Store.Seal(t.Context(), sealer); err != nil {
			t.Error(err)
		}
		n++
	}
	if slowest > time.Second || n < 10 {
		t.Errorf("%d writes beside a slow one, the slowest took %s", n, slowest)
	}
	writers.Wait()
	h.seal(t)
	if r := h.verify(t); r.Unsealed != 0 || r.Sealed != n+3 || len(r.Faults) != 0 {
		t.Errorf("%+v, want %d rows", r, n+3)
	}
}

func TestParallelWritersAndTwoSealers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var writing, sealing sync.WaitGroup
	var written atomic.Int64
	stop := make(chan struct{})
	stores := []*storage.Store{h.Store, h.Open(nil)} // two replicas
	for _, s := range stores {
		for range 2 {
			sealing.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					if _, err := s.Seal(t.Context(), sealer); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
	}
	met := make(chan struct{})
	for w := range 6 {
		writing.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-met:
					return
				default:
				}
				err := stores[i%2].Write(t.Context(), h.office, "test.parallel", func(tx *storage.Tx) error {
					tx.Record("vendor", w, 0, nil, i)
					if i%7 == 0 {
						return tx.DB().Exec("select pg_sleep(0.02)").Error
					}
					return nil
				})
				if err != nil {
					t.Error(err)
					return
				}
				written.Add(1)
			}
		})
	}
	wait(t, "five seals beside the writers", func() bool { return h.count("select count(*) from audit_seal") >= 5 })
	close(met)
	writing.Wait()
	close(stop)
	sealing.Wait()
	h.seal(t)
	r := h.verify(t)
	if int64(r.Sealed) != written.Load() || r.Unsealed != 0 || len(r.Faults) != 0 {
		t.Errorf("%+v, want %d rows and no fault", r, written.Load())
	}
}

func TestVerifyNamesWhatWasDone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		harm []string // as the owner, who alone could
		want []string // each in some fault; none = no fault at all
	}{
		"untouched":               {nil, nil},
		"a changed row":           {[]string{"update audit_event set action = 'nothing' where id = 3"}, []string{"changed: a row under seal 2"}},
		"a row of another time":   {[]string{"update audit_event set at = at - interval '1 microsecond' where id = 3"}, []string{"changed: a row under seal 2"}},
		"a row without its value": {[]string{"update audit_event set value_id = null, commitment = null where id = 3"}, []string{"changed: a row under seal 2"}},
		"a removed row":           {[]string{"delete from audit_event where id = 3"}, []string{"changed: seal 2 covers 2 rows, 1 are there"}},
		"an added row": {[]string{"insert into audit_event (role, action, xid) select 'x', 'x', xid from audit_event where id = 3"},
			[]string{"changed: seal 2 covers 2 rows, 3 are there"}},
		"two rows swapped": {[]string{"update audit_event set record_id = case id when 3 then 'b' else 'a' end where id in (3, 4)"},
			[]string{"changed: a row under seal 2"}},
		"a changed value":     {[]string{"update audit_value set value = '{}' where id = (select value_id from audit_event where id = 3)"}, []string{"changed: the value of row 3"}},
		"a changed salt":      {[]string{"update audit_value set salt = '\\x00' where id = (select value_id from audit_event where id = 3)"}, []string{"changed: the value of row 3"}},
		"a removed value":     {[]string{"delete from audit_value where id = (select value_id from audit_event where id = 3)"}, []string{"missing: the value of row 3"}},
		"a removed seal":      {[]string{"delete from audit_seal where number = 2"}, []string{"gap: seal 3 follows seal 1"}},
		"the first seal gone": {[]string{"delete from audit_seal where number = 1"}, []string{"gap: seal 2 follows seal 0"}},
		"a changed root":      {[]string{"update audit_seal set root = sha256('x') where number = 2"}, []string{"changed: seal 2 is not what was written", "changed: a row under seal 2"}},
		"a seal of another time": {[]string{"update audit_seal set at = at + interval '1 microsecond' where number = 2"},
			[]string{"changed: seal 2 is not what was written"}},
		"another chain from the second seal on": {[]string{"update audit_seal set previous = sha256('x') where number = 2"},
			[]string{"fork: seal 2 does not continue seal 1", "changed: seal 2 is not what was written"}},
		"a rewritten seal": {[]string{"update audit_seal set hash = sha256('x') where number = 2"},
			[]string{"changed: seal 2 is not what was written", "fork: seal 3 does not continue seal 2"}},
		"a range that is skipped": {[]string{"update audit_seal set from_xid = (from_xid::text::bigint + 1)::text::xid8 where number = 2"},
			[]string{"gap: seal 2 starts at transaction"}},
		"an erasure": {[]string{"update audit_value set salt = null, value = null, erased_at = now() where id = (select value_id from audit_event where id = 3)"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			for range 3 {
				h.act(t, "test.a")
				h.act(t, "test.b")
				if n := h.seal(t); n != 2 {
					t.Fatalf("sealed %d rows, want 2", n)
				}
			}
			h.act(t, "test.unsealed")
			for _, sql := range c.harm {
				h.Exec(sql)
			}
			r := h.verify(t)
			text := strings.Join(r.Faults, "\n")
			for _, want := range c.want {
				if !strings.Contains(text, want) {
					t.Errorf("no word of %q in:\n%s", want, text)
				}
			}
			if (len(c.want) == 0) != (len(r.Faults) == 0) {
				t.Errorf("faults: %q", r.Faults)
			}
			if want := map[bool]int{true: 1}[name == "an erasure"]; r.Erased != want {
				t.Errorf("%d erased, want %d", r.Erased, want)
			}
			if name != "an added row" && r.Unsealed != 1 {
				t.Errorf("%d unsealed, want 1", r.Unsealed)
			}
		})
	}
}

// An erased value keeps nothing that a guess could be checked against.
func TestErasureLeavesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.act(t, "test")
	for _, half := range []string{"value = null, erased_at = now()", "salt = null, erased_at = now()", "erased_at = now()", "salt = null, value = null"} {
		if _, err := h.Conn(storage.Admin).Exec(t.Context(), "update audit_value set "+half); code(err) != "23514" {
			t.Errorf("%s: %v, want 23514", half, err)
		}
	}
}

// After a restore the transaction ids of the new cluster start anew: a new era. What
// was not sealed before is sealed first, whatever its ids are.
func TestSealGoesOnInANewEra(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.act(t, "test.a")
	h.seal(t)
	h.act(t, "test.b")
	// The rows of the old cluster stand far above the new one's numbers.
	h.Exec("update audit_event set xid = (xid::text::bigint + 1000000000000)::text::xid8")
	h.Exec("delete from audit_seal")
	seal := storagetest.One[string](h.Env, "select xid::text from audit_event where action = 'test.a'")
	h.Exec("update audit_event set xid = ($1::text::bigint + 5)::text::xid8 where action = 'test.b'", seal)
	h.Exec("alter table audit_event alter era set default 2")
	if n := h.seal(t); n != 0 {
		t.Errorf("sealed %d rows of the old era before the new one has any: they may still be running", n)
	}
	h.act(t, "test.c")
	h.act(t, "test.d")
	if age, err := h.Store.UnsealedAge(t.Context()); err != nil || age == 0 {
		t.Errorf("age %s %v with four rows waiting", age, err)
	}
	if n := h.seal(t); n != 4 {
		t.Errorf("sealed %d rows, want 4", n)
	}
	if age, err := h.Store.UnsealedAge(t.Context()); err != nil || age != 0 {
		t.Errorf("age %s %v with nothing waiting", age, err)
	}
	h.act(t, "test.e")
	h.seal(t)
	r := h.verify(t)
	if r.Seals != 3 || r.Sealed != 5 || r.Unsealed != 0 || len(r.Faults) != 0 {
		t.Errorf("%+v", r)
	}
	if got := storagetest.One[string](h.Env, "select string_agg(era || ':' || events, ' ' order by number) from audit_seal"); got != "1:2 2:2 2:1" {
		t.Errorf("seals are %s", got)
	}
}

// A seal ends after some 20,000 rows, between transactions, so that it fits in memory.
func TestSealsAreOfBoundedSize(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for range 3 {
		h.Exec("insert into audit_event (role, action) select 'x', 'bulk' from generate_series(1, 12000)")
	}
	h.act(t, "test.last")
	h.settle(t)
	for _, want := range []int{24000, 12001, 0} {
		n, err := h.Store.Seal(t.Context(), sealer)
		if err != nil || n != want {
			t.Errorf("sealed %d rows (%v), want %d", n, err, want)
		}
	}
	if r := h.verify(t); r.Sealed != 36001 || r.Seals != 2 || r.Unsealed != 0 || len(r.Faults) != 0 {
		t.Errorf("%+v", r)
	}
}
