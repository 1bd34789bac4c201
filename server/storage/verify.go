package storage

import (
	"bytes"
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// AuditReport is what a check of the whole audit trail found.
type AuditReport struct {
	Seals, Sealed, Unsealed, Erased int
	Faults                          []string // gaps, forks, changed rows; empty when the chain holds
}

// VerifyAudit recomputes every seal from the rows and checks every value that is
// still there against its commitment. It runs as klausul_admin, on one snapshot,
// seal by seal, so that decades fit in memory.
func VerifyAudit(ctx context.Context, adminURL string) (AuditReport, error) {
	var r AuditReport
	conn, err := pgx.Connect(ctx, adminURL)
	if err != nil {
		return r, fmt.Errorf("connect as klausul_admin: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	err = pgx.BeginTxFunc(ctx, conn, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, sealSQL+" order by number")
		if err != nil {
			return err
		}
		seals, err := pgx.CollectRows(rows, pgx.RowToStructByName[seal])
		if err != nil {
			return err
		}
		if err := r.chain(ctx, tx, seals); err != nil {
			return err
		}
		return r.rest(ctx, tx)
	})
	return r, err
}

func (r *AuditReport) fault(format string, args ...any) {
	r.Faults = append(r.Faults, fmt.Sprintf(format, args...))
}

func (r *AuditReport) chain(ctx context.Context, tx pgx.Tx, seals []seal) error {
	last := seal{Era: 1, Hash: make([]byte, 32)}
	for _, s := range seals {
		r.Seals++
		from := last.To
		if s.Era != last.Era {
			from = 0
		}
		switch {
		case s.Number != last.Number+1:
			r.fault("gap: seal %d follows seal %d", s.Number, last.Number)
		case !bytes.Equal(s.Previous, last.Hash):
			r.fault("fork: seal %d does not continue seal %d", s.Number, last.Number)
		case s.From != from:
			r.fault("gap: seal %d starts at transaction %d, the one before ended at %d", s.Number, s.From, from)
		}
		if sum := s.sum(); !bytes.Equal(sum[:], s.Hash) {
			r.fault("changed: seal %d is not what was written", s.Number)
		}
		events, err := readEvents(ctx, tx, s.Era, s.From, s.To)
		if err != nil {
			return err
		}
		r.Sealed += len(events)
		if len(events) != int(s.Events) {
			r.fault("changed: seal %d covers %d rows, %d are there", s.Number, s.Events, len(events))
		} else if root := rootOf(events); !bytes.Equal(root[:], s.Root) {
			r.fault("changed: a row under seal %d is not what was sealed", s.Number)
		}
		last = s
	}
	return nil
}

// rest counts what no seal covers and checks the values.
func (r *AuditReport) rest(ctx context.Context, tx pgx.Tx) error {
	err := tx.QueryRow(ctx, `select count(*) from audit_event e
		left join (select era, max(to_xid) as upto from audit_seal group by era) s on s.era = e.era
		where s.upto is null or e.xid >= s.upto`).Scan(&r.Unsealed)
	if err != nil {
		return err
	}
	rows, err := tx.Query(ctx, `select e.id, e.commitment, v.salt, v.value, v.erased_at is not null as erased, v.id is null as missing
		from audit_event e left join audit_value v on v.id = e.value_id where e.value_id is not null order by e.id`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var want, salt []byte
		var value *string
		var erased, missing bool
		if err := rows.Scan(&id, &want, &salt, &value, &erased, &missing); err != nil {
			return err
		}
		switch {
		case missing:
			r.fault("missing: the value of row %d is gone without an erasure", id)
		case erased:
			r.Erased++
		case value == nil || !bytes.Equal(commitment(salt, []byte(*value)), want):
			r.fault("changed: the value of row %d is not what was committed to", id)
		}
	}
	return rows.Err()
}
