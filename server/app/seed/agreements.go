package seed

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"klausul/server/clause"
	"klausul/server/field"
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

type agreement struct {
	id      int64
	vendor  vendor
	systems []system
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
	byVendor := map[int]*agreement{}
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

func (r *register) agreementOf(rng *rand.Rand, p plan) agreement {
	a := agreement{vendor: r.vendors[p.vendor], created: p.offered.AddDate(0, 0, -14-rng.IntN(60))}
	for _, s := range r.systems {
		if s.vendor == a.vendor.id {
			a.systems = append(a.systems, s)
		}
	}
	if a.created.Before(a.vendor.created) {
		a.created = a.vendor.created.Add(time.Hour)
	}
	a.title = "Databehandleraftale med " + a.vendor.name
	return a
}

func (r *register) offer(rng *rand.Rand, a agreement, no int, at time.Time) error {
	v := version{id: int64(len(r.versions) + 1), agreement: a.id, no: no, offered: at}
	values := field.Values{}
	for _, f := range r.template.version.Fields {
		if f.Local || !f.ShowIf.Holds(r.template.version.Fields, values) {
			continue
		}
		value := answerTo(rng, f, a)
		if value == nil {
			continue
		}
		if _, err := f.Check(value); err != nil {
			return fmt.Errorf("answer %s: %w", f.Path, err)
		}
		values[f.Path] = value
		raw, err := json.Marshal(value)
		if err != nil {
			return err
		}
		v.answers = append(v.answers, answer{f.Path, raw})
	}
	v.textHash = clause.Sum(clause.Fill(r.template.version.Clauses, clause.Filling{
		Fields: r.template.version.Fields, Values: values, Language: r.template.version.Language,
		Facts: map[string]string{"processor.name": a.vendor.name, "processor.number": a.vendor.registered()},
	}))
	for _, o := range r.members(at) {
		acc, err := r.accede(a, v, o)
		if err != nil {
			return err
		}
		r.accessions++
		acc.id = r.accessions
		v.accessions = append(v.accessions, acc)
	}
	r.versions = append(r.versions, v)
	return nil
}

func (v vendor) registered() string {
	if v.cvr != nil {
		return *v.cvr
	}
	return *v.foreignNumber
}

// answerTo invents an answer to a field that has no default; most keep the default.
func answerTo(rng *rand.Rand, f field.Field, a agreement) any {
	switch {
	case f.Default != nil:
		return nil
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
func (r *register) accede(a agreement, v version, o organisation) (accession, error) {
	acc := accession{organisation: o.id, missingAddress: o.street == ""}
	for _, s := range a.systems {
		if r.uses[o.id][s.id].running(v.offered) {
			acc.systems = append(acc.systems, s.id)
		}
	}
	if len(acc.systems) == 0 {
		for _, s := range a.systems {
			acc.systems = append(acc.systems, s.id)
		}
	}
	var err error
	acc.party, err = party(o)
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %v", v.textHash, acc.party, acc.systems))
	acc.instanceHash = hex.EncodeToString(sum[:])
	return acc, err
}

// party is the legal party of the day, as an accession keeps it.
func party(o organisation) (json.RawMessage, error) {
	return json.Marshal(map[string]string{
		"name": o.name, "cvr": o.cvr, "street": o.street, "postalCode": o.postalCode, "city": o.city, "country": "DK",
	})
}
