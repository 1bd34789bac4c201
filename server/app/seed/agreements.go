package seed

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"klausul/server/agreement"
	"klausul/server/clause"
	"klausul/server/field"
	"klausul/server/member"
	vendors "klausul/server/vendor"
)

// template is the text that every made-up agreement stands on.
type template struct {
	id      int64
	version clause.Version
}

func templateVersion(ctx context.Context, tx pgx.Tx) (template, error) {
	v, err := clause.SampleVersion()
	if err != nil {
		return template{}, err
	}
	id, err := clause.LoadSample(ctx, tx)
	return template{id, v}, err
}

// joint is a joint agreement with one vendor on all of its systems.
type joint struct {
	id      int64
	vendor  vendor
	systems []system // in the order of the documents
	title   string
	created time.Time
}

// version is one offered version of an agreement and the members it went to.
type version struct {
	id, agreement int64
	no            int
	offered       time.Time
	textHash      string
	answers       []answer
	accessions    []accession
}

type answer struct {
	path  string
	value json.RawMessage
}

type accession struct {
	id             int64
	organisation   int32
	instanceHash   string
	party          json.RawMessage
	missingAddress bool
	systems        []int32
	values         field.Values // own facts, once it was accepted
	missing        []string
	steps          []courseStep // the newest is its state
}

// plan is a version before it has a number: agreements are numbered as they were offered.
type plan struct {
	vendor  int // index
	offered time.Time
}

// makeAgreements offers agreements to whoever was a member on the day: one per
// vendor in turn, then new versions of them, until there are as many as asked for.
// The story's vendor has none yet.
func (r *register) makeAgreements() error {
	rng := stream(ofAgreements)
	plans := r.plan(rng)
	slices.SortStableFunc(plans, func(a, b plan) int { return a.offered.Compare(b.offered) })
	byVendor := map[int]*joint{}
	rounds := map[int]int{}
	for _, p := range plans {
		a := byVendor[p.vendor]
		if a == nil {
			made := r.agreementOf(rng, p)
			made.id = int64(len(r.agreements) + 1)
			r.agreements = append(r.agreements, made)
			a = &made
			byVendor[p.vendor] = a
		}
		rounds[p.vendor]++
		if err := r.offer(rng, *a, rounds[p.vendor], p.offered); err != nil {
			return err
		}
	}
	r.succeed()
	return nil
}

func (r *register) plan(rng *rand.Rand) []plan {
	var plans []plan
	order := rng.Perm(len(r.vendors) - 1)
	first := slices.Index(order, 0) // the vendor after the story's is among the oldest
	order[0], order[first] = order[first], order[0]
	recipients := 0
	for i := 0; ; i++ {
		if r.size.Agreements > 0 && i == r.size.Agreements || r.size.Agreements == 0 && recipients >= r.size.Accessions {
			return plans
		}
		p := plan{vendor: 1 + order[i%len(order)]}
		created := r.vendors[p.vendor].created
		earliest := day(created.Year(), created.Month(), 1).AddDate(0, 10, 0) // its systems are there by then
		latest := registerEnds
		if i == 0 { // somebody who has left by now shall have one too
			latest = earliest.AddDate(0, 3, 0)
		}
		p.offered = atWork(rng, between(rng, earliest, latest))
		recipients += len(r.members(p.offered))
		plans = append(plans, p)
	}
}

func (r *register) members(at time.Time) []organisation {
	var members []organisation
	for _, o := range r.organisations {
		if o.member(at.Truncate(24 * time.Hour)) {
			members = append(members, o)
		}
	}
	return members
}

func (r *register) agreementOf(rng *rand.Rand, p plan) joint {
	a := joint{vendor: r.vendors[p.vendor], created: p.offered.AddDate(0, 0, -14-rng.IntN(60))}
	for _, s := range r.systems {
		if s.vendor == a.vendor.id {
			a.systems = append(a.systems, s)
		}
	}
	slices.SortFunc(a.systems, func(a, b system) int { return cmp.Compare(r.inOrder[a.id], r.inOrder[b.id]) })
	a.title = "Databehandleraftale – " + a.vendor.name
	return a
}

