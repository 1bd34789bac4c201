package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"klausul/server/access"
	"klausul/server/agreement/negotiation"
	"klausul/server/embedded"
	"klausul/server/storage"
)

// A memory of many years: 100,000 changes of 70 clauses in five families of templates. Every
// fifth is only a few words, as most vendors write them.
const (
	precedents = 100_000
	clauses    = 70
	families   = 5
	asks       = 50 // wordings asked for, each near one that stands there
	leastFound = 45
)

// openPrecedents compares finding precedents of near wording with finding the newest of a
// clause by its key, both by the statements of the product as the office's login.
func openPrecedents(ctx context.Context, w *world) (_ pair, err error) {
	dir, err := w.full(ctx)
	if err != nil {
		return pair{}, err
	}
	stores, err := embedded.Start(ctx, embedded.Options{Dir: dir, Postgres: true})
	if err != nil {
		return pair{}, err
	}
	closing := func() error { return stop(ctx, stores) }
	address, err := copyOf(ctx, stores, "klausul_precedents")
	if err != nil {
		return pair{}, errors.Join(err, closing())
	}
	asked, err := decades(ctx, address("postgres"))
	if err != nil {
		return pair{}, errors.Join(err, closing())
	}
	db, err := storage.Open(ctx, storage.Config{URL: func(l access.Login) string { return address(string(l)) }})
	if err != nil {
		return pair{}, errors.Join(err, closing())
	}
	p, err := nearest(ctx, db, asked)
	p.close = func() error { db.Close(); return closing() }
	if err != nil {
		err = errors.Join(err, p.close())
	}
	return p, err
}

// wish is a wording that a vendor wants, and the precedent that it is a rewording of (0: many are alike).
type wish struct {
	family, clause, wording string
	origin                  int64
}

// decades fills the memory and gives what is asked for.
func decades(ctx context.Context, super string) ([]wish, error) {
	conn, err := pgx.Connect(ctx, super)
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	vendors, err := ids[int32](ctx, conn, "select id from vendor order by id limit 700")
	if err != nil {
		return nil, err
	}
	users, err := ids[int64](ctx, conn, "select id from app_user order by id limit 5")
	if err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(6, 8)) //nolint:gosec // text to measure with, no secret
	all := make([]wish, precedents)
	for i := range all {
		n := random.IntN(clauses)
		all[i] = wish{fmt.Sprintf("family-%d", random.IntN(families)), fmt.Sprintf("s%d-%d", n/7+1, n%7+1), demand(random, n), int64(i + 1)}
		if i%5 == 0 {
			all[i].wording = snippet(random)
		}
	}
	start := time.Date(2006, 1, 1, 0, 0, 0, 0, time.UTC)
	columns := []string{"id", "family", "clause_key", "kind", "before", "wording", "outcome", "touched", "vendor_id", "reason", "bands", "decided_at", "decided_by"}
	_, err = conn.CopyFrom(ctx, pgx.Identifier{"precedent"}, columns, pgx.CopyFromSlice(precedents, func(i int) ([]any, error) {
		w, outcome := all[i], []string{"accepted", "refused", "countered"}[i%3]
		return []any{w.origin, w.family, w.clause, "wording", "som det stod i skabelonen", w.wording, outcome, i%2 == 0, vendors[i%len(vendors)], "Sådan gjorde vi", negotiation.Bands(w.family, w.wording),
			start.Add(time.Duration(i) * time.Hour), users[i%len(users)]}, nil
	}))
	if err != nil {
		return nil, fmt.Errorf("fill the memory: %w", err)
	}
	if _, err := conn.Exec(ctx, "vacuum analyze precedent"); err != nil {
		return nil, err
	}
	var out []wish
	for len(out) < asks { // from all years alike
		w := all[random.IntN(precedents)]
		if w.origin%5 != 1 {
			w.wording = reworded(random, w.wording)
			out = append(out, w)
		}
	}
	for range asks / 5 { // and as many of a few words as stand there
		w := all[random.IntN(precedents)]
		w.wording, w.origin = snippet(random), 0
		out = append(out, w)
	}
	return out, nil
}

func ids[T any](ctx context.Context, conn *pgx.Conn, sql string) ([]T, error) {
	rows, err := conn.Query(ctx, sql)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[T])
}

