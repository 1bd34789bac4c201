package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"klausul/server/app"
	"klausul/server/config"
)

// product is the whole program, running, on the full register.
type product struct {
	*app.App
	dir  string
	stop func() error
}

// serve starts the program in this process, as an operator would with these settings.
// Its log goes into a file, as it would in production.
func (w *world) serve(ctx context.Context) (*product, error) {
	dir, err := w.full(ctx)
	if err != nil {
		return nil, err
	}
	return w.serveOn(ctx, dir)
}

// serveOn is serve on another data folder.
func (w *world) serveOn(ctx context.Context, dir string) (*product, error) {
	log, err := os.Create(filepath.Join(w.dir, filepath.Base(dir)+".log"))
	if err != nil {
		return nil, err
	}
	cfg := config.Config{
		Addr: "127.0.0.1:0", DataDir: dir, Demo: "on",
		RateUser: 1e9, RateAnonymous: 1e9, // one person asks as often as a whole country would
	}
	a, err := app.New(ctx, cfg, app.WithLogger(slog.New(slog.NewJSONHandler(log, nil))), app.WithOutput(io.Discard))
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	running, end := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- a.Run(running) }()
	return &product{App: a, dir: dir, stop: func() error {
		end()
		return errors.Join(<-ended, a.Close(), log.Close())
	}}, nil
}

// signIn starts a session as a demo persona and returns its cookie.
func (p *product) signIn(ctx context.Context, persona string) (string, error) {
	asking, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL()+"/api/v1/session/demo", bytes.NewReader([]byte(`{"persona":"`+persona+`"}`)))
	if err != nil {
		return "", err
	}
	asking.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(asking)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		text, err := io.ReadAll(answer.Body)
		return "", errors.Join(fmt.Errorf("sign in as %s: %s: %s", persona, answer.Status, text), err)
	}
	for _, c := range answer.Cookies() {
		if strings.HasSuffix(c.Name, "_session") {
			return c.Name + "=" + c.Value, nil
		}
	}
	return "", fmt.Errorf("sign in as %s: no session cookie in the answer", persona)
}

// listen serves a handler on a free port of loopback until close is called.
func listen(h http.Handler) (address string, closing func() error, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	return "http://" + l.Addr().String(), func() error {
		err := s.Close()
		if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
			err = errors.Join(err, served)
		}
		return err
	}, nil
}
