package report

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/storage"
)

// Hit is one thing that the search box found. ID is what its page is addressed by:
// the public number of vendors and systems, the id of the rest.
type Hit struct {
	Kind  string `db:"kind"`
	ID    int64  `db:"id"`
	Title string `db:"title"`
	Hint  string `db:"hint"`
	Was   string `db:"was"`  // the name it was found under, when that is another
	Rank  int    `db:"rank"` // how well it fits: one of the ranks below
}

// Similar tells that nothing fits what was typed, and this is near.
func (h Hit) Similar() bool { return h.Rank == similar }

// The ranks: the name itself, its beginning, somewhere in it (Danish compounds are found
// from the inside), nearly so.
const (
	exact = iota
	prefix
	within
	similar
)

// perKind is how many hits of one kind are shown.
const perKind = 5

// looked is what somebody typed, as the statements compare with it.
type looked struct {
	text, start, like string
	number            string // the digits, when there is nothing but digits and blanks
	uuid              *uuid.UUID
}

func look(typed string) looked {
	typed = strings.Join(strings.Fields(typed), " ")
	l := looked{text: typed, like: storage.Like(typed)}
	l.start = strings.TrimPrefix(l.like, "%")
	if digits := strings.ReplaceAll(typed, " ", ""); strings.Trim(digits, "0123456789") == "" {
		l.number = digits
	}
	if id, err := uuid.Parse(typed); err == nil {
		l.uuid = &id
	}
	return l
}

// rank is how well a column fits, as SQL, and its arguments.
func (l looked) rank(column string) (string, []any) {
	return "case when lower(" + column + ") = lower(?) then 0 when " + column + " ilike ? then 1 else 2 end as rank", []any{l.text, l.start}
}

// Search finds everything in one box by name or number, five of each kind: vendors and
// systems also under the names that they had before, and by CVR, our number and KITOS
// uuid; own agreements; the own organisation's local names; people for
// roles that may see them. When nothing fits, what is nearly so is found instead.
func (s *Service) Search(ctx context.Context, scope access.Scope, typed string, people bool) ([]Hit, error) {
	l := look(typed)
	hits, err := s.all(ctx, scope, l.fitting(scope, people))
	if err == nil && len(hits) == 0 && utf8.RuneCountInString(l.text) >= 4 {
		hits, err = s.all(ctx, scope, l.near(scope))
	}
	return best(hits), err
}

func (s *Service) all(ctx context.Context, scope access.Scope, queries []*storage.Query) ([]Hit, error) {
	var hits []Hit
	for _, q := range queries {
		found, err := storage.Select[Hit](ctx, s.db, scope, q)
		if err != nil {
			return nil, err
		}
		hits = append(hits, found...)
	}
	return hits, nil
}

// kinds is the order of what fits equally well.
var kinds = []string{"vendor", "system", "agreement", "accession", "own_agreement", "organisation", "person"}

// best leaves one hit of each thing, the better, groups them by kind, and puts the kind
// with the best hit first.
func best(hits []Hit) []Hit {
	slices.SortStableFunc(hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(len(a.Was), len(b.Was)))
	})
	seen, count, first := map[Hit]bool{}, map[string]int{}, map[string]int{}
	kept := hits[:0]
	for _, h := range hits {
		one := Hit{Kind: h.Kind, ID: h.ID}
		if seen[one] || count[h.Kind] == perKind {
			continue
		}
		if count[h.Kind] == 0 {
			first[h.Kind] = h.Rank
		}
		seen[one] = true
		count[h.Kind]++
		kept = append(kept, h)
	}
	slices.SortStableFunc(kept, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(first[a.Kind], first[b.Kind]), cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind)))
	})
	return kept
}

const (
	vendorHit = `select 'vendor' as kind, v.number::bigint as id, v.name::text as title, coalesce(v.cvr, v.foreign_number, '') as hint,
		case when m.id <> v.id then m.name::text else '' end as was, `
	vendorFrom = ` from vendor m join vendor v on v.id = coalesce(m.merged_into, m.id)`
	systemHit  = `select 'system' as kind, s.number::bigint as id, s.name::text as title, v.name::text as hint,
		case when m.id <> s.id then m.name::text else '' end as was, `
	systemFrom = ` from it_system m join it_system s on s.id = coalesce(m.merged_into, m.id) join vendor v on v.id = s.vendor_id`
	jointHit   = `select 'agreement' as kind, a.id, a.title::text as title, n.name::text as hint, '' as was, `
	jointFrom  = ` from agreement a join vendor n on n.id = a.vendor_id`
	ownerHit   = `select 'organisation' as kind, o.id::bigint as id, o.name::text as title, o.cvr as hint, '' as was, `
)

