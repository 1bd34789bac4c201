package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"klausul/server/httpapi"
)

// hear asks the members that use the systems about the draft; Randers answers, the others do not.
func hear(ctx context.Context, s *story) (_ string, err error) {
	var plan httpapi.HearingPlan
	if err := s.jurist.get(ctx, s.path("/hearing-plan"), &plan); err != nil {
		return "", err
	}
	var users []int32
	for _, p := range plan.Parties {
		if p.Uses {
			users = append(users, p.Organisation.Id)
		}
	}
	var h httpapi.HearingDetail
	body := map[string]any{"question": "Passer teksten til jeres brug?", "deadline": time.Now().AddDate(0, 0, 14).Format(time.DateOnly), "organisations": users}
	if err := s.jurist.call(ctx, http.MethodPost, s.path("/hearings"), body, &h); err != nil {
		return "", err
	}
	if s.randers, err = signIn(ctx, s.instance.url, "kontakt-randers"); err != nil {
		return "", err
	}
	at := fmt.Sprintf("/api/v1/hearings/%d", h.Hearing.Id)
	for path, value := range map[string]any{"persons": 3100, "remark": "Vi bruger også systemet til genoptræning."} {
		if err := s.randers.call(ctx, http.MethodPatch, at+"/answers", map[string]any{"path": path, "base": 0, "value": value}, nil); err != nil {
			return "", err
		}
	}
	if err := s.randers.call(ctx, http.MethodPost, at+"/send", map[string]any{"noRemarks": false}, nil); err != nil {
		return "", err
	}
	if err := s.jurist.call(ctx, http.MethodPost, at+"/close", nil, &h); err != nil {
		return "", err
	}
	if h.Figures == nil || h.Figures.Sent != 1 || h.Figures.Persons != 3100 || h.Figures.Silent != len(users)-1 {
		return "", fmt.Errorf("the figures are %+v", h.Figures)
	}
	return fmt.Sprintf("%d asked, %d answered with %d persons, %d silent", h.Figures.Asked, h.Figures.Sent, h.Figures.Persons, h.Figures.Silent), nil
}
