package pdf

import "klausul/server/fault"

// Refusals of a file. Each tells a person what to do instead.
var (
	ErrEncrypted = fault.New(fault.Invalid, "pdf.encrypted")       // a password is asked for
	ErrDamaged   = fault.New(fault.Invalid, "pdf.damaged")         // it cannot be opened, or a page of it cannot
	ErrPages     = fault.New(fault.TooLarge, "pdf.too_many_pages") //
	ErrText      = fault.New(fault.TooLarge, "pdf.too_much_text")  // on one page, or on all
	ErrSlow      = fault.New(fault.Invalid, "pdf.too_slow")        //
	ErrNoText    = fault.New(fault.Invalid, "pdf.no_text")         // pictures of pages
	ErrBusy      = fault.New(fault.Unavailable, "pdf.busy")        // other files are read
)

// Limits of a file. A page that is full of small print has ten thousand characters.
const (
	MaxPages = 500
	maxPage  = 100_000   // characters of a page
	maxText  = 5_000_000 // of all
	maxLines = 20_000    // of all, as many as a Word file may have paragraphs
)