// nearest gives the two sides, once the near wordings are seen to be found.
func nearest(ctx context.Context, db *storage.Store, asked []wish) (pair, error) {
	scope, err := lawyer(ctx, db, "position")
	if err != nil {
		return pair{}, err
	}
	near := func(tx *storage.Tx, w wish) ([]negotiation.Precedent, error) {
		return storage.All[negotiation.Precedent](tx, negotiation.NearestSQL, w.family, negotiation.Bands(w.family, w.wording), w.wording, w.clause, 0, []int{})
	}
	latest := func(tx *storage.Tx, w wish) ([]negotiation.Precedent, error) {
		return storage.All[negotiation.Precedent](tx, negotiation.LatestSQL, w.family, w.clause, w.wording, 0, []int{}, false)
	}
	found := 0
	err = db.Read(ctx, scope, func(tx *storage.Tx) error {
		for _, w := range asked {
			got, err := near(tx, w)
			if err != nil {
				return err
			}
			if w.origin != 0 && slices.ContainsFunc(got, func(p negotiation.Precedent) bool { return p.ID == w.origin }) {
				found++
			}
			if got, err = latest(tx, w); err != nil || len(got) != 20 {
				return errors.Join(err, fmt.Errorf("%d precedents of clause %s of %s", len(got), w.clause, w.family))
			}
		}
		return nil
	})
	if err == nil && found < leastFound {
		err = fmt.Errorf("of %d reworded sentences only %d find the one that they are near", asks, found)
	}
	if err != nil {
		return pair{}, err
	}
	// One transaction for all of them: its own cost would make the two sides more alike.
	side := func(find func(*storage.Tx, wish) ([]negotiation.Precedent, error)) func(context.Context) (float64, error) {
		all := asking(func(ctx context.Context) error {
			return db.Read(ctx, scope, func(tx *storage.Tx) error {
				for _, w := range asked {
					if _, err := find(tx, w); err != nil {
						return err
					}
				}
				return nil
			})
		})
		return func(ctx context.Context) (float64, error) {
			ms, err := all(ctx)
			return ms / float64(len(asked)), err
		}
	}
	return pair{ours: side(near), other: side(latest)}, nil
}

// What vendors write. A sentence of a clause has its subject, and shares its turns of phrase
// with those of other clauses, as sentences in contracts do.
var (
	subjects = strings.Split("underretning om brud|varsel om nye underdatabehandlere|kopi af aftaler med underdatabehandlere|adgang til driftsmiljøet|sletning efter ophør|udlevering af sikkerhedskopier|årlig revisionserklæring|"+
		"bistand ved indsigt|kryptering af forbindelser|overførsel til tredjelande", "|")
	aspects = strings.Split("omfanget af|fristen for|betalingen for|dokumentationen for|ansvaret for|formen på|undtagelser fra", "|")
	actors  = strings.Split("Databehandleren|Leverandøren|Leverandørens kontaktperson|Den dataansvarlige|Parterne|Databehandlerens sikkerhedsansvarlige|Leverandørens underleverandør", "|")
	deeds   = strings.Split("fastsætter skriftligt|aftaler nærmere|oplyser uden ophold om|kan ændre|dokumenterer hvert år|kan afvise at drøfte|varsler på hjemmesiden|giver meddelelse i kundeportalen om|vurderer efter eget skøn|"+
		"fremsender en beskrivelse af|kan begrænse|gennemgår sammen med kunden|afgør endeligt|indarbejder i driftshåndbogen|forelægger for styregruppen", "|")
	times = strings.Split("timer efter at være blevet bekendt med forholdet|dage før ændringen træder i kraft|arbejdsdage efter modtagelsen af anmodningen|dage efter udgangen af hvert kvartal|hverdage inden for normal åbningstid|"+
		"måneder efter aftalens ophør|timer regnet fra den skriftlige henvendelse|dage efter fakturaens dato", "|")
	terms = strings.Split("medmindre forholdet skyldes den dataansvarliges egne systemer|når det efter leverandørens vurdering er praktisk muligt|i det omfang lovgivningen tillader det|dog ikke ved planlagte vedligeholdelsesvinduer|"+
		"forudsat at vederlaget er betalt rettidigt|når henvendelsen er sendt til den aftalte adresse|hvis risikoen for de registrerede er høj|medmindre andet følger af hovedaftalen|når oplysningerne ikke er offentligt tilgængelige|"+
		"bortset fra tilfælde af force majeure|i overensstemmelse med leverandørens til enhver tid gældende politikker|såfremt kunden har bestilt tillægsydelsen", "|")
	costs = strings.Split("mod betaling efter medgået tid|uden særskilt vederlag|efter leverandørens gældende prisliste|for den dataansvarliges regning|inden for den faste månedlige betaling|og hver part bærer sine egne omkostninger|"+
		"idet op til fem timer om året er gratis|mod et gebyr, der reguleres en gang om året", "|")
	few = strings.Split("48|36|72|24 timer|hurtigst muligt|mod betaling|når det er muligt|efter medgået tid|14 dage|30 dages varsel|så vidt muligt|i rimeligt omfang|efter nærmere aftale|uden unødigt ophold|om muligt", "|")
)

func one(random *rand.Rand, of []string) string { return of[random.IntN(len(of))] }

// demand is a sentence about clause n.
func demand(random *rand.Rand, n int) string {
	return fmt.Sprintf("%s %s %s %s senest %d %s, %s, %s.", one(random, actors), one(random, deeds), aspects[n%7], subjects[n/7], 1+random.IntN(90), one(random, times), one(random, terms), one(random, costs))
}

// snippet is a change of a few words, as thousands are.
func snippet(random *rand.Rand) string { return one(random, few) }

// reworded is the same sentence with one word another and one more.
func reworded(random *rand.Rand, text string) string {
	words := strings.Fields(text)
	words[random.IntN(len(words))] = "vedkommende"
	return strings.Join(slices.Insert(words, random.IntN(len(words)), "desuden"), " ")
}
