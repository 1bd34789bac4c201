package agreement

import (
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
		return 0, orFault(err, fault.ErrNotFound)
	}
	_, err = tx.Pgx().Exec(tx.Context(), "insert into own_agreement_system (own_agreement_id, system_id, organisation_id) values ($1, $2, $3)", made.ID, system, organisation)
	tx.Record("own_agreement", made.ID, organisation, nil, map[string]any{"kind": kind, "title": made.Title, "system": system})
	return made.ID, err
}

// WithdrawStanding takes back what RegisterStanding noted. It refuses with
// ErrStandingRegistered when more has been registered about it since.
func WithdrawStanding(tx *storage.Tx, organisation int32, id int64) error {
	gone, found, err := storage.Find[struct {
		Kind  string `db:"kind"`
		Title string `db:"title"`
	}](tx, `delete from own_agreement w where w.id = $1 and w.organisation_id = $2 and w.file_id is null and w.signed_on is null and w.ends_on is null
		and w.version = 1 and (select count(*) from own_agreement_system z where z.own_agreement_id = w.id) <= 1 returning kind, title::text`, id, organisation)
	if err != nil || !found {
		return orFault(err, ErrStandingRegistered)
	}
	tx.Record("own_agreement", id, organisation, map[string]any{"kind": gone.Kind, "title": gone.Title}, nil)
	return nil
}
