package jobs

import (
	"time"

	"github.com/riverqueue/river"
)

// Jobs that cross organisations, with just the grants they need (migrations):
//
//	audit.seal              reads audit_event, adds audit_seal
//	report.refresh_figures  refresh_figures(): counts only
//	document.sweep          staging_in_use(): keys only; forget_uploads(): nothing to read
//	document.tend           files_to_tend(): ids only
//	session.forget          forget_sessions(): nothing to read
//	import.forget           import_forget(): nothing to read
//	usage.forget            forget_usage_changes(): nothing to read
//	access_review.open      open_access_reviews(): ids of roles
//	person.anonymise        people_run_out(): ids of what moves; anonymise_people() and
//	                        erase_contacts(): ids only
//	organisation.in_step    organisations_in_step(): addresses and mails that were planned
//	system.refresh_scope    refresh_scope(): counts only
//	duplicate.find          find_duplicates(): shared things only
//	system.settle_vendors   settle_vendors(): nothing to read
//	accession.run_out       accessions_run_out(): ids only
//	hearing.run_out         hearings_run_out(): ids only
//	accession.order_papers  accessions_unpapered(): ids only
//	notify.sweep            mail_due(): ids of people; mail_lost(): nothing to read
//	notify.mail             mail_begin(): what one person is to be told, from every organisation
//	                        that the person works for; mail_end(): nothing to read
//	task.settle             task_astray(): ids of organisations

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

// TendFiles lengthens locks that end soon and seals what was left unsealed.
type TendFiles struct{}

// Kind names the job in the queue.
func (TendFiles) Kind() string { return "document.tend" }

// ForgetSessions removes who signed in when, a month after it ended.
type ForgetSessions struct{}

// Kind names the job in the queue.
func (ForgetSessions) Kind() string { return "session.forget" }

// StepOrganisations brings over addresses that were planned for a day that has come.
type StepOrganisations struct{}

// Kind names the job in the queue.
func (StepOrganisations) Kind() string { return "organisation.in_step" }

// ForgetUsageChanges removes what could be undone a month ago.
type ForgetUsageChanges struct{}

// Kind names the job in the queue.
func (ForgetUsageChanges) Kind() string { return "usage.forget" }

// RefreshScope reckons which systems the secretariat supervises.
type RefreshScope struct{}

func (RefreshScope) Kind() string { return "system.refresh_scope" }

// FindDuplicates looks for vendors and systems that stand in the register twice.
type FindDuplicates struct{}

func (FindDuplicates) Kind() string { return "duplicate.find" }

// SettleVendors makes a move between vendors that was registered ahead take effect on its day.
type SettleVendors struct{}

// Kind names the job in the queue.
func (SettleVendors) Kind() string { return "system.settle_vendors" }

// EndAccessions ends agreements whose last day has passed.
type EndAccessions struct{}

// Kind names the job in the queue.
func (EndAccessions) Kind() string { return "accession.run_out" }

// EndHearings takes the task back of a hearing whose last day has passed.
type EndHearings struct{}

// Kind names the job in the queue.
func (EndHearings) Kind() string { return "hearing.run_out" }

// OrderPapers orders papers of concluded agreements that were never made.
type OrderPapers struct{}

// Kind names the job in the queue.
func (OrderPapers) Kind() string { return "accession.order_papers" }

// OpenReviews opens the yearly look at who has access.
type OpenReviews struct{}

// Kind names the job in the queue.
func (OpenReviews) Kind() string { return "access_review.open" }

// AnonymisePeople sees who has left, and takes name and mail from those who did long ago
// and from vendors' contacts that were removed.
type AnonymisePeople struct{}

// Kind names the job in the queue.
func (AnonymisePeople) Kind() string { return "person.anonymise" }

// ForgetImports removes the rows of lists that were taken in three months ago.
type ForgetImports struct{}

// Kind names the job in the queue.
func (ForgetImports) Kind() string { return "import.forget" }

// SweepMail looks who is to be told something by mail.
type SweepMail struct{}

// Kind names the job in the queue.
func (SweepMail) Kind() string { return "notify.sweep" }

// SettleTasks finds somebody for the tasks of people who have left.
type SettleTasks struct{}

// Kind names the job in the queue.
func (SettleTasks) Kind() string { return "task.settle" }

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
		every(time.Hour, SweepStaging{}, true), // at start too: a server may never live an hour
		every(time.Hour, TendFiles{}, true),
		every(24*time.Hour, ForgetSessions{}, true),
		every(24*time.Hour, ForgetImports{}, true),
		every(24*time.Hour, ForgetUsageChanges{}, true),
		every(24*time.Hour, OpenReviews{}, true),
		every(24*time.Hour, AnonymisePeople{}, true),
		every(15*time.Minute, StepOrganisations{}, true), // often: the day begins at midnight in Denmark
		every(time.Hour, RefreshScope{}, true),
		every(time.Hour, FindDuplicates{}, true),
		every(time.Hour, EndAccessions{}, true),
		every(time.Hour, EndHearings{}, true),
		every(time.Hour, OrderPapers{}, true),
		every(10*time.Minute, SweepMail{}, true), // it knows itself when people are at work
		every(time.Hour, SettleTasks{}, true),
		every(time.Hour, SettleVendors{}, true), // at start too: a day may have begun meanwhile
	}
}
