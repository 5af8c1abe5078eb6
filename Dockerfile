# One image with one binary: api, worker, scheduler, migrate and the tools of an operator. See docs/deployment.md.

# --- the pages -----------------------------------------------------------------------------------
FROM node:22-bookworm-slim AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json ./
RUN --mount=type=cache,target=/var/cache/npm npm ci --cache /var/cache/npm --no-audit --no-fund
COPY web/ ./
RUN npm run build

# --- the binary, with the pages inside -----------------------------------------------------------
FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
COPY . .
COPY --from=web /src/web/dist web/dist
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked -p skypanel \
    && ! grep -q before_intent target/release/skypanel \
    && cp target/release/skypanel /usr/local/bin/skypanel

# --- what runs -----------------------------------------------------------------------------------
FROM debian:bookworm-slim
# The newest certificates are wanted, whatever their version.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin skypanel
COPY --from=build /usr/local/bin/skypanel /usr/local/bin/skypanel
COPY deploy/healthcheck.sh /usr/local/bin/healthcheck
USER 10001:10001
ENV APP_ENV=production HOST=0.0.0.0 PORT=3001 METRICS_ADDR=127.0.0.1:9464 LOG_FORMAT=json
EXPOSE 3001
# For the API; compose gives worker and scheduler their own.
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 CMD ["healthcheck", "3001", "/readyz"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["skypanel"]
CMD ["api"]
