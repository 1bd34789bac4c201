package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"klausul/server/httpapi"
)

const municipalities = 98

var release = []step{
	{"looked at before the act", lookFirst},
	{"an old page cannot release", func(ctx context.Context, s *story) (string, error) {
		stale := fmt.Sprintf(`"%d"`, s.agreement.Version-1)
		return fails(s.jurist.call(ctx, http.MethodPost, s.path("/release"), everybody, nil, "If-Match", stale), http.StatusPreconditionFailed, "stale")
	}},
	{"released", func(ctx context.Context, s *story) (string, error) {
		now := fmt.Sprintf(`"%d"`, s.agreement.Version)
		if err := s.jurist.call(ctx, http.MethodPost, s.path("/release"), everybody, &s.batch, "If-Match", now); err != nil {
			return "", err
		}
		return fmt.Sprintf("batch %d for %d organisations", s.batch.Id, s.batch.Total), nil
	}},
	{"watched to the end", watch},
	{"exactly one each", countAccessions},
}

// everybody is the audience of all members.
var everybody = map[string]any{"audience": "members"}

func lookFirst(ctx context.Context, s *story) (string, error) {
	var check httpapi.ReleaseCheck
	if err := s.jurist.get(ctx, s.path("/release-check"), &check); err != nil {
		return "", err
	}
	s.agreement.Version = check.Version
	members, users, unaddressed := 0, 0, []string{}
	for _, r := range check.Recipients {
		if !r.Member {
			continue
		}
		members++
		if len(r.Systems) > 0 {
			users++
		}
		if r.MissingAddress {
			unaddressed = append(unaddressed, r.Organisation.Name)
		}
	}
	switch {
	case !check.Ready || len(check.Unanswered) > 0:
		return "", fmt.Errorf("it is not ready: %d questions are open", len(check.Unanswered))
	case len(check.Broken) > 0:
		return "", fmt.Errorf("a rule speaks: %s", check.Broken[0].Says.Da)
	case members != municipalities:
		return "", fmt.Errorf("it would go to %d organisations", members)
	case len(unaddressed) != 1:
		return "", fmt.Errorf("%d of them have no address", len(unaddressed))
	}
	return fmt.Sprintf("%d members, %d of them use a system; %s has no address, its line will be marked; decided by %s", members, users, unaddressed[0], check.Due), nil
}

func watch(ctx context.Context, s *story) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	began := time.Now()
	last, events, err := s.jurist.watch(ctx, fmt.Sprintf("/api/v1/batches/%d/events", s.batch.Id))
	if err != nil {
		return "", err
	}
	s.batch = last
	if last.State != httpapi.BatchStateDone || last.Done != municipalities || last.Failed != 0 {
		return "", fmt.Errorf("it ended as %s with %d done and %d failed", last.State, last.Done, last.Failed)
	}
	took := time.Since(began).Seconds()
	return fmt.Sprintf("%d of %d in %.1f s (%.0f per second), 0 failed, %d events", last.Done, last.Total, took, float64(last.Done)/took, events), nil
}

func countAccessions(ctx context.Context, s *story) (string, error) {
	var count httpapi.Count
	if err := s.jurist.get(ctx, fmt.Sprintf("/api/v1/accessions/count?agreement=%d", s.agreement.Agreement.Id), &count); err != nil {
		return "", err
	}
	var list httpapi.AccessionList
	if err := s.jurist.get(ctx, fmt.Sprintf("/api/v1/accessions?agreement=%d&limit=200", s.agreement.Agreement.Id), &list); err != nil {
		return "", err
	}
	owners := map[int32]bool{}
	for _, a := range list.Items {
		owners[a.Organisation.Id] = true
	}
	if count.Total != municipalities || len(owners) != municipalities {
		return "", fmt.Errorf("%d agreements of %d organisations", count.Total, len(owners))
	}
	return fmt.Sprintf("%d agreements, %d organisations", count.Total, len(owners)), nil
}
