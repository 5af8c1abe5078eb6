-- Prepaid (docs/adr/0039): when wallets are empty, who was told, what organisations limit themselves to, and what
-- happens to their servers when funds end.

-- When the wallet can't pay the next hour. An hourly charge does not move that moment, since it follows the function by
-- which the moment was found; whatever else moves money or prices counts `moved` up, and the row is computed again.
create table wallet_forecast (
  org_id uuid primary key references org,
  zero_at timestamptz,
  moved bigint not null default 1,
  computed bigint not null default 0,
  -- Grows when the wallet lasts for more than 80 hours again: notices are sent once in each.
  episode int not null default 1
) with (fillfactor = 50);
create index wallet_forecast_stale on wallet_forecast (org_id) where moved <> computed;
create index wallet_forecast_zero on wallet_forecast (zero_at) where zero_at is not null;
insert into wallet_forecast (org_id)
select org_id from account where kind = 'wallet' and currency = 'USD' and org_id is not null;

-- Every wallet has one.
create function open_forecast() returns trigger language plpgsql as $$
begin
  insert into wallet_forecast (org_id)
  select org_id from fresh where kind = 'wallet' and org_id is not null
  on conflict do nothing;
  return null;
end $$;
create trigger account_forecast after insert on account referencing new table as fresh
  for each statement execute function open_forecast();

-- A price that begins or ends moves the forecast. The hourly run changes neither column.
create function move_forecast() returns trigger language plpgsql as $$
begin
  update wallet_forecast set moved = moved + 1 where org_id = new.org_id;
  return null;
end $$;
create trigger usage_segment_ended after update of ended_at on usage_segment
  for each row execute function move_forecast();
create function move_forecasts() returns trigger language plpgsql as $$
begin
  update wallet_forecast set moved = moved + 1 where org_id in (select org_id from fresh);
  return null;
end $$;
create trigger usage_segment_begun after insert on usage_segment referencing new table as fresh
  for each statement execute function move_forecasts();

create table wallet_notice (
  id uuid primary key,
  org_id uuid not null references org,
  kind text not null check (kind in (
    'runway_72', 'runway_24', 'runway_1', 'runway_0', 'cap_50', 'cap_80', 'cap_100',
    'funds_suspend', 'funds_delete', 'funds_resumed')),
  -- What it is told once in: a forecast's episode, a month, a ladder.
  episode text not null check (length(episode) <= 60),
  at timestamptz not null,
  unique (org_id, kind, episode)
);

create table wallet_policy (
  org_id uuid primary key references org,
  month_cap_micros bigint check (month_cap_micros between 0 and 100000000000000),
  hour_cap_micros bigint check (hour_cap_micros between 0 and 100000000000000),
  funds_end text not null default 'continue' check (funds_end in ('continue', 'ladder')),
  -- Hours from the stop of servers to their deletion.
  ladder_hours int not null default 72 check (ladder_hours between 24 and 720),
  updated_at timestamptz not null
);

-- Servers that were stopped because funds ended. The dates are set at the begin, told, and only moved later.
create table ladder (
  id uuid primary key,
  org_id uuid not null references org,
  began_at timestamptz not null,
  delete_at timestamptz not null,
  -- Servers that ran: they run again when funds come.
  stopped uuid[] not null default '{}',
  deleting_at timestamptz,
  ended_at timestamptz,
  outcome text check (outcome in ('resumed', 'deleted')),
  check ((ended_at is null) = (outcome is null)),
  check (delete_at >= began_at + interval '1 day')
);
create unique index ladder_open on ladder (org_id) where ended_at is null;
create index ladder_org on ladder (org_id, began_at desc);
