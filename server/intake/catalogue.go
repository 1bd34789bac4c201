package intake

import (
	"fmt"
	"slices"
	"strings"

	"klausul/server/field"
)

// knownVendor and knownSystem are what the register has of what the lines speak of.
type knownVendor struct {
	ID            int32   `db:"id"`
	Number        int32   `db:"number"`
	Name          string  `db:"name"`
	CVR           *string `db:"cvr"`
	ForeignNumber *string `db:"foreign_number"`
	Country       string  `db:"country"`
	Street        string  `db:"street"`
	PostalCode    string  `db:"postal_code"`
	City          string  `db:"city"`
	Version       int32   `db:"version"`
	MergedInto    *int32  `db:"merged_into"`
}

type knownSystem struct {
	ID     int32   `db:"id"`
	Number int32   `db:"number"`
	UUID   string  `db:"uuid"`
	Kitos  *string `db:"kitos_uuid"`
	Name   string  `db:"name"`
	Vendor int32   `db:"vendor_id"`

	Version    int32  `db:"version"`
	MergedInto *int32 `db:"merged_into"`

	old, oldKitos []string // what names those that were merged into it
}

// sets tells whether a line with the uuid gives the system a new one. Its own, or one of
// those merged into it, only names it; a KITOS uuid of theirs it takes where it has none.
func (s *knownSystem) sets(id string) bool {
	if slices.Contains(s.oldKitos, id) {
		return s.Kitos == nil
	}
	return id != s.UUID && !slices.Contains(s.old, id)
}

type knownOrganisation struct {
	ID     int32  `db:"id"`
	CVR    string `db:"cvr"`
	Name   string `db:"name"`
	Member bool   `db:"member"`
}

// catalogue finds what a line names. It holds the register's vendors and systems, some
// thousands; usages, of which there are many, are matched by the database.
type catalogue struct {
	own           int32 // the organisation whose list it is, 0: the secretariat's
	organisations map[string]knownOrganisation

	vendors      map[int32]*knownVendor
	vendorNumber map[int32]*knownVendor
	vendorCVR    map[string][]*knownVendor
	vendorName   map[string][]*knownVendor
	vendorStem   map[string][]*knownVendor // without the legal form: people leave it out
	vendorAbroad map[string]*knownVendor

	systems      map[int32]*knownSystem
	systemNumber map[int32]*knownSystem
	systemUUID   map[string]*knownSystem
	systemName   map[string][]*knownSystem
}

func newCatalogue(own int32, organisations []knownOrganisation, vendors []knownVendor, systems []knownSystem) *catalogue {
	c := &catalogue{own: own, organisations: map[string]knownOrganisation{}, vendors: map[int32]*knownVendor{}, vendorNumber: map[int32]*knownVendor{},
		vendorCVR: map[string][]*knownVendor{}, vendorName: map[string][]*knownVendor{}, vendorAbroad: map[string]*knownVendor{}, vendorStem: map[string][]*knownVendor{},
		systems: map[int32]*knownSystem{}, systemNumber: map[int32]*knownSystem{}, systemUUID: map[string]*knownSystem{}, systemName: map[string][]*knownSystem{}}
	for _, o := range organisations {
		c.organisations[o.CVR] = o
	}
	// What was merged into another still answers to its name and numbers: those in hand are old.
	for i := range vendors {
		if vendors[i].MergedInto == nil {
			c.addVendor(&vendors[i], &vendors[i])
		}
	}
	for i := range vendors {
		if w := winner(vendors[i].MergedInto, c.vendors, vendors, func(v knownVendor) (int32, *int32) { return v.ID, v.MergedInto }); w != nil {
			c.addVendor(&vendors[i], w)
		}
	}
	for i := range systems {
		if systems[i].MergedInto == nil {
			c.addSystem(&systems[i], &systems[i])
		}
	}
	for i := range systems {
		if w := winner(systems[i].MergedInto, c.systems, systems, func(s knownSystem) (int32, *int32) { return s.ID, s.MergedInto }); w != nil {
			c.addSystem(&systems[i], w)
		}
	}
	return c
}

