package tests

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"klausul/server/httpapi"
)

// call is one request that a sweep makes.
type call struct {
	path    string
	body    any
	headers []string
}

// operation is one operation of the contract as the tests see it.
type operation struct {
	id, method, path string
	object, action   string
	public           bool
}

// operations reads the contract that the server serves.
func operations(t testing.TB) []operation {
	t.Helper()
	spec, err := httpapi.GetSpec()
	if err != nil {
		t.Fatal(err)
	}
	var all []operation
	for path, item := range spec.Paths.Map() {
		for method, o := range item.Operations() {
			all = append(all, operationOf(t, method, path, o))
		}
	}
	slices.SortFunc(all, func(a, b operation) int { return strings.Compare(a.id, b.id) })
	if len(all) < 40 {
		t.Fatalf("the contract names only %d operations", len(all))
	}
	return all
}

func operationOf(t testing.TB, method, path string, o *openapi3.Operation) operation {
	t.Helper()
	x, ok := o.Extensions["x-access"].(map[string]any)
	if !ok {
		t.Fatalf("%s does not say who may call it", o.OperationID)
	}
	op := operation{id: strings.ToLower(o.OperationID[:1]) + o.OperationID[1:], method: method, path: path}
	op.public, _ = x["public"].(bool)
	op.object, _ = x["object"].(string)
	op.action, _ = x["action"].(string)
	return op
}

// golden compares with a file of tests/golden; KLAUSUL_UPDATE=1 writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("golden", name)
	if os.Getenv("KLAUSUL_UPDATE") != "" {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) == got {
		return
	}
	there := map[string]bool{}
	for line := range strings.Lines(string(want)) {
		there[line] = true
	}
	for line := range strings.Lines(got) {
		if !there[line] {
			t.Errorf("new:  %s", line)
		}
		delete(there, line)
	}
	for line := range there {
		t.Errorf("gone: %s", line)
	}
	t.Errorf("tests/golden/%s is not what is there; read the difference, then KLAUSUL_UPDATE=1", name)
}

// TestEveryOperationIsDecidedAbout makes a new operation, and a change of who may call
// one, a line that somebody reads.
func TestEveryOperationIsDecidedAbout(t *testing.T) {
	lines, err := httpapi.Operations()
	if err != nil {
		t.Fatal(err)
	}
	if outside := len(lines) - len(operations(t)); outside != 2 {
		t.Errorf("%d operations are served outside the contract, not the two that a sign-in provider sends browsers to", outside)
	}
	golden(t, "operations.txt", strings.Join(lines, "\n")+"\n")
}

