// Package bench measures the product against yardsticks, both in the same run, on
// the register after years of use. A row is a name, a target and two functions.
package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/pprof"
	"slices"
	"strings"
)

// ErrShort says that a row missed its target by more than a tenth.
var ErrShort = errors.New("a row is short of its target")

// Options say what to measure and where to write.
type Options struct {
	Row      string    // empty: every row
	Dir      string    // keeps the databases between runs
	Profile  string    // a CPU profile of our side of the rows goes here; empty: none
	Out      io.Writer // the rows, and nothing else
	Progress io.Writer // what is going on
}

// row compares the product with its yardstick.
type row struct {
	name   string
	says   string  // what the two numbers are
	target float64 // of ours / other
	atMost bool    // the ratio must not be above the target, rather than not below
	open   func(context.Context, *world) (pair, error)
}

// pair is the two sides of a row, ready to be measured, once per round each.
type pair struct {
	ours, other func(context.Context) (float64, error)
	close       func() error // nil: nothing to give back
}

// rows is everything that is measured. A new row needs a line here and a function.
var rows = []row{
	{"list", "requests/s for 50 of the own agreements of kontakt-viborg; other: bare Gin and pgx, the same JSON", 0.5, false, openList("kontakt-viborg", ownSQL)},
	{"list_office", "requests/s for 50 of all 100,000 agreements as jurist; other: bare Gin and pgx, the same JSON", 0.5, false, openList("jurist", allSQL)},
	{"our_systems", "requests/s for the 600 systems of kontakt-viborg with all columns; other: the same statement by bare Gin and pgx, the same JSON", 0.4, false, openOurSystems},
	{"our_systems_history", "ms for that page when the organisation has ten times the past, 8 at a time; other: without", 1.3, true, openOurSystemsHistory},
	{"guard", "µs for authorising one request; other: µs for that whole request (list, one connection)", 0.05, true, openGuard},
	{"audit", "writes/s of 4 writers with the audit trail and its sealer; other: the same without", 0.7, false, openAudit},
	{"audit_slow", "writes/s of 4 audited writers beside one that holds its transaction for 2 s; other: without that one", 0.8, false, openSlow},
	{"import", "rows/s written by the accept of a list of 60,000 usages, with audit; other: COPY of the same into the same table without row-level security", 0.12, false, openImport},
	{"import_xlsx", "ms for reading a workbook of 60,000 usages and understanding its lines; other: excelize reading it", 3, true, openImportXLSX},
	{"template_import", "ms for taking a Word file of 30 pages apart into a clause tree; other: unzipping it and reading its XML", 4, true, openTemplateImport},
	{"roundin", "ms for reading a returned Word file of 30 pages with 120 changes and comparing it with what was sent; other: unzipping it and reading its XML", 4, true, openRoundIn},
	{"redline", "ms for the redline of a text with 120 changes; other: of one a tenth as long, at the step from 2 to 20 to 200 kB that grew more", 15, true, openRedline},
	{"redline_edited", "ms for the redline of a text with a quarter of its words edited; other: of one a tenth as long, at the step that grew more", 20, true, openRedlineEdited},
	{"hashtree", "ms for hashing a version of 30 pages; other: SHA-256 over it as JSON, as it is stored", 3, true, openHashTree},
	{"batch98", "copies/s of a release to 98 members, at least 6,500 words on 14 pages each, PDF and Word hashed and stored; other: LibreOffice turning the same 98 Word files into PDF in one call", 3, false, openBatch},
	{"batch98_memory", "MB that the process has in memory at most during that release; other: the 200 it may have", 1, true, openBatchMemory},
	{"preview", "ms from one changed field to the new PDF and page, over HTTP; other: setting the same PDF and page alone", 1.5, true, openPreview},
	{"matrix", "ms for 700 vendors against 98 members from 100,000 agreements as jurist; other: its statement alone by bare pgx as the owner", 2, true, openMatrix},
	{"start", "ms from the start of a process with both stores and data to its first answer; other: PostgreSQL alone", 4, true, openStart},
	{"compare", "ms for comparing two template versions of 60 pages word by word, read and told apart; other: reading the two", 10, true, openCompare},
	{"precedents", "ms for the precedents of near wording among 100,000, as the office's login; other: for the newest of a clause by its key", 20, true, openPrecedents},
	{"reverse", "ms for the members behind a sub-processor over 100,000 tree rows as jurist; other: the same statement by bare pgx as the owner", 2, true, openReverse},
}

