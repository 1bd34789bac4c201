package httpapi

import (
	"bytes"
	"context"
	"errors"
	"strings"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/agreement/negotiation"
	"klausul/server/member"
	"klausul/server/report"
	"klausul/server/storage"
	"klausul/server/system"
	"klausul/server/vendor"
)

// workbook writes every page of a list into a spreadsheet: exactly what is filtered.
func workbook[T any](ctx context.Context, sheet string, columns []report.Column, p storage.Page, list func(storage.Page) ([]T, string, error), row func(T) []any) (WorkbookApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse, error) {
	p.Limit, p.Cursor = 5000, ""
	sheet, columns = word(ctx, sheet), columnsIn(ctx, columns)
	var waiting []T
	more := true
	var b bytes.Buffer
	err := report.Workbook(&b, sheet, columns, func() ([]any, error) {
		if len(waiting) == 0 && more {
			found, next, err := list(p)
			if err != nil {
				return nil, err
			}
			waiting, p.Cursor, more = found, next, next != ""
		}
		if len(waiting) == 0 {
			return nil, nil
		}
		first := waiting[0]
		waiting = waiting[1:]
		return row(first), nil
	})
	return WorkbookApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{Body: &b, ContentLength: int64(b.Len()),
		Headers: WorkbookResponseHeaders{ContentDisposition: attachment("klausul-" + sheet + ".xlsx")}}, err
}

// ExportOrganisations is the filtered list as a spreadsheet.
func (a *API) ExportOrganisations(ctx context.Context, r ExportOrganisationsRequestObject) (ExportOrganisationsResponseObject, error) {
	p := r.Params
	f := organisationFilter(p.Q, p.Membership, p.AsOf, p.MissingAddress)
	w, err := workbook(ctx, "kommuner", []report.Column{{Heading: "Navn", Width: 34}, {Heading: "CVR", Width: 12}, {Heading: "Kommunekode", Width: 13}, {Heading: "Adresse", Width: 34}, {Heading: "Postnr.", Width: 9}, {Heading: "By", Width: 22}},
		paged(p.Sort, "name", nil, nil),
		func(p storage.Page) ([]member.Organisation, string, error) {
			return a.Members.List(ctx, scopeFrom(ctx), f, p)
		},
		func(o member.Organisation) []any {
			return []any{o.Name, o.CVR, value(o.MunicipalityCode), o.Street, o.PostalCode, o.City}
		})
	return ExportOrganisations200ApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{w}, err
}

// ExportVendors is the filtered list as a spreadsheet.
func (a *API) ExportVendors(ctx context.Context, r ExportVendorsRequestObject) (ExportVendorsResponseObject, error) {
	f := vendorFilter(r.Params.Q, r.Params.Country, r.Params.Part)
	w, err := workbook(ctx, "leverandører", []report.Column{{Heading: "Nr.", Width: 8}, {Heading: "Leverandør", Width: 44}, {Heading: "CVR", Width: 12}, {Heading: "Udenlandsk nr.", Width: 18}, {Heading: "Land", Width: 7}, {Heading: "Systemer", Width: 10}, {Heading: "I kæder", Width: 9}},
		paged(r.Params.Sort, "name", nil, nil),
		func(p storage.Page) ([]vendor.Vendor, string, error) {
			return a.Vendors.List(ctx, scopeFrom(ctx), f, p)
		},
		func(v vendor.Vendor) []any {
			return []any{v.Number, v.Name, value(v.CVR), value(v.ForeignNumber), v.Country, v.Systems, v.Chains}
		})
	return ExportVendors200ApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{w}, err
}

// screenedWords are the outcomes of a screening as they read in a spreadsheet.
var screenedWords = map[system.Outcome]string{system.HoldsData: "Behandler personoplysninger", system.NoData: "Ingen personoplysninger", "": "Ikke vurderet"}

// ExportSystems is the filtered list as a spreadsheet.
func (a *API) ExportSystems(ctx context.Context, r ExportSystemsRequestObject) (ExportSystemsResponseObject, error) {
	f := systemFilter(r.Params.Q, r.Params.Vendor, r.Params.Screened, r.Params.Criticality)
	users := "Kommuner"
	if scopeFrom(ctx).Own() != 0 {
		users = "Vi bruger det"
	}
	w, err := workbook(ctx, "systemer", []report.Column{{Heading: "Nr.", Width: 8}, {Heading: "System", Width: 44}, {Heading: "Leverandør", Width: 44}, {Heading: "KITOS-uuid", Width: 38}, {Heading: "Vurdering", Width: 28}, {Heading: users, Width: 13}},
		paged(r.Params.Sort, "name", nil, nil),
		func(p storage.Page) ([]system.System, string, error) {
			return a.Systems.List(ctx, scopeFrom(ctx), f, p)
		},
		func(s system.System) []any {
			kitos := ""
			if s.KitosUUID != nil {
				kitos = s.KitosUUID.String()
			}
			return []any{s.Number, s.Name, s.VendorName, kitos, word(ctx, screenedWords[s.Screened]), s.Users}
		})
	return ExportSystems200ApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{w}, err
}

