package duplicate

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
)

// Service finds, compares, merges and undoes.
type Service struct{ db *storage.Store }

// New returns the service on its store.
func New(db *storage.Store) *Service { return &Service{db: db} }

// Filter narrows the suspected pairs.
type Filter struct {
	Kind      Kind
	Dismissed bool // those that somebody has said are not the same
}

// sides reads both sides of a suspected pair, by kind.
var sides = map[Kind]string{
	Vendor: ` from duplicate_suspect d join vendor a on a.id = d.first_id and a.merged_into is null join vendor b on b.id = d.second_id and b.merged_into is null
		left join duplicate_dismissal n on n.kind = d.kind and n.first_id = d.first_id and n.second_id = d.second_id`,
	System: ` from duplicate_suspect d join it_system a on a.id = d.first_id and a.merged_into is null join it_system b on b.id = d.second_id and b.merged_into is null
		join vendor va on va.id = a.vendor_id join vendor vb on vb.id = b.vendor_id
		left join duplicate_dismissal n on n.kind = d.kind and n.first_id = d.first_id and n.second_id = d.second_id`,
}

const suspectCols = `select d.id, d.kind, d.certainty, d.why, a.number as first, a.name as first_name, b.number as second, b.name as second_name, n.kind is not null as dismissed, `

var hints = map[Kind]string{
	Vendor: `coalesce(a.cvr, a.country || ' ' || a.foreign_number, a.country) as first_hint, coalesce(b.cvr, b.country || ' ' || b.foreign_number, b.country) as second_hint,
		(select count(*) from it_system s where s.vendor_id = a.id and s.merged_into is null) as first_users, (select count(*) from it_system s where s.vendor_id = b.id and s.merged_into is null) as second_users`,
	System: `va.name as first_hint, vb.name as second_hint,
		(select count(distinct u.organisation_id) from usage u where u.system_id = a.id) as first_users, (select count(distinct u.organisation_id) from usage u where u.system_id = b.id) as second_users`,
}

// orders: duplicate_suspect_by_certainty serves the list.
var orders = map[string]storage.Order{"certainty": {By: "d.certainty", Type: "int", ID: "d.id"}}

func narrow(base string, f Filter) *storage.Query {
	return storage.List(base).And("d.kind = ?", string(f.Kind)).And("(n.kind is not null) = ?", f.Dismissed)
}

// List returns a page of suspected pairs, the most certain first, and the cursor of the next.
func (s *Service) List(ctx context.Context, scope access.Scope, f Filter, p storage.Page) ([]Suspect, string, error) {
	p.Sort = "-certainty"
	rows, err := storage.Select[Suspect](ctx, s.db, scope, narrow(suspectCols+hints[f.Kind]+sides[f.Kind], f).Page(orders, p))
	if err != nil {
		return nil, "", err
	}
	rows, next := storage.Cut(rows, p, func(d Suspect) (string, int64) { return storage.Key(p, map[string]any{"certainty": d.Certainty}), d.ID })
	return rows, next, nil
}

// Count returns how many pairs the filter finds.
func (s *Service) Count(ctx context.Context, scope access.Scope, f Filter) (int, error) {
	return storage.Count(ctx, s.db, scope, narrow("select count(*) as total"+sides[f.Kind], f))
}

// Find looks through the whole register again. A job does it every hour, people when they
// have just read something in.
func (s *Service) Find(ctx context.Context, scope access.Scope) error {
	return s.db.Write(ctx, scope, "duplicate.find", func(tx *storage.Tx) error {
		tx.Continues() // what it finds is a list of questions, not a change
		_, err := tx.Pgx().Exec(ctx, "select find_duplicates()")
		return err
	})
}

