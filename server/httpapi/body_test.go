package httpapi

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"klausul/server/access"
)

// bodyTime is short, so that the tests are.
const bodyTime = 300 * time.Millisecond

// send writes a request of which the client never sends the rest and returns all that
// comes until the server closes the connection.
func send(t *testing.T, server *httptest.Server, request string) string {
	t.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, strings.ReplaceAll(request, "\n", "\r\n")); err != nil {
		t.Fatal(err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(conn)
	if err != nil {
		t.Fatalf("the connection is held: %v, after %q", err, got)
	}
	return string(got)
}

func TestSlowBody(t *testing.T) {
	w := newWorld(t, func(d *Deps) { d.Options.BodyTime = bodyTime })
	server := httptest.NewServer(w.handler)
	defer server.Close()
	token := w.Token(access.ContactPerson, w.Member("Viborg Kommune"))
	signedIn := "Host: klausul.test\nContent-Type: application/json\nCookie: klausul_session=" + token + "\nX-CSRF-Token: " + w.me(token).Csrf + "\n"
	for name, tc := range map[string]struct{ request, status string }{
		"a body of known length": {"POST /api/v1/api-keys HTTP/1.1\n" + signedIn + "Content-Length: 30\n\n{\"name\":", "422"},
		"a body in pieces":       {"POST /api/v1/api-keys HTTP/1.1\n" + signedIn + "Transfer-Encoding: chunked\n\n5\n{\"nam\n", "422"},
		"where none belongs":     {"GET /api/v1/vendors HTTP/1.1\n" + signedIn + "Content-Length: 30\n\n{", "422"},
		"from nobody":            {"POST /api/v1/api-keys HTTP/1.1\nHost: klausul.test\nContent-Length: 30\n\n{", "401"},
		"for nothing":            {"POST /nothing HTTP/1.1\nHost: klausul.test\nContent-Length: 30\n\n{", "404"},
		"with a page":            {"GET / HTTP/1.1\nHost: klausul.test\nContent-Length: 30\n\n{", "200"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := send(t, server, tc.request); !strings.HasPrefix(got, "HTTP/1.1 "+tc.status) {
				t.Errorf("got %q", got)
			}
		})
	}
}

// An answer may take longer than a body, and a body that its handler streams may take
// longer than others: neither is cut off.
func TestSlowAnswer(t *testing.T) {
	t.Parallel()
	for name, stream := range map[string]bool{"an answer": false, "a stream": true} {
		t.Run(name, func(t *testing.T) {
			s := &server{}
			s.Options.BodyTime, s.Options.BodyLimit = bodyTime, 1000
			e := gin.New()
			e.Use(func(c *gin.Context) {
				k := &call{op: &operation{stream: stream}}
				c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), callKey{}, k))
			}, s.hurry, s.readBody)
			e.POST("/", func(c *gin.Context) {
				body, err := io.ReadAll(c.Request.Body)
				if err != nil {
					t.Error(err)
				}
				select {
				case <-c.Request.Context().Done():
				case <-time.After(3 * bodyTime):
					c.String(http.StatusOK, string(body))
				}
			})
			server := httptest.NewServer(e)
			defer server.Close()
			body, in := io.Pipe()
			go func() {
				_, _ = io.WriteString(in, "æ") // what is not delivered is missing below
				if stream {
					time.Sleep(2 * bodyTime)
				}
				_, _ = io.WriteString(in, "øå")
				_ = in.Close()
			}()
			res, err := http.Post(server.URL, "text/plain", body)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if got, err := io.ReadAll(res.Body); err != nil || string(got) != "æøå" {
				t.Errorf("%v %q", err, got)
			}
		})
	}
}
