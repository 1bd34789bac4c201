package seed

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

type vendor struct {
	id, number               int32
	name, country            string
	cvr, foreignNumber       *string
	street, postalCode, city string
	organisation             *int32
	created                  time.Time
	short                    string // how its systems are called
	formerly                 string // its name before namedFrom
	namedFrom                *time.Time
}

type system struct {
	id, number int32
	uuid       [16]byte
	kitos      *[16]byte
	vendor     int32
	name       string
	created    time.Time
}

// The vendor that the demonstration tells of. Nearly all members use its
// systems, and no agreement on them exists yet.
const (
	storyVendor = "Åhavn Omsorgssystemer A/S"
	storyShort  = "Åhavn"
)

var storySystems = []string{"Åhavn Omsorg", "Åhavn Medicin", "Åhavn Vagtplan"}

const firstNumber = 1001 // of vendors and systems, as the sequences start

func (r *register) makeVendors() {
	rng := stream(ofVendors)
	names := places(rng, r.size.Vendors)
	for i := range r.size.Vendors {
		v := vendor{id: int32(i + 1), number: int32(firstNumber + i), country: "DK", city: "Demoby"}
		v.street = fmt.Sprintf("%s %d (demo)", pick(rng, townHallStreets), 1+rng.IntN(200))
		v.postalCode = demoPostalCode(rng)
		v.short = names[i]
		v.name = fmt.Sprintf("%s %s %s", v.short, pick(rng, trades), legalForm(rng))
		v.created = atWork(rng, between(rng, day(2022, 2, 1), day(2022, 2, 1).AddDate(0, 1+min(i, rng.IntN(40)), 0)))
		switch i {
		case 0:
			v.name, v.short = storyVendor, storyShort
		case 1, 2:
			v.name, v.short = twin, strings.Fields(twin)[0]
		case 3:
			v.name, v.short = longVendor, "Ældrepleje"
		case 4:
			joint := r.organisations[len(r.organisations)-1]
			v.name, v.short, v.organisation = joint.name, "Bølgeskær", &joint.id
			v.cvr = &joint.cvr
		default:
			if i%8 == 5 {
				v.settleAbroad(rng, abroad[i/8%len(abroad)], i/8/len(abroad))
			}
		}
		if v.country == "DK" && v.cvr == nil {
			number := r.cvr(rng)
			v.cvr = &number
		}
		r.vendors = append(r.vendors, v)
	}
}

// settleAbroad makes a vendor the n-th one of a country.
func (v *vendor) settleAbroad(rng *rand.Rand, f foreign, n int) {
	head := f.heads[n%len(f.heads)]
	trade := f.trades[n/len(f.heads)%len(f.trades)]
	v.name = fmt.Sprintf("%s %s %s", head, trade, f.form)
	if again := n / (len(f.heads) * len(f.trades)); again > 0 {
		v.name = fmt.Sprintf("%s %s %d %s", head, trade, again+1, f.form)
	}
	number := f.number(rng)
	v.country, v.foreignNumber, v.short = f.country, &number, head
	v.street, v.postalCode, v.city = fmt.Sprintf("%s %d (demo)", f.street, 1+rng.IntN(200)), "00000", f.city
}

func (r *register) makeSystems() {
	rng := stream(ofSystems)
	taken := map[string]bool{}
	add := func(v vendor, name string) {
		s := system{id: int32(len(r.systems) + 1), vendor: v.id, name: name, uuid: uuid(rng)}
		s.number = firstNumber + s.id - 1
		s.created = atWork(rng, between(rng, v.created.Truncate(24*time.Hour), v.created.AddDate(0, 1+rng.IntN(8), 0))).Add(9 * time.Hour)
		if rng.IntN(100) < 85 {
			id := uuid(rng)
			s.kitos = &id
		}
		taken[name] = true
		r.systems = append(r.systems, s)
	}
	for _, name := range storySystems {
		add(r.vendors[0], name)
	}
	add(r.vendors[3], longSystem)
	for _, v := range r.vendors[1:] { // each vendor delivers something
		add(v, systemName(rng, v, taken))
	}
	for len(r.systems) < r.size.Systems { // a few deliver much
		v := r.vendors[1+int(float64(len(r.vendors)-1)*rng.Float64()*rng.Float64())]
		add(v, systemName(rng, v, taken))
	}
}

func systemName(rng *rand.Rand, v vendor, taken map[string]bool) string {
	for {
		name := v.short + " " + pick(rng, subjects)
		if taken[name] {
			name = v.short + " " + pick(rng, subjects) + " og " + strings.ToLower(pick(rng, subjects))
		}
		if !taken[name] {
			return name
		}
	}
}

// uuid is a version 4 UUID of the generator's own randomness.
func uuid(rng *rand.Rand) (u [16]byte) {
	for i := range u {
		u[i] = byte(rng.UintN(256))
	}
	u[6], u[8] = u[6]&0x0f|0x40, u[8]&0x3f|0x80
	return u
}
