package jobs

import (
	"time"

	"github.com/riverqueue/river"
)

// Jobs that cross organisations, with just the grants they need (migrations):
//
//	audit.seal              reads audit_event, adds audit_seal
//	report.refresh_figures  refresh_figures(): counts only
//	document.sweep          staging_in_use(): keys only
//	document.plan_renewals  files_to_renew(): ids only

// SealAudit closes over finished audit rows.
type SealAudit struct{}

// Kind names the job in the queue.
func (SealAudit) Kind() string { return "audit.seal" }

// RefreshFigures counts for the board.
type RefreshFigures struct{}

// Kind names the job in the queue.
func (RefreshFigures) Kind() string { return "report.refresh_figures" }

// SweepStaging removes received files that nobody registered.
type SweepStaging struct{}

// Kind names the job in the queue.
func (SweepStaging) Kind() string { return "document.sweep" }

// PlanRenewals lengthens locks that end soon.
type PlanRenewals struct{}

// Kind names the job in the queue.
func (PlanRenewals) Kind() string { return "document.plan_renewals" }

// schedule is everything that happens by the clock.
func schedule() []*river.PeriodicJob {
	every := func(d time.Duration, args river.JobArgs, atStart bool) *river.PeriodicJob {
		return river.NewPeriodicJob(river.PeriodicInterval(d), func() (river.JobArgs, *river.InsertOpts) {
			return args, &river.InsertOpts{Queue: clockQueue, MaxAttempts: 1}
		}, &river.PeriodicJobOpts{RunOnStart: atStart, ID: args.Kind()})
	}
	return []*river.PeriodicJob{
		every(time.Second, SealAudit{}, true),
		every(time.Minute, RefreshFigures{}, true),
		every(time.Hour, SweepStaging{}, false),
		every(12*time.Hour, PlanRenewals{}, false),
	}
}
