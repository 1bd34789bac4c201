package bench

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"klausul/server/access"
	"klausul/server/app/seed"
	"klausul/server/clause"
	"klausul/server/embedded"
	"klausul/server/member"
	"klausul/server/storage"
)

// sixtyPages is how many words a contract of 60 pages has, at 400 a page.
const sixtyPages = 60 * 400

// openCompare compares two versions of 60 pages, as the page asks for them, with only
// reading the two.
func openCompare(ctx context.Context, w *world) (_ pair, err error) {
	dir, err := w.data(ctx, seed.Demo) // no other row of the register is asked for
	if err != nil {
		return pair{}, err
	}
	stores, err := embedded.Start(ctx, embedded.Options{Dir: dir, Postgres: true})
	if err != nil {
		return pair{}, err
	}
	closing := func() error { return stop(ctx, stores) }
	p, closeBoth, err := compare(ctx, stores)
	if err != nil {
		return pair{}, errors.Join(err, closing())
	}
	p.close = func() error { closeBoth(); return closing() }
	return p, nil
}

func compare(ctx context.Context, stores *embedded.Stores) (p pair, closing func(), err error) {
	address, err := copyOf(ctx, stores, "klausul_compare")
	if err != nil {
		return p, nil, err
	}
	from, to, err := twoVersions(ctx, address(storage.Admin))
	if err != nil {
		return p, nil, err
	}
	db, err := storage.Open(ctx, storage.Config{URL: func(l access.Login) string { return address(string(l)) }})
	if err != nil {
		return p, nil, err
	}
	scope, err := lawyer(ctx, db, "template")
	if err != nil {
		db.Close()
		return p, nil, err
	}
	service := clause.New(db)
	ours := func(ctx context.Context) error {
		c, err := service.Compare(ctx, scope, from, to)
		if err == nil && len(c.Clauses) < 200 {
			err = fmt.Errorf("only %d clauses were compared", len(c.Clauses))
		}
		return err
	}
	other := func(ctx context.Context) error {
		_, one := service.Get(ctx, scope, from)
		_, two := service.Get(ctx, scope, to)
		return errors.Join(one, two)
	}
	return pair{ours: asking(ours), other: asking(other)}, db.Close, nil
}

// lawyer is the scope in which a lawyer of the secretariat reads.
func lawyer(ctx context.Context, db *storage.Store, object string) (access.Scope, error) {
	session, err := member.NewUsers(db).StartDemo(ctx, "jurist", time.Hour)
	if err != nil {
		return access.Scope{}, err
	}
	actor, err := db.Whoami(ctx, session.Token)
	if err != nil {
		return access.Scope{}, err
	}
	policy, err := access.NewCasbin()
	if err != nil {
		return access.Scope{}, err
	}
	return access.Authorize(policy, actor, object, "read")
}

// twoVersions stores two texts of 60 pages: the sample's clauses again and again, of which
// the second has every fifth changed, every twentieth moved and every thirtieth taken out.
func twoVersions(ctx context.Context, admin string) (from, to int64, err error) {
	v, err := clause.SampleVersion()
	if err != nil {
		return 0, 0, err
	}
	one, two := long(v)
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		return 0, 0, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) (err error) {
		if from, err = clause.Insert(ctx, tx, one); err == nil {
			to, err = clause.Insert(ctx, tx, two)
		}
		return err
	})
	return from, to, err
}

func long(v clause.Version) (one, two clause.Version) {
	one, two = v, v
	one.Version, two.Version = "60 sider", "60 sider, ændret"
	one.Clauses, two.Clauses = nil, nil
	words := 0
	for round := 0; words < sixtyPages; round++ {
		for i, c := range v.Clauses {
			c.Key = fmt.Sprintf("%s-%d", c.Key, round)
			one.Clauses = append(one.Clauses, c)
			for _, b := range c.Blocks {
				words += count(b)
			}
			switch n := round*len(v.Clauses) + i; {
			case n%30 == 29:
				continue
			case n%5 == 4:
				c.Blocks = append([]clause.Block{}, c.Blocks...)
				for j, b := range c.Blocks {
					c.Blocks[j].Spans = append([]clause.Span{}, b.Spans...)
					for k, s := range b.Spans {
						c.Blocks[j].Spans[k].Text = strings.ReplaceAll(s.Text, "skal", "skal uden unødigt ophold")
					}
				}
			}
			two.Clauses = append(two.Clauses, c)
			if n := len(two.Clauses); n%20 == 0 {
				two.Clauses[n-1], two.Clauses[n-2] = two.Clauses[n-2], two.Clauses[n-1]
			}
		}
	}
	return one, two
}

// count is how many words a block has, branches and all.
func count(b clause.Block) (n int) {
	for _, s := range b.Spans {
		n += len(strings.Fields(s.Text))
	}
	for _, item := range b.Items {
		for _, s := range item {
			n += len(strings.Fields(s.Text))
		}
	}
	for _, branch := range b.Branches {
		for _, inner := range branch.Blocks {
			n += count(inner)
		}
	}
	return n
}

// asking is the milliseconds of one question, asked one after the other for a while.
func asking(ask func(context.Context) error) func(context.Context) (float64, error) {
	return func(ctx context.Context) (float64, error) {
		started, n := time.Now(), 0
		for ; time.Since(started) < perRound; n++ {
			if err := ask(ctx); err != nil {
				return 0, err
			}
		}
		return float64(time.Since(started).Microseconds()) / 1000 / float64(n), nil
	}
}
