package main

import (
	"context"
	"fmt"
	"net/http"

	"klausul/server/httpapi"
)

// registerBulk tells how one field is changed in many rows at once.
var registerBulk = []step{
	{"one field in many systems, undone", manySystems},
	{"a form's no is a no for many too", manyVendors},
}

func many(ctx context.Context, c *client, list string, field httpapi.BulkField, value string, dry bool, rows ...httpapi.BulkRow) (out httpapi.BulkOutcome, err error) {
	err = c.call(ctx, http.MethodPost, "/api/v1/"+list+"/changes", httpapi.BulkRequest{Field: field, Value: value, DryRun: &dry, Rows: rows}, &out)
	return out, err
}

func manySystems(ctx context.Context, s *story) (string, error) {
	lawyer, err := signIn(ctx, s.instance.url, "jurist")
	if err != nil {
		return "", err
	}
	var list httpapi.SystemList
	if err := lawyer.get(ctx, "/api/v1/systems?limit=200", &list); err != nil {
		return "", err
	}
	asked := make([]httpapi.BulkRow, len(list.Items))
	for i, y := range list.Items {
		asked[i].Row = int64(y.Number)
	}
	look, err := many(ctx, lawyer, "systems", "criticality", "high", true, asked...)
	if err != nil {
		return "", err
	}
	if len(look.Cells) < 2 || look.Change != nil {
		return "", fmt.Errorf("the look shows %d rows of %d", len(look.Cells), len(asked))
	}
	seen := make([]httpapi.BulkRow, len(look.Cells))
	for i, c := range look.Cells {
		seen[i] = httpapi.BulkRow{Row: c.Row, Seen: &look.Cells[i].Before}
	}
	// Somebody gets in between: that row comes back, and stays.
	if _, err := many(ctx, lawyer, "systems", "criticality", "low", false, httpapi.BulkRow{Row: seen[0].Row}); err != nil {
		return "", err
	}
	done, err := many(ctx, lawyer, "systems", "criticality", "high", false, seen...)
	if err != nil {
		return "", err
	}
	if len(done.Conflicts)+done.Unchanged == 0 || len(done.Cells) < len(seen)-1 || done.Change == nil {
		return "", fmt.Errorf("%d written, %d conflicts", len(done.Cells), len(done.Conflicts))
	}
	var back httpapi.BulkOutcome
	if err := lawyer.call(ctx, http.MethodPost, fmt.Sprintf("/api/v1/systems/changes/%d/undo", *done.Change), nil, &back); err != nil {
		return "", err
	}
	if len(back.Cells) != len(done.Cells) {
		err = fmt.Errorf("%d of %d put back", len(back.Cells), len(done.Cells))
	}
	return fmt.Sprintf("%d of %d systems get a criticality, %d conflict is told; %d put back", len(done.Cells), len(asked), len(done.Conflicts), len(back.Cells)), err
}

func manyVendors(ctx context.Context, s *story) (string, error) {
	lawyer, err := signIn(ctx, s.instance.url, "jurist")
	if err != nil {
		return "", err
	}
	var list httpapi.VendorList
	if err := lawyer.get(ctx, "/api/v1/vendors?limit=200", &list); err != nil {
		return "", err
	}
	asked, danish := make([]httpapi.BulkRow, len(list.Items)), 0
	for i, v := range list.Items {
		asked[i].Row = int64(v.Number)
		if v.Country == "DK" {
			danish++
		}
	}
	look, err := many(ctx, lawyer, "vendors", "country", "SE", true, asked...)
	if err == nil && len(look.Refusals) < danish {
		err = fmt.Errorf("%d refused, %d are Danish", len(look.Refusals), danish)
	}
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("of %d vendors %d could move to Sweden; %d have no number there", len(asked), len(look.Cells), len(look.Refusals)), nil
}
