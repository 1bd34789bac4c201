// Command demo tells the main job of Klausul from the first sign-in to the proof
// in the vault: on a throw-away instance, over HTTP, with real input. Each step
// prints one line of proof; the first that fails ends it with an error.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"
)

// chapter is a part of the story. A chapter stands on those before it.
type chapter struct {
	name, about string
	steps       []step
}

// step does one thing and gives the sentence that proves it.
type step struct {
	name string
	do   func(context.Context, *story) (proof string, err error)
}

var chapters = []chapter{
	{"register", "one true list of who buys what from whom", register},
	{"agree", "the secretariat writes one agreement with one vendor", agree},
	{"release", "it goes to all 98 municipalities", release},
	{"member", "a municipality finds its own agreement, and nobody else's", member},
	{"proof", "what is stored cannot change unseen", proof},
	{"agreement", "municipalities conclude, each for itself, and the text goes on", slices.Concat(conclude, copying, parting)},
	{"template", "a template gets its next version, and no agreement moves by itself", template},
	{"negotiation", "the vendor's Word file comes back, and every change is decided", slices.Concat(negotiate, agreed)},
}

func main() {
	program := flag.String("program", "bin/klausul", "the program to play on")
	out := flag.String("out", "out", "folder for the files")
	list := flag.Bool("list", false, "name the chapters")
	flag.Parse()
	if *list {
		for _, c := range chapters {
			fmt.Printf("%-11s  %s\n", c.name, c.about)
		}
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := tell(ctx, *program, *out, flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		stop()
		os.Exit(1)
	}
}

// tell plays the chapters up to and with the named one; all of them without a name.
func tell(ctx context.Context, program, out, last string) (err error) {
	told, err := upTo(last)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	instance, err := start(ctx, program, out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, instance.stop()) }()
	s := &story{instance: instance, out: out}
	began, steps := time.Now(), 0
	for _, c := range told {
		fmt.Printf("\n%s: %s\n", c.name, c.about)
		for _, st := range c.steps {
			said, err := st.do(ctx, s)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", c.name, st.name, err)
			}
			steps++
			fmt.Printf("  ok  %-34s %s\n", st.name, said)
		}
	}
	fmt.Printf("\n%d steps in %.1f s; the files lie in %s\n", steps, time.Since(began).Seconds(), out)
	return nil
}

func upTo(last string) ([]chapter, error) {
	if last == "" {
		return chapters, nil
	}
	var names []string
	for i, c := range chapters {
		if c.name == last {
			return chapters[:i+1], nil
		}
		names = append(names, c.name)
	}
	return nil, fmt.Errorf("there is no chapter %q; the chapters are %s", last, strings.Join(names, ", "))
}
