package agreement

import (
	"context"

	"klausul/server/access"
	"klausul/server/storage"
)

// Impacted is an agreement whose newest draft or newest released text stands on a template.
type Impacted struct {
	ID              int64  `db:"id"`
	VersionID       int64  `db:"version_id"`
	Number          int32  `db:"number"`
	Title           string `db:"title"`
	VendorNumber    int32  `db:"vendor_number"`
	VendorName      string `db:"vendor_name"`
	State           State  `db:"state"`
	VersionNo       int    `db:"version_no"`
	BaseNo          *int   `db:"base_no"` // of an amendment: the version that it amends
	Template        int64  `db:"template_version_id"`
	TemplateVersion string `db:"template_version"`
	Accessions      int    `db:"accessions"`
}

const (
	impactCols = `select a.id, v.id as version_id, a.number, a.title, n.number as vendor_number, n.name as vendor_name, v.state, v.no as version_no,
	(select b.no from agreement_version b where b.id = v.base_version_id) as base_no,
	t.id as template_version_id, t.version as template_version, (select count(*) from accession c where c.agreement_version_id = v.id) as accessions`
	impactFrom = ` from agreement_version v join template_version t on t.id = v.template_version_id join agreement a on a.id = v.agreement_id join vendor n on n.id = a.vendor_id`
)

// impactOrders: the key of number serves the list.
var impactOrders = map[string]storage.Order{"number": {By: "a.number", Type: "int", ID: "v.id"}}

// standingOn narrows to the agreements on the version or an earlier one of its family and
// language; of each the newest of a state.
func standingOn(base string, template int64) *storage.Query {
	return storage.List(base).And("(t.key, t.language) = (select x.key, x.language from template_version x where x.id = ?) and t.id <= ?", template, template).
		And("not exists (select from agreement_version y where y.agreement_id = v.agreement_id and y.state = v.state and y.no > v.no)")
}

// Impact lists the agreements that stand on a template version or an earlier one of its
// family, and the cursor of the next page.
func (s *Service) Impact(ctx context.Context, scope access.Scope, template int64, p storage.Page) ([]Impacted, string, error) {
	p.Sort = "number"
	rows, err := storage.Select[Impacted](ctx, s.db, scope, standingOn(impactCols+impactFrom, template).Page(impactOrders, p))
	if err != nil {
		return nil, "", err
	}
	rows, next := storage.Cut(rows, p, func(a Impacted) (string, int64) {
		return storage.Key(p, map[string]any{"number": a.Number}), a.VersionID
	})
	return rows, next, nil
}

// CountImpact counts them.
func (s *Service) CountImpact(ctx context.Context, scope access.Scope, template int64) (int, error) {
	return storage.Count(ctx, s.db, scope, standingOn("select count(*) as total"+impactFrom, template))
}
