package vendor

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/storage"
)

// Match is a pasted line held against the register.
type Match struct {
	Line
	Vendor *Vendor // who it is; nil: the register does not know it yet, and it would be added
}

// Under is the place in the tree where a table is pasted.
type Under struct {
	Parent *int64
	System *int32
}

// ErrLines refuses a table in which a line could not be taken. Each is named by its line
// and column; nothing was added, so nothing is lost.
var ErrLines = fault.New(fault.Invalid, "vendor.lines")

// Preview reads a pasted table and says of each line who it is, or what is wrong with it.
// It changes nothing. It refuses with ErrTooManyLines or fault.ErrNotFound.
func (s *Service) Preview(ctx context.Context, scope access.Scope, number int32, pasted string) ([]Match, error) {
	lines, err := ReadTable(pasted, s.Today())
	if err != nil {
		return nil, err
	}
	var out []Match
	err = s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		v, found, err := storage.Find[Vendor](tx, vendorSQL+" where v.number = $1", number)
		if err != nil || !found {
			return orNotFound(err)
		}
		out, err = match(tx, v, lines)
		return err
	})
	return out, err
}

// Paste adds every line of a pasted table in one transaction, with the vendors that the
// register does not know yet. It refuses with ErrLines when any line cannot be taken,
// and as AddSubprocessor does.
func (s *Service) Paste(ctx context.Context, scope access.Scope, number int32, under Under, pasted string) (int, error) {
	lines, err := ReadTable(pasted, s.Today())
	if err != nil {
		return 0, err
	}
	err = s.db.Write(ctx, scope, "subprocessor.paste", func(tx *storage.Tx) error {
		v, err := Hold(tx, number)
		if err != nil {
			return err
		}
		matches, err := match(tx, v, lines)
		if err != nil {
			return err
		}
		if wrong := faults(matches); len(wrong) > 0 {
			return ErrLines.At(wrong...)
		}
		var above []int64 // the last row of each tier
		for _, m := range matches {
			id, err := m.add(tx, v, under, above)
			if err != nil {
				return err
			}
			above = append(above[:m.Tier-1], id)
		}
		return nil
	})
	return len(lines), err
}

func faults(matches []Match) []fault.Field {
	var all []fault.Field
	for _, m := range matches {
		for _, f := range m.Faults {
			all = append(all, fault.Field{Pointer: pointer(m.Line.Line, f.Pointer), Code: f.Code, Message: f.Message})
		}
	}
	return all
}

func (m Match) add(tx *storage.Tx, v Vendor, under Under, above []int64) (int64, error) {
	row := m.Row
	row.Parent, row.System = under.Parent, under.System
	if m.Tier > 1 {
		row.Parent = &above[m.Tier-2]
	}
	if m.Vendor == nil {
		who, err := m.vendor(tx)
		if err != nil {
			return 0, err
		}
		m.Vendor = &who
	}
	row.Processor = m.Vendor.Number
	id, err := add(tx, v, row)
	if f, ok := fault.Of(err); ok {
		return 0, ErrLines.At(fault.Field{Pointer: pointer(m.Line.Line, "name"), Code: f.Code})
	}
	return id, err
}

// vendor is the line's own: made by a line before it in the same table, or now.
func (m Match) vendor(tx *storage.Tx) (Vendor, error) {
	p := Particulars{Name: m.Name, CVR: m.CVR, ForeignNumber: m.Foreign, Country: m.Country, Commercial: true}
	if found, there, err := holder(tx, p); err != nil || there {
		return found, err
	}
	return create(tx, p)
}

// match finds who each line is. A line with faults is looked up too, as far as it can be.
func match(tx *storage.Tx, v Vendor, lines []Line) ([]Match, error) {
	out := make([]Match, len(lines))
	chain := []int32{v.ID} // the main vendor and the last line of each tier: nobody stands below itself
	for i, l := range lines {
		m := Match{Line: l}
		if err := m.find(tx); err != nil {
			return nil, err
		}
		self := int32(0)
		if m.Vendor != nil {
			self = m.Vendor.ID
		}
		if l.Tier <= len(chain) {
			if self != 0 && slices.Contains(chain[:l.Tier], self) {
				m.fault("name", "vendor.subprocessor_cycle", m.Vendor.Name)
			}
			chain = append(chain[:l.Tier], self)
		}
		out[i] = m
	}
	holdBack(out)
	return out, nil
}

// holdBack marks anew what waits for a line that is not taken.
func holdBack(matches []Match) {
	lines := make([]Line, len(matches))
	for i, m := range matches {
		lines[i] = m.Line
		lines[i].Faults = slices.DeleteFunc(slices.Clone(m.Faults), func(f fault.Field) bool { return f.Code == "field.tier_branch" || f.Code == "field.tier_gap" })
	}
	tiers(lines)
	for i := range matches {
		matches[i].Faults = lines[i].Faults
	}
}

// find looks by number first, then by name. A number that is a vendor of another name is
// refused by name and leads to that vendor; it is never taken for the same.
func (m *Match) find(tx *storage.Tx) error {
	if m.CVR != "" || m.Foreign != "" && m.Country != "" {
		found, there, err := holder(tx, Particulars{CVR: m.CVR, ForeignNumber: m.Foreign, Country: m.Country})
		if err != nil {
			return err
		}
		if there {
			m.Vendor = &found
			return m.sameName(tx, found)
		}
	}
	if m.Name != "" {
		found, err := storage.All[Vendor](tx, vendorSQL+` where v.merged_into is null and lower(v.name) = lower($1) and ($2 = '' or v.country = $2) and ($3 = '' or v.cvr is null or v.cvr = $3)
			order by v.id limit 2`, m.Name, m.Country, m.CVR)
		if err != nil {
			return err
		}
		if len(found) == 2 {
			m.fault("name", "field.ambiguous", m.Name)
			return nil
		}
		if len(found) == 1 && m.Foreign == "" && m.CVR == "" {
			m.Vendor = &found[0]
			return nil
		}
	}
	m.unknown()
	return nil
}

// unknown says what is missing to add the vendor.
func (m *Match) unknown() {
	if m.Name == "" {
		m.fault("name", "required", "")
	}
	switch {
	case m.Country == "":
		m.fault("country", "required", "")
	case m.Country == "DK" && m.CVR == "" && !m.has("number"), m.Country != "DK" && m.Foreign == "":
		m.fault("number", "required", "")
	}
}

func (m *Match) has(column string) bool {
	return slices.ContainsFunc(m.Faults, func(f fault.Field) bool { return f.Pointer == column })
}

func (m *Match) sameName(tx *storage.Tx, v Vendor) error {
	if m.Name == "" || strings.EqualFold(m.Name, v.Name) || field.Stem(m.Name) != "" && field.Stem(m.Name) == field.Stem(v.Name) {
		return nil
	}
	_, former, err := storage.Find[struct {
		ID int32 `db:"id"`
	}](tx, "select id from vendor_name where vendor_id = $1 and lower(name) = lower($2) limit 1", v.ID, m.Name)
	if err == nil && !former {
		m.fault("number", "vendor.number_taken", v.Name)
	}
	return err
}

func pointer(line int, column string) string {
	return "/lines/" + strconv.Itoa(line) + "/" + column
}
