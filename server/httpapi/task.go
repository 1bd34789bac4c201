package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"klausul/server/access"
	"klausul/server/task"
)

// GetBatch shows how far a batch is.
func (a *API) GetBatch(ctx context.Context, r GetBatchRequestObject) (GetBatchResponseObject, error) {
	b, err := a.Tasks.Get(ctx, scopeFrom(ctx), r.Id)
	return GetBatch200JSONResponse(batchOut(b)), err
}

// ListBatchItems shows the result line by line.
func (a *API) ListBatchItems(ctx context.Context, r ListBatchItemsRequestObject) (ListBatchItemsResponseObject, error) {
	items, err := a.Tasks.Items(ctx, scopeFrom(ctx), r.Id, task.ItemState(value(r.Params.State)))
	return ListBatchItems200JSONResponse{Items: each(items, func(i task.Item) BatchItem {
		return BatchItem{Organisation: OrganisationRef{Id: i.Organisation, Name: i.OrganisationName}, State: BatchItemState(i.State),
			Accession: i.Accession, Code: text(i.Code), MissingAddress: &i.MissingAddress, At: &i.ChangedAt}
	})}, err
}

// CancelBatch stops a batch after the lines in hand.
func (a *API) CancelBatch(ctx context.Context, r CancelBatchRequestObject) (CancelBatchResponseObject, error) {
	b, err := a.Tasks.Cancel(ctx, scopeFrom(ctx), r.Id)
	return CancelBatch200JSONResponse(batchOut(b)), err
}

// ResumeBatch goes on with the lines that are not done.
func (a *API) ResumeBatch(ctx context.Context, r ResumeBatchRequestObject) (ResumeBatchResponseObject, error) {
	b, err := a.Tasks.Resume(ctx, scopeFrom(ctx), r.Id)
	return ResumeBatch200JSONResponse(batchOut(b)), err
}

func batchOut(b task.Batch) Batch {
	return Batch{Id: b.ID, Kind: BatchKind(b.Kind), Subject: b.Subject, Title: b.Title, State: BatchState(b.State()),
		Total: b.Total, Done: b.Done, Failed: b.Failed, Started: b.CreatedAt, Finished: b.Finished()}
}

// WatchBatch streams progress until the batch rests, the client leaves, or the session
// ends or takes another role.
func (a *API) WatchBatch(ctx context.Context, r WatchBatchRequestObject) (WatchBatchResponseObject, error) {
	scope := scopeFrom(ctx)
	first, err := a.Tasks.Get(ctx, scope, r.Id)
	return progress[task.Batch]{a, ctx, scope, first, func() (task.Batch, error) { return a.Tasks.Get(ctx, scope, r.Id) },
		func(b task.Batch) (any, bool) { return batchOut(b), b.State() == task.Running }}, err
}

// progressEvery is how often progress is read.
const progressEvery = 250 * time.Millisecond

// progress is a stream of how far something is, read from its row: any replica can serve it.
type progress[T any] struct {
	api   *API
	ctx   context.Context
	scope access.Scope
	first T
	again func() (T, error)
	say   func(T) (out any, goesOn bool)
}

// VisitWatchBatchResponse writes the stream.
func (p progress[T]) VisitWatchBatchResponse(w http.ResponseWriter) error { return p.write(w) }

// VisitWatchImportResponse writes the stream.
func (p progress[T]) VisitWatchImportResponse(w http.ResponseWriter) error { return p.write(w) }

// write refuses with fault.ErrTooMany.
func (p progress[T]) write(w http.ResponseWriter) error {
	leave, err := p.api.server.streams.enter(p.scope.Actor().User)
	if err != nil {
		return err
	}
	defer leave()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	tick, beat := time.NewTicker(progressEvery), time.NewTicker(p.api.Options.Heartbeat)
	defer tick.Stop()
	defer beat.Stop()
	at, seen := p.first, ""
	for {
		out, goesOn := p.say(at)
		now, err := json.Marshal(out)
		if err != nil {
			return err
		}
		if string(now) != seen {
			if seen = string(now); !event(w, "event: progress\ndata: "+seen+"\n\n") {
				return nil
			}
		}
		if !goesOn {
			return nil
		}
		select {
		case <-p.ctx.Done():
			return nil
		case <-beat.C:
			now, err := p.api.Store.Session(p.ctx, p.scope.Actor().Token)
			if err != nil || now.Grant.ID != p.scope.Actor().Grant.ID || !event(w, ": still here\n\n") {
				return nil
			}
		case <-tick.C:
		}
		if at, err = p.again(); err != nil {
			return nil // the client asks again and gets the reason as a problem
		}
	}
}

// event writes and flushes; false when the client is gone.
func event(w http.ResponseWriter, text string) bool {
	if _, err := fmt.Fprint(w, text); err != nil {
		return false
	}
	return http.NewResponseController(w).Flush() == nil
}
