package agreement

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/storage"
)

// ErrCopySource refuses to copy from what is no other version of one of the vendor's agreements.
var ErrCopySource = fault.New(fault.Invalid, "agreement.copy_source")

// CopySource is a version that answers can be copied from.
type CopySource struct {
	Version   int64      `db:"version_id"`
	Agreement int64      `db:"agreement_id"`
	Number    int32      `db:"number"`
	No        int        `db:"no"`
	Title     string     `db:"title"`
	State     State      `db:"state"`
	OfferedAt *time.Time `db:"offered_at"`
	Answers   int        `db:"answers"`
}

// Fit says what would become of an answer that is copied.
type Fit string

// Brings gives an answer where there is none, Replaces another one; Same changes nothing; Unfit
// has no question here, or breaks its rule.
const (
	Brings   Fit = "brings"
	Replaces Fit = "replaces"
	Same     Fit = "same"
	Unfit    Fit = "unfit"
)

// CopyLine is one answer of the source beside the draft's own.
type CopyLine struct {
	Field  field.Field // as the draft asks it; of an Unfit one without a question, as the source does
	Fit    Fit
	Why    string // why it does not fit: a field error's code
	Row    int    // of Rows: the first row that breaks the rule, from 1
	Theirs any
	Mine   any
	Base   int // the version of the draft's answer
	Seen   int // the version of the source's answer
}

// CopyPlan is a source held against the draft.
type CopyPlan struct {
	Source CopySource
	Lines  []CopyLine
}

const sourceCols = `select v.id as version_id, a.id as agreement_id, a.number, v.no, a.title, v.state, v.offered_at,
	(select count(*) from answer n where n.agreement_version_id = v.id and n.value <> 'null') as answers`

const sourceFrom = ` from agreement_version v join agreement a on a.id = v.agreement_id where a.vendor_id = $1 and v.id <> $2`

// CopySources lists the versions of the vendor's agreements that a draft's answers can be
// copied from, the newest agreement first, and tells whether there are more. It refuses with
// fault.ErrNotFound.
func (s *Service) CopySources(ctx context.Context, scope access.Scope, id int64) (rows []CopySource, more bool, err error) {
	err = s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		d, err := load(tx, id)
		if err != nil {
			return err
		}
		rows, err = storage.All[CopySource](tx, sourceCols+sourceFrom+" order by a.number desc, v.no desc, v.id limit $3", d.VendorID, d.VersionID, most+1)
		return err
	})
	rows, more = cut(rows)
	return rows, more, err
}

func copySource(tx *storage.Tx, d Detail, version int64) (CopySource, Detail, error) {
	source, found, err := storage.Find[CopySource](tx, sourceCols+sourceFrom+" and v.id = $3", d.VendorID, d.VersionID, version)
	if err != nil || !found {
		return source, Detail{}, fault.Or(err, ErrCopySource.At(fault.Field{Pointer: "/from", Code: ErrCopySource.Code}))
	}
	from, err := versionDetail(tx, version)
	return source, from, err
}

// PlanCopy holds the answers of a source against those of a draft, and changes nothing. It
// refuses with fault.ErrNotFound, ErrOffered or ErrCopySource.
func (s *Service) PlanCopy(ctx context.Context, scope access.Scope, id, version int64) (p CopyPlan, err error) {
	err = s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		d, err := load(tx, id)
		switch {
		case err != nil:
			return err
		case d.State != Draft:
			return ErrOffered
		}
		var from Detail
		if p.Source, from, err = copySource(tx, d, version); err == nil {
			p.Lines = copyLines(d, from)
		}
		return err
	})
	return p, err
}

// copyLines are in the order of the draft's questions, and after them what it does not ask.
func copyLines(d, from Detail) (lines []CopyLine) {
	mine, theirs := answersOf(d), standingIn(from)
	for _, f := range d.Tree.Fields {
		given, ok := theirs[f.Path]
		if !ok || !copied(f) {
			continue
		}
		delete(theirs, f.Path)
		own := mine[f.Path]
		l := CopyLine{Field: f, Theirs: given.value, Mine: own.value, Base: own.Version, Seen: given.Version}
		l.fit()
		lines = append(lines, l)
	}
	for _, f := range from.Tree.Fields {
		if given, ok := theirs[f.Path]; ok {
			lines = append(lines, CopyLine{Field: f, Fit: Unfit, Why: field.ErrUnknown.Code, Theirs: given.value, Seen: given.Version})
		}
	}
	return lines
}

// copied: what each organisation gives itself, and what the register reckons, is nobody's to copy.
func copied(f field.Field) bool { return !f.Local && !f.Derived }

// fit compares by the form in which the draft would keep the value.
func (l *CopyLine) fit() {
	checked, err := l.Field.Check(l.Theirs)
	switch {
	case err != nil:
		l.Fit = Unfit
		l.Why, l.Row = refusedAt(err)
	case alike(checked, l.Mine):
		l.Fit = Same
	case l.Mine == nil:
		l.Fit = Brings
	default:
		l.Fit = Replaces
	}
}

// refusedAt reads from a field's refusal what is wrong, and of Rows in which row.
func refusedAt(err error) (code string, row int) {
	var refusal *fault.Error
	if !errors.As(err, &refusal) || len(refusal.Fields) == 0 {
		return field.ErrValue.Code, 0
	}
	first := refusal.Fields[0]
	if parts := strings.Split(first.Pointer, "/"); len(parts) > 2 { // "/value/3/country"
		if i, err := strconv.Atoi(parts[2]); err == nil {
			row = i + 1
		}
	}
	return first.Code, row
}

// alike compares values as they are stored.
func alike(a, b any) bool {
	x, err := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err == nil && err2 == nil && bytes.Equal(x, y)
}

// held is an answer with its value read.
type held struct {
	Answer
	value any
}

// answersOf are the answers that were given, by path: what a template suggests is nobody's
// answer. One that was taken back keeps its version, and no value.
func answersOf(d Detail) map[string]held {
	out := map[string]held{}
	for _, a := range d.Answers {
		var value any
		if json.Unmarshal(a.Value, &value) == nil {
			out[a.Path] = held{a, value}
		}
	}
	return out
}

// standingIn are the answers that a source's text stands on. What a condition hides there is
// not used there, and would be brought without anybody seeing where it is from.
func standingIn(from Detail) map[string]held {
	out, values := answersOf(from), from.Values()
	for path, given := range out {
		f, asked := field.Find(from.Tree.Fields, path)
		if given.value == nil || !asked || !copied(f) || !f.ShowIf.Holds(from.Tree.Fields, values) {
			delete(out, path)
		}
	}
	return out
}
