package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"klausul/server/httpapi"
)

// vendorPaper is the vendor's text once more, printed by its LibreOffice as a PDF: what was
// found stands on a page, and nothing of it counts as fulfilled.
func vendorPaper(ctx context.Context, s *story) (string, error) {
	raw, err := s.talk.office.PDF(ctx, s.talk.came)
	if err != nil {
		return "", err
	}
	to := s.talkPath("/papers?%s", url.Values{"name": {"leverandørens aftale.pdf"}}.Encode())
	cut, err := fails(s.jurist.call(ctx, http.MethodPost, to, raw[:len(raw)/2], nil), http.StatusUnprocessableEntity, "document.damaged_pdf")
	if err != nil {
		return "", err
	}
	var paper httpapi.VendorPaper
	if err := s.jurist.call(ctx, http.MethodPost, to, raw, &paper); err != nil {
		return "", err
	}
	found, pages := 0, map[int]bool{}
	for _, e := range paper.Entries {
		if len(e.Findings) > 0 {
			found++
		}
		for _, f := range e.Findings {
			if f.Page == nil {
				return "", fmt.Errorf("nobody can tell on which page %q stands", f.Excerpt)
			}
			pages[*f.Page] = true
		}
	}
	if !paper.Head.Agreement || found < 10 || len(pages) < 3 || len(paper.Unread) > 0 || paper.Head.Assessed > 0 {
		return "", errors.New("the PDF does not read like the Word file it was made of")
	}
	return fmt.Sprintf("%d of %d entries found on %d pages of the PDF, none called fulfilled; half of the file: %s", found, len(paper.Entries), len(pages), cut), nil
}