// Dismiss remembers that two things are not the same, or forgets it again. It refuses with ErrUnknown.
func (s *Service) Dismiss(ctx context.Context, scope access.Scope, kind Kind, first, second int32, different bool) error {
	return s.db.Write(ctx, scope, "duplicate.dismiss", func(tx *storage.Tx) error {
		p, err := pair(tx, kind, first, second)
		if err != nil {
			return err
		}
		a, b := min(p.Winner.ID, p.Loser.ID), max(p.Winner.ID, p.Loser.ID)
		for _, t := range []Thing{p.Winner, p.Loser} {
			tx.Record(string(kind), kind.record(t.ID, t.Number), 0, nil, map[string]any{"different": different, "first": first, "second": second})
		}
		if !different {
			_, err = tx.Pgx().Exec(ctx, "delete from duplicate_dismissal where kind = $1 and first_id = $2 and second_id = $3", string(kind), a, b)
			return err
		}
		_, err = tx.Pgx().Exec(ctx, `insert into duplicate_dismissal (kind, first_id, second_id, created_at, created_by) values ($1, $2, $3, $4, $5) on conflict do nothing`,
			string(kind), a, b, tx.Now(), tx.Scope().Actor().User)
		return err
	})
}

// side reads one thing of a kind as it is compared, and its row as text for the pair's version.
var side = map[Kind]string{
	Vendor: `select t.id, t.number, t.created_at, (select w.number from vendor w where w.id = t.merged_into) as merged, to_jsonb(t)::text as raw,
		jsonb_build_object('name', t.name, 'register', coalesce(t.cvr, nullif(concat_ws(' ', t.country, t.foreign_number), ''), ''),
		  'address', concat_ws(', ', nullif(t.street, ''), nullif(concat_ws(' ', t.postal_code, t.city), '')),
		  'former', (select coalesce(string_agg(distinct n.name, ', '), '') from vendor_name n where n.vendor_id = t.id)) as values from vendor t`,
	System: `select t.id, t.number, t.created_at, (select w.number from it_system w where w.id = t.merged_into) as merged, to_jsonb(t)::text as raw,
		jsonb_build_object('name', t.name, 'kitos', coalesce(t.kitos_uuid::text, ''),
		  'claimed', (select coalesce(string_agg(k.kitos_uuid::text, ', ' order by k.kitos_uuid), '') from kitos_claim k
		    where k.system_id = t.id and k.own_uuid is not distinct from t.kitos_uuid),
		  'vendor', (select v.name from vendor v where v.id = t.vendor_id)) as values from it_system t`,
}

type read struct {
	ID        int32     `db:"id"`
	Number    int32     `db:"number"`
	CreatedAt time.Time `db:"created_at"`
	Merged    *int32    `db:"merged"`
	Raw       string    `db:"raw"`
	Values    []byte    `db:"values"`
}

// locked takes the lock of both things, in the order of their ids, and reads them as pair.
func locked(tx *storage.Tx, kind Kind, winner, loser int32) (Pair, error) {
	if err := tx.Lock(kind.table()+" where number = any($1) order by id", []int32{winner, loser}); err != nil {
		return Pair{}, err
	}
	return pair(tx, kind, winner, loser)
}

// pair reads both things. It refuses with ErrUnknown or ErrSelf.
func pair(tx *storage.Tx, kind Kind, winner, loser int32) (Pair, error) {
	p := Pair{Kind: kind}
	if winner == loser {
		return p, errItself
	}
	rows, err := storage.All[read](tx, side[kind]+" where t.number = any($1) order by t.id", []int32{winner, loser})
	if err != nil {
		return p, err
	}
	if len(rows) != 2 {
		return p, errNotThere
	}
	raw := ""
	for _, r := range rows {
		thing := Thing{ID: r.ID, Number: r.Number, Merged: r.Merged, Created: r.CreatedAt}
		if err := json.Unmarshal(r.Values, &thing.Values); err != nil {
			return p, err
		}
		raw += r.Raw
		if r.Number == winner {
			p.Winner = thing
		} else {
			p.Loser = thing
		}
	}
	p.Version = fingerprint(raw)
	return p, nil
}

