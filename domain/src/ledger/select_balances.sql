select
  max(balance_micros) filter (where kind = 'wallet') as wallet,
  max(balance_micros) filter (where kind = 'hold') as hold,
  max(balance_micros) filter (where kind = 'receivable') as receivable
from account
where org_id = $1 and currency = 'USD'
having count(*) > 0
