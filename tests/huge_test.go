package tests

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"klausul/server/app"
)

// nothing is a file of zeros that counts how much of it was sent.
type nothing struct{ left, sent int64 }

func (n *nothing) Read(p []byte) (int, error) {
	if n.left == 0 {
		return 0, io.EOF
	}
	p = p[:min(int64(len(p)), n.left)]
	clear(p)
	n.left, n.sent = n.left-int64(len(p)), n.sent+int64(len(p))
	return len(p), nil
}

// A list of 200 MB is refused when its length is announced, and else once it passes the
// limit; nothing of it is kept.
func TestListOf200MB(t *testing.T) {
	t.Parallel()
	const size, limit = 200 << 20, 50 << 20
	w := newWorld(t, app.WithoutJobs())
	contact := w.as(t, "kontakt-viborg")
	for name, c := range map[string]struct{ announced, most int64 }{
		"announced":     {size, 4 << 20},
		"not announced": {-1, limit + 16<<20},
	} {
		t.Run(name, func(t *testing.T) {
			file := &nothing{left: size}
			r, err := contact.request("POST", "/api/v1/imports?kind=usages&name=stor.csv", nil, []string{"Content-Type", "application/octet-stream"})
			if err != nil {
				t.Fatal(err)
			}
			r.Body, r.ContentLength = io.NopCloser(file), c.announced
			resp, err := web.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			text, err := io.ReadAll(resp.Body)
			if err != nil || resp.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(string(text), `"import.too_large"`) {
				t.Errorf("want 413 import.too_large, got %s %s %v", resp.Status, text, err)
			}
			if file.sent > c.most {
				t.Errorf("%d MB were taken before it was refused", file.sent>>20)
			}
		})
	}
	if had := read[total](contact, "/api/v1/imports/count"); had.Total != 0 {
		t.Errorf("%d imports are kept", had.Total)
	}
}