// Compare shows two things side by side and what merging them would move. Nothing changes.
// It refuses with ErrUnknown, ErrSelf, ErrMerged or ErrBlocked.
func (s *Service) Compare(ctx context.Context, scope access.Scope, kind Kind, winner, loser int32) (Preview, error) {
	var out Preview
	err := s.db.Write(ctx, scope, "duplicate.compare", func(tx *storage.Tx) (err error) {
		tx.Continues()
		if out.Pair, err = pair(tx, kind, winner, loser); err != nil {
			return err
		}
		if err := out.Check("compared only"); err != nil {
			return err
		}
		var moved, joined []byte
		row := tx.Pgx().QueryRow(ctx, "select moved, joined from merge_preview($1, $2, $3)", string(kind), out.Winner.ID, out.Loser.ID)
		if err := row.Scan(&moved, &joined); err != nil {
			return refusal(err)
		}
		if out.Moves, err = Moves(moved); err != nil {
			return err
		}
		return json.Unmarshal(joined, &out.Joined)
	})
	return out, err
}

// Merge merges the loser into the winner, which takes over what is named in take. seen is
// the pair's version. It refuses with fault.ErrStale when either changed since, ErrUnknown,
// ErrSelf, ErrMerged, ErrReason, ErrField or ErrBlocked.
func (s *Service) Merge(ctx context.Context, scope access.Scope, kind Kind, winner, loser int32, take []string, reason string, seen int) (Merge, error) {
	cols, err := columns(kind, take)
	if err != nil {
		return Merge{}, err
	}
	reason = strings.TrimSpace(reason)
	var made int64
	err = s.db.Write(ctx, scope, string(kind)+".merge", func(tx *storage.Tx) error {
		p, err := locked(tx, kind, winner, loser)
		if err != nil {
			return err
		}
		if p.Version != seen {
			return storage.Stale(tx, string(kind), kind.record(p.Loser.ID, loser), p.Version, map[string]any{"winner": p.Winner.Values, "loser": p.Loser.Values})
		}
		if err := p.Check(reason); err != nil {
			return err
		}
		if err := tx.Pgx().QueryRow(ctx, "select merge_records($1, $2, $3, $4, $5)", string(kind), p.Winner.ID, p.Loser.ID, cols, reason).Scan(&made); err != nil {
			return refusal(err)
		}
		what := map[string]any{"merge": made, "winner": winner, "loser": loser, "take": take, "reason": reason}
		tx.Record(string(kind), kind.record(p.Winner.ID, winner), 0, p.Winner.Values, what)
		tx.Record(string(kind), kind.record(p.Loser.ID, loser), 0, p.Loser.Values, what)
		return tell(tx, made, false)
	})
	if err != nil {
		return Merge{}, err
	}
	return s.get(ctx, scope, made)
}

const mergeSQL = `select m.id, m.kind, m.winner_id, m.loser_id, m.reason, m.moved, m.created_at, coalesce(u.name, '') as created_by, m.undone_at, coalesce(x.name, '') as undone_by,
	coalesce(vw.number, sw.number) as winner, coalesce(vl.number, sl.number) as loser, coalesce(vw.name, sw.name) as winner_name, coalesce(vl.name, sl.name) as loser_name
	from record_merge m left join app_user u on u.id = m.created_by left join app_user x on x.id = m.undone_by
	left join vendor vw on m.kind = 'vendor' and vw.id = m.winner_id left join vendor vl on m.kind = 'vendor' and vl.id = m.loser_id
	left join it_system sw on m.kind = 'system' and sw.id = m.winner_id left join it_system sl on m.kind = 'system' and sl.id = m.loser_id`

func (s *Service) get(ctx context.Context, scope access.Scope, id int64) (Merge, error) {
	return storage.One[Merge](ctx, s.db, scope, storage.List(mergeSQL).And("m.id = ?", id))
}

// Merges lists what was merged lately and can still be undone, or was undone, newest first
// (record_merge_recent).
func (s *Service) Merges(ctx context.Context, scope access.Scope) ([]Merge, error) {
	return storage.Select[Merge](ctx, s.db, scope, storage.List(mergeSQL).And("m.created_at > ?", s.db.Now().Add(-UndoFor)).
		Last("order by m.created_at desc, m.id desc limit 200"))
}