// amendmentColumn says of a version that is an amendment what it amends.
var amendmentColumn = report.Column{Heading: "Tillæg", Width: 24}

// amendmentName is "Tillæg til DBA-0007 v1", as the pages have it; empty for any other version.
func amendmentName(ctx context.Context, number int32, amends *int) string {
	if amends == nil {
		return ""
	}
	return word(ctx, "Tillæg til") + " " + agreement.VersionCode(number, *amends)
}

// stageWords are the stages as they read in a spreadsheet.
var stageWords = map[agreement.Stage]string{agreement.StageDraft: "Udkast", agreement.StageHearing: "I høring", agreement.StageReview: "Venter på anden jurist",
	agreement.StageReturned: "Sendt tilbage", agreement.StageApproved: "Godkendt af anden jurist", agreement.StageReleased: "Frigivet til kommunerne"}

// The stages and sides of a negotiation as they read in a spreadsheet.
var (
	negotiationWords = map[negotiation.Stage]string{negotiation.Preparing: "Forberedes", negotiation.Running: "I gang", negotiation.Paused: "Sat på pause",
		negotiation.Agreed: "Enighed", negotiation.Ended: "Afsluttet uden aftale", negotiation.TakenOver: "Overtaget på anden tekst"}
	turnWords = map[negotiation.Turn]string{negotiation.Office: "Sekretariatet", negotiation.Vendor: "Leverandøren"}
)

// ExportNegotiations is the filtered list as a spreadsheet: what is decided and comes next is the secretariat's to read.
func (a *API) ExportNegotiations(ctx context.Context, r ExportNegotiationsRequestObject) (ExportNegotiationsResponseObject, error) {
	p, scope := r.Params, scopeFrom(ctx)
	f := negotiationFilter(p.Q, p.Stage, p.Turn, p.Agreement)
	columns := []report.Column{{Heading: "Nr.", Width: 14}, {Heading: "Aftale", Width: 50}, {Heading: "Leverandør", Width: 44}, {Heading: "Stadie", Width: 24}, {Heading: "Bolden ligger hos", Width: 18},
		{Heading: "Siden", Width: 12}, {Heading: "Dage", Width: 8}, {Heading: "Runder", Width: 9}, {Heading: "Ændringer", Width: 11}, {Heading: "I standardtekst", Width: 15}}
	office := scope.Login() == access.LoginOffice
	if office {
		columns = append(columns, report.Column{Heading: "Uafgjorte", Width: 11}, report.Column{Heading: "Næste skridt", Width: 44}, report.Column{Heading: "Senest", Width: 12})
	}
	w, err := workbook(ctx, "forhandlinger", columns, paged(p.Sort, "since", nil, nil),
		func(p storage.Page) ([]negotiation.Negotiation, string, error) {
			return a.Negotiations.List(ctx, scope, f, p)
		},
		func(n negotiation.Negotiation) []any {
			row := []any{n.Code(), n.Title, n.VendorName, word(ctx, negotiationWords[n.Stage]), word(ctx, turnWords[value(n.Turn)]), storage.LegalDate(n.Since), n.Days(a.Store.Now()), n.Rounds, n.Changes, n.Touched}
			if !office {
				return row
			}
			return append(row, n.Undecided, value(n.NextStep), orNil(n.NextOn))
		})
	return ExportNegotiations200ApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{w}, err
}

// ExportAgreements is the filtered list as a spreadsheet: the secretariat's with its work, a member's with its own agreements.
func (a *API) ExportAgreements(ctx context.Context, r ExportAgreementsRequestObject) (ExportAgreementsResponseObject, error) {
	p, scope := r.Params, scopeFrom(ctx)
	f := agreementFilter(p.Q, p.State, p.Stage, p.Vendor, p.Older)
	columns := []report.Column{{Heading: "Nr.", Width: 10}, {Heading: "Fælles databehandleraftale", Width: 50}, {Heading: "Leverandør", Width: 44}, {Heading: "Tilstand", Width: 28},
		{Heading: "Siden", Width: 12}, {Heading: "Dage", Width: 8}, {Heading: "Version", Width: 9}, amendmentColumn, {Heading: "Frigivet", Width: 12}}
	office := scope.Own() == 0
	if office {
		columns = append(columns, report.Column{Heading: "Kommuner", Width: 11}, report.Column{Heading: "Heraf indgået", Width: 14}, report.Column{Heading: "Høringsfrist", Width: 14},
			report.Column{Heading: "Ubesvarede felter", Width: 18}, report.Column{Heading: "Senest ændret", Width: 14}, report.Column{Heading: "Ændret af", Width: 24})
	}
	w, err := workbook(ctx, "fælles aftaler", columns, paged(p.Sort, "-number", nil, nil),
		func(p storage.Page) ([]agreement.Line, string, error) { return a.Agreements.List(ctx, scope, f, p) },
		func(l agreement.Line) []any {
			state := word(ctx, stageWords[l.Stage])
			if l.OwnState != nil {
				state = word(ctx, accessionWords[*l.OwnState])
			}
			row := []any{l.Code(), l.Title, l.VendorName, state, storage.LegalDate(l.Since), l.Days(a.Store.Now()), l.VersionNo, amendmentName(ctx, l.Number, l.BaseNo), legalDay(l.OfferedAt)}
			if !office {
				return row
			}
			return append(row, l.Offered, l.Concluded, orNil(l.Deadline), orNil(l.Unanswered), legalDay(l.Changed), value(l.ChangedBy))
		})
	return ExportAgreements200ApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{w}, err
}

