# A whole SkyPanel as separate processes: simulated cloud, API, two workers, scheduler. `up` runs one, tests run theirs.

# stack_ports PREFIX [PAGE_PORT]: remembered free ports for one stack, in DEV_PORT_<PREFIX>_<WHAT>.
stack_ports() {
  local what
  port_for "$1_API" "${2:-}"
  for what in METRICS_API METRICS_WORKER_1 METRICS_WORKER_2 METRICS_SCHEDULER CLOUD SMTP OIDC PAYPAL CONTROL; do port_for "$1_$what"; done
}

# stack_settings PREFIX NAME DATABASE_URL OWNER_URL REDIS_URL: exports what the processes of one stack read.
# Everything that could reach the outside is set, so that a .env meant for production changes nothing here.
stack_settings() {
  local prefix=$1
  STACK=$2
  STACK_CLOUD=127.0.0.1:$(_stack_port CLOUD) STACK_SMTP=127.0.0.1:$(_stack_port SMTP)
  STACK_CONTROL=127.0.0.1:$(_stack_port CONTROL) STACK_OIDC=127.0.0.1:$(_stack_port OIDC)
  STACK_PAYPAL=127.0.0.1:$(_stack_port PAYPAL)
  STACK_METRICS_API=127.0.0.1:$(_stack_port METRICS_API)
  export APP_ENV=development DATABASE_URL=$3 DATABASE_OWNER_URL=$4 REDIS_URL=$5
  export JWT_SECRET=$DEV_JWT_SECRET SSH_CRED_SECRET=$DEV_SSH_CRED_SECRET
  export HOST=127.0.0.1 PORT
  PORT=$(_stack_port API)
  export CLIENT_URL=http://localhost:$PORT CORS_ALLOWED_ORIGINS='' TRUST_PROXY=''
  export LINODE_API_URL=http://$STACK_CLOUD/v4
  # The name and the secret are those that the simulated issuer knows.
  export OIDC_ISSUER=http://$STACK_OIDC OIDC_NAME="Demo identity" OIDC_SCOPES=''
  export OIDC_CLIENT_ID=skypanel OIDC_CLIENT_SECRET=a-simulated-secret-that-opens-nothing-real
  # So are these of the simulated PayPal.
  export PAYPAL_MODE=simulated PAYPAL_SIMULATED_URL=http://$STACK_PAYPAL PAYPAL_SIMULATED_CA_FILE=$DEV_DIR/$STACK-paypal-ca.pem
  export PAYPAL_CLIENT_ID=simulated-client PAYPAL_CLIENT_SECRET=a-simulated-secret-that-opens-nothing-real
  export PAYPAL_WEBHOOK_ID=5GP028458E2496506
  export SMTP2GO_HOST=127.0.0.1 SMTP2GO_PORT=${STACK_SMTP#*:} SMTP2GO_USERNAME=skypanel SMTP2GO_PASSWORD=$DEV_CLOUD_TOKEN
  export SMTP_TLS=starttls SMTP_CA_FILE=$DEV_DIR/$STACK-mail-ca.pem FROM_EMAIL=panel@skypanel.example
  export DRAIN_MS=15000 QUEUE_PREFIX=$STACK LOG_FORMAT=${LOG_FORMAT:-text} RUST_LOG=${RUST_LOG:-info}
  export OTEL_EXPORTER_OTLP_ENDPOINT=${OTEL_EXPORTER_OTLP_ENDPOINT:-} OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=''
  export DEMO_ADMIN_EMAIL=admin@skypanel.example DEMO_ADMIN_PASSWORD=$DEV_ADMIN_PASSWORD
  export DEMO_CUSTOMER_EMAIL=customer@skypanel.example DEMO_CUSTOMER_PASSWORD=$DEV_CUSTOMER_PASSWORD
  export DEMO_CLOUD_TOKEN=$DEV_CLOUD_TOKEN DEMO_CLOUD_ENDPOINT=$LINODE_API_URL
}

_stack_port() {
  local name=DEV_PORT_${prefix}_$1
  printf '%s' "${!name}"
}

# stack_prepare: schema and demo data.
stack_prepare() {
  step "Migrating the database" "$(binary skypanel)" migrate up
  stack_simulators
  step "Seeding the demo" "$(binary skypanel)" demo seed
}

# The cloud and the mail server that are not real. With STACK_CLOUD_FILE the cloud knows its machines again.
stack_simulators() {
  rm -f "$SMTP_CA_FILE" "$PAYPAL_SIMULATED_CA_FILE"
  proc_start "$STACK-sim" "$(binary skypanel-sim)" --linode "$STACK_CLOUD" --smtp "$STACK_SMTP" --oidc "$STACK_OIDC" --control "$STACK_CONTROL" \
    --paypal "$STACK_PAYPAL" --paypal-webhook "$CLIENT_URL/api/payments/webhook" --paypal-ca-out "$PAYPAL_SIMULATED_CA_FILE" \
    --seed 1 --boot-ms "${STACK_BOOT_MS:-2000}" --token "$DEV_CLOUD_TOKEN" ${STACK_CLOUD_FILE:+--state "$STACK_CLOUD_FILE"} \
    --smtp-user "$SMTP2GO_USERNAME" --smtp-password "$SMTP2GO_PASSWORD" --smtp-cert-out "$SMTP_CA_FILE"
  proc_await "$STACK-sim" 20 http_ok "http://$STACK_CONTROL/state"
  proc_await "$STACK-sim" 20 test -s "$SMTP_CA_FILE"
  proc_await "$STACK-sim" 20 test -s "$PAYPAL_SIMULATED_CA_FILE"
}

# stack_run: the four processes of SkyPanel; returns when each of them answers.
stack_run() {
  local skypanel prefix=$1
  skypanel=$(binary skypanel)
  METRICS_ADDR=$STACK_METRICS_API proc_start "$STACK-api" "$skypanel" api
  METRICS_ADDR=127.0.0.1:$(_stack_port METRICS_WORKER_1) proc_start "$STACK-worker-1" "$skypanel" worker
  METRICS_ADDR=127.0.0.1:$(_stack_port METRICS_WORKER_2) proc_start "$STACK-worker-2" "$skypanel" worker
  METRICS_ADDR=127.0.0.1:$(_stack_port METRICS_SCHEDULER) proc_start "$STACK-scheduler" "$skypanel" scheduler
  proc_await "$STACK-api" 60 http_ok "$CLIENT_URL/readyz"
  proc_await "$STACK-worker-1" 60 http_ok "http://127.0.0.1:$(_stack_port METRICS_WORKER_1)/metrics"
  proc_await "$STACK-worker-2" 60 http_ok "http://127.0.0.1:$(_stack_port METRICS_WORKER_2)/metrics"
  proc_await "$STACK-scheduler" 60 http_ok "http://127.0.0.1:$(_stack_port METRICS_SCHEDULER)/metrics"
}
