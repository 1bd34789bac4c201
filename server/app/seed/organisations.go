package seed

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"time"
)

//go:embed municipalities.csv
var municipalities []byte

// withoutAddress is the one member whose address nobody has entered yet.
const withoutAddress = "Læsø Kommune"

// organisation is a member, a former member, or a joint company that has not joined.
type organisation struct {
	id                       int32
	kind, name, cvr          string
	code                     *string
	street, postalCode, city string
	mail                     string
	from                     time.Time // zero: never a member
	to                       *time.Time
}

// member says whether the organisation was a member on that day.
func (o organisation) member(on time.Time) bool {
	return !o.from.IsZero() && !on.Before(o.from) && (o.to == nil || on.Before(o.to.AddDate(0, 0, 1)))
}

var (
	registerOpens = day(2022, 3, 1)  // the first memberships
	registerEnds  = day(2026, 11, 1) // nothing that is made up happens on or after this day
)

// makeOrganisations makes the 98 municipalities, all of them members, a joint
// company that left at the end of 2024, and one that is a vendor but not a
// member: a release therefore goes to exactly 98.
func (r *register) makeOrganisations() error {
	rng := stream(ofOrganisations)
	lines, err := csv.NewReader(bytes.NewReader(municipalities)).ReadAll()
	if err != nil {
		return fmt.Errorf("read municipalities.csv: %w", err)
	}
	for i, l := range lines[1:] {
		o := organisation{id: int32(i + 1), kind: "municipality", code: &l[0], cvr: l[1], name: l[2], from: joined(rng)}
		if o.name != withoutAddress {
			o.address(rng)
		}
		o.mail = "post@" + l[0] + ".demo.invalid"
		r.organisations = append(r.organisations, o)
	}
	left := day(2024, 12, 31)
	former := organisation{kind: "joint_company", name: "Driftsfællesskabet Æblesund I/S", cvr: r.cvr(rng), from: registerOpens, to: &left}
	joint := organisation{kind: "joint_company", name: "Fællesdriften Bølgeskær I/S", cvr: r.cvr(rng)}
	for _, o := range []organisation{former, joint} {
		o.id = int32(len(r.organisations) + 1)
		o.address(rng)
		o.mail = "post@" + o.cvr + ".demo.invalid"
		r.organisations = append(r.organisations, o)
	}
	return nil
}

// joined: most on the first day, the others at a turn of the quarter until the end of 2024.
func joined(rng *rand.Rand) time.Time {
	if rng.IntN(100) < 62 {
		return registerOpens
	}
	return day(2022, time.April, 1).AddDate(0, 3*rng.IntN(11), 0)
}

// address is plainly an invented one, though it has the form that members are asked for.
func (o *organisation) address(rng *rand.Rand) {
	o.street = fmt.Sprintf("%s %d (demo)", pick(rng, townHallStreets), 1+rng.IntN(60))
	o.postalCode, o.city = demoPostalCode(rng), "Demoby"
}

func demoPostalCode(rng *rand.Rand) string { return fmt.Sprintf("07%02d", rng.IntN(80)) }

func (r *register) organisation(name string) organisation {
	for _, o := range r.organisations {
		if o.name == name {
			return o
		}
	}
	panic("no organisation named " + name) // the names are those of municipalities.csv
}

// person is a demo persona: who signs in, and as what.
type person struct {
	id                   int64
	persona, name, email string
	grants               []grant
}

type grant struct {
	id           int64
	role         string
	organisation *int32
}

func (r *register) makePeople() {
	viborg, randers := r.organisation("Viborg Kommune").id, r.organisation("Randers Kommune").id
	office := func(role string) grant { return grant{role: role} }
	at := func(role string, organisation int32) grant { return grant{role: role, organisation: &organisation} }
	r.people = []person{
		{persona: "jurist", name: "Johanne Lindekrog", grants: []grant{office("lawyer")}},
		{persona: "tilsyn", name: "Torben Mølskær", grants: []grant{office("supervisor")}},
		{persona: "admin", name: "Anette Frøvang", grants: []grant{office("secretariat_admin")}},
		{persona: "kontakt-viborg", name: "Kirsten Ågesen Holm", grants: []grant{at("contact_person", viborg), at("procurement", viborg)}},
		{persona: "kontakt-randers", name: "Rasmus Østerkær", grants: []grant{at("contact_person", randers)}},
		{persona: "systemejer-viborg", name: "Sara Bækhøj", grants: []grant{at("system_owner", viborg)}},
		{persona: "dpo-viborg", name: "Dorthe Hvassing", grants: []grant{at("dpo", viborg)}},
		{persona: "indkoeb-viborg", name: "Ib Kværnholt", grants: []grant{at("procurement", viborg)}},
		{persona: "bestyrelse", name: "Bente Åkildsen", grants: []grant{office("board")}},
		{persona: "jurist-2", name: "Mikkel Brandtoft", grants: []grant{office("lawyer")}}, // four eyes publish a template
	}
	var grants int64
	for i := range r.people {
		p := &r.people[i]
		p.id, p.email = int64(i+1), p.persona+"@demo.invalid"
		for j := range p.grants {
			grants++
			p.grants[j].id = grants
		}
	}
}

func (r *register) person(persona string) int64 {
	for _, p := range r.people {
		if p.persona == persona {
			return p.id
		}
	}
	panic("no persona " + persona)
}
