# syntax=docker/dockerfile:1

# The pages.
FROM node:20-bookworm-slim AS pages
WORKDIR /src/frontend
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY frontend/ ./
RUN npm run build

# The program: static, with the pages, fonts, templates, migrations and time zones in it.
FROM golang:1.26-bookworm AS program
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY server/ server/
COPY migrations/ migrations/
COPY policies/ policies/
COPY templates/ templates/
COPY frontend/embed.go frontend/embed.go
COPY frontend/src/i18n/problems.json frontend/src/i18n/problems.json
COPY --from=pages /src/frontend/dist/ frontend/dist/
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags="-s -w" -o /klausul ./server
RUN mkdir -p /root-of-image/cache /root-of-image/etc/ssl/certs \
 && cp /klausul /root-of-image/klausul \
 && cp /etc/ssl/certs/ca-certificates.crt /root-of-image/etc/ssl/certs/ \
 && chown 65532:65532 /root-of-image/cache

# Nothing else: no shell, no package manager. Run it with --read-only; only /cache is
# written to. PostgreSQL and S3 are external here, and KLAUSUL_PUBLIC_URL
# says how browsers reach it (klausul serve --help).
FROM scratch
COPY --from=program /root-of-image/ /
USER 65532:65532
ENV KLAUSUL_ADDR=0.0.0.0:8080 KLAUSUL_DATA_DIR=/cache TMPDIR=/cache
VOLUME /cache
EXPOSE 8080
ENTRYPOINT ["/klausul"]
CMD ["serve"]
