package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"

	"klausul/server/httpapi"
)

// client is one person at a browser: a cookie jar and the token that changes need.
type client struct {
	url  string
	http *http.Client
	me   httpapi.Me
}

// refused is an answer other than the one that was asked for.
type refused struct {
	status int
	code   string
	where  string
}

func (r *refused) Error() string { return fmt.Sprintf("%s answered %d %s", r.where, r.status, r.code) }

// signIn opens a session as a demo persona.
func signIn(ctx context.Context, url, persona string) (*client, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	c := &client{url: url, http: &http.Client{Jar: jar}}
	err = c.call(ctx, http.MethodPost, "/api/v1/session/demo", httpapi.DemoSession{Persona: persona}, &c.me)
	return c, err
}

func (c *client) get(ctx context.Context, path string, into any) error {
	return c.call(ctx, http.MethodGet, path, nil, into)
}

// call sends a body (nil: none, []byte: as it lies) and reads the answer; header pairs may follow.
func (c *client) call(ctx context.Context, method, path string, body, into any, header ...string) error {
	answer, err := c.send(ctx, method, path, body, header...)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if into == nil {
		return nil
	}
	return json.NewDecoder(answer.Body).Decode(into)
}

// send returns the answer when its status is one of success; else a *refused.
func (c *client) send(ctx context.Context, method, path string, body any, header ...string) (*http.Response, error) {
	var content io.Reader
	kind := "application/json"
	if file, ok := body.([]byte); ok {
		content, kind = bytes.NewReader(file), "application/octet-stream"
	} else if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(raw)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.url+path, content)
	if err != nil {
		return nil, err
	}
	if body != nil {
		request.Header.Set("Content-Type", kind)
	}
	if method != http.MethodGet {
		request.Header.Set("X-CSRF-Token", c.me.Csrf)
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	answer, err := c.http.Do(request)
	if err != nil || answer.StatusCode < 300 {
		return answer, err
	}
	defer answer.Body.Close()
	var p httpapi.Problem
	if err := json.NewDecoder(answer.Body).Decode(&p); err != nil {
		p.Code = "without a problem document"
	}
	return nil, &refused{answer.StatusCode, p.Code, method + " " + path}
}

// fails checks that a request is refused as it must be, and says so.
func fails(err error, status int, code string) (string, error) {
	var r *refused
	if err == nil {
		return "", fmt.Errorf("it was not refused with %d %s", status, code)
	}
	if !errors.As(err, &r) {
		return "", err
	}
	if r.status != status || r.code != code {
		return "", fmt.Errorf("it was refused in another way than %d %s: %w", status, code, r)
	}
	return fmt.Sprintf("%d %s", r.status, r.code), nil
}

// download reads a file and the hash that the server names in its ETag.
func (c *client) download(ctx context.Context, path string) (content []byte, etag string, err error) {
	answer, err := c.send(ctx, http.MethodGet, path, nil)
	if err != nil {
		return nil, "", err
	}
	defer answer.Body.Close()
	content, err = io.ReadAll(answer.Body)
	return content, strings.Trim(answer.Header.Get("ETag"), `"`), err
}

// watch follows the server-sent events of a batch until they end, and gives the last state.
func (c *client) watch(ctx context.Context, path string) (last httpapi.Batch, events int, err error) {
	answer, err := c.send(ctx, http.MethodGet, path, nil, "Accept", "text/event-stream")
	if err != nil {
		return last, 0, err
	}
	defer answer.Body.Close()
	if kind := answer.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/event-stream") {
		return last, 0, fmt.Errorf("the progress comes as %q", kind)
	}
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data:")
		if !ok {
			continue
		}
		if err := json.Unmarshal([]byte(data), &last); err != nil {
			return last, events, err
		}
		events++
		if last.State != httpapi.BatchStateRunning {
			return last, events, nil
		}
	}
	return last, events, errors.Join(errors.New("the progress ended before the work did"), lines.Err())
}