// accessionWords are the states of an organisation's own agreement as they read in a spreadsheet.
var accessionWords = map[agreement.AccessionState]string{agreement.AccessionOffered: "Frigivet", agreement.AccessionOnHold: "I bero", agreement.AccessionDeclined: "Sagt nej",
	agreement.AccessionAccepted: "Indgået", agreement.AccessionInForce: "I kraft", agreement.AccessionSuperseded: "Afløst", agreement.AccessionTerminated: "Ophørt"}

// ExportAccessions is the filtered list as a spreadsheet.
func (a *API) ExportAccessions(ctx context.Context, r ExportAccessionsRequestObject) (ExportAccessionsResponseObject, error) {
	p := r.Params
	f := accessionFilter(p.Q, p.Agreement, p.Organisation, p.State, p.Before)
	w, err := workbook(ctx, "kommunernes aftaler", []report.Column{{Heading: "Kommune", Width: 30}, {Heading: "Aftale", Width: 50}, {Heading: "Leverandør", Width: 44}, {Heading: "Version", Width: 9}, amendmentColumn, {Heading: "Frigivet", Width: 12},
		{Heading: "Tilstand", Width: 16}, {Heading: "Siden", Width: 12}, {Heading: "I kraft", Width: 12}, {Heading: "Ophører", Width: 12}, {Heading: "Sagsnr.", Width: 18}, {Heading: "Begrundelse", Width: 40}, {Heading: "Adresse mangler", Width: 16}},
		paged(p.Sort, "-offered", nil, nil),
		func(p storage.Page) ([]agreement.Accession, string, error) {
			return a.Agreements.Accessions(ctx, scopeFrom(ctx), f, p)
		},
		func(c agreement.Accession) []any {
			missing := ""
			if c.MissingAddress {
				missing = word(ctx, "ja")
			}
			return []any{c.OrganisationName, c.Title, c.VendorName, c.VersionNo, amendmentName(ctx, c.AgreementNumber, c.BaseNo), storage.LegalDate(c.OfferedAt), word(ctx, accessionWords[c.State]),
				storage.LegalDate(c.StateAt), orNil(c.InForceOn), orNil(c.EndsOn), c.CaseNumber, c.Reason, missing}
		})
	return ExportAccessions200ApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{w}, err
}

// roleWords are the roles as they read in a spreadsheet.
var roleWords = map[access.Role]string{access.Lawyer: "Jurist", access.Supervisor: "Tilsynsførende", access.SecretariatAdmin: "Administrator", access.ContactPerson: "Kontaktperson",
	access.SystemOwner: "Systemejer", access.DPO: "Databeskyttelsesrådgiver", access.Procurement: "Indkøb", access.Board: "Bestyrelse"}

// ExportUsers is the filtered list as a spreadsheet.
func (a *API) ExportUsers(ctx context.Context, r ExportUsersRequestObject) (ExportUsersResponseObject, error) {
	f := userFilter(r.Params.Q, r.Params.State)
	var broken error
	w, err := workbook(ctx, "brugere", []report.Column{{Heading: "Navn", Width: 34}, {Heading: "E-mail", Width: 40}, {Heading: "Roller", Width: 60}, {Heading: "Har logget ind", Width: 16}},
		paged(r.Params.Sort, "name", nil, nil),
		func(p storage.Page) ([]member.User, string, error) {
			return a.Users.List(ctx, scopeFrom(ctx), f, p)
		},
		func(u member.User) []any {
			grants, err := u.Grants()
			broken = errors.Join(broken, err)
			roles := each(grants, func(g access.Grant) string {
				if g.OrganisationName == "" {
					return word(ctx, roleWords[g.Role])
				}
				return word(ctx, roleWords[g.Role]) + " · " + g.OrganisationName
			})
			linked := word(ctx, "nej")
			if u.Linked {
				linked = word(ctx, "ja")
			}
			return []any{u.Name, u.Email, strings.Join(roles, ", "), linked}
		})
	return ExportUsers200ApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{w}, errors.Join(err, broken)
}
