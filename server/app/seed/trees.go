package seed

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// host is a vendor that delivers nothing itself: it stands behind others.
type host struct {
	name, country, number, city string // a Danish one has no number: it is made
	places                      []string
	basis, service              string
	certified                   bool // under the Data Privacy Framework
}

var hosts = []host{
	{name: "Nordskov Datacenter A/S", country: "DK", city: "Demoby", places: []string{"DK"}, basis: "eea", service: "Drift af servere"},
	{name: "Isfjell Hosting AS", country: "NO", number: "918 273 645", city: "Demovik", places: []string{"NO"}, basis: "eea", service: "Backup på andet sted"},
	{name: "Weserhaus Rechenzentrum GmbH", country: "DE", number: "HRB 204117", city: "Musterstadt", places: []string{"DE"}, basis: "eea", service: "Drift af databaser"},
	{name: "Ballymoor Cloud Ireland Ltd", country: "IE", number: "614207", city: "Demotown", places: []string{"IE", "NL"}, basis: "eea", service: "Cloudplatform"},
	{name: "Ballymoor Cloud Inc.", country: "US", number: "00-4418207", city: "Demoville", places: []string{"US"}, basis: "dpf", service: "Overvågning af cloudplatform", certified: true},
	{name: "Copperfinch Mail Inc.", country: "US", number: "00-7731904", city: "Demoville", places: []string{"US"}, basis: "dpf", service: "Udsendelse af e-mail og sms", certified: true},
	{name: "Larkspire Analytics LLC", country: "US", number: "00-9102266", city: "Demoville", places: []string{"US", "IE"}, basis: "dpf", service: "Fejlrapporter og brugsmåling"},
	{name: "Thamesquill Support Ltd", country: "GB", number: "09918273", city: "Demobury", places: []string{"GB"}, basis: "adequacy", service: "Support uden for arbejdstid"},
	{name: "Vaidya Desk Services Pvt. Ltd.", country: "IN", number: "U72900-118", city: "Demopur", places: []string{"IN"}, basis: "scc", service: "Support, andet niveau"},
	{name: "Maplecrest Backup Corp.", country: "CA", number: "1182736", city: "Demodale", places: []string{"CA"}, basis: "adequacy", service: "Krypteret backup"},
	{name: "Alpenblick Archiv AG", country: "CH", number: "CHE-118.273.645", city: "Demowil", places: []string{"CH"}, basis: "adequacy", service: "Langtidsarkiv"},
	{name: "Manilay Overnight Help Inc.", country: "PH", number: "CS2018-11827", city: "Demo City", places: []string{"PH"}, basis: "none", service: "Support om natten"},
}

// link is one row of a vendor's tree.
type link struct {
	id                          int64
	vendor, processor           int32
	system                      *int32
	parent                      *int64
	service                     string
	storage, processing, remote []string
	basis                       string
	from                        time.Time
	to                          *time.Time
}

// makeTrees adds the hosts and says who stands behind whom: the story's tree by hand,
// the others' by chance, up to three tiers deep.
func (r *register) makeTrees() {
	rng := stream(ofTrees)
	main := len(r.vendors)
	at := map[string]int32{}
	for i, h := range hosts {
		v := vendor{id: int32(main + i + 1), number: int32(firstNumber + main + i), name: h.name, country: h.country, city: h.city, postalCode: "00000"}
		v.street = fmt.Sprintf("Demogade %d (demo)", 1+rng.IntN(200))
		v.created = atWork(rng, day(2022, 2, 1+rng.IntN(20)))
		if h.country == "DK" {
			number := r.cvr(rng)
			v.cvr, v.postalCode = &number, demoPostalCode(rng)
		} else {
			v.foreignNumber = &hosts[i].number
		}
		at[h.name] = v.id
		r.vendors = append(r.vendors, v)
	}
	r.storyTree(at)
	for i, v := range r.vendors[1:main] {
		if i > 4 && i%6 == 0 {
			named := between(rng, day(2023, 1, 1), day(2025, 12, 1))
			r.vendors[i+1].formerly, r.vendors[i+1].namedFrom = v.short+" "+pick(rng, wereCalled)+" ApS", &named
		}
		if rng.IntN(100) < 60 {
			r.tree(rng, v, main)
		}
	}
}

func (r *register) link(l link) *int64 {
	l.id = int64(len(r.links) + 1)
	r.links = append(r.links, l)
	return &l.id
}

// storyTree is that of the vendor that the demonstration tells of.
func (r *register) storyTree(at map[string]int32) {
	story, from := r.vendors[0].id, day(2023, 9, 1)
	row := func(parent *int64, name, service, basis string, storage, processing, remote []string) *int64 {
		return r.link(link{vendor: story, parent: parent, processor: at[name], service: service, basis: basis, storage: storage, processing: processing, remote: remote, from: from})
	}
	drift := row(nil, "Nordskov Datacenter A/S", "Drift af servere og databaser", "eea", []string{"DK"}, []string{"DK"}, []string{"DK"})
	row(drift, "Thamesquill Support Ltd", "Fejlsøgning uden for arbejdstid", "adequacy", nil, nil, []string{"GB"})
	cloud := row(nil, "Ballymoor Cloud Ireland Ltd", "Backup", "eea", []string{"IE", "NL"}, []string{"IE"}, []string{"IE"})
	inc := row(cloud, "Ballymoor Cloud Inc.", "Overvågning af platformen", "dpf", nil, []string{"US"}, []string{"US"})
	row(inc, "Vaidya Desk Services Pvt. Ltd.", "Support, andet niveau", "scc", nil, nil, []string{"IN"})
	vagtplan := r.systems[2].id
	r.link(link{vendor: story, system: &vagtplan, processor: at["Copperfinch Mail Inc."], service: "Udsendelse af sms om vagter", basis: "dpf",
		storage: []string{"US"}, processing: []string{"US"}, from: day(2024, 2, 1)})
	ended := day(2024, 6, 30)
	r.link(link{vendor: story, processor: at["Larkspire Analytics LLC"], service: "Fejlrapporter og brugsmåling", basis: "scc",
		storage: []string{"US"}, processing: []string{"US"}, from: day(2022, 5, 1), to: &ended})
}

