// Package seed makes the register that demonstrations, browser tests and
// benchmarks run on: one deterministic generator, two sizes. The names of the
// municipalities and their CVR numbers are public facts; every other name,
// number, address and person is invented.
package seed

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
)

// Size says how much a register holds.
type Size struct {
	Name       string
	Vendors    int
	Systems    int
	Usages     int
	Agreements int // how many offered versions; 0: as many as Accessions asks for
	Accessions int // at least this many; the last version still goes to all its members
}

// Demo is what a first start shows. Full is the register after years of use:
// its lists are what the benchmarks read.
var (
	Demo = Size{Name: "demo", Vendors: 40, Systems: 120, Usages: 2_500, Agreements: 6}
	Full = Size{Name: "full", Vendors: 700, Systems: 2_000, Usages: 60_000, Accessions: 100_000}
)

// loadLock is the advisory lock under which one of many servers loads.
const loadLock = 0x6b6c617573756c03

// Load fills an empty, migrated database as its owner (klausul_admin) and says
// whether it did: a register that holds any organisation is left as it is.
// Everything comes in one transaction, and the same size gives the same rows
// every time. The template that the agreements stand on is loaded by then or
// now (see templateVersion).
func Load(ctx context.Context, adminURL string, size Size, log *slog.Logger) (loaded bool, err error) {
	started := time.Now()
	conn, err := pgx.Connect(ctx, adminURL)
	if err != nil {
		return false, fmt.Errorf("connect as klausul_admin: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		loaded, err = fill(ctx, tx, size)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("load the %s register: %w", size.Name, err)
	}
	if !loaded {
		return false, nil
	}
	if _, err := conn.Exec(ctx, "analyze"); err != nil {
		return true, fmt.Errorf("analyze the %s register: %w", size.Name, err)
	}
	log.Info("register loaded", "size", size.Name, "ms", time.Since(started).Milliseconds())
	return true, nil
}

func fill(ctx context.Context, tx pgx.Tx, size Size) (bool, error) {
	if _, err := tx.Exec(ctx, "select pg_advisory_xact_lock($1)", int64(loadLock)); err != nil {
		return false, err
	}
	var filled bool
	if err := tx.QueryRow(ctx, "select exists (select from organisation)").Scan(&filled); err != nil || filled {
		return false, err
	}
	template, err := templateVersion(ctx, tx)
	if err != nil {
		return false, fmt.Errorf("load the sample template: %w", err)
	}
	r := &register{size: size, template: template, cvrs: map[string]bool{}, uses: map[int32]map[int32]*usage{}}
	if err := r.makeOrganisations(); err != nil {
		return false, err
	}
	r.makePeople()
	r.makeVendors()
	r.makeSystems()
	r.makeUsages()
	if r.inOrder, err = sorted(ctx, tx, r.systems); err != nil {
		return false, fmt.Errorf("sort the systems: %w", err)
	}
	if err := r.makeAgreements(); err != nil {
		return false, err
	}
	r.retire()
	r.makeTrees()
	return true, r.write(ctx, tx)
}

// sorted asks the database for each system's place among them all: its Danish
// order is the one that documents follow.
func sorted(ctx context.Context, tx pgx.Tx, systems []system) (map[int32]int, error) {
	ids, names := make([]int32, len(systems)), make([]string, len(systems))
	for i, s := range systems {
		ids[i], names[i] = s.id, s.name
	}
	rows, err := tx.Query(ctx, `select id from unnest($1::int[], $2::text[]) s (id, name) order by name collate "da-x-icu", id`, ids, names)
	if err != nil {
		return nil, err
	}
	order, err := pgx.CollectRows(rows, pgx.RowTo[int32])
	places := make(map[int32]int, len(order))
	for i, id := range order {
		places[id] = i
	}
	return places, err
}

// register is everything that is made, in memory, with its ids.
type register struct {
	size          Size
	organisations []organisation
	people        []person
	vendors       []vendor
	systems       []system
	usages        []usage
	agreements    []joint
	versions      []version
	links         []link
	template      template
	accessions    int64 // how many there are

	inOrder map[int32]int              // a system's place in Danish order
	cvrs    map[string]bool            // the invented ones that are taken
	uses    map[int32]map[int32]*usage // by organisation, then system
}

// The streams of randomness: one per thing, so that a change in one leaves the others as they are.
const (
	ofOrganisations = iota + 1
	ofVendors
	ofSystems
	ofUsages
	ofAgreements
	ofUsageDetails
	ofTrees
	ofContacts
	ofProfiles
	ofOwn
	ofCourse
)

func stream(of uint64) *rand.Rand { return rand.New(rand.NewPCG(0x4b6c617573756c, of)) }

func pick[T any](rng *rand.Rand, from []T) T { return from[rng.IntN(len(from))] }

func day(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
}

// between is a day in [from, to), 8 to 16 o'clock UTC when it is used as a moment.
func between(rng *rand.Rand, from, to time.Time) time.Time {
	days := int(to.Sub(from).Hours() / 24)
	return from.AddDate(0, 0, rng.IntN(max(days, 1)))
}

func atWork(rng *rand.Rand, d time.Time) time.Time {
	return d.Add(7*time.Hour + time.Duration(rng.IntN(8*3600))*time.Second)
}
