package filestest

import (
	"net"
	"sync"
)

// proxy passes TCP connections on to a unix socket, as long as it is let.
type proxy struct {
	listener net.Listener
	target   string

	mu    sync.Mutex
	away  bool
	left  int64 // bytes until the server goes away; negative: no limit
	open  map[net.Conn]bool
	tasks sync.WaitGroup
}

func newProxy(socket string) (*proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &proxy{listener: l, target: socket, left: -1, open: map[net.Conn]bool{}}
	p.tasks.Go(p.serve)
	return p, nil
}

func (p *proxy) address() string { return p.listener.Addr().String() }

func (p *proxy) serve() {
	for {
		in, err := p.listener.Accept()
		if err != nil {
			return // closed
		}
		out, err := net.Dial("unix", p.target)
		if err != nil {
			in.Close()
			continue
		}
		if !p.keep(in, out) {
			in.Close()
			out.Close()
			continue
		}
		p.tasks.Go(func() { p.pass(in, out) })
		p.tasks.Go(func() { p.pass(out, in) })
	}
}

// keep remembers a pair of connections so that it can be cut; not while away.
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
	defer p.drop(from, to)
	buffer := make([]byte, 16<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 && !p.spend(int64(n)) {
			return
		}
		if _, werr := to.Write(buffer[:n]); werr != nil || err != nil {
			return
		}
	}
}

func (p *proxy) drop(pair ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range pair {
		delete(p.open, c)
		c.Close()
	}
}

// spend counts bytes; when they are used up the server is away.
func (p *proxy) spend(n int64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.left < 0 {
		return !p.away
	}
	if p.left -= n; p.left < 0 {
		p.cut()
		return false
	}
	return true
}

// cut closes every connection; the lock is held.
func (p *proxy) cut() {
	p.away, p.left = true, -1
	for c := range p.open {
		c.Close()
	}
}

func (p *proxy) switchOff(away bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if away {
		p.cut()
		return
	}
	p.away, p.left = false, -1
}

func (p *proxy) cutAfter(n int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.away, p.left = false, n
}

func (p *proxy) close() {
	p.listener.Close()
	p.switchOff(true)
	p.tasks.Wait()
}
