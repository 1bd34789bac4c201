package report

import (
	"context"

	"klausul/server/access"
	"klausul/server/storage"
)

// Standing is how an organisation stands to a vendor: the best of its agreements.
type Standing byte

// The standings, from the best; Owed uses a system of the vendor and has no agreement that
// runs, Ended has only what is over and uses nothing.
const (
	InForce  Standing = 'F'
	Accepted Standing = 'A'
	Offered  Standing = 'O'
	OnHold   Standing = 'H'
	Own      Standing = 'E' // an agreement that the secretariat did not negotiate
	Declined Standing = 'D'
	Owed     Standing = 'M'
	Ended    Standing = 'X'
	Nothing  Standing = '.'
)

// standings by their number in matrixSQL.
var standings = []Standing{Nothing, Ended, Owed, Declined, Own, OnHold, Offered, Accepted, InForce}

// MatrixRow is a vendor and how each organisation of the matrix stands to it, in their order.
type MatrixRow struct {
	Number int32
	Name   string
	Cells  []Standing
}

// Matrix is all vendors that anybody has to do with, by name, against the active members.
type Matrix struct {
	Organisations []MatrixColumn
	Rows          []MatrixRow
}

// MatrixColumn is an organisation of the matrix.
type MatrixColumn struct {
	ID   int32  `db:"id"`
	Name string `db:"name"`
}

// MatrixSQL reads one row per vendor, with the organisation and the standing of each cell
// packed into one number: 68,600 rows would cost more to send than to find. It reads the
// accessions once (by hash), the running usages and the own agreements.
const MatrixSQL = `with member as materialized (
	  select distinct m.organisation_id from membership m where m.from_date <= (select today()) and (m.to_date is null or m.to_date >= (select today()))
	), cell as (
	  select a.vendor_id, c.organisation_id, case c.state when 'in_force' then 8 when 'accepted' then 7 when 'offered' then 6 when 'on_hold' then 5 when 'declined' then 3 else 1 end as rank
	    from accession c join agreement a on a.id = c.agreement_id
	  union all
	  select s.vendor_id, u.organisation_id, 2 from usage u join it_system s on s.id = u.system_id
	   where u.not_needed_at is null and u.from_date <= (select today()) and (u.to_date is null or u.to_date >= (select today()))
	  union all
	  select w.vendor_id, w.organisation_id, 4 from own_agreement w
	   where w.state = 'registered' and (w.ends_on is null or w.ends_on >= (select today())) and (w.signed_on is null or w.signed_on <= (select today()))
	), best as (
	  select vendor_id, organisation_id, max(rank) as rank from cell where organisation_id in (select organisation_id from member) group by vendor_id, organisation_id
	)
	select n.number, n.name::text as name, array_agg(b.organisation_id::bigint * 16 + b.rank) as cells
	  from best b join vendor n on n.id = b.vendor_id group by n.id order by n.name, n.id`

const matrixColumns = `select o.id, o.name::text as name from organisation o where exists (select from membership m where m.organisation_id = o.id
	and m.from_date <= today() and (m.to_date is null or m.to_date >= today())) order by o.name, o.id`

// PackedRow is a row as MatrixSQL reads it.
type PackedRow struct {
	Number int32   `db:"number"`
	Name   string  `db:"name"`
	Cells  []int64 `db:"cells"`
}

// Matrix tells who has what with whom. It is the secretariat's.
func (s *Service) Matrix(ctx context.Context, scope access.Scope) (m Matrix, err error) {
	err = s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		if m.Organisations, err = storage.All[MatrixColumn](tx, matrixColumns); err != nil {
			return err
		}
		rows, err := storage.All[PackedRow](tx, MatrixSQL)
		if err != nil {
			return err
		}
		m.unpack(rows)
		return nil
	})
	return m, err
}

// unpack gives each cell its place.
func (m *Matrix) unpack(rows []PackedRow) {
	at := make(map[int64]int, len(m.Organisations))
	for i, o := range m.Organisations {
		at[int64(o.ID)] = i
	}
	m.Rows = make([]MatrixRow, len(rows))
	for i, r := range rows {
		cells := make([]Standing, len(m.Organisations))
		for j := range cells {
			cells[j] = Nothing
		}
		for _, packed := range r.Cells {
			if j, ok := at[packed/16]; ok {
				cells[j] = standings[packed%16]
			}
		}
		m.Rows[i] = MatrixRow{r.Number, r.Name, cells}
	}
}
