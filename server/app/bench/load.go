package bench

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/sync/errgroup"
)

// request is one request, sent over and over, and the length its answer must have.
type request struct {
	address string
	head    []byte
	length  int64
}

// newRequest asks for the URL once and returns the body of the answer too.
func newRequest(target, cookie string) (request, []byte, error) {
	u, err := url.Parse(target)
	if err != nil {
		return request{}, nil, err
	}
	head := "GET " + u.RequestURI() + " HTTP/1.1\r\nHost: " + u.Host + "\r\nAccept: application/json\r\n"
	if cookie != "" {
		head += "Cookie: " + cookie + "\r\n"
	}
	r := request{address: u.Host, head: []byte(head + "\r\n")}
	conn, err := net.Dial("tcp", r.address)
	if err != nil {
		return r, nil, err
	}
	defer conn.Close()
	if _, err := conn.Write(r.head); err != nil {
		return r, nil, err
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return r, nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answers %s: %s", target, answer.Status, body)
	}
	r.length = int64(len(body))
	return r, body, err
}

// load sends the request over keep-alive connections for a while, each as fast as it
// is answered, and returns the answers per second. The client is the same for both
// sides and as cheap as can be. An answer that is not the expected one ends it.
func (r request) load(ctx context.Context, connections int, while time.Duration) (float64, error) {
	group, ctx := errgroup.WithContext(ctx)
	answered := make([]int, connections)
	started := time.Now()
	end := started.Add(while)
	for i := range connections {
		group.Go(func() (err error) {
			answered[i], err = r.one(ctx, end)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return 0, err
	}
	sum := 0
	for _, n := range answered {
		sum += n
	}
	return float64(sum) / time.Since(started).Seconds(), nil
}

func (r request) one(ctx context.Context, end time.Time) (int, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", r.address)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(end.Add(30 * time.Second)); err != nil {
		return 0, err
	}
	in := bufio.NewReaderSize(conn, 64<<10)
	for n := 0; ; n++ {
		if !time.Now().Before(end) || ctx.Err() != nil {
			return n, ctx.Err()
		}
		if _, err := conn.Write(r.head); err != nil {
			return n, err
		}
		answer, err := http.ReadResponse(in, nil)
		if err != nil {
			return n, err
		}
		got, err := io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
		if err != nil {
			return n, err
		}
		if answer.StatusCode != http.StatusOK || got != r.length {
			return n, fmt.Errorf("answer %d has status %d and %d bytes, not 200 and %d", n+1, answer.StatusCode, got, r.length)
		}
	}
}
