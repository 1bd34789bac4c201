package httpapi

import (
	"context"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/member"
)

// Refusals of signing in that belong to this server rather than to a person.
var (
	ErrDemoOff    = fault.New(fault.Forbidden, "session.demo_off")
	ErrNoIdentity = fault.New(fault.Unauthenticated, "session.no_identity") // an invitation code without a sign-in before it, or too long after
)

// GetSessionOptions lists the ways to sign in here.
func (a *API) GetSessionOptions(ctx context.Context, _ GetSessionOptionsRequestObject) (GetSessionOptionsResponseObject, error) {
	o := GetSessionOptions200JSONResponse{Demo: a.Options.Demo, Personas: []Persona{}, Issuers: []Issuer{}}
	for _, p := range a.Options.Providers {
		o.Issuers = append(o.Issuers, Issuer{Key: p.Key, Name: p.Name, Url: "/api/v1/session/oidc/" + p.Key + "/start"})
	}
	if !a.Options.Demo {
		return o, nil
	}
	personas, err := a.Users.Personas(ctx)
	for _, p := range personas {
		o.Personas = append(o.Personas, Persona{Key: p.Key, Name: p.Name, Role: Role(p.Role), Organisation: text(p.OrganisationName)})
	}
	return o, err
}

// StartDemoSession signs in as a demo persona.
func (a *API) StartDemoSession(ctx context.Context, r StartDemoSessionRequestObject) (StartDemoSessionResponseObject, error) {
	if !a.Options.Demo {
		return nil, ErrDemoOff
	}
	started, err := a.Users.StartDemo(ctx, r.Body.Persona, a.Options.SessionLifetime, callOf(ctx).before...)
	if err != nil {
		return nil, err
	}
	me, err := a.meOf(ctx, started.Token)
	if err != nil {
		return nil, err
	}
	return StartDemoSession200JSONResponse{Body: me, Headers: StartDemoSession200ResponseHeaders{
		SetCookie: text(a.server.cookie("session", started.Token, started.Expires).String())}}, nil
}

// RedeemInvitation links the identity that has just signed in, and signs in.
func (a *API) RedeemInvitation(ctx context.Context, r RedeemInvitationRequestObject) (RedeemInvitationResponseObject, error) {
	id := callOf(ctx).identity
	if id == nil {
		return nil, ErrNoIdentity
	}
	started, err := a.Users.Redeem(ctx, *id, r.Body.Code, a.Options.SessionLifetime, callOf(ctx).before...)
	if err != nil {
		return nil, err
	}
	me, err := a.meOf(ctx, started.Token)
	if err != nil {
		return nil, err
	}
	return RedeemInvitation200JSONResponse{Body: me, Headers: RedeemInvitation200ResponseHeaders{
		SetCookie: text(a.server.cookie("session", started.Token, started.Expires).String())}}, nil
}

// EndSession signs out.
func (a *API) EndSession(ctx context.Context, _ EndSessionRequestObject) (EndSessionResponseObject, error) {
	if err := a.Users.End(ctx, scopeFrom(ctx)); err != nil {
		return nil, err
	}
	return EndSession204Response{Headers: EndSession204ResponseHeaders{
		SetCookie: text(a.server.cookie("session", "", a.Options.Now()).String())}}, nil
}

// GetMe tells who is signed in.
func (a *API) GetMe(ctx context.Context, _ GetMeRequestObject) (GetMeResponseObject, error) {
	me, err := a.meOf(ctx, actorFrom(ctx).Token)
	return GetMe200JSONResponse(me), err
}

// UpdateMe changes the active role, the language, or both.
func (a *API) UpdateMe(ctx context.Context, r UpdateMeRequestObject) (UpdateMeResponseObject, error) {
	change := member.Change{Grant: r.Body.ActiveRole, Language: (*string)(r.Body.Language)}
	if err := a.Users.Change(ctx, scopeFrom(ctx), change); err != nil {
		return nil, err
	}
	me, err := a.meOf(ctx, actorFrom(ctx).Token)
	return UpdateMe200JSONResponse(me), err
}