// header explains the lines below it. It begins with # so that a reader can skip it.
const header = "# name\tours\tother\tratio (ours/other, of the median round)\ttarget (>= at least, <= at most)\tok, or SHORT when missed by more than a tenth\n"

// rounds are how often each side is measured; the two take turns to go first.
const rounds = 5

// Run measures the rows and prints one line each. It refuses with ErrShort when a row is short.
func Run(ctx context.Context, o Options) error {
	chosen := rows
	if o.Row != "" {
		i := slices.IndexFunc(rows, func(r row) bool { return r.name == o.Row })
		if i < 0 {
			return fmt.Errorf("there is no row %q: %s", o.Row, strings.Join(names(), ", "))
		}
		chosen = rows[i : i+1]
	}
	w, err := newWorld(o)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(o.Out, header); err != nil {
		return err
	}
	short := false
	for _, r := range chosen {
		fmt.Fprintf(o.Progress, "%s: %s\n", r.name, r.says)
		results, err := r.measure(ctx, w, o.Progress)
		if err != nil {
			return fmt.Errorf("measure %s: %w", r.name, err)
		}
		m := median(results)
		short = short || r.short(m)
		if _, err := io.WriteString(o.Out, r.line(m)); err != nil {
			return err
		}
	}
	if short {
		return ErrShort
	}
	return nil
}

func names() []string {
	all := make([]string, len(rows))
	for i, r := range rows {
		all[i] = r.name
	}
	return all
}

// result is one round.
type result struct{ ours, other float64 }

func (r result) ratio() float64 { return r.ours / r.other }

func (r row) measure(ctx context.Context, w *world, progress io.Writer) (results []result, err error) {
	p, err := r.open(ctx, w)
	if err != nil {
		return nil, err
	}
	if p.close != nil {
		defer func() { err = errors.Join(err, p.close()) }()
	}
	ours := profiled(p.ours, w.profile)
	for i := range rounds {
		var one result
		sides := []func() error{
			func() (err error) { one.ours, err = ours(ctx); return err },
			func() (err error) { one.other, err = p.other(ctx); return err },
		}
		if i%2 == 1 { // a machine that grows slower or faster favours nobody
			slices.Reverse(sides)
		}
		for _, side := range sides {
			if err := errors.Join(side(), ctx.Err()); err != nil {
				return nil, err
			}
		}
		fmt.Fprintf(progress, "%s round %d: %s %s ratio %.3f\n", r.name, i+1, figure(one.ours), figure(one.other), one.ratio())
		results = append(results, one)
	}
	return results, nil
}

// profiled records the CPU while measure runs. The last round's profile stays.
func profiled(measure func(context.Context) (float64, error), file string) func(context.Context) (float64, error) {
	if file == "" {
		return measure
	}
	return func(ctx context.Context) (v float64, err error) {
		f, err := os.Create(file)
		if err != nil {
			return 0, err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		if err := pprof.StartCPUProfile(f); err != nil {
			return 0, err
		}
		defer pprof.StopCPUProfile()
		return measure(ctx)
	}
}

// median is the round with the middle ratio: its numbers belong together.
func median(results []result) result {
	sorted := slices.Clone(results)
	slices.SortFunc(sorted, func(a, b result) int {
		switch {
		case a.ratio() < b.ratio():
			return -1
		case a.ratio() > b.ratio():
			return 1
		}
		return 0
	})
	return sorted[len(sorted)/2]
}

// tolerance is how much of a target is enough: machines are never quite still.
const tolerance = 0.9

// short tells whether the target is missed by more than a tenth. A ratio that is
// no number is short: nothing was measured.
func (r row) short(m result) bool {
	if r.atMost {
		return !(m.ratio() <= r.target/tolerance)
	}
	return !(m.ratio() >= r.target*tolerance)
}

func (r row) line(m result) string {
	sign, verdict := ">=", "ok"
	if r.atMost {
		sign = "<="
	}
	if r.short(m) {
		verdict = "SHORT"
	}
	return fmt.Sprintf("%s\t%s\t%s\t%s\t%s%g\t%s\n", r.name, figure(m.ours), figure(m.other), figure(m.ratio()), sign, r.target, verdict)
}

// figure is a number with three digits that mean something.
func figure(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	case v >= 0.1:
		return fmt.Sprintf("%.3f", v)
	}
	return fmt.Sprintf("%.3g", v)
}
