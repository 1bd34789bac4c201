package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"

	"klausul/server/httpapi"
)

// registerImport takes a list in from a file that somebody has: with errors, mended, and once more.
var registerImport = []step{
	{"a list with an error is sent", sendsList},
	{"what is no list is refused", func(ctx context.Context, s *story) (string, error) {
		contact, err := signIn(ctx, s.instance.url, "kontakt-viborg")
		if err != nil {
			return "", err
		}
		_, err = contact.upload(ctx, "vendors", "x.csv", []byte("Navn\nX\n"))
		return fails(err, http.StatusForbidden, "import.kind_not_yours")
	}},
}

// upload sends a file and waits until it needs a person.
func (c *client) upload(ctx context.Context, kind, name string, body []byte) (i httpapi.Import, err error) {
	if err := c.call(ctx, http.MethodPost, "/api/v1/imports?kind="+kind+"&name="+url.QueryEscape(name), body, &i); err != nil {
		return i, err
	}
	for end := time.Now().Add(time.Minute); i.State == "reading" || i.State == "checking"; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			return i, fmt.Errorf("the import is still %s", i.State)
		}
		if err := c.get(ctx, fmt.Sprintf("/api/v1/imports/%d", i.Id), &i); err != nil {
			return i, err
		}
	}
	if i.State != "ready" {
		return i, fmt.Errorf("the import is %s", i.State)
	}
	return i, nil
}

// accept has the good lines of an import written.
func (c *client) accept(ctx context.Context, i *httpapi.Import, consent httpapi.AcceptImportJSONRequestBody) error {
	return c.call(ctx, http.MethodPost, fmt.Sprintf("/api/v1/imports/%d/accept", i.Id), consent, i, "If-Match", fmt.Sprintf("%q", fmt.Sprint(i.Version)))
}

func sendsList(ctx context.Context, s *story) (string, error) {
	contact, err := signIn(ctx, s.instance.url, "kontakt-viborg")
	if err != nil {
		return "", err
	}
	var systems httpapi.SystemList
	if err := contact.get(ctx, "/api/v1/systems?limit=1", &systems); err != nil {
		return "", err
	}
	one := systems.Items[0]
	list, err := charmap.Windows1252.NewEncoder().String(fmt.Sprintf("Systemnr.;Fra;Til;Systemejer;Antal personer\r\n%d;1/1/1998;31/12/1998;Ældrechefen;1.250\r\n%d;31/2/1997;;Skolechefen;12\r\n", one.Number, one.Number))
	if err != nil {
		return "", err
	}
	first, err := contact.upload(ctx, "usages", "systemer.csv", []byte(list))
	if err != nil {
		return "", err
	}
	if first.Counts.Added != 1 || first.Counts.Refused != 1 {
		return "", fmt.Errorf("the list is taken as %+v", first.Counts)
	}
	body, _, err := contact.download(ctx, fmt.Sprintf("/api/v1/imports/%d/errors", first.Id))
	if err != nil {
		return "", err
	}
	book, err := excelize.OpenReader(bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	defer book.Close()
	rows, err := book.GetRows("Ark1")
	if err != nil {
		return "", err
	}
	if len(rows) != 2 || !strings.HasPrefix(rows[1][5], "Linje 3, kolonnen »Fra«") {
		return "", fmt.Errorf("the file to mend says %v", rows)
	}
	// Mended in the file that came back, and sent again together with the rest.
	mended, err := contact.upload(ctx, "usages", "systemer.csv", []byte(strings.Replace(list, "31/2/1997;", "28/2/1997;31/12/1997", 1)))
	if err != nil {
		return "", err
	}
	if err := contact.accept(ctx, &mended, httpapi.AcceptImportJSONRequestBody{}); err != nil {
		return "", err
	}
	again, err := contact.upload(ctx, "usages", "systemer.csv", []byte(strings.Replace(list, "31/2/1997;", "28/2/1997;31/12/1997", 1)))
	if err != nil {
		return "", err
	}
	if again.Counts.Added+again.Counts.Changed != 0 || again.Counts.Unchanged != 2 {
		return "", fmt.Errorf("the same file again: %+v", again.Counts)
	}
	return fmt.Sprintf("%s; %q came back, mended and applied: %d added; the same file again changes nothing", first.Format, rows[1][5], mended.Counts.Added), nil
}
