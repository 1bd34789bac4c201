package main

import (
	"context"
	"fmt"
	"net/http"

	"klausul/server/httpapi"
)

// copying makes a second agreement with the vendor from the answers of the first, and takes it back.
var copying = []step{{"the vendor's next agreement", copyAnswers}}

func copyAnswers(ctx context.Context, s *story) (string, error) {
	var next httpapi.AgreementDetail
	request := httpapi.AgreementRequest{Vendor: s.vendor.Number, Template: s.template.Id, Systems: []int32{s.vendor.Systems[0].Number}}
	if err := s.jurist.call(ctx, http.MethodPost, "/api/v1/agreements", request, &next); err != nil {
		return "", err
	}
	path := func(of string) string { return fmt.Sprintf("/api/v1/agreements/%d%s", next.Agreement.Id, of) }
	var sources httpapi.CopySources
	if err := s.jurist.get(ctx, path("/copy-sources"), &sources); err != nil {
		return "", err
	}
	if len(sources.Items) == 0 {
		return "", fmt.Errorf("there is nothing to copy from")
	}
	from := sources.Items[0]
	var plan httpapi.CopyPlan
	if err := s.jurist.get(ctx, path(fmt.Sprintf("/copy-plan?from=%d", from.Version)), &plan); err != nil {
		return "", err
	}
	chosen := httpapi.CopyRequest{From: from.Version}
	for _, l := range plan.Lines {
		if l.Fit == httpapi.CopyLineFitBrings {
			chosen.Answers = append(chosen.Answers, httpapi.CopyPick{Path: l.Field.Path, Base: l.Base, Seen: l.Seen})
		}
	}
	var copied, undone httpapi.CopyResult
	if err := s.jurist.call(ctx, http.MethodPost, path("/copy"), chosen, &copied); err != nil {
		return "", err
	}
	if copied.Count != len(chosen.Answers) || copied.Act == nil {
		return "", fmt.Errorf("%d answers were chosen, %d were copied", len(chosen.Answers), copied.Count)
	}
	if err := s.jurist.call(ctx, http.MethodPost, path("/copy/undo"), httpapi.CopyUndo{Act: *copied.Act}, &undone); err != nil {
		return "", err
	}
	if undone.Count != copied.Count {
		return "", fmt.Errorf("%d answers were copied, %d taken back", copied.Count, undone.Count)
	}
	return fmt.Sprintf("%d answers copied from DBA-%04d v%d in one act, and taken back in one", copied.Count, from.Number, from.No), nil
}
