package tests

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// client is somebody at a browser, or a program with a key.
type client struct {
	t     testing.TB
	who   string
	url   string
	token string // of the session
	csrf  string
	key   string
}

// answer is what came back, read to its end.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// problem is a refusal.
type problem struct {
	Type, Title, Code, Instance string
	Status                      int
	Errors                      []struct{ Pointer, Code string }
	Detail                      map[string]any
}

// The wire, as far as the tests read it.
type (
	ref struct {
		ID, Number int64
		Name       string
	}
	person struct {
		Role         string
		Organisation *ref
		ID           int64
	}
	whoAmI struct {
		Name, Csrf string
		Active     person
		Roles      []person
		Operations []string
	}
	total         struct{ Total int }
	listOf[T any] struct {
		Items []T
		Next  string
	}

	batch struct {
		ID, Subject         int64
		State               string
		Total, Done, Failed int
	}
	batchLine struct {
		Organisation   ref
		State, Code    string
		Accession      int64
		MissingAddress bool
	}
	joint struct {
		ID         int64
		Number     int
		Title      string
		State      string
		Accessions *int
	}
	question struct {
		Path, Type, Label string
		Required, Local   bool
		Choices           []struct{ Value string }
		Default           any
		ShowIf            *struct {
			Path   string
			Equals any
		}
	}
	given struct {
		Path    string
		Version int
		Value   any
		By      string
	}
	jointDetail struct {
		Agreement    joint
		Fields       []question
		Answers      []given
		Version      int
		TextHash     string
		Conformity   string
		Batch        *batch
		OwnAccession int64
	}
	releaseCheck struct {
		Recipients []struct {
			Organisation           ref
			Member, MissingAddress bool
		}
		Unanswered []struct{ Path, Label string }
		Ready      bool
		Version    int
	}
	own struct {
		ID, AgreementID int64
		Title, State    string
		Organisation    ref
		MissingAddress  bool
	}
	stored struct {
		Format, Sha256, State, LockedUntil string
		Size                               int64
	}
	ownDetail struct {
		Accession              own
		Systems                []ref
		TextHash, InstanceHash string
		Documents              []stored
	}
	vendorDetail struct {
		Number  int64
		Name    string
		Systems []ref
	}
	organisation struct {
		ID      int64
		Name    string
		Version int
		Active  bool
		Address map[string]string
	}
)

// as signs in as a demo persona.
func (w *world) as(t testing.TB, persona string) *client {
	t.Helper()
	return signIn(t, w.url, persona)
}

func signIn(t testing.TB, url, persona string) *client {
	t.Helper()
	c := &client{t: t, who: persona, url: url}
	a := c.do("POST", "/api/v1/session/demo", map[string]any{"persona": persona})
	if a.status != http.StatusOK {
		t.Fatalf("sign in as %s: %s", persona, a)
	}
	for _, cookie := range (&http.Response{Header: a.header}).Cookies() {
		c.token = cookie.Value
	}
	c.csrf = read[whoAmI](c, "/api/v1/me").Csrf
	return c
}

// holding is whoever has the session token.
func (w *world) holding(t testing.TB, who, token string) *client {
	t.Helper()
	c := &client{t: t, who: who, url: w.url, token: token}
	c.csrf = read[whoAmI](c, "/api/v1/me").Csrf
	return c
}

// with is whoever has the API key.
func (w *world) with(t testing.TB, who, key string) *client {
	return &client{t: t, who: who, url: w.url, key: key}
}

var web = &http.Client{Timeout: 60 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 32}}

func (c *client) request(method, path string, body any, headers []string) (*http.Request, error) {
	var in io.Reader
	switch b := body.(type) {
	case nil:
	case []byte:
		in = bytes.NewReader(b)
	default:
		text, err := json.Marshal(b)
		if err != nil {
			return nil, err
		}
		in = bytes.NewReader(text)
	}
	r, err := http.NewRequest(method, c.url+path, in)
	if err != nil {
		return nil, err
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		r.AddCookie(&http.Cookie{Name: "klausul_session", Value: c.token})
	}
	if c.csrf != "" {
		r.Header.Set("X-CSRF-Token", c.csrf)
	}
	if c.key != "" {
		r.Header.Set("Authorization", "Bearer "+c.key)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r, nil
}

// try sends a request; the error is one of the way, not an answer.
func (c *client) try(method, path string, body any, headers ...string) (answer, error) {
	r, err := c.request(method, path, body, headers)
	if err != nil {
		return answer{}, err
	}
	resp, err := web.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, text}, err
}

// do sends a request that must be answered, whatever the answer.
func (c *client) do(method, path string, body any, headers ...string) answer {
	c.t.Helper()
	a, err := c.try(method, path, body, headers...)
	if err != nil {
		c.t.Fatalf("%s: %s %s: %v", c.who, method, path, err)
	}
	return a
}

func (a answer) String() string {
	return fmt.Sprintf("%d %s", a.status, a.body[:min(len(a.body), 600)])
}

func (a answer) ok() bool { return a.status >= 200 && a.status < 300 }

// read gets what must be there.
func read[T any](c *client, path string) T {
	c.t.Helper()
	return send[T](c, "GET", path, nil)
}

// send does what must succeed.
func send[T any](c *client, method, path string, body any, headers ...string) T {
	c.t.Helper()
	a := c.do(method, path, body, headers...)
	if !a.ok() {
		c.t.Fatalf("%s: %s %s: %s", c.who, method, path, a)
	}
	return decode[T](c.t, a)
}

func decode[T any](t testing.TB, a answer) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(a.body, &v); err != nil {
		t.Fatalf("%v in %s", err, a)
	}
	return v
}

// refused does what must be refused with the status and the code.
func (c *client) refused(status int, code, method, path string, body any, headers ...string) problem {
	c.t.Helper()
	a := c.do(method, path, body, headers...)
	if a.status != status {
		c.t.Fatalf("%s: %s %s: want %d %s, got %s", c.who, method, path, status, code, a)
	}
	if got := a.header.Get("Content-Type"); !strings.HasPrefix(got, "application/problem+json") {
		c.t.Errorf("%s %s: a refusal as %s", method, path, got)
	}
	p := decode[problem](c.t, a)
	if p.Code != code || p.Status != status || p.Type != "urn:klausul:problem:"+code || p.Title == "" || p.Title == code || p.Instance == "" {
		c.t.Errorf("%s %s: want %s with a sentence and an id, got %s", method, path, code, a)
	}
	return p
}

// chunked sends a change without announcing its length.
func (c *client) chunked(status int, path string, body []byte) problem {
	c.t.Helper()
	r, err := c.request("PATCH", path, body, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), -1
	resp, err := web.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != status {
		c.t.Fatalf("PATCH %s: want %d, got %s %s %v", path, status, resp.Status, text, err)
	}
	return decode[problem](c.t, answer{resp.StatusCode, resp.Header, text})
}

// watch follows a batch by server-sent events until the stream ends and returns every state seen.
func (c *client) watch(id int64, seen func(batch) bool) []batch {
	c.t.Helper()
	r, err := c.request("GET", fmt.Sprintf("/api/v1/batches/%d/events", id), nil, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	resp, err := web.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	if got := resp.Header.Get("Content-Type"); resp.StatusCode != http.StatusOK || got != "text/event-stream" {
		c.t.Fatalf("watch batch %d: %s as %s", id, resp.Status, got)
	}
	var all []batch
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		var b batch
		if err := json.Unmarshal([]byte(data), &b); err != nil {
			c.t.Fatal(err)
		}
		if all = append(all, b); seen != nil && !seen(b) {
			break
		}
	}
	return all
}
