package storage_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"klausul/server/access"
	"klausul/server/storage"
)

// Many sessions share two connections, in every way there is of asking, also with
// errors and cancellations between: nobody ever sees another's row, and a connection
// that is given back stands for nobody.
func TestNoSessionSticksToAConnection(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Store = h.Open(func(c *storage.Config) { c.MaxConns = 2 })
	type asker struct {
		scope access.Scope
		want  []int32
	}
	var askers []asker
	for _, org := range []int32{h.viborg, h.randers, h.Member("Skive Kommune")} {
		h.Usage(org, h.system)
		askers = append(askers, asker{h.Scope(access.ContactPerson, org), []int32{org}})
	}
	stranger := access.Actor{Token: storage.NewToken(), Grant: access.Grant{Role: access.ContactPerson, Organisation: h.viborg}, Member: true}
	forged, err := access.Authorize(access.Unguarded{}, stranger, "usage", "read")
	if err != nil {
		t.Fatal(err)
	}
	quoted := stranger
	quoted.Token = "x' or true --"
	attack, err := access.Authorize(access.Unguarded{}, quoted, "usage", "read")
	if err != nil {
		t.Fatal(err)
	}
	askers = append(askers, asker{forged, nil}, asker{attack, nil})

	type row struct {
		OrganisationID int32 `db:"organisation_id"`
	}
	const sql = "select organisation_id from usage"
	fail := errors.New("fail")
	ways := []func(access.Scope) ([]int32, error){
		func(scope access.Scope) (found []int32, err error) {
			err = h.Store.Read(t.Context(), scope, func(tx *storage.Tx) error { return tx.DB().Raw(sql).Scan(&found).Error })
			return found, err
		},
		func(scope access.Scope) (found []int32, err error) {
			err = h.Store.Write(t.Context(), scope, "test", func(tx *storage.Tx) error {
				rows, err := storage.All[row](tx, sql)
				found = nil
				for _, r := range rows {
					found = append(found, r.OrganisationID)
				}
				return errors.Join(err, fail)
			})
			if errors.Is(err, fail) {
				err = nil
			}
			return found, err
		},
		func(scope access.Scope) (found []int32, err error) {
			rows, err := storage.Select[row](t.Context(), h.Store, scope, storage.List(sql))
			for _, r := range rows {
				found = append(found, r.OrganisationID)
			}
			return found, err
		},
		func(scope access.Scope) ([]int32, error) { // breaks a connection
			ctx, cancel := context.WithCancel(t.Context())
			_ = h.Store.Read(ctx, scope, func(tx *storage.Tx) error {
				cancel()
				return tx.DB().Exec("select pg_sleep(1)").Error
			})
			rows, err := storage.Select[row](t.Context(), h.Store, scope, storage.List(sql))
			var found []int32
			for _, r := range rows {
				found = append(found, r.OrganisationID)
			}
			return found, err
		},
	}
	var all sync.WaitGroup
	for n := range 10 {
		all.Go(func() {
			for i := range 25 {
				a := askers[(n+i)%len(askers)]
				way := ways[i%3]
				if i%12 == 11 {
					way = ways[3]
				}
				found, err := way(a.scope)
				if err != nil || !slices.Equal(found, a.want) {
					t.Errorf("saw %v (%v), want %v", found, err, a.want)
				}
			}
		})
	}
	all.Wait()
	h.idle(t)
	for range 4 {
		var session *string
		var n int
		if err := h.Store.Pool(access.LoginMember).QueryRow(t.Context(), "select nullif(current_setting('app.session', true), ''), (select count(*) from usage)").Scan(&session, &n); err != nil || session != nil || n != 0 {
			t.Errorf("an idle connection stands for somebody and sees %d rows (%v)", n, err)
		}
	}
	if max := h.Store.Pool(access.LoginMember).Stat().MaxConns(); max != 2 {
		t.Errorf("%d connections, want 2", max)
	}
}