// calls says how a sweep calls every operation on the rows of the neighbour: reading
// ones as they are, changing ones so that they would change something of the neighbour's
// if nothing stopped them. An operation that is missing here fails the sweep.
func calls(n neighbour) map[string][]call {
	at := func(format string, args ...any) []call { return []call{{path: fmt.Sprintf(format, args...)}} }
	version := []string{"If-Match", `"1"`}
	list := func(name string, filters ...string) []call {
		all := []call{}
		if len(filters) == 0 {
			all = at("/api/v1/%s", name)
		}
		for _, f := range filters {
			all = append(all, call{path: "/api/v1/" + name + "?" + f})
		}
		return all
	}
	whole := []string{"limit=200", "q=" + mark, fmt.Sprintf("organisation=%d", n.organisation), fmt.Sprintf("agreement=%d", n.agreement)}
	agreement := func(rest string) []call {
		return slices.Concat(at("/api/v1/agreements/%d%s", n.draft, rest), at("/api/v1/agreements/%d%s", n.agreement, rest))
	}
	many := func(list string, row int64, field, value string) []call {
		change := map[string]any{"field": field, "value": value, "rows": []any{map[string]any{"row": row}}}
		look := map[string]any{"field": field, "value": value, "rows": []any{map[string]any{"row": row}}, "dryRun": true}
		return []call{{path: "/api/v1/" + list + "/changes", body: look}, {path: "/api/v1/" + list + "/changes", body: change}}
	}
	template := func(rest string) []call { return at("/api/v1/templates/%d%s", n.template, rest) }
	draft := func(act string, body any) []call {
		return []call{{path: fmt.Sprintf("/api/v1/templates/%d/%s", n.template, act), body: body, headers: []string{"If-Match", `"2"`}}}
	}
	words := map[string]any{"da": "Overtaget"}
	own := map[string]any{"organisation": n.organisation, "vendor": n.vendor, "systems": []int64{n.onlyTheirs}, "title": "Overtaget", "upload": n.upload}
	address := map[string]any{"address": map[string]any{"street": "Overtaget 1", "postalCode": "8800", "city": "Viborg"}}
	organisation := func(act string, body map[string]any) []call {
		return []call{{path: fmt.Sprintf("/api/v1/organisations/%d/%s", n.organisation, act), body: body, headers: version}}
	}
	taken := map[string]any{"name": "Overtaget A/S", "country": "SE", "foreignNumber": "overtaget", "commercial": true}
	certified := map[string]any{"from": "2024-01-01", "hr": true, "checkedOn": "2024-01-01"}
	under := map[string]any{"processor": 1002, "storage": []string{}, "processing": []string{}, "remote": []string{}, "basis": "none", "from": "2024-01-01"}
	wanted := map[string]any{"family": "overtaget", "kind": "clause", "subject": "s1-1", "issue": "Overtaget", "fallbacks": []any{}, "allowed": []any{}, "unconfirmed": false}
	place := map[string]any{"code": "TH", "kind": "eea", "scope": "all", "from": "2024-01-01", "source": "overtaget", "unconfirmed": false}
	return map[string][]call{
		"listAccessions":      list("accessions", whole...),
		"countAccessions":     list("accessions/count", fmt.Sprintf("organisation=%d", n.organisation), "q="+mark),
		"exportAccessions":    list("accessions/export", fmt.Sprintf("organisation=%d", n.organisation), "q="+mark),
		"getAccession":        at("/api/v1/accessions/%d", n.accession),
		"getAccessionHistory": at("/api/v1/accessions/%d/history", n.accession),
		"downloadAccession":   slices.Concat(at("/api/v1/accessions/%d/documents/pdf", n.accession), at("/api/v1/accessions/%d/documents/docx", n.accession), at("/api/v1/accessions/%d/documents/html", n.accession)),

		"actOnAccession":            {{path: fmt.Sprintf("/api/v1/accessions/%d/acts", n.accession), body: map[string]any{"act": "accept"}, headers: version}},
		"proposeAccession":          {{path: fmt.Sprintf("/api/v1/accessions/%d/proposals", n.accession), body: map[string]any{"act": "accept"}}},
		"decideAccessionProposal":   {{path: fmt.Sprintf("/api/v1/accessions/%d/proposals/1/decision", n.accession), body: map[string]any{"confirm": true}}},
		"withdrawAccessionProposal": {{path: fmt.Sprintf("/api/v1/accessions/%d/proposals/1", n.accession)}},
		"answerAccession":           {{path: fmt.Sprintf("/api/v1/accessions/%d/answers", n.accession), body: map[string]any{"path": "controller.contact", "base": 0, "value": "overtaget"}}},
		"coverAccessionSystems":     {{path: fmt.Sprintf("/api/v1/accessions/%d/systems", n.accession), body: map[string]any{"systems": []int64{n.system}}, headers: version}},
		"sayAccessionCase":          {{path: fmt.Sprintf("/api/v1/accessions/%d/case-number", n.accession), body: map[string]any{"caseNumber": "overtaget"}, headers: version}},
		"refreshAccessionParty":     {{path: fmt.Sprintf("/api/v1/accessions/%d/party", n.accession), headers: version}},
		"instructAccession":         {{path: fmt.Sprintf("/api/v1/accessions/%d/instructions", n.accession), body: map[string]any{"wording": "overtaget"}}},
		"previewAccession":          slices.Concat(at("/api/v1/accessions/%d/preview", n.accession), at("/api/v1/accessions/%d/preview?format=docx", n.accession)),
		"getMatrix":                 {{path: "/api/v1/matrix"}},
		"exportMatrix":              {{path: "/api/v1/matrix/export"}},
		"listMandates":              {{path: "/api/v1/mandates"}},
		"giveMandate":               {{path: "/api/v1/mandates", body: map[string]any{"from": "2024-01-01", "note": "overtaget"}}},
		"revokeMandate":             {{path: "/api/v1/mandates/1/revoke"}},

		"listAgreements":            list("agreements", "limit=200", "state=draft", "q="+mark),
		"countAgreements":           list("agreements/count", "state=draft", "q="+mark),
		"exportAgreements":          list("agreements/export", "state=draft"),
		"getAgreement":              agreement(""),
		"getAgreementText":          agreement("/text"),
		"previewAgreement":          slices.Concat(agreement("/preview"), agreement("/preview?format=docx"), agreement("/preview?format=html")),
		"getAgreementHistory":       agreement("/history"),
		"getAgreementSubprocessors": agreement("/subprocessors"),
		"checkRelease":              agreement("/release-check"),
		"createAgreement":           {{path: "/api/v1/agreements", body: map[string]any{"vendor": 1001, "systems": []int64{n.system}, "template": 1, "title": "Overtaget"}}},
		"answerAgreement":           {{path: fmt.Sprintf("/api/v1/agreements/%d/answers", n.draft), body: map[string]any{"path": "service.purpose", "base": 1, "value": "overtaget"}}},
		"releaseAgreement":          {{path: fmt.Sprintf("/api/v1/agreements/%d/release", n.draft), body: everybody, headers: version}},
		"releaseAgreementMore":      {{path: fmt.Sprintf("/api/v1/agreements/%d/offers", n.agreement), body: everybody}},
		"paperAgreementAgain":       {{path: fmt.Sprintf("/api/v1/agreements/%d/again", n.agreement), body: map[string]any{}}},
		"renewAgreement":            {{path: fmt.Sprintf("/api/v1/agreements/%d/versions", n.agreement), body: map[string]any{"kind": "replacement", "note": "overtaget"}}},
		"setAgreementSystems":       {{path: fmt.Sprintf("/api/v1/agreements/%d/systems", n.draft), body: map[string]any{"systems": []int64{n.system}}, headers: version}},

		"listCopySources": agreement("/copy-sources"), "planCopy": at("/api/v1/agreements/%d/copy-plan?from=1", n.draft),
		"copyAnswers":  {{path: fmt.Sprintf("/api/v1/agreements/%d/copy", n.draft), body: map[string]any{"from": 1, "answers": []map[string]any{{"path": "service.purpose", "base": 1, "seen": 1}}}}},
		"undoCopy":     {{path: fmt.Sprintf("/api/v1/agreements/%d/copy/undo", n.draft), body: map[string]any{"act": 1}}},
		"listComments": agreement("/comments"), "resolveComment": {{path: fmt.Sprintf("/api/v1/comments/%d/resolve", n.comment), body: map[string]any{"resolved": true}}},
		"addComment":          {{path: fmt.Sprintf("/api/v1/agreements/%d/comments", n.draft), body: map[string]any{"text": "Overtaget"}}},
		"getAgreementReviews": agreement("/reviews"), "askAgreementReview": {{path: fmt.Sprintf("/api/v1/agreements/%d/reviews", n.draft), body: map[string]any{}}},
		"decideAgreementReview": {{path: fmt.Sprintf("/api/v1/agreements/%d/reviews/verdict", n.draft), body: map[string]any{"approve": true, "version": 2}}},
		"planHearing":           at("/api/v1/agreements/%d/hearing-plan", n.draft),
		"openHearing":           {{path: fmt.Sprintf("/api/v1/agreements/%d/hearings", n.draft), body: map[string]any{"question": "Overtaget", "deadline": "2999-01-01", "organisations": []int64{n.organisation}}}},
		"listHearings":          list("hearings", fmt.Sprintf("agreement=%d", n.draft)), "getHearing": at("/api/v1/hearings/%d", n.hearing), "exportHearing": at("/api/v1/hearings/%d/export", n.hearing),
		"answerHearing":  {{path: fmt.Sprintf("/api/v1/hearings/%d/answers", n.hearing), body: map[string]any{"path": "persons", "base": 1, "value": 2}}},
		"sendHearing":    {{path: fmt.Sprintf("/api/v1/hearings/%d/send", n.hearing), body: map[string]any{"noRemarks": true}}},
		"reopenHearing":  at("/api/v1/hearings/%d/reopen", n.hearing),
		"prolongHearing": {{path: fmt.Sprintf("/api/v1/hearings/%d/prolong", n.hearing), body: map[string]any{"deadline": "2999-12-31"}}},
		"closeHearing":   at("/api/v1/hearings/%d/close", n.hearing),

		"countNegotiations": list("negotiations/count", fmt.Sprintf("agreement=%d", n.draft)), "exportNegotiations": list("negotiations/export", fmt.Sprintf("agreement=%d", n.draft)),
		"listNegotiations": list("negotiations", fmt.Sprintf("agreement=%d", n.draft)), "getNegotiation": at("/api/v1/negotiations/%d", n.negotiation),
		"startNegotiation": at("/api/v1/agreements/%d/negotiation", n.draft), "previewRound": at("/api/v1/negotiations/%d/preview", n.negotiation),
		"moveNegotiation": {{path: fmt.Sprintf("/api/v1/negotiations/%d/stage", n.negotiation), body: map[string]any{"act": "pause"}, headers: version}},
		"sendRound":       {{path: fmt.Sprintf("/api/v1/negotiations/%d/rounds", n.negotiation), body: map[string]any{"note": "Overtaget"}, headers: version}},
		"receiveRound":    {{path: fmt.Sprintf("/api/v1/negotiations/%d/returns?name=overtaget.docx", n.negotiation)}},
		"getRound":        at("/api/v1/negotiations/%d/rounds/2", n.negotiation), "redlineRound": at("/api/v1/negotiations/%d/rounds/2/redline", n.negotiation), "downloadRound": at("/api/v1/negotiations/%d/rounds/1/file", n.negotiation),
		"decideChanges": {{path: fmt.Sprintf("/api/v1/negotiations/%d/rounds/2/decisions", n.negotiation), body: map[string]any{"decisions": []any{map[string]any{"no": 1, "base": 0, "decision": "park"}}}}},
		"getChangeAids": at("/api/v1/negotiations/%d/rounds/2/changes/1/aids", n.negotiation), "compareRounds": at("/api/v1/negotiations/%d/comparison?from=1&to=2", n.negotiation),
		"listNegotiationEntries": at("/api/v1/negotiations/%d/entries", n.negotiation),
		"addNegotiationEntry":    {{path: fmt.Sprintf("/api/v1/negotiations/%d/entries", n.negotiation), body: map[string]any{"kind": "note", "text": "Overtaget"}}},
		"takeNegotiationMail":    {{path: fmt.Sprintf("/api/v1/negotiations/%d/mails?name=overtaget.eml", n.negotiation)}}, "downloadNegotiationMail": at("/api/v1/negotiation-entries/%d/file", n.letter),
		"downloadNegotiationAttachment": at("/api/v1/negotiation-entries/%d/attachments/0", n.letter), "receiveNegotiationAttachment": at("/api/v1/negotiation-entries/%d/attachments/0/round", n.letter),
		"settleNegotiationEntry": {{path: fmt.Sprintf("/api/v1/negotiation-entries/%d/done", n.step), body: map[string]any{"done": true}}},
		"listVendorPapers":       at("/api/v1/negotiations/%d/papers", n.negotiation), "getVendorPaper": {{path: fmt.Sprintf("/api/v1/negotiations/%d/papers/%d", n.negotiation, n.paper)}},
		"receiveVendorPaper": {{path: fmt.Sprintf("/api/v1/negotiations/%d/papers?name=overtaget.docx", n.negotiation)}},
		"assessVendorPaper":  {{path: fmt.Sprintf("/api/v1/negotiations/%d/papers/%d/entries/breach", n.negotiation, n.paper), body: map[string]any{"base": 1, "assessment": "absent"}}},
		"confirmClause":      {{path: fmt.Sprintf("/api/v1/agreements/%d/confirmations", n.draft), body: map[string]any{"key": "s7-3", "seen": "Overtaget"}}},
		"listDeviations":     agreement("/deviations"), "deviationReport": agreement("/deviations/report"), "exportDeviations": agreement("/deviations/export"),

		"getBatch":       at("/api/v1/batches/%d", n.batch),
		"listBatchItems": at("/api/v1/batches/%d/items", n.batch),
		"watchBatch":     at("/api/v1/batches/%d/events", n.batch),
		"zipBatch":       at("/api/v1/batches/%d/zip", n.batch),
		"cancelBatch":    at("/api/v1/batches/%d/cancel", n.stopped),
		"resumeBatch":    at("/api/v1/batches/%d/resume", n.stopped),

		"listOrganisations":           list("organisations", "limit=200", "q="+mark, "missingAddress=false"),
		"countOrganisations":          list("organisations/count", "q="+mark),
		"exportOrganisations":         list("organisations/export"),
		"getOrganisation":             at("/api/v1/organisations/%d", n.organisation),
		"getOrganisationHistory":      at("/api/v1/organisations/%d/history", n.organisation),
		"getOrganisationRecord":       at("/api/v1/organisations/%d/record", n.organisation),
		"registerOrganisation":        {{path: "/api/v1/organisations", body: map[string]any{"kind": "joint_company", "name": "Overtaget I/S", "cvr": "64942212"}}},
		"planOrganisationAddress":     organisation("addresses", map[string]any{"from": "2099-01-01", "address": address["address"], "mail": "a@b.dk"}),
		"withdrawOrganisationAddress": organisation("addresses/withdraw", map[string]any{"from": "2098-01-01"}),
		"addMembership":               organisation("memberships", map[string]any{"from": "2010-01-01", "to": "2010-12-31"}),
		"endMembership":               organisation("memberships/end", map[string]any{"to": "2099-12-31"}),
		"addSuccessor":                organisation("successors", map[string]any{"successor": n.organisation - 1, "from": "2099-01-01", "kind": "merger"}),
		"getOrganisationSettings":     at("/api/v1/organisations/%d/settings", n.organisation),
		"decideOrganisationSettings":  {{path: fmt.Sprintf("/api/v1/organisations/%d/settings", n.organisation), body: map[string]any{"deciders": "owner_too"}, headers: version}},
		"updateOrganisation":          {{path: fmt.Sprintf("/api/v1/organisations/%d", n.organisation), body: address, headers: version}},

		"listVendors": list("vendors", "limit=200", "q="+mark), "countVendors": list("vendors/count", "q="+mark), "exportVendors": list("vendors/export"),
		"getVendor":   at("/api/v1/vendors/%d", n.vendor),
		"listSystems": list("systems", "limit=200", "q="+mark), "countSystems": list("systems/count", "q="+mark), "exportSystems": list("systems/export"),
		"getSystem": at("/api/v1/systems/%d", n.onlyTheirs),

		"listUsages":       list("usages", "limit=2000", "period=all&limit=2000", "q="+mark, fmt.Sprintf("organisation=%d", n.organisation), fmt.Sprintf("owner=%d", n.user)),
		"countUsages":      list("usages/count", "period=all&q="+mark, fmt.Sprintf("period=all&organisation=%d", n.organisation)),
		"exportUsages":     list("usages/export", "period=all&q="+mark, fmt.Sprintf("organisation=%d", n.organisation)),
		"listUsagePeople":  list("usages/people"),
		"listUsageChanges": list("usages/changes"),
		"addUsage":         {{path: "/api/v1/usages", body: map[string]any{"system": n.system, "from": "2011-01-01"}}},
		"changeUsages": {{path: "/api/v1/usages/changes", body: map[string]any{"kind": "bulk", "changes": []any{
			map[string]any{"usage": n.usage, "field": "localName", "base": "zqx7 lokalt navn", "value": "overtaget"}, map[string]any{"usage": n.usage, "field": "agreement", "base": "missing", "value": "own"}}}},
			{path: "/api/v1/usages/changes", body: map[string]any{"kind": "edit", "dryRun": true, "changes": []any{map[string]any{"usage": n.usage, "field": "caseNumber", "base": "", "value": "x"}}}}},
		"undoUsageChange":   at("/api/v1/usages/changes/%d/undo", n.change),
		"listSavedFilters":  list("filters", "page=our-systems"),
		"saveFilter":        {{path: "/api/v1/filters", body: map[string]any{"page": "our-systems", "name": "Overtaget", "query": fmt.Sprintf("owner=%d", n.user), "shared": true}}},
		"removeSavedFilter": at("/api/v1/filters/%d", n.filter),
		"listScope":         list("scope", "limit=200", "list=unagreed&q="+mark), "countScope": list("scope/count", "q="+mark), "exportScope": list("scope/export", "list=unagreed"),
		"getScopeCourse": list("scope/course"), "getSupervision": at("/api/v1/systems/%d/supervision", n.onlyTheirs),
		"listPositions":  list("positions"),
		"createPosition": {{path: "/api/v1/positions", body: wanted}},
		"updatePosition": {{path: "/api/v1/positions/1", body: wanted, headers: version}},
		"removePosition": at("/api/v1/positions/%d", 1), "restorePosition": at("/api/v1/positions/%d/restore", 1),
		"listTemplateSources": list("template-sources"), "getTemplateSource": at("/api/v1/template-sources/%d", 1),
		"receiveTemplateSource":  {{path: "/api/v1/template-sources?family=eksempel&name=overtaget.docx&provenance=secretariat"}},
		"downloadTemplateSource": at("/api/v1/template-sources/%d/file", 1), "compareTemplateSource": at("/api/v1/template-sources/%d/comparison", 1),
		"correctTemplateSource":  {{path: "/api/v1/template-sources/1/corrections", body: map[string]any{"corrections": []any{map[string]any{"place": 0, "base": 1}}}}},
		"addTemplateSourceField": {{path: "/api/v1/template-sources/1/fields", body: map[string]any{"path": "a.b", "type": "text", "label": "Overtaget", "required": false, "local": false}}},
		"declareTemplateSource":  {{path: "/api/v1/template-sources/1/declaration", body: map[string]any{"provenance": "secretariat"}, headers: version}},
		"draftTemplateSource":    {{path: "/api/v1/template-sources/1/draft", body: map[string]any{}, headers: version}},
		"discardTemplateSource":  at("/api/v1/template-sources/%d/discard", 1), "restoreTemplateSource": at("/api/v1/template-sources/%d/restore", 1),
		"discardTemplate": {{path: fmt.Sprintf("/api/v1/templates/%d/discard", n.template), headers: version}}, "restoreTemplate": {{path: fmt.Sprintf("/api/v1/templates/%d/restore", n.template), headers: version}},
		"saveTemplateRule": {{path: fmt.Sprintf("/api/v1/templates/%d/rules", n.template), body: map[string]any{"rule": map[string]any{"code": "overtaget", "path": "breach.hours", "severity": "warning",
			"when": map[string]any{"path": "breach.hours", "above": 1}, "says": map[string]any{"da": "overtaget", "en": "overtaget"}, "source": "overtaget"}}}},
		"settleTemplate":    {{path: fmt.Sprintf("/api/v1/templates/%d/settle", n.template), body: map[string]any{"leftover": map[string]any{"code": "unplaced"}, "settled": true}}},
		"listPolicyNumbers": list("policy-numbers"),
		"setPolicyNumber":   {{path: "/api/v1/policy-numbers", body: map[string]any{"key": "supervision.threshold", "from": "2029-01-01", "value": 1, "source": "overtaget"}}},
		"listDuplicates":    list("duplicates", "limit=200", "kind=system"), "countDuplicates": list("duplicates/count", "kind=system"),
		"compareDuplicates": list("duplicates/comparison", fmt.Sprintf("kind=system&winner=%d&loser=%d", n.system, n.onlyTheirs)),
		"findDuplicates":    list("duplicates/search"),
		"judgeDuplicate":    {{path: "/api/v1/duplicates/verdict", body: map[string]any{"kind": "system", "first": n.system, "second": n.onlyTheirs, "different": true}}},
		"listMerges":        list("merges"),
		"mergeDuplicates":   {{path: "/api/v1/merges", body: map[string]any{"kind": "system", "winner": n.system, "loser": n.onlyTheirs}, headers: version}},
		"undoMerge":         at("/api/v1/merges/%d/undo", 1),
		"listImports":       list("imports", "limit=200"), "countImports": list("imports/count"),
		"createImport":           {{path: "/api/v1/imports?kind=own_agreements&name=overtaget.csv"}},
		"downloadImportTemplate": list("imports/template", "kind=usages"),
		"getImport":              at("/api/v1/imports/%d", n.imported),
		"watchImport":            at("/api/v1/imports/%d/events", n.imported),
		"listImportLines":        at("/api/v1/imports/%d/lines", n.imported),
		"listImportFiles":        at("/api/v1/imports/%d/files", n.imported),
		"placeImportFiles":       at("/api/v1/imports/%d/files", n.imported),
		"downloadImportErrors":   at("/api/v1/imports/%d/errors", n.imported),
		"mapImport":              {{path: fmt.Sprintf("/api/v1/imports/%d/columns", n.imported), body: map[string]any{"fields": []string{"system_name"}}, headers: version}},
		"acceptImport":           {{path: fmt.Sprintf("/api/v1/imports/%d/accept", n.imported), body: map[string]any{"partial": true}, headers: version}},
		"cancelImport":           at("/api/v1/imports/%d/cancel", n.imported),
		"createVendor":           {{path: "/api/v1/vendors", body: taken}}, "updateVendor": {{path: fmt.Sprintf("/api/v1/vendors/%d", n.vendor), body: taken, headers: version}},
		"getVendorHistory":    at("/api/v1/vendors/%d/history", n.vendor),
		"listVendorContacts":  at("/api/v1/vendors/%d/contacts", n.vendor),
		"createVendorContact": {{path: fmt.Sprintf("/api/v1/vendors/%d/contacts", n.vendor), body: map[string]any{"role": "breach", "name": "Overtaget", "phone": "1"}}},
		"updateVendorContact": {{path: fmt.Sprintf("/api/v1/vendors/%d/contacts/1", n.vendor), body: map[string]any{"role": "breach", "name": "Overtaget", "phone": "1"}, headers: version}},
		"deleteVendorContact": {{path: fmt.Sprintf("/api/v1/vendors/%d/contacts/1", n.vendor), headers: version}},
		"createCertification": {{path: fmt.Sprintf("/api/v1/vendors/%d/certifications", n.vendor), body: certified}},
		"updateCertification": {{path: fmt.Sprintf("/api/v1/vendors/%d/certifications/1", n.vendor), body: certified, headers: version}},
		"listSubprocessors":   at("/api/v1/vendors/%d/subprocessors", n.vendor), "exportSubprocessors": at("/api/v1/vendors/%d/subprocessors/export", n.vendor),
		"createSubprocessor":   {{path: fmt.Sprintf("/api/v1/vendors/%d/subprocessors", n.vendor), body: under}},
		"updateSubprocessor":   {{path: "/api/v1/subprocessors/1", body: under, headers: version}},
		"endSubprocessor":      {{path: "/api/v1/subprocessors/1/end", body: map[string]any{"to": "2030-01-01"}, headers: version}},
		"previewSubprocessors": {{path: fmt.Sprintf("/api/v1/vendors/%d/subprocessors/preview", n.vendor), body: map[string]any{"text": "Overtaget"}}},
		"pasteSubprocessors":   {{path: fmt.Sprintf("/api/v1/vendors/%d/subprocessors/paste", n.vendor), body: map[string]any{"text": "Overtaget"}}},
		"listBehind":           at("/api/v1/vendors/%d/behind", n.behind), "countBehind": at("/api/v1/vendors/%d/behind/count", n.behind),
		"listAffected": at("/api/v1/vendors/%d/behind/members", n.behind), "exportBehind": at("/api/v1/vendors/%d/behind/export", n.behind),
		"listTerritories": list("territories"), "exportTerritories": list("territories/export"),
		"createTerritory": {{path: "/api/v1/territories", body: place}}, "updateTerritory": {{path: "/api/v1/territories/1", body: place, headers: version}},

		"listSystemChanges": list("systems/changes"), "changeSystems": many("systems", n.onlyTheirs, "usesAi", "true"), "undoSystemChange": at("/api/v1/systems/changes/%d/undo", n.many),
		"listVendorChanges": list("vendors/changes"), "changeVendors": many("vendors", n.vendor, "city", "Overtaget"), "undoVendorChange": at("/api/v1/vendors/changes/%d/undo", n.many),
		"listOwnAgreementChanges": list("own-agreements/changes"), "changeOwnAgreements": many("own-agreements", n.own, "caseNumber", "overtaget"),
		"undoOwnAgreementChange": at("/api/v1/own-agreements/changes/%d/undo", n.many),

		"createSystem":     {{path: "/api/v1/systems", body: map[string]any{"vendor": n.vendor, "name": "Overtaget"}}},
		"updateSystem":     {{path: fmt.Sprintf("/api/v1/systems/%d", n.onlyTheirs), body: map[string]any{"name": "Overtaget"}, headers: version}},
		"checkMove":        at("/api/v1/systems/%d/move-check?vendor=1002&from=2024-01-01", n.onlyTheirs),
		"moveSystem":       {{path: fmt.Sprintf("/api/v1/systems/%d/move", n.onlyTheirs), body: map[string]any{"vendor": 1002, "from": "2024-01-01"}, headers: version}},
		"screenSystem":     {{path: fmt.Sprintf("/api/v1/systems/%d/screening", n.onlyTheirs), body: map[string]any{"outcome": "no_personal_data", "reason": "overtaget"}, headers: version}},
		"getSystemHistory": at("/api/v1/systems/%d/history", n.onlyTheirs),
		"listChoices":      list("choices"), "listKle": list("kle", "q=27"),
		"importKle": {{path: "/api/v1/kle", body: []byte("<KLE-Emneplan/>"), headers: []string{"Content-Type", "application/xml"}}},

		"listOwnAgreements":      list("own-agreements", "limit=200", "q="+mark, fmt.Sprintf("organisation=%d", n.organisation), fmt.Sprintf("system=%d", n.onlyTheirs)),
		"countOwnAgreements":     list("own-agreements/count", "q="+mark, fmt.Sprintf("organisation=%d", n.organisation)),
		"exportOwnAgreements":    list("own-agreements/export", "q="+mark, fmt.Sprintf("organisation=%d", n.organisation)),
		"getOwnAgreement":        at("/api/v1/own-agreements/%d", n.own),
		"getOwnAgreementHistory": at("/api/v1/own-agreements/%d/history", n.own),
		"downloadOwnAgreement":   at("/api/v1/own-agreements/%d/file", n.own),
		"registerOwnAgreement":   {{path: "/api/v1/own-agreements", body: own}},
		"changeOwnAgreement":     {{path: fmt.Sprintf("/api/v1/own-agreements/%d", n.own), body: map[string]any{"vendor": n.vendor, "systems": []int64{n.onlyTheirs}, "title": "Overtaget", "upload": n.upload}, headers: version}},
		"confirmOwnAgreement":    {{path: fmt.Sprintf("/api/v1/own-agreements/%d/confirm", n.own), headers: version}},
		"removeOwnAgreement":     {{path: fmt.Sprintf("/api/v1/own-agreements/%d", n.own), headers: version}},
		"listUploads":            list("uploads", fmt.Sprintf("organisation=%d", n.organisation)),
		"receiveUpload": {{path: fmt.Sprintf("/api/v1/uploads?name=overtaget.pdf&organisation=%d", n.organisation), body: []byte("%PDF-1.7 startxref %%EOF"),
			headers: []string{"Content-Type", "application/pdf"}}},
		"discardUpload": {{path: "/api/v1/uploads/" + n.upload}},

		"listTemplates": list("templates"), "getTemplate": slices.Concat(at("/api/v1/templates/1"), template("")),
		"listTemplateFamilies": list("template-families"),
		"saveTemplateFamily": {{path: "/api/v1/template-families/eksempel", body: map[string]any{"name": words, "useWhen": words, "audience": "all", "base": 1}},
			{path: "/api/v1/template-families/overtaget", body: map[string]any{"name": words, "useWhen": words, "audience": "all", "base": 0}}},
		"getTemplateTree": template("/tree"), "getTemplateHistory": template("/history"),
		"listTemplateImpact":    slices.Concat(template("/impact"), at("/api/v1/templates/1/impact")),
		"exportTemplateImpact":  at("/api/v1/templates/1/impact/export"),
		"compareTemplates":      at("/api/v1/templates/comparison?from=1&to=%d", n.template),
		"createTemplateDraft":   {{path: "/api/v1/templates/1/drafts", body: map[string]any{}}},
		"declareTemplate":       draft("declaration", map[string]any{"name": "Overtaget", "version": "9", "provenance": "secretariat"}),
		"addTemplateClause":     draft("clauses", map[string]any{"after": n.clause, "section": false, "heading": "Overtaget", "blocks": []any{}}),
		"editTemplateClause":    draft("clauses/"+n.clause, map[string]any{"base": 2, "heading": "Overtaget", "blocks": []any{}}),
		"moveTemplateClause":    draft("clauses/"+n.clause+"/move", map[string]any{"base": 2, "by": 1}),
		"removeTemplateClause":  draft("clauses/"+n.clause+"/remove", map[string]any{"base": 2}),
		"restoreTemplateClause": draft("clauses/"+n.clause+"/restore", map[string]any{"base": 2}),
		"saveTemplateField":     draft("fields", map[string]any{"field": map[string]any{"path": "overtaget", "type": "text", "label": "Overtaget", "required": false, "local": false}}),
		"reviewTemplate":        draft("review", nil),
		"returnTemplate":        draft("return", map[string]any{"reason": "overtaget"}),
		"publishTemplate":       draft("publish", nil),
		"planAgreementMove":     at("/api/v1/agreements/%d/move-plan?template=1", n.draft),
		"moveAgreement":         {{path: fmt.Sprintf("/api/v1/agreements/%d/move", n.draft), body: map[string]any{"template": 1}, headers: version}},

		"listTasks":         list("tasks", "limit=200", "q=Til+alle", "state=open&mine=true", fmt.Sprintf("thing=accession&target=%d", n.accession)),
		"countTasks":        list("tasks/count", "state=open"),
		"getTask":           at("/api/v1/tasks/%d", n.task),
		"getTaskHistory":    at("/api/v1/tasks/%d/history", n.task),
		"giveTask":          {{path: fmt.Sprintf("/api/v1/tasks/%d/responsible", n.task), body: map[string]any{"user": n.user}}},
		"askAboutTask":      {{path: fmt.Sprintf("/api/v1/tasks/%d/question", n.task), body: map[string]any{"user": n.user, "note": "Overtaget"}}},
		"takeBackQuestion":  at("/api/v1/tasks/%d/question", n.task),
		"answerTask":        {{path: fmt.Sprintf("/api/v1/tasks/%d/answer", n.task), body: map[string]any{"verdict": "neutral", "note": "Overtaget"}}},
		"correctTaskAnswer": {{path: fmt.Sprintf("/api/v1/tasks/%d/answer", n.task), body: map[string]any{"verdict": "neutral", "note": "Overtaget"}}},
		"seeTaskAnswer":     {{path: fmt.Sprintf("/api/v1/tasks/%d/answer/seen", n.task), body: map[string]any{"question": 1}}},
		"getTaskMail":       list("tasks/mail"),
		"setTaskMail":       {{path: "/api/v1/tasks/mail", body: map[string]any{"on": true}}},
		"listTaskOverviews": list("task-overviews", "limit=200", "open=true"),
		"getTaskOverview":   at("/api/v1/task-overviews/%d", n.given),
		"listTaskLines":     at("/api/v1/task-overviews/%d/lines", n.given),
		"exportTaskLines":   at("/api/v1/task-overviews/%d/export", n.given),

		"getDesk": list("desk"),
		"search":  {{path: "/api/v1/search?q=" + mark}, {path: "/api/v1/search?q=kommune"}, {path: "/api/v1/search?q=" + n.cvr}},

		"getUser": at("/api/v1/users/%d", n.user), "getUserHistory": at("/api/v1/users/%d/history", n.user),
		"addUserRole":          {{path: fmt.Sprintf("/api/v1/users/%d/roles", n.user), body: map[string]any{"role": "dpo", "organisationId": n.organisation, "from": "2099-01-01"}}},
		"endUserRole":          {{path: fmt.Sprintf("/api/v1/role-grants/%d/end", n.grant), body: map[string]any{}}},
		"inviteUserAgain":      at("/api/v1/users/%d/invitation", n.user),
		"withdrawInvitation":   at("/api/v1/users/%d/invitation", n.user),
		"checkLeave":           at("/api/v1/users/%d/leave", n.user),
		"leaveUser":            {{path: fmt.Sprintf("/api/v1/users/%d/leave", n.user), body: map[string]any{"moves": []any{}}}},
		"disclosePerson":       at("/api/v1/users/%d/disclosure", n.user),
		"disclosePersonByMail": {{path: "/api/v1/disclosures", body: map[string]any{"email": mark + "@example.dk"}}},
		"listAccessReviews":    list("access-reviews", "limit=200", "state=open"),
		"exportAccessReviews":  list("access-reviews/export"),
		"getAccessReview":      at("/api/v1/access-reviews/%d", n.review),
		"decideAccessReview":   {{path: fmt.Sprintf("/api/v1/access-reviews/%d/decide", n.review), body: map[string]any{"keep": []int64{n.grant}, "end": []int64{}}, headers: version}},
		"listErasures":         list("erasures"),
		"listUsers":            list("users", "limit=200", "q="+mark),
		"countUsers":           list("users/count", "q="+mark),
		"exportUsers":          list("users/export"),
		"inviteUser":           {{path: "/api/v1/invitations", body: map[string]any{"name": "Overtaget", "email": "a@b.dk", "role": "contact_person", "organisationId": n.organisation}}},
		"listApiKeys":          list("api-keys"),
		"createApiKey":         {{path: "/api/v1/api-keys", body: map[string]any{"name": "egen"}}},
		"revokeApiKey":         at("/api/v1/api-keys/%d", n.key),
		"getMe":                list("me"),
		"updateMe":             {{path: "/api/v1/me", body: map[string]any{"activeRole": n.grant}}},
		"endSession":           nil, // ends the own session; the sweep needs it

		"getSessionOptions": list("session/options"),
		"startDemoSession":  {{path: "/api/v1/session/demo", body: map[string]any{"persona": n.persona}}},
		"redeemInvitation":  {{path: "/api/v1/session/invitation", body: map[string]any{"code": "ikke-en-kode"}}},
	}
}

// changes tells whether the operation may change something.
func (o operation) changes() bool { return o.method != http.MethodGet }
