package agreement

import (
	"slices"
	"time"

	"klausul/server/fault"
	"klausul/server/storage"
	"klausul/server/task"
)

// AudienceKind says to whom a text is released.
type AudienceKind string

// The members that use one of the systems, all members, or chosen organisations, which
// may be no members at all.
const (
	Users   AudienceKind = "users"
	Members AudienceKind = "members"
	Chosen  AudienceKind = "chosen"
)

// Audience is to whom a text is released, and until when they should have decided.
type Audience struct {
	Kind   AudienceKind
	Chosen []int32 // organisations, of a chosen audience
	Due    *time.Time
}

// Recipient is an organisation that a release may reach, and what it should look at first.
type Recipient struct {
	ID             int32      `db:"id"`
	Name           string     `db:"name"`
	Member         bool       `db:"member"`
	Systems        []string   `db:"systems"`         // those it uses, by name
	MissingAddress bool       `db:"missing_address"` // its line is marked in the paper
	NoContact      bool       `db:"no_contact"`      // nobody there would be told
	Earlier        *string    `db:"earlier"`         // the state of its newest accession on this agreement
	EarlierNo      *int       `db:"earlier_no"`      // and of which version
	Has            bool       `db:"has"`             // it has this version already
	Based          bool       `db:"based"`           // of an amendment: what it amends is in force there
	LeftOn         *time.Time `db:"left_on"`
}

// Refusals of an audience.
var (
	ErrAudience = fault.New(fault.Invalid, "agreement.audience") // none of the three, or an organisation that is unknown
	ErrDue      = fault.New(fault.Invalid, "agreement.due")      // the deadline lies in the past
)

// recipients are all organisations that could be reached, by name, with what is known of
// each. Organisations are a few hundred; their usages are found by system.
func recipients(tx *storage.Tx, d Detail) ([]Recipient, error) {
	return storage.All[Recipient](tx, `with used as (
		  select u.organisation_id, array_agg(distinct s.name::text order by s.name::text) as systems from agreement_system g
		    join usage u on u.system_id = g.system_id and u.from_date <= $2 and (u.to_date is null or u.to_date >= $2)
		    join it_system s on s.id = g.system_id where g.agreement_id = $1 group by u.organisation_id
		), newest as (
		  select distinct on (c.organisation_id) c.organisation_id, c.state, v.no, c.agreement_version_id from accession c
		    join agreement_version v on v.id = c.agreement_version_id where c.agreement_id = $1 order by c.organisation_id, v.no desc
		)
		select o.id, o.name::text as name,
		  exists (select from membership m where m.organisation_id = o.id and m.from_date <= $2 and (m.to_date is null or m.to_date >= $2)) as member,
		  (select max(m.to_date) from membership m where m.organisation_id = o.id and m.to_date < $2) as left_on,
		  coalesce(u.systems, '{}') as systems, (o.street = '' or o.postal_code = '' or o.city = '') as missing_address,
		  not exists (select from role_grant g join app_user p on p.id = g.user_id and p.left_at is null where g.organisation_id = o.id and g.role = 'contact_person'
		    and g.from_date <= $2 and (g.to_date is null or g.to_date >= $2)) as no_contact,
		  n.state as earlier, n.no as earlier_no, coalesce(n.agreement_version_id = $3, false) as has,
		  $4::bigint is null or exists (select from accession b where b.agreement_version_id = $4 and b.organisation_id = o.id and b.state = 'in_force') as based
		from organisation o left join used u on u.organisation_id = o.id left join newest n on n.organisation_id = o.id
		where not exists (select from organisation_successor x where x.organisation_id = o.id and x.from_date <= $2)
		order by o.name, o.id`, d.ID, tx.Today(), d.VersionID, d.BaseID)
}

// pick narrows the recipients to an audience: never those that have the version, nor those
// where nothing is in force that an amendment could change. It refuses with ErrAudience, ErrDue or ErrNoMembers.
func (a Audience) pick(all []Recipient, today time.Time) ([]int32, error) {
	if a.Due != nil && a.Due.Before(today) {
		return nil, ErrDue.At(fault.Field{Pointer: "/due", Code: ErrDue.Code})
	}
	var ids []int32
	for _, r := range all {
		in := false
		switch a.Kind {
		case Users:
			in = r.Member && len(r.Systems) > 0
		case Members:
			in = r.Member
		case Chosen:
			in = slices.Contains(a.Chosen, r.ID)
		}
		if in && !r.Has && r.Based {
			ids = append(ids, r.ID)
		}
	}
	known := func(id int32) bool {
		return slices.ContainsFunc(all, func(r Recipient) bool { return r.ID == id })
	}
	switch {
	case a.Kind != Users && a.Kind != Members && a.Kind != Chosen:
		return nil, ErrAudience.At(fault.Field{Pointer: "/audience", Code: ErrAudience.Code})
	case a.Kind == Chosen && slices.ContainsFunc(a.Chosen, func(id int32) bool { return !known(id) }):
		return nil, ErrAudience.At(fault.Field{Pointer: "/organisations", Code: ErrAudience.Code})
	case len(ids) == 0:
		return nil, ErrNoMembers
	}
	return ids, nil
}

// due is the deadline of an audience: as given, or as policy says.
func (a Audience) due(tx *storage.Tx) (time.Time, error) {
	if a.Due != nil {
		return *a.Due, nil
	}
	return task.Due(tx, task.Accede)
}
