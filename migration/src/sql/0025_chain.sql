-- A chain over the journals of each organisation (docs/adr/0040): a journal is written as it always was, and waits here
-- until the next seal gives it its place and its hash. What was chained can't be rewritten without every later hash
-- changing, and customers hold some of them.

-- The organisation, or zeros for the platform's own journals.
create table journal_pending (
  chain uuid not null,
  journal_id bigint not null,
  primary key (chain, journal_id)
);

create table journal_link (
  journal_id bigint primary key references journal,
  chain uuid not null,
  seq bigint not null check (seq > 0),
  hash bytea not null check (length(hash) = 32),
  constraint journal_link_seq unique (chain, seq)
);
create trigger journal_link_append_only before update or delete or truncate on journal_link
  for each statement execute function refuse_change();
revoke update, delete, truncate on journal_link from skypanel_app;

-- The last link of each chain: the one that seals it locks this row.
create table chain_head (
  chain uuid primary key,
  seq bigint not null check (seq >= 0),
  hash bytea not null check (length(hash) = 32)
);
revoke delete, truncate on chain_head from skypanel_app;

-- One insert for all journals of a statement, so that the hourly charge stays one statement.
create function journal_awaits_seal() returns trigger language plpgsql as $$
begin
  insert into journal_pending (chain, journal_id)
  select coalesce(org_id, '00000000-0000-0000-0000-000000000000'::uuid), id from fresh;
  return null;
end $$;
create trigger journal_noted after insert on journal referencing new table as fresh
  for each statement execute function journal_awaits_seal();

-- Microseconds since 1970: the same text in every time zone.
create function epoch_micros(at timestamptz) returns bigint language sql immutable parallel safe as $$
  select (extract(epoch from at) * 1000000)::bigint
$$;

-- What a journal says, as its hash covers it. docs/ledger.md describes the text line by line, and domain, the page and
-- the script write it again from the rows.
create function journal_text(j journal) returns text language sql stable parallel safe as $$
  select 'cause:' || j.idem_key
    || E'\nkind:' || j.kind
    || E'\nat:' || epoch_micros(j.effective_at)
    || E'\nrecorded:' || epoch_micros(j.created_at)
    || E'\nmeta:' || encode(sha256(convert_to(j.meta::text, 'UTF8')), 'hex')
    || coalesce((
      select string_agg(
        E'\nposting:' || p.seq || ' ' || a.kind
          || case when a.org_id is null then ' ours ' when a.org_id = j.org_id then ' own ' else ' other ' end
          || a.currency || ' ' || p.amount_micros || ' ' || coalesce(p.balance_after::text, '-'),
        '' order by p.seq)
      from posting p join account a on a.id = p.account_id
      where p.journal_id = j.id), '')
    || (
      select E'\nusage:' || count(*) || ' ' || encode(sha256(convert_to(coalesce(string_agg(
          l.segment_id || ' ' || l.hour_no || ' ' || l.micros || E'\n',
          '' order by l.segment_id, l.hour_no), ''), 'UTF8')), 'hex')
      from usage_line l
      where l.journal_id = j.id)
$$;

-- The next hash from the one before: an aggregate, so that one statement chains many journals of many organisations.
create function chain_step(state bytea, head bytea, chain uuid, seq bigint, words text) returns bytea
language sql immutable parallel safe as $$
  select sha256(convert_to(
    'skypanel ledger 1' || E'\nchain:' || chain || E'\nseq:' || seq
      || E'\nprevious:' || encode(coalesce(state, head), 'hex') || E'\n' || words,
    'UTF8'))
$$;
create aggregate chained(bytea, uuid, bigint, text) (sfunc = chain_step, stype = bytea);

-- What was written before is chained by the first seal, in the order in which it was written.
insert into journal_pending (chain, journal_id)
select coalesce(org_id, '00000000-0000-0000-0000-000000000000'::uuid), id from journal;
