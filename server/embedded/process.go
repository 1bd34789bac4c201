package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os/exec"
	"runtime"
	"sync"
	"time"
)

// process is one running child.
type process struct {
	cmd  *exec.Cmd
	gone chan struct{} // closed when it has been waited for
	err  error         // how it ended; read it only after gone
}

// launch starts cmd. The kernel ties the signal at our death to the thread that
// started the child, so that thread is kept for as long as the child lives.
func launch(cmd *exec.Cmd) (*process, error) {
	p := &process{cmd: cmd, gone: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with this goroutine
		err := cmd.Start()
		started <- err
		if err == nil {
			p.err = cmd.Wait()
			close(p.gone)
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

func (p *process) pid() int { return p.cmd.Process.Pid }

// ended says whether the child is gone.
func (p *process) ended() bool {
	select {
	case <-p.gone:
		return true
	default:
		return false
	}
}

// how it ended, for an error or a log; call it only after gone.
func (p *process) how() error {
	if p.err == nil {
		return errors.New("with status 0")
	}
	return p.err
}

// keeper holds one child alive: a child that ends by itself is started again,
// with a pause that grows to five seconds while it keeps failing.
type keeper struct {
	name  string
	start func(context.Context) (*process, error) // returns when the child serves
	end   func(context.Context, *process) error   // asks it to stop and waits
	log   *slog.Logger

	mu      sync.Mutex
	current *process
	cancel  context.CancelFunc
	over    chan struct{} // closed when the keeper has stopped watching
}

// begin starts the child for the first time; its error is the caller's.
func (k *keeper) begin(ctx context.Context) error {
	p, err := k.start(ctx)
	if err != nil {
		return err
	}
	watch, cancel := context.WithCancel(context.Background())
	k.current, k.cancel, k.over = p, cancel, make(chan struct{})
	go k.watch(watch)
	return nil
}

func (k *keeper) watch(ctx context.Context) {
	defer close(k.over)
	for {
		p := k.process()
		select {
		case <-ctx.Done():
			return
		case <-p.gone:
		}
		k.log.Error("an embedded server ended by itself and is started again", "server", k.name, "pid", p.pid(), "how", p.how())
		if !k.again(ctx) {
			return
		}
	}
}

// again starts the child until it serves; it reports false when we are stopping.
func (k *keeper) again(ctx context.Context) bool {
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, 5*time.Second) {
		p, err := k.start(ctx)
		if err == nil {
			k.mu.Lock()
			k.current = p
			k.mu.Unlock()
			k.log.Info("an embedded server serves again", "server", k.name, "pid", p.pid())
			return true
		}
		if ctx.Err() != nil {
			return false
		}
		k.log.Error("an embedded server did not start", "server", k.name, "error", err)
		select {
		case <-ctx.Done():
			return false
		case <-time.After(pause):
		}
	}
}

func (k *keeper) process() *process {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.current
}

// stop ends the child and waits until it is gone.
func (k *keeper) stop(ctx context.Context) error {
	k.cancel()
	<-k.over
	p := k.process()
	if p.ended() {
		return nil
	}
	if err := k.end(ctx, p); err != nil {
		return fmt.Errorf("stop %s: %w", k.name, err)
	}
	return nil
}

// wait returns when the child is gone or the context ends.
func (p *process) wait(ctx context.Context) error {
	select {
	case <-p.gone:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// killed waits for a child that was told to stop, and when the context ends
// first takes it down hard, so that no path leaves a child behind.
func (p *process) killed(ctx context.Context) error {
	err := p.wait(ctx)
	if err == nil {
		return nil
	}
	return errors.Join(fmt.Errorf("it did not stop in time and was killed: %w", err), p.kill())
}

func (p *process) kill() error {
	err := p.cmd.Process.Kill()
	<-p.gone
	return err
}
