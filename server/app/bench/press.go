package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"klausul/server/app/seed"
)

// press is the program as a process of its own, on a copy of the demo register that the
// rows may fill, and a lawyer who is signed in to it.
type press struct {
	cmd          *exec.Cmd
	said         *strings.Builder
	dir          string
	url          string
	cookie, csrf string
}

// openPress starts it. The copy goes when it stops.
func (w *world) openPress(ctx context.Context, name string) (_ *press, err error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &press{said: &strings.Builder{}}
	if p.dir, err = w.copyOfDemo(ctx, name); err != nil {
		return nil, err
	}
	p.cmd = exec.CommandContext(ctx, program, "serve")
	p.cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "PG_BIN_DIR=" + os.Getenv("PG_BIN_DIR"),
		"KLAUSUL_DATA_DIR=" + p.dir, "KLAUSUL_ADDR=127.0.0.1:0", "KLAUSUL_DEMO=on", "KLAUSUL_LOG_LEVEL=error", "KLAUSUL_RATE_USER=1000000"}
	p.cmd.Stderr = p.said
	p.cmd.Cancel = func() error { return p.cmd.Process.Signal(syscall.SIGTERM) }
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	_, address, ok := strings.Cut(strings.TrimSpace(line), "ready at ")
	if err != nil || !ok {
		return nil, errors.Join(err, fmt.Errorf("no ready line but %q", line), p.stop())
	}
	p.url = address
	if err := p.signIn(ctx); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	return p, nil
}

// copyOfDemo is the demo register in a folder of its own. The stores keep owners and
// extended attributes, which cp keeps and copyTree does not.
func (w *world) copyOfDemo(ctx context.Context, name string) (string, error) {
	demo, err := w.data(ctx, seed.Demo)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(w.dir, name)
	if err := os.RemoveAll(dir); err != nil {
		return "", err
	}
	if out, err := exec.CommandContext(ctx, "cp", "-a", demo, dir).CombinedOutput(); err != nil {
		return "", fmt.Errorf("copy the demo register: %w: %s", err, out)
	}
	return dir, nil
}

func (p *press) stop() error {
	err := p.cmd.Process.Signal(syscall.SIGTERM)
	if errors.Is(err, os.ErrProcessDone) {
		err = nil
	}
	if ended := p.cmd.Wait(); ended != nil {
		err = errors.Join(err, fmt.Errorf("the program ended: %w: %s", ended, p.said))
	}
	return errors.Join(err, os.RemoveAll(p.dir))
}

func (p *press) signIn(ctx context.Context) error {
	var me struct {
		CSRF string `json:"csrf"`
	}
	_, err := p.ask(ctx, http.MethodPost, "/session/demo", map[string]string{"persona": "jurist"}, &me)
	p.csrf = me.CSRF
	return err
}

// ask sends one request and reads its answer into what out points to: bytes, or JSON.
func (p *press) ask(ctx context.Context, method, path string, body, out any, headers ...string) (http.Header, error) {
	var in io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		in = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, method, p.url+"/api/v1"+path, in)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Cookie", p.cookie)
	r.Header.Set("X-CSRF-Token", p.csrf)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode >= 300 {
		return nil, fmt.Errorf("%s %s: %s: %.300s", method, path, answer.Status, text)
	}
	for _, c := range answer.Cookies() {
		if strings.HasSuffix(c.Name, "_session") {
			p.cookie = c.Name + "=" + c.Value
		}
	}
	switch out := out.(type) {
	case nil:
		return answer.Header, nil
	case *[]byte:
		*out = text
		return answer.Header, nil
	default:
		return answer.Header, json.Unmarshal(text, out)
	}
}

// memory is the most that the process has had in memory since forget, in MB.
func (p *press) memory() (float64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, rest, ok := strings.Cut(string(status), "VmHWM:")
	fields := strings.Fields(rest)
	if !ok || len(fields) == 0 {
		return 0, errors.New("the system does not tell how much memory a process had")
	}
	kB, err := strconv.Atoi(fields[0])
	return float64(kB) / 1024, err
}

// forget makes memory start from what the process has now.
func (p *press) forget() error {
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", p.cmd.Process.Pid), []byte("5"), 0o200)
}

// longAgreement is a draft whose text is as long as a real one, with everything answered.
func (p *press) longAgreement(ctx context.Context, title string) (id int64, err error) {
	var list struct {
		Items []struct {
			ID int64 `json:"id"`
		} `json:"items"`
	}
	if _, err := p.ask(ctx, http.MethodGet, "/agreements?limit=1", nil, &list); err != nil {
		return 0, err
	}
	if len(list.Items) == 0 {
		return 0, errors.New("the demo register has no agreement")
	}
	var like agreementAsked
	if _, err := p.ask(ctx, http.MethodGet, fmt.Sprintf("/agreements/%d", list.Items[0].ID), nil, &like); err != nil {
		return 0, err
	}
	systems := make([]int32, len(like.Systems))
	for i, s := range like.Systems {
		systems[i] = s.Number
	}
	var made agreementAsked
	if _, err := p.ask(ctx, http.MethodPost, "/agreements", map[string]any{"vendor": like.Agreement.Vendor.Number, "systems": systems, "template": like.Template.ID, "title": title}, &made); err != nil {
		return 0, err
	}
	id = made.Agreement.ID
	for i, f := range made.Fields {
		if value := f.atLength(i); value != nil {
			if _, err := p.ask(ctx, http.MethodPatch, fmt.Sprintf("/agreements/%d/answers", id), map[string]any{"path": f.Path, "base": 0, "value": value}, nil); err != nil {
				return 0, err
			}
		}
	}
	return id, nil
}

// released releases a draft to everybody and waits until the batch is done.
func (p *press) released(ctx context.Context, id int64) (took time.Duration, err error) {
	var check struct {
		Ready   bool `json:"ready"`
		Version int  `json:"version"`
	}
	if _, err := p.ask(ctx, http.MethodGet, fmt.Sprintf("/agreements/%d/release-check", id), nil, &check); err != nil {
		return 0, err
	}
	if !check.Ready {
		return 0, errors.New("the agreement cannot be released")
	}
	var b struct {
		ID                  int64 `json:"id"`
		Total, Done, Failed int
		State               string `json:"state"`
	}
	began := time.Now()
	if _, err := p.ask(ctx, http.MethodPost, fmt.Sprintf("/agreements/%d/release", id), map[string]string{"audience": "members"}, &b, "If-Match", fmt.Sprintf("%q", strconv.Itoa(check.Version))); err != nil {
		return 0, err
	}
	for b.State != "done" {
		time.Sleep(10 * time.Millisecond)
		if _, err := p.ask(ctx, http.MethodGet, fmt.Sprintf("/batches/%d", b.ID), nil, &b); err != nil {
			return 0, err
		}
	}
	took = time.Since(began)
	if b.Failed != 0 || b.Total != copies || b.Done != copies {
		var why []byte
		_, err := p.ask(ctx, http.MethodGet, fmt.Sprintf("/batches/%d/items?limit=1", b.ID), nil, &why)
		return 0, errors.Join(fmt.Errorf("of %d agreements %d were made and %d failed: %s", b.Total, b.Done, b.Failed, why), err)
	}
	return took, nil
}
