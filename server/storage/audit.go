package storage

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"

	"klausul/server/fault"
)

// event is one audit row to be: what happened to one record, or the bare act.
type event struct {
	record       string
	id           string
	organisation int32
	value        []byte // canonical JSON {before, after}, nil when there is nothing to keep
}

// Record tells the audit trail which record the write changed, and from what to what.
// organisation is the member the record belongs to, 0 for shared records; a member
// sees the history of its own. before and after may be nil. Values lie apart from the
// chain, as (value, salt), and can be erased without breaking it.
func (tx *Tx) Record(record string, id any, organisation int32, before, after any) {
	e := event{record: record, id: fmt.Sprint(id), organisation: organisation}
	if before != nil || after != nil {
		v, err := json.Marshal(struct {
			Before any `json:"before"`
			After  any `json:"after"`
		}{before, after})
		if err != nil {
			panic("storage: audit value of " + record + " is not JSON: " + err.Error())
		}
		e.value = v
	}
	tx.events = append(tx.events, e)
}

// Continues tells that this write goes on with one that the audit trail has already: an
// autosave of the same person in the same editing session. It leaves no row of its own,
// unless it records something; the next session's row holds what this one ended with.
func (tx *Tx) Continues() { tx.quiet = true }

type requestKey struct{}

// WithRequest puts the request id into the context, for the audit trail.
func WithRequest(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestKey{}, id)
}

// RequestID is the request id in the context, or empty.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

// commitment is what the sealed event keeps of a value.
func commitment(salt, value []byte) []byte {
	h := sha256.Sum256(bytes.Join([][]byte{salt, value}, nil))
	return h[:]
}

// auditSQL appends the rows of a write and their values in one statement.
const auditSQL = `
	with kept as (insert into audit_value (id, value, salt) select * from unnest($1::uuid[], $2::text[], $3::bytea[]))
	insert into audit_event (actor_id, role, action, request, record, record_id, organisation_id, value_id, commitment)
	select $4, $5, $6, $7, * from unnest($8::text[], $9::text[], $10::int[], $11::uuid[], $12::bytea[])`

// auditOneSQL is auditSQL for one row, the usual case: a plain insert is planned once,
// where arrays are planned anew each time.
const auditOneSQL = `
	with kept as (insert into audit_value (id, value, salt) select $1::uuid, $2::text, $3::bytea where $1 is not null)
	insert into audit_event (actor_id, role, action, request, record, record_id, organisation_id, value_id, commitment)
	values ($4, $5, $6, $7, $8, $9, $10, $1, $11)`

// prepareAudit makes the statement and the arguments that go along with the commit. A
// write that recorded nothing still leaves its name.
func (s *Store) prepareAudit(tx *Tx) error {
	if !s.audit || tx.quiet && len(tx.events) == 0 {
		return nil
	}
	if len(tx.events) == 0 {
		tx.events = []event{{organisation: tx.scope.Own()}}
	}
	n := len(tx.events)
	var (
		records, ids = make([]string, n), make([]string, n)
		orgs         = make([]*int32, n)
		valueIDs     = make([]*uuid.UUID, n)
		commitments  = make([][]byte, n)
		keptIDs      []uuid.UUID
		keptValues   []string
		keptSalts    [][]byte
	)
	for i, e := range tx.events {
		records[i], ids[i] = e.record, e.id
		if e.organisation != 0 {
			orgs[i] = &tx.events[i].organisation
		}
		if e.value == nil {
			continue
		}
		id, err := uuid.NewV7()
		if err != nil {
			return err
		}
		salt := make([]byte, 16)
		if _, err := rand.Read(salt); err != nil {
			return err
		}
		valueIDs[i], commitments[i] = &id, commitment(salt, e.value)
		keptIDs, keptValues, keptSalts = append(keptIDs, id), append(keptValues, string(e.value)), append(keptSalts, salt)
	}
	a := tx.scope.Actor()
	var actor *int64
	if a.User != 0 {
		actor = &a.User
	}
	role := string(a.Grant.Role)
	if tx.scope.Job() != "" {
		role += ":" + tx.scope.Job()
	}
	if n == 1 {
		var value *string
		var salt []byte
		if len(keptIDs) == 1 {
			value, salt = &keptValues[0], keptSalts[0]
		}
		tx.auditSQL = auditOneSQL
		tx.audit = []any{valueIDs[0], value, salt, actor, role, tx.action, RequestID(tx.ctx), records[0], ids[0], orgs[0], commitments[0]}
		return nil
	}
	tx.auditSQL = auditSQL
	tx.audit = []any{keptIDs, keptValues, keptSalts, actor, role, tx.action, RequestID(tx.ctx), records, ids, orgs, valueIDs, commitments}
	return nil
}

// unsigned tells the refusal of an audit row that the session may not sign: it, or its
// role, ended while we worked.
func unsigned(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == "42501" {
		return fault.ErrUnauthenticated.Because(err)
	}
	return fmt.Errorf("append audit: %w", err)
}
