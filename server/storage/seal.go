package storage

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"klausul/server/access"
)

// sealLock is the advisory lock that makes one sealer of many replicas.
const sealLock = 0x6b6c617573756c01

// sealedEvent is an audit row as its leaf hashes it.
type sealedEvent struct {
	ID           int64     `db:"id"`
	Xid          uint64    `db:"xid"`
	At           time.Time `db:"at"`
	Actor        int64     `db:"actor"`
	Role         string    `db:"role"`
	Organisation int32     `db:"organisation"`
	Action       string    `db:"action"`
	Record       string    `db:"record"`
	RecordID     string    `db:"record_id"`
	Request      string    `db:"request"`
	ValueID      string    `db:"value_id"`
	Commitment   []byte    `db:"commitment"`
}

const sealedEventSQL = `select id, xid::text::bigint as xid, at, coalesce(actor_id, 0) as actor, role, coalesce(organisation_id, 0) as organisation,
	action, record, record_id, request, coalesce(value_id::text, '') as value_id, coalesce(commitment, '') as commitment
	from audit_event where era = $1 and xid >= $2::text::xid8 and xid < $3::text::xid8 order by xid, id`

// leaf hashes an event: every part length-prefixed, so that no two events share a text.
func (e sealedEvent) leaf() [32]byte {
	h := sha256.New()
	var n [8]byte
	num := func(v uint64) { binary.BigEndian.PutUint64(n[:], v); h.Write(n[:]) }
	text := func(s string) { num(uint64(len(s))); h.Write([]byte(s)) }
	h.Write([]byte{0}) // leaf, not node
	num(uint64(e.ID))
	num(e.Xid)
	num(uint64(e.At.UnixMicro()))
	num(uint64(e.Actor))
	num(uint64(e.Organisation))
	for _, s := range []string{e.Role, e.Action, e.Record, e.RecordID, e.Request, e.ValueID, string(e.Commitment)} {
		text(s)
	}
	return [32]byte(h.Sum(nil))
}

// merkle folds leaves pairwise; an odd one moves up as it is.
func merkle(leaves [][32]byte) [32]byte {
	for len(leaves) > 1 {
		next := make([][32]byte, 0, (len(leaves)+1)/2)
		for i := 0; i+1 < len(leaves); i += 2 {
			next = append(next, sha256.Sum256(append(append([]byte{1}, leaves[i][:]...), leaves[i+1][:]...)))
		}
		if len(leaves)%2 == 1 {
			next = append(next, leaves[len(leaves)-1])
		}
		leaves = next
	}
	return leaves[0]
}

// seal is one link of the chain.
type seal struct {
	Number   int64     `db:"number"`
	Era      int16     `db:"era"`
	From     uint64    `db:"from_xid"`
	To       uint64    `db:"to_xid"`
	Events   int32     `db:"events"`
	Root     []byte    `db:"root"`
	Previous []byte    `db:"previous"`
	Hash     []byte    `db:"hash"`
	At       time.Time `db:"at"`
}

const sealSQL = `select number, era, from_xid::text::bigint as from_xid, to_xid::text::bigint as to_xid, events, root, previous, hash, at from audit_seal`

func (s seal) sum() [32]byte {
	h := sha256.New()
	var n [8]byte
	for _, v := range []uint64{uint64(s.Number), uint64(s.Era), s.From, s.To, uint64(s.Events), uint64(s.At.UnixMicro())} {
		binary.BigEndian.PutUint64(n[:], v)
		h.Write(n[:])
	}
	h.Write(s.Root)
	h.Write(s.Previous)
	return [32]byte(h.Sum(nil))
}

