// Package intake takes in lists from the files people already have.
//
// A file is received, read line by line and held against the register: the difference
// list says of each line what it would add or change, or what is wrong with it. Nothing
// is written before a person accepts; then one transaction writes every good line, or
// nothing. A file sent again finds everything there and changes nothing.
package intake

import (
	"time"

	"klausul/server/fault"
)

// Kind is what a list is of.
type Kind string

// The secretariat takes in vendors and systems; usages and own agreements are taken in
// by their organisation, or by the secretariat from a list of many organisations.
const (
	Vendors       Kind = "vendors"
	Systems       Kind = "systems"
	Usages        Kind = "usages"
	OwnAgreements Kind = "own_agreements"
)

// State is how an import stands.
type State string

// Reading and checking are work of jobs; mapping and ready wait for a person.
const (
	Reading   State = "reading"
	Mapping   State = "mapping"
	Checking  State = "checking"
	Ready     State = "ready"
	Applied   State = "applied"
	Failed    State = "failed"
	Cancelled State = "cancelled"
)

// Works tells whether a job is at it.
func (s State) Works() bool { return s == Reading || s == Checking }

// Over tells whether nothing more comes of it.
func (s State) Over() bool { return s == Applied || s == Failed || s == Cancelled }

// Outcome is what comes of one line.
type Outcome string

// Repeated lines say what an earlier line of the file has said already.
const (
	Added     Outcome = "added"
	Changed   Outcome = "changed"
	Unchanged Outcome = "unchanged"
	Refused   Outcome = "refused"
	Repeated  Outcome = "repeated"
)

// Column is one column of the file: its heading, the field that it is taken for ("" =
// not used), and what stands first in it.
type Column struct {
	Heading string `json:"heading"`
	Field   string `json:"field"`
	Sample  string `json:"sample,omitempty"`
}

// Notice is something about the whole file that a person should know.
type Notice struct {
	Code  string `json:"code"`  // formula, merged, long_cell
	Count int    `json:"count"` // how many cells
	At    string `json:"at"`    // the first of them
}

// Import is one list on its way into the register.
type Import struct {
	ID           int64      `db:"id"`
	Organisation *int32     `db:"organisation_id"`
	Kind         Kind       `db:"kind"`
	State        State      `db:"state"`
	FileName     string     `db:"file_name"`
	Size         int64      `db:"size"`
	StagingKey   string     `db:"staging_key"`
	Format       string     `db:"format"`
	Columns      []Column   `db:"columns"`
	HeadingKey   string     `db:"heading_key"`
	Remembered   bool       `db:"remembered"`
	Notices      []Notice   `db:"notices"`
	Total        int        `db:"total"`
	Done         int        `db:"done"`
	Added        int        `db:"added"`
	Changed      int        `db:"changed"`
	Unchanged    int        `db:"unchanged"`
	Refused      int        `db:"refused"`
	Repeated     int        `db:"repeated"`
	Problem      string     `db:"problem"`
	Run          int        `db:"run"`
	Version      int        `db:"version"`
	CreatedAt    time.Time  `db:"created_at"`
	CreatedBy    string     `db:"created_by_name"`
	ChangedAt    time.Time  `db:"changed_at"`
	AppliedAt    *time.Time `db:"applied_at"`
	AppliedBy    string     `db:"applied_by_name"`
	ForgottenAt  *time.Time `db:"forgotten_at"`
}

// Flaw is one thing that is wrong with a line. Detail is what a person needs besides the
// sentence of the code: the value, the candidates, the other line.
type Flaw struct {
	Field  string `json:"field"`
	Code   string `json:"code"`
	Detail string `json:"detail,omitempty"`
}

// Difference is what a line changes in one field. Kept: the register's value stands.
type Difference struct {
	Field  string `json:"field"`
	Before any    `json:"before"`
	After  any    `json:"after"`
	Kept   bool   `json:"kept,omitempty"`
}

// Line is one line of the file with what comes of it.
type Line struct {
	Line        int          `db:"line"`
	Cells       []string     `db:"cells"`
	Label       string       `db:"label"`
	Outcome     *Outcome     `db:"outcome"`
	Flaws       []Flaw       `db:"errors"`
	Differences []Difference `db:"differences"`
}

