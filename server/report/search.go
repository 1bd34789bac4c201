package report

import (
	"context"

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
}

// Search finds vendors, systems, joint agreements, own agreements and organisations by
// name or number, five of each. Danish compounds are found from the inside.
func (s *Service) Search(ctx context.Context, scope access.Scope, typed string) ([]Hit, error) {
	like := storage.Like(typed)
	_, office := scope.Organisations()
	var hits []Hit
	for _, q := range []*storage.Query{
		storage.List(`select 'vendor' as kind, v.number::bigint as id, v.name::text as title, coalesce(v.cvr, v.foreign_number, '') as hint from vendor v`).
			And("(v.name ilike ? or v.cvr like ? or v.number::text = ?)", like, like, typed).Last("order by v.name, v.id limit 5"),
		storage.List(`select 'system' as kind, s.number::bigint as id, s.name::text as title, v.name::text as hint from it_system s join vendor v on v.id = s.vendor_id`).
			And("(s.name ilike ? or s.number::text = ? or s.kitos_uuid::text = lower(?))", like, typed, typed).Last("order by s.name, s.id limit 5"),
		storage.List(`select 'agreement' as kind, a.id, a.title::text as title, n.name::text as hint from agreement a join vendor n on n.id = a.vendor_id`).
			And("(a.title ilike ? or n.name ilike ?)", like, like).
			If(!office, "exists (select from agreement_version x where x.agreement_id = a.id and x.state = 'offered')").Last("order by a.number desc limit 5"),
		agreement.Mine(storage.List(`select 'accession' as kind, c.id, a.title::text as title, o.name::text as hint
			from accession c join agreement a on a.id = c.agreement_id join organisation o on o.id = c.organisation_id`), scope).
			And(`(c.agreement_id = any(array(select x.id from agreement x where x.title ilike ?))
				or c.organisation_id = any(array(select x.id from organisation x where x.name ilike ?)))`, like, like).Last("order by c.offered_at desc, c.id desc limit 5"),
		storage.List(`select 'organisation' as kind, o.id::bigint as id, o.name::text as title, o.cvr as hint from organisation o`).Within(scope, "o.id").
			And("(o.name ilike ? or o.cvr like ?)", like, like).Last("order by o.name, o.id limit 5"),
	} {
		found, err := storage.Select[Hit](ctx, s.db, scope, q)
		if err != nil {
			return nil, err
		}
		hits = append(hits, found...)
	}
	return hits, nil
}
