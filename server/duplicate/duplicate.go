// Package duplicate finds vendors and systems that stand in the register twice
// (dubletter), and merges them by hand: everything that points to the one then points
// to the other. A merge can be undone for thirty days.
package duplicate

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"klausul/server/fault"
)

// Kind is what sort of thing is there twice.
type Kind string

// The two kinds that can be merged.
const (
	Vendor Kind = "vendor"
	System Kind = "system"
)

// UndoFor is how long a merge can be undone.
const UndoFor = 30 * 24 * time.Hour

// Refusals of this domain.
var (
	ErrUnknown   = fault.New(fault.Invalid, "duplicate.unknown")     // no such vendor or system
	ErrSelf      = fault.New(fault.Invalid, "duplicate.self")        // one thing with itself
	ErrMerged    = fault.New(fault.Conflict, "duplicate.merged")     // it has been merged into another already
	ErrReason    = fault.New(fault.Invalid, "duplicate.reason")      // two register numbers, and no reason given
	ErrField     = fault.New(fault.Invalid, "duplicate.field")       // a value that cannot be chosen
	ErrBlocked   = fault.New(fault.Conflict, "duplicate.blocked")    // a row cannot follow
	ErrUndone    = fault.New(fault.Conflict, "duplicate.undone")     // it has been undone already
	ErrTooLate   = fault.New(fault.Conflict, "duplicate.too_late")   // thirty days are over
	ErrOrder     = fault.New(fault.Conflict, "duplicate.undo_order") // a later merge of the same thing goes first
	ErrInTheWay  = fault.New(fault.Conflict, "duplicate.in_the_way") // something has changed since
	errNotThere  = ErrUnknown.At(fault.Field{Pointer: "/loser", Code: "duplicate.unknown"})
	errItself    = ErrSelf.At(fault.Field{Pointer: "/loser", Code: "duplicate.self"})
	errNoReason  = ErrReason.At(fault.Field{Pointer: "/reason", Code: "duplicate.reason"})
	errBadChoice = ErrField.At(fault.Field{Pointer: "/take", Code: "duplicate.field"})
)

// Thing is a vendor or a system as it is compared.
type Thing struct {
	ID      int32
	Number  int32
	Merged  *int32 // the number of what it was merged into
	Created time.Time
	Values  map[string]string // by the name of a choice
}

// choices are what a person may take over from the loser, and the columns behind each.
// What belongs together is taken together: a CVR without its country would be wrong.
var choices = map[Kind][]choice{
	Vendor: {{"name", []string{"name"}}, {"register", []string{"cvr", "foreign_number", "country"}}, {"address", []string{"street", "postal_code", "city"}}},
	System: {{"name", []string{"name"}}, {"kitos", []string{"kitos_uuid"}}},
}

type choice struct {
	name    string
	columns []string
}

// Choices names what can be chosen for the kind, in the order of the screen.
func Choices(k Kind) []string {
	var names []string
	for _, c := range choices[k] {
		names = append(names, c.name)
	}
	return names
}

// columns are those behind the choices. It refuses with ErrField.
func columns(k Kind, take []string) ([]string, error) {
	all := []string{}
	for _, name := range take {
		i := slices.IndexFunc(choices[k], func(c choice) bool { return c.name == name })
		if i < 0 {
			return nil, errBadChoice
		}
		all = append(all, choices[k][i].columns...)
	}
	return all, nil
}

// record is how the audit trail names a thing: a vendor by its id, a system by its number.
func (k Kind) record(id, number int32) int32 {
	if k == Vendor {
		return id
	}
	return number
}

// table is where things of the kind lie.
func (k Kind) table() string {
	if k == Vendor {
		return "vendor"
	}
	return "it_system"
}

// Pair is two things side by side; the version changes when either of them does.
type Pair struct {
	Kind          Kind
	Winner, Loser Thing
	Version       int
}

// NeedsReason: two vendors with a register number each, and not the same, are two
// companies until somebody says why they are not.
func (p Pair) NeedsReason() bool {
	w, l := p.Winner.Values["register"], p.Loser.Values["register"]
	return p.Kind == Vendor && w != l && w != "" && l != ""
}

