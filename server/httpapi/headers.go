package httpapi

import (
	"strings"

	"github.com/gin-gonic/gin"
)

const (
	apiPolicy  = "default-src 'none'; frame-ancestors 'none'"
	pagePolicy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; " +
		"object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'"
)

func isAPI(path string) bool { return path == "/api" || strings.HasPrefix(path, "/api/") }

// headers tell the browser what a page of ours may do: nothing inline, nothing from
// elsewhere, in nobody's frame.
func (s *server) headers(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if s.secure() {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	if isAPI(c.Request.URL.Path) {
		h.Set("Content-Security-Policy", apiPolicy)
		h.Set("Cache-Control", "no-store")
		return
	}
	h.Set("Content-Security-Policy", pagePolicy)
}
