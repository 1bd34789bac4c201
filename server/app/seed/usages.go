package seed

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// usage is one organisation's use of one system.
type usage struct {
	id, organisation, system int32
	from                     time.Time
	to                       *time.Time
	source, localName        string
	owner, responsible       *int64
	localOwner, caseNumber   string
	persons                  *int32
	reason                   *string // why no agreement is needed, by whom, when
	reasonBy                 *int64
	reasonAt                 *time.Time
}

// running says whether the use ran on that day.
func (u *usage) running(on time.Time) bool {
	return u != nil && !on.Before(u.from) && (u.to == nil || on.Before(u.to.AddDate(0, 0, 1)))
}

// storyMember is the municipality whose people sign in to the demo register.
const storyMember = "Viborg Kommune"

// makeUsages deals the systems out: three are used by nearly everyone, many by
// a few, some by one. The former member has a share of its own, all of it ended.
func (r *register) makeUsages() {
	rng := stream(ofUsages)
	members := r.organisations[:len(r.organisations)-2]
	former := r.organisations[len(r.organisations)-2]
	formerUses := min(60, len(r.systems)/8)
	counts := longTail(len(r.systems), r.size.Usages-formerUses, len(members))
	keen := make([]float64, len(members)) // some use many more systems than others
	for i := range keen {
		keen[i] = 0.4 + rng.Float64()
		if r.size.Name == Demo.Name && members[i].name == storyMember {
			keen[i] = 15 // in a register of 120 systems the one we look at uses most
		}
	}
	popularity := rng.Perm(len(r.systems) - len(storySystems))
	for i, s := range r.systems {
		rank := i
		if i >= len(storySystems) {
			rank = len(storySystems) + popularity[i-len(storySystems)]
		}
		for _, m := range sample(rng, keen, counts[rank]) {
			r.use(rng, members[m], s, i >= len(storySystems) && counts[rank] > 1)
		}
	}
	for _, i := range rng.Perm(len(r.systems))[:formerUses] {
		r.use(rng, former, r.systems[i], true)
	}
	slices.SortFunc(r.usages, func(a, b usage) int {
		return cmp.Or(cmp.Compare(a.organisation, b.organisation), cmp.Compare(a.system, b.system))
	})
	for i := range r.usages {
		u := &r.usages[i]
		u.id = int32(i + 1)
		if r.uses[u.organisation] == nil {
			r.uses[u.organisation] = map[int32]*usage{}
		}
		r.uses[u.organisation][u.system] = u
	}
	r.giveOwners()
	r.describeUsages()
}

func (r *register) use(rng *rand.Rand, o organisation, s system, mayEnd bool) {
	u := usage{organisation: o.id, system: s.id, source: pick(rng, []string{"kitos", "kitos", "import", "manual"})}
	u.from = between(rng, day(2014, 1, 1), day(2022, 3, 1))
	if mayEnd && rng.IntN(100) < 35 {
		u.from = between(rng, day(2022, 3, 1), day(2024, 12, 1))
	}
	if o.to != nil {
		u.to = o.to
	} else if mayEnd && rng.IntN(100) < 4 {
		end := between(rng, day(2025, 1, 1), registerEnds)
		u.to = &end
	}
	if rng.IntN(100) < 8 {
		u.localName = s.name + " (" + pick(rng, []string{"lokalt", "drift", "ny", "fælles"}) + ")"
	}
	r.usages = append(r.usages, u)
}

// giveOwners names the demo system owner on the story's first system and a few more.
func (r *register) giveOwners() {
	viborg, owner := r.organisation("Viborg Kommune").id, r.person("systemejer-viborg")
	given := 0
	for i := range r.usages {
		if u := &r.usages[i]; u.organisation == viborg && u.to == nil && given < 4 {
			u.owner = &owner
			given++
		}
	}
}

// Reasons as members write them, and the parts of a municipality that own systems.
var (
	reasons = []string{
		"Systemet behandler ikke personoplysninger.", "Leverandøren har ikke adgang til data. Vi drifter selv.",
		"Systemet er under udfasning, og data er slettet.", "Kun oplysninger om virksomheder.", "Leverandøren er selv dataansvarlig efter lov.",
	}
	localOwners = []string{"Økonomi", "Børn og Unge", "Ældre og Sundhed", "Teknik og Miljø", "Borgerservice", "Løn og Personale", "Skoleafdelingen", "Kultur og Fritid", "It og Digitalisering", "Beskæftigelse"}
)

// describeUsages says of each usage what its organisation knows: most have an owner and
// a case number, some a count of persons, a few a reason why no agreement is needed.
func (r *register) describeUsages() {
	rng := stream(ofUsageDetails)
	viborg := r.organisation("Viborg Kommune").id
	contact, dpo, buyer := r.person("kontakt-viborg"), r.person("dpo-viborg"), r.person("indkoeb-viborg")
	for i := range r.usages {
		u := &r.usages[i]
		if rng.IntN(100) < 70 {
			u.localOwner = pick(rng, localOwners)
		}
		if rng.IntN(100) < 60 {
			u.caseNumber = fmt.Sprintf("%02d/%05d", u.from.Year()%100, rng.IntN(100_000))
		}
		if rng.IntN(100) < 55 {
			n := int32(math.Round(math.Exp(3 + 8*rng.Float64())))
			u.persons = &n
		}
		at := atWork(rng, between(rng, day(2025, 1, 1), registerEnds))
		if rng.IntN(100) < 6 {
			u.reason, u.reasonAt = &reasons[rng.IntN(len(reasons))], &at
		}
		who := rng.IntN(100)
		if u.organisation != viborg {
			continue
		}
		if u.reason != nil {
			u.reasonBy = &contact
		}
		switch {
		case who < 45:
			u.responsible = &contact
		case who < 60:
			u.responsible = &buyer
		case who < 68:
			u.responsible = &dpo
		}
	}
}

// longTail returns n counts between 1 and most, falling, that add up to total:
// a curve through both ends, bent as far as the total asks for.
func longTail(n, total, most int) []int {
	curve := func(bend float64) (counts []int, sum int) {
		counts = make([]int, n)
		for i := range counts {
			counts[i] = 1 + int(math.Round(float64(most-1)*math.Pow(1-float64(i)/float64(n), bend)))
			sum += counts[i]
		}
		return counts, sum
	}
	low, high := 0.01, 50.0
	for range 60 {
		if _, sum := curve((low + high) / 2); sum > total {
			low = (low + high) / 2
		} else {
			high = (low + high) / 2
		}
	}
	counts, sum := curve(high)
	for i := n / 4; sum < total; i = n/4 + (i+1-n/4)%(n/4) { // the rest goes to the middle
		counts[i]++
		sum++
	}
	return counts
}

// sample draws n of the weights' indices without putting back, heavier ones sooner.
func sample(rng *rand.Rand, weights []float64, n int) []int {
	type drawn struct {
		at  int
		key float64
	}
	all := make([]drawn, len(weights))
	for i, w := range weights {
		all[i] = drawn{i, math.Pow(rng.Float64(), 1/w)}
	}
	slices.SortFunc(all, func(a, b drawn) int { return cmp.Or(cmp.Compare(b.key, a.key), cmp.Compare(a.at, b.at)) })
	chosen := make([]int, n)
	for i := range chosen {
		chosen[i] = all[i].at
	}
	return chosen
}
