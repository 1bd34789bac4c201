package agreement

import (
	"context"
	"strings"
	"time"

	"klausul/server/access"
	"klausul/server/clause"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/storage"
)

// Instruction is a later instruction of the controller. Clause 4.1: it is documented, and
// kept with the agreement; what was written stays.
type Instruction struct {
	ID         int64     `db:"id"`
	On         time.Time `db:"given_on"`
	To         string    `db:"given_to"`
	Wording    string    `db:"wording"`
	RecordedAt time.Time `db:"recorded_at"`
	RecordedBy string    `db:"recorded_by"`
}

// ErrInstruction refuses an instruction without wording, or of a day to come.
var ErrInstruction = fault.New(fault.Invalid, "accession.instruction")

// Instruct adds an instruction to the log of an accession. It refuses with ErrInstruction
// or fault.ErrNotFound.
func (s *Service) Instruct(ctx context.Context, scope access.Scope, id int64, i Instruction) (AccessionDetail, error) {
	i.Wording, i.To = strings.TrimSpace(i.Wording), strings.TrimSpace(i.To)
	var now AccessionDetail
	err := s.db.Write(ctx, scope, "accession.instruct", func(tx *storage.Tx) error {
		d, err := loadAccession(tx, id)
		if err != nil {
			return err
		}
		if i.On.IsZero() {
			i.On = tx.Today()
		}
		switch {
		case i.Wording == "":
			return ErrInstruction.At(fault.Field{Pointer: "/wording", Code: "required"})
		case i.On.After(tx.Today()):
			return ErrInstruction.At(fault.Field{Pointer: "/on", Code: ErrInstruction.Code})
		}
		tx.Record("accession", id, d.Organisation, nil, map[string]any{"instruction": i.Wording, "on": i.On.Format(time.DateOnly), "to": i.To})
		if _, err := tx.Pgx().Exec(ctx, `insert into instruction (accession_id, organisation_id, given_on, given_to, wording, recorded_at, recorded_by)
			values ($1, $2, $3, $4, $5, $6, $7)`, id, d.Organisation, i.On, i.To, i.Wording, tx.Now(), tx.Scope().Actor().User); err != nil {
			return err
		}
		now, err = loadAccession(tx, id)
		return err
	})
	return now, err
}

// Authorised is a sub-processor that an organisation has authorised, with the days it holds.
type Authorised struct {
	Name    string     `db:"name" json:"name"`
	Number  string     `db:"number" json:"number"`
	Country string     `db:"country" json:"country"`
	Purpose string     `db:"purpose" json:"purpose"`
	From    time.Time  `db:"from_date" json:"-"`
	To      *time.Time `db:"to_date" json:"-"`
	Source  string     `db:"source" json:"-"` // signing or notice
}

// authorise writes the sub-processors of annex B.1 as authorised from the day of signing.
func authorise(tx *storage.Tx, d AccessionDetail, text Detail, on time.Time) error {
	f, ok := field.Find(text.Tree.Fields, subprocessors)
	if !ok {
		return nil
	}
	var name, number, country, purpose []string
	for _, cells := range f.Cells(text.Values().Of(f), text.Tree.Language) {
		name, number = append(name, cells["name"]), append(number, cells["number"])
		country, purpose = append(country, cells["country"]), append(purpose, cells["purpose"])
	}
	_, err := tx.Pgx().Exec(tx.Context(), `insert into authorised_subprocessor (accession_id, organisation_id, name, number, country, purpose, from_date)
		select $1, $2, t.*, $7 from unnest($3::text[], $4::text[], $5::text[], $6::text[]) t`, d.ID, d.Organisation, name, number, country, purpose, on)
	return err
}

// InstanceHash is the hash of the text with one organisation's values.
func (d Detail) InstanceHash(i Instance) string { return clause.Sum(d.For(i)) }
