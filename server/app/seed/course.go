package seed

import (
	"fmt"
	"math/rand/v2"
	"time"

	"klausul/server/agreement"
	"klausul/server/field"
	"klausul/server/storage"
)

// courseStep is one step of an accession's course.
type courseStep struct {
	state  agreement.AccessionState
	at     time.Time
	reason string
}

// waits is how long before the register's last day an offer still waits for most.
const waits = 45 * 24 * time.Hour

// take invents how an organisation took an offer: most conclude within two months, some
// hold it back or decline, and what was offered last waits with many.
func (a *accession) take(offered time.Time) {
	rng := rand.New(rand.NewPCG(uint64(a.id), ofCourse))
	a.steps = []courseStep{{state: agreement.AccessionOffered, at: offered}}
	step := func(s agreement.AccessionState, days int, reason string) bool {
		at := a.steps[len(a.steps)-1].at.AddDate(0, 0, 1+days)
		if at.After(registerEnds) {
			return false
		}
		a.steps = append(a.steps, courseStep{s, at, reason})
		return true
	}
	chance := rng.IntN(100)
	switch {
	case registerEnds.Sub(offered) < waits && chance < 60:
	case chance < 2:
		step(agreement.AccessionOnHold, rng.IntN(20), "Vi afventer vores egen risikovurdering.")
	case chance < 3:
		step(agreement.AccessionDeclined, rng.IntN(30), "Vi har en egen aftale, der løber to år endnu.")
	default:
		if step(agreement.AccessionAccepted, rng.IntN(30), "") && chance > 5 {
			step(agreement.AccessionInForce, rng.IntN(30), "")
		}
	}
}

// concluded tells whether it was ever accepted.
func (a *accession) concluded() bool {
	for _, s := range a.steps {
		if s.state == agreement.AccessionAccepted {
			return true
		}
	}
	return false
}

func (a *accession) state() courseStep { return a.steps[len(a.steps)-1] }

// course are the columns of an accession's row that its course decides.
func (a *accession) course() []any {
	var inForce, ends *time.Time
	for _, s := range a.steps {
		on := storage.LegalDate(s.at)
		switch s.state {
		case agreement.AccessionInForce:
			inForce = &on
		case agreement.AccessionSuperseded:
			ends = &on
		default:
		}
	}
	missing := append([]string{}, a.missing...)
	return []any{a.state().state, a.state().at, a.state().reason, inForce, ends, missing}
}

// endedAt is when it stopped to count.
func (a *accession) endedAt() *time.Time {
	s := a.state()
	if s.state == agreement.AccessionDeclined || s.state == agreement.AccessionSuperseded {
		return &s.at
	}
	return nil
}

// giveWay ends an older accession when a newer one of the same organisation enters into force.
func (a *accession) giveWay(at time.Time) {
	switch a.state().state {
	case agreement.AccessionDeclined, agreement.AccessionSuperseded, agreement.AccessionTerminated:
	default:
		if at.Before(a.state().at) {
			at = a.state().at
		}
		a.steps = append(a.steps, courseStep{agreement.AccessionSuperseded, at, ""})
	}
}

// ownFacts are what an organisation says for itself.
func ownFacts(o organisation, id int64) field.Values {
	rng := rand.New(rand.NewPCG(uint64(id), ofCourse+1))
	return field.Values{
		"controller.contact":        "Databeskyttelse i " + o.name + ", " + o.mail,
		"controller.breach_contact": fmt.Sprintf("It-vagten i %s, telefon %d", o.name, 20000000+rng.IntN(79999999)),
		"data.persons":              50 * (1 + rng.IntN(900)),
	}
}

// succeed lets the newer accessions of each organisation push the older ones out.
func (r *register) succeed() {
	type key struct {
		agreement    int64
		organisation int32
	}
	newer := map[key]*accession{}
	for i := len(r.versions) - 1; i >= 0; i-- {
		v := &r.versions[i]
		for j := range v.accessions {
			a := &v.accessions[j]
			k := key{v.agreement, a.organisation}
			if n := newer[k]; n != nil {
				if s := n.state(); s.state == agreement.AccessionInForce || s.state == agreement.AccessionSuperseded {
					a.giveWay(s.at)
				} else if a.state().state != agreement.AccessionInForce {
					a.giveWay(n.steps[0].at)
				}
			}
			newer[k] = a
		}
	}
}
