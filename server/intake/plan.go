package intake

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"klausul/server/agreement"
	"klausul/server/field"
)

// plan holds a line against the register. Usages, of which there are many, get their
// organisation and system here and the rest from the database (match.go).
func (c *catalogue) plan(k Kind, p *parsed) {
	switch k {
	case Vendors:
		c.planVendor(p)
	case Systems:
		c.planSystem(p)
	case Usages:
		c.organisation(p)
		c.system(p)
	case OwnAgreements:
		c.organisation(p)
		c.planAgreement(p)
	}
	if len(p.flaws) > 0 {
		p.outcome = Refused
	}
}

// settle says what comes of a line without flaws, for what is not left to the database.
func (p *parsed) settle() {
	switch {
	case p.target == 0:
		p.outcome = Added
	case slices.ContainsFunc(p.differences, func(d Difference) bool { return !d.Kept }):
		p.outcome = Changed
	default:
		p.outcome = Unchanged
	}
}

// differ notes a field that the line would set to something else. An empty cell changes nothing.
func (p *parsed) differ(name string, before any, kept bool) {
	after, said := p.value[name]
	if !said || fmt.Sprint(before) == fmt.Sprint(after) {
		return
	}
	if before == "" {
		before = nil
	}
	p.differences = append(p.differences, Difference{Field: name, Before: before, After: after, Kept: kept && before != nil})
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func (c *catalogue) planVendor(p *parsed) {
	if p.said["country"] == "" && p.text("cvr") != "" {
		p.value["country"] = "DK"
	}
	if p.text("country") == "DK" {
		delete(p.value, "foreign_number") // its number is the CVR
	}
	v := c.sameVendor(p)
	if len(p.flaws) > 0 {
		return
	}
	if v == nil {
		switch abroad := p.text("country"); {
		case abroad == "" && p.text("foreign_number") != "":
			p.lacks("country")
		case (abroad == "" || abroad == "DK") && p.text("cvr") == "":
			p.lacks("cvr")
		case abroad != "DK" && p.text("cvr") != "":
			p.flaw("country", flawCountry, abroad)
		case abroad != "DK" && p.text("foreign_number") == "":
			p.flaw("foreign_number", flawForeignNo, abroad)
		}
		if len(p.flaws) == 0 {
			for _, f := range fieldsOf[Vendors][1:] {
				p.differ(f.Name, nil, false)
			}
			p.settle()
		}
		return
	}
	if abroad := p.text("country"); abroad != "" && abroad != v.Country {
		p.flaw("country", flawOtherCompany, vendorsSaid([]*knownVendor{v}))
		return
	}
	p.target, p.version = int64(v.ID), v.Version
	p.differ("name", v.Name, false)
	p.differ("foreign_number", orEmpty(v.ForeignNumber), false)
	p.differ("street", v.Street, false)
	p.differ("postal_code", v.PostalCode, false)
	p.differ("city", v.City, false)
	p.settle()
}

// sameVendor is the vendor that the line is about: by our number, by CVR, by the number
// of its country, and by its name only where the line has none of these.
func (c *catalogue) sameVendor(p *parsed) *knownVendor {
	number, cvr, abroad, name := p.number("number"), p.text("cvr"), p.text("foreign_number"), p.text("name")
	one := func(field string, found []*knownVendor) *knownVendor {
		switch len(found) {
		case 0:
			return nil
		case 1:
			if field != "name" && name != "" && !alike(name, found[0].Name) {
				p.flaw("name", flawOtherCompany, vendorsSaid(found))
			}
			return found[0]
		}
		p.flaw(field, flawVendorTwice, vendorsSaid(found))
		return nil
	}
	switch {
	case number != 0:
		v := c.vendorNumber[number]
		if v == nil {
			p.flaw("number", flawVendor, fmt.Sprint(number))
			return nil
		}
		if cvr != "" && orEmpty(v.CVR) != cvr {
			other := append([]*knownVendor{v}, c.vendorCVR[cvr]...)
			p.flaw("cvr", flawOtherCompany, vendorsSaid(other))
			return nil
		}
		return v
	case cvr != "":
		return one("cvr", c.vendorCVR[cvr])
	case abroad != "" && p.text("country") != "":
		if v := c.vendorAbroad[p.text("country")+" "+fold(abroad)]; v != nil {
			return one("foreign_number", []*knownVendor{v})
		}
		return nil
	}
	return one("name", c.named(name))
}

func (c *catalogue) planSystem(p *parsed) {
	id, number, name := p.text("system_uuid"), p.number("system_number"), p.text("system_name")
	v := c.vendor(p)
	if len(p.flaws) > 0 {
		return
	}
	var named []*knownSystem // what the line names besides a uuid
	switch {
	case number != 0 && c.systemNumber[number] != nil:
		named = []*knownSystem{c.systemNumber[number]}
	case number == 0 && v != nil:
		named = slices.DeleteFunc(slices.Clone(c.systemName[fold(name)]), func(s *knownSystem) bool { return s.Vendor != v.ID })
	}
	s := c.systemUUID[id]
	switch {
	case s != nil && (number != 0 || len(named) > 0) && !slices.Contains(named, s):
		p.flaw("system_uuid", flawTaken, c.systemsSaid([]*knownSystem{s}))
		if len(named) == 1 {
			p.system = named[0].ID // it claims the uuid
		}
		return
	case s != nil: // the uuid and what else is said name the same
	case number != 0 && len(named) == 0:
		p.flaw("system_number", flawSystem, fmt.Sprint(number))
		return
	case len(named) > 1:
		p.flaw("system_name", flawSystemTwice, c.systemsSaid(named))
		return
	case len(named) == 1:
		s = named[0]
	}
	if s == nil {
		if v == nil {
			p.flaw("vendor_name", flawRequired, "")
			return
		}
		p.differ("system_name", nil, false)
		p.differ("system_uuid", nil, false)
		p.differences = append(p.differences, Difference{Field: "vendor_name", After: v.Name})
		p.settle()
		return
	}
	if v != nil && v.ID != s.Vendor {
		p.flaw("vendor_name", flawOtherVendor, c.systemsSaid([]*knownSystem{s}))
		return
	}
	if id != "" && s.Kitos != nil && *s.Kitos != id && s.sets(id) {
		p.flaw("system_uuid", flawTaken, c.systemsSaid([]*knownSystem{s}))
		return
	}
	p.target, p.version, p.system, p.vendor = int64(s.ID), s.Version, s.ID, s.Vendor
	p.differ("system_name", s.Name, false)
	if s.sets(id) {
		p.differ("system_uuid", orEmpty(s.Kitos), false)
	}
	p.settle()
}

// knownAgreement is an own agreement that is in the register.
type knownAgreement struct {
	ID           int64      `db:"id"`
	Organisation int32      `db:"organisation_id"`
	Vendor       int32      `db:"vendor_id"`
	Kind         string     `db:"kind"`
	Title        string     `db:"title"`
	SignedOn     *time.Time `db:"signed_on"`
	EndsOn       *time.Time `db:"ends_on"`
	Concept      *int16     `db:"concept"`
	Interval     *int16     `db:"interval_months"`
	CaseNumber   string     `db:"case_number"`
	Note         string     `db:"note"`
	FileName     string     `db:"file_name"`
	Version      int32      `db:"version"`
	Systems      []int32    `db:"systems"`
}

func agreementKey(organisation, vendor int32, title string) string {
	return fmt.Sprintf("%d %d %s", organisation, vendor, fold(title))
}

// severalSystems are separated by what does not stand in a name.
var severalSystems = regexp.MustCompile(`\s*[;|]\s*`)

// planAgreement finds the vendor and the systems; what is there already is compared by the caller.
func (c *catalogue) planAgreement(p *parsed) {
	before := len(p.flaws)
	v := c.vendor(p)
	if v == nil {
		if len(p.flaws) == before {
			p.flaw("vendor_name", flawRequired, "")
		}
		return
	}
	if p.text("title") == "" && p.said["title"] == "" { // as in the form
		p.value["title"] = agreement.TitleFor(v.Name)
	}
	ids := []int32{}
	for _, one := range severalSystems.Split(p.text("systems"), -1) {
		if one = strings.TrimSpace(one); one == "" {
			continue
		}
		s := c.ofVendor(v, one)
		if s == nil {
			p.flaw("systems", flawSystem, one)
			continue
		}
		if !slices.Contains(ids, s.ID) {
			ids = append(ids, s.ID)
		}
	}
	slices.Sort(ids)
	p.value["system_ids"] = ids
}

// ofVendor finds a system of the vendor by number, uuid or exact name.
func (c *catalogue) ofVendor(v *knownVendor, said string) *knownSystem {
	if id, ok := field.ParseUUID(said); ok {
		if s := c.systemUUID[id.String()]; s != nil && s.Vendor == v.ID {
			return s
		}
	}
	if n, ok := field.ParseWhole(said); ok && n < 1<<31 {
		if s := c.systemNumber[int32(n)]; s != nil && s.Vendor == v.ID {
			return s
		}
	}
	for _, s := range c.systemName[fold(said)] {
		if s.Vendor == v.ID {
			return s
		}
	}
	return nil
}

// compareAgreement holds a line against the own agreement that is there. The secretariat
// only proposes: what an organisation has stands.
func (p *parsed) compareAgreement(a *knownAgreement, office bool) {
	if a == nil {
		for _, name := range []string{"title", "agreement_kind", "signed_on", "ends_on", "concept", "interval_months", "case_number", "note", "file", "systems"} {
			p.differ(name, nil, false)
		}
		p.settle()
		return
	}
	day := func(t *time.Time) any {
		if t == nil {
			return nil
		}
		return t.Format(time.DateOnly)
	}
	number := func(n *int16) any {
		if n == nil {
			return nil
		}
		return *n
	}
	p.target, p.version = a.ID, a.Version
	was := len(p.differences)
	p.differ("agreement_kind", a.Kind, office)
	p.differ("signed_on", day(a.SignedOn), office)
	p.differ("ends_on", day(a.EndsOn), office)
	p.differ("concept", number(a.Concept), office)
	p.differ("interval_months", number(a.Interval), office)
	p.differ("case_number", a.CaseNumber, office)
	p.differ("note", a.Note, office)
	if FileKey(p.text("file")) != FileKey(a.FileName) {
		p.differ("file", a.FileName, office)
	}
	if ids, _ := p.value["system_ids"].([]int32); slices.ContainsFunc(ids, func(id int32) bool { return !slices.Contains(a.Systems, id) }) {
		p.differences = append(p.differences, Difference{Field: "systems", Before: len(a.Systems), After: p.value["systems"], Kept: office})
	}
	if office { // it may not change a row that is there, also where that is empty
		for i := range p.differences[was:] {
			p.differences[was+i].Kept = true
		}
	}
	p.settle()
}

// owners remembers whose the files are that lines name.
type owners map[string]int32

// own tells whether the line's file is its organisation's alone. A file of one name that
// two organisations claim is refused: it would show one the other's agreement.
func (o owners) own(p *parsed) bool {
	key := FileKey(p.text("file"))
	if key == "" {
		return true
	}
	if first, taken := o[key]; taken && first != p.org {
		p.flaw("file", flawFileShared, p.text("file"))
		p.outcome = Refused
		return false
	}
	o[key] = p.org
	return true
}

// earlier remembers what the lines of a file have said, so that a second line about the
// same thing is seen.
type earlier map[string]told

type told struct {
	line int
	says string
}

// repeats settles a line that is about the same as an earlier one.
func (e earlier) repeats(key, field string, p *parsed) {
	raw, _ := json.Marshal(p.value)
	first, again := e[key]
	switch {
	case !again:
		e[key] = told{p.line, string(raw)}
	case first.says == string(raw):
		p.outcome, p.differences = Repeated, nil
	default:
		code := flawContradicts
		if field == "title" && p.said["title"] == "" {
			code = flawUnnamed
		}
		p.flaw(field, code, fmt.Sprintf("#%d", first.line))
		p.outcome, p.differences = Refused, nil
	}
}

// key is what a line of a small list is about; empty where the line is refused already.
func (p *parsed) key(k Kind) (key, field string) {
	if p.outcome == Refused {
		return "", ""
	}
	switch k {
	case Vendors:
		switch {
		case p.target != 0:
			return fmt.Sprint(p.target), "name"
		case p.text("cvr") != "":
			return "cvr " + p.text("cvr"), "cvr"
		case p.text("foreign_number") != "":
			return p.text("country") + " " + fold(p.text("foreign_number")), "foreign_number"
		}
		return p.text("country") + " " + fold(p.text("name")), "name"
	case Systems:
		switch {
		case p.target != 0:
			return fmt.Sprint(p.target), "system_name"
		case p.text("system_uuid") != "":
			return p.text("system_uuid"), "system_uuid"
		}
		return fmt.Sprintf("%d %s", p.vendor, fold(p.text("system_name"))), "system_name"
	case OwnAgreements:
		return agreementKey(p.org, p.vendor, p.text("title")), "title"
	}
	return "", ""
}
