package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"klausul/server/httpapi"
)

// registerPeople tells of those who have access, and of what is held about them.
var registerPeople = []step{
	{"a user's file", userFile},
	{"the file of somebody who is no user", contactFile},
}

// parting is how a person leaves: told last, because until then she is asked about things.
var parting = []step{
	{"a person leaves", leaves},
	{"the year's look at who has access", reviewed},
}

const leaver, heir = "Sara Bækhøj", "Dorthe Hvassing"

func (c *client) person(ctx context.Context, name string) (httpapi.User, error) {
	var found httpapi.UserList
	if err := c.get(ctx, "/api/v1/users?q="+url.QueryEscape(name), &found); err != nil {
		return httpapi.User{}, err
	}
	if len(found.Items) != 1 {
		return httpapi.User{}, fmt.Errorf("%d people are called %s", len(found.Items), name)
	}
	return found.Items[0], nil
}

// disclosed fetches a person's file and keeps it.
func (s *story) disclosed(ctx context.Context, c *client, path string, body any, name string) (string, error) {
	answer, err := c.send(ctx, http.MethodPost, path, body)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		return "", err
	}
	if answer.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the file comes as %d", answer.StatusCode)
	}
	return s.keep(name, content)
}

func userFile(ctx context.Context, s *story) (string, error) {
	viborg, err := signIn(ctx, s.instance.url, "kontakt-viborg")
	if err != nil {
		return "", err
	}
	p, err := viborg.person(ctx, leaver)
	if err != nil {
		return "", err
	}
	path := fmt.Sprintf("/api/v1/users/%d/disclosure", p.Id)
	file, err := s.disclosed(ctx, viborg, path, nil, "indsigt-bruger.zip")
	if err != nil {
		return "", err
	}
	randers, err := signIn(ctx, s.instance.url, "kontakt-randers")
	if err != nil {
		return "", err
	}
	refused, err := fails(randers.call(ctx, http.MethodPost, path, nil, nil), http.StatusNotFound, "not_found")
	return fmt.Sprintf("%s: %s; Randers is refused: %s", p.Name, file, refused), err
}

func contactFile(ctx context.Context, s *story) (string, error) {
	admin, err := signIn(ctx, s.instance.url, "admin")
	if err != nil {
		return "", err
	}
	if err := s.office(ctx); err != nil {
		return "", err
	}
	v, err := s.vendorCalled(ctx, "Åhavn")
	if err != nil {
		return "", err
	}
	mail, name := "asta.demo@aahavn.invalid", "Asta Demosen"
	add := httpapi.VendorContactRequest{Role: "breach", Name: name, Email: &mail}
	if err := s.jurist.call(ctx, http.MethodPost, fmt.Sprintf("/api/v1/vendors/%d/contacts", v.Number), add, nil); err != nil {
		return "", err
	}
	file, err := s.disclosed(ctx, admin, "/api/v1/disclosures", httpapi.DisclosureRequest{Email: mail, Name: &name}, "indsigt-mail.zip")
	if err != nil {
		return "", err
	}
	answer, err := admin.send(ctx, http.MethodPost, "/api/v1/disclosures", httpapi.DisclosureRequest{Email: "ingen@aahavn.invalid"})
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusNoContent {
		return "", fmt.Errorf("an unknown address is answered with %d", answer.StatusCode)
	}
	return "a contact at a vendor: " + file + "; nothing is held about an unknown address", nil
}

func leaves(ctx context.Context, s *story) (string, error) {
	viborg, err := signIn(ctx, s.instance.url, "kontakt-viborg")
	if err != nil {
		return "", err
	}
	owner, err := signIn(ctx, s.instance.url, "systemejer-viborg")
	if err != nil {
		return "", err
	}
	p, err := viborg.person(ctx, leaver)
	if err != nil {
		return "", err
	}
	to, err := viborg.person(ctx, heir)
	if err != nil {
		return "", err
	}
	path := fmt.Sprintf("/api/v1/users/%d/leave", p.Id)
	var open httpapi.LeaveCheck
	if err := viborg.get(ctx, path, &open); err != nil {
		return "", err
	}
	if len(open.Work) != 1 || open.Work[0].Owned == 0 {
		return "", fmt.Errorf("open with %s is %+v", p.Name, open.Work)
	}
	ask := httpapi.LeaveRequest{}
	ask.Moves = append(ask.Moves, struct {
		Organisation int32 `json:"organisation"`
		To           int64 `json:"to"`
	}{viborg.me.Active.Organisation.Id, to.Id})
	nobody := map[string]any{"moves": []any{}}
	refused, err := fails(viborg.call(ctx, http.MethodPost, path, nobody, nil), http.StatusConflict, "user.leave_open")
	if err != nil {
		return "", err
	}
	if err := viborg.call(ctx, http.MethodPost, path, ask, nil); err != nil {
		return "", err
	}
	out, err := fails(owner.get(ctx, "/api/v1/me", nil), http.StatusUnauthorized, "unauthenticated")
	if err != nil {
		return "", err
	}
	var moved httpapi.UsageList
	if err := viborg.get(ctx, fmt.Sprintf("/api/v1/usages?owner=%d", to.Id), &moved); err != nil {
		return "", err
	}
	if len(moved.Items) < open.Work[0].Owned {
		return "", fmt.Errorf("%s owns %d systems now", to.Name, len(moved.Items))
	}
	return fmt.Sprintf("nobody named to take over: %s; then %d systems are %s's, and the leaver's session ends: %s", refused, open.Work[0].Owned, to.Name, out), nil
}

func reviewed(ctx context.Context, s *story) (string, error) {
	viborg, err := signIn(ctx, s.instance.url, "kontakt-viborg")
	if err != nil {
		return "", err
	}
	var due httpapi.AccessReviewList
	if err := viborg.get(ctx, "/api/v1/access-reviews?state=open", &due); err != nil {
		return "", err
	}
	if len(due.Items) != 1 {
		return "", fmt.Errorf("%d reviews are open", len(due.Items))
	}
	path := fmt.Sprintf("/api/v1/access-reviews/%d", due.Items[0].Id)
	var before, after httpapi.AccessReviewDetail
	if err := viborg.get(ctx, path, &before); err != nil {
		return "", err
	}
	answer := httpapi.AccessReviewDecision{Keep: []int64{}, End: []int64{}}
	for _, l := range before.Lines {
		if l.Open {
			answer.Keep = append(answer.Keep, l.Grant)
		}
	}
	seen := fmt.Sprintf("%q", fmt.Sprint(before.Review.Version))
	if err := viborg.call(ctx, http.MethodPost, path+"/decide", answer, &after, "If-Match", seen); err != nil {
		return "", err
	}
	if after.Review.Done == nil || after.Review.Open != 0 {
		return "", fmt.Errorf("answered, it is %+v", after.Review)
	}
	again, err := fails(viborg.call(ctx, http.MethodPost, path+"/decide", answer, nil, "If-Match", seen), http.StatusConflict, "access_review.done")
	return fmt.Sprintf("%d roles are still right, done by %s; a second answer: %s", len(answer.Keep), *after.Review.DoneBy, again), err
}
