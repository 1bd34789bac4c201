package negotiation

import (
	"context"
	"hash/fnv"
	"math"
	"regexp"
	"slices"
	"time"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/clause"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/storage"
)

// Precedent is what was said to a change of a clause before.
type Precedent struct {
	ID        int64     `db:"id"`
	Of        int64     `db:"negotiation_id"` // 0 for one that no negotiation made
	Round     int       `db:"round_no"`
	Clause    string    `db:"clause_key"`
	Outcome   string    `db:"outcome"`
	Before    string    `db:"before"`
	Wording   string    `db:"wording"`
	Counter   string    `db:"counter"`
	Vendor    string    `db:"vendor_name"`
	Reason    string    `db:"reason"`
	DecidedAt time.Time `db:"decided_at"`
	DecidedBy string    `db:"decided_by"`
	Nearness  float64   `db:"nearness"` // of the wording, 0 to 1
}

var outcomes = map[Decision]string{Accept: "accepted", Reject: "refused", Counter: "countered"}

// remember puts what was decided into the office's memory. What changed no word is not worth
// it, and a wording for a whole clause was one decision.
func remember(tx *storage.Tx, n next) error {
	whole := map[string]bool{}
	for _, c := range n.changes {
		said, decided := c.decided()
		if !decided || c.Trivial || c.Whole && whole[c.Clause] {
			continue
		}
		whole[c.Clause] = whole[c.Clause] || c.Whole
		touched := c.Touched || slices.ContainsFunc(n.changes, func(o Change) bool { return c.Whole && o.Whole && o.Clause == c.Clause && o.Touched })
		wording := c.After
		if wording == "" {
			wording = c.Before
		}
		if _, err := tx.Pgx().Exec(tx.Context(), `insert into precedent (family, clause_key, kind, before, wording, outcome, counter, touched, vendor_id, round_id, change_no, reason, bands, decided_at, decided_by)
			select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, x.decided_at, x.decided_by from negotiation_verdict x where x.round_id = $10 and x.no = $11
			on conflict (round_id, change_no) do nothing`,
			n.draft.Tree.Key, c.about(), c.Kind, c.Before, c.After, outcomes[said], c.Wording, touched, n.draft.VendorID, n.last.ID, c.No, c.Reason, Bands(n.draft.Tree.Key, wording)); err != nil {
			return err
		}
	}
	return nil
}

// bands and rows of the sketch of a wording: two texts that share half of their pairs of
// words share a band nine times out of ten, two that share a tenth once in sixty times.
const bands, rows = 16, 3

// Bands are what a wording of a family is found by: a sketch of its pairs of words, in which
// near texts have a part in common. Those of other families have none.
func Bands(family, text string) []int64 {
	words := split(text)
	if len(words) == 1 {
		words = append(words, "")
	}
	least := make([]uint64, bands*rows)
	for i := range least {
		least[i] = math.MaxUint64
	}
	for i := 0; i+1 < len(words); i++ {
		h := fnv.New64a()
		h.Write([]byte(family + "\x00" + words[i] + "\x00" + words[i+1]))
		seed := h.Sum64()
		for k := range least {
			seed = mix(seed + uint64(k)*0x9e3779b97f4a7c15)
			least[k] = min(least[k], seed)
		}
	}
	out := make([]int64, bands)
	for b := range out {
		sum := uint64(b + 1)
		for r := range rows {
			sum = mix(sum ^ least[b*rows+r])
		}
		out[b] = int64(sum)
	}
	return out
}

// mix spreads the bits of a number (the finaliser of SplitMix64).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// NearestSQL finds precedents of near wording: $1 the family, $2 its bands, $3 the wording,
// $4 the clause; not what was said to the changes $6 of the round $5. The nearest comes first, of equally near ones that of the clause. It reads
// along precedent_by_band alone: many wordings are a few words that stand there a thousand
// times, and with the family beside the bands the planner would rather read the whole family.
// Of those found the ones with most bands in common are compared letter by letter.
const NearestSQL = `select p.id, p.clause_key, p.outcome, p.before, p.wording, p.counter, v.name as vendor_name, p.reason, p.decided_at, coalesce(u.name, '') as decided_by,
	coalesce(r.negotiation_id, 0) as negotiation_id, coalesce(r.no, 0) as round_no, ext.similarity(p.wording, $3)::float8 as nearness
	from (select x.* from precedent x where x.bands && $2::bigint[] and (x.round_id = $5 and x.change_no = any($6)) is not true
	  order by (select count(*) from unnest(x.bands) b where b = any($2::bigint[])) desc, x.id desc limit 50) p
	join vendor v on v.id = p.vendor_id left join app_user u on u.id = p.decided_by
	left join negotiation_round r on r.id = p.round_id where p.family = $1 order by nearness desc, (p.clause_key = $4) desc, p.id desc limit 20`

// LatestSQL finds the newest precedents of a clause, or with $6 of new clauses behind it: $1 the
// family, $2 the clause, $3 the wording; not what was said to the changes $5 of the round $4.
const LatestSQL = `select p.id, p.clause_key, p.outcome, p.before, p.wording, p.counter, v.name as vendor_name, p.reason, p.decided_at, coalesce(u.name, '') as decided_by,
	coalesce(r.negotiation_id, 0) as negotiation_id, coalesce(r.no, 0) as round_no, ext.similarity(p.wording, $3)::float8 as nearness
	from (select x.* from precedent x where x.family = $1 and x.clause_key = $2 and (x.round_id = $4 and x.change_no = any($5)) is not true
	  and (x.kind = 'new') = $6 order by x.id desc limit 20) p
	join vendor v on v.id = p.vendor_id left join app_user u on u.id = p.decided_by left join negotiation_round r on r.id = p.round_id order by p.id desc`

