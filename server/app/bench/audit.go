package bench

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"klausul/server/access"
	"klausul/server/embedded"
	"klausul/server/member"
	"klausul/server/storage"
)

const (
	writers   = 4
	slowFor   = 2 * time.Second // how long the slow writer holds its transaction
	slowRound = 5 * time.Second
)

// trail is a copy of the full register that rows write to, through the store with
// the audit trail and through one without.
type trail struct {
	audited, plain *storage.Store
	scope          access.Scope
	address        func(login string) string // of the copy
	close          func() error
}

func openTrail(ctx context.Context, w *world) (_ *trail, err error) {
	dir, err := w.full(ctx)
	if err != nil {
		return nil, err
	}
	stores, err := embedded.Start(ctx, embedded.Options{Dir: dir, Postgres: true})
	if err != nil {
		return nil, err
	}
	t := &trail{close: func() error { return stop(ctx, stores) }}
	if err := t.open(ctx, stores); err != nil {
		return nil, errors.Join(err, t.close())
	}
	return t, nil
}

func (t *trail) open(ctx context.Context, stores *embedded.Stores) (err error) {
	address, err := copyOf(ctx, stores, "klausul_bench")
	if err != nil {
		return err
	}
	t.address = address
	url := func(l access.Login) string { return address(string(l)) }
	if t.audited, err = storage.Open(ctx, storage.Config{URL: url}); err != nil {
		return err
	}
	if t.plain, err = storage.Open(ctx, storage.Config{URL: url, NoAudit: true}); err != nil {
		t.audited.Close()
		return err
	}
	stopping := t.close
	t.close = func() error {
		t.audited.Close()
		t.plain.Close()
		return stopping()
	}
	session, err := member.NewUsers(t.audited).StartDemo(ctx, "jurist", time.Hour)
	if err != nil {
		return err
	}
	actor, err := t.audited.Whoami(ctx, session.Token)
	if err != nil {
		return err
	}
	policy, err := access.NewCasbin()
	if err != nil {
		return err
	}
	t.scope, err = access.Authorize(policy, actor, "organisation", "write")
	return err
}

// move changes the address of one organisation, as member.ChangeAddress does, and
// says so to the audit trail. hold is called before the end of the transaction.
func (t *trail) move(ctx context.Context, db *storage.Store, organisation int32, n int, hold func()) error {
	return db.Write(ctx, t.scope, "organisation.change_address", func(tx *storage.Tx) error {
		before := member.Address{Street: fmt.Sprintf("Storegade %d", n), PostalCode: "8800", City: "Viborg", Country: "DK"}
		after := before
		after.Street = fmt.Sprintf("Storegade %d", n+1)
		done, err := tx.Pgx().Exec(tx.Context(), `update organisation set street = $2, postal_code = $3, city = $4, country = $5, version = version + 1
			where id = $1`, organisation, after.Street, after.PostalCode, after.City, after.Country)
		if err == nil && done.RowsAffected() != 1 {
			err = fmt.Errorf("organisation %d is not there", organisation)
		}
		tx.Record("organisation", organisation, organisation, before, after)
		hold()
		return err
	})
}

// rate is the writes per second of the usual writers, each on its own organisation.
func (t *trail) rate(ctx context.Context, db *storage.Store, while time.Duration) (float64, error) {
	group, ctx := errgroup.WithContext(ctx)
	var written atomic.Int64
	started := time.Now()
	end := started.Add(while)
	for i := range writers {
		group.Go(func() error {
			for n := 0; time.Now().Before(end); n++ {
				if err := t.move(ctx, db, int32(i+1), n, func() {}); err != nil {
					return err
				}
				written.Add(1)
			}
			return nil
		})
	}
	err := group.Wait()
	return float64(written.Load()) / time.Since(started).Seconds(), err
}

// sealed runs fn while the sealer works every second, as it does in the product.
func (t *trail) sealed(ctx context.Context, fn func(context.Context) (float64, error)) (float64, error) {
	return beside(ctx, func(ctx context.Context) error {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Second):
		}
		_, err := t.audited.Seal(context.WithoutCancel(ctx), access.System("audit.seal"))
		return err
	}, fn)
}

// beside runs fn while again is run over and over; an error of either ends it.
func beside(ctx context.Context, again func(context.Context) error, fn func(context.Context) (float64, error)) (float64, error) {
	background, end := context.WithCancel(ctx)
	defer end()
	var wait sync.WaitGroup
	var failed error
	wait.Go(func() {
		for background.Err() == nil && failed == nil {
			failed = again(background)
		}
	})
	v, err := fn(ctx)
	end()
	wait.Wait()
	return v, errors.Join(err, failed)
}

func openAudit(ctx context.Context, w *world) (pair, error) {
	t, err := openTrail(ctx, w)
	if err != nil {
		return pair{}, err
	}
	return pair{
		ours: func(ctx context.Context) (float64, error) {
			return t.sealed(ctx, func(ctx context.Context) (float64, error) { return t.rate(ctx, t.audited, perRound) })
		},
		other: func(ctx context.Context) (float64, error) { return t.rate(ctx, t.plain, perRound) },
		close: t.close,
	}, nil
}

func openSlow(ctx context.Context, w *world) (pair, error) {
	t, err := openTrail(ctx, w)
	if err != nil {
		return pair{}, err
	}
	usual := func(ctx context.Context) (float64, error) {
		return t.sealed(ctx, func(ctx context.Context) (float64, error) { return t.rate(ctx, t.audited, slowRound) })
	}
	slow := func(ctx context.Context) error {
		return t.move(context.WithoutCancel(ctx), t.audited, writers+1, 0, func() { time.Sleep(slowFor) })
	}
	return pair{
		ours:  func(ctx context.Context) (float64, error) { return beside(ctx, slow, usual) },
		other: usual,
		close: t.close,
	}, nil
}
