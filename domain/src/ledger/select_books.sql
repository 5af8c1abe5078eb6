-- Accounts of the platform store no balance: every charge would lock the row.
select
  coalesce((select sum(amount_micros) from posting), 0)::bigint as sum_micros,
  (
    select count(*)
    from account a
    where a.balance_micros is not null
      and a.balance_micros
        <> coalesce((select sum(p.amount_micros) from posting p where p.account_id = a.id), 0)
  ) as wrong_accounts
