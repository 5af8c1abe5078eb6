-- Documents by the characters that are missing since, the newest first.
select
  i.id, i.number, max(m.documents) as documents, count(*) as count,
  array_agg(m.glyph order by m.glyph) as glyphs
from missing_glyph m
join invoice i on i.id = m.invoice_id
where m.state = 'missing'
group by i.id, i.number
order by i.id desc
limit $1