// fitting are the statements for what fits. The shared tables hold a few thousand names:
// reading them through takes milliseconds, and row-level security keeps the trigram
// indexes from members anyway. A member's own rows come by the index on its organisation.
func (l looked) fitting(scope access.Scope, people bool) []*storage.Query {
	_, office := scope.Organisations()
	list := func(cols, column, from string) *storage.Query {
		rank, args := l.rank(column)
		return storage.List(cols+rank+from, args...)
	}
	const order = "order by rank, title, id limit 10"
	vendors := list(vendorHit, "m.name", vendorFrom).And("(m.name ilike ? or m.foreign_number ilike ? or ? <> '' and (m.cvr like ? || '%' or m.number::text = ?))",
		l.like, l.start, l.number, l.number, l.number).Last(order)
	systems := list(systemHit, "m.name", systemFrom).And("(m.name ilike ? or m.number::text = ? or m.kitos_uuid = ? or m.uuid = ?)", l.like, l.number, l.uuid, l.uuid).Last(order)
	joint := list(jointHit, "a.title", jointFrom).And("(a.title ilike ? or n.name ilike ? or 'DBA-' || lpad(a.number::text, 4, '0') ilike ?)", l.like, l.like, l.start).
		If(!office, "a.offered_at is not null").Last("order by rank, a.number desc limit 10")
	rank, args := l.rank("a.title")
	accessions := agreement.Mine(storage.List(`select 'accession' as kind, c.id, a.title::text as title, o.name::text as hint, '' as was, `+rank+`
		from accession c join agreement a on a.id = c.agreement_id join organisation o on o.id = c.organisation_id`, args...), scope).
		And(`(c.agreement_id = any(array(select x.id from agreement x where x.title ilike ?))
			or c.organisation_id = any(array(select x.id from organisation x where x.name ilike ?)))`, l.like, l.like).Last("order by c.offered_at desc, c.id desc limit 5")
	organisations := list(ownerHit, "o.name", " from organisation o").Within(scope, "o.id").
		And("(o.name ilike ? or ? <> '' and o.cvr like ? || '%')", l.like, l.number, l.number).Last(order)
	queries := []*storage.Query{vendors, l.former(), systems, joint, accessions, organisations, l.own(scope)}
	if scope.Own() != 0 {
		queries = append(queries, l.local(scope))
	}
	if people {
		queries = append(queries, l.people(scope))
	}
	return queries
}

// former finds vendors by the legal names that they had.
func (l looked) former() *storage.Query {
	rank, args := l.rank("f.name")
	return storage.List(`select 'vendor' as kind, v.number::bigint as id, v.name::text as title, coalesce(v.cvr, v.foreign_number, '') as hint, f.name::text as was, `+rank+`
		from vendor_name f join vendor m on m.id = f.vendor_id join vendor v on v.id = coalesce(m.merged_into, m.id)`, args...).
		And("f.name ilike ?", l.like).Last("order by rank, title, id limit 10")
}

// local finds systems by what the own organisation calls them.
func (l looked) local(scope access.Scope) *storage.Query {
	rank, args := l.rank("u.local_name")
	q := storage.List(`select 'system' as kind, s.number::bigint as id, s.name::text as title, v.name::text as hint, u.local_name as was, `+rank+`
		from usage u join it_system s on s.id = u.system_id join vendor v on v.id = s.vendor_id`, args...).Within(scope, "u.organisation_id").And("u.local_name ilike ?", l.like)
	if user := scope.OwnUsagesOf(); user != 0 {
		q.And("u.owner_user_id = ?", user)
	}
	return q.Last("order by rank, s.name, s.id limit 10")
}

// own finds the agreements that organisations in scope made themselves.
func (l looked) own(scope access.Scope) *storage.Query {
	rank, args := l.rank("w.title")
	hint := "n.name"
	if scope.Own() == 0 {
		hint = "o.name"
	}
	q := storage.List(`select 'own_agreement' as kind, w.id, w.title::text as title, `+hint+`::text as hint, '' as was, `+rank+`
		from own_agreement w join vendor n on n.id = w.vendor_id join organisation o on o.id = w.organisation_id`, args...).Within(scope, "w.organisation_id").
		And("(w.title ilike ? or n.name ilike ? or w.case_number ilike ?)", l.like, l.like, l.start)
	if user := scope.OwnUsagesOf(); user != 0 {
		q.And(`exists (select from own_agreement_system y join usage u on u.system_id = y.system_id and u.organisation_id = y.organisation_id
			where y.own_agreement_id = w.id and u.owner_user_id = ?)`, user)
	}
	return q.Last("order by rank, w.title, w.id limit 5")
}

// people finds those who have a role, of the own organisation or of all.
func (l looked) people(scope access.Scope) *storage.Query {
	rank, args := l.rank("p.name")
	q := storage.List(`select 'person' as kind, p.id, p.name::text as title, p.email as hint, '' as was, `+rank+` from app_user p`, args...).
		And("p.left_at is null").And("(p.name ilike ? or p.email ilike ?)", l.like, l.start)
	if ids, all := scope.Organisations(); !all {
		q.And("exists (select from role_grant g where g.user_id = p.id and g.organisation_id = any(?))", ids)
	}
	return q.Last("order by rank, p.name, p.id limit 5")
}

// near are the statements for what is nearly so: a slip of the finger, a forgotten letter.
func (l looked) near(scope access.Scope) []*storage.Query {
	_, office := scope.Organisations()
	list := func(cols, column, from string) *storage.Query {
		return storage.List(cols+"3 as rank"+from).And("ext.word_similarity(plain_name(?), plain_name("+column+")) >= 0.4", l.text).
			Last("order by ext.word_similarity(plain_name($1), plain_name(" + column + ")) desc, id limit 5")
	}
	queries := []*storage.Query{list(vendorHit, "m.name", vendorFrom), list(systemHit, "m.name", systemFrom),
		list(jointHit, "a.title", jointFrom+map[bool]string{false: " and a.offered_at is not null"}[office])}
	if office {
		queries = append(queries, list(ownerHit, "o.name", " from organisation o"))
	}
	return queries
}
