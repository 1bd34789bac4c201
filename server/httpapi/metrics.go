package httpapi

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"klausul/server/access"
	"klausul/server/storage"
)

// metrics are what Prometheus reads.
type metrics struct {
	registry *prometheus.Registry
	took     *prometheus.HistogramVec
	running  prometheus.Gauge
}

func newMetrics(db *storage.Store) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "klausul_http_request_seconds", Help: "Time to answer, by operation and status.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"operation", "status"}),
		running: prometheus.NewGauge(prometheus.GaugeOpts{Name: "klausul_http_requests_running", Help: "Requests being answered now."}),
	}
	m.registry.MustRegister(m.took, m.running, &stores{db},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// stores measures PostgreSQL at each scrape: the queues, the audit trail, the pools.
type stores struct{ db *storage.Store }

var (
	queueJobs   = prometheus.NewDesc("klausul_queue_jobs", "Jobs that wait or run, by queue and state.", []string{"queue", "state"}, nil)
	queueAge    = prometheus.NewDesc("klausul_queue_age_seconds", "How long the oldest job that could run has waited, by queue.", []string{"queue"}, nil)
	unsealedAge = prometheus.NewDesc("klausul_audit_unsealed_age_seconds", "Age of the oldest audit row without a seal.", nil, nil)
	poolConns   = prometheus.NewDesc("klausul_pool_connections", "Connections to PostgreSQL, by login and state.", []string{"login", "state"}, nil)
	poolWaits   = prometheus.NewDesc("klausul_pool_waits_total", "Times a request had to wait for a connection, by login.", []string{"login"}, nil)
	postgresUp  = prometheus.NewDesc("klausul_postgres_up", "1 when PostgreSQL answered this scrape.", nil, nil)
)

// Describe names what is measured.
func (s *stores) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{queueJobs, queueAge, unsealedAge, poolConns, poolWaits, postgresUp} {
		ch <- d
	}
}

// Collect measures.
func (s *stores) Collect(ch chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	for _, login := range access.Logins {
		st := s.db.Pool(login).Stat()
		gauge(poolConns, float64(st.AcquiredConns()), string(login), "used")
		gauge(poolConns, float64(st.IdleConns()), string(login), "idle")
		gauge(poolConns, float64(st.MaxConns()), string(login), "limit")
		ch <- prometheus.MustNewConstMetric(poolWaits, prometheus.CounterValue, float64(st.EmptyAcquireCount()), string(login))
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	up := 0.0
	if age, err := s.db.UnsealedAge(ctx); err == nil {
		gauge(unsealedAge, age.Seconds())
		up = 1
	}
	queues, err := s.queues(ctx)
	if err != nil {
		up = 0
	}
	for _, q := range queues {
		gauge(queueJobs, float64(q.Jobs), q.Queue, q.State)
		if q.State == "available" {
			gauge(queueAge, q.Age, q.Queue)
		}
	}
	gauge(postgresUp, up)
}

// queue is what waits in one queue in one state.
type queue struct {
	Queue string  `db:"queue"`
	State string  `db:"state"`
	Jobs  int64   `db:"jobs"`
	Age   float64 `db:"age"` // seconds that the oldest has been due
}

func (s *stores) queues(ctx context.Context) ([]queue, error) {
	rows, err := s.db.Pool(access.LoginJob).Query(ctx, `select queue, state::text as state, count(*) as jobs,
		greatest(0, extract(epoch from now() - min(scheduled_at)))::float8 as age
		from river_job where state in ('available', 'running', 'retryable', 'scheduled') group by queue, state`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[queue])
}
