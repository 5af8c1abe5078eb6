-- A capture moves forward alone: what came stays, whatever an older answer says, and so does what was booked. That of
-- another payment is not touched.
insert into payment_capture as c (
  id, payment_id, org_id, provider_ref, state, reason, amount_micros, currency, fee_micros, net_micros, payer_ref,
  payer_country, captured_at, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $7::bigint - $9::bigint, $10, $11, $12, $13)
on conflict (provider_ref) do update
set
  state = case c.state when 'pending' then excluded.state else c.state end,
  reason = coalesce(excluded.reason, c.reason),
  amount_micros = case when c.journal_id is null then excluded.amount_micros else c.amount_micros end,
  currency = case when c.journal_id is null then excluded.currency else c.currency end,
  fee_micros = case when c.journal_id is null then excluded.fee_micros else c.fee_micros end,
  net_micros = case when c.journal_id is null then excluded.net_micros else c.net_micros end,
  payer_ref = coalesce(c.payer_ref, excluded.payer_ref),
  payer_country = coalesce(c.payer_country, excluded.payer_country)
where c.payment_id = excluded.payment_id
returning c.id, c.state, c.mismatch, c.journal_id, c.amount_micros, c.currency, c.fee_micros