// winner follows a merge to what stands; nil where there was none.
func winner[T any](into *int32, standing map[int32]*T, all []T, merged func(T) (int32, *int32)) *T {
	for range 10 {
		if into == nil {
			return nil
		}
		if w := standing[*into]; w != nil {
			return w
		}
		i := slices.IndexFunc(all, func(t T) bool { id, _ := merged(t); return id == *into })
		if i < 0 {
			return nil
		}
		_, into = merged(all[i])
	}
	return nil
}

// once adds what is not there yet.
func once[T comparable](all []T, one T) []T {
	if slices.Contains(all, one) {
		return all
	}
	return append(all, one)
}

// addVendor lets a vendor be found by what is said of v.
func (c *catalogue) addVendor(v, found *knownVendor) {
	c.vendors[found.ID], c.vendorNumber[v.Number] = found, found
	c.vendorName[fold(v.Name)] = once(c.vendorName[fold(v.Name)], found)
	c.vendorStem[field.Stem(v.Name)] = once(c.vendorStem[field.Stem(v.Name)], found)
	if v.CVR != nil {
		c.vendorCVR[*v.CVR] = once(c.vendorCVR[*v.CVR], found)
	}
	if v.ForeignNumber != nil {
		c.vendorAbroad[v.Country+" "+fold(*v.ForeignNumber)] = found
	}
}

func (c *catalogue) addSystem(s, found *knownSystem) {
	c.systems[found.ID], c.systemNumber[s.Number], c.systemUUID[s.UUID] = found, found, found
	if s != found {
		found.old = append(found.old, s.UUID)
	}
	if s.Kitos != nil {
		c.systemUUID[*s.Kitos] = found
		if s != found {
			found.oldKitos = append(found.oldKitos, *s.Kitos)
		}
	}
	c.systemName[fold(s.Name)] = once(c.systemName[fold(s.Name)], found)
}

// fold is a name as it is compared: without regard to capitals and odd spaces.
func fold(name string) string { return strings.ToLower(field.Clean(name)) }

// alike tells whether two names may be of one company: equal but for form, one within
// the other, or half of their pairs of letters in common.
func alike(a, b string) bool {
	x, y := field.Stem(a), field.Stem(b)
	if x == "" || y == "" || strings.Contains(x, y) || strings.Contains(y, x) {
		return true
	}
	pairs := func(s string) map[string]int {
		all, runes := map[string]int{}, []rune(s)
		for i := 1; i < len(runes); i++ {
			all[string(runes[i-1:i+1])]++
		}
		return all
	}
	common, total := 0, 0
	p, q := pairs(x), pairs(y)
	for pair, n := range p {
		common += min(n, q[pair])
		total += n
	}
	for _, n := range q {
		total += n
	}
	return total > 0 && 4*common >= total // Dice's measure, at least a half
}

func vendorsSaid(all []*knownVendor) string {
	return said(all, func(v *knownVendor) string {
		if v.CVR != nil {
			return fmt.Sprintf("%d %s (CVR %s)", v.Number, v.Name, *v.CVR)
		}
		return fmt.Sprintf("%d %s (%s)", v.Number, v.Name, v.Country)
	})
}

func (c *catalogue) systemsSaid(all []*knownSystem) string {
	return said(all, func(s *knownSystem) string {
		v := c.vendors[s.Vendor]
		if v == nil {
			return fmt.Sprintf("%d %s", s.Number, s.Name)
		}
		return fmt.Sprintf("%d %s (%s)", s.Number, s.Name, v.Name)
	})
}

// said names the candidates, at most five.
func said[T any](all []T, name func(T) string) string {
	var b strings.Builder
	for i, one := range all {
		if i == 5 {
			fmt.Fprintf(&b, " … (%d)", len(all))
			break
		}
		if i > 0 {
			b.WriteString(" · ")
		}
		b.WriteString(name(one))
	}
	return b.String()
}

