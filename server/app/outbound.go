package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"syscall"
	"time"

	"github.com/wneessen/go-mail"

	"klausul/server/config"
	"klausul/server/notify"
)

// errPrivate refuses an address inside the operator's network, which a configured
// name may come to point at behind the operator's back.
var errPrivate = errors.New("this name leads to a private address; set KLAUSUL_ALLOW_PRIVATE_HOSTS=on if that is meant")

// outbound dials the providers of the settings: OIDC, OTLP, SMTP.
func outbound(cfg config.Config) *net.Dialer {
	return &net.Dialer{Timeout: 10 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		ip := at.Addr().Unmap()
		local := cfg.AllowPrivateHosts == "on" || cfg.AllowPrivateHosts == "auto" && cfg.DemoOn() && ip.IsLoopback()
		inside := ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() || ip.IsUnspecified() || ip.IsMulticast() || shared.Contains(ip)
		if inside && !local {
			return errPrivate
		}
		return nil
	}}
}

// shared is the address space behind carriers' gateways; clouds keep services there.
var shared = netip.MustParsePrefix("100.64.0.0/10")

func outboundClient(cfg config.Config) *http.Client {
	return &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: outbound(cfg).DialContext, TLSHandshakeTimeout: 10 * time.Second,
		ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Minute,
	}}
}

// checkMail speaks to the mail server as far as a mail would, without sending one.
func checkMail(ctx context.Context, cfg config.Config) error {
	if cfg.SMTP == "" {
		return nil
	}
	client, err := mailClient(cfg)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if err := client.DialWithContext(ctx); err != nil {
		return fmt.Errorf("KLAUSUL_SMTP: the mail server does not take us in: %w", err)
	}
	return client.Close()
}

// post is the way out for mail; without KLAUSUL_SMTP there is none.
func post(cfg config.Config, public string) notify.Post {
	p := notify.Post{From: cfg.MailFrom, Public: public}
	if cfg.SMTP != "" {
		p.Client = func() (*mail.Client, error) { return mailClient(cfg) }
	}
	return p
}

// mailClient reads KLAUSUL_SMTP. Mail leaves over TLS; only a server on this machine may do without.
func mailClient(cfg config.Config) (*mail.Client, error) {
	u, err := url.Parse(string(cfg.SMTP))
	if err != nil {
		return nil, errors.New("KLAUSUL_SMTP must be smtp://user:pass@host:port or smtps://…") // err would show the password
	}
	port := 587
	if u.Scheme == "smtps" {
		port = 465
	}
	if p := u.Port(); p != "" {
		if port, err = strconv.Atoi(p); err != nil {
			return nil, fmt.Errorf("KLAUSUL_SMTP: %q is no port", p)
		}
	}
	dial := outbound(cfg).DialContext
	policy, auth := mail.TLSMandatory, mail.SMTPAuthAutoDiscover
	if ip, err := netip.ParseAddr(u.Hostname()); u.Hostname() == "localhost" || err == nil && ip.IsLoopback() {
		policy, auth = mail.TLSOpportunistic, mail.SMTPAuthPlainNoEnc
	}
	options := []mail.Option{mail.WithPort(port), mail.WithTimeout(15 * time.Second), mail.WithTLSPolicy(policy)}
	if u.Scheme == "smtps" {
		secure := &tls.Dialer{NetDialer: outbound(cfg), Config: &tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12}}
		dial = secure.DialContext
		options = append(options, mail.WithSSL())
	}
	options = append(options, mail.WithDialContextFunc(dial))
	if password, has := u.User.Password(); has {
		options = append(options, mail.WithSMTPAuth(auth), mail.WithUsername(u.User.Username()), mail.WithPassword(password))
	}
	client, err := mail.NewClient(u.Hostname(), options...)
	if err != nil {
		return nil, fmt.Errorf("KLAUSUL_SMTP: %w", err)
	}
	return client, nil
}
