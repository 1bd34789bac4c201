package agreement

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"klausul/server/field"
	"klausul/server/storage"
)

// place is where the answers of a draft, of a hearing or of an organisation's own agreement
// stand, each with a version of its own. Whoever writes holds what they belong to.
type place struct {
	of    []any  // the ids that both statements begin with
	read  string // every answer there is
	write string // then takes path, value, version, time and person, and what is in also
	also  []any

	// How the audit trail names what they belong to.
	record       string
	id           int64
	organisation int32
}

const answerCols = "n.path, n.value, n.version, coalesce(u.name, '') as changed_by, coalesce(n.changed_by, 0) as changed_by_id, n.changed_at"

// draftPlace is a draft's; at is the version of the text that writing there makes.
func draftPlace(agreement, version int64, at int) place {
	return place{
		of: []any{version}, also: []any{at}, record: "agreement", id: agreement,
		read: "select " + answerCols + ", n.at_version, '' as source from answer n left join app_user u on u.id = n.changed_by where n.agreement_version_id = $1",
		write: `insert into answer (agreement_version_id, path, value, version, changed_at, changed_by, at_version)
			values ($1, $2, $3, $4, $5, $6, $7) on conflict (agreement_version_id, path)
			do update set value = excluded.value, version = excluded.version, changed_at = excluded.changed_at,
			  changed_by = excluded.changed_by, at_version = excluded.at_version`,
	}
}

// hearingPlace is what one organisation says in a hearing.
func hearingPlace(hearing int64, organisation int32) place {
	return place{
		of: []any{hearing, organisation}, record: "hearing", id: hearing, organisation: organisation,
		read: "select " + answerCols + ", 0 as at_version, '' as source from hearing_answer n left join app_user u on u.id = n.changed_by where n.hearing_id = $1 and n.organisation_id = $2",
		write: `insert into hearing_answer (hearing_id, organisation_id, path, value, version, changed_at, changed_by)
			values ($1, $2, $3, $4, $5, $6, $7) on conflict (hearing_id, organisation_id, path)
			do update set value = excluded.value, version = excluded.version, changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
	}
}

// ownPlace is what an organisation says in its own agreement.
func ownPlace(accession int64, organisation int32) place {
	return place{
		of: []any{accession, organisation}, record: "accession", id: accession, organisation: organisation,
		read: "select " + answerCols + ", 0 as at_version, n.source from accession_answer n left join app_user u on u.id = n.changed_by where n.accession_id = $1 and n.organisation_id = $2",
		write: `insert into accession_answer (accession_id, organisation_id, path, value, version, source, changed_at, changed_by)
			values ($1, $2, $3, $4, $5, 'member', $6, $7) on conflict (accession_id, path)
			do update set value = excluded.value, version = excluded.version, source = 'member', changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
	}
}

// all reads what stands there, by path.
func (p place) all(tx *storage.Tx) ([]Answer, error) {
	return storage.All[Answer](tx, p.read+" order by n.path", p.of...)
}

// save writes one field over the version that the writer started from, 0 when it had none.
// It refuses with field.ErrValue, or with ErrAnswerConflict and both texts.
func (p place) save(tx *storage.Tx, f field.Field, base int, value any) (Answer, error) {
	value, err := f.Check(value)
	if err != nil {
		return Answer{}, err
	}
	had, _, err := storage.Find[Answer](tx, p.read+" and n.path = $"+strconv.Itoa(len(p.of)+1), append(slices.Clone(p.of), f.Path)...)
	if err != nil {
		return Answer{}, err
	}
	if had.Version != base {
		return Answer{}, ErrAnswerConflict.With("path", f.Path).With("version", had.Version).With("theirs", had.Value).
			With("yours", value).With("by", had.By).With("at", had.At)
	}
	if had.sameSession(tx) {
		tx.Continues()
	} else {
		tx.Record(p.record, p.id, p.organisation, map[string]any{f.Path: had.Value}, map[string]any{f.Path: value})
	}
	return p.put(tx, f.Path, had, value)
}

// put writes one answer over what stood there, without a word in the audit trail.
func (p place) put(tx *storage.Tx, path string, had Answer, value any) (Answer, error) {
	raw, err := json.Marshal(value)
	if err != nil {
		return Answer{}, err
	}
	me := tx.Scope().Actor()
	args := append(slices.Clone(p.of), path, raw, had.Version+1, tx.Now(), me.User)
	_, err = tx.Pgx().Exec(tx.Context(), p.write, append(args, p.also...)...)
	return Answer{Path: path, Value: raw, Version: had.Version + 1, By: me.Name, ByID: me.User, At: tx.Now()}, err
}

// editingSession is how long a pause ends it. Autosaves of one person on one field are
// audited once per session, with what stood there before it.
const editingSession = 15 * time.Minute

func (a Answer) sameSession(tx *storage.Tx) bool {
	return a.ByID == tx.Scope().Actor().User && tx.Now().Sub(a.At) < editingSession
}
