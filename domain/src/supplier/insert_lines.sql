insert into supplier_line (invoice_id, no, machine_ref, label, from_at, to_at, amount_micros)
select $1, l.no, l.machine_ref, l.label, l.from_at, l.to_at, l.amount_micros
from jsonb_to_recordset($2) as l (
  no int, machine_ref text, label text, from_at timestamptz, to_at timestamptz, amount_micros bigint)
