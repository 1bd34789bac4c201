package httpapi

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/gin-gonic/gin"
	"golang.org/x/oauth2"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/member"
	"klausul/server/storage"
)

// The ways in which a sign-in with a provider ends early.
var (
	ErrSignInState = fault.New(fault.Invalid, "session.sign_in_expired")     // not started here, too long ago, or used before
	ErrProvider    = fault.New(fault.Unavailable, "session.provider_failed") // the provider refused, or what it said does not hold
)

const (
	signInRuns   = 10 * time.Minute // from start to callback
	identityRuns = 15 * time.Minute // from callback to invitation code
	exchangeRuns = 15 * time.Second // the provider's answer
)

// ProviderConfig says how to sign in with one OpenID provider.
type ProviderConfig struct {
	Key, Name, Issuer, ClientID, ClientSecret string
	Callback                                  string // where the provider sends the browser back to
	GroupsClaim                               string // empty: groups decide nothing
	Roles                                     map[string]access.Role
	Client                                    *http.Client
	Now                                       func() time.Time
}

// Provider is one OpenID provider that has been found at its address.
type Provider struct {
	Key, Name string

	issuer   string
	oauth    oauth2.Config
	verifier *oidc.IDTokenVerifier
	groups   string
	roles    map[string]access.Role
	client   *http.Client
}

// NewProvider asks the provider where its endpoints are.
func NewProvider(ctx context.Context, c ProviderConfig) (*Provider, error) {
	found, err := oidc.NewProvider(oidc.ClientContext(ctx, c.Client), c.Issuer)
	if err != nil {
		return nil, fmt.Errorf("the sign-in provider %s does not answer as an OpenID provider at %s: %w", c.Key, c.Issuer, err)
	}
	return &Provider{
		Key: c.Key, Name: c.Name, issuer: c.Issuer, groups: c.GroupsClaim, roles: c.Roles, client: c.Client,
		oauth: oauth2.Config{ClientID: c.ClientID, ClientSecret: c.ClientSecret, Endpoint: found.Endpoint(), RedirectURL: c.Callback,
			Scopes: []string{oidc.ScopeOpenID}},
		verifier: found.VerifierContext(oidc.ClientContext(context.WithoutCancel(ctx), c.Client), &oidc.Config{ClientID: c.ClientID, Now: c.Now}),
	}, nil
}

// pending is a sign-in between its start and its callback; it lives in the browser's sealed cookie.
type pending struct{ Provider, State, Nonce, Verifier string }

func (s *server) provider(c *gin.Context) *Provider {
	for _, p := range s.Options.Providers {
		if p.Key == c.Param("key") {
			return p
		}
	}
	return nil
}

// startOIDC sends the browser to the provider.
func (s *server) startOIDC(c *gin.Context) {
	p := s.provider(c)
	if p == nil {
		s.problems.write(c, fault.ErrNotFound)
		return
	}
	signIn := pending{Provider: p.Key, State: storage.NewToken(), Nonce: storage.NewToken(), Verifier: oauth2.GenerateVerifier()}
	cookie, err := seal(s, "sign_in", signIn, signInRuns)
	if err != nil {
		s.problems.write(c, err)
		return
	}
	http.SetCookie(c.Writer, cookie)
	c.Redirect(http.StatusSeeOther, p.oauth.AuthCodeURL(signIn.State, oidc.Nonce(signIn.Nonce), oauth2.S256ChallengeOption(signIn.Verifier)))
}

