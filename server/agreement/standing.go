package agreement

import (
	"time"

	"klausul/server/fault"
	"klausul/server/storage"
)

// StandingKind says which sort of own agreement stands behind a system.
type StandingKind string

// The kinds that an organisation can say it has, before file and dates are registered.
const (
	StandingOwn      StandingKind = "own"
	StandingKLKombit StandingKind = "kl_kombit"
)

// ErrStandingRegistered refuses to take back an own agreement that has a file, dates or
// further systems: it is ended where it is registered.
var ErrStandingRegistered = fault.New(fault.Conflict, "agreement.standing_registered")

var standingTitles = map[StandingKind]string{
	StandingOwn:      "Egen databehandleraftale – ",
	StandingKLKombit: "Databehandleraftale (KL/KOMBIT) – ",
}

// RegisterStanding notes that the organisation has an agreement of its own on a system,
// with the system's vendor and a title of ours; file and dates can follow. It returns its id.
func RegisterStanding(tx *storage.Tx, organisation, system int32, kind StandingKind) (int64, error) {
	made, found, err := storage.Find[struct {
		ID    int64  `db:"id"`
		Title string `db:"title"`
	}](tx, `insert into own_agreement (organisation_id, vendor_id, kind, title, created_at, created_by)
		select $1, s.vendor_id, $3, $4 || s.name, $5, $6 from it_system s where s.id = $2 returning id, title::text`,
		organisation, system, string(kind), standingTitles[kind], tx.Now(), tx.Scope().Actor().User)
	if err != nil || !found {
		return 0, fault.Or(err, fault.ErrNotFound)
	}
	_, err = tx.Pgx().Exec(tx.Context(), "insert into own_agreement_system (own_agreement_id, system_id, organisation_id) values ($1, $2, $3)", made.ID, system, organisation)
	tx.Record("own_agreement", made.ID, organisation, nil, map[string]any{"kind": kind, "title": made.Title, "system": system})
	return made.ID, err
}

// WithdrawStanding takes back what RegisterStanding noted today; what was noted on an
// earlier day ended yesterday, so that the days between keep it. It refuses with
// ErrStandingRegistered when more has been registered about it since.
func WithdrawStanding(tx *storage.Tx, organisation int32, id int64) error {
	gone, found, err := storage.Find[struct {
		Kind  string `db:"kind"`
		Title string `db:"title"`
		Ended bool   `db:"ended"`
	}](tx, `with plain as (
		  select w.id, (w.created_at at time zone 'Europe/Copenhagen')::date < $3::date as stood from own_agreement w where w.id = $1 and w.organisation_id = $2
		     and w.file_id is null and w.signed_on is null and w.ends_on is null and w.version = 1
		     and (select count(*) from own_agreement_system z where z.own_agreement_id = w.id) <= 1
		), ended as (
		  update own_agreement w set ends_on = $3::date - 1, version = w.version + 1 from plain p where w.id = p.id and p.stood returning w.kind, w.title::text
		), gone as (
		  delete from own_agreement w using plain p where w.id = p.id and not p.stood returning w.kind, w.title::text
		) select kind, title, true as ended from ended union all select kind, title, false from gone`, id, organisation, tx.Today())
	if err != nil || !found {
		return fault.Or(err, ErrStandingRegistered)
	}
	was := map[string]any{"kind": gone.Kind, "title": gone.Title}
	if gone.Ended {
		tx.Record("own_agreement", id, organisation, was, map[string]any{"endsOn": tx.Today().AddDate(0, 0, -1).Format(time.DateOnly)})
		return nil
	}
	tx.Record("own_agreement", id, organisation, was, nil)
	return nil
}