// Check tells whether the pair may be merged. It refuses with ErrMerged, naming what to
// go on with instead, or ErrReason.
func (p Pair) Check(reason string) error {
	for _, t := range []Thing{p.Winner, p.Loser} {
		if t.Merged != nil {
			return ErrMerged.With("number", t.Number).With("into", *t.Merged)
		}
	}
	if p.NeedsReason() && strings.TrimSpace(reason) == "" {
		return errNoReason
	}
	return nil
}

// Merge is one merge that was made.
type Merge struct {
	ID         int64      `db:"id"`
	Kind       Kind       `db:"kind"`
	WinnerID   int32      `db:"winner_id"`
	LoserID    int32      `db:"loser_id"`
	Winner     int32      `db:"winner"`
	Loser      int32      `db:"loser"`
	WinnerName string     `db:"winner_name"`
	LoserName  string     `db:"loser_name"`
	Reason     string     `db:"reason"`
	Moved      []byte     `db:"moved"`
	At         time.Time  `db:"created_at"`
	By         string     `db:"created_by"`
	UndoneAt   *time.Time `db:"undone_at"`
	UndoneBy   string     `db:"undone_by"`
}

// Until is the last moment at which the merge can be undone.
func (m Merge) Until() time.Time { return m.At.Add(UndoFor) }

// Undo tells whether the merge may be undone now; later are the merges of the same things
// that were made after it and stand. It refuses with ErrUndone, ErrTooLate, or ErrOrder
// naming the one that must be undone first.
func (m Merge) Undo(now time.Time, later []Merge) error {
	switch {
	case m.UndoneAt != nil:
		return ErrUndone.With("undoneAt", *m.UndoneAt).With("undoneBy", m.UndoneBy)
	case now.After(m.Until()):
		return ErrTooLate.With("until", m.Until())
	case len(later) > 0:
		first := later[len(later)-1]
		return ErrOrder.With("merge", first.ID).With("winner", first.WinnerName).With("loser", first.LoserName).With("at", first.At)
	}
	return nil
}

// Move is how many rows of one table followed, and how many were one too many.
type Move struct {
	What          string
	Moved, Joined int
}

// Moves lists what a merge moved, by table.
func Moves(raw []byte) ([]Move, error) {
	var by map[string]struct{ Moved, Joined int }
	if err := json.Unmarshal(raw, &by); err != nil {
		return nil, fmt.Errorf("read what was moved: %w", err)
	}
	moves := make([]Move, 0, len(by))
	for what, n := range by {
		moves = append(moves, Move{what, n.Moved, n.Joined})
	}
	slices.SortFunc(moves, func(a, b Move) int { return strings.Compare(a.What, b.What) })
	return moves, nil
}

// Joined is one organisation that used both systems at a time, and the one usage it gets.
type Joined struct {
	Organisation   string
	WasFrom, WasTo string
	From, To       string
}

// Preview is what a merge would do.
type Preview struct {
	Pair
	Moves  []Move
	Joined []Joined
}

// Suspect is a pair that may be the same.
type Suspect struct {
	ID          int64    `db:"id"`
	Kind        Kind     `db:"kind"`
	Certainty   int16    `db:"certainty"`
	Why         []string `db:"why"`
	First       int32    `db:"first"`
	FirstName   string   `db:"first_name"`
	FirstHint   string   `db:"first_hint"`
	FirstUsers  int      `db:"first_users"`
	Second      int32    `db:"second"`
	SecondName  string   `db:"second_name"`
	SecondHint  string   `db:"second_hint"`
	SecondUsers int      `db:"second_users"`
	Dismissed   bool     `db:"dismissed"`
}

// fingerprint is the version of what was read: nine digits at most, as an If-Match bears.
func fingerprint(text string) int {
	sum := sha256.Sum256([]byte(text))
	return int(binary.BigEndian.Uint32(sum[:4]) >> 4)
}
