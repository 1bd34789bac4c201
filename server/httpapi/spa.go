package httpapi

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"
)

// page is one file of the front end.
type page struct {
	body []byte
	kind string
	etag string
	zip  func() []byte // compressed at the first request; nil when that saves nothing
}

// spa serves the built front end: hashed assets for a year, every other address as
// index.html, because the addresses of pages are the front end's own.
type spa struct{ files map[string]*page }

// assets is the folder whose file names carry a hash of their content.
const assets = "/assets/"

// newSPA reads the built files into memory. Without index.html it says what to do.
func newSPA(dist fs.FS) (*spa, error) {
	s := &spa{files: map[string]*page{}}
	if dist == nil {
		return s, nil
	}
	err := fs.WalkDir(dist, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path.Base(name), ".") {
			return err
		}
		body, err := fs.ReadFile(dist, name)
		s.files["/"+name] = newPage(name, body)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the front end: %w", err)
	}
	return s, nil
}

func newPage(name string, body []byte) *page {
	sum := sha256.Sum256(body)
	p := &page{body: body, kind: mime.TypeByExtension(path.Ext(name)), etag: `"` + hex.EncodeToString(sum[:12]) + `"`}
	switch path.Ext(name) { // whatever the machine's own list says
	case ".js", ".mjs":
		p.kind = "text/javascript; charset=utf-8"
	case ".css":
		p.kind = "text/css; charset=utf-8"
	case ".html":
		p.kind = "text/html; charset=utf-8"
	case ".svg":
		p.kind = "image/svg+xml"
	case ".json", ".map":
		p.kind = "application/json"
	case ".woff2":
		p.kind = "font/woff2"
	}
	p.zip = sync.OnceValue(func() []byte {
		if strings.HasPrefix(p.kind, "font/") || strings.HasPrefix(p.kind, "image/") && p.kind != "image/svg+xml" {
			return nil
		}
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, _ = w.Write(body) // to memory
		_ = w.Close()
		if b.Len() >= len(body) {
			return nil
		}
		return b.Bytes()
	})
	return p
}

// serve answers everything that is not the API.
func (s *spa) serve(c *gin.Context) {
	name := path.Clean("/" + c.Request.URL.Path)
	f := s.files[name]
	if f == nil || name == "/index.html" {
		if strings.HasPrefix(name, assets) || strings.Contains(path.Base(name), ".") && name != "/index.html" {
			c.String(http.StatusNotFound, "Filen findes ikke. Gå til forsiden.\nThere is no such file. Go to the front page.\n")
			return
		}
		if f = s.files["/index.html"]; f == nil {
			c.String(http.StatusServiceUnavailable, "Siderne er ikke bygget ind i dette program. Byg dem med scripts/run.\n"+
				"The pages are not built into this program. Build them with scripts/run.\n")
			return
		}
		name = "/index.html"
	}
	h := c.Writer.Header()
	h.Set("Cache-Control", "no-cache")
	if strings.HasPrefix(name, assets) {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	h.Set("ETag", f.etag)
	h.Set("Vary", "Accept-Encoding")
	if strings.Contains(c.GetHeader("If-None-Match"), f.etag) {
		c.Status(http.StatusNotModified)
		return
	}
	body := f.body
	if strings.Contains(c.GetHeader("Accept-Encoding"), "gzip") {
		if z := f.zip(); z != nil {
			body = z
			h.Set("Content-Encoding", "gzip")
		}
	}
	h.Set("Content-Type", f.kind)
	h.Set("Content-Length", fmt.Sprint(len(body)))
	c.Status(http.StatusOK)
	if c.Request.Method != http.MethodHead {
		_, _ = c.Writer.Write(body) // fails only when the reader has left
	}
}