// finishOIDC is where the provider sends the browser back. A person sees a page in
// any case: the desk, the login page that asks for an invitation code, or the login
// page with what went wrong.
func (s *server) finishOIDC(c *gin.Context) {
	ctx := c.Request.Context()
	signIn, ok := unseal[pending](s, c.Request, "sign_in")
	http.SetCookie(c.Writer, s.cookie("sign_in", "", s.Options.Now())) // it holds once
	p := s.provider(c)
	q := c.Request.URL.Query()
	if !ok || p == nil || signIn.Provider != p.Key || subtle.ConstantTimeCompare([]byte(signIn.State), []byte(q.Get("state"))) != 1 {
		s.toLogin(c, ErrSignInState)
		return
	}
	if refused := q.Get("error"); refused != "" {
		s.toLogin(c, ErrProvider.Because(fmt.Errorf("the provider says %.60q", refused)))
		return
	}
	id, err := p.identify(ctx, q.Get("code"), signIn)
	if err != nil {
		s.toLogin(c, err)
		return
	}
	started, err := s.Users.SignIn(ctx, id, s.Options.SessionLifetime, callOf(ctx).before...)
	switch {
	case errors.Is(err, member.ErrNotLinked):
		s.askForInvitation(c, id)
	case err != nil:
		s.toLogin(c, err)
	default:
		http.SetCookie(c.Writer, s.cookie("session", started.Token, started.Expires))
		c.Redirect(http.StatusSeeOther, "/begin")
	}
}

// identify exchanges the code and checks everything the provider says about who this is.
func (p *Provider) identify(ctx context.Context, code string, signIn pending) (member.Identity, error) {
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, p.client), exchangeRuns)
	defer cancel()
	token, err := p.oauth.Exchange(ctx, code, oauth2.VerifierOption(signIn.Verifier))
	if err != nil {
		var refused *oauth2.RetrieveError
		if errors.As(err, &refused) { // its text is the provider's answer, which may name the person
			err = fmt.Errorf("the token endpoint answers %s %.60q", refused.Response.Status, refused.ErrorCode)
		}
		return member.Identity{}, ErrProvider.Because(fmt.Errorf("exchange the code: %w", err))
	}
	raw, _ := token.Extra("id_token").(string)
	verified, err := p.verifier.Verify(ctx, raw)
	if err != nil {
		return member.Identity{}, ErrProvider.Because(fmt.Errorf("verify the identity: %w", err))
	}
	if subtle.ConstantTimeCompare([]byte(verified.Nonce), []byte(signIn.Nonce)) != 1 {
		return member.Identity{}, ErrProvider.Because(errors.New("the identity was made for another sign-in"))
	}
	id := member.Identity{Issuer: p.issuer, Subject: verified.Subject}
	if p.groups != "" {
		if id.Roles, err = p.rolesOf(verified); err != nil {
			return member.Identity{}, ErrProvider.Because(err)
		}
	}
	return id, nil
}

// rolesOf are the roles that the person's groups leave. No group known here leaves none.
func (p *Provider) rolesOf(t *oidc.IDToken) ([]access.Role, error) {
	claims := map[string]any{}
	if err := t.Claims(&claims); err != nil {
		return nil, fmt.Errorf("read the groups: %w", err)
	}
	roles := []access.Role{}
	groups, _ := claims[p.groups].([]any)
	for _, g := range groups {
		name, _ := g.(string)
		if r, ok := p.roles[name]; ok && !slices.Contains(roles, r) {
			roles = append(roles, r)
		}
	}
	return roles, nil
}

// askForInvitation keeps who has just signed in, for the code that links them to a user.
func (s *server) askForInvitation(c *gin.Context, id member.Identity) {
	cookie, err := seal(s, "identity", id, identityRuns)
	if err != nil {
		s.toLogin(c, err)
		return
	}
	http.SetCookie(c.Writer, cookie)
	c.Redirect(http.StatusSeeOther, "/sign-in?invitation=1")
}

// toLogin shows a refusal on the login page; the log has the cause.
func (s *server) toLogin(c *gin.Context, err error) {
	code := internal
	if f, ok := refusalIn(err); ok {
		code = f.Code
	}
	ctx := c.Request.Context()
	s.Log.WarnContext(ctx, "sign-in refused", "request", storage.RequestID(ctx), "code", code, "cause", err.Error())
	c.Redirect(http.StatusSeeOther, "/sign-in?problem="+url.QueryEscape(code))
}

// identityOf reads who has signed in without being linked, for the operation that links.
func (s *server) identityOf(c *gin.Context) {
	k := callOf(c.Request.Context())
	if k.op.id != "redeemInvitation" {
		return
	}
	if id, ok := unseal[member.Identity](s, c.Request, "identity"); ok {
		k.identity = &id
	}
}