// organisation puts the line to its organisation.
func (c *catalogue) organisation(p *parsed) {
	cvr := p.text("cvr")
	switch {
	case cvr == "" && c.own != 0 && p.said["cvr"] == "":
		p.org = c.own
	case cvr == "": // missing or no CVR: said already
	case c.organisations[cvr].ID == 0 && c.own != 0:
		p.flaw("cvr", flawForeignOrg, cvr)
	case c.organisations[cvr].ID == 0:
		p.flaw("cvr", flawUnknownOrg, cvr)
	case !c.organisations[cvr].Member:
		p.flaw("cvr", flawNoMember, c.organisations[cvr].Name)
	default:
		p.org = c.organisations[cvr].ID
	}
}

// vendor finds the vendor that the line names by number, CVR or name. nil without a flaw
// of the vendor's: the line names none.
func (c *catalogue) vendor(p *parsed) *knownVendor {
	number, cvr, name := p.number("vendor_number"), p.text("vendor_cvr"), p.text("vendor_name")
	var v *knownVendor
	switch {
	case number != 0:
		if v = c.vendorNumber[number]; v == nil {
			p.flaw("vendor_number", flawVendor, fmt.Sprint(number))
			return nil
		}
		if cvr != "" && (v.CVR == nil || *v.CVR != cvr) {
			p.flaw("vendor_cvr", flawOtherCompany, vendorsSaid([]*knownVendor{v}))
			return nil
		}
	case cvr != "":
		found := c.vendorCVR[cvr]
		if len(found) > 1 { // the same company twice in the register: the name may tell which
			found = slices.DeleteFunc(slices.Clone(found), func(v *knownVendor) bool { return name != "" && fold(v.Name) != fold(name) })
		}
		switch len(found) {
		case 0:
			p.flaw("vendor_cvr", flawVendor, cvr)
			return nil
		case 1:
			v = found[0]
		default:
			p.flaw("vendor_cvr", flawVendorTwice, vendorsSaid(found))
			return nil
		}
	case name != "":
		found := c.named(name)
		switch len(found) {
		case 0:
			p.flaw("vendor_name", flawVendor, name)
			return nil
		case 1:
			v = found[0]
		default:
			p.flaw("vendor_name", flawVendorTwice, vendorsSaid(found))
			return nil
		}
	default:
		return nil
	}
	if name != "" && !alike(name, v.Name) {
		p.flaw("vendor_name", flawOtherCompany, vendorsSaid([]*knownVendor{v}))
		return nil
	}
	p.vendor = v.ID
	return v
}

// named is the vendors of that name, or those that only lack its legal form.
func (c *catalogue) named(name string) []*knownVendor {
	if found := c.vendorName[fold(name)]; len(found) > 0 || field.Stem(name) == "" {
		return found
	}
	return c.vendorStem[field.Stem(name)]
}

// system finds the system that the line names: by KITOS uuid or ours, else by our number,
// else by its exact name, with the vendor where one name is not enough.
func (c *catalogue) system(p *parsed) {
	id, number, name := p.text("system_uuid"), p.number("system_number"), p.text("system_name")
	if s := c.systemUUID[id]; s != nil {
		p.system, p.vendor = s.ID, s.Vendor
		return
	}
	if number != 0 {
		s := c.systemNumber[number]
		if s == nil {
			p.flaw("system_number", flawSystem, fmt.Sprint(number))
			return
		}
		p.system, p.vendor = s.ID, s.Vendor
		return
	}
	if name == "" {
		if id != "" {
			p.flaw("system_uuid", flawSystem, id)
		} else if len(p.flaws) == 0 {
			p.flaw("system_name", flawRequired, "")
		}
		return
	}
	before := len(p.flaws)
	v := c.vendor(p)
	if len(p.flaws) > before {
		return
	}
	found := c.systemName[fold(name)]
	if v != nil {
		found = slices.DeleteFunc(slices.Clone(found), func(s *knownSystem) bool { return s.Vendor != v.ID })
	}
	switch len(found) {
	case 0:
		p.flaw("system_name", flawSystem, name)
	case 1:
		p.system, p.vendor = found[0].ID, found[0].Vendor
	default:
		p.flaw("system_name", flawSystemTwice, c.systemsSaid(found))
	}
}