// Refusals of a whole file, or of an act on an import.
var (
	ErrTooLarge     = fault.New(fault.TooLarge, "import.too_large")
	ErrEmpty        = fault.New(fault.Invalid, "import.empty")
	ErrFormat       = fault.New(fault.Invalid, "import.format")
	ErrNoWorkbook   = fault.New(fault.Invalid, "import.no_workbook") // text that is named .xlsx
	ErrBomb         = fault.New(fault.Invalid, "import.unpacks_too_large")
	ErrTooManyRows  = fault.New(fault.Invalid, "import.too_many_rows")
	ErrTooWide      = fault.New(fault.Invalid, "import.too_many_columns")
	ErrNoHeadings   = fault.New(fault.Invalid, "import.no_headings")
	ErrMerged       = fault.New(fault.Invalid, "import.too_many_merged")
	ErrGone         = fault.New(fault.Invalid, "import.file_gone")
	ErrTooSlow      = fault.New(fault.Invalid, "import.too_slow")
	ErrKind         = fault.New(fault.Forbidden, "import.kind_not_yours")
	ErrMapping      = fault.New(fault.Invalid, "import.mapping")
	ErrMissing      = fault.New(fault.Invalid, "import.mapping_missing")
	ErrTwice        = fault.New(fault.Invalid, "import.mapping_twice")
	ErrNotReady     = fault.New(fault.Conflict, "import.not_ready")
	ErrFinished     = fault.New(fault.Conflict, "import.finished")
	ErrNothing      = fault.New(fault.Conflict, "import.nothing_to_do")
	ErrHasErrors    = fault.New(fault.Conflict, "import.has_errors")
	ErrProposed     = fault.New(fault.Conflict, "import.files_proposed") // what is proposed is the organisation's to change
	ErrFilesMissing = fault.New(fault.Conflict, "import.files_missing")  // files that lines name were never sent
	ErrChangedSince = fault.New(fault.Conflict, "import.changed_since")
)

// What can be wrong with a line. Each has a sentence that says what to do.
var (
	flawRequired     = flaw("import.row_required")
	flawNoColumn     = flaw("import.row_no_column") // required, and the file has no column for it
	flawForeignNo    = flaw("import.row_foreign_number")
	flawCVR          = flaw("import.row_cvr")
	flawCVRForeign   = flaw("import.row_cvr_foreign") // a number of another country, in a list of vendors
	flawCVRAbroad    = flaw("import.row_cvr_abroad")  // the same in a list that names its vendors
	flawDate         = flaw("import.row_date")
	flawNumber       = flaw("import.row_number")
	flawRange        = flaw("import.row_out_of_range")
	flawUUID         = flaw("import.row_uuid")
	flawLong         = flaw("import.row_too_long")
	flawCountry      = flaw("import.row_country")
	flawChoice       = flaw("import.row_choice")
	flawPeriod       = flaw("import.row_period")
	flawForeignOrg   = flaw("import.row_foreign_organisation")
	flawUnknownOrg   = flaw("import.row_unknown_organisation")
	flawNoMember     = flaw("import.row_no_member")
	flawVendor       = flaw("import.row_unknown_vendor")
	flawVendorTwice  = flaw("import.row_ambiguous_vendor")
	flawOtherCompany = flaw("import.row_other_company")
	flawSystem       = flaw("import.row_unknown_system")
	flawSystemTwice  = flaw("import.row_ambiguous_system")
	flawOtherVendor  = flaw("import.row_other_vendor")
	flawContradicts  = flaw("import.row_contradicts")
	flawUnnamed      = flaw("import.row_unnamed") // two agreements with one vendor, and no name to tell them by
	flawOverlaps     = flaw("import.row_overlaps")
	flawTaken        = flaw("import.row_taken")
	flawFileKind     = flaw("import.row_file_kind")
	flawFileShared   = flaw("import.row_file_shared")
	flawCells        = flaw("import.row_cells")
)

func flaw(code string) string { return fault.New(fault.Invalid, code).Code }