func (r *register) tree(rng *rand.Rand, v vendor, main int) {
	for range 1 + rng.IntN(3) {
		var parent *int64
		above := []int32{v.id}
		from := between(rng, day(2022, 3, 1), day(2026, 6, 1))
		for tier := 1; tier <= 3; tier++ {
			l := r.behind(rng, v, main, tier)
			if slices.Contains(above, l.processor) {
				break
			}
			l.parent, l.from = parent, from
			parent, above = r.link(l), append(above, l.processor)
			if rng.IntN(100) >= 35 {
				break
			}
		}
	}
}

// behind is somebody who stands behind the vendor: mostly a host, at times a vendor of its own standing.
func (r *register) behind(rng *rand.Rand, v vendor, main, tier int) link {
	if tier == 1 && rng.IntN(100) < 15 {
		other := r.vendors[1+rng.IntN(main-1)]
		return link{vendor: v.id, processor: other.id, service: "Integration og videregivelse", basis: "eea", storage: []string{"DK"}, processing: []string{"DK"}}
	}
	i := rng.IntN(len(hosts))
	h := hosts[i]
	l := link{vendor: v.id, processor: int32(main + i + 1), service: h.service, basis: h.basis, storage: h.places, processing: h.places}
	if rng.IntN(100) < 40 {
		l.remote = h.places
	}
	return l
}

// Invented people at vendors.
var (
	givenNames  = []string{"Asta", "Bodil", "Carla", "Ditte", "Esben", "Frode", "Gorm", "Helle", "Ingolf", "Jannik", "Kaj", "Liva", "Malthe", "Nanna", "Oda", "Pelle", "Rikke", "Sverre", "Thyra", "Viggo"}
	familyNames = []string{"Agerskov", "Brændstrup", "Dyrehave", "Egelykke", "Fyrmester", "Gåsebæk", "Højrup", "Klokkegård", "Lindekrog", "Mølleå", "Nørreland", "Præstbro", "Skovlyst", "Tornbjerg", "Vibelund", "Østbjerg"}
	wereCalled  = []string{"Data", "Software", "It-løsninger", "Systemhus"}
)

// treeTables are the links, and what else is known of vendors: contacts, former names,
// certifications.
func (r *register) treeTables() []table {
	rng := stream(ofContacts)
	links := table{name: "subprocessor", columns: []string{"id", "vendor_id", "system_id", "parent_id", "processor_id", "service", "storage", "processing", "remote", "basis", "from_date", "to_date", "created_at"}}
	list := func(places []string) []string { return append([]string{}, places...) }
	for _, l := range r.links {
		links.rows = append(links.rows, []any{l.id, l.vendor, l.system, l.parent, l.processor, l.service, list(l.storage), list(l.processing), list(l.remote), l.basis, l.from, l.to, l.from.Add(9 * time.Hour)})
	}
	contacts := table{name: "vendor_contact", columns: []string{"vendor_id", "role", "name", "email", "phone", "created_at"}}
	names := table{name: "vendor_name", columns: []string{"vendor_id", "name", "from_date", "to_date", "created_at"}}
	for i, v := range r.vendors {
		for j, role := range []string{"contract", "data_protection", "breach"} {
			if i > 0 && rng.IntN(100) < 30*j {
				continue
			}
			given, family := pick(rng, givenNames), pick(rng, familyNames)
			email := fmt.Sprintf("%s@v%d.example", strings.ToLower(strings.NewReplacer("æ", "ae", "ø", "oe", "å", "aa", "Ø", "oe").Replace(given)), v.number)
			contacts.rows = append(contacts.rows, []any{v.id, role, given + " " + family, email, fmt.Sprintf("+45 00 %02d %02d %02d", rng.IntN(100), rng.IntN(100), rng.IntN(100)), v.created})
		}
		if v.formerly != "" {
			names.rows = append(names.rows, []any{v.id, v.formerly, nil, v.namedFrom.AddDate(0, 0, -1), v.namedFrom.Add(9 * time.Hour)})
		}
	}
	certified := table{name: "dpf_certification", columns: []string{"vendor_id", "from_date", "hr", "checked_on", "source", "created_at"}}
	for i, h := range hosts {
		if h.certified {
			id := r.vendors[len(r.vendors)-len(hosts)+i].id
			certified.rows = append(certified.rows, []any{id, day(2023, 9, 15), i%2 == 0, day(2026, 9, 1), "dataprivacyframework.gov (opdigtet opslag)", day(2023, 9, 20).Add(9 * time.Hour)})
		}
	}
	return []table{links, contacts, names, certified}
}
