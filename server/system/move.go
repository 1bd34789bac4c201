package system

import (
	"slices"
	"time"

	"klausul/server/fault"
)

// Refusals of a move to another vendor.
var (
	ErrSameVendor = fault.New(fault.Conflict, "system.same_vendor")
	ErrMoveDate   = fault.New(fault.Invalid, "system.move_date")
)

// Period is who delivered a system from when to when, both days included. Without From
// it is as long as the register knows, without To it runs.
type Period struct {
	ID           int64      `db:"id"`
	Vendor       int32      `db:"vendor_id"`
	VendorNumber int32      `db:"vendor_number"`
	VendorName   string     `db:"vendor_name"`
	From         *time.Time `db:"from_date"`
	To           *time.Time `db:"to_date"`
}

func (p Period) covers(day time.Time) bool {
	return (p.From == nil || !day.Before(*p.From)) && (p.To == nil || !day.After(*p.To))
}

// moveAhead is how many years ahead a move may be registered.
const moveAhead = 5

// Moved returns the periods of a system, in order, that goes to a vendor from a day on,
// until the vendor after that day, if there is one, takes over. Periods have no overlap
// and no two neighbours name one vendor. It refuses with ErrSameVendor when the vendor
// delivers on that day already, and with ErrMoveDate for a day far outside.
func Moved(rows []Period, to Period, from, today time.Time) ([]Period, error) {
	if from.Year() < 1970 || from.After(today.AddDate(moveAhead, 0, 0)) {
		return nil, ErrMoveDate.At(fault.Field{Pointer: "/from", Code: "system.move_date"})
	}
	at := slices.IndexFunc(rows, func(p Period) bool { return p.covers(from) })
	if at < 0 {
		return nil, ErrMoveDate.At(fault.Field{Pointer: "/from", Code: "system.move_date"})
	}
	if rows[at].Vendor == to.Vendor {
		return nil, ErrSameVendor.With("from", dateOf(rows[at].From)).With("to", dateOf(rows[at].To))
	}
	to.ID, to.From, to.To = 0, &from, rows[at].To
	moved := slices.Clone(rows[:at])
	if before := rows[at]; before.From == nil || before.From.Before(from) {
		day := from.AddDate(0, 0, -1)
		before.To = &day
		moved = append(moved, before)
	}
	for _, p := range append([]Period{to}, rows[at+1:]...) {
		if last := len(moved) - 1; last >= 0 && moved[last].Vendor == p.Vendor {
			if moved[last].ID == 0 { // the period that exists keeps its row
				moved[last].ID = p.ID
			}
			moved[last].To = p.To
			continue
		}
		moved = append(moved, p)
	}
	return moved, nil
}

func dateOf(t *time.Time) any {
	if t == nil {
		return nil
	}
	return t.Format(time.DateOnly)
}