// Seal closes over the audit rows of all transactions that have finished, and
// returns how many. A transaction that is still running, however long, holds the
// seal back at its own number but stops nobody from writing. With nothing new, or
// while another replica seals, it returns 0.
func (s *Store) Seal(ctx context.Context, scope access.Scope) (int, error) {
	p, err := s.pool(scope)
	if err != nil {
		return 0, err
	}
	count := 0
	err = pgx.BeginTxFunc(ctx, p.pgx, pgx.TxOptions{}, func(tx pgx.Tx) error {
		count = 0
		var mine bool
		if err := tx.QueryRow(ctx, "select pg_try_advisory_xact_lock($1)", int64(sealLock)).Scan(&mine); err != nil || !mine {
			return err
		}
		n, err := sealNext(ctx, tx, s.now().UTC().Truncate(time.Microsecond))
		count = n
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("seal audit: %w", err)
	}
	return count, nil
}

func sealNext(ctx context.Context, tx pgx.Tx, now time.Time) (int, error) {
	// The advisory lock was taken before this statement's snapshot, so the previous sealer's seal is seen.
	last, err := lastSeal(ctx, tx)
	if err != nil {
		return 0, err
	}
	next := seal{Number: last.Number + 1, Previous: last.Hash, At: now}
	if next.Era, next.From, next.To, err = openRange(ctx, tx, last); err != nil || next.To <= next.From {
		return 0, err
	}
	events, err := readEvents(ctx, tx, next.Era, next.From, next.To)
	if err != nil || len(events) == 0 {
		return 0, err
	}
	next.Events = int32(len(events))
	root := rootOf(events)
	next.Root = root[:]
	sum := next.sum()
	_, err = tx.Exec(ctx, `insert into audit_seal (number, era, from_xid, to_xid, events, root, previous, hash, at)
		values ($1, $2, $3::text::xid8, $4::text::xid8, $5, $6, $7, $8, $9)`,
		next.Number, next.Era, fmt.Sprint(next.From), fmt.Sprint(next.To), next.Events, next.Root, next.Previous, sum[:], next.At)
	return len(events), err
}

// sealRows is how many rows a seal takes before it ends, with the transaction it is in.
const sealRows = 20_000

// openRange is what the next seal covers: in the oldest era that has rows left, from
// where the last seal ended to below the oldest transaction that still runs. Those
// of an era before a restore have all ended.
func openRange(ctx context.Context, tx pgx.Tx, last seal) (era int16, from, to uint64, err error) {
	err = tx.QueryRow(ctx, `
		with left_over as (
		  (select era, $2::text::xid8 as start from audit_event where era = $1 and xid >= $2::text::xid8 limit 1)
		  union all
		  (select era, '0'::xid8 from audit_event where era > $1 order by era limit 1)
		  order by era limit 1)
		select l.era, l.start::text::bigint, least(
		    case when l.era = (select max(era) from audit_event) then pg_snapshot_xmin(pg_current_snapshot())::text::bigint
		         else (select max(xid) from audit_event e where e.era = l.era)::text::bigint + 1 end,
		    (select e.xid::text::bigint + 1 from audit_event e where e.era = l.era and e.xid >= l.start order by e.xid, e.id offset $3 limit 1))
		  from left_over l`, last.Era, fmt.Sprint(last.To), sealRows-1).Scan(&era, &from, &to)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, 0, 0, nil
	}
	return era, from, to, err
}

func rootOf(events []sealedEvent) [32]byte {
	leaves := make([][32]byte, len(events))
	for i, e := range events {
		leaves[i] = e.leaf()
	}
	return merkle(leaves)
}

func readEvents(ctx context.Context, tx pgx.Tx, era int16, from, to uint64) ([]sealedEvent, error) {
	rows, err := tx.Query(ctx, sealedEventSQL, era, fmt.Sprint(from), fmt.Sprint(to))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[sealedEvent])
}

func lastSeal(ctx context.Context, tx pgx.Tx) (seal, error) {
	rows, err := tx.Query(ctx, sealSQL+" order by number desc limit 1")
	if err != nil {
		return seal{}, err
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[seal])
	if err != nil {
		return seal{}, err
	}
	if len(found) == 0 {
		return seal{Era: 1, Hash: make([]byte, 32)}, nil
	}
	return found[0], nil
}

// UnsealedAge is how long the oldest unsealed audit row has waited; 0 when all are sealed.
func (s *Store) UnsealedAge(ctx context.Context) (time.Duration, error) {
	var at *time.Time
	err := s.pools[access.LoginJob].pgx.QueryRow(ctx, `
		with last as (select era, to_xid from audit_seal order by number desc limit 1)
		select least((select min(at) from audit_event where era = coalesce((select era from last), 1) and xid >= coalesce((select to_xid from last), '0')),
		             (select min(at) from audit_event where era > coalesce((select era from last), 1)))`).Scan(&at)
	if err != nil || at == nil {
		return 0, err
	}
	return max(0, s.now().Sub(*at)), nil
}