// ListUsers lists the people with a role in the scope.
func (a *API) ListUsers(ctx context.Context, r ListUsersRequestObject) (ListUsersResponseObject, error) {
	rows, next, err := a.Users.List(ctx, scopeFrom(ctx), userFilter(r.Params.Q, r.Params.State), paged(r.Params.Sort, "name", r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	out := ListUsers200JSONResponse{Items: make([]User, len(rows)), Next: text(next)}
	for i, u := range rows {
		grants, err := u.Grants()
		if err != nil {
			return nil, err
		}
		out.Items[i] = User{Id: u.ID, Name: u.Name, Email: u.Email, Linked: u.Linked, Roles: grantsOut(grants)}
	}
	return out, nil
}

func userFilter[S ~string](q *string, state *S) member.UserFilter {
	return member.UserFilter{Text: value(q), Left: value(state) == "left"}
}

// CountUsers counts what the filter finds.
func (a *API) CountUsers(ctx context.Context, r CountUsersRequestObject) (CountUsersResponseObject, error) {
	n, err := a.Users.Count(ctx, scopeFrom(ctx), userFilter(r.Params.Q, r.Params.State))
	return CountUsers200JSONResponse{Total: n}, err
}

// InviteUser makes a user and the code for a first sign-in.
func (a *API) InviteUser(ctx context.Context, r InviteUserRequestObject) (InviteUserResponseObject, error) {
	i, err := a.Users.Invite(ctx, scopeFrom(ctx), r.Body.Name, r.Body.Email, access.Role(r.Body.Role), value(r.Body.OrganisationId))
	return InviteUser201JSONResponse{UserId: i.User, Code: i.Code, Expires: i.Expires}, err
}

// ListApiKeys lists the keys of the own organisation.
func (a *API) ListApiKeys(ctx context.Context, _ ListApiKeysRequestObject) (ListApiKeysResponseObject, error) {
	keys, err := a.Users.Keys(ctx, scopeFrom(ctx))
	out := ListApiKeys200JSONResponse{Items: make([]ApiKey, len(keys))}
	for i, k := range keys {
		out.Items[i] = ApiKey{Id: k.ID, Name: k.Name, Prefix: k.Prefix, Created: k.Created, LastUsed: k.LastUsed, Revoked: k.Revoked}
	}
	return out, err
}

// CreateApiKey makes a key; its secret is in this answer and nowhere else.
func (a *API) CreateApiKey(ctx context.Context, r CreateApiKeyRequestObject) (CreateApiKeyResponseObject, error) {
	id, secret, err := a.Users.CreateKey(ctx, scopeFrom(ctx), r.Body.Name)
	return CreateApiKey201JSONResponse{Id: id, Secret: secret}, err
}

// RevokeApiKey ends a key.
func (a *API) RevokeApiKey(ctx context.Context, r RevokeApiKeyRequestObject) (RevokeApiKeyResponseObject, error) {
	return RevokeApiKey204Response{}, a.Users.RevokeKey(ctx, scopeFrom(ctx), r.Id)
}

// meOf reads afresh who holds the token.
func (a *API) meOf(ctx context.Context, token string) (Me, error) {
	actor, err := a.Store.Whoami(ctx, token)
	if err != nil {
		return Me{}, err
	}
	return a.me(actor), nil
}

func (a *API) me(actor access.Actor) Me {
	return Me{
		Name: actor.Name, Language: Language(actor.Language), Expires: actor.Expires, Csrf: a.server.csrfToken(actor),
		Active: grantOut(actor.Grant), Roles: grantsOut(actor.Grants), Operations: a.server.allowed(actor), Demo: &a.Options.Demo,
	}
}

func grantOut(g access.Grant) RoleGrant {
	out := RoleGrant{Id: g.ID, Role: Role(g.Role)}
	if g.Organisation != 0 {
		out.Organisation = &OrganisationRef{Id: g.Organisation, Name: g.OrganisationName}
	}
	return out
}

func grantsOut(grants []access.Grant) []RoleGrant {
	out := make([]RoleGrant, len(grants))
	for i, g := range grants {
		out[i] = grantOut(g)
	}
	return out
}

// text is a pointer to s, nil for an empty one: how optional members are written.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// value is what an optional parameter holds, else the zero value.
func value[T any](p *T) T {
	if p == nil {
		var none T
		return none
	}
	return *p
}
