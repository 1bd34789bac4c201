package agreement

import (
	"context"
	"slices"
	"strings"

	"klausul/server/access"
	"klausul/server/field"
	"klausul/server/storage"
	"klausul/server/vendor"
)

// Listed is a company of the vendor's chain as the form's table of sub-processors has it, by
// the table's own columns: what the template does not ask is left out.
type Listed map[string]string

// Subprocessors are the companies behind the systems of an agreement as the register has the
// vendor's chain today. Nothing is written: the lawyer looks and takes. It refuses with
// fault.ErrNotFound, and with field.ErrUnknown where the template has no such table.
func (s *Service) Subprocessors(ctx context.Context, scope access.Scope, id int64) (rows []Listed, err error) {
	err = s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		d, err := load(tx, id)
		if err != nil {
			return err
		}
		table, ok := field.Find(d.Tree.Fields, subprocessors)
		if !ok || table.Type != field.Rows {
			return field.ErrUnknown
		}
		chain, err := vendor.Processors(tx, d.VendorID, systemIDs(d.Systems), tx.Today())
		for _, p := range chain {
			rows = append(rows, listed(table.Columns, p))
		}
		return err
	})
	return rows, err
}

func listed(columns []field.Field, p vendor.Processor) Listed {
	address := slices.DeleteFunc([]string{p.Street, p.Postal}, func(s string) bool { return s == "" })
	all := map[string]string{"name": p.Name, "number": p.Number, "address": strings.Join(address, ", "), "country": p.Country, "purpose": strings.Join(p.Services, "; ")}
	row := Listed{}
	for _, c := range columns {
		if value := all[c.Path]; value != "" {
			row[c.Path] = value
		}
	}
	return row
}
