-- The chains' heads are locked by the statement before, so this one's snapshot has them as they are.
with due as (
  select p.chain, p.journal_id
  from journal_pending p
  where p.chain = any($1)
  order by p.chain, p.journal_id
  limit $2
), placed as materialized (
  select
    d.chain, d.journal_id, h.hash as head, journal_text(j) as words,
    h.seq + row_number() over (partition by d.chain order by d.journal_id) as seq
  from due d
  join chain_head h on h.chain = d.chain
  join journal j on j.id = d.journal_id
), linked as (
  select
    chain, journal_id, seq,
    chained(head, chain, seq, words) over (partition by chain order by journal_id) as hash
  from placed
), wrote as (
  insert into journal_link (journal_id, chain, seq, hash)
  select journal_id, chain, seq, hash from linked
  returning journal_id, chain, seq, hash
), cleared as (
  delete from journal_pending p
  using wrote w
  where p.chain = w.chain and p.journal_id = w.journal_id
), moved as (
  update chain_head h
  set seq = w.seq, hash = w.hash
  from (select distinct on (chain) chain, seq, hash from wrote order by chain, seq desc) w
  where h.chain = w.chain
)
select count(*) from wrote
