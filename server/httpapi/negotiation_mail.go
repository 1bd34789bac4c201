package httpapi

import (
	"bytes"
	"context"
	"fmt"

	"github.com/gin-gonic/gin"

	"klausul/server/agreement/negotiation"
	"klausul/server/message"
)

// TakeNegotiationMail takes a mail into the journal. A file that announces more than the limit is refused unread.
func (a *API) TakeNegotiationMail(ctx context.Context, r TakeNegotiationMailRequestObject) (TakeNegotiationMailResponseObject, error) {
	if c, ok := ctx.(*gin.Context); ok && c.Request.ContentLength > negotiation.MaxSize {
		return nil, message.ErrTooLarge.With("limit", negotiation.MaxSize)
	}
	e, err := a.Negotiations.TakeMail(ctx, scopeFrom(ctx), r.Id, r.Params.Name, r.Body)
	return TakeNegotiationMail201JSONResponse(entryOut(e)), err
}

// DownloadNegotiationMail streams the mail as it was saved.
func (a *API) DownloadNegotiationMail(ctx context.Context, r DownloadNegotiationMailRequestObject) (DownloadNegotiationMailResponseObject, error) {
	e, f, body, err := a.Negotiations.OpenMail(ctx, scopeFrom(ctx), r.Id)
	if err != nil {
		return nil, err
	}
	return DownloadNegotiationMail200ApplicationoctetStreamResponse{FileApplicationoctetStreamResponse{Body: body, ContentLength: f.Size,
		Headers: FileResponseHeaders{ContentDisposition: attachment(e.FileName), ETag: text(fmt.Sprintf("%q", f.SHA256))}}}, nil
}

// DownloadNegotiationAttachment streams a file out of a mail; whatever it claims to be, it is a file to save.
func (a *API) DownloadNegotiationAttachment(ctx context.Context, r DownloadNegotiationAttachmentRequestObject) (DownloadNegotiationAttachmentResponseObject, error) {
	f, body, err := a.Negotiations.OpenAttachment(ctx, scopeFrom(ctx), r.Id, r.Index)
	if err != nil {
		return nil, err
	}
	return DownloadNegotiationAttachment200ApplicationoctetStreamResponse{FileApplicationoctetStreamResponse{Body: bytes.NewReader(body), ContentLength: int64(len(body)),
		Headers: FileResponseHeaders{ContentDisposition: attachment(f.Name), ETag: text(fmt.Sprintf("%q", f.SHA256))}}}, nil
}

// ReceiveNegotiationAttachment takes in what came back in a mail.
func (a *API) ReceiveNegotiationAttachment(ctx context.Context, r ReceiveNegotiationAttachmentRequestObject) (ReceiveNegotiationAttachmentResponseObject, error) {
	got, err := a.Negotiations.ReceiveAttachment(ctx, scopeFrom(ctx), r.Id, r.Index, value(r.Params.Anyway))
	return ReceiveNegotiationAttachment201JSONResponse(roundOut(got)), err
}

// mailOut is what an entry tells of a mail; of another entry nothing.
func mailOut(e negotiation.Entry) *NegotiationMail {
	if e.Kind != negotiation.MailEntry {
		return nil
	}
	return &NegotiationMail{Sender: e.Sender, Recipients: e.Recipients, Subject: e.Subject, SentAt: e.SentAt,
		Attachments: each(e.Attachments, func(f negotiation.Attachment) NegotiationAttachment {
			return NegotiationAttachment{Index: f.Index, Name: f.Name, MediaType: f.MediaType, Size: f.Size, Sha256: f.SHA256}
		}),
		Notes: each(e.Notes, func(n string) NegotiationMailNotes { return NegotiationMailNotes(n) })}
}
