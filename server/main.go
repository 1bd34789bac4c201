// Klausul is the joint registry of a shared secretariat for data processor agreements.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata"

	"github.com/alecthomas/kong"

	"klausul/server/app"
	"klausul/server/app/bench"
	"klausul/server/config"
)

type commands struct {
	Config config.Config `embed:""`

	Serve   struct{} `cmd:"" default:"1" help:"Serve pages and API, and work the queue."`
	Migrate struct {
		Roles bool `help:"Only print the SQL that makes the five database logins."`
	} `cmd:"" help:"Bring the database schema up to date."`
	Seed struct {
		Size string `default:"demo" enum:"demo,full" help:"demo or full."`
	} `cmd:"" help:"Load an invented register into an empty database."`
	Verify struct {
		Audit struct{} `cmd:"" help:"Recompute every seal of the audit trail; exit 1 on faults."`
	} `cmd:"" help:"Check what is stored."`
	Bench struct {
		Row     string `arg:"" optional:"" help:"One row only."`
		Keep    string `default:".cache/bench" help:"Folder that keeps the databases between runs."`
		Profile string `placeholder:"FILE" help:"Write a CPU profile of our side."`
	} `cmd:"" help:"Measure against yardsticks: name, ours, other, ratio, target, ok or SHORT; exit 1 when a row is short."`
}

func main() {
	var c commands
	command := kong.Parse(&c, kong.Name("klausul"), config.FromFiles(), kong.UsageOnError(),
		kong.Description("The joint registry of a shared secretariat for data processor agreements. Every setting also works as <NAME>_FILE."))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, command.Command(), &c); err != nil {
		fmt.Fprintln(os.Stderr, "klausul:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, command string, c *commands) error {
	switch command {
	case "bench", "bench <row>":
		return bench.Run(ctx, bench.Options{Row: c.Bench.Row, Dir: c.Bench.Keep, Profile: c.Bench.Profile, Out: os.Stdout, Progress: os.Stderr})
	case "migrate":
		if c.Migrate.Roles {
			return app.Roles(os.Stdout)
		}
		return app.Migrate(ctx, c.Config)
	case "seed":
		return app.Seed(ctx, c.Config, c.Seed.Size, os.Stdout)
	case "verify audit":
		return app.VerifyAudit(ctx, c.Config, os.Stdout)
	}
	return app.Serve(ctx, c.Config)
}
