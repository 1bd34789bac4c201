package agreement

import (
	"slices"
	"time"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
	"klausul/server/task"
)

// Refusals of what a newer version, or the base of an amendment, stands in the way of.
var (
	ErrReplaced = fault.New(fault.Conflict, "accession.replaced") // a later text was offered to the organisation in its place
	ErrBase     = fault.New(fault.Conflict, "accession.base")     // the agreement that the amendment changes is not in force
)

// later is the organisation's accession on a later version of the same agreement. Versions
// are ordered by their number: a batch that comes late makes the row of an earlier one last.
type later struct {
	ID    int64          `db:"id"`
	State AccessionState `db:"state"`
	Kind  Kind           `db:"kind"`
}

// laterThan are an organisation's accessions on later versions, the latest first.
func laterThan(tx *storage.Tx, agreement, version int64, organisation int32) ([]later, error) {
	return storage.All[later](tx, `select c.id, c.state, v.kind from accession c join agreement_version v on v.id = c.agreement_version_id
		where c.agreement_id = $1 and c.organisation_id = $2 and v.no > (select no from agreement_version where id = $3) order by v.no desc`, agreement, organisation, version)
}

// replacement is a later text that took the place of this one, or was to.
func (l later) replacement() bool { return l.Kind == Replacement }

// bound says that the organisation has concluded it, or has it in force.
func (l later) bound() bool { return l.State == AccessionAccepted || l.State == AccessionInForce }

// barred tells why an act is not open although the state leads on to it.
func (d AccessionDetail) barred(act Act) error {
	switch {
	case act == Reopen && slices.ContainsFunc(d.later, later.replacement),
		(act == Accept || act == EnterForce) && slices.ContainsFunc(d.later, func(l later) bool { return l.replacement() && l.bound() }):
		return ErrReplaced.With("successor", d.Successor)
	case act == EnterForce && d.BaseEnded:
		return ErrBase
	}
	return nil
}

// Acts are the acts that are open.
func (d AccessionDetail) Acts() []Act {
	return slices.DeleteFunc(d.Open(), func(a Act) bool { return d.barred(a) != nil })
}

// succession reads what stands after the accession, and whether what it amends is in force.
func (d *AccessionDetail) succession(tx *storage.Tx) (err error) {
	if d.later, err = laterThan(tx, d.Agreement, d.VersionID, d.Organisation); err != nil {
		return err
	}
	if len(d.later) > 0 {
		d.Successor = d.later[0].ID
	}
	base, _, err := storage.Find[struct {
		Ended bool `db:"ended"`
	}](tx, `select v.base_version_id is not null and not exists (select from accession c where c.agreement_version_id = v.base_version_id
		and c.organisation_id = $2 and c.state = 'in_force') as ended from agreement_version v where v.id = $1`, d.VersionID, d.Organisation)
	d.BaseEnded = base.Ended
	return err
}

// inForce is an organisation's own agreement on a version, when it is in force.
func inForce(tx *storage.Tx, version int64, organisation int32) (AccessionDetail, bool, error) {
	row, found, err := storage.Find[struct {
		ID int64 `db:"id"`
	}](tx, "select id from accession where agreement_version_id = $1 and organisation_id = $2 and state = 'in_force'", version, organisation)
	if err != nil || !found {
		return AccessionDetail{}, false, err
	}
	d, err := loadAccession(tx, row.ID)
	return d, err == nil, err
}

// keep gives the instance of an amendment what stays as it is: the systems and the own facts
// of the agreement that it amends. What is changed later is printed against them.
func (i *Instance) keep(tx *storage.Tx, text Detail, organisation int32) error {
	if text.BaseID == nil {
		return nil
	}
	had, found, err := inForce(tx, *text.BaseID, organisation)
	if err != nil || !found {
		return err
	}
	i.Systems = had.Systems
	i.was = had.instance().Values
	for _, f := range localFields(text.Tree.Fields) {
		if v, err := f.Check(i.was[f.Path]); err == nil && v != nil {
			i.Values[f.Path], i.kept = v, append(i.kept, f.Path)
		}
	}
	return nil
}

// earlier are the organisation's accessions on earlier versions that are in one of the states, oldest first.
func earlier(tx *storage.Tx, agreement, version int64, organisation int32, states ...AccessionState) ([]int64, error) {
	rows, err := storage.All[later](tx, `select c.id, c.state, v.kind from accession c join agreement_version v on v.id = c.agreement_version_id
		where c.agreement_id = $1 and c.organisation_id = $2 and v.no < (select no from agreement_version where id = $3) and c.state = any($4) order by v.no`, agreement, organisation, version, states)
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	return ids, err
}

var (
	undecided = []AccessionState{AccessionOffered, AccessionOnHold}
	running   = []AccessionState{AccessionOffered, AccessionOnHold, AccessionAccepted, AccessionInForce}
)

// supersede ends accessions on earlier versions because a later one took their place. What
// has left the states meanwhile stays: an organisation that concluded it was quicker.
func supersede(tx *storage.Tx, agreement, version int64, organisation int32, on time.Time, states []AccessionState) error {
	ids, err := earlier(tx, agreement, version, organisation, states...)
	if err != nil {
		return err
	}
	for _, id := range ids {
		d, err := lockAccession(tx, id, 0)
		if err != nil {
			return err
		}
		if !slices.Contains(states, d.State) {
			continue
		}
		from := on
		if from.Before(d.since()) {
			from = d.since()
		}
		if err := move(tx, d, AccessionSuperseded, Step{On: from}, capacity(tx)); err != nil {
			return err
		}
		if err := task.Withdraw(tx, task.Accede, d.ID, d.Organisation); err != nil {
			return err
		}
	}
	return nil
}

// capacity is in which a step is taken: by the organisation, for it, or by the clock.
func capacity(tx *storage.Tx) string {
	switch {
	case tx.Scope().Login() == access.LoginJob:
		return asJob
	case tx.Scope().Own() == 0:
		return asMandate
	}
	return asMember
}

// endAmendments ends what amends an agreement that was terminated: in force, on the same
// day; not concluded, its offer lapses.
func endAmendments(tx *storage.Tx, base AccessionDetail, step Step) error {
	rows, err := storage.All[later](tx, `select c.id, c.state, v.kind from accession c join agreement_version v on v.id = c.agreement_version_id
		where v.base_version_id = $1 and c.organisation_id = $2 and c.state = any($3) order by v.no`, base.VersionID, base.Organisation, running)
	if err != nil {
		return err
	}
	for _, r := range rows {
		d, err := lockAccession(tx, r.ID, 0)
		if err != nil {
			return err
		}
		to := AccessionSuperseded
		if d.State == AccessionInForce {
			to = AccessionTerminated
		}
		end := step
		if end.On.Before(d.since()) {
			end.On = d.since()
		}
		if err := move(tx, d, to, end, capacity(tx)); err != nil {
			return err
		}
		if err := task.Withdraw(tx, task.Accede, d.ID, d.Organisation); err != nil {
			return err
		}
	}
	return nil
}
