package httpapi

import (
	"context"
	"sort"

	"github.com/gin-gonic/gin"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/member"
)

// call is what is known of one request: filled on the way in, read by handlers and by the log.
type call struct {
	op       *operation
	actor    access.Actor
	scope    access.Scope
	language string
	before   []string         // in a public operation, the session token that the browser holds: a sign-in ends it
	identity *member.Identity // of a sign-in without a user yet; for the invitation only
}

type callKey struct{}

// callOf is the call in the context; a fresh one where there is none.
func callOf(ctx context.Context) *call {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c
	}
	return &call{}
}

// scopeFrom is the scope that the guard gave this request. Without the guard it is
// the zero scope, which the store refuses.
func scopeFrom(ctx context.Context) access.Scope { return callOf(ctx).scope }

// actorFrom is who asks; the zero actor in a public operation.
func actorFrom(ctx context.Context) access.Actor { return callOf(ctx).actor }

// operationOf finds what the contract says about the route that gin found.
func (s *server) operationOf(c *gin.Context) {
	op := s.ops[c.Request.Method+" "+c.FullPath()]
	if op == nil { // a route that is not in the contract is not served
		s.problems.write(c, fault.ErrNotFound)
		return
	}
	callOf(c.Request.Context()).op = op
	if !op.stream {
		return
	}
	ctx, cancel := context.WithCancel(c.Request.Context())
	defer cancel()
	defer context.AfterFunc(s.Options.Stopping, cancel)()
	c.Request = c.Request.WithContext(ctx)
	c.Next()
}

// guard is the first lock: the operation's x-access against the policy. Handlers
// find the scope in the context and contain no access code of their own.
func (s *server) guard(c *gin.Context) {
	k := callOf(c.Request.Context())
	if k.op.public {
		return
	}
	scope, err := access.Authorize(s.Policy, k.actor, k.op.object, k.op.action)
	if err != nil {
		s.problems.write(c, err)
		return
	}
	k.scope = scope
}

// allowed lists the operations that the actor may call now, for the front end to hide the rest.
func (s *server) allowed(a access.Actor) []string {
	ids := []string{}
	for _, op := range s.ops {
		if op.public {
			continue
		}
		if _, err := access.Authorize(s.Policy, a, op.object, op.action); err == nil {
			ids = append(ids, op.id)
		}
	}
	sort.Strings(ids)
	return ids
}
