package app

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5"

	"klausul/server/access"
	"klausul/server/config"
	"klausul/server/httpapi"
)

// providers finds every configured sign-in provider at its address.
func providers(ctx context.Context, cfg config.Config, public *url.URL, now func() time.Time) ([]*httpapi.Provider, error) {
	var list []*httpapi.Provider
	client := outboundClient(cfg)
	for _, i := range cfg.OIDC {
		roles := map[string]access.Role{}
		for group, role := range i.Roles {
			roles[group] = access.Role(role)
		}
		p, err := httpapi.NewProvider(ctx, httpapi.ProviderConfig{
			Key: i.Key, Name: i.Name, Issuer: i.Issuer, ClientID: i.ClientID, ClientSecret: string(i.ClientSecret),
			Callback:    public.JoinPath("/api/v1/session/oidc", i.Key, "callback").String(),
			GroupsClaim: i.GroupsClaim, Roles: roles, Client: client, Now: now,
		})
		if err != nil {
			return nil, fmt.Errorf("KLAUSUL_OIDC: %w", err)
		}
		list = append(list, p)
	}
	return list, nil
}

// bind writes down, as the owner of the schema, for which organisations each
// configured provider may speak; a provider that is no longer configured speaks for
// nobody. The settings are the truth; a CVR number that is no organisation yet is bound
// at the next start.
func bind(ctx context.Context, adminURL string, issuers config.Issuers, log *slog.Logger) error {
	conn, err := pgx.Connect(ctx, adminURL)
	if err != nil {
		return fmt.Errorf("bind the sign-in providers: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "lock table issuer_binding in share row exclusive mode"); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "delete from issuer_binding"); err != nil {
			return err
		}
		for _, i := range issuers {
			done, err := tx.Exec(ctx, `insert into issuer_binding (issuer, organisation_id)
				select $1, id from organisation where cvr = any($2) union all select $1, null where $3`, i.Issuer, i.Organisations, i.Secretariat)
			if err != nil {
				return fmt.Errorf("bind %s: %w", i.Key, err)
			}
			want := len(i.Organisations)
			if i.Secretariat {
				want++
			}
			if int(done.RowsAffected()) < want {
				log.Warn("a sign-in provider is bound to CVR numbers that are no organisation here", "provider", i.Key, "missing", want-int(done.RowsAffected()))
			}
		}
		return nil
	})
}
