// Package bulk changes one field in many rows of a list at once: told before it is done,
// done by the rules of a single edit, and undone within a week.
package bulk

import (
	"slices"
	"time"

	"klausul/server/agreement"
	"klausul/server/fault"
	"klausul/server/storage"
)

// List is a list whose rows can be changed many at a time.
type List string

// The lists.
const (
	Systems       List = "systems"
	Vendors       List = "vendors"
	OwnAgreements List = "own_agreements"
)

// Field is what is changed. Its values are text: days as 2026-11-26, yes and no as true
// and false, nothing as "".
type Field string

// The fields, list by list.
const (
	Criticality Field = "criticality"
	Hosting     Field = "hosting"
	Persons     Field = "persons"
	UsesAI      Field = "usesAi"

	Commercial Field = "commercial"
	Country    Field = "country"
	Street     Field = "street"
	PostalCode Field = "postalCode"
	City       Field = "city"

	Kind       Field = "kind"
	SignedOn   Field = "signedOn"
	EndsOn     Field = "endsOn"
	Concept    Field = "concept"
	Interval   Field = "intervalMonths"
	CaseNumber Field = "caseNumber"
)

// longest are the texts that the single edit takes no more of.
var longest = map[Field]int{PostalCode: 10, City: 100, CaseNumber: 100}

// Most is how many rows one change may have.
const Most = 1000

// undoable is how long a change can be put back.
const undoable = 7 * 24 * time.Hour

// The ways in which a whole change is refused. A row that is refused carries the code of
// the single edit's refusal, or of ErrGone, and stops no other.
var (
	ErrField    = fault.New(fault.Invalid, "bulk.field") // the list has no such field
	ErrValue    = fault.New(fault.Invalid, "bulk.value") // no such day, number or choice
	ErrTooMany  = fault.New(fault.Invalid, "bulk.too_many")
	ErrUndone   = fault.New(fault.Conflict, "bulk.undone_already")
	ErrUndoLate = fault.New(fault.Conflict, "bulk.undo_late")
	ErrGone     = fault.New(fault.NotFound, "bulk.gone") // no such row, or not the writer's
)

// Service changes many rows at once.
type Service struct {
	db    *storage.Store
	lists map[List]list
}

// New returns the service on its store, over the rules of own agreements.
func New(db *storage.Store, owns *agreement.Service) *Service {
	return &Service{db: db, lists: map[List]list{Systems: systems, Vendors: vendors, OwnAgreements: ownAgreements(owns)}}
}

// list is what one kind of row must tell to be changed many at a time.
type list struct {
	action string // as the audit trail names the single edit
	record string // as the audit trail names a row
	fields []Field
	// hold locks a row and says how it stands and how it would. It refuses with
	// fault.ErrNotFound, or with ErrValue for a value that no row can have.
	hold func(tx *storage.Tx, id int64, f Field, value string) (held, error)
}

// held is a row that the transaction has locked.
type held struct {
	record    any // its id in the audit trail
	name      string
	now, then string       // what the field says, and would say
	refusal   error        // why it cannot say that, where it is known without writing
	write     func() error // by the rules of the single edit
}

// Ask is a row to change. Seen is the value that the writer saw: where something else
// stands by now, nothing is written and both are told. Without it the row is taken as it stands.
type Ask struct {
	Row  int64
	Seen *string
}

// Cell is one row's value as it was and is.
type Cell struct {
	Row    int64  `json:"row"`
	Name   string `json:"-"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// Conflict is a row that somebody has changed since the writer saw it.
type Conflict struct {
	Row                 int64
	Name                string
	Seen, Yours, Theirs string
	By                  string
	At                  *time.Time
}

// Refusal is a row that cannot have the value, and why.
type Refusal struct {
	Row   int64
	Name  string
	Value string
	Code  string
}

// Outcome is what became of a change, or would become of it, row by row.
type Outcome struct {
	Change    int64 // what to undo; 0 when nothing changed
	Field     Field
	Cells     []Cell
	Conflicts []Conflict
	Refusals  []Refusal
	Unchanged int // rows that held the value already
}

// change asks for one row to have a value.
type change struct {
	row   int64
	seen  *string
	value string
}

// to asks for all rows to have one value, each once, in the order of their ids: two
// people who change the same rows never wait for each other in a ring.
func to(value string, rows []Ask) []change {
	all := make([]change, len(rows))
	for i, r := range rows {
		all[i] = change{r.Row, r.Seen, value}
	}
	slices.SortStableFunc(all, byRow)
	return slices.CompactFunc(all, func(a, b change) bool { return a.row == b.row })
}

func byRow(a, b change) int { return int(a.row - b.row) }

// back asks for what was, from what the change made of it.
func back(cells []Cell) []change {
	all := make([]change, len(cells))
	for i, c := range cells {
		all[i] = change{c.Row, &c.After, c.Before}
	}
	slices.SortFunc(all, byRow)
	return all
}
