package app

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"klausul/server/agreement"
	"klausul/server/agreement/negotiation"
	"klausul/server/bulk"
	"klausul/server/clause"
	"klausul/server/config"
	"klausul/server/document"
	"klausul/server/duplicate"
	"klausul/server/files"
	"klausul/server/httpapi"
	"klausul/server/intake"
	"klausul/server/jobs"
	"klausul/server/member"
	"klausul/server/notify"
	reader "klausul/server/pdf"
	"klausul/server/render"
	"klausul/server/report"
	"klausul/server/source"
	"klausul/server/storage"
	"klausul/server/system"
	"klausul/server/task"
	"klausul/server/usage"
	"klausul/server/vendor"
)

// Services are the use cases, each built once.
type Services struct {
	Members      *member.Service
	Users        *member.Users
	Vendors      *vendor.Service
	Systems      *system.Service
	Clauses      *clause.Service
	Agreements   *agreement.Service
	Negotiations *negotiation.Service
	Documents    *document.Service
	Tasks        *task.Service
	Usages       *usage.Service
	Reports      *report.Service
	Imports      *intake.Service
	Duplicates   *duplicate.Service
	Bulk         *bulk.Service
	Sources      *source.Service
	Todos        *task.Todos
	Notify       *notify.Service
}

// services builds the use cases; public is how browsers reach us.
func services(cfg config.Config, db *storage.Store, f *files.Store, public string) (Services, error) {
	pdf, err := engine(cfg)
	if err != nil {
		return Services{}, err
	}
	gate, err := files.NewGate(cfg.Clamd)
	if err != nil {
		return Services{}, err
	}
	s := Services{
		Members: member.New(db), Users: member.NewUsers(db), Vendors: vendor.New(db), Systems: system.New(db),
		Clauses: clause.New(db), Documents: document.New(db, f).WithGate(gate), Tasks: task.New(db), Usages: usage.New(db),
	}
	s.Agreements = agreement.New(db, s.Documents, pdf)
	s.Negotiations = negotiation.New(db, s.Documents, s.Agreements, reader.NewReader(filepath.Join(cfg.DataDir, "pdfium")))
	s.Reports = report.New(db, s.Tasks)
	s.Imports = intake.New(db, f, s.Documents)
	s.Duplicates = duplicate.New(db)
	s.Bulk = bulk.New(db, s.Agreements)
	s.Sources = source.New(db, s.Documents)
	s.Todos = task.NewTodos(db)
	s.Notify = notify.New(db, post(cfg, public))
	return s, nil
}

// engine is what makes PDFs. A licence that does not hold ends the start: there is no silent fall-back.
func engine(cfg config.Config) (render.PDFEngine, error) {
	if cfg.PDFEngine != "unipdf" {
		return render.NewPDF(), nil
	}
	if cfg.UnipdfLicence == "" {
		return nil, errors.New("KLAUSUL_UNIPDF_LICENCE is missing: KLAUSUL_PDF_ENGINE=unipdf needs one")
	}
	key, err := os.ReadFile(cfg.UnipdfLicence)
	if err != nil {
		return nil, fmt.Errorf("KLAUSUL_UNIPDF_LICENCE: %w", err)
	}
	e, err := render.NewUniPDF(render.UniPDFLicence{Key: strings.TrimSpace(string(key)), Customer: cfg.UnipdfCustomer})
	if err != nil {
		return nil, fmt.Errorf("KLAUSUL_PDF_ENGINE=unipdf: %w", err)
	}
	return e, nil
}

func (s Services) jobs(db *storage.Store) jobs.Services {
	return jobs.Services{Store: db, Members: s.Members, Users: s.Users, Agreements: s.Agreements, Documents: s.Documents, Tasks: s.Tasks, Usages: s.Usages, Reports: s.Reports,
		Systems: s.Systems, Duplicates: s.Duplicates, Imports: s.Imports, Todos: s.Todos, Notify: s.Notify}
}

func (s Services) api() httpapi.Deps {
	return httpapi.Deps{
		Imports: s.Imports,
		Members: s.Members, Users: s.Users, Vendors: s.Vendors, Systems: s.Systems, Clauses: s.Clauses,
		Agreements: s.Agreements, Negotiations: s.Negotiations, Documents: s.Documents, Tasks: s.Tasks, Usages: s.Usages, Reports: s.Reports,
		Duplicates: s.Duplicates, Bulk: s.Bulk, Sources: s.Sources, Todos: s.Todos, Notify: s.Notify,
	}
}
