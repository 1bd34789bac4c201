package tests

import (
	"net"
	"sync"
	"testing"
)

// proxy is a TCP address in front of a unix socket that a test can take away.
type proxy struct {
	listener net.Listener
	target   string

	mu   sync.Mutex
	away bool
	open map[net.Conn]bool
}

func newProxy(t testing.TB, socket string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: l, target: socket, open: map[net.Conn]bool{}}
	go p.serve()
	t.Cleanup(func() {
		l.Close()
		p.Away(true)
	})
	return p
}

func (p *proxy) address() string { return p.listener.Addr().String() }

func (p *proxy) serve() {
	for {
		in, err := p.listener.Accept()
		if err != nil {
			return // closed
		}
		out, err := net.Dial("unix", p.target)
		if err != nil || !p.keep(in, out) {
			in.Close()
			if out != nil {
				out.Close()
			}
			continue
		}
		go p.pass(in, out)
		go p.pass(out, in)
	}
}

func (p *proxy) keep(pair ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.away {
		return false
	}
	for _, c := range pair {
		p.open[c] = true
	}
	return true
}

func (p *proxy) pass(from, to net.Conn) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			if _, werr := to.Write(buffer[:n]); werr != nil {
				err = werr
			}
		}
		if err != nil {
			break
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range []net.Conn{from, to} {
		delete(p.open, c)
		c.Close()
	}
}

// Away cuts what is open and lets nothing new through, or lets it through again.
func (p *proxy) Away(away bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.away = away
	for c := range p.open {
		if away {
			c.Close()
		}
	}
}