// Undo takes a merge back, so that every row is as it was. It refuses with
// fault.ErrNotFound, ErrUndone, ErrTooLate, ErrOrder or ErrInTheWay.
func (s *Service) Undo(ctx context.Context, scope access.Scope, id int64) (Merge, error) {
	err := s.db.Write(ctx, scope, "duplicate.undo", func(tx *storage.Tx) error {
		m, found, err := storage.Find[Merge](tx, mergeSQL+" where m.id = $1", id)
		if err != nil || !found {
			return fault.Or(err, fault.ErrNotFound)
		}
		// Both rows are locked, in the order in which merging locks them.
		if _, err := locked(tx, m.Kind, m.Winner, m.Loser); err != nil {
			return err
		}
		if m, _, err = storage.Find[Merge](tx, mergeSQL+" where m.id = $1", id); err != nil {
			return err
		}
		later, err := storage.All[Merge](tx, mergeSQL+` where m.kind = $1 and m.id > $2 and m.undone_at is null
			and (m.winner_id in ($3, $4) or m.loser_id in ($3, $4)) order by m.id`, string(m.Kind), m.ID, m.WinnerID, m.LoserID)
		if err != nil {
			return err
		}
		if err := m.Undo(tx.Now(), later); err != nil {
			return err
		}
		if _, err := tx.Pgx().Exec(ctx, "select merge_undo($1)", id); err != nil {
			return refusal(err)
		}
		for _, n := range []int32{m.Kind.record(m.WinnerID, m.Winner), m.Kind.record(m.LoserID, m.Loser)} {
			tx.Record(string(m.Kind), n, 0, map[string]any{"merge": id}, map[string]any{"winner": m.Winner, "loser": m.Loser})
		}
		return tell(tx, id, true)
	})
	if err != nil {
		return Merge{}, err
	}
	return s.get(ctx, scope, id)
}

// touchedSQL is what a merge did to the members' own records, as they stand now: one that
// its owner has removed since is nobody's.
const touchedSQL = `select t.record, t.id, t.organisation_id, t.before, t.after from (
	select s.no, case s.table_name when 'usage' then 'usage' when 'accession_system' then 'accession' else 'own_agreement' end as record,
	       coalesce(s.key ->> 'id', s.key ->> 'own_agreement_id', s.key ->> 'accession_id') as id,
	       coalesce((s.before ->> 'organisation_id')::int, u.organisation_id, w.organisation_id, a.organisation_id) as organisation_id, s.before, s.after
	  from merge_step s
	  left join usage u on s.table_name = 'usage' and u.id = (s.key ->> 'id')::int
	  left join own_agreement w on s.table_name in ('own_agreement', 'own_agreement_system') and w.id = coalesce(s.key ->> 'id', s.key ->> 'own_agreement_id')::bigint
	  left join accession a on s.table_name = 'accession_system' and a.id = (s.key ->> 'accession_id')::bigint
	 where s.merge_id = $1 and s.table_name in ('usage', 'own_agreement', 'own_agreement_system', 'accession_system')) t
	where t.organisation_id is not null order by t.no`

// tell leaves in each member's trail what a merge, or taking it back, did to its records.
func tell(tx *storage.Tx, merge int64, back bool) error {
	rows, err := storage.All[struct {
		Record       string          `db:"record"`
		ID           string          `db:"id"`
		Organisation int32           `db:"organisation_id"`
		Before       json.RawMessage `db:"before"`
		After        json.RawMessage `db:"after"`
	}](tx, touchedSQL, merge)
	for _, r := range rows {
		if back {
			r.Before, r.After = r.After, r.Before
		}
		tx.Record(r.Record, r.ID, r.Organisation, r.Before, r.After)
	}
	return err
}

// refusal gives the errors that the database raises while merging their names.
func refusal(err error) error {
	var pg *pgconn.PgError
	switch {
	case !errors.As(err, &pg):
		return err
	case pg.Code == "KM002":
		return ErrInTheWay.With("table", pg.TableName).Because(err)
	case pg.Code == "KM001", strings.HasPrefix(pg.Code, "23"):
		return ErrBlocked.With("table", pg.TableName).Because(err)
	}
	return err
}
