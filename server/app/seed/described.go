package seed

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// What the systems of a register hold, told as the choice lists have it.
var (
	kindsOf    = [][]string{{"ordinary"}, {"ordinary", "cpr"}, {"ordinary", "confidential", "cpr"}, {"ordinary", "confidential", "cpr", "sensitive_health"}, {"ordinary", "cpr", "criminal"}}
	subjectsOf = [][]string{{"employees"}, {"adults"}, {"adults", "vulnerable_adults"}, {"children", "employees"}, {"businesses"}, {"visitors"}}
	manyOf     = []string{"to_100", "to_1000", "to_10000", "over_10000"}
	levels     = []string{"low", "medium", "medium", "high"}
	hostings   = []string{"vendor", "vendor", "cloud", "joint"}
	noData     = []string{"Kun målinger fra pumper og ventiler.", "Kort og ledninger uden ejere.", "Beregninger på tal uden personer."}
)

// describedTables are the profiles and screenings of the systems: most are described,
// some hold no personal data, and of the rest nobody has said yet.
func (r *register) describedTables() []table {
	rng := stream(ofProfiles)
	lawyer := r.person("jurist")
	profiles := table{name: "system_profile", columns: []string{"system_id", "list", "value"}}
	screenings := table{name: "system_screening", columns: []string{"id", "system_id", "outcome", "reason", "decided_at", "decided_by"}}
	screen := func(s system, outcome, reason string) {
		at := atWork(rng, between(rng, s.created.Truncate(24*time.Hour), registerEnds))
		screenings.rows = append(screenings.rows, []any{int64(len(screenings.rows) + 1), s.id, outcome, reason, at, lawyer})
	}
	for i, s := range r.systems {
		say := func(list string, values ...string) {
			for _, v := range values {
				profiles.rows = append(profiles.rows, []any{s.id, list, v})
			}
		}
		kinds, subjects, level := pick(rng, kindsOf), pick(rng, subjectsOf), pick(rng, levels)
		many, host, described := pick(rng, manyOf), pick(rng, hostings), rng.IntN(100)
		switch story := i < len(storySystems); {
		case story:
			kinds, subjects, level = kindsOf[3], subjectsOf[2], "vital"
		case described < 6:
			screen(s, "no_personal_data", pick(rng, noData))
			continue
		case described < 30:
			continue
		}
		screen(s, "personal_data", "Borgere eller medarbejdere er registreret ved navn.")
		say("data_kind", kinds...)
		say("data_subject", subjects...)
		say("persons", many)
		say("criticality", level)
		say("hosting", host)
	}
	return []table{profiles, screenings}
}

// ownTables are the agreements that organisations made themselves, mostly on systems of
// vendors that have no joint one.
func (r *register) ownTables() []table {
	rng := stream(ofOwn)
	owns := table{name: "own_agreement", columns: []string{"id", "organisation_id", "vendor_id", "kind", "title", "signed_on", "ends_on", "concept", "interval_months", "case_number", "created_at", "created_by"}}
	covered := table{name: "own_agreement_system", columns: []string{"own_agreement_id", "system_id", "organisation_id"}}
	joint := map[int32]bool{}
	for _, a := range r.agreements {
		joint[a.vendor.id] = true
	}
	vendorOf := map[int32]vendor{}
	for _, s := range r.systems {
		vendorOf[s.id] = r.vendors[s.vendor-1]
	}
	viborg, contact := r.organisation(storyMember).id, r.person("kontakt-viborg")
	for _, u := range r.usages {
		v := vendorOf[u.system]
		likely := 8
		switch {
		case v.id == r.vendors[0].id: // the story's gets its joint agreement before our eyes
			likely = 0
		case joint[v.id]:
			likely = 1
		}
		if rng.IntN(100) >= likely || u.to != nil || u.reason != nil {
			continue
		}
		id, signed := int64(len(owns.rows)+1), between(rng, u.from, day(2025, 6, 1))
		row := []any{id, u.organisation, v.id, "own", "Databehandleraftale – " + v.name, signed, nil, nil, nil, "", atWork(rng, signed), nil}
		r.describeOwn(rng, row, signed)
		if u.organisation == viborg {
			row[11] = contact
		}
		owns.rows = append(owns.rows, row)
		covered.rows = append(covered.rows, []any{id, u.system, u.organisation})
	}
	return []table{owns, covered}
}

// describeOwn says of an own agreement what its organisation knows: a third are old ones
// on the template of KL and KOMBIT, half have a last day, most promise some supervision.
func (r *register) describeOwn(rng *rand.Rand, row []any, signed time.Time) {
	kl, ends, promised := rng.IntN(3) == 0, rng.IntN(2) == 0, rng.IntN(100) < 70
	concept, number := int16(1+rng.IntN(6)), rng.IntN(100_000)
	if kl {
		row[3] = "kl_kombit"
	}
	if ends {
		row[6] = signed.AddDate(2+rng.IntN(5), 0, 0)
	}
	if promised {
		row[7], row[8] = concept, int16(12)
	}
	row[9] = fmt.Sprintf("%02d/%05d", signed.Year()%100, number)
}

// retire lets the use of one agreement's systems end everywhere: an agreement that nobody
// uses any more. It is the one that the fewest use.
func (r *register) retire() {
	running := map[int32]int{}
	for _, u := range r.usages {
		if u.to == nil {
			running[u.system]++
		}
	}
	ended, fewest := joint{}, -1
	for _, a := range r.agreements {
		n := 0
		for _, s := range a.systems {
			n += running[s.id]
		}
		if a.created.Before(day(2025, 6, 1)) && (fewest < 0 || n < fewest) {
			ended, fewest = a, n
		}
	}
	last := day(2026, 8, 31)
	for i := range r.usages {
		for _, s := range ended.systems {
			if u := &r.usages[i]; u.system == s.id && u.to == nil {
				u.to = &last
			}
		}
	}
}
