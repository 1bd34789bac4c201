package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"

	"klausul/server/httpapi"
)

var member = []step{
	{"Viborg's contact person signs in", func(ctx context.Context, s *story) (_ string, err error) {
		if s.viborg, err = signIn(ctx, s.instance.url, "kontakt-viborg"); err != nil {
			return "", err
		}
		return fmt.Sprintf("%s, %s", s.viborg.me.Name, s.viborg.me.Active.Organisation.Name), nil
	}},
	{"sees one agreement, Viborg's own", ownAgreement},
	{"downloads the PDF", func(ctx context.Context, s *story) (string, error) {
		return s.fetch(ctx, httpapi.DocumentFormatPdf, func(content []byte) error {
			if !bytes.HasPrefix(content, []byte("%PDF-")) {
				return fmt.Errorf("it is no PDF")
			}
			return nil
		})
	}},
	{"downloads the Word file", func(ctx context.Context, s *story) (string, error) {
		return s.fetch(ctx, httpapi.DocumentFormatDocx, func(content []byte) error {
			return says(content, "Viborg Kommune", s.vendor.Name, "hjemmepleje, sygepleje og genoptræning")
		})
	}},
	{"Randers meets a wall", wall},
	{"without a session nothing", func(ctx context.Context, s *story) (string, error) {
		nobody := &client{url: s.instance.url, http: http.DefaultClient}
		return fails(nobody.get(ctx, s.ownPath(""), nil), http.StatusUnauthorized, "unauthenticated")
	}},
	{"the missing address is marked", markedAddress},
}

func (s *story) ownPath(rest string) string {
	return fmt.Sprintf("/api/v1/accessions/%d%s", s.own.Accession.Id, rest)
}

func ownAgreement(ctx context.Context, s *story) (string, error) {
	var list httpapi.AccessionList
	if err := s.viborg.get(ctx, fmt.Sprintf("/api/v1/accessions?agreement=%d", s.agreement.Agreement.Id), &list); err != nil {
		return "", err
	}
	if len(list.Items) != 1 || list.Items[0].Organisation.Name != "Viborg Kommune" {
		return "", fmt.Errorf("the list holds %d agreements", len(list.Items))
	}
	s.own.Accession = list.Items[0]
	if err := s.viborg.get(ctx, s.ownPath(""), &s.own); err != nil {
		return "", err
	}
	var systems []string
	for _, sys := range s.own.Systems {
		systems = append(systems, sys.Name)
	}
	if s.own.TextHash == s.own.InstanceHash {
		return "", fmt.Errorf("the shared text and Viborg's own have one hash")
	}
	return fmt.Sprintf("%s; text %s…, own %s…", strings.Join(systems, ", "), s.own.TextHash[:8], s.own.InstanceHash[:8]), nil
}

// document finds the stored file of a format.
func (s *story) document(format httpapi.DocumentFormat) (httpapi.StoredDocument, error) {
	for _, d := range s.own.Documents {
		if d.Format == format {
			return d, nil
		}
	}
	return httpapi.StoredDocument{}, fmt.Errorf("the register knows no %s", format)
}

// fetch downloads Viborg's file, compares its hash with the register's, looks into it and keeps it.
func (s *story) fetch(ctx context.Context, format httpapi.DocumentFormat, look func([]byte) error) (string, error) {
	stored, err := s.document(format)
	if err != nil {
		return "", err
	}
	content, etag, err := s.viborg.download(ctx, s.ownPath("/documents/"+string(format)))
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(content)
	if got := hex.EncodeToString(sum[:]); got != stored.Sha256 || got != etag {
		return "", fmt.Errorf("the bytes hash to %s, the register says %s and the answer %s", got, stored.Sha256, etag)
	}
	if err := look(content); err != nil {
		return "", err
	}
	kept, err := s.keep("viborg-kommune."+string(format), content)
	return fmt.Sprintf("%s, SHA-256 %s… as in the register", kept, stored.Sha256[:12]), err
}

var tags = regexp.MustCompile(`<[^>]*>`)

// says reads a Word file and checks that its text holds the given words.
func says(docx []byte, words ...string) error {
	z, err := zip.NewReader(bytes.NewReader(docx), int64(len(docx)))
	if err != nil {
		return fmt.Errorf("it is no Word file: %w", err)
	}
	f, err := z.Open("word/document.xml")
	if err != nil {
		return fmt.Errorf("it is no Word file: %w", err)
	}
	defer f.Close()
	xml, err := io.ReadAll(f)
	if err != nil {
		return err
	}
	text := tags.ReplaceAllString(string(xml), "")
	for _, w := range words {
		if !strings.Contains(text, w) {
			return fmt.Errorf("it does not say %q", w)
		}
	}
	return nil
}

func wall(ctx context.Context, s *story) (_ string, err error) {
	if s.randers, err = signIn(ctx, s.instance.url, "kontakt-randers"); err != nil {
		return "", err
	}
	for _, path := range []string{s.ownPath(""), s.ownPath("/documents/pdf"), s.ownPath("/documents/docx"), s.ownPath("/history")} {
		if _, err := fails(s.randers.get(ctx, path, nil), http.StatusNotFound, "not_found"); err != nil {
			return "", err
		}
	}
	var list httpapi.AccessionList
	if err := s.randers.get(ctx, "/api/v1/accessions?limit=200", &list); err != nil {
		return "", err
	}
	for _, a := range list.Items {
		if a.Organisation.Name != "Randers Kommune" {
			return "", fmt.Errorf("an agreement of %s is shown to Randers", a.Organisation.Name)
		}
	}
	return fmt.Sprintf("404 not_found for Viborg's agreement, files and history; its own %d are there", len(list.Items)), nil
}

func markedAddress(ctx context.Context, s *story) (string, error) {
	var list httpapi.AccessionList
	if err := s.jurist.get(ctx, fmt.Sprintf("/api/v1/accessions?agreement=%d&limit=200", s.agreement.Agreement.Id), &list); err != nil {
		return "", err
	}
	for _, a := range list.Items {
		if !a.MissingAddress {
			continue
		}
		content, _, err := s.jurist.download(ctx, fmt.Sprintf("/api/v1/accessions/%d/documents/docx", a.Id))
		if err != nil {
			return "", err
		}
		if err := says(content, a.Organisation.Name, "mangler"); err != nil {
			return "", err
		}
		kept, err := s.keep("uden-adresse.docx", content)
		return fmt.Sprintf("%s: %s", a.Organisation.Name, kept), err
	}
	return "", fmt.Errorf("no agreement says that its address is missing")
}

// until asks again, ten times a second for half a minute, for what a job does soon after.
func until(ctx context.Context, done func() (bool, error)) error {
	for range 300 {
		ok, err := done()
		if ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	return fmt.Errorf("it did not happen within 30 seconds")
}
