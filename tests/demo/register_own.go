package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"klausul/server/httpapi"
)

// registerOwn tells of agreements that the secretariat did not negotiate.
var registerOwn = []step{
	{"a folder of own agreements", ownFolder},
	{"what is no agreement is refused", func(ctx context.Context, s *story) (string, error) {
		viborg, err := signIn(ctx, s.instance.url, "kontakt-viborg")
		if err != nil {
			return "", err
		}
		_, err = viborg.sendPDF(ctx, "billede.pdf", []byte("\x89PNG\r\n"))
		return fails(err, http.StatusUnprocessableEntity, "document.not_pdf")
	}},
	{"the secretariat only proposes", ownProposed},
}

// smallPDF is a PDF of one empty page that bears its title.
func smallPDF(title string) []byte {
	return fmt.Appendf(nil, "%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"+
		"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n4 0 obj<</Title(%s)>>endobj\n"+
		"trailer<</Root 1 0 R/Info 4 0 R>>\nstartxref\n0\n%%%%EOF\n", title)
}

func (c *client) sendPDF(ctx context.Context, name string, body []byte) (u httpapi.Upload, err error) {
	return u, c.call(ctx, http.MethodPost, "/api/v1/uploads?name="+url.QueryEscape(name), body, &u, "Content-Type", "application/pdf")
}

// ownFolder sends a list of agreements, then the files that it names.
func ownFolder(ctx context.Context, s *story) (string, error) {
	viborg, err := signIn(ctx, s.instance.url, "kontakt-viborg")
	if err != nil {
		return "", err
	}
	var systems httpapi.SystemList
	if err := viborg.get(ctx, "/api/v1/systems?limit=1", &systems); err != nil {
		return "", err
	}
	one := systems.Items[0]
	line := func(title, file string) string {
		return fmt.Sprintf("%d;%s;%d;1-5-2021;31-12-2028;3;12;%s\n", one.Vendor.Number, title, one.Number, file)
	}
	list := "Leverandørnr.;Aftale;Systemer;Underskrevet;Udløber;Koncept;Interval;Fil\n" + line("Aftale om fotos", `Aftaler\fotos.pdf`) + line("Aftale om lyd", "lyd") + line("Aftale om breve", "breve.docx")
	i, err := viborg.upload(ctx, "own_agreements", "egne aftaler.csv", []byte(list))
	if err != nil {
		return "", err
	}
	if i.Counts.Added != 2 || i.Counts.Refused != 1 {
		return "", fmt.Errorf("the list is taken as %+v", i.Counts)
	}
	if _, err := viborg.sendPDF(ctx, "Fotos.PDF", smallPDF("fotos")); err != nil {
		return "", err
	}
	missing, err := fails(viborg.accept(ctx, &i, httpapi.AcceptImportJSONRequestBody{Partial: true}), http.StatusConflict, "import.files_missing")
	if err != nil {
		return "", err
	}
	if _, err := viborg.sendPDF(ctx, "lyd.pdf", smallPDF("lyd")); err != nil {
		return "", err
	}
	if err := viborg.accept(ctx, &i, httpapi.AcceptImportJSONRequestBody{Partial: true}); err != nil {
		return "", err
	}
	var own httpapi.OwnAgreementList
	if err := viborg.get(ctx, "/api/v1/own-agreements?file=true&q=Aftale+om+fotos", &own); err != nil {
		return "", err
	}
	if len(own.Items) != 1 {
		return "", fmt.Errorf("%d agreements on photos have a file", len(own.Items))
	}
	got, etag, err := viborg.download(ctx, fmt.Sprintf("/api/v1/own-agreements/%d/file", own.Items[0].Id))
	if err != nil {
		return "", err
	}
	if sum := sha256.Sum256(smallPDF("fotos")); string(got) != string(smallPDF("fotos")) || !strings.EqualFold(etag, hex.EncodeToString(sum[:])) {
		return "", fmt.Errorf("the file of %d bytes with hash %s is not the one that was sent", len(got), etag)
	}
	return fmt.Sprintf("a list of 3 names a Word file, refused line by line; with one PDF missing %s; then 2 registered, each with its file", missing), nil
}

// ownProposed lets the secretariat register an agreement for Viborg, which Viborg alone can make its own.
func ownProposed(ctx context.Context, s *story) (string, error) {
	viborg, err := signIn(ctx, s.instance.url, "kontakt-viborg")
	if err != nil {
		return "", err
	}
	jurist, err := signIn(ctx, s.instance.url, "jurist")
	if err != nil {
		return "", err
	}
	var systems httpapi.SystemList
	if err := jurist.get(ctx, "/api/v1/systems?limit=1", &systems); err != nil {
		return "", err
	}
	one := systems.Items[0]
	var made, own httpapi.OwnAgreementDetail
	draft := httpapi.NewOwnAgreement{Organisation: &viborg.me.Active.Organisation.Id, Vendor: one.Vendor.Number, Systems: []int32{one.Number}}
	if err := jurist.call(ctx, http.MethodPost, "/api/v1/own-agreements", draft, &made); err != nil {
		return "", err
	}
	path, seen := fmt.Sprintf("/api/v1/own-agreements/%d", made.Agreement.Id), []string{"If-Match", fmt.Sprintf("%q", fmt.Sprint(made.Version))}
	if _, err := fails(jurist.call(ctx, http.MethodPost, path+"/confirm", nil, nil, seen...), http.StatusForbidden, "forbidden"); err != nil {
		return "", err
	}
	if err := viborg.call(ctx, http.MethodPost, path+"/confirm", nil, &own, seen...); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s: %s, confirmed by Viborg: %s; the secretariat may not", made.Agreement.Title, made.Agreement.State, own.Agreement.State), nil
}
