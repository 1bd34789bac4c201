package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"klausul/server/httpapi"
)

// registerScope tells of what the secretariat supervises, of what stands there twice, and
// of the one box that finds it all.
var registerScope = []step{
	{"what is supervised, on two days", supervised},
	{"two vendors of one name are merged", mergedTwins},
	{"one box finds it all", oneBox},
}

func supervised(ctx context.Context, s *story) (string, error) {
	office, err := signIn(ctx, s.instance.url, "tilsyn")
	if err != nil {
		return "", err
	}
	var before, after httpapi.ScopeCounts
	if err := office.get(ctx, "/api/v1/scope/count?day=2023-12-31", &before); err != nil {
		return "", err
	}
	if err := office.get(ctx, "/api/v1/scope/count?day=2024-01-01&since=2023-12-31", &after); err != nil {
		return "", err
	}
	if before.Threshold == nil || *before.Threshold != 20 || after.Threshold == nil || *after.Threshold != 10 || after.Over < before.Over || after.Over != before.Over+after.Crossed-after.Fallen {
		return "", fmt.Errorf("%+v became %+v", before, after)
	}
	if _, err := fails(office.get(ctx, "/api/v1/scope?day=2999-01-01", nil), http.StatusUnprocessableEntity, "system.scope_day"); err != nil {
		return "", err
	}
	return fmt.Sprintf("%d systems over the threshold of %d, the day after %d over %d; %d used without an agreement", before.Over, *before.Threshold,
		after.Over, *after.Threshold, after.Unagreed), nil
}

const twins = "Lærkesund Journaldata ApS"

func mergedTwins(ctx context.Context, s *story) (string, error) {
	lawyer, err := signIn(ctx, s.instance.url, "jurist")
	if err != nil {
		return "", err
	}
	path := "/api/v1/vendors?q=" + url.QueryEscape(twins)
	var before, merged, undone httpapi.VendorList
	if err := lawyer.get(ctx, path, &before); err != nil || len(before.Items) != 2 {
		return "", fmt.Errorf("%d vendors of one name: %w", len(before.Items), err)
	}
	winner, loser := before.Items[0], before.Items[1]
	var pair httpapi.DuplicateComparison
	if err := lawyer.get(ctx, fmt.Sprintf("/api/v1/duplicates/comparison?kind=vendor&winner=%d&loser=%d", winner.Number, loser.Number), &pair); err != nil {
		return "", err
	}
	request := httpapi.MergeRequest{Kind: "vendor", Winner: winner.Number, Loser: loser.Number}
	seen := []string{"If-Match", fmt.Sprintf("%q", fmt.Sprint(pair.Version))}
	if _, err := fails(lawyer.call(ctx, http.MethodPost, "/api/v1/merges", request, nil, seen...), http.StatusUnprocessableEntity, "duplicate.reason"); err != nil {
		return "", err
	}
	reason := "Fusioneret 1/1/2025"
	request.Reason = &reason
	var m httpapi.Merge
	if err := lawyer.call(ctx, http.MethodPost, "/api/v1/merges", request, &m, seen...); err != nil {
		return "", err
	}
	if err := lawyer.get(ctx, path, &merged); err != nil || len(merged.Items) != 1 || merged.Items[0].Systems != winner.Systems+loser.Systems {
		return "", fmt.Errorf("merged into %+v: %w", merged.Items, err)
	}
	var old httpapi.VendorDetail
	if err := lawyer.get(ctx, fmt.Sprintf("/api/v1/vendors/%d", loser.Number), &old); err != nil || old.Number != winner.Number {
		return "", fmt.Errorf("no. %d leads to %d: %w", loser.Number, old.Number, err)
	}
	if err := lawyer.call(ctx, http.MethodPost, fmt.Sprintf("/api/v1/merges/%d/undo", m.Id), nil, nil); err != nil {
		return "", err
	}
	if err := lawyer.get(ctx, path, &undone); err != nil || !slices.EqualFunc(undone.Items, before.Items, func(a, b httpapi.Vendor) bool { return a.Number == b.Number && a.Systems == b.Systems }) {
		return "", fmt.Errorf("undone, they are %+v: %w", undone.Items, err)
	}
	return fmt.Sprintf("two CVR numbers want a reason; no. %d then led to no. %d with %d systems; undone, both stand as before", loser.Number, winner.Number,
		merged.Items[0].Systems), nil
}

func oneBox(ctx context.Context, s *story) (string, error) {
	lawyer, err := signIn(ctx, s.instance.url, "jurist")
	if err != nil {
		return "", err
	}
	said := ""
	for _, look := range []struct {
		typed, kind string
		similar     bool
	}{{"aftale", "agreement", false}, {"Åhavn Omsorgsystmer", "vendor", true}, {"1001", "vendor", false}} {
		var found httpapi.SearchResult
		if err := lawyer.get(ctx, "/api/v1/search?q="+url.QueryEscape(look.typed), &found); err != nil {
			return "", err
		}
		at := slices.IndexFunc(found.Items, func(h httpapi.SearchHit) bool { return string(h.Kind) == look.kind })
		if at < 0 || (found.Items[at].Similar != nil) != look.similar {
			return "", fmt.Errorf("%q finds %+v", look.typed, found.Items)
		}
		said += fmt.Sprintf("%q: %s; ", look.typed, found.Items[at].Title)
	}
	return said[:len(said)-2], nil
}