// Within says what a rule tells of a change against a position.
type Within string

// What a rule can tell.
const (
	Inside  Within = "within"
	Outside Within = "outside"
	Unknown Within = "unknown" // a person has to judge
)

// Held is a position beside a change.
type Held struct {
	clause.Position
	Verdict Within
	Value   string // what was read out of the change
}

// Aids are what helps to decide a change.
type Aids struct {
	Positions                    []Held
	Accepted, Refused, Countered int // changes of the clause before, or new clauses behind it
	Precedents                   []Precedent
}

// Aids tells what the secretariat wants on the clause of a change, and what it said to such
// changes before. It refuses with fault.ErrNotFound.
func (s *Service) Aids(ctx context.Context, scope access.Scope, id int64, no, change int) (a Aids, err error) {
	err = s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		d, err := load(tx, id)
		if err != nil {
			return err
		}
		h, err := d.head(no)
		if err != nil {
			return err
		}
		all, err := changesIn(tx, h.ID)
		if err != nil {
			return err
		}
		if change > len(all) || h.Answers == nil {
			return fault.ErrNotFound
		}
		c := all[change-1]
		draft, err := agreement.LoadVersion(tx, d.VersionID)
		if err != nil {
			return err
		}
		positions, err := clause.PositionsOf(tx, draft.Tree.Key)
		if err != nil {
			return err
		}
		plain, err := clause.Load(tx, draft.Template)
		if err != nil {
			return err
		}
		a.Positions = beside(positions, c, plain, draft.Tree.Language)
		return a.recall(tx, draft.Tree.Key, c, h.ID, all)
	})
	return a, err
}

// beside are the positions on the clause of a change, and on the questions in it.
func beside(positions []clause.Position, c Change, template clause.Version, language string) []Held {
	key := c.about()
	var of clause.Clause
	for _, x := range template.Clauses {
		if x.Key == key {
			of = x
		}
	}
	asked := of.Paths()
	var out []Held
	for _, p := range positions {
		if p.Kind == "clause" && p.Subject == key || p.Kind == "field" && (slices.Contains(asked, p.Subject) || p.Subject == c.Field) {
			h := Held{Position: p, Verdict: Unknown}
			h.judge(c, of, template.Fields, language)
			out = append(out, h)
		}
	}
	return out
}

var number = regexp.MustCompile(`\d+`)

// judge checks the change against the range by rule: the answer that it gives, the choice that
// it speaks for, or the numbers that it brings in.
func (h *Held) judge(c Change, of clause.Clause, fields []field.Field, language string) {
	tell := func(value any, text string) {
		within, known := h.Within(value)
		switch {
		case !known:
		case !within:
			h.Verdict, h.Value = Outside, text
		case h.Verdict == Unknown:
			h.Verdict, h.Value = Inside, text
		}
	}
	if c.Field != "" {
		if c.Field == h.Subject {
			if value, ok := c.value(); ok {
				f, _ := field.Find(fields, c.Field)
				tell(value, f.Print(value, language))
			}
		}
		return
	}
	if f, known := field.Find(fields, h.Subject); known && h.Kind == "field" {
		if value, found := chosen(f, c, of.Blocks); found {
			tell(value, f.Print(value, language))
			return
		}
	}
	if h.Minimum == nil && h.Maximum == nil {
		return
	}
	had := number.FindAllString(c.Before, -1)
	for _, text := range number.FindAllString(c.After, -1) {
		if n, ok := field.ParseWhole(text); ok && !slices.Contains(had, text) {
			tell(float64(n), text)
		}
	}
}

// recall finds what was said before to others than the change itself: of near wording, filled
// up with the newest of the clause. What is said to a whole clause is said to each of its changes.
func (a *Aids) recall(tx *storage.Tx, family string, c Change, round int64, all []Change) error {
	own := []int{c.No}
	for _, o := range all {
		if c.Whole && o.Whole && o.Clause == c.Clause {
			own = append(own, o.No)
		}
	}
	wording := c.After
	if wording == "" {
		wording = c.Before
	}
	near, err := storage.All[Precedent](tx, NearestSQL, family, Bands(family, wording), wording, c.about(), round, own)
	if err != nil {
		return err
	}
	latest, err := storage.All[Precedent](tx, LatestSQL, family, c.about(), wording, round, own, c.Kind == Added)
	if err != nil {
		return err
	}
	a.Precedents = near
	for _, p := range latest {
		if len(a.Precedents) < 20 && !slices.ContainsFunc(near, func(n Precedent) bool { return n.ID == p.ID }) {
			a.Precedents = append(a.Precedents, p)
		}
	}
	counts, err := storage.All[struct {
		Outcome string `db:"outcome"`
		Count   int    `db:"count"`
	}](tx, `select outcome, count(*)::int as count from precedent where family = $1 and clause_key = $2 and (kind = 'new') = $3
		and (round_id = $4 and change_no = any($5)) is not true group by outcome`, family, c.about(), c.Kind == Added, round, own)
	for _, n := range counts {
		switch n.Outcome {
		case "accepted":
			a.Accepted = n.Count
		case "refused":
			a.Refused = n.Count
		default:
			a.Countered = n.Count
		}
	}
	return err
}
