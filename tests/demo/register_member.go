package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/oapi-codegen/runtime/types"

	"klausul/server/httpapi"
)

// registerMember tells of the organisations: who is a member when, and who comes after whom.
var registerMember = []step{
	{"members on any day", membersOn},
	{"a number that is not right", func(ctx context.Context, s *story) (string, error) {
		admin, err := signIn(ctx, s.instance.url, "admin")
		if err != nil {
			return "", err
		}
		entry := httpapi.OrganisationEntry{Kind: "joint_company", Name: "Fælleskøkkenet Demoby I/S", Cvr: "29189847"}
		return fails(admin.call(ctx, http.MethodPost, "/api/v1/organisations", entry, nil), http.StatusUnprocessableEntity, "field.cvr")
	}},
	{"a joint company joins", joins},
	{"an address for a later day", planned},
}

func membersOn(ctx context.Context, s *story) (string, error) {
	lawyer, err := signIn(ctx, s.instance.url, "jurist")
	if err != nil {
		return "", err
	}
	var counts []int
	for _, day := range []string{"2022-02-28", "2024-12-31", "2025-01-01"} {
		var c httpapi.Count
		if err := lawyer.get(ctx, "/api/v1/organisations/count?membership=active&asOf="+day, &c); err != nil {
			return "", err
		}
		counts = append(counts, c.Total)
	}
	if counts[0] != 0 || counts[1] != counts[2]+1 {
		return "", fmt.Errorf("members on three days: %v", counts)
	}
	var former httpapi.OrganisationList
	if err := lawyer.get(ctx, "/api/v1/organisations?q="+url.QueryEscape("Æblesund"), &former); err != nil {
		return "", err
	}
	var record httpapi.OrganisationRecord
	if err := lawyer.get(ctx, fmt.Sprintf("/api/v1/organisations/%d/record", former.Items[0].Id), &record); err != nil {
		return "", err
	}
	if len(record.Successors) != 1 {
		return "", fmt.Errorf("%s has %d successors", former.Items[0].Name, len(record.Successors))
	}
	return fmt.Sprintf("%d before the first, %d on the last day of %s, %d the day after; succeeded by %s", counts[0], counts[1],
		former.Items[0].Name, counts[2], record.Successors[0].Successor.Name), nil
}

func joins(ctx context.Context, s *story) (string, error) {
	admin, err := signIn(ctx, s.instance.url, "admin")
	if err != nil {
		return "", err
	}
	from := types.Date{Time: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)}
	var made httpapi.Organisation
	entry := httpapi.OrganisationEntry{Kind: "joint_company", Name: "Fælleskøkkenet Demoby I/S", Cvr: "98 76 54 17", Membership: &httpapi.Membership{From: from}}
	if err := admin.call(ctx, http.MethodPost, "/api/v1/organisations", entry, &made); err != nil {
		return "", err
	}
	if made.Active || made.Cvr != "98765417" {
		return "", fmt.Errorf("registered as %+v", made)
	}
	_, err = fails(admin.call(ctx, http.MethodPost, fmt.Sprintf("/api/v1/organisations/%d/memberships", made.Id),
		httpapi.Membership{From: from}, nil, "If-Match", fmt.Sprintf("%q", fmt.Sprint(made.Version))), http.StatusConflict, "member.overlap")
	return made.Name + ", member from 1 January 2027 and not before; the same period twice is refused", err
}

func planned(ctx context.Context, s *story) (string, error) {
	contact, err := signIn(ctx, s.instance.url, "kontakt-viborg")
	if err != nil {
		return "", err
	}
	path := fmt.Sprintf("/api/v1/organisations/%d", contact.me.Active.Organisation.Id)
	var before, after httpapi.Organisation
	if err := contact.get(ctx, path, &before); err != nil {
		return "", err
	}
	street, code, city := "Nyt Rådhus 1 (demo)", "8800", "Demoby"
	plan := httpapi.OrganisationPlan{From: types.Date{Time: time.Now().UTC().AddDate(0, 2, 0)}, Mail: before.Mail,
		Address: httpapi.Address{Street: &street, PostalCode: &code, City: &city}}
	if err := contact.call(ctx, http.MethodPost, path+"/addresses", plan, &after, "If-Match", fmt.Sprintf("%q", fmt.Sprint(before.Version))); err != nil {
		return "", err
	}
	if *after.Address.Street != *before.Address.Street {
		return "", fmt.Errorf("the plan holds already: %s", *after.Address.Street)
	}
	var record httpapi.OrganisationRecord
	if err := contact.get(ctx, path+"/record", &record); err != nil {
		return "", err
	}
	if !record.Facts[0].Planned || len(record.Contacts) != 1 {
		return "", fmt.Errorf("the record is %+v", record)
	}
	return fmt.Sprintf("%s from %s; until then agreements say %s", street, record.Facts[0].From, *after.Address.Street), nil
}
