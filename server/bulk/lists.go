package bulk

import (
	"strconv"
	"strings"
	"time"

	"klausul/server/agreement"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/storage"
	"klausul/server/system"
	"klausul/server/vendor"
)

var systems = list{
	action: "system.change", record: "system", fields: []Field{Criticality, Hosting, Persons, UsesAI},
	hold: func(tx *storage.Tx, id int64, f Field, value string) (held, error) {
		d, err := system.Hold(tx, int32(id))
		if err != nil {
			return held{}, err
		}
		c := d.Said()
		h := held{record: d.Number, name: d.Name, now: profileCell(c.Profile, f)}
		switch f {
		case Criticality:
			c.Criticality = value
		case Hosting:
			c.Hosting = value
		case Persons:
			c.Persons = value
			if c.PersonsCount != nil && value != h.now {
				h.refusal = system.ErrPersonsCounted
			}
		case UsesAI:
			c.UsesAI, err = choice(value)
		}
		h.then = profileCell(c.Profile, f)
		h.write = func() error { return system.Revise(tx, d, c) }
		return h, err
	},
}

func profileCell(p system.Profile, f Field) string {
	switch f {
	case Criticality:
		return p.Criticality
	case Hosting:
		return p.Hosting
	case Persons:
		return p.Persons
	case UsesAI:
		if p.UsesAI != nil {
			return strconv.FormatBool(*p.UsesAI)
		}
	}
	return ""
}

var vendors = list{
	action: "vendor.change", record: "vendor", fields: []Field{Commercial, Country, Street, PostalCode, City},
	hold: func(tx *storage.Tx, id int64, f Field, value string) (held, error) {
		v, err := vendor.Hold(tx, int32(id))
		if err != nil {
			return held{}, err
		}
		p := v.Particulars()
		h := held{record: v.ID, name: v.Name, now: vendorCell(p, f)}
		switch f {
		case Commercial:
			yes, bad := choice(value)
			if bad != nil || yes == nil {
				return h, refused(ErrValue)
			}
			p.Commercial = *yes
		case Country:
			p.Country = strings.ToUpper(value)
			if !field.Country(p.Country) {
				return h, refused(ErrValue)
			}
		case Street:
			p.Street = value
		case PostalCode:
			p.PostalCode = value
		case City:
			p.City = value
		}
		h.then = vendorCell(p, f)
		h.write = func() error { return vendor.Revise(tx, v, p) }
		return h, nil
	},
}

func vendorCell(p vendor.Particulars, f Field) string {
	switch f {
	case Commercial:
		return strconv.FormatBool(p.Commercial)
	case Country:
		return p.Country
	case Street:
		return p.Street
	case PostalCode:
		return p.PostalCode
	case City:
		return p.City
	}
	return ""
}

func ownAgreements(owns *agreement.Service) list {
	return list{
		action: "own.change", record: "own_agreement", fields: []Field{EndsOn, SignedOn, Kind, Concept, Interval, CaseNumber},
		hold: func(tx *storage.Tx, id int64, f Field, value string) (held, error) {
			d, err := agreement.HoldOwn(tx, id)
			if err != nil {
				return held{}, err
			}
			draft := d.Said()
			h := held{record: d.ID, name: d.Title, now: ownCell(draft, f)}
			switch f {
			case EndsOn:
				draft.EndsOn, err = day(value)
			case SignedOn:
				draft.SignedOn, err = day(value)
			case Kind:
				if draft.Kind = agreement.OwnKind(value); draft.Kind != agreement.OwnText && draft.Kind != agreement.KLKombit {
					err = refused(ErrValue)
				}
			case Concept:
				draft.Concept, err = number(value)
			case Interval:
				draft.Interval, err = number(value)
			case CaseNumber:
				draft.CaseNumber = value
			}
			h.then = ownCell(draft, f)
			h.write = func() error { return owns.ReviseOwn(tx, d, draft) }
			return h, err
		},
	}
}

func ownCell(d agreement.OwnDraft, f Field) string {
	switch f {
	case EndsOn:
		return dayOf(d.EndsOn)
	case SignedOn:
		return dayOf(d.SignedOn)
	case Kind:
		return string(d.Kind)
	case Concept:
		return numberOf(d.Concept)
	case Interval:
		return numberOf(d.Interval)
	case CaseNumber:
		return d.CaseNumber
	}
	return ""
}

func refused(e *fault.Error) error { return e.At(fault.Field{Pointer: "/value", Code: e.Code}) }

func choice(value string) (*bool, error) {
	switch value {
	case "":
		return nil, nil
	case "true", "false":
		yes := value == "true"
		return &yes, nil
	}
	return nil, refused(ErrValue)
}

func day(value string) (*time.Time, error) {
	if value == "" {
		return nil, nil
	}
	d, err := time.Parse(time.DateOnly, value)
	if err != nil || d.Year() < 1900 || d.Year() > 2200 {
		return nil, refused(ErrValue)
	}
	return &d, nil
}

func dayOf(d *time.Time) string {
	if d == nil {
		return ""
	}
	return d.Format(time.DateOnly)
}

func number(value string) (*int, error) {
	if value == "" {
		return nil, nil
	}
	n, err := strconv.Atoi(value)
	if err != nil {
		return nil, refused(ErrValue)
	}
	return &n, nil
}

func numberOf(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}