// detail is the agreement as package agreement sees it: the hashes are the real ones.
func (r *register) detail(a joint, v version) agreement.Detail {
	named := vendors.Vendor{Name: a.vendor.name, CVR: a.vendor.cvr, ForeignNumber: a.vendor.foreignNumber, Country: a.vendor.country}
	d := agreement.Detail{Tree: r.template.version, Vendor: named}
	d.VendorName = a.vendor.name
	for _, s := range a.systems {
		d.Systems = append(d.Systems, agreement.SystemRef{ID: s.id, Number: s.number, Name: s.name})
	}
	for _, n := range v.answers {
		d.Answers = append(d.Answers, agreement.Answer{Path: n.path, Value: n.value})
	}
	return d
}

// offer answers what must be answered and makes each member of the day its own agreement.
func (r *register) offer(rng *rand.Rand, a joint, no int, at time.Time) error {
	v := version{id: int64(len(r.versions) + 1), agreement: a.id, no: no, offered: at}
	for {
		open := r.detail(a, v).Unanswered() // an answer may open further fields
		if len(open) == 0 {
			break
		}
		for _, f := range open {
			value, err := f.Check(answerTo(rng, f, a))
			if err != nil {
				return fmt.Errorf("answer %s: %w", f.Path, err)
			}
			raw, err := json.Marshal(value)
			if err != nil {
				return err
			}
			v.answers = append(v.answers, answer{f.Path, raw})
		}
	}
	d := r.detail(a, v)
	v.textHash = clause.Sum(d.Shared())
	for _, o := range r.members(at) {
		acc, err := r.accede(a, v, o, d)
		if err != nil {
			return err
		}
		v.accessions = append(v.accessions, acc)
	}
	r.versions = append(r.versions, v)
	return nil
}

// answerTo invents an answer to a field that must have one; the rest keep their defaults.
func answerTo(rng *rand.Rand, f field.Field, a joint) any {
	switch {
	case f.Type == field.OneOf && strings.HasPrefix(f.Path, "transfer."):
		return f.Choices[0].Value
	case f.Type == field.OneOf:
		return pick(rng, f.Choices).Value
	case f.Type == field.YesNo:
		return rng.IntN(2) == 0
	case f.Type == field.Integer:
		return 1 + rng.IntN(30)
	case f.Type == field.Date:
		return a.created.Format(time.DateOnly)
	}
	return "Kommunernes brug af " + a.systems[0].name + " i den daglige drift."
}

// accede is one organisation's own agreement: it names the systems that it used
// on the day, or all of them when it used none of them yet.
func (r *register) accede(a joint, v version, o organisation, d agreement.Detail) (accession, error) {
	party := agreement.Party{Name: o.name, CVR: o.cvr, Address: member.Address{Street: o.street, PostalCode: o.postalCode, City: o.city, Country: "DK"}}
	raw, err := json.Marshal(party)
	if err != nil {
		return accession{}, err
	}
	r.accessions++
	acc := accession{id: r.accessions, organisation: o.id, party: raw, missingAddress: !party.Address.Complete()}
	own := agreement.Instance{Party: party}
	for i, s := range a.systems {
		if r.uses[o.id][s.id].running(v.offered) {
			acc.systems, own.Systems = append(acc.systems, s.id), append(own.Systems, d.Systems[i])
		}
	}
	if len(acc.systems) == 0 {
		own.Systems = d.Systems
		for _, s := range a.systems {
			acc.systems = append(acc.systems, s.id)
		}
	}
	acc.take(v.offered)
	if acc.concluded() {
		acc.values = ownFacts(o, acc.id)
	} else {
		acc.missing = []string{"controller.contact", "controller.breach_contact", "data.persons"}
	}
	own.Values = acc.values
	acc.instanceHash = d.InstanceHash(own)
	return acc, nil
}
